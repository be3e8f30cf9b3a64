import { limitSql } from './engine-limits.js';
import { onlyFor, withGeometry } from './geometry-parts.js';
import { geometryStruct } from '../types/duckdb-type.js';
import { rewriteByType, type FunctionRule } from './rule.js';
import { refusal } from './rule.js';
import { macroCall } from '../translate/macro-call.js';

const double = 'CAST(0 AS DOUBLE)';
const lines = ['LINESTRING', 'MULTILINESTRING'];

/** One macro for geometries on a plane, another for those on the sphere. */
function measured(name: string): FunctionRule {
  return rewriteByType({
    geometry: (call) => call.stableArgs((args) => macroCall(`plane_${name}`, args)),
    sphericalgeography: (call) =>
      name === 'area'
        ? refusal('areas on the sphere are not supported', 'take the area of a projection')
        : call.stableArgs((args) => macroCall(`sphere_${name}`, args)),
    unknown: (call) => call.stableArgs((args) => macroCall(`plane_${name}`, args)),
  });
}

const related = (body: string): FunctionRule => ({ kind: 'macro', bodies: [body] });

/** Lengths, areas, distances, and what follows from them. */
export const geometryMeasureRules: Readonly<Record<string, FunctionRule>> = {
  st_area: measured('area'),
  st_length: measured('length'),
  st_distance: measured('distance'),
  st_intersects: related('(a, b) AS stedi_trino.gap(a, b, -1e0) = 0'),
  st_disjoint: related('(a, b) AS stedi_trino.gap(a, b, -1e0) <> 0'),
  st_contains: related('(a, b) AS stedi_trino.contains_geometry(a, b)'),
  st_within: related('(a, b) AS stedi_trino.contains_geometry(b, a)'),
};

