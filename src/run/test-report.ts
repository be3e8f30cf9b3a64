import type { EngineFailure, EngineResult, QueryRows, Session } from '../core/adapter.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult, NodeStatus } from '../core/run-results.js';
import { addResponse, type EngineResponse } from './add-response.js';
import { describeFailure } from './describe-failure.js';
import type { NodeContext } from './execute-node.js';

/** How a test ends, besides its status and message. */
type Details = Partial<Pick<NodeResult, 'failures' | 'diagnostics' | 'failingRows'>>;

/** A test that is running: its queries are noted, and every way in which it ends has a function. */
export interface TestReport {
  /** Runs a query of the test; at most `limit` rows, or all of them. */
  readonly query: (sql: string, limit: number | null) => Promise<EngineResult<QueryRows>>;
  /** Notes statements that something else ran for the test. */
  readonly note: (statements: readonly string[]) => void;
  readonly ended: (status: NodeStatus, message: string, details?: Details) => NodeResult;
  readonly cancelled: () => NodeResult;
  /** The engine refused a statement, or was stopped by us. */
  readonly refused: (failure: EngineFailure) => NodeResult;
}

/** Says that a test starts, and returns what it is run and ended with. */
export function startTest(test: PlannedTest, session: Session, context: NodeContext): TestReport {
  const { node } = test;
  const { signal, threadId } = context;
  const startedAt = context.now();
  context.start(node);
  const executedSql: string[] = [];
  let adapterResponse: EngineResponse = {};

  const ended: TestReport['ended'] = (status, message, details = {}) => {
    const completedAt = context.now();
    return {
      uniqueId: node.uniqueId,
      node,
      status,
      message,
      rowsAffected: null,
      failures: null,
      startedAt: new Date(startedAt).toISOString(),
      completedAt: new Date(completedAt).toISOString(),
      executionMs: completedAt - startedAt,
      threadId: threadId(),
      diagnostics: [],
      executedSql,
      compiledSql: test.compiledSql,
      adapterResponse,
      ...details,
    };
  };
  const cancelled = (): NodeResult => ended('cancelled', 'the run was cancelled');
  return {
    async query(sql, limit) {
      executedSql.push(sql);
      const rows = await session.query(sql, { limit, signal });
      const response = rows.ok ? rows.value.response : rows.failure.response;
      adapterResponse = addResponse(adapterResponse, response);
      return rows;
    },
    note: (statements) => executedSql.push(...statements),
    ended,
    cancelled,
    refused(failure) {
      if (failure.cancelled) return cancelled();
      const { sql: engineSql, toSource } = test;
      const diagnostic = describeFailure(failure, { node, engineSql, toSource });
      return ended('error', diagnostic.message, { diagnostics: [diagnostic] });
    },
  };
}
