import type { SqlNode } from '../../core/node.js';
import type { NodeResult } from '../../core/run-results.js';

/** Returns how a node ended: a model with 482 rows, or a test that passed, unless `extra` says otherwise. */
export function nodeResult(node: SqlNode, extra: Partial<NodeResult> = {}): NodeResult {
  const isModel = node.resourceType === 'model';
  return {
    uniqueId: node.uniqueId,
    node,
    status: isModel ? 'success' : 'pass',
    message: 'OK',
    rowsAffected: isModel ? 482 : null,
    failures: isModel ? null : 0,
    startedAt: '2026-01-01T00:00:00.000Z',
    completedAt: '2026-01-01T00:00:00.050Z',
    executionMs: 50,
    threadId: 'Thread-1',
    diagnostics: [],
    executedSql: ['select 1'],
    compiledSql: 'select 1',
    adapterResponse: {},
    ...extra,
  };
}
