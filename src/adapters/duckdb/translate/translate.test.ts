/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { TableColumns } from '../../../core/adapter.js';
import type { SqlType } from '../../../core/sql-type.js';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { openTestWarehouse } from '../testing/trino-answers.js';

const dialect = createDuckDbDialect(createSqlToolkit());

const columnTypes: Readonly<Record<string, SqlType>> = {
  i: { kind: 'integer' },
  b: { kind: 'bigint' },
  d: { kind: 'double' },
  n: { kind: 'decimal', precision: 10, scale: 4 },
  s: { kind: 'varchar' },
  t: { kind: 'timestamp', precision: 3, withZone: false },
  xs: { kind: 'array', element: { kind: 'integer' } },
  m: { kind: 'map', key: { kind: 'varchar' }, value: { kind: 'integer' } },
  r: { kind: 'row', fields: [{ name: 'a', type: { kind: 'integer' } }] },
};

const tableColumns: TableColumns = (name) =>
  name.at(-1)?.toLowerCase() === 'things'
    ? Object.entries(columnTypes).map(([column, type]) => ({ name: column, type }))
    : undefined;

let connection: DuckDBConnection;

beforeAll(async () => {
  ({ connection } = await openTestWarehouse());
  await connection.run(`CREATE TABLE things AS SELECT 7::INTEGER AS i, 8::BIGINT AS b, 2.5::DOUBLE AS d,
    1.2345::DECIMAL(10, 4) AS n, 'abc' AS s, TIMESTAMP '2020-01-02 03:04:05.678' AS t, [1, 2, 3] AS xs,
    MAP {'a': 1} AS m, {'a': 5} AS r`);
});

interface Answer {
  readonly value: unknown;
  readonly sql: string;
}

async function run(sql: string, columns: TableColumns | undefined): Promise<Answer> {
  const translated = dialect.translate(sql, {
    path: 'm.sql',
    ...(columns && { tableColumns: columns }),
  });
  if (!translated.ok) {
    return { value: translated.diagnostics.map(({ code }) => code).join(), sql: '' };
  }
  try {
    const reader = await connection.runAndReadAll(translated.value.sql);
    return { value: reader.getRowsJson()[0]?.[0], sql: translated.value.sql };
  } catch (error) {
    return { value: `error: ${String(error).split('\n')[0] ?? ''}`, sql: translated.value.sql };
  }
}

