import { z } from 'zod';
import { batchSizes } from '../core/event-time.js';
import { hookShape, sqlHeader } from './hook-schema.js';
import { filesShape, loadedShape, quotingSchema } from './loading-schema.js';
import { anyMapping, strictMapping, text, textOrList } from './schema-notes.js';
import { snapshotConfigShape, unsupportedSnapshotKeys } from './snapshot-config-schema.js';

/**
 * The one definition of what `config()`, `config:` and `+key` may hold. Validation, the JSON Schemas and the reference
 * page come from it.
 */

const notYet = 'remove it';
const granting =
  'grant rights in the warehouse: a relation keeps its name when it is rebuilt, and its rights with it; where Lake Formation decides, write `lf_grants`';
const storage = 'remove it; the engine decides how a table is stored';

/** Config keys of dbt and its adapters that are refused, with the next step. */
const unsupportedModelKeys: Readonly<Record<string, string>> = {
  bucket_count: storage,
  bucketed_by: storage,
  column_types: 'write a cast in the SQL instead',
  freshness: notYet,
  grants: granting,
  on_configuration_change: notYet,
  packages: notYet,
  partitioned_by: storage,
  persist_docs: 'remove it; descriptions stay in the project',
  s3_data_dir: storage,
  s3_data_naming: storage,
  static_analysis: notYet,
  table_properties: storage,
  table_type: storage,
  write_compression: storage,
};

const unsupportedTestKeys: Readonly<Record<string, string>> = {
  sql_header: notYet,
};

const enabled = z
  .boolean()
  .describe('`false` leaves the resource out of the project.')
  .meta({ default: true });
const tags = textOrList('Names for selection (`--select tag:nightly`). They add up across levels.');
const meta = anyMapping.describe(
  'Free information about the resource. It merges key by key across levels.',
);

const group = text('The group that it belongs to, one of `groups:`.');

/** How documentation shows a resource. */
export const docsSchema = strictMapping('docs', {
  show: z.boolean().optional().describe('Whether documentation lists the resource.'),
  node_color: z.string().optional().describe('The colour of the resource in a drawing of the DAG.'),
});

