import type { Dialect } from '../../src/core/adapter.js';
import type { SqlToolkit } from '../../src/core/sql-toolkit.js';
import { ownCatalogName } from '../core/data-catalogs.js';
import { EngineError, type StatementRequest } from '../core/engine.js';
import type { GlueCatalog } from '../core/glue-catalog.js';
import type { CatalogContext, TableDefinitions, TableFormat } from '../core/table-format.js';
import type { StatementSession } from './duck/duck-session.js';
import { userError } from './errors.js';
import type { Name } from './sql/statement.js';

/** What a statement about tables, not about rows, works with, whichever the engine. */
export interface CatalogStatementContext extends CatalogContext {
  readonly request: StatementRequest;
  /** Defines Iceberg tables. */
  readonly iceberg: TableDefinitions;
}

/** What a statement that DuckDB runs works with. */
export interface StatementContext extends CatalogStatementContext {
  /** The data catalog, in lower case, that names in queries without one are looked up in. `glue` is that of the target. */
  readonly catalog: string;
  /** Returns the Glue catalog behind the name of a data catalog. */
  readonly findGlue: (name: string) => GlueCatalog | undefined;
  readonly duck: StatementSession;
  readonly toolkit: SqlToolkit;
  readonly dialect: Dialect;
  /** Reads and writes Iceberg tables. */
  readonly iceberg: TableFormat;
  /** Sizes of the files that were read, added up. */
  readonly scanned: { bytes: number };
}

/** A table's place in Glue. */
export interface TableName {
  /** Lower case. */
  readonly catalog: string;
  readonly database: string;
  readonly table: string;
}

/** Stops a statement that is about to write and has read more than the workgroup lets it. */
export function requireScanLimit({ request, scanned }: StatementContext): void {
  const { scannedBytesLimit } = request;
  if (scannedBytesLimit === undefined || scanned.bytes <= scannedBytesLimit) return;
  throw new EngineError(2, 1014, 'Bytes scanned limit was exceeded');
}

/** Returns the database of a statement that names none. */
export function currentDatabase({ request }: Pick<CatalogStatementContext, 'request'>): string {
  // Athena takes `default` for a context without database.
  return (request.database ?? 'default').toLowerCase();
}

/**
 * Returns the place that the name of a statement's target stands for, in `context.glue`. Throws CATALOG_NOT_FOUND where the
 * engine knows the account's own catalog alone.
 */
export function resolveName(
  {
    request,
    findGlue,
  }: Pick<CatalogStatementContext, 'request'> & Partial<Pick<StatementContext, 'findGlue'>>,
  { parts }: Pick<Name, 'parts'>,
): TableName {
  const [table = '', database = currentDatabase({ request }), catalog = request.catalog] = [
    ...parts,
  ].reverse();
  if (findGlue === undefined && catalog.toLowerCase() !== ownCatalogName.toLowerCase()) {
    throw userError('semantic', `CATALOG_NOT_FOUND: line 1:1: Catalog '${catalog}' not found`);
  }
  return {
    catalog: catalog.toLowerCase(),
    database: database.toLowerCase(),
    table: table.toLowerCase(),
  };
}

/** Returns `catalog.database.table`, as messages name a table. */
export function displayName({ catalog, database, table }: TableName): string {
  return `${catalog}.${database}.${table}`;
}
