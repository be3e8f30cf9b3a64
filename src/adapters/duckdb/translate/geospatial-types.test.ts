/* eslint-disable no-restricted-imports -- a test composes the rooms */
import { describe, expect, it } from 'vitest';
import { createSqlToolkit } from '../../../sql/index.js';
import { createDuckDbDialect } from '../dialect.js';

const dialect = createDuckDbDialect(createSqlToolkit());

function messages(sql: string): readonly string[] {
  return dialect.translate(sql, { path: 'm.sql' }).diagnostics.map(({ message }) => message);
}

describe('geometries', () => {
  it.each([
    ['select st_point(1, 2) as p', 'column p is of type Geometry, which no table holds'],
    ['select array[st_point(1, 2)]', 'column 1 is of type array(Geometry), which no table holds'],
    ['select st_point(1, 2) = st_point(1, 2)', '= is not supported for Geometry and Geometry'],
    [
      'select st_x(p) from (values st_point(1, 2)) v(p) group by p',
      'grouping by geometries is not supported: Athena tells the same points apart that were made in other ways',
    ],
    [
      'select count(distinct p) from (values st_point(1, 2)) v(p)',
      'count cannot be translated: it is not supported for geometries and tiles',
    ],
    ['select cast(st_point(1, 2) as varchar)', 'Athena cannot cast Geometry to varchar'],
    [
      "select st_x(st_geometryfromtext(cast('POINT (1 2)' as char(11))))",
      'st_geometryfromtext does not take (char(11))',
    ],
    [
      "select st_area(to_spherical_geography(st_polygon('POLYGON ((0 0, 1 0, 1 1))')))",
      'st_area cannot be translated: areas on the sphere are not supported',
    ],
    [
      'select st_buffer(st_point(1, 2), 1)',
      "st_buffer cannot be translated: new geometries are not cut out of others here: every corner would have to be that of Athena's library",
    ],
  ])('%s', (sql, message) => {
    expect(messages(sql)).toContain(message);
  });
});

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
