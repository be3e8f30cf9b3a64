import { bingTileMacros, bingTileRules } from './bing-tile.js';
import { geometryFormatMacros, geometryFormatRules } from './geometry-formats.js';
import { geometryLineMacros, geometryLineRules } from './geometry-lines.js';
import { geometryMeasureMacros, geometryMeasureRules } from './geometry-measure.js';
import { geometryPartMacros, geometryPartRules } from './geometry-parts.js';
import { geometryTextMacros } from './geometry-text.js';
import { macro, refuse, refuseAll, type FunctionFamily } from './rule.js';

/** One degree. */
const radians = '1.7453292519943295e-2';
const noAngle = 'CAST(0 AS DOUBLE)';

function checkAngle(names: readonly string[], most: number, kind: string): string {
  const wrong = names.map((name) => `NOT ${name} BETWEEN -${most}e0 AND ${most}e0`).join(' OR ');
  return `WHEN ${wrong} THEN stedi_trino.fail('${kind} must be between -${most} and ${most}', ${noAngle})`;
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
    ...geometryPartRules,
    ...geometryMeasureRules,
    st_centroid: refuse(
      "its digits hang on the order in which Athena's library adds",
      'average the ST_X and ST_Y of ST_Points, or compute it on Athena',
    ),
    ...refuseAll(
      `convex_hull_agg geometry_union geometry_union_agg st_buffer st_convexhull st_difference st_intersection st_symdifference st_union simplify_geometry st_boundary`,
      "new geometries are not cut out of others here: every corner would have to be that of Athena's library",
      'compute it on Athena, in a model of its own',
    ),
    ...refuseAll(
      `st_crosses st_equals st_overlaps st_relate st_touches`,
      "Athena's library takes places that are nearly the same for one, in a way of its own",
      'use ST_Intersects, ST_Contains or ST_Distance with a bound of your own',
    ),
    ...refuseAll(
      `geometry_invalid_reason st_isring st_issimple st_isvalid`,
      "Athena's library takes places that are nearly the same for one, in a way of its own",
      'compute it on Athena, in a model of its own',
    ),
    ...geometryLineRules,
    ...geometryFormatRules,
    ...refuseAll(
      'geometry_from_hadoop_shape st_geomfromkml',
      'this form of a geometry is not read or written',
      'use ST_GeometryFromText, ST_GeomFromBinary or from_geojson_geometry',
    ),
    ...refuseAll(
      `bing_tile_polygon geometry_to_bing_tiles`,
      'the corners of tiles hang on the last digits of an arc tangent',
      'use bing_tile_at, bing_tile_coordinates or bing_tiles_around',
    ),
    ...refuseAll(
      `spatial_partitioning spatial_partitions`,
      "Athena's planner alone uses it for joins",
      'leave it out: ST_Contains in ON joins as well',
    ),
    ...refuseAll(
      `st_asewkb st_asewkt st_collect st_geomfromewkt st_linemerge st_makeline st_makepolygon st_minimumboundingcircle st_multi st_normalize st_orientedenvelope st_pointonsurface st_polygonize st_reduceprecision st_setsrid st_srid st_transform st_voronoipolygons st_z st_force2d st_force3d geometry_collect_agg`,
      "Athena's release of Trino is not known to have it: Trino 476 has not",
      'use the functions of the Athena manual',
    ),
  },
  macros: {
    ...bingTileMacros,
    ...geometryTextMacros,
    ...geometryPartMacros,
    ...geometryMeasureMacros,
    ...geometryLineMacros,
    ...geometryFormatMacros,
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
