import { macroCall } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { refusal, rewrite, type FunctionRule, type ReturnRule } from './rule.js';

/*
 * Tiles of a map of the world, a square of 2^zoom by 2^zoom tiles. Source: Microsoft, "Bing Maps Tile System". A tile is a BIGINT: x in
 * the bits from 28 on, y in those from 5 to 27, the zoom level below. So tiles are equal if their numbers are.
 */

const highestZoom = 23;
const noTile = 'CAST(0 AS BIGINT)';

const fail = (message: string, value: string): string => `stedi_trino.fail('${message}', ${value})`;

function checkZoom(zoom: string, value: string): string {
  return `WHEN ${zoom} <= 0 THEN ${fail('Zoom level must be > 0', value)}
        WHEN ${zoom} > ${highestZoom} THEN ${fail(`Zoom level must be <= ${highestZoom}`, value)}`;
}

function checkPlace(value: string): string {
  return `WHEN latitude IS NULL OR longitude IS NULL OR zoom IS NULL THEN NULL
        WHEN NOT latitude BETWEEN -8.505112878e1 AND 8.505112878e1 THEN ${fail('Latitude must be between -85.05112878 and 85.05112878', value)}
        WHEN NOT longitude BETWEEN -180e0 AND 180e0 THEN ${fail('Longitude must be between -180.0 and 180.0', value)}
        ${checkZoom('zoom', value)}`;
}

/** The number of the tile that a share of the map's side lies in, its pixels counted as whole ones. */
function tileAt(share: string): string {
  return `CAST(floor(greatest(0e0, least((${share}) * (CAST(256 AS BIGINT) << zoom), CAST((CAST(256 AS BIGINT) << zoom) - 1 AS DOUBLE)))) AS BIGINT) // 256`;
}

const coordinates: ReturnRule = () => ({
  kind: 'row',
  fields: [
    { name: 'x', type: { kind: 'integer' } },
    { name: 'y', type: { kind: 'integer' } },
  ],
});

/** The functions of Bing tiles. */
export const bingTileRules: Readonly<Record<string, FunctionRule>> = {
  bing_tile: rewrite((call) => {
    const char = call.args.find(({ type }) => type.kind === 'char');
    if (char) return refusal('it takes no char', 'CAST(… AS varchar)', char.syntax);
    return call.stableArgs((args) => macroCall('tile', args));
  }),
  bing_tile_at: {
    kind: 'macro',
    bodies: [
      `(latitude, longitude, zoom) AS CASE ${checkPlace(noTile)}
        ELSE stedi_trino.tile_number(stedi_trino.tile_x(longitude, zoom), stedi_trino.tile_y(latitude, zoom), zoom) END`,
    ],
  },
  bing_tiles_around: rewrite((call) =>
    call.args.length > 3
      ? refusal(
          'which tiles a circle touches hangs on the last digits of sines',
          'take the tiles around it, and filter by great_circle_distance',
        )
      : call.stableArgs((args) => macroCall('tiles_around', args)),
  ),
  bing_tile_coordinates: {
    kind: 'macro',
    bodies: [
      `(tile) AS CASE WHEN tile IS NOT NULL THEN {'x': CAST(tile >> 28 AS INTEGER), 'y': CAST((tile >> 5) & 8388607 AS INTEGER)} END`,
    ],
    returns: coordinates,
  },
  bing_tile_zoom_level: { kind: 'macro', bodies: ['(tile) AS CAST(tile & 31 AS TINYINT)'] },
  bing_tile_quadkey: {
    kind: 'macro',
    bodies: [
      `(tile) AS list_transform([tile], lambda stedi_tile: array_to_string(list_transform(
        range((stedi_tile & 31) - 1, -1, -1), lambda stedi_bit: CAST(((stedi_tile >> (28 + stedi_bit)) & 1)
          + 2 * ((stedi_tile >> (5 + stedi_bit)) & 1) AS VARCHAR)), ''))[1]`,
    ],
  },
};

