import { geometryStruct } from '../types/duckdb-type.js';
import { limitSql } from './engine-limits.js';
import { noGeometry, onlyFor, withGeometry } from './geometry-parts.js';
import { geometryKinds, noParts } from './geometry-text.js';
import { macro, type FunctionRule } from './rule.js';

const limit = (what: string, value: string): string => limitSql('geometry', `'${what}'`, value);
const notWkb = `stedi_trino.fail('Invalid WKB', ${noGeometry})`;

const kindOf = (number: string): string =>
  `[${geometryKinds.map((kind) => `'${kind}'`).join(', ')}][${number}]`;
/** GeoJSON's names. */
const names = [
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
] as const;

const concat = (list: string): string => `coalesce(list_aggr(${list}, 'string_agg', ''), '')`;
const commas = (list: string): string =>
  `'[' || coalesce(list_aggr(${list}, 'string_agg', ','), '') || ']'`;

/** Functions that read and write geometries in other forms than text. */
export const geometryFormatRules: Readonly<Record<string, FunctionRule>> = {
  st_asbinary: macro(
    `(geometry) AS ${withGeometry('geometry', 'unhex(stedi_trino.wkb_of(stedi_g.kind, stedi_g.parts))')}`,
  ),
  st_geomfrombinary: macro(
    `(value) AS list_transform([hex(value)], lambda stedi_hex: CASE WHEN stedi_hex IS NULL THEN NULL
      WHEN length(stedi_hex) < 18 OR left(stedi_hex, 2) NOT IN ('00', '01') THEN ${notWkb}
      ELSE stedi_trino.read_wkb(stedi_hex, left(stedi_hex, 2) = '01', stedi_trino.wkb_integer(stedi_hex, 3, left(stedi_hex, 2) = '01')) END)[1]`,
  ),
  to_encoded_polyline: macro(
    `(geometry) AS ${withGeometry(
      'geometry',
      `CASE WHEN stedi_g.kind IS NULL THEN NULL ${onlyFor('encode_polyline', ['MULTIPOINT', 'LINESTRING'], "''")}
      WHEN stedi_trino.farthest(stedi_g.parts) > 1e6 THEN ${limit('a polyline far from any map', "''")}
      ELSE stedi_trino.polyline_of(list_transform(flatten(flatten(stedi_g.parts)), lambda stedi_v: [
        stedi_trino.rounded_up(stedi_v.y * 1e5), stedi_trino.rounded_up(stedi_v.x * 1e5)])) END`,
    )}`,
  ),
  from_encoded_polyline: macro(
    `(text) AS list_transform([CAST(text AS VARCHAR)], lambda stedi_text: CASE WHEN stedi_text IS NULL THEN NULL
      WHEN NOT regexp_full_match(stedi_text, '[?-~]*') OR regexp_matches(stedi_text, '[_-~]{6}') THEN ${limit('a polyline with other characters', noGeometry)}
      WHEN NOT regexp_full_match(stedi_text, '(?:[_-~]*[?-^][_-~]*[?-^])*') THEN stedi_trino.fail('Invalid encoded polyline', ${noGeometry})
      ELSE stedi_trino.line_of_polyline(list_transform(regexp_extract_all(stedi_text, '[_-~]*[?-^]'), lambda stedi_n: stedi_trino.polyline_number(stedi_n))) END)[1]`,
  ),
  to_geojson_geometry: macro(
    `(geometry) AS ${withGeometry(
      'geometry',
      `CASE WHEN stedi_g.kind IS NOT NULL THEN '{"type":"' || [${names.map((name) => `'${name}'`).join(', ')}][list_position([${geometryKinds
        .map((kind) => `'${kind}'`)
        .join(
          ', ',
        )}], stedi_g.kind)] || '","coordinates":' || stedi_trino.geojson_of(stedi_g.kind, stedi_g.parts)
        || ',"crs":{"type":"name","properties":{"name":"EPSG:0"}}}' END`,
    )}`,
  ),
  from_geojson_geometry: macro(
    `(text) AS list_transform([CAST(text AS VARCHAR)], lambda stedi_text: CASE WHEN stedi_text IS NULL THEN NULL
      WHEN NOT stedi_trino.json_is_valid(stedi_text) THEN stedi_trino.fail('Invalid GeoJSON', ${noGeometry})
      WHEN regexp_matches(stedi_text, '\\d{17}') THEN ${limit('long numbers', noGeometry)}
      WHEN json_type(stedi_text) <> 'OBJECT' OR list_sort(json_keys(stedi_text)) <> ['coordinates', 'type'] THEN ${limit('GeoJSON with other members than type and coordinates', noGeometry)}
      ELSE stedi_trino.read_geojson(json_extract_string(stedi_text, '$.type'), json_extract(stedi_text, '$.coordinates')) END)[1]`,
  ),
};

