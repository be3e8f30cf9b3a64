import type { Strategy } from './strategy.js';

/** Updates the rows whose key the query returns, and adds those whose key is new. */
export const merge: Strategy = {
  name: 'merge',
  needsUniqueKey: true,
  capabilities: ['transactions', 'merge'],
  write: ({ target, columns, query, uniqueKey, writers }) => [
    {
      kind: 'write',
      relation: target,
      sql: writers.merge(target, query, { columns, uniqueKey }),
    },
  ],
};
