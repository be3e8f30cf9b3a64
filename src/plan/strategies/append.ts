import type { Strategy } from './strategy.js';

/** Adds the query's rows. */
export const append: Strategy = {
  name: 'append',
  needsUniqueKey: false,
  capabilities: ['transactions'],
  write: ({ target, columns, query, writers }) => [
    { kind: 'write', relation: target, sql: writers.insert(target, query, columns) },
  ],
};
