import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createDuckDbDialect } from '../adapters/duckdb/dialect.js';
import { createNativeDialect } from '../adapters/duckdb/native/native-dialect.js';
import type { Dialect, TableColumns, TypedColumn } from '../core/adapter.js';
import { openParseCache, type ParseCache } from '../project/parse-cache.js';
import { createSqlToolkit } from '../sql/index.js';
import { cacheTranslations } from './cache-translations.js';
import { findEngine } from './engines.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function createFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-translations-'));
  folders.push(folder);
  return folder;
}

const showsSecret = (text: string): boolean => text.includes('hunter2');

function open(targetFolder: string, identity = 'build 1'): ParseCache {
  return openParseCache({
    ...{ targetFolder, name: 'translations', identity, showsSecret },
    mostUnusedBytes: 1 << 20,
  });
}

type Options = Parameters<Dialect['translate']>[1];

/** Translates in an invocation of its own. Returns what it gives, and whether it was translated anew. */
function translate(
  folder: string,
  sql: string,
  {
    dialect = createDuckDbDialect(createSqlToolkit()),
    about = '',
    few = 0,
    identity,
    ...options
  }: Partial<Options> & {
    readonly dialect?: Dialect;
    readonly about?: string;
    readonly few?: number;
    readonly identity?: string;
  } = {},
): { readonly from: 'kept' | 'query'; readonly result: unknown; readonly expected: unknown } {
  let count = 0;
  const counted: Dialect = {
    ...dialect,
    translate: (...call) => {
      count += 1;
      return dialect.translate(...call);
    },
  };
  const cache = open(folder, identity);
  const given = { path: 'models/a.sql', ...options };
  const result = cacheTranslations(counted, () => cache, { about, few }).translate(sql, given);
  // Before places are asked for, which are not kept.
  const from = count === 0 ? 'kept' : 'query';
  cache.save();
  return { from, result: show(result), expected: show(dialect.translate(sql, given)) };
}

/** What a translation says, the place of each of the first letters among it. */
function show(result: ReturnType<Dialect['translate']>): unknown {
  if (!result.ok) return { diagnostics: result.diagnostics };
  const { toOriginal, ...value } = result.value;
  const places = [1, 2].flatMap((line) =>
    Array.from({ length: 60 }, (_, column) => toOriginal(line, column + 1)),
  );
  return { ...value, places, diagnostics: result.diagnostics };
}

function tablesOf(tables: Readonly<Record<string, readonly TypedColumn[]>>): TableColumns {
  return (name) => tables[name.join('.')];
}

function expectFrom(
  from: 'kept' | 'query',
  { result, expected, ...found }: ReturnType<typeof translate>,
): void {
  expect(result).toEqual(expected);
  expect(found.from).toBe(from);
}

const integer: TypedColumn = { name: 'n', type: { kind: 'integer' } };
const double: TypedColumn = { name: 'n', type: { kind: 'double' } };
const text: TypedColumn = { name: 'n', type: { kind: 'varchar', length: 3 } };

