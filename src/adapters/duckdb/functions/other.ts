import { refuse, type FunctionFamily, type FunctionRule } from './rule.js';

/** Returns the rules that refuse these functions for one reason. */
function refuseAll(
  names: string,
  reason: string,
  hint?: string,
): Readonly<Record<string, FunctionRule>> {
  return Object.fromEntries(names.split(/\s+/).map((name) => [name, refuse(reason, hint)]));
}

/** Functions of Trino that have no place in a model that also runs on DuckDB. */
export const otherFunctions: FunctionFamily = {
  name: 'other',
  rules: {
    ...refuseAll(
      `approx_set empty_approx_set merge make_set_digest merge_set_digest hash_counts intersection_cardinality
      jaccard_index qdigest_agg tdigest_agg value_at_quantile values_at_quantiles quantile_at_value`,
      'sketches have no counterpart',
      'use approx_distinct or approx_percentile',
    ),
    ...refuseAll(
      'bar color render rgb',
      'colours are for a terminal',
      'format the result elsewhere',
    ),
    ...refuseAll(
      'current_catalog current_schema current_user current_path current_role current_groups',
      'it depends on who runs the model',
      'use {{ target }} or a variable',
    ),
    ...refuseAll(
      'classifier match_number first last prev next permute',
      'row pattern recognition is not supported',
      'use window functions (lag, lead, sum … OVER)',
    ),
    ...refuseAll('version', 'it depends on the engine'),
    ...refuseAll(
      `bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level
      bing_tiles_around convex_hull_agg from_encoded_polyline from_geojson_geometry geometry_collect_agg
      geometry_from_hadoop_shape geometry_invalid_reason geometry_nearest_points geometry_to_bing_tiles
      geometry_union geometry_union_agg great_circle_distance line_interpolate_point line_interpolate_points
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
};