/** Macros that the functions of tiles call. */
export const bingTileMacros: Readonly<Record<string, readonly string[]>> = {
  tile: [
    `(x, y, zoom) AS CASE WHEN x IS NULL OR y IS NULL OR zoom IS NULL THEN NULL
        ${checkZoom('zoom', noTile)}
        WHEN least(x, y) < 0 OR greatest(x, y) >= 1 << zoom
        THEN ${fail('XY coordinates for a Bing tile must be within its zoom level', noTile)}
        ELSE stedi_trino.tile_number(x, y, zoom) END`,
    `(quadkey) AS list_transform([quadkey], lambda stedi_key: CASE
        WHEN stedi_key = '' THEN ${fail('QuadKey must not be empty string', noTile)}
        WHEN length(stedi_key) > ${highestZoom} THEN ${fail(`QuadKey must be ${highestZoom} characters or less`, noTile)}
        WHEN NOT regexp_full_match(stedi_key, '[0-3]*') THEN ${fail("Invalid QuadKey digit sequence: ' || stedi_key || '", noTile)}
        WHEN stedi_key IS NOT NULL THEN stedi_trino.tile_number(stedi_trino.quadkey_axis(stedi_key, '1'),
          stedi_trino.quadkey_axis(stedi_key, '2'), length(stedi_key)) END)[1]`,
  ],
  tiles_around: [
    `(latitude, longitude, zoom) AS CASE ${checkPlace(`[${noTile}]`)}
        ELSE list_transform([row(stedi_trino.tile_x(longitude, zoom), stedi_trino.tile_y(latitude, zoom), zoom)],
          lambda stedi_mid: flatten(list_transform(range(-1, 2), lambda stedi_right: list_transform(
            list_filter(range(-1, 2), lambda stedi_down: least(stedi_mid[1] + stedi_right, stedi_mid[2] + stedi_down) >= 0
              AND greatest(stedi_mid[1] + stedi_right, stedi_mid[2] + stedi_down) < 1 << stedi_mid[3]),
            lambda stedi_below: stedi_trino.tile_number(stedi_mid[1] + stedi_right, stedi_mid[2] + stedi_below, stedi_mid[3])))))[1] END`,
  ],
  tile_number: ['(x, y, zoom) AS (CAST(x AS BIGINT) << 28) + (CAST(y AS BIGINT) << 5) + zoom'],
  // The bits of one axis: a 1 or a 2 in the key, or a 3.
  quadkey_axis: [
    `(quadkey, digit) AS list_sum(list_transform(range(1, length(quadkey) + 1), lambda stedi_place:
      CASE WHEN substr(quadkey, stedi_place, 1) IN (digit, '3') THEN 1 << (length(quadkey) - stedi_place) ELSE 0 END))`,
  ],
  tile_x: [`(longitude, zoom) AS ${tileAt('(longitude + 180e0) / 360e0')}`],
  // The logarithm's last digit decides where an edge between tiles is as near as that. The equator is exact.
  tile_y: [
    `(latitude, zoom) AS list_transform([row(latitude, stedi_trino.mercator(sin(latitude * pi() / 180e0)))], lambda stedi_y:
      CASE WHEN stedi_y[1] <> 0 AND round(stedi_y[2] * (1 << zoom)) BETWEEN 1 AND (1 << zoom) - 1
        AND abs(stedi_y[2] * (1 << zoom) - round(stedi_y[2] * (1 << zoom))) <= 4e-15 * (1 << zoom)
      THEN ${limitSql('tile-edge', 'CAST(stedi_y[1] AS VARCHAR)', noTile)} ELSE ${tileAt('stedi_y[2]')} END)[1]`,
  ],
  mercator: ['(sine) AS 5e-1 - ln((1e0 + sine) / (1e0 - sine)) / (4e0 * pi())'],
};