describe('columns of tables', () => {
  it.each([
    ['i / 2', 3],
    ['-i / 2', -3],
    ['i % 4', 3],
    ['b / i', '1'],
    ['d / 2', 1.25],
    ['i / d', 2.8],
    ['n / 2', '0.6173'],
    ['n * 2', '2.4690'],
    ['sum(i)', '7'],
    ['avg(i)', 7],
    ['avg(n)', '1.2345'],
    ['round(d)', 3],
    ['round(n, 2)', '1.2300'],
    ['cast(d as integer)', 3],
    ['cast(d as varchar)', '2.5E0'],
    ['cast(n as varchar)', '1.2345'],
    ['cast(i as varchar)', '7'],
    ['greatest(i, b)', '8'],
    ['concat(s, s)', 'abcabc'],
    ["s || 'x'", 'abcx'],
    ['xs[2]', 2],
    ["m['a']", 1],
    ['r.a', 5],
    ['things.r.a', 5],
    ['cardinality(xs)', '3'],
    ['transform(xs, x -> x + i)', [8, 9, 10]],
    ['element_at(xs, 9)', null],
    ['try(xs[9])', null],
    ['year(t)', '2020'],
  ])('%s is %j when their types are known', async (expression, value) => {
    const answer = await run(`select ${expression} from things`, tableColumns);
    expect(answer.value, answer.sql).toEqual(value);
  });

  // What is not known is found by DuckDB's own types, refused, or ends the query: never another value.
  it.each([
    ['i / 2', 3],
    ['i % 4', 3],
    ['b / i', '1'],
    ['d / 2', 1.25],
    ['n / 2', /^error: .*limit open-type: /],
    ['sum(i)', '7'],
    ['sum(i) / 2', '3'],
    ['sum(i) / count(*)', '7'],
    ['sum(i) % 4', '3'],
    ['sum(d) / 2', 1.25],
    ['sum(n) / 2', /^error: .*limit open-type: /],
    ['max(i) / 2', 3],
    ['max(s) || max(s)', 'abcabc'],
    ['max(i) over () / 2', 3],
    ['max(d, 2)', [2.5]],
    ['max(s, 2)', ['abc']],
    ['max(d * nan(), 2)', /^error: .*unordered-doubles/],
    ['floor(max(d))', 2],
    ['ceiling(sum(i))', '7'],
    ['cast(max(d) as varchar)', '2.5E0'],
    ['cast(max(i) as double)', 7],
    ['max(i) + max(i)', 14],
    ['avg(i)', 7],
    ['avg(n)', /^error: .*limit open-type: /],
    ['round(d)', 3],
    ['cast(d as integer)', 3],
    ['cast(d as varchar)', '2.5E0'],
    ['cast(n as varchar)', '1.2345'],
    ['cast(n as integer)', 1],
    ['cast(s as integer)', /^error: .*Cannot cast 'abc'/],
    ['cast(xs as varchar)', /^error: .*limit open-type: a cast of /],
    ['cast(xs as array(varchar))', /^error: .*Expected a value of type VARCHAR\[\]/],
    ['cast(xs as array(integer))', [1, 2, 3]],
    ['greatest(i, b)', '8'],
    ['greatest(i, null)', null],
    ["s || 'x'", 'abcx'],
    ['xs[2]', 2],
    ['xs[9]', /^error: .*Array subscript/],
    ['lag(i, 1, 0.5) over (order by i)', '0.5'],
    ['r.a', 5],
    ['i = b', false],
    ['case when i > 1 then d end', 2.5],
    ['reverse(s)', /cba|function-unsupported/],
  ])('%s is %s when they are not', async (expression, value) => {
    const answer = await run(`select ${expression} from things`, undefined);
    if (value instanceof RegExp) expect(answer.value, answer.sql).toMatch(value);
    else expect(answer.value, answer.sql).toEqual(value);
  });

  it('tells the types of the result', () => {
    const translated = dialect.translate('select i, i / 2 as half, xs, d from things', {
      path: '',
      tableColumns,
    });
    expect(translated.ok && translated.value.columns).toEqual([
      { name: 'i', type: { kind: 'integer' } },
      { name: 'half', type: { kind: 'integer' } },
      { name: 'xs', type: columnTypes['xs'] },
      { name: 'd', type: { kind: 'double' } },
    ]);
    const open = dialect.translate('select * from elsewhere', { path: '', tableColumns });
    expect(open.ok && 'columns' in open.value).toBe(false);
  });
});

