import type { TableColumns } from './adapter.js';
import type { Catalog, CatalogColumn, CatalogRelation } from './catalog.js';
import type { SqlType } from './sql-type.js';

/**
 * Returns what the warehouse itself knows of its tables' columns, for a translation; `readType` gives a column's type in
 * Athena's terms. Names may be written with one, two or three parts; a name of one part that stands for tables of several
 * schemas is not known.
 */
export function indexCatalogColumns(
  catalog: Catalog,
  readType: (column: CatalogColumn, table: CatalogRelation) => SqlType,
): TableColumns {
  const byName = new Map<string, string[]>();
  for (const [key, { relation, isForeign = false }] of catalog.relations) {
    const parts = [relation.database, relation.schema, relation.identifier];
    for (const from of isForeign ? [0] : [0, 1, 2]) {
      const name = parts.slice(from).join('.').toLowerCase();
      byName.set(name, [...(byName.get(name) ?? []), key]);
    }
  }
  return (name) => {
    const [key, ...others] = byName.get(name.join('.').toLowerCase()) ?? [];
    const found = key !== undefined && others.length === 0 ? catalog.relations.get(key) : undefined;
    return found?.columns.map((column) => ({
      name: column.name,
      type: readType(column, found),
    }));
  };
}
