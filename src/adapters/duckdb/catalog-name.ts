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
