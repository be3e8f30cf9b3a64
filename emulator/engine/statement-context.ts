import type { Dialect } from '../../src/core/adapter.js';
import type { SqlToolkit } from '../../src/core/sql-toolkit.js';
import { EngineError, type StatementRequest } from '../core/engine.js';
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
  readonly database: string;
  readonly table: string;
}

/** Stops a statement that is about to write and has read more than the workgroup lets it. */
export function requireScanLimit({ request, scanned }: StatementContext): void {
  const { scannedBytesLimit } = request;
  if (scannedBytesLimit === undefined || scanned.bytes <= scannedBytesLimit) return;
  throw new EngineError(2, 1014, 'Bytes scanned limit was exceeded');
}

const ownCatalog = 'awsdatacatalog';

/** Returns the database of a statement that names none. */
export function currentDatabase({ request }: Pick<CatalogStatementContext, 'request'>): string {
  // Athena takes `default` for a context without database.
  return (request.database ?? 'default').toLowerCase();
}

/** Returns the place that a name stands for. Throws CATALOG_NOT_FOUND. */
export function resolveName(
  context: Pick<CatalogStatementContext, 'request'>,
  { parts }: Pick<Name, 'parts'>,
): TableName {
  const [table = '', database = currentDatabase(context), catalog = ownCatalog] = [
    ...parts,
  ].reverse();
  if (catalog.toLowerCase() !== ownCatalog) {
    throw userError('semantic', `CATALOG_NOT_FOUND: line 1:1: Catalog '${catalog}' not found`);
  }
  return { database: database.toLowerCase(), table: table.toLowerCase() };
}

/** Returns `awsdatacatalog.database.table`, as messages name a table. */
export function displayName({ database, table }: TableName): string {
  return `${ownCatalog}.${database}.${table}`;
}
