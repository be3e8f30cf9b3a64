import type { TableInput } from '@aws-sdk/client-glue';
import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import { partsOf } from '../../../src/adapters/duckdb/types/common.js';
import type { TypedColumn } from '../../../src/core/adapter.js';
import { formatType } from '../../../src/core/sql-type.js';
import { GlueError } from '../../core/glue-catalog.js';
import type { FormatColumn } from '../../core/table-format.js';
import { emulatorLimitation, userError } from '../errors.js';
import { hiveTypeText } from '../hive/hive-type.js';
import { readLocation, type Location } from '../hive/location.js';
import { storedType } from '../hive/read-hive-table.js';
import { registerPartitions } from '../hive/register-partitions.js';
import { storageFormats, type TableFormat, type WriteFormat } from '../hive/storage-formats.js';
import { partitionFolder, writeRows } from '../hive/write-rows.js';
import { requirePlainName } from '../names.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { embeddedText, translateQuery } from '../query/translate-query.js';
import { wholeText } from '../sql/mapped-text.js';
import type { Statement } from '../sql/statement.js';
import {
  currentDatabase,
  displayName,
  requireScanLimit,
  resolveName,
  type CatalogStatementContext,
  type StatementContext,
  type TableName,
} from '../statement-context.js';
import { readCtasProperties, type CtasProperties } from './ctas-properties.js';

type CreateTableAs = Extract<Statement, { kind: 'create-table-as' }>;

/** Refuses types that no table of the kind can hold. */
function requireStorable({ name, type }: FormatColumn, isIceberg: boolean): void {
  if (partsOf(type).some(({ kind }) => kind === 'unknown')) {
    throw userError(
      'semantic',
      `COLUMN_TYPE_UNKNOWN: line 1:1: Column type is unknown at position: ${name}`,
    );
  }
  for (const part of partsOf(type)) {
    if (part.kind !== 'timestamp' || part.withZone) continue;
    // The two texts are Trino's; clients of Athena report the first.
    if (!isIceberg && part.precision !== 3) {
      throw userError(
        'notSupported',
        `NOT_SUPPORTED: Incorrect timestamp precision for timestamp(${part.precision}); the configured precision is MILLISECONDS; column name: ${name}`,
      );
    }
    if (isIceberg && part.precision !== 6) {
      throw userError(
        'notSupported',
        `NOT_SUPPORTED: Timestamp precision (${part.precision}) not supported for Iceberg. Use "timestamp(6)" instead.`,
      );
    }
  }
  if (hiveTypeText(type) === undefined) {
    throw userError('notSupported', `NOT_SUPPORTED: Unsupported Hive type: ${formatType(type)}`);
  }
}

/** Returns the columns of a table with the columns of a query. Refuses those that no table of the kind can hold. */
export function toColumns(
  columns: readonly TypedColumn[],
  isIceberg: boolean,
): readonly FormatColumn[] {
  return columns.map(({ name = '', type }) => {
    const column = { name: name.toLowerCase(), type };
    requireStorable(column, isIceberg);
    return column;
  });
}

/** Returns the query with its columns under the table's names, in the types in which they are stored. */
export function storedQuery(sql: string, columns: readonly FormatColumn[]): string {
  const names = columns.map((_, index) => `c${index}`);
  const items = columns.map(
    ({ name, type }, index) => `cast(c${index} as ${storedType(type)}) as ${quoteName(name)}`,
  );
  return `select ${items.join(', ')} from (${sql}) as stedi_query(${names.join(', ')})`;
}

/** Returns the error of a CTAS whose table is there. */
function tableExists(name: TableName) {
  return userError(
    'tableExists',
    `TABLE_ALREADY_EXISTS: line 1:1: Destination table '${displayName(name)}' already exists`,
  );
}

