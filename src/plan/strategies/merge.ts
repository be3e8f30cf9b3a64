import type { Strategy } from './strategy.js';

/** Updates the rows whose key the query returns, and adds those whose key is new. */
export const merge: Strategy = {
  name: 'merge',
  needs: 'unique_key',
  capabilities: ['merge'],
  key: (model) => model.config.unique_key,
  write: ({ target, columns, query, key, writers }) => [
    {
      kind: 'write',
      relation: target,
      sql: writers.merge(target, query, { columns, uniqueKey: key }),
    },
  ],
};
