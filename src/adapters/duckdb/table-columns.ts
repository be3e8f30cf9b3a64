import type { TableColumns } from '../../core/adapter.js';
import type { Catalog } from '../../core/catalog.js';
import { indexCatalogColumns } from '../../core/catalog-columns.js';
import { readDuckDbType } from './types/read-duckdb-type.js';

/** Returns what the warehouse knows of its tables' columns: the types that DuckDB stores, in Athena's terms. */
export function catalogColumns(catalog: Catalog): TableColumns {
  return indexCatalogColumns(catalog, ({ type }) => readDuckDbType(type));
}

/** As DuckDB's information schema has them, and so dbt-duckdb's catalog. */
export const catalogTypes = { table: 'BASE TABLE', view: 'VIEW' } as const;