/** Macros that these functions call. */
export const geometryMeasureMacros: Readonly<Record<string, readonly string[]>> = {
  plane_area: [
    `(geometry) AS ${withGeometry(
      'geometry',
      `CASE WHEN stedi_g.kind IS NULL THEN NULL WHEN NOT suffix(stedi_g.kind, 'POLYGON') THEN 0e0
      ELSE coalesce(list_sum(list_transform(flatten(stedi_g.parts), lambda stedi_ring: stedi_trino.ring_area(stedi_ring))), 0e0) END`,
    )}`,
  ],
  plane_length: [
    `(geometry) AS ${withGeometry(
      'geometry',
      `CASE WHEN stedi_g.kind IS NULL THEN NULL ${onlyFor('ST_Length', lines, double)}
      ELSE coalesce(stedi_trino.kahan_sum(list_transform(stedi_trino.segments(stedi_g), lambda stedi_s: stedi_trino.hypotenuse(stedi_s.ax - stedi_s.bx, stedi_s.ay - stedi_s.by))), 0e0) END`,
    )}`,
  ],
  sphere_length: [
    `(geometry) AS ${withGeometry(
      'geometry',
      `CASE WHEN len(stedi_g.parts) = 0 THEN NULL ${onlyFor('ST_Length', lines, double)}
      ELSE list_sum(list_transform(stedi_trino.segments(stedi_g), lambda stedi_s:
        stedi_trino.great_circle(stedi_s.ay, stedi_s.ax, stedi_s.by, stedi_s.bx))) * 1e3 END`,
    )}`,
  ],
  sphere_distance: [
    `(a, b) AS list_transform([row(a, b)], lambda stedi_ab: CASE WHEN stedi_ab[1] IS NULL OR stedi_ab[2] IS NULL THEN NULL
      WHEN len(stedi_ab[1].parts) = 0 OR len(stedi_ab[2].parts) = 0 THEN NULL
      WHEN stedi_ab[1].kind <> 'POINT' OR stedi_ab[2].kind <> 'POINT'
      THEN stedi_trino.fail('When applied to SphericalGeography inputs, ST_Distance only supports POINT', ${double})
      ELSE 1e3 * stedi_trino.great_circle(stedi_ab[1].parts[1][1][1].y, stedi_ab[1].parts[1][1][1].x,
        stedi_ab[2].parts[1][1][1].y, stedi_ab[2].parts[1][1][1].x) END)[1]`,
  ],
  // Athena's library keeps what each addition loses, and takes it from the next number.
  kahan_sum: [
    `(numbers) AS list_extract(list_transform([list_transform(numbers, lambda stedi_n: {'sum': stedi_n, 'lost': 0e0})], lambda stedi_terms:
      CASE WHEN len(stedi_terms) > 0 THEN list_reduce(stedi_terms, lambda stedi_so_far, stedi_term: {
        'sum': stedi_so_far.sum + (stedi_term.sum - stedi_so_far.lost),
        'lost': ((stedi_so_far.sum + (stedi_term.sum - stedi_so_far.lost)) - stedi_so_far.sum) - (stedi_term.sum - stedi_so_far.lost)}).sum END), 1)`,
  ],
  hypotenuse: ['(x, y) AS sqrt(x * x + y * y)'],
  // The sides of lines and rings; a point is a side without a length.
  segments: [
    `(stedi_g) AS CASE WHEN suffix(stedi_g.kind, 'POINT') THEN list_transform(flatten(flatten(stedi_g.parts)), lambda stedi_v:
        {'ax': stedi_v.x, 'ay': stedi_v.y, 'bx': stedi_v.x, 'by': stedi_v.y})
      ELSE flatten(list_transform(flatten(stedi_g.parts), lambda stedi_line: list_transform(range(2, len(stedi_line) + 1), lambda stedi_to:
        {'ax': stedi_line[stedi_to - 1].x, 'ay': stedi_line[stedi_to - 1].y, 'bx': stedi_line[stedi_to].x, 'by': stedi_line[stedi_to].y}))) END`,
  ],
  // From a point to the nearest point of a side, which is computed from the nearer end.
  side_gap: [
    `(x, y, side) AS list_transform([row(side.bx - side.ax, side.by - side.ay)], lambda stedi_v:
      list_transform([CASE WHEN stedi_v[1] * stedi_v[1] + stedi_v[2] * stedi_v[2] = 0 THEN 0e0 ELSE greatest(0e0, least(1e0,
        ((x - side.ax) * stedi_v[1] + (y - side.ay) * stedi_v[2]) / (stedi_v[1] * stedi_v[1] + stedi_v[2] * stedi_v[2]))) END], lambda stedi_t:
        CASE WHEN stedi_t <= 5e-1 THEN stedi_trino.hypotenuse(x - (side.ax + stedi_v[1] * stedi_t), y - (side.ay + stedi_v[2] * stedi_t))
        ELSE stedi_trino.hypotenuse(x - (side.bx - stedi_v[1] * (1e0 - stedi_t)), y - (side.by - stedi_v[2] * (1e0 - stedi_t))) END)[1])[1]`,
  ],
  turn: ['(x1, y1, x2, y2, x, y) AS sign((x2 - x1) * (y - y1) - (y2 - y1) * (x - x1))'],
  sides_cross: [
    `(a, b) AS stedi_trino.turn(a.ax, a.ay, a.bx, a.by, b.ax, b.ay) * stedi_trino.turn(a.ax, a.ay, a.bx, a.by, b.bx, b.by) < 0
      AND stedi_trino.turn(b.ax, b.ay, b.bx, b.by, a.ax, a.ay) * stedi_trino.turn(b.ax, b.ay, b.bx, b.by, a.bx, a.by) < 0`,
  ],
  // The least distance between sides, NULL if there are none, and whether some cross.
  sides_gap: [
    `(a, b) AS list_min(flatten(list_transform(a, lambda stedi_a: list_transform(b, lambda stedi_b: least(
      stedi_trino.side_gap(stedi_a.ax, stedi_a.ay, stedi_b), stedi_trino.side_gap(stedi_a.bx, stedi_a.by, stedi_b),
      stedi_trino.side_gap(stedi_b.ax, stedi_b.ay, stedi_a), stedi_trino.side_gap(stedi_b.bx, stedi_b.by, stedi_a))))))`,
  ],
  any_cross: [
    `(a, b) AS len(list_filter(a, lambda stedi_a: len(list_filter(b, lambda stedi_b: stedi_trino.sides_cross(stedi_a, stedi_b))) > 0)) > 0`,
  ],
  // Whether a point is inside of rings: a ray to the left of it crosses an odd number of sides.
  in_rings: [
    `(x, y, sides) AS len(list_filter(sides, lambda stedi_side: (stedi_side.ay > y) <> (stedi_side.by > y)
      AND x > stedi_side.ax + (y - stedi_side.ay) / (stedi_side.by - stedi_side.ay) * (stedi_side.bx - stedi_side.ax))) % 2 = 1`,
  ],
  // What two geometries are measured by: their sides, whether they have an inside, and how far rounding may lead astray.
  pair: [
    `(left_shape, right_shape) AS list_transform([{'a': CAST(left_shape AS ${geometryStruct}), 'b': CAST(right_shape AS ${geometryStruct})}],
      lambda stedi_ab: {'a': stedi_trino.segments(stedi_ab.a), 'b': stedi_trino.segments(stedi_ab.b),
        'lines': flatten(stedi_ab.a.parts), 'filled_a': suffix(stedi_ab.a.kind, 'POLYGON'), 'filled_b': suffix(stedi_ab.b.kind, 'POLYGON'),
        'kind_a': CASE WHEN stedi_ab.b.kind IS NOT NULL THEN stedi_ab.a.kind END, 'kind_b': stedi_ab.b.kind,
        'blur': 1e-12 * (1e0 + stedi_trino.farthest(stedi_ab.a.parts) + stedi_trino.farthest(stedi_ab.b.parts))})[1]`,
  ],
  farthest: [
    `(parts) AS list_max(list_transform(flatten(flatten(parts)), lambda stedi_v: greatest(abs(stedi_v.x), abs(stedi_v.y))))`,
  ],
  // How far apart two geometries are; zero where they touch; NULL if one is empty. What is all but zero is left to Athena.
  gap: [
    `(a, b, empty) AS list_transform([stedi_trino.pair(a, b)], lambda stedi_p: CASE WHEN stedi_p.kind_a IS NULL THEN NULL
      WHEN stedi_p.blur IS NULL THEN empty
      WHEN isinf(stedi_p.blur) THEN ${limitSql('geometry', "'an infinite coordinate'", double)} ELSE
      list_transform([stedi_trino.sides_gap(stedi_p.a, stedi_p.b)], lambda stedi_gap: CASE
        WHEN stedi_gap = 0 THEN 0e0
        WHEN stedi_gap <= stedi_p.blur AND NOT (suffix(stedi_p.kind_a, 'POINT') AND suffix(stedi_p.kind_b, 'POINT'))
        THEN ${limitSql('geometry-touch', "'less than ' || CAST(stedi_p.blur AS VARCHAR)", double)}
        WHEN (stedi_p.filled_a AND len(list_filter(stedi_p.b, lambda stedi_s: stedi_trino.in_rings(stedi_s.ax, stedi_s.ay, stedi_p.a))) > 0)
          OR (stedi_p.filled_b AND len(list_filter(stedi_p.a, lambda stedi_s: stedi_trino.in_rings(stedi_s.ax, stedi_s.ay, stedi_p.b))) > 0)
          OR stedi_trino.any_cross(stedi_p.a, stedi_p.b) THEN 0e0
        ELSE stedi_gap END)[1] END)[1]`,
  ],
  plane_distance: ['(a, b) AS stedi_trino.gap(a, b, CAST(NULL AS DOUBLE))'],
  // No point of b outside of a, and one at least in its inside. Where they touch, that is left to Athena, but for points.
  contains_geometry: [
    `(a, b) AS list_transform([stedi_trino.pair(a, b)], lambda stedi_p: CASE
      WHEN stedi_p.kind_a IS NULL THEN NULL WHEN stedi_p.blur IS NULL THEN false
      WHEN isinf(stedi_p.blur) THEN ${limitSql('geometry', "'an infinite coordinate'", 'true')}
      WHEN suffix(stedi_p.kind_b, 'POINT') THEN list_transform([list_transform(stedi_p.b, lambda stedi_at:
          stedi_trino.place_of(stedi_at.ax, stedi_at.ay, stedi_p))], lambda stedi_places:
        list_min(stedi_places) >= 0 AND list_max(stedi_places) > 0)[1]
      WHEN NOT stedi_p.filled_a THEN CASE
        WHEN stedi_p.filled_b OR suffix(stedi_p.kind_a, 'POINT') OR stedi_trino.sides_gap(stedi_p.a, stedi_p.b) > stedi_p.blur THEN false
        ELSE ${limitSql('geometry-touch', "'lines'", 'true')} END
      WHEN len(list_filter(stedi_p.b, lambda stedi_at: NOT stedi_trino.in_rings(stedi_at.ax, stedi_at.ay, stedi_p.a)
        AND stedi_trino.sides_gap([stedi_trino.point_side(stedi_at.ax, stedi_at.ay)], stedi_p.a) > stedi_p.blur)) > 0 THEN false
      WHEN stedi_trino.sides_gap(stedi_p.a, stedi_p.b) <= stedi_p.blur THEN ${limitSql('geometry-touch', "'a polygon that is touched'", 'true')}
      WHEN stedi_trino.any_cross(stedi_p.a, stedi_p.b) THEN false
      ELSE NOT (stedi_p.filled_b AND len(list_filter(stedi_p.a, lambda stedi_at:
        stedi_trino.in_rings(stedi_at.ax, stedi_at.ay, stedi_p.b))) > 0) END)[1]`,
  ],
  point_side: [`(x, y) AS {'ax': x, 'ay': y, 'bx': x, 'by': y}`],
  // 1 in the inside of the first of a pair, 0 on its edge, -1 outside. The ends of lines are their edge, unless an even number meet.
  place_of: [
    `(x, y, p) AS list_transform([stedi_trino.sides_gap([stedi_trino.point_side(x, y)], p.a)], lambda stedi_gap: CASE
      WHEN suffix(p.kind_a, 'POINT') THEN CASE WHEN stedi_gap = 0 THEN 1 WHEN stedi_gap > p.blur THEN -1
        ELSE ${limitSql('geometry-touch', "'points'", '1')} END
      WHEN stedi_gap > p.blur THEN CASE WHEN p.filled_a AND stedi_trino.in_rings(x, y, p.a) THEN 1 ELSE -1 END
      WHEN stedi_gap > 0 THEN ${limitSql('geometry-touch', "'a point on an edge'", '1')}
      WHEN p.filled_a THEN 0
      WHEN len(list_filter(p.lines, lambda stedi_l: stedi_l[1].x = x AND stedi_l[1].y = y)) % 2
        <> len(list_filter(p.lines, lambda stedi_l: stedi_l[-1].x = x AND stedi_l[-1].y = y)) % 2 THEN 0
      ELSE 1 END)[1]`,
  ],
};
