import type { Table } from '@aws-sdk/client-glue';
import { ddlError, userError } from '../errors.js';
import { listVisible, readLocation } from '../hive/location.js';
import { partitionPath, readPartitionPath } from '../hive/partition-path.js';
import { partitionInput, registerPartitions } from '../hive/register-partitions.js';
import { isIceberg } from '../hive/table-storage.js';
import { textRows, type Outcome } from '../outcome.js';
import type { AlterAction, PartitionValues, Statement } from '../sql/statement.js';
import type { CatalogStatementContext } from '../statement-context.js';
import { findTable } from './find-table.js';

function keysOf(table: Table): readonly string[] {
  return (table.PartitionKeys ?? []).map(({ Name = '' }) => Name.toLowerCase());
}

/** Returns the values in the order of the table's partition columns, each of which must have one. */
function orderedValues(table: Table, values: PartitionValues): readonly string[] {
  const keys = keysOf(table);
  const ordered = keys.map((key) => values.find(({ column }) => column === key)?.value);
  if (values.length !== keys.length || ordered.some((value) => value === undefined)) {
    throw userError(
      'semantic',
      `FAILED: SemanticException partition spec {${values.map(({ column, value }) => `${column}=${value}`).join(', ')}} doesn't contain all (${keys.length}) partition columns`,
    );
  }
  return ordered.map((value) => value ?? '');
}

function find(context: CatalogStatementContext, table: Table, values: readonly string[]) {
  return context.glue
    .listPartitions(table.DatabaseName ?? '', table.Name ?? '')
    .find((partition) => JSON.stringify(partition.Values) === JSON.stringify(values));
}

/** ALTER TABLE … ADD PARTITION: the folder is the default one unless given. */
export function addPartitions(
  context: CatalogStatementContext,
  table: Table,
  action: Extract<AlterAction, { kind: 'add-partitions' }>,
): void {
  const folder = readLocation(table.StorageDescriptor?.Location ?? '');
  const written = action.partitions.flatMap(({ values: given, location }) => {
    const values = orderedValues(table, given);
    if (find(context, table, values) !== undefined) {
      if (action.ifNotExists) return [];
      throw ddlError(`AlreadyExistsException(message:Partition already exists.)`);
    }
    const own = {
      bucket: folder.bucket,
      prefix: `${folder.prefix}${partitionPath(keysOf(table), values)}/`,
    };
    return [{ values, folder: location === undefined ? own : readLocation(location) }];
  });
  registerPartitions(
    context.glue,
    {
      database: table.DatabaseName ?? '',
      table: table.Name ?? '',
      storage: table.StorageDescriptor,
    },
    written,
  );
}

/** ALTER TABLE … DROP PARTITION: the data stays. */
export function dropPartitions(
  context: CatalogStatementContext,
  table: Table,
  action: Extract<AlterAction, { kind: 'drop-partitions' }>,
): void {
  for (const given of action.partitions) {
    const values = orderedValues(table, given);
    if (find(context, table, values) === undefined) {
      if (action.ifExists) continue;
      throw userError(
        'semantic',
        `FAILED: SemanticException [Error 10006]: Partition not found (${given.map(({ column, value }) => `${column} = ${value}`).join(' AND ')})`,
      );
    }
    context.glue.deletePartitions(table.DatabaseName ?? '', table.Name ?? '', [values]);
  }
}

/** ALTER TABLE … PARTITION (…) SET LOCATION. */
export function setPartitionLocation(
  context: CatalogStatementContext,
  table: Table,
  given: PartitionValues,
  location: string,
): void {
  const values = orderedValues(table, given);
  const partition = find(context, table, values);
  if (partition === undefined) throw ddlError('Partition not found');
  context.glue.updatePartition(
    table.DatabaseName ?? '',
    table.Name ?? '',
    values,
    partitionInput(partition.StorageDescriptor, values, location),
  );
}

/** ALTER TABLE … PARTITION (…) RENAME TO PARTITION (…): the data stays where it is. */
export function renamePartition(
  context: CatalogStatementContext,
  table: Table,
  { from, to }: Extract<AlterAction, { kind: 'rename-partition' }>,
): void {
  const values = orderedValues(table, from);
  const partition = find(context, table, values);
  if (partition === undefined) throw ddlError('Partition not found');
  const storage = partition.StorageDescriptor;
  context.glue.updatePartition(
    table.DatabaseName ?? '',
    table.Name ?? '',
    values,
    partitionInput(storage, orderedValues(table, to), storage?.Location ?? ''),
  );
}

/** MSCK REPAIR TABLE: registers the folders `key=value` that Glue does not know. */
export function repairTable(
  context: CatalogStatementContext,
  { name }: Extract<Statement, { kind: 'repair-table' }>,
): Outcome {
  const table = findTable(context, name);
  if (isIceberg(table)) {
    throw userError('notSupported', 'Query type not supported by Athena Iceberg at this time');
  }
  const keys = keysOf(table);
  const folder = readLocation(table.StorageDescriptor?.Location ?? '');
  const found = new Map<string, readonly string[]>();
  for (const { key } of keys.length === 0 ? [] : listVisible(context.objects, folder)) {
    const path = key.slice(folder.prefix.length).split('/').slice(0, keys.length).join('/');
    const values = readPartitionPath(keys, path);
    if (values !== undefined) found.set(path, values);
  }
  const missing = [...found].filter(([, values]) => find(context, table, values) === undefined);
  registerPartitions(
    context.glue,
    {
      database: table.DatabaseName ?? '',
      table: table.Name ?? '',
      storage: table.StorageDescriptor,
    },
    missing.map(([path, values]) => ({
      values,
      folder: { bucket: folder.bucket, prefix: `${folder.prefix}${path}/` },
    })),
  );
  if (missing.length === 0) return textRows([], []);
  const shown = missing.map(([path]) => `${table.Name ?? ''}:${path}`);
  return textRows(
    [],
    [
      `Partitions not in metastore:\t${shown.join('\t')}`,
      ...shown.map((each) => {
        const path = each.slice((table.Name ?? '').length + 1);
        return `Repair: Added partition to metastore ${each} s3://${folder.bucket}/${folder.prefix}${path}`;
      }),
    ],
  );
}
