import { describe, expect, it } from 'vitest';
import type { JsonValue, ModelNode } from '../../core/node.js';
import { modelNode } from '../../core/testing/nodes.js';
import { readModelConfig } from './model-config.js';
import { athenaModelKeys, refusedModelKeys } from './model-keys.js';

function model(
  extra: Readonly<Record<string, JsonValue>>,
  rest: Partial<ModelNode['config']> = {},
): ModelNode {
  const node = modelNode('m');
  return { ...node, config: { ...node.config, ...rest, extra } };
}

function issues(...given: Parameters<typeof model>): readonly string[] {
  return readModelConfig(model(...given)).issues.map(
    ({ path, kind, message, hint }) => `${path.join('.')} ${kind}: ${message} (${hint ?? ''})`,
  );
}

describe('the storage of a model', () => {
  it('is an Iceberg table of Parquet files by default, with its descriptions', () => {
    expect(readModelConfig(model({}))).toEqual({
      issues: [],
      storage: {
        tableType: 'iceberg',
        format: 'parquet',
        partitionedBy: [],
        tableProperties: {},
        keepHistory: false,
        persistDocs: { relation: true, columns: true },
      },
    });
  });

  it('reads every key that works', () => {
    const { storage, issues: found } = readModelConfig(
      model(
        {
          table_type: 'hive',
          partitioned_by: ['Day', 'country'],
          bucketed_by: ['id'],
          bucket_count: 4,
          write_compression: 'GZIP',
          field_delimiter: ';',
          table_properties: { 'projection.enabled': true, compression_level: "'5'" },
          s3_data_dir: 's3://other/lake',
          work_group: 'heavy',
          partitions_limit: 50,
          persist_docs: { columns: false },
        },
        { format: 'textfile' },
      ),
    );
    expect(found).toEqual([]);
    expect(storage).toEqual({
      tableType: 'hive',
      format: 'textfile',
      writeCompression: 'gzip',
      fieldDelimiter: ';',
      partitionedBy: [
        { transform: 'identity', column: 'day' },
        { transform: 'identity', column: 'country' },
      ],
      bucketing: { columns: ['id'], count: 4 },
      tableProperties: { 'projection.enabled': 'true', compression_level: '5' },
      dataDir: 's3://other/lake/',
      workGroup: 'heavy',
      partitionsLimit: 50,
      keepHistory: false,
      persistDocs: { relation: true, columns: false },
    });
  });

  it.each<[string, Readonly<Record<string, JsonValue>>, Partial<ModelNode['config']>, string]>([
    [
      'a wrong table type',
      { table_type: 'icebreg' },
      {},
      "table_type invalid-value: expected 'iceberg' or 'hive', found 'icebreg' (did you mean 'iceberg'?)",
    ],
    [
      'buckets of Iceberg',
      { bucketed_by: ['id'], bucket_count: 8 },
      {},
      "bucketed_by conflict: an Iceberg table has no buckets (write partitioned_by: ['bucket(id, 8)'], or use table_type: hive)",
    ],
    [
      'buckets without their number',
      { table_type: 'hive', bucketed_by: 'id' },
      {},
      "bucketed_by conflict: 'bucketed_by' means nothing without 'bucket_count' (add 'bucket_count')",
    ],
    [
      'rows that buckets would have to take',
      { table_type: 'hive', bucketed_by: 'id', bucket_count: 2 },
      { materialized: 'incremental' },
      'bucketed_by conflict: Athena cannot add rows to a Hive table with buckets (use table_type: iceberg, or materialized: table)',
    ],
    [
      'partitions that are computed, and are to be switched',
      {
        table_type: 'hive',
        partitioned_by: 'day',
        table_properties: { 'projection.enabled': 'true' },
      },
      { materialized: 'incremental', incremental_strategy: 'insert_overwrite' },
      "table_properties conflict: readers compute where partitions lie ('projection.enabled'), so the strategy 'insert_overwrite' cannot switch them (use materialized: table, or list partitions in Glue)",
    ],
    [
      'a place of its own for partitions',
      { table_type: 'hive', table_properties: { 'storage.location.template': 's3://b/${day}' } },
      {},
      "table_properties conflict: 'storage.location.template' sends readers to another place than the table's own, which changes with every build (remove it)",
    ],
    [
      'a transform on Hive',
      { table_type: 'hive', partitioned_by: 'day(at)' },
      {},
      "partitioned_by conflict: Hive tables are partitioned by columns, not by 'day(at)' (compute it as a column of the query, or use table_type: iceberg)",
    ],
    [
      'an unknown transform',
      { partitioned_by: 'moth(at)' },
      {},
      "partitioned_by invalid-value: expected a column or a transform of one, found 'moth(at)' (did you mean 'month'?)",
    ],
    [
      'a format of Hive',
      {},
      { format: 'json' },
      "format invalid-value: an Iceberg table cannot have the format 'json' (use one of parquet, orc, avro)",
    ],
    [
      'a compression of another format',
      { write_compression: 'zlib' },
      {},
      "write_compression invalid-value: files of the format 'parquet' cannot have the compression 'zlib' (use one of snappy, gzip, zstd, lz4, none)",
    ],
    [
      'a delimiter of Parquet',
      { table_type: 'hive', field_delimiter: ';' },
      {},
      "field_delimiter conflict: files of the format 'parquet' have no delimiter between fields (remove it, or use format: textfile)",
    ],
    [
      'a property that Athena does not take',
      { table_properties: { vacuum_max_snapshot_age_secs: 1 } },
      {},
      "table_properties invalid-value: Athena takes no property 'vacuum_max_snapshot_age_secs' for an Iceberg table (did you mean 'vacuum_max_snapshot_age_seconds'?)",
    ],
    [
      'a property of ours',
      { table_type: 'hive', table_properties: { 'stedi_sql.project': 'x' } },
      {},
      "table_properties conflict: the property 'stedi_sql.project' is set by stedi-sql itself (remove it)",
    ],
    [
      'history of Hive',
      { table_type: 'hive', keep_history: true },
      {},
      'keep_history conflict: a Hive table has no history (remove it, or use table_type: iceberg)',
    ],
    [
      'external_location',
      { external_location: 's3://b/x/' },
      {},
      "external_location unsupported: 'external_location' is not supported: each build of a table is written to a folder of its own, so that a reader never sees half of it (use 's3_data_dir' to choose where the folders lie, or materialized: external_table with 'location')",
    ],
  ])('refuses %s', (_title, extra, rest, expected) => {
    expect(issues(extra, rest)).toEqual([expected]);
  });

  it('refuses each key of dbt-athena that it does not carry out, with its reason', () => {
    for (const key of Object.keys(refusedModelKeys)) {
      const [message = '', ...others] = issues({ [key]: 'x' });
      expect(others).toEqual([]);
      expect(message).toMatch(
        new RegExp(`^${key} unsupported: '${key}' is not supported: .+ \\(.+\\)$`),
      );
      expect(athenaModelKeys).toHaveProperty(key);
    }
  });

  it('passes over storage keys that a folder gives to its views', () => {
    const extra = { table_type: 'iceberg', bucketed_by: ['id'], bucket_count: 8 };
    expect(issues(extra, { materialized: 'view' })).toEqual([]);
  });
});
