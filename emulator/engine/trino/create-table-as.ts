import type { TypedColumn } from '../../../src/core/adapter.js';
import { toMetadataProperties } from '../../iceberg/properties.js';
import { readCtasProperties, type CtasProperties } from '../dml/ctas-properties.js';
import { findFolder, isMadeAlready, requireEmpty, toColumns } from '../dml/create-table-as.js';
import { readLocation } from '../hive/location.js';
import type { TableFormat } from '../hive/storage-formats.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { composeText, wholeText, type MappedText } from '../sql/mapped-text.js';
import { currentDatabase, resolveName } from '../statement-context.js';
import { TrinoError } from './trino-client.js';
import { athenaCatalog, icebergCatalog } from './trino-catalogs.js';
import {
  findWrittenFiles,
  runOnTrino,
  writerProperties,
  type TrinoContext,
} from './trino-context.js';
import { formatPartitionField, quoteText, quoteTrino } from './trino-sql.js';
import { readTrinoType } from './trino-value.js';
import type { Head } from './read-head.js';

type CreateTableAs = Extract<Head, { kind: 'create-table-as' }>;

/** Returns the columns of a query without running it; none if Trino refuses it, which the CTAS itself then says. */
async function readColumns(
  context: TrinoContext,
  query: MappedText,
): Promise<readonly TypedColumn[] | undefined> {
  const { client, toolkit, signal } = context;
  try {
    const { columns } = await client.run(`SELECT * FROM (\n${query.text}\n) LIMIT 0`, {
      catalog: athenaCatalog,
      schema: currentDatabase(context),
      signal,
    });
    return columns.map(({ name, type }) => ({ name, type: readTrinoType(toolkit, type) }));
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

const array = (items: readonly string[]): string => `ARRAY[${items.map(quoteText).join(', ')}]`;

function hiveProperties(properties: CtasProperties, folder: string): readonly string[] {
  const { format, partitionedBy, bucketedBy, bucketCount, fieldDelimiter } = properties;
  return [
    `format = ${quoteText(format)}`,
    `external_location = ${quoteText(folder)}`,
    ...(partitionedBy.length > 0 ? [`partitioned_by = ${array(partitionedBy)}`] : []),
    ...(bucketedBy.length > 0
      ? [`bucketed_by = ${array(bucketedBy)}`, `bucket_count = ${bucketCount}`]
      : []),
    ...(fieldDelimiter === undefined
      ? []
      : [`textfile_field_separator = ${quoteText(fieldDelimiter)}`]),
  ];
}

/** What Trino takes as a property of its own, or from the session. */
const ownProperties = ['format', 'write_compression', 'orc_compression', 'parquet_compression'];

/** Athena's properties of an Iceberg table without those that Trino has, as the metadata file holds them. */
function extraProperties({ rest }: CtasProperties): Readonly<Record<string, string>> {
  const extra = Object.entries(rest).filter(([name]) => !ownProperties.includes(name));
  return toMetadataProperties(Object.fromEntries(extra), 'ctas');
}

/** Returns Trino's properties of an Iceberg table: its place, and Athena's properties as the metadata file holds them. */
export function icebergTableProperties(table: {
  readonly location: string;
  readonly format: TableFormat;
  readonly partitioning: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
}): readonly string[] {
  const extra = Object.entries(table.properties);
  return [
    `location = ${quoteText(table.location)}`,
    `format = ${quoteText(table.format)}`,
    ...(table.partitioning.length > 0 ? [`partitioning = ${array(table.partitioning)}`] : []),
    ...(extra.length > 0
      ? [
          `extra_properties = MAP(${array(extra.map(([name]) => name))}, ${array(extra.map(([, value]) => value))})`,
        ]
      : []),
  ];
}

/** Trino's names of compressions, where they are others. */
const compressionNames: Readonly<Record<string, string>> = {
  ...{ UNCOMPRESSED: 'NONE', ZLIB: 'GZIP', DEFLATE: 'GZIP' },
};

function compressionOf({ compression }: CtasProperties): string | undefined {
  return compression && (compressionNames[compression] ?? compression);
}

/** CREATE TABLE … AS: Athena's rules and properties first, then Trino's statement with the query as it stands. */
export async function createTableAs(
  context: TrinoContext,
  statement: CreateTableAs,
): Promise<Outcome> {
  const original = wholeText(context.request.sql);
  const name = resolveName(context, statement.table);
  const properties = readCtasProperties(statement.properties);
  if (isMadeAlready(context, name, statement)) return writtenRows(0);
  const query = composeText(original, [statement.query]);
  const columns = await readColumns(context, query);
  if (columns !== undefined) toColumns(columns, properties.isIceberg);
  const iceberg = icebergCatalog(context.port);
  const catalog = properties.isIceberg ? iceberg : athenaCatalog;
  let list: readonly string[];
  if (properties.isIceberg) {
    list = icebergTableProperties({
      location: properties.location ?? '',
      format: properties.format,
      partitioning: properties.partitioning.map(formatPartitionField),
      properties: extraProperties(properties),
    });
  } else {
    const folder = readLocation(findFolder(context, properties));
    requireEmpty(context, folder, name);
    list = hiveProperties(properties, `s3://${folder.bucket}/${folder.prefix}`);
  }
  const compression = compressionOf(properties);
  const head = [
    `CREATE TABLE ${[catalog, name.database, name.table].map(quoteTrino).join('.')}`,
    ...(statement.comment === undefined ? [] : [`COMMENT ${quoteText(statement.comment)}`]),
    `WITH (${list.join(', ')}) AS `,
  ].join(' ');
  const text = composeText(original, [
    head,
    statement.query,
    ...(statement.withData ? [] : [' WITH NO DATA']),
  ]);
  const result = await runOnTrino(context, text, {
    ...writerProperties(context),
    ...(compression !== undefined && { [`${catalog}.compression_codec`]: compression }),
  });
  return writtenRows(result.updateCount ?? 0, findWrittenFiles(context, result.queryId));
}
