/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());

function messages(sql: string): readonly string[] {
  return dialect.translate(sql, { path: 'm.sql' }).diagnostics.map(({ message }) => message);
}

describe('tiles', () => {
  it.each([
    ["select bing_tile('12') as tile", 'column tile is of type BingTile, which no table holds'],
    ["select bing_tile('12') < bing_tile('13')", 'Athena cannot apply < to BingTile and BingTile'],
    ["select cast(bing_tile('12') as varchar)", 'Athena cannot cast BingTile to varchar'],
    ["select cast(array[bing_tile('12')] as json)", 'Athena cannot cast array(BingTile) to json'],
    [
      "select max(t) from (values bing_tile('12')) v(t)",
      'max cannot be translated: it is not supported for geometries and tiles',
    ],
    [
      "select 1 from (values bing_tile('12')) v(t) order by t",
      'Athena cannot order by values of type BingTile',
    ],
  ])('%s', (sql, message) => {
    expect(messages(sql)).toEqual([message]);
  });

  it.each([
    "select bing_tile_quadkey(t) from (values bing_tile('12')) v(t) group by t",
    "select count(distinct t) from (values bing_tile('12')) v(t)",
    "select bing_tile('12') = bing_tile(2, 1, 2)",
  ])('%s', (sql) => {
    expect(messages(sql)).toEqual([]);
  });
});
