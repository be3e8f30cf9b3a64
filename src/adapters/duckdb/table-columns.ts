import type { TableColumns } from '../../core/adapter.js';
import type { Catalog } from '../../core/catalog.js';
import { readDuckDbType } from './types/read-duckdb-type.js';

/**
 * Returns what the warehouse itself knows of its tables' columns, for a translation: the types that DuckDB stores, in
 * Athena's terms. Names may be written with one, two or three parts; a name of one part that stands for tables of
 * several schemas is not known.
 */
export function catalogColumns(catalog: Catalog): TableColumns {
  const byName = new Map<string, string[]>();
  for (const [key, { relation }] of catalog.relations) {
    const parts = [relation.database, relation.schema, relation.identifier];
    for (const from of [0, 1, 2]) {
      const name = parts.slice(from).join('.').toLowerCase();
      byName.set(name, [...(byName.get(name) ?? []), key]);
    }
  }
  return (name) => {
    const [key, ...others] = byName.get(name.join('.').toLowerCase()) ?? [];
    const found = key !== undefined && others.length === 0 ? catalog.relations.get(key) : undefined;
    return found?.columns.map((column) => ({
      name: column.name,
      type: readDuckDbType(column.type),
    }));
  };
}
