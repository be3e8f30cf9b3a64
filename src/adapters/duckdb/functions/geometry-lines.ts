import { geometryStruct } from '../types/duckdb-type.js';
import { limitSql } from './engine-limits.js';
import { noGeometry, onlyFor, pointOf, withGeometry } from './geometry-parts.js';
import { macro, type FunctionRule } from './rule.js';

const double = 'CAST(0 AS DOUBLE)';

/** Two geometries as `stedi_ab.a` and `stedi_ab.b`; NULL if one is NULL or empty. */
function ofPair(body: string): string {
  return `list_transform([{'a': CAST(a AS ${geometryStruct}), 'b': CAST(b AS ${geometryStruct})}], lambda stedi_ab: CASE
      WHEN stedi_ab.a.kind IS NULL OR stedi_ab.b.kind IS NULL OR len(stedi_ab.a.parts) = 0 OR len(stedi_ab.b.parts) = 0 THEN NULL
      ${body} END)[1]`;
}

const isLine = (side: string): string => `suffix(stedi_ab.${side}.kind, 'STRING')`;
const isPoint = (side: string): string => `suffix(stedi_ab.${side}.kind, 'POINT')`;

/** The points on a line at a fraction of its length, of which `several` says how many are asked for. */
function interpolated(several: boolean, body: string): FunctionRule {
  const none = several ? `[${noGeometry}]` : noGeometry;
  return macro(
    `(geometry, fraction) AS ${withGeometry(
      'geometry',
      `CASE WHEN stedi_g.kind IS NULL OR fraction IS NULL OR len(stedi_g.parts) = 0 THEN NULL
      ${onlyFor('line_interpolate_point', ['LINESTRING'], none)}
      WHEN fraction < 0 OR fraction > 1 AND NOT isnan(fraction) THEN stedi_trino.fail('fraction must be between 0 and 1', ${none})
      ELSE ${body} END`,
    )}`,
  );
}

/** Functions of places on lines. */
export const geometryLineRules: Readonly<Record<string, FunctionRule>> = {
  line_locate_point: macro(
    `(a, b) AS ${ofPair(`WHEN NOT ${isLine('a')}
        THEN stedi_trino.fail('First argument to line_locate_point must be a LineString or a MultiLineString. Got: ' || stedi_ab.a.kind, ${double})
      WHEN stedi_ab.b.kind <> 'POINT' THEN stedi_trino.fail('Second argument to line_locate_point must be a Point. Got: ' || stedi_ab.b.kind, ${double})
      ELSE stedi_trino.located(stedi_ab.a, stedi_ab.b.parts[1][1][1].x, stedi_ab.b.parts[1][1][1].y)`)}`,
  ),
  line_interpolate_point: interpolated(
    false,
    'stedi_trino.along(stedi_g.parts[1][1], fraction, 1)[1]',
  ),
  line_interpolate_points: interpolated(
    true,
    `CASE WHEN fraction > 0 AND fraction < 1e-3 THEN ${limitSql('line-points', 'CAST(fraction AS VARCHAR)', `[${noGeometry}]`)}
        WHEN isnan(fraction) THEN CAST([] AS ${geometryStruct}[])
        ELSE stedi_trino.along(stedi_g.parts[1][1], fraction, CASE WHEN fraction > 0 THEN CAST(floor(1e0 / fraction) AS BIGINT) ELSE 1 END) END`,
  ),
  geometry_nearest_points: macro(
    `(a, b) AS ${ofPair(`WHEN NOT suffix(stedi_ab.a.kind, 'POLYGON') AND NOT suffix(stedi_ab.b.kind, 'POLYGON') AND (${isPoint('a')} OR ${isPoint('b')})
      THEN stedi_trino.nearest_on_lines(CASE WHEN ${isPoint('b')} THEN stedi_ab.a ELSE stedi_ab.b END,
        flatten(flatten(CASE WHEN ${isPoint('b')} THEN stedi_ab.b.parts ELSE stedi_ab.a.parts END)), NOT ${isPoint('b')})
      ELSE ${limitSql('geometry-nearest', "stedi_ab.a.kind || ' and ' || stedi_ab.b.kind", `{'field0': ${noGeometry}, 'field1': ${noGeometry}}`)}`)}`,
  ),
};

