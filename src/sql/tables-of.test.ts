import { expect, it } from 'vitest';
import { createSqlToolkit } from './index.js';

const toolkit = createSqlToolkit();

it.each<[string, string, readonly string[]]>([
  ['a table', 'select * from a.b.c', ['a.b.c']],
  [
    'joins and subqueries',
    'select (select max(x) from t1) from t2 join (select * from s.t3) on true',
    ['t1', 't2', 's.t3'],
  ],
  [
    'conditions',
    'select 1 from t where x in (select x from u) and exists (select 1 from v)',
    ['t', 'u', 'v'],
  ],
  ['set operations and TABLE', 'table t union all (select * from u limit 1)', ['t', 'u']],
  [
    'a CTE by its name',
    'with c as (select * from t), d as (select * from c) select * from d',
    ['t'],
  ],
  ['a CTE of another case', 'with C as (select 1 as x) select * from c', []],
  ['a CTE that hides the table it reads', 'with t as (select * from t) select * from t', ['t']],
  [
    'a recursive CTE',
    'with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) select * from r',
    [],
  ],
  [
    'a CTE beyond its query',
    'select * from (with c as (select 1 as x) select * from c) join c on true',
    ['c'],
  ],
  ['a CTE with the schema of a table', 'with c as (select 1 as x) select * from s.c', ['s.c']],
  [
    'a lambda and a window',
    'select transform(array[1], x -> (select max(y) from t)) over_, sum(y) over (order by y) from u',
    ['t', 'u'],
  ],
])('finds %s', (_title, sql, expected) => {
  const query = toolkit.parseQuery(sql, { path: 'q.sql' });
  if (!query.ok) throw new Error(query.diagnostics[0]?.message);
  const names = toolkit
    .tablesOf(query.value)
    .map(({ parts }) => parts.map(({ value }) => value).join('.'));
  expect(new Set(names)).toEqual(new Set(expected));
});
