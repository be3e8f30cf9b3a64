import type { QueryExecution } from '@aws-sdk/client-athena';
import type { EngineFailure } from '../../../core/adapter.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { AwsApi } from './api-call.js';
import type { ApiError, ApiResult } from './api-error.js';
import { apiFailure } from './api-failure.js';
import { cancelledFailure, startFailure } from './query-failure.js';
import type { QueryPoller } from './query-poller.js';
import { toStartInput, type StatementRequest } from './statement.js';
import { statementToken } from './statement-token.js';

/** What stopping may take: a user who cancels does not wait long. */
const stopMs = 10_000;

/** One attempt at a statement; attempts count from 1. */
interface Attempt {
  readonly sql: string;
  readonly attempt: number;
}

/** How one attempt ended. */
export type AttemptEnd =
  | { readonly kind: 'ended'; readonly execution: QueryExecution }
  | {
      readonly kind: 'failed';
      readonly failure: EngineFailure;
      readonly execution?: QueryExecution | undefined;
    };

function timedOut(queryId: string, { sql, timeoutMs = 0 }: StatementRequest): EngineFailure {
  return {
    diagnostic: errorDiagnostic(
      'query-limit',
      `the query did not end within ${Math.round(timeoutMs / 1000)} s and was stopped (query ${queryId})`,
      { hint: 'read less, split the model, or allow more time' },
    ),
    statement: sql,
    cancelled: false,
  };
}

/** A query that was not watched to its end. */
interface Unwatched {
  readonly queryId: string;
  readonly sql: string;
  readonly request: StatementRequest;
  /** How it ended after it was stopped; unknown if that is not known to have worked. */
  readonly execution: QueryExecution | undefined;
}

/** Returns why a query was not watched to its end. */
function whyNoEnd(error: ApiError, { queryId, sql, request, execution }: Unwatched): EngineFailure {
  if (error.kind === 'cancelled') {
    return request.signal?.aborted === true
      ? cancelledFailure(sql)
      : timedOut(queryId, { ...request, sql });
  }
  const failure = apiFailure(error, sql);
  if (execution !== undefined) return failure;
  const { message } = failure.diagnostic;
  const running = `${message}; the query ${queryId} may still be running`;
  return { ...failure, diagnostic: { ...failure.diagnostic, message: running } };
}

/**
 * Returns what carries out one attempt at a statement: starts it, waits for its end, and stops it where it may not go on.
 * Failures: the codes of `apiDiagnostic`, `engine-error` and `query-limit`.
 */
export function createAttemptRunner(
  api: AwsApi,
  poller: QueryPoller,
): (request: StatementRequest, attempt: Attempt) => Promise<AttemptEnd> {
  const { timing } = api;

  /** Gives `work` a signal of its own that ends it after `ms`. */
  async function within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const deadline = new AbortController();
    const done = new AbortController();
    void timing.sleep(ms, done.signal).then(() => deadline.abort());
    try {
      return await work(deadline.signal);
    } finally {
      done.abort();
    }
  }

  async function start(
    request: StatementRequest,
    {
      sql,
      attempt,
      signal,
    }: {
      readonly sql: string;
      readonly attempt: number;
      readonly signal: AbortSignal | undefined;
    },
  ): Promise<ApiResult<string>> {
    const input = toStartInput({
      ...request,
      sql,
      token: statementToken(request.identity, attempt),
    });
    const result = await api.call(
      { service: 'athena', operation: 'StartQueryExecution', subject: sql },
      (client, http) => client.startQueryExecution(input, http),
      { signal },
    );
    return result.ok ? { ok: true, value: result.value.QueryExecutionId ?? '' } : result;
  }

  /** Stops a query, and returns how it ended if that is known soon: it may have been faster. */
  function stop(queryId: string): Promise<QueryExecution | undefined> {
    return within(stopMs, async (signal) => {
      const stopped = await api.call(
        { service: 'athena', operation: 'StopQueryExecution', subject: queryId },
        (client, http) => client.stopQueryExecution({ QueryExecutionId: queryId }, http),
        { signal },
      );
      if (!stopped.ok) return undefined;
      const ended = await poller.wait(queryId, { signal });
      return ended.ok ? ended.value : undefined;
    });
  }

  /** Stops what a start whose answer was lost may have started: the same token gives the query's id. */
  async function stopUnknown(
    request: StatementRequest,
    attempt: Attempt,
  ): Promise<QueryExecution | undefined> {
    const started = await within(stopMs, (signal) => start(request, { ...attempt, signal }));
    return started.ok ? stop(started.value) : undefined;
  }

  function afterStop(execution: QueryExecution | undefined, failure: EngineFailure): AttemptEnd {
    // It ended before it could be stopped: what it did is done, and to say otherwise would be wrong.
    if (execution?.Status?.State === 'SUCCEEDED') return { kind: 'ended', execution };
    return { kind: 'failed', failure, execution };
  }

  /** Waits for the end of a query, as long as the request allows. */
  function waitFor(
    queryId: string,
    { signal, timeoutMs }: StatementRequest,
  ): Promise<ApiResult<QueryExecution>> {
    if (timeoutMs === undefined) return poller.wait(queryId, { signal });
    return within(timeoutMs, (deadline) =>
      poller.wait(queryId, {
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      }),
    );
  }

  async function tryOnce(request: StatementRequest, attempt: Attempt): Promise<AttemptEnd> {
    const { signal } = request;
    const { sql } = attempt;
    const started = await start(request, { ...attempt, signal });
    if (!started.ok) {
      const failure = startFailure(started.error, sql);
      return started.error.mayHaveHappened
        ? afterStop(await stopUnknown(request, attempt), failure)
        : { kind: 'failed', failure };
    }
    const queryId = started.value;
    const ended = await waitFor(queryId, request);
    if (ended.ok) return { kind: 'ended', execution: ended.value };
    const execution = await stop(queryId);
    return afterStop(execution, whyNoEnd(ended.error, { queryId, sql, request, execution }));
  }

  return tryOnce;
}
