import { limitSql } from './engine-limits.js';

/*
 * A geometry is its kind and its parts: `{kind, parts}`, where a part is a list of lines or rings and those are lists of points. A
 * point is one point in one line in one part, a multipoint one part for each point, a polygon one part with its rings, closed, the
 * outer one first and counterclockwise, holes clockwise; what is empty has no parts. So Athena's library (Esri's) writes them. Of the
 * text that it reads, what is written by the rules of OpenGIS Simple Features 06-103r4 is read here, without Z and M.
 */

/** The kinds of geometries, in the order of their numbers in well-known binary. */
export const geometryKinds = [
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
] as const;

const number = '[-+]?(?:[0-9]+[.]?[0-9]*|[.][0-9]+)(?:[eE][-+]?[0-9]+)?';
const point = `${number} +${number}`;
const line = `\\( ?${point}(?: ?, ?${point})* ?\\)`;
const lines = `\\( ?${line}(?: ?, ?${line})* ?\\)`;

/** What follows the name of each kind, where all white space is one blank. */
const bodies: Readonly<Record<(typeof geometryKinds)[number], string>> = {
  POINT: `\\( ?${point} ?\\)`,
  LINESTRING: line,
  POLYGON: lines,
  MULTIPOINT: `\\( ?(?:${point}(?: ?, ?${point})*|\\( ?${point} ?\\)(?: ?, ?\\( ?${point} ?\\))*) ?\\)`,
  MULTILINESTRING: lines,
  MULTIPOLYGON: `\\( ?${lines}(?: ?, ?${lines})* ?\\)`,
};
const wellKnownText = geometryKinds.map((kind) => `${kind} ?(?:EMPTY|${bodies[kind]})`).join('|');

/** The lists of points in a text: between parentheses that hold no others. */
const readLines = (text: string): string =>
  `list_transform(regexp_extract_all(${text}, '\\(([^()]*)\\)', 1), lambda stedi_line: stedi_trino.geometry_points(stedi_line))`;

const limit = (text: string, value: string): string => limitSql('geometry', text, value);

/** An empty list of parts. */
export const noParts = 'CAST([] AS STRUCT("x" DOUBLE, "y" DOUBLE)[][][])';