const limit = (what: string, value: string): string => limitSql('geometry', `'${what}'`, value);

/** Macros that these functions call: the arithmetic of the libraries of Athena (JTS, and Esri's for interpolation), step by step. */
export const geometryLineMacros: Readonly<Record<string, readonly string[]>> = {
  // The upper half of the digits of a double.
  upper_half: [
    `(x) AS CAST(CAST(x AS BIT) & CAST('${'1'.repeat(32)}${'0'.repeat(32)}' AS BIT) AS DOUBLE)`,
  ],
  // Java's Math.hypot, by the algorithm of fdlibm.
  exact_hypotenuse: [
    `(x, y) AS list_transform([{'a': greatest(abs(x), abs(y)), 'b': least(abs(x), abs(y))}], lambda stedi_h: CASE
      WHEN stedi_h.b = 0 OR stedi_h.a / stedi_h.b > pow(2e0, 60) THEN stedi_h.a + stedi_h.b
      ELSE list_transform([CASE WHEN stedi_h.a > pow(2e0, 500) THEN pow(2e0, -600) WHEN stedi_h.b < pow(2e0, -500) THEN pow(2e0, 600) ELSE 1e0 END],
        lambda stedi_scale: stedi_trino.scaled_hypotenuse(stedi_h.a * stedi_scale, stedi_h.b * stedi_scale) / stedi_scale)[1] END)[1]`,
  ],
  scaled_hypotenuse: [
    `(a, b) AS list_transform([{'a': a, 'b': b, 'w': a - b, 't': stedi_trino.upper_half(a), 'y': stedi_trino.upper_half(b)}], lambda stedi_h: CASE
      WHEN stedi_h.w > stedi_h.b
      THEN sqrt(stedi_h.t * stedi_h.t - (stedi_h.b * -stedi_h.b - (stedi_h.a - stedi_h.t) * (stedi_h.a + stedi_h.t)))
      ELSE sqrt(2e0 * stedi_h.t * stedi_h.y - (stedi_h.w * -stedi_h.w
        - (2e0 * stedi_h.t * (stedi_h.b - stedi_h.y) + (2e0 * stedi_h.a - 2e0 * stedi_h.t) * stedi_h.b))) END)[1]`,
  ],
  side_length: ['(side) AS stedi_trino.exact_hypotenuse(side.bx - side.ax, side.by - side.ay)'],
  line_sides: [
    `(points) AS list_transform(range(2, len(points) + 1), lambda stedi_to: {'ax': points[stedi_to - 1].x, 'ay': points[stedi_to - 1].y,
      'bx': points[stedi_to].x, 'by': points[stedi_to].y})`,
  ],
  // Where a point is beside a side: 0 at its start, 1 at its end.
  side_factor: [
    `(x, y, side) AS CASE WHEN x = side.ax AND y = side.ay THEN 0e0 WHEN x = side.bx AND y = side.by THEN 1e0
      ELSE ((x - side.ax) * (side.bx - side.ax) + (y - side.ay) * (side.by - side.ay))
        / ((side.bx - side.ax) * (side.bx - side.ax) + (side.by - side.ay) * (side.by - side.ay)) END`,
  ],
  // From a point to the nearest point of a side; a side may be a point.
  exact_gap: [
    `(x, y, side) AS list_transform([{'x': side.bx - side.ax, 'y': side.by - side.ay}], lambda stedi_v: list_transform([{
        'r': CASE WHEN side.ax = side.bx AND side.ay = side.by THEN 0e0
          ELSE ((x - side.ax) * stedi_v.x + (y - side.ay) * stedi_v.y) / (stedi_v.x * stedi_v.x + stedi_v.y * stedi_v.y) END,
        'square': stedi_v.x * stedi_v.x + stedi_v.y * stedi_v.y}], lambda stedi_r: CASE
      WHEN isnan(stedi_r.r) THEN ${limit('a side whose square is beyond the doubles', double)}
      WHEN stedi_r.r > 0 AND stedi_r.r < 1
      THEN abs(((side.ay - y) * stedi_v.x - (side.ax - x) * stedi_v.y) / stedi_r.square) * sqrt(stedi_r.square)
      ELSE stedi_trino.exact_hypotenuse(x - CASE WHEN stedi_r.r <= 0 THEN side.ax ELSE side.bx END,
        y - CASE WHEN stedi_r.r <= 0 THEN side.ay ELSE side.by END) END)[1])[1]`,
  ],
  // The first side that is nearest, and the way to there, as a share of the whole.
  located: [
    `(shape, x, y) AS list_transform([{'x': x, 'y': y, 'lines': stedi_trino.sides_by_line(shape)}], lambda stedi_l:
      list_transform([{'x': stedi_l.x, 'y': stedi_l.y, 'sides': flatten(stedi_l.lines), 'lengths': list_transform(stedi_l.lines, lambda stedi_line:
          list_transform(stedi_line, lambda stedi_s: stedi_trino.side_length(stedi_s))),
          'gaps': list_transform(flatten(stedi_l.lines), lambda stedi_s: stedi_trino.exact_gap(stedi_l.x, stedi_l.y, stedi_s))}], lambda stedi_m:
        list_transform([list_position(stedi_m.gaps, list_min(stedi_m.gaps))], lambda stedi_at: CASE
          WHEN isinf(stedi_m.gaps[stedi_at]) THEN ${limit('an infinite distance', double)}
          ELSE stedi_trino.way_to(flatten(stedi_m.lengths), stedi_at, stedi_trino.side_factor(stedi_m.x, stedi_m.y, stedi_m.sides[stedi_at]))
            / list_sum(list_transform(stedi_m.lengths, lambda stedi_some: list_sum(stedi_some))) END)[1])[1])[1]`,
  ],
  way_to: [
    `(lengths, place, share) AS list_transform([{'share': share, 'start': coalesce(list_sum(lengths[1:place - 1]), 0e0), 'length': lengths[place]}], lambda stedi_w: CASE
      WHEN stedi_w.share <= 0 THEN stedi_w.start WHEN stedi_w.share <= 1 THEN stedi_w.start + stedi_w.share * stedi_w.length
      ELSE stedi_w.start + stedi_w.length END)[1]`,
  ],
  // Points at each multiple of a fraction, as many as asked for; the last point of the line for one that is beyond, alone.
  along: [
    `(points, fraction, wanted) AS list_transform([{'points': points, 'lengths': list_transform(range(2, len(points) + 1), lambda stedi_to:
        stedi_trino.hypotenuse(points[stedi_to].x - points[stedi_to - 1].x, points[stedi_to].y - points[stedi_to - 1].y))}], lambda stedi_k:
      list_transform([{'points': stedi_k.points, 'lengths': stedi_k.lengths, 'length': stedi_trino.kahan_sum(stedi_k.lengths)}], lambda stedi_l: CASE
      WHEN fraction = 0 THEN [${pointOf('stedi_l.points[1]')}] WHEN fraction = 1 THEN [${pointOf('stedi_l.points[-1]')}]
      WHEN isinf(stedi_l.length) THEN ${limit('an infinite length', `[${noGeometry}]`)}
      ELSE stedi_trino.along_shares(stedi_l.points, list_transform(stedi_l.lengths, lambda stedi_s: stedi_s / stedi_l.length),
        CAST(fraction AS DOUBLE), wanted) END)[1])[1]`,
  ],
  along_shares: [
    `(points, shares, fraction, wanted) AS list_transform([{'points': points, 'shares': shares, 'wanted': wanted,
        'ends': list_transform(shares, lambda stedi_s, stedi_i: list_sum(shares[1:stedi_i])),
        'steps': list_transform(range(1, wanted + 1), lambda stedi_k: list_sum(list_transform(range(0, stedi_k), lambda stedi_j: fraction)))}],
      lambda stedi_l: list_transform([list_filter(list_transform(stedi_l.steps, lambda stedi_t: {'t': stedi_t, 'at': list_position(
          list_transform(stedi_l.ends, lambda stedi_end: stedi_t < stedi_end AND NOT isnan(stedi_end)), true)}), lambda stedi_f: stedi_f.at IS NOT NULL)],
        lambda stedi_found: list_transform(stedi_found, lambda stedi_f: stedi_trino.share_of_side(stedi_l.points[stedi_f.at], stedi_l.points[stedi_f.at + 1],
            (stedi_f.t - CASE WHEN stedi_f.at = 1 THEN 0e0 ELSE stedi_l.ends[stedi_f.at - 1] END) / stedi_l.shares[stedi_f.at]))
          || CASE WHEN len(stedi_found) < stedi_l.wanted THEN [${pointOf('stedi_l.points[-1]')}] ELSE CAST([] AS ${geometryStruct}[]) END)[1])[1]`,
  ],
  share_of_side: [
    `(a, b, share) AS ${pointOf("{'x': a.x + (b.x - a.x) * share, 'y': a.y + (b.y - a.y) * share}")}`,
  ],
  // Of each line its sides; a point is a line of one side without a length.
  sides_by_line: [
    `(shape) AS list_transform(flatten(shape.parts), lambda stedi_line: CASE WHEN suffix(shape.kind, 'POINT')
      THEN stedi_trino.line_sides([stedi_line[1], stedi_line[1]]) ELSE stedi_trino.line_sides(stedi_line) END)`,
  ],
  // The first of all sides and points that are nearest.
  nearest_on_lines: [
    `(shape, points, turned) AS list_transform([flatten(list_transform(stedi_trino.sides_by_line(shape), lambda stedi_line: flatten(list_transform(points, lambda stedi_p:
      list_transform(stedi_line, lambda stedi_s: {'gap': stedi_trino.exact_gap(stedi_p.x, stedi_p.y, stedi_s), 'point': stedi_p, 'side': stedi_s})))))], lambda stedi_all:
      list_transform([stedi_all[list_position(list_transform(stedi_all, lambda stedi_p: stedi_p.gap), list_min(list_transform(stedi_all, lambda stedi_p: stedi_p.gap)))]],
        lambda stedi_p: list_transform([stedi_trino.on_side(stedi_p.point.x, stedi_p.point.y, stedi_p.side)], lambda stedi_on: CASE
          WHEN isinf(stedi_p.gap) THEN ${limit('an infinite distance', `{'field0': ${noGeometry}, 'field1': ${noGeometry}}`)}
          ELSE {'field0': ${pointOf('CASE WHEN turned THEN stedi_p.point ELSE stedi_on END')},
            'field1': ${pointOf('CASE WHEN turned THEN stedi_on ELSE stedi_p.point END')}} END)[1])[1])[1]`,
  ],
  on_side: [
    `(x, y, side) AS list_transform([stedi_trino.side_factor(x, y, side)], lambda stedi_r: CASE WHEN stedi_r > 0 AND stedi_r < 1
        THEN {'x': side.ax + stedi_r * (side.bx - side.ax), 'y': side.ay + stedi_r * (side.by - side.ay)}
      WHEN stedi_trino.exact_hypotenuse(side.ax - x, side.ay - y) < stedi_trino.exact_hypotenuse(side.bx - x, side.by - y)
      THEN {'x': side.ax, 'y': side.ay} ELSE {'x': side.bx, 'y': side.by} END)[1]`,
  ],
};
