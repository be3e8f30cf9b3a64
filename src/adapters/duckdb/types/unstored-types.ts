import type { SqlType } from '../../../core/sql-type.js';
import { partsOf } from './common.js';

/** What to write where a value of such a type is to be a column of a result. */
const unstored: Readonly<Partial<Record<SqlType['kind'], string>>> = {
  ipaddress: 'CAST(… AS varchar)',
  geometry: 'ST_AsText(…)',
  sphericalgeography: 'ST_AsText(to_geometry(…))',
  bingtile: 'bing_tile_quadkey(…)',
};

/** Returns what to write instead of a value whose type, or a part of it, no table holds; `undefined` if one does. */
export function findUnstored(type: SqlType): string | undefined {
  return partsOf(type).flatMap(({ kind }) => unstored[kind] ?? [])[0];
}

/** Whether a type is or holds one of the geospatial functions. */
export function isGeospatial(type: SqlType): boolean {
  return partsOf(type).some(({ kind }) => kind === 'bingtile') || holdsGeometry(type);
}

/** Whether a type is or holds geometries, flat ones or those on the sphere. */
export function holdsGeometry(type: SqlType): boolean {
  return partsOf(type).some(({ kind }) => kind === 'geometry' || kind === 'sphericalgeography');
}
