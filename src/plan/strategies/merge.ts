import type { Strategy } from './strategy.js';

/** Updates the rows whose key the query returns, and adds those whose key is new. */
export const merge: Strategy = {
  name: 'merge',
  needs: 'unique_key',
  capabilities: ['merge'],
  reads: [
    'merge_update_columns',
    'merge_exclude_columns',
    'incremental_predicates',
    'merge_update_condition',
    'merge_insert_condition',
  ],
  key: (model) => model.config.unique_key,
  write: ({ target, columns, query, key, options, writers }) => [
    {
      kind: 'write',
      relation: target,
      sql: writers.merge(target, query, { columns, uniqueKey: key, ...options }),
    },
  ],
};
