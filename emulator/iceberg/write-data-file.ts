import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { parseAddress } from './location.js';
import type { DataFile } from './manifest.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema } from './metadata.js';
import { duckCompression } from './properties.js';
import type { Schema } from './schema.js';
import { quoteText } from '../../src/adapters/duckdb/quote.js';
import { fieldIdsClause } from './schema-text.js';
import type { IcebergRowContext } from './table-state.js';

/** Where a data file belongs. */
export interface Target {
  /** Below `data/`, with a slash at its end, or empty. */
  readonly folder: string;
  readonly partition: DataFile['partition'];
}

/** Writes one Parquet file with the rows of a query; `undefined` for no rows. */
export async function writeDataFile(
  context: IcebergRowContext,
  metadata: TableMetadata,
  sql: string,
  target: Target,
): Promise<DataFile | undefined> {
  const schema = currentSchema(metadata);
  const scratch = context.objects.scratchPath('.parquet');
  const options = [
    'FORMAT parquet',
    `COMPRESSION ${quoteText(duckCompression(metadata.properties))}`,
    `FIELD_IDS ${fieldIdsClause(schema.fields)}`,
  ];
  const rows = await context.duck.run(
    `COPY (${sql}) TO ${quoteText(scratch)} (${options.join(', ')})`,
  );
  if (rows === 0) {
    await rm(scratch, { force: true });
    return undefined;
  }
  const metrics = await readMetrics(context, schema, scratch);
  const file = `${metadata.location}/data/${target.folder}${context.queryId}-${randomUUID()}.parquet`;
  const { bucket, key } = parseAddress(file);
  const stored = await context.objects.put(bucket, key, { path: scratch });
  return {
    content: 0,
    file_path: file,
    file_format: 'PARQUET',
    partition: target.partition,
    record_count: BigInt(rows),
    file_size_in_bytes: BigInt(stored.size),
    ...metrics,
    sort_order_id: 0,
  };
}

type Metrics = Pick<DataFile, 'column_sizes' | 'value_counts' | 'null_value_counts'>;

/** Counts of a Parquet file's columns, without those inside nested ones. */
async function readMetrics(
  context: IcebergRowContext,
  schema: Schema,
  path: string,
): Promise<Metrics> {
  const found = await context.duck.query(
    `SELECT path_in_schema AS name, CAST(sum(total_compressed_size) AS VARCHAR) AS size,
       CAST(sum(num_values) AS VARCHAR) AS count, CAST(sum(stats_null_count) AS VARCHAR) AS nulls
     FROM parquet_metadata(${quoteText(path)}) GROUP BY ALL`,
  );
  const rows = new Map(found.map((row) => [row['name'], row]));
  const pick = (member: string): { key: number; value: bigint }[] =>
    schema.fields.flatMap((field) => {
      const text = typeof field.type === 'string' ? rows.get(field.name)?.[member] : undefined;
      return typeof text === 'string' ? [{ key: field.id, value: BigInt(text) }] : [];
    });
  return {
    column_sizes: pick('size'),
    value_counts: pick('count'),
    null_value_counts: pick('nulls'),
  };
}
