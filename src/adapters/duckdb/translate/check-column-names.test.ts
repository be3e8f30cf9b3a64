/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { expect, it } from 'vitest';
import type { TableColumns } from '../../../core/adapter.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());
const tableColumns: TableColumns = ([name]) =>
  name === 'orders' ? [{ name: 'id', type: { kind: 'bigint' } }] : undefined;

function check(sql: string, { storesResult }: { readonly storesResult: boolean }) {
  return dialect
    .translate(sql, { path: 'm.sql', tableColumns, storesResult })
    .diagnostics.map(({ code, message, location }) => [
      code,
      message,
      location?.line,
      location?.column,
    ]);
}

it.each([
  ['an expression', 'select 1 as a,\n  1 + 1', 'column 2 has no name', 2, 3],
  ['an alias twice', 'select 1 as id, 2 as b,\n  3 as ID', "two columns have the name 'ID'", 2, 3],
  ['a name twice', 'select id, b.id\nfrom orders as b', "two columns have the name 'id'", 1, 12],
  ['a star', 'select\n* from orders a cross join orders b', "two columns have the name 'id'", 2, 1],
  ['a set operation', 'select 1 union select 2 as a', 'column 1 has no name', 1, 8],
  ['a nested query', '(select 1 as a, 2)', 'column 2 has no name', 1, 17],
  ['VALUES', 'values (1)', 'column 1 has no name', 1, 1],
  ['a CTE', 'with x as (select 1) select * from x', 'column 1 has no name', 1, 1],
])('reports columns from %s', (_title, sql, message, line, column) => {
  expect(check(sql, { storesResult: true })).toEqual([
    ['column-name-invalid', message, line, column],
  ]);
  expect(check(sql, { storesResult: false })).toEqual([]);
});

it.each([
  'select id, id as id2 from orders',
  'select * from orders, unknown_table',
  'select 1 as a union select 2',
])('has nothing against %s', (sql) => {
  expect(check(sql, { storesResult: true })).toEqual([]);
});
