import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../sql/index.js';
import { splitWritten } from './classify-statement.js';

const toolkit = createSqlToolkit();
function tokenize(sql: string) {
  const tokens = toolkit.tokenize(sql, { path: '' });
  return tokens.ok ? tokens.value : [];
}

/** Each statement of a text: what it does, and the query in it. */
function classify(sql: string): readonly string[] {
  return splitWritten(sql, tokenize(sql), tokenize).map(({ sql: text, shape }) =>
    shape.kind === 'head-and-query'
      ? `${shape.kind}: ${text.slice(shape.queryStart)}`
      : shape.kind === 'delete'
        ? `delete ${shape.table.join('.')}: ${shape.conditionStart === null ? 'all' : text.slice(shape.conditionStart)}`
        : shape.kind === 'create-table'
          ? `create-table ${shape.columns.map(({ name, typeStart, typeEnd }) => `${name.text}=${text.slice(typeStart, typeEnd)}`).join(' ')}`
          : shape.kind === 'query' || shape.kind === 'create-schema'
            ? shape.kind
            : `${shape.kind} ${shape.word}`,
  );
}

describe('statements of hooks and operations', () => {
  it.each([
    ['select 1', ['query']],
    ['insert into a.b (x, y) select 1, 2', ['head-and-query: select 1, 2']],
    ['insert into "a"."b" values (1)', ['head-and-query: values (1)']],
    ['insert into a (select 1)', ['head-and-query: (select 1)']],
    ['delete from "a"."B" where x = 1', ['delete a.B: x = 1']],
    ['delete from a', ['delete a: all']],
    ['create schema if not exists s', ['create-schema']],
    ['create table if not exists a as select 1 as x', ['head-and-query: select 1 as x']],
    ['create or replace view v as select 1 as x', ['head-and-query: select 1 as x']],
    [
      'create table a (x decimal(10, 2), y map(varchar, bigint))',
      ['create-table x=decimal(10, 2) y=map(varchar, bigint)'],
    ],
    ["create table a (x string) location 's3://b/'", ['other CREATE TABLE']],
    ['optimize a rewrite data using bin_pack', ['other OPTIMIZE']],
    ['drop table a', ['refused DROP']],
    ['alter table a drop column b', ['refused ALTER … DROP']],
    ['grant select on a to b', ['refused GRANT']],
    ["select ';'; -- nothing\n; drop view v;", ['query', 'refused DROP']],
    ['-- only a comment', []],
  ])('%s', (sql, expected) => {
    expect(classify(sql)).toEqual(expected);
  });
});
