import type { SqlNode } from '../core/node.js';
import type { PlannedNode, PlannedTest } from '../core/plan.js';
import type { NodeResult } from '../core/run-results.js';

/** Returns whether the node ended in a way that stops what depends on it. */
export function isFailure({ status }: NodeResult): boolean {
  return status === 'error' || status === 'fail';
}

/** Returns the tests that gate a planned model; none for a test that is planned by itself. */
export function gatingTests(planned: PlannedNode): readonly PlannedTest[] {
  if (planned.node.resourceType === 'test') return [];
  return planned.steps.flatMap((step) => (step.kind === 'audit' ? step.tests : []));
}

/** Returns the result of a node that was not run. `now` in milliseconds since 1970 UTC. */
export function unrunResult(
  node: SqlNode,
  status: 'skipped' | 'cancelled',
  reason: string,
  now: number,
): NodeResult {
  const at = new Date(now).toISOString();
  return {
    uniqueId: node.uniqueId,
    node,
    status,
    message: reason,
    rowsAffected: null,
    failures: null,
    startedAt: at,
    completedAt: at,
    executionMs: 0,
    threadId: '',
    diagnostics: [],
    executedSql: [],
    compiledSql: null,
    adapterResponse: {},
  };
}
