import type { GenericTest } from './generic-test.js';

/** The column has a value in every row. */
export const notNull: GenericTest = {
  name: 'not_null',
  arguments: {},
  toSql: ({ from, column }) => `select ${column}
from ${from}
where ${column} is null`,
};
