import type { GenericTest } from './generic-test.js';

/** No value of the column occurs twice; nulls are ignored. Returns each value that does, and how often. */
export const unique: GenericTest = {
  name: 'unique',
  arguments: {},
  toSql: ({ from, column }) => `select
  ${column} as unique_field,
  count(*) as n_records
from ${from}
where ${column} is not null
group by ${column}
having count(*) > 1`,
};
