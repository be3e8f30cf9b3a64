/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { beforeAll, describe, expect, it } from 'vitest';
import type { DuckDBConnection } from '@duckdb/node-api';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';
import { openTestWarehouse } from '../testing/trino-answers.js';

const dialect = createDuckDbDialect(createSqlToolkit());

let connection: DuckDBConnection;

beforeAll(async () => {
  ({ connection } = await openTestWarehouse());
  await connection.run(
    "CREATE TABLE things AS FROM (VALUES (1, 'a'), (2, 'b'), (2, 'c'), (3, 'd')) AS t(x, s)",
  );
});

function translate(sql: string): ReturnType<typeof dialect.translate> {
  return dialect.translate(sql, { path: 'm.sql' });
}

// What fixtures/trino-queries/ties.json cannot hold: relations whose columns are not known.
describe('FETCH FIRST … WITH TIES over a table that nothing is known of', () => {
  it.each([
    ['select * from things order by x fetch first 2 rows with ties', ['a', 'b', 'c']],
    ['select * from things order by -x offset 1 fetch first row with ties', ['b', 'c']],
    [
      'select x as y, t.* from things t order by y desc fetch first 2 rows with ties',
      ['b', 'c', 'd'],
    ],
    ['table things order by x fetch first 2 rows with ties', ['a', 'b', 'c']],
  ])('%s', async (query, expected) => {
    const translated = translate(query);
    if (!translated.ok) throw new Error(JSON.stringify(translated.diagnostics));
    const reader = await connection.runAndReadAll(translated.value.sql);
    const rows = reader.getRowObjectsJson();
    expect(rows.map(({ s }) => s).sort(), translated.value.sql).toEqual(expected);
    expect(reader.columnNames().filter((name) => name.includes('stedi'))).toEqual([]);
  });

  it.each([
    ['select * from things order by 1 fetch first 2 rows with ties', 'by the number of a column'],
    ['select distinct *, x as y from things order by y fetch first row with ties', 'beside a star'],
    ['select x from things fetch first 2 rows with ties', 'needs an ORDER BY'],
    ['select x from things order by x fetch first 0 rows with ties', 'greater than zero'],
  ])('refuses %s', (query, message) => {
    const translated = translate(query);
    expect(translated.ok ? [] : translated.diagnostics.map((each) => each.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
