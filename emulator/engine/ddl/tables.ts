import type { Column, StorageDescriptor, TableInput } from '@aws-sdk/client-glue';
import { GlueError } from '../../core/glue-catalog.js';
import { ddlError, userError } from '../errors.js';
import { readHiveType } from '../hive/hive-type.js';
import { readLocation } from '../hive/location.js';
import { storageFormats } from '../hive/storage-formats.js';
import { isIceberg, isView } from '../hive/table-storage.js';
import { nothing, type Outcome } from '../outcome.js';
import type { CreateTable, DeclaredColumn, Statement } from '../sql/statement.js';
import { resolveName, type CatalogStatementContext, type TableName } from '../statement-context.js';
import { requirePlainName } from '../names.js';
import { findTable, lookUpTable } from './find-table.js';

/** Returns a declared column for Glue. */
export function toGlueColumn({ name, type, comment }: DeclaredColumn): Column {
  if (readHiveType(type) === undefined) {
    throw userError(
      'syntax',
      `FAILED: ParseException line 1:1 cannot recognize input near '${type}' in column type`,
    );
  }
  return {
    Name: name,
    // Glue keeps Hive's own names.
    Type: type.replace(/\binteger\b/g, 'int'),
    ...(comment !== undefined && { Comment: comment }),
  };
}

function storageOf(table: CreateTable): StorageDescriptor {
  const format = table.storedAs ?? 'TEXTFILE';
  const library = storageFormats[format];
  if (library === undefined) {
    throw userError(
      'semantic',
      `FAILED: SemanticException Unrecognized file format in STORED AS clause: '${format}'`,
    );
  }
  const input = table.inputFormat ?? library.InputFormat;
  const output = table.outputFormat ?? library.OutputFormat;
  const parameters = { ...table.serdeProperties };
  if (!('serialization.format' in parameters)) parameters['serialization.format'] = '1';
  return {
    Columns: table.columns.map(toGlueColumn),
    Location: table.location ?? '',
    ...(input !== undefined && { InputFormat: input }),
    ...(output !== undefined && { OutputFormat: output }),
    SerdeInfo: { SerializationLibrary: table.serde ?? library.serde, Parameters: parameters },
    BucketColumns: [...(table.clustering?.columns ?? [])],
    NumberOfBuckets: table.clustering?.buckets ?? -1,
    Compressed: false,
    SortColumns: [],
    StoredAsSubDirectories: false,
  };
}

function requireDistinct(columns: readonly DeclaredColumn[]): void {
  const repeated = columns.find(
    ({ name }, index) => columns.findIndex((other) => other.name === name) < index,
  );
  if (repeated !== undefined) {
    throw userError(
      'semantic',
      `FAILED: SemanticException [Error 10036]: Duplicate column name: ${repeated.name}`,
    );
  }
}

function tableExists({ table }: TableName) {
  return ddlError(`AlreadyExistsException(message:Table ${table} already exists.)`);
}

function createHiveTable(
  { glue }: CatalogStatementContext,
  table: CreateTable,
  name: TableName,
): void {
  const input: TableInput = {
    Name: name.table,
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: storageOf(table),
    PartitionKeys: table.partitionColumns.map(toGlueColumn),
    Parameters: {
      EXTERNAL: 'TRUE',
      ...table.properties,
      ...(table.comment !== undefined && { comment: table.comment }),
    },
  };
  glue.createTable(name.database, input);
}

async function createIcebergTable(
  context: CatalogStatementContext,
  table: CreateTable,
  name: TableName,
): Promise<void> {
  const columns = table.columns.map((column) => {
    const type = readHiveType(column.type);
    if (type === undefined) {
      throw userError(
        'syntax',
        `FAILED: ParseException line 1:1 cannot recognize input near '${column.type}' in column type`,
      );
    }
    // Iceberg keeps six digits of a second.
    const stored = type.kind === 'timestamp' ? { ...type, precision: 6 } : type;
    return {
      name: column.name,
      type: stored,
      ...(column.comment !== undefined && { comment: column.comment }),
    };
  });
  await context.iceberg.create(context, {
    database: name.database,
    name: name.table,
    columns,
    partitioning: table.partitionFields,
    location: table.location ?? '',
    properties: table.properties,
    ...(table.comment !== undefined && { comment: table.comment }),
    dialect: 'ddl',
  });
}

/** CREATE EXTERNAL TABLE, and CREATE TABLE of Iceberg tables. */
export async function createTable(
  context: CatalogStatementContext,
  table: CreateTable,
): Promise<Outcome> {
  const iceberg =
    Object.entries(table.properties)
      .find(([key]) => key.toLowerCase() === 'table_type')?.[1]
      .toUpperCase() === 'ICEBERG';
  // The texts are Athena's, as measured (aoyagikouhei/athena-local).
  if (iceberg && table.external) {
    throw userError('syntax', 'External keyword not supported for table type ICEBERG');
  }
  if (table.location === undefined) {
    throw userError(
      'syntax',
      'No location was specified for table. An S3 location must be specified',
    );
  }
  if (!iceberg && !table.external) {
    throw userError('syntax', 'External keyword required for table type HIVE');
  }
  readLocation(table.location);
  // Athena User Guide, "Specify a table location in Amazon S3"; the text is not sourced.
  if (/[*?]/.test(table.location)) {
    throw userError('path', `The S3 location provided must not have wildcards: ${table.location}`);
  }
  requireDistinct([...table.columns, ...table.partitionColumns]);
  const name = resolveName(context, table.name);
  requirePlainName(name.table);
  if (!context.glue.listDatabases().some(({ Name }) => Name === name.database)) {
    throw userError(
      'semantic',
      `FAILED: SemanticException [Error 10072]: Database does not exist: ${name.database}`,
    );
  }
  if (context.glue.findTable(name.database, name.table) !== undefined) {
    if (table.ifNotExists) return nothing;
    throw tableExists(name);
  }
  if (!iceberg && table.partitionFields.length > 0) {
    throw userError(
      'syntax',
      'FAILED: ParseException line 1:1 a partition column of a Hive table needs a type',
    );
  }
  try {
    if (iceberg) await createIcebergTable(context, table, name);
    else createHiveTable(context, table, name);
  } catch (error) {
    const exists = error instanceof GlueError && error.code === 'AlreadyExistsException';
    if (!exists) throw error;
    if (!table.ifNotExists) throw tableExists(name);
  }
  return nothing;
}

/** DROP TABLE: Hive's tables leave their data, Iceberg's take it away. Views are dropped by DROP VIEW. */
export async function dropTable(
  context: CatalogStatementContext,
  statement: Extract<Statement, { kind: 'drop-table' }>,
): Promise<Outcome> {
  const table = statement.ifExists
    ? lookUpTable(context, statement.name)
    : findTable(context, statement.name);
  if (table === undefined) return nothing;
  if (isView(table)) throw ddlError('Cannot drop a view with DROP TABLE');
  if (isIceberg(table)) await context.iceberg.drop(context, table);
  else context.glue.deleteTable(table.DatabaseName ?? '', table.Name ?? '');
  return nothing;
}