describe('diagnostics', () => {
  it.each([
    ['select lenght(s) from things', 'function-unknown', 1, 8, 6, "did you mean 'length'?"],
    ['select\n  1 + length(12)', 'sql-type-mismatch', 2, 7, 6, /^it takes /],
    ['select i + s from things', 'sql-type-mismatch', 1, 8, 5, 'add a CAST'],
    ['select i = s from things', 'sql-type-mismatch', 1, 8, 5, 'add a CAST'],
    ['select ii from things', 'column-not-found', 1, 8, 2, "did you mean 'i'?"],
    ['select things.ss from things', 'column-not-found', 1, 15, 2, "did you mean 's'?"],
    ['select thing.* from things', 'column-not-found', 1, 8, 5, "did you mean 'things'?"],
    ['select 1 as a where a = 1', 'column-not-found', 1, 21, 1, undefined],
    [
      'select approx_set(i) from things',
      ...(['function-unsupported', 1, 8, 10, 'use approx_distinct or approx_percentile'] as const),
    ],
    ['select cast(i as foo) from things', 'sql-syntax', 1, 18, 3, undefined],
    ['select cast(i as date) from things', 'sql-type-mismatch', 1, 8, 15, undefined],
    ['select case when i then 1 end from things', 'sql-type-mismatch', 1, 18, 1, undefined],
    ['select array[1, s] from things', 'sql-type-mismatch', 1, 8, 11, 'add a CAST'],
    ['select 1 union select s from things', 'sql-type-mismatch', 1, 16, 20, 'add a CAST'],
    ['select 1, 2 union select 1', 'sql-syntax', 1, 19, 8, undefined],
    ['select rank() from things', 'sql-syntax', 1, 8, 4, undefined],
    ['select lower(distinct s) from things', 'sql-syntax', 1, 8, 5, undefined],
    ['select sum(distinct i) over () from things', 'sql-syntax', 1, 8, 3, undefined],
    ['select x -> x', 'sql-unsupported', 1, 8, 6, undefined],
    ["select interval 'x' day", 'sql-syntax', 1, 8, 16, undefined],
    ['select 9223372036854775808', 'sql-syntax', 1, 8, 19, "write DECIMAL '9223372036854775808'"],
    ['values (1, 2), (3)', 'sql-syntax', 1, 16, 3, undefined],
    ['select (select 1, 2)', 'sql-unsupported', 1, 8, 13, undefined],
    ['select * from unnest(1)', 'sql-type-mismatch', 1, 22, 1, undefined],
    ['select * from (select 1) t(a, b)', 'sql-syntax', 1, 28, 1, undefined],
    ['select distinct i from things order by b', 'sql-syntax', 1, 40, 1, /^select it/],
    ['select i as x, b as x from things order by x', 'column-ambiguous', 1, 44, 1, /number/],
    ['select i from things order by m', 'sql-type-mismatch', 1, 31, 1, /element_at/],
    ['select count(*) from things group by m', 'sql-unsupported', 1, 38, 1, /AS JSON/],
    ['select count(*) from things group by rollup (i % 2)', 'sql-syntax', 1, 46, 5, /subquery/],
    [
      'select i from things join (values (1)) u(ii) using (ii)',
      'column-not-found',
      1,
      53,
      2,
      /'i'/,
    ],
    ["select i from things join (values 'a') u(i) using (i)", 'sql-type-mismatch', 1, 52, 1, /ON/],
    [
      'select d from things join (values 1e0) u(d) using (d)',
      'sql-unsupported',
      1,
      52,
      1,
      /ON a\.d/,
    ],
    ['select x from things join unnest(xs) u(x) on x > i', 'sql-unsupported', 1, 46, 5, /WHERE/],
    [
      'select i from things where i in (select i, b from things)',
      'sql-type-mismatch',
      1,
      28,
      30,
      undefined,
    ],
    [
      'select i from things where xs in (select xs from things)',
      'sql-unsupported',
      1,
      28,
      29,
      /EXISTS/,
    ],
    [
      'select sum(i) over (order by i rows 1.5 preceding) from things',
      'sql-type-mismatch',
      1,
      37,
      3,
      undefined,
    ],
    [
      'select sum(i) over (order by t range 1 preceding) from things',
      'sql-type-mismatch',
      1,
      38,
      1,
      undefined,
    ],
    ['with recursive r as (select 1) select * from r', 'sql-syntax', 1, 16, 1, /r\(a, b\)/],
    ['with recursive r(x) as (select x from r) select * from r', 'sql-syntax', 1, 16, 1, undefined],
    [
      'with recursive r(x) as (select 1 union all select x + 0.5 from r) select * from r',
      'sql-type-mismatch',
      1,
      44,
      21,
      /CAST/,
    ],
  ])('%s', (sql, code, line, column, length, hint) => {
    const result = dialect.translate(sql, { path: 'models/m.sql', tableColumns });
    expect(result.ok).toBe(false);
    expect(result.diagnostics).toHaveLength(1);
    const [diagnostic] = result.diagnostics;
    expect(diagnostic).toMatchObject({
      code,
      severity: 'error',
      location: { path: 'models/m.sql', line, column, length },
    });
    expect(diagnostic?.location?.sourceLine).toBe(sql.split('\n')[line - 1]);
    if (hint instanceof RegExp) expect(diagnostic?.hint).toMatch(hint);
    else expect(diagnostic?.hint).toBe(hint);
  });

  it('come all at once, and once each', () => {
    const result = dialect.translate(
      'select foo(1), upper(baz(2)),\n  approx_set(3) from things where nope = 1',
      { path: 'm.sql', tableColumns },
    );
    const found = result.diagnostics.map(
      ({ code, location }) => `${code} ${location?.line ?? 0}:${location?.column ?? 0}`,
    );
    expect(found.sort()).toEqual([
      'column-not-found 2:35',
      'function-unknown 1:22',
      'function-unknown 1:8',
      'function-unsupported 2:3',
    ]);
  });
});