/** Returns where a Hive CTAS writes. Source: Athena User Guide, create-table-as (workgroups). */
export function findFolder(
  { request }: Pick<StatementContext, 'request'>,
  { externalLocation }: CtasProperties,
): string {
  if (externalLocation === undefined) {
    if (request.outputLocation === '') {
      // With managed results there is no folder for it; the text is not sourced.
      throw userError(
        'tableProperty',
        'INVALID_TABLE_PROPERTY: CREATE TABLE AS needs external_location: the workgroup has no output location',
      );
    }
    return `${request.outputLocation.replace(/\/*$/, '')}/tables/${request.queryId}/`;
  }
  if (!request.enforcesOutput) return externalLocation;
  throw userError(
    'tableProperty',
    "The Create Table As Select query failed because it was submitted with an 'external_location' property to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the 'external_location' property and resubmit the query.",
  );
}

/** Refuses a folder with objects, and a bucket that is not there. */
export function requireEmpty(
  context: Pick<StatementContext, 'objects'>,
  folder: Location,
  name: TableName,
): void {
  const address = `s3://${folder.bucket}/${folder.prefix.replace(/\/$/, '')}`;
  if (!context.objects.buckets.has(folder.bucket)) {
    throw userError('path', `The specified bucket does not exist: ${folder.bucket}`);
  }
  if (context.objects.list(folder.bucket, folder.prefix).length === 0) return;
  throw userError(
    'path',
    `HIVE_PATH_ALREADY_EXISTS: Target directory for table '${name.database}.${name.table}' already exists: ${address}`,
  );
}

/** Returns the partition columns, which must be the last of the query's, in order. */
function partitionColumns(
  columns: readonly FormatColumn[],
  names: readonly string[],
): readonly FormatColumn[] {
  const missing = names.find((name) => !columns.some((column) => column.name === name));
  if (missing !== undefined) {
    throw userError(
      'tableProperty',
      `INVALID_TABLE_PROPERTY: Partition columns not present in schema: [${missing}]`,
    );
  }
  const last = columns.slice(columns.length - names.length);
  if (names.length === columns.length) {
    throw userError(
      'tableProperty',
      'INVALID_TABLE_PROPERTY: Table contains only partition columns',
    );
  }
  if (last.every(({ name }, index) => name === names[index])) return last;
  throw userError(
    'schema',
    `HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and in the same order as the table properties: [${names.join(', ')}]`,
  );
}

function tableInput(
  { name, comment }: { readonly name: TableName; readonly comment: string | undefined },
  {
    columns,
    keys,
  }: { readonly columns: readonly FormatColumn[]; readonly keys: readonly FormatColumn[] },
  properties: CtasProperties,
  { folder, queryId }: { readonly folder: string; readonly queryId: string },
): TableInput {
  const { serde, ...library } = storageFormats[properties.format] ?? { serde: '' };
  const toColumn = (column: FormatColumn) => ({
    Name: column.name,
    Type: hiveTypeText(column.type) ?? 'string',
  });
  const parameters =
    properties.format === 'TEXTFILE'
      ? {
          'field.delim': properties.fieldDelimiter ?? '\u0001',
          'serialization.format': properties.fieldDelimiter ?? '\u0001',
        }
      : {};
  return {
    Name: name.table,
    TableType: 'EXTERNAL_TABLE',
    PartitionKeys: keys.map(toColumn),
    StorageDescriptor: {
      Columns: columns.map(toColumn),
      Location: folder,
      ...library,
      SerdeInfo: { Name: name.table, SerializationLibrary: serde, Parameters: parameters },
      BucketColumns: [...properties.bucketedBy],
      NumberOfBuckets: properties.bucketCount,
    },
    Parameters: {
      EXTERNAL: 'TRUE',
      'auto.purge': 'false',
      has_encrypted_data: 'false',
      presto_query_id: queryId,
      ...(comment !== undefined && { comment }),
    },
  };
}

/** Refuses formats that DuckDB does not write. */
function requireWritable(format: TableFormat): WriteFormat {
  if (format === 'PARQUET' || format === 'JSON' || format === 'TEXTFILE') return format;
  throw emulatorLimitation(
    `the format ${format} cannot be written; PARQUET, JSON and TEXTFILE can`,
  );
}

