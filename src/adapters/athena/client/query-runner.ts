import { Buffer } from 'node:buffer';
import type { QueryExecution } from '@aws-sdk/client-athena';
import type { EngineFailure, EngineResult, QueryRows } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiResult } from './api-error.js';
import { toEngineResult } from './api-failure.js';
import { addStatistics, noStatistics, readStatistics, type QueryAccount } from './query-cost.js';
import { cancelledFailure, findRepeatReason, queryFailure } from './query-failure.js';
import { createQueryPoller, type PollingOptions } from './query-poller.js';
import { readRows, readUpdateCount } from './query-results.js';
import { createAttemptRunner } from './run-attempt.js';
import type { StatementRequest, StatementRun } from './statement.js';
import { longestStatementBytes } from '../statement-limit.js';

export type { FailedAttempt, StatementRequest, StatementRun } from './statement.js';

/** Runs statements on Athena. Failures: the codes of `apiDiagnostic` and `queryFailure`. */
export interface QueryRunner {
  /** Runs a statement to its end. What its attempts took is added to the account, also when it fails. */
  run(request: StatementRequest, account: QueryAccount): Promise<EngineResult<StatementRun>>;
  /** Returns a query when it has come to its end, good or bad. */
  wait(queryId: string, options?: CallOptions): Promise<ApiResult<QueryExecution>>;
  /** Returns how many rows a statement wrote; `null` where Athena does not say. One call. */
  readUpdateCount(run: StatementRun, options?: CallOptions): Promise<EngineResult<number | null>>;
  /** Returns the first `limit` rows of a statement's result, or all; a call for every thousand. */
  readRows(
    run: StatementRun,
    options: CallOptions & { readonly limit: number | null },
  ): Promise<EngineResult<QueryRows>>;
}

/** New attempts after a failed query. */
const repeatsPerStatement = 3;
const repeatBaseMs = 1000;
const longestRepeatMs = 15_000;

function tooLong(sql: string, bytes: number): EngineFailure {
  return {
    diagnostic: errorDiagnostic(
      'query-limit',
      `expected a statement of at most ${longestStatementBytes} bytes, found one of ${bytes}`,
      { hint: 'split the model, or move long lists of values into a table that it reads' },
    ),
    statement: sql,
    cancelled: false,
  };
}

/** Returns the runner that all sessions of a client share. */
export function createQueryRunner(api: AwsApi, polling: PollingOptions = {}): QueryRunner {
  const { timing } = api;
  const poller = createQueryPoller(api, polling);
  const runAttempt = createAttemptRunner(api, poller);

  async function run(
    request: StatementRequest,
    account: QueryAccount,
  ): Promise<EngineResult<StatementRun>> {
    const queryIds: string[] = [];
    let statistics = noStatistics;
    let { sql } = request;
    for (let attempt = 1; ; attempt++) {
      const bytes = Buffer.byteLength(sql);
      if (bytes > longestStatementBytes) return { ok: false, failure: tooLong(sql, bytes) };
      const end = await runAttempt(request, { sql, attempt });
      const { execution } = end;
      if (execution !== undefined) {
        account.add(execution);
        statistics = addStatistics(statistics, readStatistics(execution));
        queryIds.push(execution.QueryExecutionId ?? '');
      }
      if (end.kind === 'failed') return { ok: false, failure: end.failure };
      if (end.execution.Status?.State === 'SUCCEEDED') {
        const { QueryExecutionId = '', StatementType = 'DML', SubstatementType } = end.execution;
        return {
          ok: true,
          value: {
            queryId: QueryExecutionId,
            queryIds,
            sql,
            statementType: StatementType,
            substatementType: SubstatementType,
            statistics,
          },
        };
      }
      const failure = queryFailure(end.execution, sql);
      const reason = findRepeatReason(end.execution);
      if (
        reason === undefined ||
        request.nextAttempt === undefined ||
        attempt > repeatsPerStatement
      ) {
        return { ok: false, failure };
      }
      const bound = Math.min(longestRepeatMs, repeatBaseMs * 2 ** (attempt - 1));
      await timing.sleep(Math.ceil(timing.random() * bound), request.signal);
      if (request.signal?.aborted === true) return { ok: false, failure: cancelledFailure(sql) };
      const next = await request.nextAttempt({ attempt, reason, failure });
      if (!next.ok) return next;
      if (next.value === undefined) return { ok: false, failure };
      sql = next.value;
    }
  }

  return {
    run,
    wait: (queryId, options) => poller.wait(queryId, options),
    readUpdateCount: async (done, options) =>
      toEngineResult(await readUpdateCount(api, done.queryId, options), done.sql),
    readRows: async (done, options) => toEngineResult(await readRows(api, done, options), done.sql),
  };
}
