import { randomUUID } from 'node:crypto';
import { icebergError, withWrittenFiles } from './errors.js';
import type { DataFile } from './manifest.js';
import { avroName, partitionTypes } from './manifest-schema.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema, currentSpec } from './metadata.js';
import type { SpecField } from './partition-spec.js';
import { parseTransform } from './partition-spec.js';
import {
  isComputedHere,
  parsePartitionValue,
  partitionPath,
  transformSql,
  transformValue,
} from './partition-values.js';
import type { Schema } from './schema.js';
import { quoteName, quoteText, quoteTexts } from '../../src/adapters/duckdb/quote.js';
import { toDuckType } from './schema-text.js';
import type { IcebergRowContext } from './table-state.js';
import { writeDataFile } from './write-data-file.js';

/** Files that one statement may write at once: partitions (athena.md 1.3). */
export const openPartitions = 100;

export interface WriteOptions {
  /** Partitions (`partitionKey`) that do not count for the limit: those whose files the rows come from. */
  readonly uncounted?: ReadonlySet<string>;
  /** No limit, for OPTIMIZE, which has one of its own. */
  readonly unlimited?: boolean;
}

/** A partition's values as one text: files of one partition have the same. */
export function partitionKey(file: Pick<DataFile, 'partition'>): string {
  return JSON.stringify(
    Object.values(file.partition).map((value) => {
      if (value === null) return null;
      return Buffer.isBuffer(value) ? value.toString('hex') : String(value);
    }),
  );
}

/** The rows of a query, cast to the table's types and under its names, whatever the query calls them. */
function typedRows(schema: Schema, sql: string): string {
  const aliases = schema.fields.map((_, index) => `c${index}`);
  const columns = schema.fields.map(
    (field, index) => `CAST(r.c${index} AS ${toDuckType(field.type)}) AS ${quoteName(field.name)}`,
  );
  return `SELECT ${columns.join(', ')} FROM (${sql}) AS r(${aliases.join(', ')})`;
}

/** Runs what follows a write; if it fails, the error says which files are nobody's now. */
export async function afterWriting<T>(
  files: readonly DataFile[],
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withWrittenFiles(
      error,
      files.map((file) => file.file_path),
    );
  }
}

/** Computes in place what SQL cannot: the transformed values of one column of partition values. */
async function computeValues(
  context: IcebergRowContext,
  table: string,
  column: string,
  compute: (text: string) => string,
): Promise<void> {
  const distinct = await context.duck.query(
    `SELECT DISTINCT ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
  );
  const texts = distinct.map((row) => String(row['value']));
  if (texts.length === 0) return;
  await context.duck.run(
    `UPDATE ${table} SET ${column} = m.to_value FROM (
       SELECT unnest(${quoteTexts(texts)}) AS from_value, unnest(${quoteTexts(texts.map(compute))}) AS to_value
     ) AS m WHERE ${column} = m.from_value`,
  );
}

interface PartitionColumn {
  readonly field: SpecField;
  readonly resultType: string;
  /** Of the temporary table, quoted. */
  readonly name: string;
}

/** Puts the rows into a temporary table, with one column of canonical texts per partition field. */
async function stageRows(
  context: IcebergRowContext,
  metadata: TableMetadata,
  sql: string,
  table: string,
): Promise<readonly PartitionColumn[]> {
  const schema = currentSchema(metadata);
  const spec = currentSpec(metadata);
  const types = partitionTypes(schema, spec);
  const parts = spec.fields.map((field, index) => {
    const source = schema.fields.find((each) => each.id === field['source-id']);
    if (source === undefined || typeof source.type !== 'string') {
      throw icebergError('ICEBERG_INVALID_METADATA', `Partition without a column: ${field.name}`);
    }
    const transform = parseTransform(field.transform);
    return {
      field,
      transform,
      sourceType: source.type,
      resultType: types[index] ?? 'string',
      name: quoteName(`$partition_${index}`),
      sql: transformSql(transform, `t.${quoteName(source.name)}`, source.type),
    };
  });
  const columns = parts.map((part) => `${part.sql} AS ${part.name}`);
  await context.duck.run(
    `CREATE TEMP TABLE ${table} AS SELECT t.*, ${columns.join(', ')} FROM (${typedRows(schema, sql)}) AS t`,
  );
  for (const { transform, sourceType, name } of parts) {
    if (isComputedHere(transform, sourceType)) {
      await computeValues(context, table, name, (text) =>
        transformValue(transform, text, sourceType),
      );
    }
  }
  return parts;
}

async function writePartitions(
  context: IcebergRowContext,
  metadata: TableMetadata,
  table: string,
  parts: readonly PartitionColumn[],
  options: WriteOptions,
  files: DataFile[],
): Promise<void> {
  const names = parts.map((part) => part.name).join(', ');
  const found = await context.duck.query(`SELECT DISTINCT ${names} FROM ${table} ORDER BY ALL`);
  const columns = currentSchema(metadata)
    .fields.map((field) => quoteName(field.name))
    .join(', ');
  let counted = 0;
  for (const row of found) {
    const texts = Object.values(row).map((text) => (typeof text === 'string' ? text : null));
    const values = parts.map((part, index) =>
      parsePartitionValue(texts[index] ?? null, part.resultType),
    );
    const partition = Object.fromEntries(
      parts.map((part, index) => [avroName(part.field.name), values[index] ?? null]),
    );
    if (
      options.unlimited !== true &&
      options.uncounted?.has(partitionKey({ partition })) !== true
    ) {
      counted += 1;
      // The files that are already there stay, as on Athena.
      if (counted > openPartitions) {
        throw icebergError(
          'ICEBERG_TOO_MANY_OPEN_PARTITIONS',
          `Exceeded limit of ${openPartitions} open writers for partitions`,
        );
      }
    }
    const folder = parts.map((part, index) => {
      const transform = parseTransform(part.field.transform);
      const value = values[index] ?? null;
      return `${partitionPath(part.field.name, value, transform, part.resultType)}/`;
    });
    const filter = parts.map(
      (part, index) =>
        `${part.name} IS NOT DISTINCT FROM ${texts[index] == null ? 'NULL' : quoteText(texts[index])}`,
    );
    const file = await writeDataFile(
      context,
      metadata,
      `SELECT ${columns} FROM ${table} WHERE ${filter.join(' AND ')}`,
      { folder: folder.join(''), partition },
    );
    if (file !== undefined) files.push(file);
  }
}

/**
 * Writes the rows of a query (all columns of the table, in order) as Parquet files below the table's `data/`, one for each
 * partition, and returns what a manifest says of them. No rows give no files. Throws `ICEBERG_TOO_MANY_OPEN_PARTITIONS`
 * after the hundredth file: what was written stays, as nobody's.
 */
export async function writeDataFiles(
  context: IcebergRowContext,
  metadata: TableMetadata,
  sql: string,
  options: WriteOptions = {},
): Promise<readonly DataFile[]> {
  if (currentSpec(metadata).fields.length === 0) {
    const rows = typedRows(currentSchema(metadata), sql);
    const file = await writeDataFile(context, metadata, rows, { folder: '', partition: {} });
    return file === undefined ? [] : [file];
  }
  const table = quoteName(`iceberg_rows_${randomUUID()}`);
  const files: DataFile[] = [];
  try {
    const parts = await stageRows(context, metadata, sql, table);
    await afterWriting(files, () =>
      writePartitions(context, metadata, table, parts, options, files),
    );
    return files;
  } finally {
    await context.duck.run(`DROP TABLE IF EXISTS ${table}`);
  }
}
