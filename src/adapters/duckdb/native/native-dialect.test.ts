import { describe, expect, it } from 'vitest';
import type { SourceNode } from '../../../core/node.js';
import { formatType } from '../../../core/sql-type.js';
import { openBinder } from './open-binder.js';
import { createNativeDialect } from './native-dialect.js';
import { readNativeType, spellNativeType } from './native-type.js';
import { readSourceLocation } from './source-location.js';
import { tokenizeDuckDb } from './tokenize-duckdb.js';

const dialect = createNativeDialect();
const path = 'models/m.sql';

function translate(sql: string): string {
  const result = dialect.translate(sql, { path });
  return result.ok ? result.value.sql : result.diagnostics.map(({ code }) => code).join();
}

describe('text in DuckDB’s own SQL', () => {
  it.each([
    ["'a;''b'", ["'a;''b'"]],
    ['"a;""b"', ['"a;""b"']],
    ["e'\\';' x'ab'", ["e'\\';'", "x'ab'"]],
    ['$$a;b$$ $x$a$$;$x$ $1', ['$$a;b$$', '$x$a$$;$x$', '$', '1']],
    ['a /* b /* c */ ; */ d -- ;\ne', ['a', 'd', 'e']],
    ['x::int[1:2]', ['x', ':', ':', 'int', '[', '1', ':', '2', ']']],
    ['1_000 .5 1e-3', ['1_000', '.5', '1e-3']],
    ["'open", ["'open"]],
  ])('%s is cut into its tokens', (sql, texts) => {
    expect(tokenizeDuckDb(sql).map(({ text }) => text)).toEqual(texts);
  });

  it.each([
    ['from x -- the end', 'from x'],
    ['-- first\nselect 1 ; ; -- last', '-- first\nselect 1'],
    ["select ';' as a;\n", "select ';' as a"],
    ['-- nothing\n;', 'model-empty'],
    ['select 1; select 2', 'sql-several-statements'],
  ])('%j is passed on without what follows the query', (sql, expected) => {
    expect(translate(sql)).toBe(expected);
  });

  it.each([
    ['select 1', 'WITH "c" AS (\nfrom t\n)\nselect 1'],
    ['from c select 1', 'WITH "c" AS (\nfrom t\n)\nfrom c select 1'],
    ['with a as (select 1) from a', 'with "c" AS (\nfrom t\n), a as (select 1) from a'],
    [
      'WITH recursive a(n) as (select 1) from a',
      'WITH recursive "c" AS (\nfrom t\n), a(n) as (select 1) from a',
    ],
  ])('%j takes CTEs', (sql, expected) => {
    const added = dialect.native?.addCtes(sql, [{ name: 'c', query: 'from t; -- end' }], { path });
    if (added?.ok !== true) throw new Error('no CTEs');
    expect(added.value.sql).toBe(expected);
    const lines = expected.split('\n');
    const last = { line: lines.length, column: lines.at(-1)?.length ?? 0 };
    expect(added.value.toOriginal(last.line, last.column)).toEqual({ line: 1, column: sql.length });
  });

  it('renames the two sides of a condition, and nothing else', () => {
    const options = { path, target: undefined, source: undefined };
    expect(
      dialect.translatePredicate?.("DBT_INTERNAL_DEST.d::date > 'target.x' -- end", options),
    ).toMatchObject({ value: "_target.d::date > 'target.x'" });
    expect(dialect.translatePredicate?.('src.a = 1', { ...options, source: null })).toMatchObject({
      ok: false,
    });
  });

  it.each([
    [
      "create macro m(a) as a; insert into t by name select ';'",
      ['create macro m(a) as a', "insert into t by name select ';'"],
    ],
    ["install json; load 'parquet'; update t set a = 1;", ['update t set a = 1']],
    ['drop table t', 'DROP is not run'],
    ['alter table t drop column a', 'ALTER … DROP is not run'],
    ['create or replace table t as select 1', 'CREATE OR REPLACE TABLE is not run'],
    [
      'create or replace temp table t as select 1; create or replace macro m() as 1',
      ['create or replace temp table t as select 1', 'create or replace macro m() as 1'],
    ],
    ['prepare p as drop table t', 'PREPARE is not run'],
    ['explain analyze drop table t', 'EXPLAIN ANALYZE is not run'],
    ['update extensions', 'UPDATE is not run'],
    ['force install httpfs', 'FORCE is not run'],
    ['install httpfs', 'INSTALL is not run'],
    ["copy t to 'a.csv'; set threads = 2", ["copy t to 'a.csv'", 'set threads = 2']],
    ["copy t to 'a' (partition_by a, overwrite)", 'COPY … OVERWRITE is not run'],
    [
      "attach 'o.db' as o; use o; pragma version",
      ["attach 'o.db' as o", 'use o', 'pragma version'],
    ],
    ["pragma import_database('a')", 'PRAGMA is not run'],
  ])('hooks: %s', (sql, expected) => {
    const result = dialect.translateStatements?.(sql, { path });
    const found =
      result?.ok === true ? result.value : (result?.diagnostics[0]?.message.split(':')[0] ?? '');
    expect(found).toEqual(expected);
  });

  it.each([
    ['numeric', 'decimal(18,3)'],
    ['Numeric( 12, 2 )', 'decimal(12,2)'],
    ['text', 'varchar'],
    ['varchar(20)', 'varchar'],
    ['int', 'integer'],
    ['double precision', 'double'],
    ['float', 'real'],
    ['int[]', 'array(integer)'],
    ['timestamptz', 'timestamp(6) with time zone'],
    ['hugeint', 'any'],
  ])('the type %s is %s', (declared, type) => {
    expect(formatType(readNativeType(declared))).toBe(type);
  });

  it.each([
    ['int128', 'HUGEINT'],
    ["enum( 'a','B c' )", "ENUM('a','B c')"],
    [
      'struct("a b" text, n numeric, m map(varchar(3), int8[]))',
      'STRUCT(A B VARCHAR,N DECIMAL(18,3),M MAP(VARCHAR,BIGINT[]))',
    ],
    ['timestamptz', 'TIMESTAMP WITH TIME ZONE'],
    ['timestamp with time zone', 'TIMESTAMP WITH TIME ZONE'],
    ['double precision[3]', 'DOUBLE[3]'],
  ])('%s is spelt %s', (declared, expected) => {
    expect(spellNativeType(declared)).toBe(expected);
    expect(spellNativeType(expected)).toBe(expected);
  });
});