async function createHiveTable(
  context: StatementContext,
  statement: CreateTableAs,
  {
    name,
    properties,
    sql,
    columns,
  }: {
    readonly name: TableName;
    readonly properties: CtasProperties;
    readonly sql: string;
    readonly columns: readonly FormatColumn[];
  },
): Promise<Outcome> {
  const keys = partitionColumns(columns, properties.partitionedBy);
  const fileColumns = columns.slice(0, columns.length - keys.length);
  const folder = findFolder(context, properties);
  const location = readLocation(folder);
  requireEmpty(context, location, name);
  const rows = `${storedQuery(sql, columns)}${statement.withData ? '' : ' where false'}`;
  const written = await writeRows(
    context,
    {
      format: requireWritable(properties.format),
      columns: fileColumns,
      partitionColumns: keys,
      buckets: Math.max(1, properties.bucketCount),
      ...(properties.compression !== undefined && { compression: properties.compression }),
      ...(properties.fieldDelimiter !== undefined && { fieldDelimiter: properties.fieldDelimiter }),
      folderOf: (values) => partitionFolder(location, keys, values),
    },
    rows,
  );
  const input = tableInput(
    { name, comment: statement.comment },
    { columns: fileColumns, keys },
    properties,
    { folder: `s3://${location.bucket}/${location.prefix}`, queryId: context.queryId },
  );
  try {
    context.glue.createTable(name.database, input);
  } catch (error) {
    throw error instanceof GlueError && error.code === 'AlreadyExistsException'
      ? tableExists(name)
      : error;
  }
  registerPartitions(
    context.glue,
    { ...name, storage: input.StorageDescriptor },
    written.partitions,
  );
  return writtenRows(written.rowCount, written.files);
}

/**
 * Returns whether the table of CREATE TABLE IF NOT EXISTS is there, so that nothing is to be done. Throws for a name that no
 * table can have, SCHEMA_NOT_FOUND, and for a table that is there without IF NOT EXISTS.
 */
export function isMadeAlready(
  { glue }: Pick<CatalogStatementContext, 'glue'>,
  name: TableName,
  { ifNotExists }: Pick<CreateTableAs, 'ifNotExists'>,
): boolean {
  requirePlainName(name.table);
  if (!glue.listDatabases().some(({ Name }) => Name === name.database)) {
    throw userError(
      'notFound',
      `SCHEMA_NOT_FOUND: line 1:1: Schema '${name.database}' does not exist`,
    );
  }
  if (glue.findTable(name.database, name.table) === undefined) return false;
  if (ifNotExists) return true;
  throw tableExists(name);
}

/** CREATE TABLE … AS, for Hive and Iceberg tables. */
export async function createTableAs(
  context: StatementContext,
  statement: CreateTableAs,
): Promise<Outcome> {
  const original = context.request.sql;
  const name = resolveName(context, statement.table);
  const properties = readCtasProperties(statement.properties);
  if (isMadeAlready(context, name, statement)) return writtenRows(0);
  const translated = await translateQuery(
    context,
    embeddedText(wholeText(original), statement.query),
    { original, database: currentDatabase(context), storesResult: true },
  );
  requireScanLimit(context);
  const columns = toColumns(translated.columns, properties.isIceberg);
  if (!properties.isIceberg) {
    return createHiveTable(context, statement, { name, properties, sql: translated.sql, columns });
  }
  const rows = `${storedQuery(translated.sql, columns)}${statement.withData ? '' : ' where false'}`;
  const outcome = await context.iceberg.createAs(
    context,
    {
      ...name,
      name: name.table,
      columns,
      partitioning: properties.partitioning,
      location: properties.location ?? '',
      properties: properties.rest,
      ...(statement.comment !== undefined && { comment: statement.comment }),
      dialect: 'ctas',
    },
    rows,
  );
  return writtenRows(outcome.rowCount, outcome.writtenFiles);
}
