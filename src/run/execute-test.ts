import type { Session } from '../core/adapter.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult, NodeStatus } from '../core/run-results.js';
import { describeFailure } from './describe-failure.js';
import type { NodeContext } from './execute-node.js';

/** Runs a data test, counts the rows it returns, and reports and returns how it ended. */
export async function executeTest(
  test: PlannedTest,
  session: Session,
  context: NodeContext,
): Promise<NodeResult> {
  const { node } = test;
  const startedAt = context.now();
  context.start(node);
  // On lines of its own, so that a comment at the end of the test swallows nothing.
  const statement = `select count(*) as failures from (\n${test.sql}\n) as failing_rows`;
  const counted = context.signal.aborted
    ? null
    : await session.query(statement, { limit: null, signal: context.signal });
  const completedAt = context.now();

  const ended = (
    status: NodeStatus,
    message: string,
    rest: Partial<Pick<NodeResult, 'failures' | 'diagnostics'>> = {},
  ): NodeResult => ({
    uniqueId: node.uniqueId,
    node,
    status,
    message,
    rowsAffected: null,
    failures: null,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(completedAt).toISOString(),
    executionMs: completedAt - startedAt,
    threadId: context.threadId,
    diagnostics: [],
    executedSql: counted === null ? [] : [statement],
    compiledSql: test.compiledSql,
    adapterResponse: counted?.ok === true ? (counted.value.response ?? {}) : {},
    ...rest,
  });

  const result = ((): NodeResult => {
    if (counted === null || (!counted.ok && counted.failure.cancelled)) {
      return ended('cancelled', 'the run was cancelled');
    }
    if (!counted.ok) {
      const diagnostic = describeFailure(counted.failure, {
        node,
        engineSql: test.sql,
        toSource: test.toSource,
      });
      return ended('error', diagnostic.message, { diagnostics: [diagnostic] });
    }
    const failures = Number(counted.value.rows[0]?.[0]);
    if (failures === 0) return ended('pass', 'OK', { failures });
    const rows = failures === 1 ? '1 result' : `${failures} results`;
    return node.severity === 'warn'
      ? ended('warn', `Got ${rows}, configured to warn if != 0`, { failures })
      : ended('fail', `Got ${rows}, configured to fail if != 0`, { failures });
  })();
  context.finish(result);
  return result;
}