/** Macros that these functions call. */
export const geometryFormatMacros: Readonly<Record<string, readonly string[]>> = {
  // Bytes in the other order, as hexadecimal digits.
  turned_bytes: [
    `(digits) AS list_aggr(list_reverse(regexp_extract_all(digits, '..')), 'string_agg', '')`,
  ],
  wkb_count: [`(number) AS stedi_trino.turned_bytes(printf('%08X', CAST(number AS BIGINT)))`],
  wkb_points: [
    `(points) AS ${concat(`list_transform(points, lambda stedi_v: stedi_trino.turned_bytes(hex(CAST(CAST(stedi_v.x AS BIT) AS BLOB)))
      || stedi_trino.turned_bytes(hex(CAST(CAST(stedi_v.y AS BIT) AS BLOB))))`)}`,
  ],
  wkb_lines: [
    `(lines) AS ${concat('list_transform(lines, lambda stedi_line: stedi_trino.wkb_count(len(stedi_line)) || stedi_trino.wkb_points(stedi_line))')}`,
  ],
  // Single geometries: a point, a line, or a polygon with the number of its rings.
  wkb_single: [
    `(kind, part) AS CASE kind WHEN 'POINT' THEN '0101000000' || stedi_trino.wkb_points(part[1])
      WHEN 'LINESTRING' THEN '0102000000' || stedi_trino.wkb_lines(part)
      ELSE '0103000000' || stedi_trino.wkb_count(len(part)) || stedi_trino.wkb_lines(part) END`,
  ],
  wkb_of: [
    `(kind, parts) AS CASE WHEN kind IS NULL THEN NULL
      WHEN starts_with(kind, 'MULTI') THEN '010' || CASE kind WHEN 'MULTIPOINT' THEN '4' WHEN 'MULTILINESTRING' THEN '5' ELSE '6' END || '000000'
        || stedi_trino.wkb_count(len(parts)) || ${concat(`list_transform(parts, lambda stedi_part: stedi_trino.wkb_single(replace(kind, 'MULTI', ''), stedi_part))`)}
      WHEN len(parts) > 0 THEN stedi_trino.wkb_single(kind, parts[1])
      WHEN kind = 'POINT' THEN '0101000000' || repeat('000000000000F87F', 2)
      ELSE CASE kind WHEN 'LINESTRING' THEN '0102000000' ELSE '0103000000' END || '00000000' END`,
  ],
  // Of well-known binary in hexadecimal digits: the number at a place, NULL behind the end.
  wkb_integer: [
    `(digits, place, little) AS CASE WHEN place + 7 <= length(digits) THEN CAST(CAST(unhex('00000000' || CASE WHEN little
      THEN stedi_trino.turned_bytes(substr(digits, place, 8)) ELSE substr(digits, place, 8) END)::BIT AS BIGINT) AS BIGINT) END`,
  ],
  wkb_double: [
    `(digits, place, little) AS CAST(CAST(unhex(CASE WHEN little THEN stedi_trino.turned_bytes(substr(digits, place, 16))
      ELSE substr(digits, place, 16) END) AS BIT) AS DOUBLE)`,
  ],
  // The points at a place, after their number or, where it is but one, alone.
  wkb_line: [
    `(digits, place, little, alone) AS list_transform(range(0, CASE WHEN alone THEN 1 ELSE stedi_trino.wkb_integer(digits, place, little) END), lambda stedi_i: {
      'x': stedi_trino.wkb_double(digits, place + 8 + 32 * stedi_i, little), 'y': stedi_trino.wkb_double(digits, place + 24 + 32 * stedi_i, little)})`,
  ],
  // The places of lines, or rings, and of what follows them; NULL from where the digits end. Each has at least its number of points.
  wkb_places: [
    `(digits, place, wanted, header, little) AS CASE WHEN wanted * 8 > length(digits) THEN CAST([NULL] AS BIGINT[]) WHEN wanted = 0 THEN [CAST(place AS BIGINT)]
      ELSE list_reduce(list_transform(range(0, wanted), lambda stedi_i: {'places': CAST([] AS BIGINT[])}), lambda stedi_so_far, stedi_next: {
        'places': stedi_so_far.places || [CAST(stedi_so_far.places[-1] + header + 8
          + 32 * stedi_trino.wkb_integer(digits, stedi_so_far.places[-1] + header, little) AS BIGINT)]}, {'places': [CAST(place AS BIGINT)]}).places END`,
  ],
  // The places of lines, rings or parts, and of what follows them, in lists; of polygons a list for each.
  read_wkb: [
    `(digits, little, number) AS list_transform([{'digits': digits, 'little': little, 'number': number,
        'size': CASE number WHEN 1 THEN 0 WHEN 2 THEN 1 ELSE stedi_trino.wkb_integer(digits, 11, little) END}], lambda stedi_w: CASE
      WHEN stedi_w.number NOT BETWEEN 1 AND 6 THEN ${limit('other binary than of plain geometries', noGeometry)}
      WHEN stedi_w.number = 1 THEN CASE WHEN length(stedi_w.digits) < 42 THEN ${notWkb} ELSE stedi_trino.wkb_point(
        stedi_trino.wkb_double(stedi_w.digits, 11, stedi_w.little), stedi_trino.wkb_double(stedi_w.digits, 27, stedi_w.little)) END
      WHEN stedi_w.size IS NULL OR stedi_w.size * 8 > length(stedi_w.digits) THEN ${notWkb}
      ELSE stedi_trino.read_wkb_parts(stedi_w.digits, stedi_w.little, stedi_w.number, CASE stedi_w.number
        WHEN 4 THEN [list_transform(range(0, stedi_w.size + 1), lambda stedi_i: CAST(19 + 42 * stedi_i AS BIGINT))]
        WHEN 6 THEN stedi_trino.wkb_polygons(stedi_w.digits, stedi_w.size, stedi_w.little)
        ELSE [stedi_trino.wkb_places(stedi_w.digits, CASE stedi_w.number WHEN 2 THEN 11 ELSE 19 END, stedi_w.size,
          CASE stedi_w.number WHEN 5 THEN 10 ELSE 0 END, stedi_w.little)] END) END)[1]`,
  ],
  read_wkb_parts: [
    `(digits, little, number, places) AS list_transform([{'digits': digits, 'little': little, 'number': number, 'places': places}], lambda stedi_r: CASE
      WHEN len(stedi_r.places) > 0 AND NOT coalesce(stedi_r.places[-1][-1] <= length(stedi_r.digits) + 1, false) THEN ${notWkb}
      WHEN stedi_r.number >= 4 AND len(list_filter(CASE WHEN stedi_r.number = 6 THEN list_transform(stedi_r.places, lambda stedi_p: stedi_p[1] - 18)
          ELSE stedi_r.places[1][1:-2] END, lambda stedi_at: substr(stedi_r.digits, stedi_at, 2) <> CASE WHEN stedi_r.little THEN '01' ELSE '00' END
        OR stedi_trino.wkb_integer(stedi_r.digits, stedi_at + 2, stedi_r.little) <> stedi_r.number - 3)) > 0 THEN ${limit('binary in two orders', noGeometry)}
      ELSE stedi_trino.checked_geometry(list_transform([list_transform(stedi_r.places, lambda stedi_p: list_transform(stedi_p[1:-2], lambda stedi_at:
          stedi_trino.wkb_line(stedi_r.digits, stedi_at + CASE stedi_r.number WHEN 4 THEN 2 WHEN 5 THEN 10 ELSE 0 END, stedi_r.little, stedi_r.number = 4)))],
        lambda stedi_parts: {'kind': ${kindOf('stedi_r.number')}, 'parts': list_filter(list_transform(CASE
            WHEN stedi_r.number IN (4, 5) THEN list_transform(stedi_parts[1], lambda stedi_line: [stedi_line]) ELSE stedi_parts END,
          lambda stedi_part: list_filter(stedi_part, lambda stedi_line: len(stedi_line) > 0)), lambda stedi_part: len(stedi_part) > 0)})[1], 'well-known binary') END)[1]`,
  ],
  wkb_point: [
    `(x, y) AS list_transform([{'x': x, 'y': y}], lambda stedi_v: CASE WHEN isnan(stedi_v.x) THEN {'kind': 'POINT', 'parts': ${noParts}}
      WHEN NOT isfinite(stedi_v.x) OR NOT isfinite(stedi_v.y) THEN ${limit('a number that is not finite', noGeometry)}
      ELSE {'kind': 'POINT', 'parts': [[[stedi_v]]]} END)[1]`,
  ],
  // Of each polygon the places of its rings, and of what follows them.
  wkb_polygons: [
    `(digits, wanted, little) AS CASE WHEN wanted = 0 THEN CAST([] AS BIGINT[][])
      ELSE list_reduce(list_transform(range(0, wanted), lambda stedi_i: {'places': CAST([] AS BIGINT[][])}), lambda stedi_before, stedi_next: {
        'places': stedi_before.places || [CAST(list_transform([{'at': stedi_before.places[-1][-1],
            'rings': stedi_trino.wkb_integer(digits, stedi_before.places[-1][-1] + 10, little)}], lambda stedi_p: CASE
          WHEN stedi_p.rings IS NULL THEN [NULL] ELSE stedi_trino.wkb_places(digits, stedi_p.at + 18, stedi_p.rings, 0, little) END)[1] AS BIGINT[])]},
        {'places': [[CAST(19 AS BIGINT)]]}).places[2:] END`,
  ],
  // Java's Math.round.
  rounded_up: [
    '(x) AS CAST(floor(x) AS BIGINT) + CASE WHEN x - floor(x) >= 5e-1 THEN 1 ELSE 0 END',
  ],
  polyline_digits: [
    `(number) AS list_transform([CASE WHEN number < 0 THEN -2 * number - 1 ELSE 2 * number END], lambda stedi_z: ${concat(
      `list_transform(list_filter(range(0, 12), lambda stedi_k: stedi_k = 0 OR stedi_z >> (5 * stedi_k) > 0), lambda stedi_k:
        chr(CAST(((stedi_z >> (5 * stedi_k)) & 31) + CASE WHEN stedi_z >> (5 * stedi_k + 5) > 0 THEN 32 ELSE 0 END + 63 AS INTEGER)))`,
    )})[1]`,
  ],
  // Of pairs of whole numbers, what each differs from the one before by.
  polyline_of: [
    `(pairs) AS list_transform([pairs], lambda stedi_pairs: ${concat(`list_transform(stedi_pairs, lambda stedi_pair, stedi_at:
      stedi_trino.polyline_digits(stedi_pair[1] - CASE WHEN stedi_at > 1 THEN stedi_pairs[stedi_at - 1][1] ELSE 0 END)
      || stedi_trino.polyline_digits(stedi_pair[2] - CASE WHEN stedi_at > 1 THEN stedi_pairs[stedi_at - 1][2] ELSE 0 END))`)})[1]`,
  ],
  polyline_number: [
    `(digits) AS list_transform([CAST(list_sum(list_transform(regexp_extract_all(digits, '.'), lambda stedi_d, stedi_at:
        CAST((ord(stedi_d) - 63) % 32 AS BIGINT) << CAST(5 * stedi_at - 5 AS BIGINT))) AS BIGINT)], lambda stedi_z:
      CASE WHEN stedi_z % 2 = 1 THEN -(stedi_z + 1) // 2 ELSE stedi_z // 2 END)[1]`,
  ],
  line_of_polyline: [
    `(steps) AS list_transform([steps], lambda stedi_steps: CASE WHEN len(stedi_steps) < 4 THEN {'kind': 'LINESTRING', 'parts': ${noParts}}
      ELSE {'kind': 'LINESTRING', 'parts': [[list_transform(range(1, len(stedi_steps) // 2 + 1), lambda stedi_i: {
        'x': CAST(list_sum(stedi_steps[2:2 * stedi_i:2]) AS DOUBLE) * 1e-5, 'y': CAST(list_sum(stedi_steps[1:2 * stedi_i:2]) AS DOUBLE) * 1e-5})]]} END)[1]`,
  ],
  // Numbers as JTS writes them: eight decimals at most, and as Java does below 0.001.
  geojson_number: [
    `(x) AS CASE WHEN x = 0 THEN '0.0' WHEN abs(x) < 1e-3 OR abs(x) >= 1e7 THEN stedi_trino.json_float(x)
      ELSE list_transform([stedi_trino.rounded_up(x * 1e8)], lambda stedi_n: CASE WHEN stedi_n < 0 THEN '-' ELSE '' END
        || rtrim(rtrim(CAST(abs(stedi_n) // 100000000 AS VARCHAR) || '.' || printf('%08d', abs(stedi_n) % 100000000), '0'), '.'))[1] END`,
  ],
  geojson_points: [
    `(points) AS list_transform(points, lambda stedi_v: '[' || stedi_trino.geojson_number(stedi_v.x) || ',' || stedi_trino.geojson_number(stedi_v.y) || ']')`,
  ],
  // Rings run the other way round, as Athena's library holds them.
  geojson_rings: [
    `(rings) AS ${commas(`list_transform(rings, lambda stedi_ring: ${commas('stedi_trino.geojson_points(list_reverse(stedi_ring))')})`)}`,
  ],
  geojson_of: [
    `(kind, parts) AS CASE WHEN len(parts) = 0 THEN '[]'
      WHEN kind = 'POINT' THEN stedi_trino.geojson_points(parts[1][1])[1]
      WHEN kind IN ('LINESTRING', 'MULTIPOINT') THEN ${commas('stedi_trino.geojson_points(flatten(flatten(parts)))')}
      WHEN kind = 'POLYGON' THEN stedi_trino.geojson_rings(parts[1])
      WHEN kind = 'MULTILINESTRING' THEN ${commas(`list_transform(flatten(parts), lambda stedi_line: ${commas('stedi_trino.geojson_points(stedi_line)')})`)}
      ELSE ${commas('list_transform(parts, lambda stedi_part: stedi_trino.geojson_rings(stedi_part))')} END`,
  ],
  read_geojson: [
    `(name, coordinates) AS list_transform([{'name': name, 'coordinates': coordinates, 'shape': json_structure(coordinates)}], lambda stedi_j: CASE
      WHEN stedi_j.name NOT IN (${names.map((name) => `'${name}'`).join(', ')}) THEN ${limit('another type of GeoJSON', noGeometry)}
      WHEN stedi_j.coordinates = '[]' THEN {'kind': upper(stedi_j.name), 'parts': ${noParts}}
      WHEN NOT regexp_full_match(CAST(stedi_j.shape AS VARCHAR), repeat('\\[', stedi_trino.geojson_depth(stedi_j.name)) || '"(DOUBLE|U?BIGINT)"' || repeat('\\]', stedi_trino.geojson_depth(stedi_j.name)))
      THEN ${limit('GeoJSON with other coordinates', noGeometry)}
      ELSE stedi_trino.closed_geojson({'kind': upper(stedi_j.name), 'parts': stedi_trino.geojson_parts(stedi_j.name, stedi_j.coordinates)},
        len(list_filter(regexp_extract_all(CAST(stedi_j.coordinates AS VARCHAR), '\\[([^\\[\\]]*)\\]', 1), lambda stedi_p: NOT regexp_full_match(stedi_p, '-?\\d[^,]*,-?\\d[^,]*'))) = 0) END)[1]`,
  ],
  geojson_depth: [
    `(name) AS CASE name WHEN 'Point' THEN 1 WHEN 'LineString' THEN 2 WHEN 'MultiPoint' THEN 2 WHEN 'MultiPolygon' THEN 4 ELSE 3 END`,
  ],
  // The coordinates of a multipolygon, with the brackets that others lack.
  geojson_parts: [
    `(name, coordinates) AS list_transform([{'name': name, 'parts': list_transform(
        CAST(CAST(repeat('[', 4 - stedi_trino.geojson_depth(name)) || coordinates || repeat(']', 4 - stedi_trino.geojson_depth(name)) AS JSON) AS DOUBLE[][][][]),
        lambda stedi_part: list_transform(stedi_part, lambda stedi_line: list_transform(stedi_line, lambda stedi_xy: {'x': stedi_xy[1], 'y': stedi_xy[2]})))}], lambda stedi_c: CASE stedi_c.name
      WHEN 'MultiPoint' THEN list_transform(flatten(flatten(stedi_c.parts)), lambda stedi_one: [[stedi_one]])
      WHEN 'MultiLineString' THEN list_transform(flatten(stedi_c.parts), lambda stedi_line: [stedi_line]) ELSE stedi_c.parts END)[1]`,
  ],
  // All points have two numbers; lines have two points, rings are closed.
  closed_geojson: [
    `(geometry, plain) AS list_transform([CAST(geometry AS ${geometryStruct})], lambda stedi_g: CASE
      WHEN NOT plain THEN ${limit('a point with other than two numbers', noGeometry)}
      WHEN suffix(stedi_g.kind, 'POLYGON') AND len(list_filter(flatten(stedi_g.parts), lambda stedi_ring: len(stedi_ring) < 4 OR stedi_ring[1] <> stedi_ring[-1])) > 0
      THEN stedi_trino.fail('Invalid GeoJSON', ${noGeometry})
      ELSE stedi_trino.checked_geometry(stedi_g, 'GeoJSON') END)[1]`,
  ],
};
