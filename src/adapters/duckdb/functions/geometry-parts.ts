import { refusal, rewrite, type FunctionRule, type Rewritten, type FunctionCall } from './rule.js';
import { macroCall } from '../translate/macro-call.js';
import { geometryStruct } from '../types/duckdb-type.js';
import { limitSql } from './engine-limits.js';
import { noParts } from './geometry-text.js';

/** Geometries that stand for the type of a value that is none. */
export const noGeometry = `{'kind': '', 'parts': ${noParts}}`;

/** A condition of a CASE that fails for other kinds of the geometry `stedi_g`. */
export function onlyFor(name: string, kinds: readonly string[], value: string): string {
  const list = kinds.map((kind) => `'${kind}'`).join(', ');
  return `WHEN stedi_g.kind NOT IN (${list}) THEN stedi_trino.fail('${name} only applies to ${kinds.join(' or ')}. Input type is: ' || stedi_g.kind, ${value})`;
}

export const pointOf = (point: string): string => `{'kind': 'POINT', 'parts': [[[${point}]]]}`;
const lineOf = (points: string): string => `{'kind': 'LINESTRING', 'parts': [[${points}]]}`;
const emptyOf = (kind: string): string => `{'kind': '${kind}', 'parts': ${noParts}}`;

/** Returns `body`, in which `stedi_g` is the geometry. */
export function withGeometry(geometry: string, body: string): string {
  return `list_transform([CAST(${geometry} AS ${geometryStruct})], lambda stedi_g: ${body})[1]`;
}

const vertices = 'flatten(flatten(stedi_g.parts))';
const bigint = 'CAST(0 AS BIGINT)';
const double = 'CAST(0 AS DOUBLE)';

/**
 * A macro of a geometry, `stedi_g` in the body, and of further arguments. DuckDB puts what a macro is given in the place of each of its
 * parameters, so that a geometry is bound to a name first.
 */
function each(parameters: string, body: string): FunctionRule {
  const [first, ...others] = parameters.split(', ');
  if (first !== 'stedi_g') return { kind: 'macro', bodies: [`(${parameters}) AS ${body}`] };
  const list = ['geometry', ...others].join(', ');
  return { kind: 'macro', bodies: [`(${list}) AS ${withGeometry('geometry', body)}`] };
}

function coordinate(name: string, axis: 'x' | 'y'): FunctionRule {
  return each(
    'stedi_g',
    `CASE ${onlyFor(name, ['POINT'], double)} ELSE stedi_g.parts[1][1][1].${axis} END`,
  );
}

function bound(aggregate: 'min' | 'max', axis: 'x' | 'y'): FunctionRule {
  return each(
    'stedi_g',
    `list_${aggregate}(list_transform(${vertices}, lambda stedi_vertex: stedi_vertex.${axis}))`,
  );
}

/** Text is read where it is a varchar; Athena takes no char. */
function fromText(name: string): FunctionRule {
  return rewrite((call: FunctionCall): Rewritten => {
    const [text] = call.args;
    if (text?.type.kind === 'char') {
      return refusal('it takes no char', 'CAST(… AS varchar)', text.syntax);
    }
    return call.stableArgs((args) => macroCall(name, args));
  });
}

const polygonOnly = (name: string, value: string): string => onlyFor(name, ['POLYGON'], value);
const lineOnly = (name: string, value: string): string => onlyFor(name, ['LINESTRING'], value);

