import { CreateLFTagCommand } from '@aws-sdk/client-lakeformation';
import { expect, it } from 'vitest';
import { openAwsClients, readDiagnostics } from './testing/athena-clients.js';
import { createAthenaProject } from './testing/athena.js';

/**
 * Every key of configuration that dbt-athena 1.11 offers, `AthenaConfig` and what its macros read: a project that has it is
 * built, or is told why not and what to write. What the keys do is tested where it is done.
 */
type Config = Readonly<Record<string, unknown>>;
const merge: Config = { materialized: 'incremental', unique_key: 'id' };
const hive: Config = { table_type: 'hive' };
const pii = { enabled: true, tags_columns: { pii: { yes: ['id'] } } };
const filters = { all: { row_filter: 'id > 0', principals: ['arn:aws:iam::123456789012:user/u'] } };

/** By key, what a model says with it. */
const models: Readonly<Record<string, Config>> = {
  materialized: { materialized: 'view' },
  table_type: hive,
  format: { ...hive, format: 'json' },
  write_compression: { write_compression: 'zstd' },
  field_delimiter: { ...hive, format: 'textfile', field_delimiter: ';' },
  partitioned_by: { partitioned_by: ['day'] },
  bucketed_by: { ...hive, bucketed_by: ['id'], bucket_count: 2 },
  bucket_count: { ...hive, bucketed_by: ['id'], bucket_count: 2 },
  table_properties: { table_properties: { vacuum_max_snapshot_age_seconds: 86400 } },
  s3_data_dir: { s3_data_dir: 's3://lake/elsewhere/' },
  work_group: { work_group: 'primary' },
  partitions_limit: { partitioned_by: ['day'], partitions_limit: 50 },
  lf_tags_config: { lf_tags_config: pii },
  lf_inherited_tags: { lf_tags_config: pii, lf_inherited_tags: ['team'] },
  lf_grants: { lf_grants: { data_cell_filters: { enabled: true, filters } } },
  persist_docs: { persist_docs: { relation: true, columns: true } },
  full_refresh: { ...merge, full_refresh: false },
  contract: { contract: { enforced: false } },
  alias: { alias: 'another_name' },
  schema: { schema: 'more' },
  database: { database: 'AwsDataCatalog' },
  pre_hook: { pre_hook: 'select 1' },
  post_hook: { post_hook: 'select 1' },
  incremental_strategy: { ...merge, incremental_strategy: 'merge' },
  unique_key: merge,
  incremental_predicates: { ...merge, incremental_predicates: ['target.id > 0'] },
  on_schema_change: { ...merge, on_schema_change: 'append_new_columns' },
  merge_update_columns: { ...merge, merge_update_columns: ['day'] },
  merge_exclude_columns: { ...merge, merge_exclude_columns: ['day'] },
  batch_size: {
    ...{ materialized: 'incremental', incremental_strategy: 'microbatch', event_time: 'at' },
    ...{ begin: '2024-01-01', batch_size: 'year' },
  },
};

/** What seeds and snapshots say. */
const seeds: Readonly<Record<string, Config>> = {
  column_types: { column_types: { id: 'bigint' } },
  quote_columns: { quote_columns: true },
  format: { ...hive, format: 'json' },
};
const snapshots: Readonly<Record<string, Config>> = {
  strategy: { strategy: 'check', check_cols: 'all' },
  format: { strategy: 'check', check_cols: 'all', format: 'parquet' },
};

const refused: Readonly<Record<string, unknown>> = {
  ...{
    external_location: 's3://lake/there/',
    s3_data_naming: 'table',
    s3_tmp_table_dir: 's3://x/',
  },
  ...{ s3_staging_dir: 's3://lake/x/', skip_workgroup_check: true, ha: true, native_drop: true },
  ...{ versions_to_keep: 4, force_batch: true, unique_tmp_table_suffix: true, temp_schema: 'tmp' },
  ...{ merge_update_columns_default_rule: 'sum', merge_update_columns_rules: { day: 'sum' } },
  ...{ update_condition: 'true', delete_condition: 'true', insert_condition: 'true' },
  ...{ seed_by_insert: true, seed_s3_upload_args: {}, quote_columns: true, file_format: 'orc' },
  ...{ timeout: 1, polling_interval: 1, engine_config: {}, spark_encryption: true },
  ...{ spark_cross_account_catalog: true, spark_requester_pays: true },
};

const sql =
  "select 1 as id, 'mon' as day, localtimestamp as at{% if is_incremental() %} where false{% endif %}\n";

function entries(configs: Readonly<Record<string, Config>>, prefix: string, more: Config = {}) {
  return Object.entries(configs).map(([key, config]) => ({
    ...more,
    name: `${prefix}_${key}`,
    config: { ...(prefix === 'snap' && { unique_key: 'id' }), ...config },
  }));
}

it('keys that work build a table each, of every kind that takes them', async () => {
  const athena = await createAthenaProject({
    'stedi_project.yml': 'name: shop\nmodels: {shop: {+materialized: table}}\n',
    ...Object.fromEntries(Object.keys(models).map((key) => [`models/m_${key}.sql`, sql])),
    ...Object.fromEntries(Object.keys(seeds).map((key) => [`seeds/seed_${key}.csv`, 'id\n1\n'])),
    'models/m.yml': JSON.stringify({
      models: entries(models, 'm'),
      seeds: entries(seeds, 'seed'),
      snapshots: entries(snapshots, 'snap', { relation: "ref('m_alias')" }),
    }),
  });
  const clients = openAwsClients(athena.emulator);
  try {
    const tag = { TagKey: 'pii', TagValues: ['yes'] };
    await clients.lakeFormation.send(new CreateLFTagCommand(tag));
    const { code, stdout, stderr } = await athena.run(['build', '--output', 'json']);
    // A batch of a model that reads nothing but constants warns.
    expect(readDiagnostics(stderr).map((each) => each.code)).toEqual(['microbatch-unfiltered']);
    expect(code, stdout).toBe(0);
    const { glue } = athena.emulator;
    const tables = glue.listDatabases().flatMap(({ Name }) => glue.listTables(Name ?? ''));
    const nodes = [models, seeds, snapshots].flatMap((each) => Object.keys(each));
    expect(tables).toHaveLength(nodes.length);
  } finally {
    clients.close();
    await athena.close();
  }
});

it('keys that do not work say why, and what to write', async () => {
  const configs = Object.fromEntries(
    Object.entries(refused).map(([key, value]) => [key, { [key]: value }]),
  );
  const athena = await createAthenaProject({
    'stedi_project.yml': 'name: shop\nmodels: {shop: {+materialized: table}}\n',
    ...Object.fromEntries(Object.keys(configs).map((key) => [`models/m_${key}.sql`, sql])),
    'models/m.yml': JSON.stringify({ models: entries(configs, 'm') }),
  });
  try {
    const { code, stderr } = await athena.run(['build', '--output', 'json']);
    expect(code).toBe(2);
    const said = readDiagnostics(stderr);
    for (const key of Object.keys(refused)) {
      expect(said.filter(({ message }) => message.includes(`model 'm_${key}'`))).toEqual([
        expect.objectContaining({
          code: 'config-unsupported',
          severity: 'error',
          message: expect.stringContaining(`'${key}' is not supported: `) as string,
          hint: expect.stringMatching(/\w/) as string,
        }),
      ]);
    }
    expect(said).toHaveLength(Object.keys(refused).length);
    expect(athena.emulator.calls.filter(({ operation }) => operation.startsWith('Start'))).toEqual(
      [],
    );
  } finally {
    await athena.close();
  }
});
