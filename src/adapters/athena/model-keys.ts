import type { JsonValue } from '../../core/node.js';
import { governanceKeys } from './lakeformation/governance-keys.js';

const text = (description: string): JsonValue => ({ type: 'string', minLength: 1, description });
const texts = (description: string): JsonValue => ({
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', items: { type: 'string', minLength: 1 } },
  ],
  description,
});

/** The storage keys of a model that work, with the JSON Schema of each. */
export const supportedModelKeys = {
  table_type: {
    enum: ['iceberg', 'hive'],
    default: 'iceberg',
    description: 'Athena: how the rows of a table are stored.',
  },
  partitioned_by: texts(
    'Athena: what the table is partitioned by. Iceberg: columns and `year(c)`, `month(c)`, `day(c)`, `hour(c)`, `bucket(c, n)`, `truncate(c, n)`. Hive: columns. external_table, everywhere: the columns whose values are in the files’ paths.',
  ),
  bucketed_by: texts('Athena, Hive tables: the columns whose hash decides on the bucket.'),
  bucket_count: {
    type: 'integer',
    minimum: 1,
    description: 'Athena, Hive tables: the number of buckets of `bucketed_by`.',
  },
  write_compression: text('Athena: how files are compressed, such as `zstd` or `snappy`.'),
  field_delimiter: text(
    'The one character between the fields of text files (`format: textfile` or `csv`).',
  ),
  table_properties: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    description:
      'Athena: properties of the table. Iceberg: those that Athena lists. Hive and external tables: any. external_table, everywhere: `skip.header.line.count`, and those of partition projection, such as `projection.enabled`.',
  },
  serde_properties: {
    type: 'object',
    additionalProperties: { type: ['string', 'number', 'boolean'] },
    description:
      'external_table: how its files are read. `csv`: `quoteChar`, `escapeChar`. `textfile`: `serialization.null.format`. `json` (Athena alone): `ignore.malformed.json`, `mapping.<column>`.',
  },
  s3_data_dir: text("Athena: where the table's folders lie, in place of the target's."),
  work_group: text('Athena: the workgroup that the statements of the model run in.'),
  partitions_limit: {
    type: 'integer',
    minimum: 1,
    description:
      "Athena: how many partitions and buckets one statement may write, in place of the target's.",
  },
  keep_history: {
    type: 'boolean',
    default: false,
    description:
      'Athena, Iceberg tables: replace the rows by commits of the same table, so that its snapshots stay.',
  },
  persist_docs: {
    type: 'object',
    properties: { relation: { type: 'boolean' }, columns: { type: 'boolean' } },
    additionalProperties: false,
    description:
      'Whether descriptions of the model (`relation`) and its columns (`columns`) are kept in the warehouse (Glue, DuckDB’s comments). Both are, unless it says `false`.',
  },
  ...governanceKeys,
} as const satisfies Readonly<Record<string, JsonValue>>;

/** Why a key of dbt's Athena adapter is refused, and what to do. */
export interface RefusedKey {
  readonly why: string;
  readonly instead: string;
}

const neverDropped = 'a table is always replaced in one step, and nothing is dropped before';
const ownFolder = 'each build of a table is written to a folder of its own';
const merging =
  'a merge gives the rows whose key matches the values of the query, and inserts the others';
const python = 'models are SQL';
const seeding = 'a seed is written as any table is, by a statement';

/** The keys of dbt's Athena adapter that are refused. */
export const refusedModelKeys: Readonly<Record<string, RefusedKey>> = {
  external_location: {
    why: `${ownFolder}, so that a reader never sees half of it`,
    instead:
      "use 's3_data_dir' to choose where the folders lie, or materialized: external_table with 'location'",
  },
  s3_data_naming: { why: ownFolder, instead: "remove it; 's3_data_dir' says where they lie" },
  s3_tmp_table_dir: {
    why: 'what a run stages becomes the table itself',
    instead: "remove it; 's3_data_dir' says where it lies",
  },
  s3_staging_dir: {
    why: 'results of queries go where the target or the workgroup says',
    instead: "set it in the target, or give the model a 'work_group'",
  },
  skip_workgroup_check: { why: 'the workgroup is asked once a run', instead: 'remove it' },
  ha: { why: neverDropped, instead: 'remove it' },
  native_drop: { why: neverDropped, instead: 'remove it' },
  versions_to_keep: {
    why: 'Glue keeps no old versions of what is published',
    instead: "remove it; 'keep_history' keeps the snapshots of an Iceberg table",
  },
  force_batch: {
    why: 'partitions are counted before they are written',
    instead: "remove it; 'partitions_limit' says how many one statement writes",
  },
  unique_tmp_table_suffix: {
    why: 'what a run stages has a name of its own',
    instead: 'remove it',
  },
  temp_schema: {
    why: 'what a run stages lies beside the table it becomes',
    instead: 'remove it',
  },
  merge_update_columns_default_rule: { why: merging, instead: 'write the rule in the SQL' },
  merge_update_columns_rules: { why: merging, instead: 'write the rule in the SQL' },
  update_condition: { why: merging, instead: 'leave such rows out in the SQL' },
  delete_condition: { why: merging, instead: 'write a table model in place of it' },
  insert_condition: { why: merging, instead: 'leave such rows out in the SQL' },
  seed_by_insert: { why: seeding, instead: 'remove it' },
  seed_s3_upload_args: { why: seeding, instead: 'remove it' },
  quote_columns: { why: 'names are always quoted where they must be', instead: 'remove it' },
  file_format: { why: 'a snapshot is stored as any table is', instead: "use 'format'" },
  timeout: { why: python, instead: 'set a limit in the workgroup, or remove it' },
  polling_interval: { why: python, instead: 'remove it' },
  engine_config: { why: python, instead: 'remove it' },
  spark_encryption: { why: python, instead: 'remove it' },
  spark_cross_account_catalog: { why: python, instead: 'remove it' },
  spark_requester_pays: { why: python, instead: 'remove it' },
};

/** What a model may have in its configuration: the project accepts these keys, the adapter refuses some with a reason. */
export const athenaModelKeys: Readonly<Record<string, JsonValue>> = {
  ...supportedModelKeys,
  ...Object.fromEntries(
    Object.entries(refusedModelKeys).map(([key, { why, instead }]) => [
      key,
      { description: `Athena: not supported, because ${why}; ${instead}.`, deprecated: true },
    ]),
  ),
};