/** Functions that make geometries and take them apart. */
export const geometryPartRules: Readonly<Record<string, FunctionRule>> = {
  st_geometryfromtext: fromText('geometry_from_text'),
  st_linefromtext: fromText('line_from_text'),
  st_polygon: fromText('polygon_from_text'),
  st_astext: each('stedi_g', 'stedi_trino.geometry_text(stedi_g)'),
  st_point: each(
    'x, y',
    `CASE WHEN x IS NULL OR y IS NULL THEN NULL WHEN isnan(x) OR isnan(y) THEN ${emptyOf('POINT')}
      ELSE ${pointOf(`{'x': x, 'y': y}`)} END`,
  ),
  st_linestring: each('items', 'stedi_trino.line_of_points(items)'),
  st_multipoint: each('items', 'stedi_trino.several_points(items)'),
  st_x: coordinate('ST_X', 'x'),
  st_y: coordinate('ST_Y', 'y'),
  st_xmin: bound('min', 'x'),
  st_xmax: bound('max', 'x'),
  st_ymin: bound('min', 'y'),
  st_ymax: bound('max', 'y'),
  st_isempty: each('stedi_g', 'len(stedi_g.parts) = 0'),
  st_geometrytype: each(
    'stedi_g',
    `'ST_' || CASE stedi_g.kind WHEN 'POINT' THEN 'Point' WHEN 'LINESTRING' THEN 'LineString' WHEN 'POLYGON' THEN 'Polygon'
      WHEN 'MULTIPOINT' THEN 'MultiPoint' WHEN 'MULTILINESTRING' THEN 'MultiLineString' WHEN 'MULTIPOLYGON' THEN 'MultiPolygon' END`,
  ),
  st_coorddim: each('stedi_g', 'CASE WHEN stedi_g.kind IS NOT NULL THEN CAST(2 AS TINYINT) END'),
  st_dimension: each(
    'stedi_g',
    `CAST(CASE WHEN suffix(stedi_g.kind, 'POINT') THEN 0 WHEN suffix(stedi_g.kind, 'STRING') THEN 1 WHEN stedi_g.kind IS NOT NULL THEN 2 END AS TINYINT)`,
  ),
  // The points of a ring that close it do not count.
  st_numpoints: each(
    'stedi_g',
    `CASE WHEN suffix(stedi_g.kind, 'POLYGON') THEN len(${vertices}) - len(flatten(stedi_g.parts)) ELSE len(${vertices}) END`,
  ),
  st_numgeometries: each('stedi_g', 'CAST(len(stedi_g.parts) AS INTEGER)'),
  st_geometryn: each(
    'stedi_g, n',
    'CASE WHEN n >= 1 THEN stedi_trino.single_geometries(stedi_g)[n] END',
  ),
  st_geometries: each(
    'stedi_g',
    'CASE WHEN len(stedi_g.parts) > 0 THEN stedi_trino.single_geometries(stedi_g) END',
  ),
  // Rings as Athena's library holds them, the other way round.
  st_points: each(
    'stedi_g',
    `CASE WHEN len(stedi_g.parts) > 0 THEN list_transform(CASE WHEN suffix(stedi_g.kind, 'POLYGON')
      THEN flatten(list_transform(flatten(stedi_g.parts), lambda stedi_ring: list_reverse(stedi_ring))) ELSE ${vertices} END,
      lambda stedi_vertex: ${pointOf('stedi_vertex')}) END`,
  ),
  st_startpoint: each(
    'stedi_g',
    `CASE ${lineOnly('ST_StartPoint', noGeometry)} WHEN len(stedi_g.parts) > 0 THEN ${pointOf('stedi_g.parts[1][1][1]')} END`,
  ),
  st_endpoint: each(
    'stedi_g',
    `CASE ${lineOnly('ST_EndPoint', noGeometry)} WHEN len(stedi_g.parts) > 0 THEN ${pointOf('stedi_g.parts[1][1][-1]')} END`,
  ),
  st_pointn: each(
    'stedi_g, n',
    `CASE WHEN n IS NULL THEN NULL ${lineOnly('ST_PointN', noGeometry)}
      WHEN n BETWEEN 1 AND len(stedi_g.parts[1][1]) THEN ${pointOf('stedi_g.parts[1][1][n]')} END`,
  ),
  st_isclosed: each(
    'stedi_g',
    `CASE ${onlyFor('ST_IsClosed', ['LINESTRING', 'MULTILINESTRING'], 'true')}
      ELSE len(list_filter(flatten(stedi_g.parts), lambda stedi_line: stedi_line[1] <> stedi_line[-1])) = 0 END`,
  ),
  st_exteriorring: each(
    'stedi_g',
    `CASE ${polygonOnly('ST_ExteriorRing', noGeometry)} WHEN len(stedi_g.parts) > 0 THEN ${lineOf('stedi_g.parts[1][1]')} END`,
  ),
  st_numinteriorring: each(
    'stedi_g',
    `CASE ${polygonOnly('ST_NumInteriorRing', bigint)} WHEN len(stedi_g.parts) > 0 THEN len(stedi_g.parts[1]) - 1 END`,
  ),
  st_interiorrings: each(
    'stedi_g',
    `CASE ${polygonOnly('ST_InteriorRings', `[${noGeometry}]`)}
      WHEN len(stedi_g.parts) > 0 THEN list_transform(stedi_g.parts[1][2:], lambda stedi_ring: ${lineOf('stedi_ring')}) END`,
  ),
  st_interiorringn: each(
    'stedi_g, n',
    `CASE WHEN n IS NULL THEN NULL ${polygonOnly('ST_InteriorRingN', noGeometry)}
      WHEN n BETWEEN 1 AND len(stedi_g.parts[1]) - 1 THEN ${lineOf('stedi_g.parts[1][n + 1]')} END`,
  ),
  st_envelope: each('stedi_g', 'stedi_trino.box(stedi_g.kind, stedi_trino.corners(stedi_g.parts))'),
  st_envelopeaspts: each(
    'stedi_g',
    `list_transform([stedi_trino.corners(stedi_g.parts)], lambda stedi_box: CASE WHEN stedi_box[1] IS NOT NULL THEN
      [${pointOf("{'x': stedi_box[1], 'y': stedi_box[2]}")}, ${pointOf("{'x': stedi_box[3], 'y': stedi_box[4]}")}] END)[1]`,
  ),
  to_geometry: each('stedi_g', 'stedi_g'),
  to_spherical_geography: each('stedi_g', 'stedi_trino.on_sphere(stedi_g)'),
};

