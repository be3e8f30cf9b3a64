import { basename } from 'node:path';

/** The path of a database that ends with the process. */
export const inMemory = ':memory:';

/**
 * Returns the name that any DuckDB client gives the catalog of a database file: the file's name up to its first dot,
 * `memory` for a database in memory.
 */
export function catalogName(path: string): string {
  return path === inMemory ? 'memory' : (basename(path).split('.')[0] ?? '');
}

/** Catalog names that DuckDB has for itself, or that would hide a schema of that name. */
const reservedNames: readonly string[] = [
  'information_schema',
  'main',
  'memory',
  'pg_catalog',
  'system',
  'temp',
];

/** Returns whether the name of a file cannot be the name of its catalog. */
export function isReservedName(name: string): boolean {
  return reservedNames.includes(name.toLowerCase());
}
