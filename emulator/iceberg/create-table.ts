import { randomUUID } from 'node:crypto';
import type { NewTable, WriteOutcome } from '../core/table-format.js';
import { afterWriting, writeDataFiles } from './data-files.js';
import { icebergError, invalidProperty } from './errors.js';
import { pointTo } from './glue-table.js';
import { listBelow, normalizeLocation, parseAddress } from './location.js';
import type { DataFile } from './manifest.js';
import type { TableMetadata } from './metadata.js';
import { addSnapshot } from './new-snapshot.js';
import { newPartitionSpec } from './partition-spec.js';
import { defaultProperties, toMetadataProperties } from './properties.js';
import { fieldIdsAfter, toFields } from './schema.js';
import type { IcebergContext, IcebergRowContext } from './table-state.js';
import { toCommitError, writeMetadata } from './table-state.js';

/** The metadata of a table without rows. Throws `EngineError` for types, partitions and properties that do not go. */
function newMetadata(context: IcebergContext, table: NewTable): TableMetadata {
  const properties = toMetadataProperties(table.properties, table.dialect);
  const ids = fieldIdsAfter(0);
  const fields = toFields(table.columns, ids, table.dialect);
  const spec = newPartitionSpec(table.partitioning, fields);
  return {
    'format-version': 2,
    'table-uuid': randomUUID(),
    location: normalizeLocation(table.location),
    'last-sequence-number': 0,
    'last-updated-ms': context.now().getTime(),
    'last-column-id': ids.last(),
    'current-schema-id': 0,
    schemas: [{ type: 'struct', 'schema-id': 0, fields }],
    'default-spec-id': 0,
    'partition-specs': [spec],
    // 999 is what Iceberg's library writes for a table without partitions.
    'last-partition-id': 999 + spec.fields.length,
    'default-sort-order-id': 0,
    'sort-orders': [{ 'order-id': 0, fields: [] }],
    properties: {
      ...defaultProperties,
      ...properties,
      ...(table.comment !== undefined && { comment: table.comment }),
    },
    'current-snapshot-id': '-1',
    refs: {},
    snapshots: [],
    statistics: [],
    'snapshot-log': [],
    'metadata-log': [],
  };
}

/**
 * Throws `ICEBERG_FILESYSTEM_ERROR` if anything lies at the location: for CTAS as athena.md 1.3 has it (dbt-adapters
 * issue 1739), whose text this is; that plain CREATE TABLE looks too, and the text for a bucket that is not there, are
 * not sourced.
 */
function checkEmpty(context: IcebergContext, location: string): void {
  const { bucket } = parseAddress(location);
  if (!context.objects.buckets.has(bucket)) {
    throw icebergError(
      'ICEBERG_FILESYSTEM_ERROR',
      `The specified bucket does not exist: ${bucket}`,
    );
  }
  const isFolderMark = (key: string, size: number): boolean => key.endsWith('/') && size === 0;
  const found = listBelow(context.objects, location);
  if (found.some((object) => !isFolderMark(object.key, object.size))) {
    throw icebergError(
      'ICEBERG_FILESYSTEM_ERROR',
      `Cannot create a table on a non-empty location: ${location}, set 'iceberg.unique-table-location=true' in your Iceberg catalog properties to use unique table locations for every table.`,
    );
  }
}

/** Writes the metadata, with a snapshot of the files if there was a query, and the entry in Glue. */
async function register(
  context: IcebergContext,
  table: NewTable,
  empty: TableMetadata,
  added: readonly DataFile[] | undefined,
): Promise<void> {
  const { database, name } = table;
  const change = { operation: 'append', added: added ?? [], removed: new Set<string>() } as const;
  const metadata =
    added === undefined
      ? empty
      : await addSnapshot(context, { database, name, metadata: empty }, change);
  const location = await writeMetadata(context, metadata, 0);
  const input = {
    Name: name,
    Retention: 0,
    ...(table.comment !== undefined && { Description: table.comment }),
  };
  try {
    context.glue.createTable(database, pointTo(input, metadata, location));
  } catch (error) {
    throw toCommitError(error, database, name);
  }
}

function prepare(context: IcebergContext, table: NewTable): TableMetadata {
  if (table.location === '') {
    throw invalidProperty('Table location can not be null for Iceberg tables');
  }
  const metadata = newMetadata(context, table);
  checkEmpty(context, metadata.location);
  return metadata;
}

/** Creates a table without a snapshot: metadata, then the entry in Glue. */
export async function createTable(context: IcebergContext, table: NewTable): Promise<void> {
  await register(context, table, prepare(context, table), undefined);
}

/**
 * Creates a table for CTAS: metadata and rows, then the entry in Glue. Without rows it has an empty snapshot. Whatever fails
 * after the first file was written leaves it behind, as on Athena.
 */
export async function createTableAs(
  context: IcebergRowContext,
  table: NewTable,
  sql: string,
): Promise<WriteOutcome> {
  const metadata = prepare(context, table);
  const files = await writeDataFiles(context, metadata, sql);
  await afterWriting(files, () => register(context, table, metadata, files));
  return outcomeOf(files);
}

/** What a statement says of the files that it wrote. */
export function outcomeOf(
  files: readonly { readonly record_count: bigint; readonly file_path: string }[],
): WriteOutcome {
  return {
    rowCount: files.reduce((total, file) => total + Number(file.record_count), 0),
    writtenFiles: files.map((file) => file.file_path),
  };
}