/** Macros that these functions call. */
export const geometryPartMacros: Readonly<Record<string, readonly string[]>> = {
  line_from_text: [
    `(text) AS list_transform([stedi_trino.geometry_from_text(text)], lambda stedi_g: CASE ${lineOnly('ST_LineFromText', 'stedi_g')} ELSE stedi_g END)[1]`,
  ],
  polygon_from_text: [
    `(text) AS list_transform([stedi_trino.geometry_from_text(text)], lambda stedi_g: CASE ${polygonOnly('ST_Polygon', 'stedi_g')} ELSE stedi_g END)[1]`,
  ],
  single_geometries: [
    `(stedi_g) AS list_transform(stedi_g.parts, lambda stedi_part: {'kind': replace(stedi_g.kind, 'MULTI', ''), 'parts': [stedi_part]})`,
  ],
  // The least and the greatest x and y.
  corners: [
    `(parts) AS list_transform([flatten(flatten(parts))], lambda stedi_all: [
      list_min(list_transform(stedi_all, lambda stedi_v: stedi_v.x)), list_min(list_transform(stedi_all, lambda stedi_v: stedi_v.y)),
      list_max(list_transform(stedi_all, lambda stedi_v: stedi_v.x)), list_max(list_transform(stedi_all, lambda stedi_v: stedi_v.y))])[1]`,
  ],
  box: [
    `(kind, found) AS list_transform([found], lambda stedi_bounds: CASE WHEN kind IS NULL THEN NULL WHEN stedi_bounds[1] IS NULL THEN ${emptyOf('POLYGON')}
      WHEN stedi_bounds[1] = stedi_bounds[3] OR stedi_bounds[2] = stedi_bounds[4] OR isinf(stedi_bounds[3] - stedi_bounds[1]) OR isinf(stedi_bounds[4] - stedi_bounds[2])
      THEN ${limitSql('geometry', "'an envelope without an area'", noGeometry)}
      ELSE {'kind': 'POLYGON', 'parts': [[[{'x': stedi_bounds[1], 'y': stedi_bounds[2]}, {'x': stedi_bounds[3], 'y': stedi_bounds[2]},
        {'x': stedi_bounds[3], 'y': stedi_bounds[4]}, {'x': stedi_bounds[1], 'y': stedi_bounds[4]}, {'x': stedi_bounds[1], 'y': stedi_bounds[2]}]]]} END)[1]`,
  ],
  checked_points: [
    `(name, items) AS list_transform(items, lambda stedi_item, stedi_place: CASE
      WHEN stedi_item.kind = 'POINT' AND len(stedi_item.parts) > 0 THEN stedi_item.parts[1][1][1]
      ELSE stedi_trino.fail('Invalid input to ' || name || ': no point at index ' || stedi_place, {'x': 0e0, 'y': 0e0}) END)`,
  ],
  line_of_points: [
    `(items) AS list_transform([stedi_trino.checked_points('ST_LineString', items)], lambda stedi_points: CASE
      WHEN len(list_filter(range(2, len(stedi_points) + 1), lambda stedi_i: stedi_points[stedi_i] = stedi_points[stedi_i - 1])) > 0
      THEN stedi_trino.fail('Invalid input to ST_LineString: consecutive duplicate points', ${noGeometry})
      WHEN len(stedi_points) < 2 THEN ${emptyOf('LINESTRING')}
      WHEN stedi_points IS NOT NULL THEN ${lineOf('stedi_points')} END)[1]`,
  ],
  several_points: [
    `(items) AS list_transform([stedi_trino.checked_points('ST_MultiPoint', items)], lambda stedi_points: CASE
      WHEN len(stedi_points) > 0
      THEN {'kind': 'MULTIPOINT', 'parts': list_transform(stedi_points, lambda stedi_point: [[stedi_point]])} END)[1]`,
  ],
  on_sphere: [
    `(stedi_g) AS list_transform([row(stedi_g, stedi_trino.corners(stedi_g.parts))], lambda stedi_globe: CASE
      WHEN NOT stedi_globe[2][2] BETWEEN -90e0 AND 90e0 OR NOT stedi_globe[2][4] BETWEEN -90e0 AND 90e0
      THEN stedi_trino.fail('Latitude must be between -90 and 90', stedi_globe[1])
      WHEN NOT stedi_globe[2][1] BETWEEN -180e0 AND 180e0 OR NOT stedi_globe[2][3] BETWEEN -180e0 AND 180e0
      THEN stedi_trino.fail('Longitude must be between -180 and 180', stedi_globe[1])
      ELSE stedi_globe[1] END)[1]`,
  ],
};