describe('a dialect that keeps what it translated', () => {
  it.each([
    'select 1 as id',
    "select *, n || 'x' as more from t",
    'select n\n  , count(*) as c from "a"."t" as x group by 1 order by 2 nulls first',
    "select date_add('day', 1, date '2024-01-01') as d, row(1, 'x') as r, array[1.5] as a",
    'with x as (select n from t) select x.n || n as twice, approx_distinct(n) from x group by 1',
    'select 1, 2',
  ])('gives again what it gave: %s', (sql) => {
    const folder = createFolder();
    const tableColumns = tablesOf({ t: [text], 'a.t': [integer] });
    for (const options of [{}, { tableColumns }, { tableColumns, storesResult: false }]) {
      expectFrom('query', translate(folder, sql, options));
    }
    for (const options of [{}, { tableColumns }, { tableColumns, storesResult: false }]) {
      expectFrom('kept', translate(folder, sql, options));
      expectFrom('kept', translate(folder, sql, { ...options, path: 'models/another.sql' }));
    }
  });

  it('knows that another column, type, table or option is another query', () => {
    const folder = createFolder();
    const sql = 'select n / 2 as half, t.* from t';
    const told: readonly (readonly TypedColumn[] | undefined)[] = [
      [integer],
      [double],
      [integer, { name: 'm', type: { kind: 'integer' } }],
      [{ name: 'm', type: { kind: 'integer' } }, integer],
      [{ ...integer, nativeType: 'INTEGER' }],
      undefined,
    ];
    const seen = new Set<string>();
    for (const columns of told) {
      const tableColumns = tablesOf(columns ? { t: columns, u: [text] } : {});
      const first = translate(folder, sql, { tableColumns });
      expectFrom('query', first);
      seen.add(JSON.stringify(first.result));
      expectFrom('kept', translate(folder, sql, { tableColumns }));
    }
    expect(seen.size).toBeGreaterThan(3);
    const tableColumns = tablesOf({});
    // Of tables that the query does not name, nothing depends.
    expectFrom('kept', translate(folder, sql, { tableColumns: tablesOf({ u: [text] }) }));
    expectFrom('query', translate(folder, sql));
    expectFrom('query', translate(folder, sql, { tableColumns, storesResult: true }));
    expectFrom('query', translate(folder, `${sql} `, { tableColumns }));
    expectFrom('query', translate(folder, sql, { tableColumns, about: 'another' }));
    expectFrom('query', translate(folder, sql, { tableColumns, identity: 'build 2' }));
  });

  it('an option that is added one day is a part of the key', () => {
    const folder = createFolder();
    const given = (value: unknown): Partial<Options> => ({ added: value }) as Partial<Options>;
    expectFrom('query', translate(folder, 'select 1 as id', given(1)));
    expectFrom('kept', translate(folder, 'select 1 as id', given(1)));
    expectFrom('query', translate(folder, 'select 1 as id', given(2)));
    for (let time = 0; time < 2; time++) {
      expectFrom(
        'query',
        translate(
          folder,
          'select 1 as id',
          given(() => 1),
        ),
      );
    }
  });

  it.each([
    ['a mistake', 'select n from t where', {}],
    ['a column that is not there', 'select m from t', {}],
    ['a column without a name', 'select 1, 2', { storesResult: true }],
    ['a secret', "select 'hunter2' as word", {}],
  ])('keeps nothing of %s', (_, sql, options) => {
    const folder = createFolder();
    for (let time = 0; time < 2; time++) {
      const tableColumns = tablesOf({ t: [integer] });
      expectFrom('query', translate(folder, sql, { tableColumns, ...options }));
    }
  });

  it('says warnings each time', () => {
    const folder = createFolder();
    const dialect = createDuckDbDialect(createSqlToolkit(), { warnsOfDifferences: true });
    for (let time = 0; time < 2; time++) {
      const given = translate(folder, 'select 7 / 2 as n', { dialect });
      expect(JSON.stringify(given.result)).toContain('"severity":"warning"');
      expectFrom('query', given);
    }
  });

  it("keeps Athena's apart from DuckDB's", async () => {
    const folder = createFolder();
    const target = {
      ...{ name: 'a', type: 'athena', schema: 's', database: 'awsdatacatalog', threads: 1 },
      options: {},
    };
    const dialect = await findEngine(target).createDialect(createSqlToolkit());
    const sql = "select date_add('day', 1, date '2024-01-01') as d";
    expectFrom('query', translate(folder, sql));
    expectFrom('query', translate(folder, sql, { dialect }));
    expectFrom('kept', translate(folder, sql, { dialect }));
    expectFrom('kept', translate(folder, sql));
  });

  it('leaves what passes on the words of authors alone, and the first queries', () => {
    const folder = createFolder();
    const dialect = createNativeDialect({});
    const cached = cacheTranslations(dialect, () => open(folder), { about: '', few: 0 });
    expect(cached).toBe(dialect);
    for (let time = 0; time < 2; time++) {
      expectFrom('query', translate(folder, 'select 1 as id', { few: 1 }));
    }
  });

  it('forgets the oldest of what is not asked for', () => {
    const folder = createFolder();
    const invoke = (keys: readonly string[]): readonly string[] => {
      const cache = openParseCache({
        ...{ targetFolder: folder, name: 'translations', identity: 'i', showsSecret },
        mostUnusedBytes: 20,
      });
      const found = keys.filter((key) => cache.find(key) !== undefined);
      for (const key of keys) if (!found.includes(key)) cache.keep(key, '12345678');
      cache.save();
      return found;
    };
    expect(invoke(['a', 'b', 'c'])).toEqual([]);
    expect(invoke(['d'])).toEqual([]);
    expect(invoke(['a', 'b', 'c', 'd'])).toEqual(['b', 'c', 'd']);
  });
});
