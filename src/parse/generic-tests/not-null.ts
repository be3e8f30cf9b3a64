import type { GenericTest } from './generic-test.js';

/** The column has a value in every row. As in dbt, what is kept of rows that have none is all of them. */
export const notNull: GenericTest = {
  name: 'not_null',
  arguments: {},
  toSql: ({ from, column, keepsRows }) => `select ${keepsRows ? '*' : column}
from ${from}
where ${column} is null`,
};
