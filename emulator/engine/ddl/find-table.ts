import type { Table } from '@aws-sdk/client-glue';
import { userError } from '../errors.js';
import type { Name } from '../sql/statement.js';
import { resolveName, type CatalogStatementContext } from '../statement-context.js';

/** Returns the table that a statement of Hive's dialect names, if it is there. */
export function lookUpTable(context: CatalogStatementContext, name: Name): Table | undefined {
  const { database, table } = resolveName(context, name);
  const isKnown = context.glue.listDatabases().some(({ Name }) => Name === database);
  return isKnown ? context.glue.findTable(database, table) : undefined;
}

/** Returns the table that a statement of Hive's dialect names. Throws Hive's error 10001. */
export function findTable(context: CatalogStatementContext, name: Name): Table {
  const table = lookUpTable(context, name);
  if (table !== undefined) return table;
  const { database, table: own } = resolveName(context, name);
  throw userError(
    'semantic',
    `FAILED: SemanticException [Error 10001]: Table not found ${database}.${own}`,
  );
}

/** Returns the database that SHOW asks about. Throws Hive's error 10072. */
export function findDatabase(context: CatalogStatementContext, name: Name | undefined): string {
  const database = name?.parts.at(-1) ?? context.request.database?.toLowerCase() ?? 'default';
  if (context.glue.listDatabases().some(({ Name }) => Name === database)) return database;
  throw userError(
    'semantic',
    `FAILED: SemanticException [Error 10072]: Database does not exist: ${database}`,
  );
}
