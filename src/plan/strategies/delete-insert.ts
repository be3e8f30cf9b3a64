import type { Strategy } from './strategy.js';

/** Removes the rows whose key the query returns, then adds all of the query's rows; a key may stand in many rows. */
export const deleteInsert: Strategy = {
  name: 'delete+insert',
  needsUniqueKey: true,
  capabilities: ['transactions', 'deleteInsert'],
  write: ({ target, columns, query, uniqueKey, staged, writers }) => [
    // The query may read the target, so its rows are fixed before the first is removed.
    { kind: 'stage', as: 'table', staged, sql: query },
    { kind: 'write', relation: target, sql: writers.deleteMatching(target, staged, uniqueKey) },
    {
      kind: 'write',
      relation: target,
      sql: writers.insert(target, writers.selectAll(staged), columns),
    },
    { kind: 'discard', staged },
  ],
};