/** The configuration of models, seeds and sources alike. */
export const eventTime = text(
  'The column that says when a row happened, in UTC: a date or timestamp. What `microbatch` models and `--sample` read is cut to their time by it.',
).nullish();
/** What a model's configuration may hold. */
export const modelConfigShape = {
  quoting: quotingSchema,
  materialized: text(
    'How the model becomes a relation: `view`, `table`, `incremental`, `ephemeral` or `external_table`.',
  )
    .optional()
    .meta({ default: 'view' }),
  schema: text("The schema of the model's relation. Without it, the target's schema.").nullish(),
  database: text("The catalog of the model's relation. Without it, the target's.").nullish(),
  alias: text("The name of the model's relation. Without it, the model's name.").nullish(),
  enabled: enabled.optional(),
  tags: tags.optional(),
  meta: meta.optional(),
  docs: docsSchema.optional().describe('How documentation shows the model.'),
  access: z
    .enum(['private', 'protected', 'public'])
    .optional()
    .describe('Who may ref the model: `private` is its group alone.')
    .meta({ default: 'protected' }),
  group: group.nullish(),
  full_refresh: z
    .boolean()
    .nullish()
    .describe(
      'incremental: `true` always rebuilds, `false` never, whatever `--full-refresh` says.',
    ),
  unique_key: textOrList(
    'incremental: the column or columns that tell rows apart, for `merge` and `delete+insert`.',
  ).nullish(),
  incremental_strategy: text(
    'incremental: how new rows get in: `append`, `merge`, `delete+insert`, `insert_overwrite` or `microbatch`.',
  ).nullish(),
  event_time: eventTime,
  begin: text(
    'microbatch: the first moment that the model has rows of, such as `2024-01-01` or `2024-01-01T06:00:00`, in UTC.',
  ).nullish(),
  batch_size: z
    .enum(batchSizes)
    .nullish()
    .describe('microbatch: how long a batch is; each run replaces whole batches.'),
  lookback: z
    .int()
    .min(0)
    .nullish()
    .describe('microbatch: how many batches before the present one a run replaces, too.')
    .meta({ default: 1 }),
  concurrent_batches: z
    .boolean()
    .nullish()
    .describe('microbatch: batches always run one after another, so both values mean the same.'),
  contract: strictMapping('contract', {
    enforced: z
      .boolean()
      .nullish()
      .describe('Whether the model must have exactly the columns, of the types, that YAML names.')
      .meta({ default: false }),
    alias_types: z
      .boolean()
      .nullish()
      .describe(
        "Whether `data_type` may be written in other engines' words, such as `string` for `varchar`.",
      )
      .meta({ default: true }),
  })
    .nullish()
    .describe('What is compared before anything is written.'),
  on_schema_change: z
    .enum(['ignore', 'fail', 'append_new_columns', 'sync_all_columns'])
    .nullish()
    .describe(
      'incremental: what to do when the columns of the query are no longer those of the table: leave new ones out; fail; add new ones; add, remove and widen them.',
    )
    .meta({ default: 'ignore' }),
  merge_update_columns: textOrList(
    'incremental, `merge`: the columns that a row gets anew whose key is there; an empty list: none. Without it, all.',
  ).nullish(),
  merge_exclude_columns: textOrList(
    'incremental, `merge`: the columns that a row keeps whose key is there.',
  ).nullish(),
  incremental_predicates: textOrList(
    'incremental, `merge` and `delete+insert`: conditions in SQL besides the key; `DBT_INTERNAL_DEST` (or `target`) is the table, `DBT_INTERNAL_SOURCE` (or `src`) the query.',
  ).nullish(),
  predicates: textOrList(
    "incremental: dbt's other word for `incremental_predicates`, which goes before it.",
  ).nullish(),
  location: text(
    'external_table: the folder or file with the data, relative to the project folder or an address.',
  ).nullish(),
  format: text(
    'The format of the files. external_table: `json` is JSON lines. Athena: `parquet`, `orc` and others that the kind of table can have.',
  ).nullish(),
  sql_header: sqlHeader,
  ...hookShape,
};

/** What a data test's configuration may hold. */
export const testConfigShape = {
  severity: z
    .enum(['error', 'warn', 'ERROR', 'WARN'])
    .optional()
    .describe('Whether failing rows fail the build or only warn.')
    .meta({ default: 'error' }),
  error_if: text(
    'With severity `error`, the test fails if `fail_calc`, followed by this, is true: `> 10`.',
  )
    .optional()
    .meta({ default: '!= 0' }),
  warn_if: text('The test warns if `fail_calc`, followed by this, is true and it does not fail.')
    .optional()
    .meta({ default: '!= 0' }),
  fail_calc: text('An aggregate over the failing rows, in SQL, that says how many they are.')
    .optional()
    .meta({ default: 'count(*)' }),
  where: text(
    'Generic tests: a condition in SQL; only rows of the model that meet it are tested.',
  ).nullish(),
  limit: z.int().min(1).nullish().describe('How many failing rows are looked at, at most.'),
  store_failures: z
    .boolean()
    .nullish()
    .describe('Whether the failing rows are kept in a table. `store_failures_as` goes before it.'),
  store_failures_as: z
    .enum(['table', 'view', 'ephemeral'])
    .nullish()
    .describe('As what the failing rows are kept; `ephemeral` keeps none.'),
  schema: text(
    "The schema, behind the target's, that failing rows are kept in. Without it, `dbt_test__audit`.",
  ).nullish(),
  database: text("The catalog that failing rows are kept in. Without it, the target's.").nullish(),
  alias: text("The name of the relation with the failing rows. Without it, the test's.").nullish(),
  enabled: enabled.optional(),
  tags: tags.optional(),
  meta: meta.optional(),
  description: z.string().optional().describe('What the test is for.'),
};