/** Macros that read and write geometries as text. */
export const geometryTextMacros: Readonly<Record<string, readonly string[]>> = {
  geometry_points: [
    `(text) AS list_transform(string_split(text, ','), lambda stedi_pair: {
      'x': CAST(split_part(trim(stedi_pair), ' ', 1) AS DOUBLE), 'y': CAST(split_part(trim(stedi_pair), ' ', 2) AS DOUBLE)})`,
  ],
  // Blanks between the numbers of a point become one.
  geometry_from_text: [
    `(text) AS list_transform([trim(regexp_replace(upper(text), '[ \\t\\r\\n]+', ' ', 'g'))], lambda stedi_wkt: CASE
      WHEN regexp_full_match(stedi_wkt, '${wellKnownText}') AND NOT regexp_matches(text, '[^\\x00-\\x7F]') THEN stedi_trino.checked_geometry({
        'kind': regexp_extract(stedi_wkt, '^(?:MULTI)?(?:POINT|LINESTRING|POLYGON)'),
        'parts': CASE WHEN suffix(stedi_wkt, 'EMPTY') THEN ${noParts} ELSE stedi_trino.geometry_parts(stedi_wkt) END}, stedi_wkt)
      WHEN stedi_wkt IS NOT NULL THEN ${limit('stedi_wkt', `{'kind': '', 'parts': ${noParts}}`)} END)[1]`,
  ],
  geometry_parts: [
    `(text) AS CASE WHEN starts_with(text, 'MULTIPOLYGON') THEN list_transform(
        regexp_extract_all(text, '\\( ?\\([^()]*\\)(?: ?, ?\\([^()]*\\))* ?\\)'), lambda stedi_part: ${readLines('stedi_part')})
      WHEN starts_with(text, 'MULTIPOINT') THEN list_transform(stedi_trino.geometry_points(translate(split_part(text, 'MULTIPOINT', 2), '()', '')),
        lambda stedi_alone: [[stedi_alone]])
      WHEN starts_with(text, 'MULTI') THEN list_transform(${readLines('text')}, lambda stedi_each: [stedi_each])
      ELSE [${readLines('text')}] END`,
  ],
  // One point is no line; rings are closed, and turned round where they run the wrong way.
  checked_geometry: [
    `(shape, text) AS list_transform([shape], lambda stedi_shape: CASE
      WHEN len(list_filter(flatten(flatten(stedi_shape.parts)), lambda stedi_far: isinf(stedi_far.x) OR isinf(stedi_far.y))) > 0
      THEN ${limit('text', 'stedi_shape')}
      WHEN suffix(stedi_shape.kind, 'LINESTRING')
      THEN CASE WHEN len(list_filter(flatten(stedi_shape.parts), lambda stedi_short: len(stedi_short) < 2)) > 0
        THEN ${limit('text', 'stedi_shape')} ELSE stedi_shape END
      WHEN suffix(stedi_shape.kind, 'POLYGON')
      THEN {'kind': stedi_shape.kind, 'parts': list_transform(stedi_shape.parts, lambda stedi_polygon: list_transform(
        list_transform(stedi_polygon, lambda stedi_open: stedi_trino.closed_ring(stedi_open)),
        lambda stedi_ring, stedi_place: stedi_trino.turned_ring(stedi_ring, stedi_place > 1, text)))}
      ELSE stedi_shape END)[1]`,
  ],
  closed_ring: [
    `(ring) AS CASE WHEN ring[1].x = ring[-1].x AND ring[1].y = ring[-1].y THEN ring ELSE ring || [ring[1]] END`,
  ],
  // Positive for rings that run counterclockwise; in the order of Athena's library, which holds them the other way round.
  ring_area: [
    `(ring) AS coalesce(list_sum(list_transform(range(len(ring), 1, -1), lambda stedi_from:
      ((ring[stedi_from - 1].x - ring[1].x) - (ring[stedi_from].x - ring[1].x))
        * ((ring[stedi_from - 1].y - ring[1].y) + (ring[stedi_from].y - ring[1].y)) * 5e-1)), 0e0)`,
  ],
  // The corner at the highest point, the rightmost of them, shows the same way, unless the ring crosses itself.
  ring_turn: [
    `(ring) AS list_transform([list_transform(ring, lambda stedi_corner: row(stedi_corner.y, stedi_corner.x))], lambda stedi_corners:
      list_transform([list_position(stedi_corners, list_max(stedi_corners))], lambda stedi_at: sign(stedi_trino.corner(
        CASE WHEN stedi_at = 1 THEN ring[-2] ELSE ring[stedi_at - 1] END, ring[stedi_at],
        CASE WHEN stedi_at = len(ring) THEN ring[2] ELSE ring[stedi_at + 1] END)))[1])[1]`,
  ],
  corner: ['(a, b, c) AS (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x)'],
  turned_ring: [
    `(ring, is_hole, text) AS list_transform([row(ring, stedi_trino.ring_area(ring))], lambda stedi_way: CASE
      WHEN len(stedi_way[1]) < 4 OR stedi_way[2] = 0 OR NOT isfinite(stedi_way[2])
        OR stedi_trino.ring_turn(stedi_way[1]) = -sign(stedi_way[2])
      THEN ${limit('text', 'stedi_way[1]')}
      WHEN (stedi_way[2] < 0) = is_hole THEN stedi_way[1] ELSE list_reverse(stedi_way[1]) END)[1]`,
  ],
  // As Java's %.17g, without zeros at the end where no exponent follows.
  coordinate_text: [
    `(value) AS list_transform([row(value, CAST(value AS VARCHAR))], lambda stedi_number: CASE
      WHEN stedi_number[1] = 0 THEN CASE WHEN starts_with(stedi_number[2], '-') THEN '-0' ELSE '0' END
      WHEN isinf(stedi_number[1]) THEN CASE WHEN stedi_number[1] < 0 THEN '-Infinity' ELSE 'Infinity' END
      WHEN abs(stedi_number[1]) < 22250738585072014e-324 THEN ${limit("'a denormal number'", "''")}
      ELSE list_transform([{'digits': stedi_trino.shortest_digits(stedi_number[2]), 'exponent': stedi_trino.shortest_exponent(stedi_number[2])}],
        lambda stedi_d: stedi_trino.coordinate_digits(stedi_number[1] < 0, stedi_d.digits, stedi_d.exponent))[1] END)[1]`,
  ],
  // Of DuckDB's text, which has the fewest digits that name the double: its digits, and the power of ten of the first.
  shortest_digits: [
    `(text) AS ltrim(rtrim(replace(ltrim(split_part(text, 'e', 1), '-'), '.', ''), '0'), '0')`,
  ],
  shortest_exponent: [
    `(text) AS list_transform([ltrim(split_part(text, 'e', 1), '-')], lambda stedi_mantissa:
      CASE WHEN contains(text, 'e') THEN CAST(split_part(text, 'e', 2) AS INTEGER) ELSE 0 END
      + CASE WHEN regexp_matches(stedi_mantissa, '^0[.]') THEN -1 - length(regexp_extract(stedi_mantissa, '^0[.](0*)', 1))
        ELSE length(split_part(stedi_mantissa, '.', 1)) - 1 END)[1]`,
  ],
  coordinate_digits: [
    `(negative, digits, exponent) AS CASE WHEN negative THEN '-' ELSE '' END || CASE
      WHEN exponent < -4 OR exponent >= 17
      THEN left(digits, 1) || '.' || rpad(substr(digits, 2), 16, '0') || format('e{:+03d}', CAST(exponent AS INTEGER))
      WHEN exponent < 0 THEN '0.' || repeat('0', -1 - exponent) || digits
      WHEN length(digits) <= exponent + 1 THEN rpad(digits, CAST(exponent + 1 AS INTEGER), '0')
      ELSE left(digits, exponent + 1) || '.' || substr(digits, exponent + 2) END`,
  ],
  // DuckDB's array_to_string is a macro that names its list twice. No line, and no part, is empty.
  line_text: [
    `(points) AS '(' || list_aggr(list_transform(points, lambda stedi_vertex:
      stedi_trino.coordinate_text(stedi_vertex.x) || ' ' || stedi_trino.coordinate_text(stedi_vertex.y)), 'string_agg', ', ') || ')'`,
  ],
  // Of each part its lines, in parentheses. NULL if there are none.
  parts_text: [
    `(parts) AS list_aggr(list_transform(parts, lambda stedi_part: '(' || list_aggr(list_transform(stedi_part, lambda stedi_one:
      stedi_trino.line_text(stedi_one)), 'string_agg', ', ') || ')'), 'string_agg', ', ')`,
  ],
  // The text of the lines is made at one place, as DuckDB plans each place by itself: a single line loses the outer parentheses.
  geometry_text: [
    `(geometry) AS list_transform([geometry], lambda stedi_shape: stedi_shape.kind || ' ' || list_transform(
      [stedi_trino.parts_text(CASE WHEN stedi_shape.kind IN ('MULTIPOINT', 'MULTILINESTRING') THEN [flatten(stedi_shape.parts)]
        ELSE stedi_shape.parts END)], lambda stedi_text: CASE
        WHEN len(stedi_shape.parts) = 0 THEN 'EMPTY'
        WHEN stedi_shape.kind = 'MULTIPOLYGON' THEN '(' || stedi_text || ')'
        WHEN stedi_shape.kind IN ('POINT', 'LINESTRING') THEN substr(stedi_text, 2, length(stedi_text) - 2)
        ELSE stedi_text END)[1])[1]`,
  ],
};
