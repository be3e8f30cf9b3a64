import { bingTileMacros, bingTileRules } from './bing-tile.js';
import { macro, refuse, type FunctionFamily, type FunctionRule } from './rule.js';

/** One degree. */
const radians = '1.7453292519943295e-2';
const noAngle = 'CAST(0 AS DOUBLE)';

function checkAngle(names: readonly string[], most: number, kind: string): string {
  const wrong = names.map((name) => `NOT ${name} BETWEEN -${most}e0 AND ${most}e0`).join(' OR ');
  return `WHEN ${wrong} THEN stedi_trino.fail('${kind} must be between -${most} and ${most}', ${noAngle})`;
}

/** Returns the rules that refuse these functions for one reason. */
function refuseAll(
  names: string,
  reason: string,
  hint?: string,
): Readonly<Record<string, FunctionRule>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, refuse(reason, hint)]));
}

/** Geospatial functions: https://trino.io/docs/current/functions/geospatial.html. Athena has those of Trino. */
export const geospatialFunctions: FunctionFamily = {
  name: 'geospatial',
  rules: {
    ...bingTileRules,
    great_circle_distance: macro(
      `(latitude1, longitude1, latitude2, longitude2) AS CASE
        WHEN latitude1 IS NULL OR longitude1 IS NULL OR latitude2 IS NULL OR longitude2 IS NULL THEN NULL
        ${checkAngle(['latitude1', 'latitude2'], 90, 'Latitude')}
        ${checkAngle(['longitude1', 'longitude2'], 180, 'Longitude')}
        ELSE stedi_trino.great_circle(latitude1, longitude1, latitude2, longitude2) END`,
    ),
    ...refuseAll(
      `bing_tile_polygon convex_hull_agg from_encoded_polyline from_geojson_geometry geometry_collect_agg
      geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles
      geometry_union geometry_union_agg line_interpolate_point line_interpolate_points
      line_locate_point simplify_geometry spatial_partitioning spatial_partitions st_area st_asbinary st_asewkb
      st_asewkt st_astext st_boundary st_buffer st_centroid st_collect st_contains st_convexhull st_coorddim
      st_crosses st_difference st_dimension st_disjoint st_distance st_endpoint st_envelope st_envelopeaspts
      st_equals st_exteriorring st_force2d st_force3d st_geometries st_geometryfromtext st_geometryn
      st_geometrytype st_geomfrombinary st_geomfromewkt st_geomfromkml st_interiorringn st_interiorrings
      st_intersection st_intersects st_isclosed st_isempty st_isring st_issimple st_isvalid st_length
      st_linefromtext st_linemerge st_linestring st_makeline st_makepolygon st_minimumboundingcircle st_multi
      st_multipoint st_normalize st_numgeometries st_numinteriorring st_numpoints st_orientedenvelope
      st_overlaps st_point st_pointn st_pointonsurface st_points st_polygon st_polygonize st_reduceprecision
      st_relate st_setsrid st_srid st_startpoint st_symdifference st_touches st_transform st_union
      st_voronoipolygons st_within st_x st_xmax st_xmin st_y st_ymax st_ymin st_z to_encoded_polyline
      to_geojson_geometry to_geometry to_spherical_geography`,
      'geometries need an extension that DuckDB does not hold',
    ),
  },
  macros: {
    ...bingTileMacros,
    // In kilometers, on a sphere.
    great_circle: [
      `(latitude1, longitude1, latitude2, longitude2) AS list_transform([row(
          sin(latitude1 * ${radians}), cos(latitude1 * ${radians}), sin(latitude2 * ${radians}), cos(latitude2 * ${radians}),
          longitude1 * ${radians} - longitude2 * ${radians})],
        lambda stedi_arc: list_transform([row(stedi_arc[4] * sin(stedi_arc[5]),
            stedi_arc[2] * stedi_arc[3] - stedi_arc[1] * stedi_arc[4] * cos(stedi_arc[5]),
            stedi_arc[1] * stedi_arc[3] + stedi_arc[2] * stedi_arc[4] * cos(stedi_arc[5]))],
          lambda stedi_side: atan2(sqrt(stedi_side[1] * stedi_side[1] + stedi_side[2] * stedi_side[2]), stedi_side[3])
            * 6.37101e3)[1])[1]`,
    ],
  },
};
