import type { Alteration, StoredColumn, TableColumnRules } from '../../core/adapter.js';
import type { Relation } from '../../core/relation.js';
import { quoteName, quoteRelation } from './quote.js';
import { findUnstored } from './types/unstored-types.js';
import { duckDbType } from './types/duckdb-type.js';
import { readDuckDbType } from './types/read-duckdb-type.js';

/** What DuckDB stores, and what of it can change: all that Athena can change, and no more. */
export const tableColumnRules: TableColumnRules = {
  readType: ({ type }) => readDuckDbType(type),
  storedType(type) {
    // The bytes of an address, or the parts of a geometry, would be shown as such.
    if (findUnstored(type) !== undefined) return undefined;
    const stored = duckDbType(type);
    return stored === undefined ? undefined : readDuckDbType(stored);
  },
  refuse: () => [],
};

function typeOf({ type, nativeType }: StoredColumn): string {
  return nativeType ?? String(duckDbType(type));
}

/** Returns the statements that alter a table. DuckDB changes one column at a time. */
export function alterStatements(relation: Relation, { add, change, drop }: Alteration): string[] {
  const alter = `ALTER TABLE ${quoteRelation(relation)}`;
  return [
    ...add.map((column) => `${alter} ADD COLUMN ${quoteName(column.name)} ${typeOf(column)}`),
    ...change.map(
      (column) => `${alter} ALTER COLUMN ${quoteName(column.name)} TYPE ${typeOf(column)}`,
    ),
    ...drop.map((name) => `${alter} DROP COLUMN ${quoteName(name)}`),
  ];
}
