import type { Table } from '@aws-sdk/client-glue';
import { userError } from '../errors.js';
import { isIceberg, isView } from '../hive/table-storage.js';
import { placeOf } from '../sql/mapped-text.js';
import type { Name } from '../sql/statement.js';
import { displayName, resolveName, type CatalogStatementContext } from '../statement-context.js';

/** Returns the table that a statement of Trino's dialect writes to. Throws SCHEMA_NOT_FOUND, TABLE_NOT_FOUND. */
export function findTarget(context: CatalogStatementContext, name: Name): Table {
  const place = placeOf(context.request.sql, name.start);
  const target = resolveName(context, name);
  const { database, table } = target;
  if (!context.glue.listDatabases().some(({ Name }) => Name === database)) {
    throw userError('notFound', `SCHEMA_NOT_FOUND: ${place}: Schema '${database}' does not exist`);
  }
  const found = context.glue.findTable(database, table);
  if (found !== undefined) return found;
  throw userError(
    'notFound',
    `TABLE_NOT_FOUND: ${place}: Table '${displayName(target)}' does not exist`,
  );
}

/** Returns the Iceberg table that a statement changes rows of; Hive's tables and views are refused. */
export function findIcebergTarget(
  context: CatalogStatementContext,
  name: Name,
  verb: string,
): Table {
  const table = findTarget(context, name);
  if (isIceberg(table) && !isView(table)) return table;
  throw userError(
    'notSupported',
    isView(table)
      ? `NOT_SUPPORTED: ${placeOf(context.request.sql, 0)}: ${verb} of views is not supported`
      : 'NOT_SUPPORTED: Modifying Hive table rows is only supported for transactional tables',
  );
}