/** What a seed's configuration may hold. */
export const seedConfigShape = {
  quoting: quotingSchema,
  schema: text("The schema of the seed's table. Without it, the target's schema.").nullish(),
  database: text("The catalog of the seed's table. Without it, the target's.").nullish(),
  alias: text("The name of the seed's table. Without it, the seed's name.").nullish(),
  enabled: enabled.optional(),
  tags: tags.optional(),
  meta: meta.optional(),
  docs: docsSchema.optional().describe('How documentation shows the seed.'),
  group: group.nullish(),
  column_types: z
    .record(z.string(), z.string().min(1))
    .nullish()
    .describe(
      'The types of columns, in place of those that the values show: `zip_code: varchar`, `price: decimal(12,2)`.',
    ),
  delimiter: z
    .string()
    .regex(/^[^"\r\n]$/, 'one character, no quote and no line end')
    .nullish()
    .describe('What stands between two values: one character.')
    .meta({ default: ',' }),
  format: text(
    'Athena: the format of the files of the table, such as `parquet` or `orc`.',
  ).nullish(),
  event_time: eventTime,
  quote_columns: z
    .boolean()
    .nullish()
    .describe(
      'Names of columns are always quoted where they must be, so both values mean the same.',
    ),
  full_refresh: z
    .boolean()
    .nullish()
    .describe('A seed is always written anew as a whole, so both values mean the same.'),
  ...hookShape,
};

const unsupportedSeedKeys: Readonly<Record<string, string>> = {
  contract: "write the types under 'column_types'",
  grants: granting,
  materialized: 'a seed is always a table; remove it',
  packages: notYet,
  persist_docs: 'remove it; descriptions stay in the project',
};

const labelShape = { enabled: enabled.optional(), tags: tags.optional(), meta: meta.optional() };

/** What the project file may say of sources by folder. */
const sourceConfigShape = {
  ...labelShape,
  event_time: eventTime,
  ...loadedShape,
  ...filesShape,
  quoting: quotingSchema,
};

const unsupportedSourceKeys: Readonly<Record<string, string>> = {
  database: 'write it beside the name of the source',
  schema: 'write it beside the name of the source',
};

/** The kinds of resources that have a configuration. */
export type ConfiguredResource =
  'model' | 'test' | 'seed' | 'snapshot' | 'source' | 'exposure' | 'unit_test';

/** The configuration of a model and of a data test. */
export const nodeConfigSchemas = {
  model: strictMapping("a model's configuration", modelConfigShape, {
    unsupported: unsupportedModelKeys,
  }),
  test: strictMapping("a test's configuration", testConfigShape, {
    unsupported: unsupportedTestKeys,
  }),
  seed: strictMapping("a seed's configuration", seedConfigShape, {
    unsupported: unsupportedSeedKeys,
  }),
  snapshot: strictMapping("a snapshot's configuration", snapshotConfigShape, {
    unsupported: unsupportedSnapshotKeys,
  }),
  source: strictMapping("a source's configuration", sourceConfigShape, {
    unsupported: unsupportedSourceKeys,
  }),
  exposure: strictMapping("an exposure's configuration", labelShape),
  unit_test: strictMapping("a unit test's configuration", labelShape),
} as const;

const shapes = {
  model: modelConfigShape,
  test: testConfigShape,
  seed: seedConfigShape,
  snapshot: snapshotConfigShape,
  source: sourceConfigShape,
  exposure: labelShape,
  unit_test: labelShape,
} as const;
const unsupported = {
  model: unsupportedModelKeys,
  test: unsupportedTestKeys,
  seed: unsupportedSeedKeys,
  snapshot: unsupportedSnapshotKeys,
  source: unsupportedSourceKeys,
  exposure: {},
  unit_test: {},
} as const;

/** Returns whether a key is one of configuration, supported or not. */
export function isConfigKey(
  resource: ConfiguredResource,
  key: string,
  extraKeys: readonly string[],
): boolean {
  return (
    configKeysOf(resource, extraKeys).includes(key) || Object.hasOwn(unsupported[resource], key)
  );
}

/** Returns every key that a resource's configuration may hold. */
export function configKeysOf(
  resource: ConfiguredResource,
  extraKeys: readonly string[],
): readonly string[] {
  return [...Object.keys(shapes[resource]), ...extraKeys];
}