describe('a source in a file', () => {
  const source = (meta: Readonly<Record<string, string>>): SourceNode =>
    ({
      path: 'models/s.yml',
      sourceName: 'files',
      name: 'rates',
      relation: { database: 'd', schema: 's', identifier: 'r', type: null },
      details: { meta },
    }) as unknown as SourceNode;
  it.each([
    [{}, undefined],
    [{ external_location: 'a/{name}_{identifier}.csv' }, "'a/rates_r.csv'"],
    [{ external_location: "read_csv('{year}/{{x}}')", year: '2024' }, "read_csv('2024/{x}')"],
    [{ external_location: "'%(schema)s.csv'", formatter: 'oldstyle' }, "'s.csv'"],
    [{ external_location: '${name}/$schema', formatter: 'template' }, "'rates/s'"],
  ])('%j', (meta: Readonly<Record<string, string>>, expected) => {
    expect(readSourceLocation(source(meta))).toBe(expected);
  });

  it('has its configuration before its meta', () => {
    const { details, ...rest } = source({ external_location: 'old.csv', year: '2024' });
    const files = { external_location: '{year}/{name}.csv' };
    const node = { ...rest, details: { ...details, files } } as SourceNode;
    expect(readSourceLocation(node)).toBe("'2024/rates.csv'");
  });

  it.each([
    [{ external_location: '{nam}' }, "names 'nam'"],
    [{ external_location: 'a', formatter: 'newstile' }, "formatter 'newstile'"],
    [{ plugin: 'excel' }, "plugin 'excel'"],
  ])('%j is refused', (meta: Readonly<Record<string, string>>, message) => {
    expect(readSourceLocation(source(meta))).toMatchObject({
      problem: { code: 'config-unsupported', message: expect.stringContaining(message) as string },
    });
  });
});

describe('a binder', () => {
  it('tells columns, and of mistakes those that are the query’s own', async () => {
    const binder = await openBinder({ database: 'shop', root: '.' });
    const relation = { database: 'shop', schema: 'main', identifier: 'orders' };
    await binder.declare(relation, [
      { name: 'id', type: { kind: 'integer' } },
      { name: 'tags', type: { kind: 'any' }, nativeType: "ENUM('a', 'b')" },
    ]);
    const bind = (sql: string) => binder.bind(sql, { path });
    expect(await bind('from shop.main.orders select *, sum(id) over () as s')).toEqual({
      ok: true,
      columns: [
        { name: 'id', type: { kind: 'integer' }, nativeType: 'INTEGER' },
        { name: 'tags', type: { kind: 'any' }, nativeType: "ENUM('a', 'b')" },
        { name: 's', type: { kind: 'any' }, nativeType: 'HUGEINT' },
      ],
    });
    expect(await bind("select {'a': 1, 'B': 2} as st")).toMatchObject({
      columns: [{ nativeType: 'STRUCT(a INTEGER, B INTEGER)' }],
    });
    // A hook sets it, and what it is says which files are read.
    expect(await bind("from read_csv(getvariable('files'))")).toEqual({ ok: false, problem: null });
    expect(await bind('select\n  idd from orders')).toMatchObject({
      problem: { code: 'column-not-found', location: { line: 2, column: 3 } },
    });
    expect(await bind('select id from orders wher')).toMatchObject({ ok: true });
    expect(await bind('select from')).toMatchObject({ problem: { code: 'sql-syntax' } });
    expect(await bind('select [1] * id from orders')).toMatchObject({
      problem: { code: 'sql-type-mismatch' },
    });
    const twice = ['create temp macro twice(x) as 2 * x', "set variable d = date '2024-01-01'"];
    const sql = "select twice(1) as a, getvariable('d') as d";
    expect(await binder.bind(sql, { path, before: twice })).toMatchObject({
      columns: [{ nativeType: 'INTEGER' }, { nativeType: 'DATE' }],
    });
    // Macros and variables are of one query alone; what is made of rows is not known.
    expect(await bind(sql)).toEqual({ ok: false, problem: null });
    expect(await bind("select getvariable('d') as d")).toEqual({ ok: false, problem: null });
    const ofRows = ['set variable d = (select max(a) from elsewhere)'];
    expect(await binder.bind('select 1', { path, before: ofRows })).toEqual({
      ok: false,
      problem: null,
    });
    for (const sql of ['from elsewhere', 'select made_by_a_hook(1)', "from 'missing.csv'"]) {
      expect(await bind(sql)).toEqual({ ok: false, problem: null });
    }
    binder.close();
  });
});