describe('large queries', () => {
  it('have no bound to their width', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `(${index}, 'x')`).join(', ');
    const list = Array.from({ length: 5000 }, (_, index) => index).join(', ');
    const result = dialect.translate(
      `select a from (values ${rows}) t(a, b) where a in (${list})`,
      { path: '' },
    );
    expect(result.ok).toBe(true);
  });

  it('have one to their depth', () => {
    const result = dialect.translate(`select ${'1 + '.repeat(50_000)}1`, { path: 'm.sql' });
    expect(result).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'sql-unsupported', message: 'the query is nested too deeply' }],
    });
  });
});

describe('conditions', () => {
  it.each([
    ['x <> 0 and 10 / x > 1', 5],
    ['x = 0 or 10 / x > 1', 5],
    ["regexp_like(s, '^[0-9]+$') and cast(s as integer) > 1", 5],
    ['cardinality(xs) >= 2 and xs[2] = 7', 5],
  ])('%s: later terms wait for earlier ones', async (condition, expected) => {
    const sql = `select max(x) from (values (0, 'a', array[1]), (5, '5', array[1, 7]), (null, null, null)) t(x, s, xs) where ${condition}`;
    const answer = await run(sql, undefined);
    expect(answer.value, answer.sql).toBe(expected);
  });

  it.each([
    ['false and 1 / x = 1', false],
    ['true or 1 / x = 1', true],
    ['(x is null) and 1 / x = 1', false],
    ['(y = 1) and 1 / x = 1', /^error: .*Division by zero/],
    ['(y = 1) and 1 / (x + 1) = 2', false],
    ['(y = 1) or 1 / (x + 1) = 2', null],
  ])('%s is %s', async (condition, expected) => {
    const sql = `select ${condition} from (values (0, cast(null as integer))) t(x, y)`;
    const answer = await run(sql, undefined);
    if (expected instanceof RegExp) expect(answer.value, answer.sql).toMatch(expected);
    else expect(answer.value, answer.sql).toBe(expected);
  });
});

describe('the way back', () => {
  it('leads from places of the translated text to the author’s', () => {
    const sql = [
      'with a as (',
      '  select sqrt(x) as days',
      '  from t',
      ')',
      'select upper(nmae), days / 2',
      'from a join b on true -- the days',
      'where days > 1',
    ].join('\n');
    const translated = dialect.translate(sql, { path: 'm.sql' });
    if (!translated.ok) throw new Error('it translates');
    const { sql: text, toOriginal } = translated.value;
    const back = (needle: string): string => {
      const before = text.slice(0, text.indexOf(needle)).split('\n');
      const place = toOriginal(before.length, (before.at(-1)?.length ?? 0) + 1);
      return place === undefined ? 'nowhere' : `${place.line}:${place.column}`;
    };
    expect(back('stedi_trino')).toBe('2:10');
    expect(back('upper')).toBe('5:8');
    expect(back('nmae')).toBe('5:14');
    expect(back('days > 1')).toBe('7:7');
  });

  it('keeps the lines of the original', () => {
    const sql = 'select 1 as a,\n  2 as b\nfrom (values 1) t(x)\nwhere x = 1\norder by 1';
    const translated = dialect.translate(sql, { path: 'm.sql' });
    expect(translated.ok && translated.value.sql).toBe(
      'SELECT 1 AS a,\n  2 AS b\nFROM (VALUES (1)) AS t(x)\nWHERE x = 1\nORDER BY 1 NULLS LAST',
    );
  });
});

describe('a project in the own SQL of DuckDB', () => {
  const translate = (sql: string, warnsOfDifferences: boolean) =>
    createDuckDbDialect(createSqlToolkit(), { warnsOfDifferences }).translate(sql, {
      path: 'm.sql',
    });

  it('is warned of divisions of whole numbers, once and at their place', () => {
    const sql = 'select cents / 100 as amount, 7 / 2.0 as half from (values (1250)) as t (cents)';
    const { ok, diagnostics } = translate(sql, true);
    expect([ok, diagnostics]).toMatchObject([
      true,
      [{ code: 'dialect-differs', severity: 'warning', location: { line: 1, column: 8 } }],
    ]);
    expect(translate(sql, false).diagnostics).toEqual([]);
  });
});
