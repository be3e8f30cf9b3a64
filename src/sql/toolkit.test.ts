import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from './index.js';

const toolkit = createSqlToolkit();
const options = { path: 'models/m.sql' };

describe('hasSql and countStatements', () => {
  it.each([
    ['', 0],
    ['  -- only a comment', 0],
    ['/* a; b */ ;;', 0],
    ['select 1', 1],
    ['select 1;', 1],
    ["select ';'", 1],
    ['select 1; select 2', 2],
    ["select 'open", 1],
  ])('%j: %i statements', (sql, count) => {
    expect(toolkit.countStatements(sql)).toBe(count);
    expect(toolkit.hasSql(sql)).toBe(count > 0);
  });
});

describe('tokenize', () => {
  it('returns tokens with their places', () => {
    const tokens = toolkit.tokenize(`select "a b" -- c\n, 1.5e3 <> x'6'`, options);
    expect(tokens.ok && tokens.value.map(({ kind, text }) => [kind, text])).toEqual([
      ['word', 'select'],
      ['quoted', '"a b"'],
      ['symbol', ','],
      ['number', '1.5e3'],
      ['symbol', '<>'],
      ['binary', "x'6'"],
    ]);
    expect(tokens.ok && tokens.value[2]).toMatchObject({ start: 18, end: 19 });
  });
});

describe('addCtes', () => {
  const added = (sql: string, ...queries: readonly string[]): string => {
    const ctes = queries.map((query, index) => ({ name: `cte ${index + 1}`, query }));
    const result = toolkit.addCtes(sql, ctes, options);
    if (!result.ok) throw new Error(result.diagnostics[0]?.message);
    return result.value.sql;
  };

  it('puts them before a query, behind its comments', () => {
    expect(added('-- first\nselect 1', 'select 2 -- two')).toBe(
      '-- first\nWITH "cte 1" AS (\nselect 2 -- two\n)\nselect 1',
    );
  });

  it('puts them before the CTEs of a query', () => {
    expect(added('with recursive a as (select 1) table a', 'select 2', 'select 3')).toBe(
      'with recursive "cte 1" AS (\nselect 2\n), "cte 2" AS (\nselect 3\n), a as (select 1) table a',
    );
  });

  it('takes the semicolon from a query in parentheses', () => {
    expect(added('(select 1) union select 2', "select ';'; -- end")).toBe(
      `WITH "cte 1" AS (\nselect ';' -- end\n)\n(select 1) union select 2`,
    );
  });

  it('leaves a query without CTEs alone', () => {
    expect(added('select 1;')).toBe('select 1;');
  });

  it('knows the way back', () => {
    const result = toolkit.addCtes(
      '-- c\nselect a\nfrom b',
      [{ name: 'b', query: 'select 1 as a' }],
      options,
    );
    if (!result.ok) throw new Error('it parses');
    const { sql, toOriginal } = result.value;
    const place = (text: string): { line: number; column: number } => {
      const before = sql.slice(0, sql.indexOf(text)).split('\n');
      return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
    };
    const back = (text: string): unknown => {
      const { line, column } = place(text);
      return toOriginal(line, column);
    };
    expect(back('-- c')).toEqual({ line: 1, column: 1 });
    expect(back('select a\n')).toEqual({ line: 2, column: 1 });
    expect(back('from b')).toEqual({ line: 3, column: 1 });
    expect(back('select 1 as a')).toBeUndefined();
  });

  it('reports what is no query', () => {
    const result = toolkit.addCtes('selct 1', [{ name: 'b', query: 'select 1' }], options);
    expect(result).toMatchObject({ ok: false, diagnostics: [{ code: 'sql-syntax' }] });
  });
});

describe('outputColumns', () => {
  it.each([
    ['select a, t.b, a + 1, c as d, *, t.*', ['a', 'b', '?', 'd', '*', 't.*']],
    ['values (1, 2)', ['?', '?']],
    ['values 1', ['?']],
    ['select a from t union select b from t', ['a']],
    ['(select a from t) limit 1', ['a']],
    ['table t', ['*']],
    ['select r.* as (x, y)', ['x', 'y']],
  ])('%s', (sql, expected) => {
    const query = toolkit.parseQuery(sql, options);
    if (!query.ok) throw new Error('it parses');
    const shown = toolkit
      .outputColumns(query.value)
      .map((column) =>
        column.kind === 'named'
          ? column.name
          : column.kind === 'unnamed'
            ? '?'
            : `${column.base === undefined ? '' : `${column.base}.`}*`,
      );
    expect(shown).toEqual(expected);
  });
});
