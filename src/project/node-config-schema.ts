import { z } from 'zod';
import { anyMapping, schemaNotes, strictMapping, text, textOrList } from './schema-notes.js';

/**
 * The one definition of what `config()`, `config:` and `+key` may hold. Validation, the JSON Schemas and the reference
 * page come from it.
 */

const notYet = 'remove it';
const hooks = 'write a model instead, or remove it';
const columns = 'remove it; a merge updates and inserts all columns';
const microbatch = 'choose another incremental strategy';
const storage = 'remove it; the engine decides how a table is stored';
const storing = 'run the compiled test under target/compiled to see the rows';
const counting = 'a test fails on any row it returns; write what is allowed into its SQL';

/** Config keys of dbt and its adapters that are refused, with the next step. */
const unsupportedModelKeys: Readonly<Record<string, string>> = {
  'pre-hook': hooks,
  'post-hook': hooks,
  pre_hook: hooks,
  post_hook: hooks,
  access: notYet,
  batch_size: microbatch,
  begin: microbatch,
  bucket_count: storage,
  bucketed_by: storage,
  column_types: 'write a cast in the SQL instead',
  concurrent_batches: microbatch,
  contract: 'cast the columns in the SQL, and write data tests',
  event_time: microbatch,
  freshness: notYet,
  grants: 'grant rights in the warehouse',
  group: notYet,
  incremental_predicates: columns,
  lookback: microbatch,
  merge_exclude_columns: columns,
  merge_update_columns: columns,
  on_configuration_change: notYet,
  packages: notYet,
  partitioned_by: storage,
  persist_docs: 'remove it; descriptions stay in the project',
  quoting: 'names are always quoted where they must be; remove it',
  s3_data_dir: storage,
  s3_data_naming: storage,
  sql_header: notYet,
  static_analysis: notYet,
  table_properties: storage,
  table_type: storage,
  write_compression: storage,
};

const unsupportedTestKeys: Readonly<Record<string, string>> = {
  alias: storing,
  database: storing,
  error_if: counting,
  fail_calc: counting,
  schema: storing,
  store_failures: storing,
  store_failures_as: storing,
  warn_if: counting,
};

const enabled = z
  .boolean()
  .describe('`false` leaves the resource out of the project.')
  .meta({ default: true });
const tags = textOrList('Names for selection (`--select tag:nightly`). They add up across levels.');
const meta = anyMapping.describe(
  'Free information about the resource. It merges key by key across levels.',
);

/** How documentation shows a resource. */
export const docsSchema = strictMapping('docs', {
  show: z.boolean().optional().describe('Whether documentation lists the resource.'),
  node_color: z.string().optional().describe('The colour of the resource in a drawing of the DAG.'),
});

/** What a model's configuration may hold. */
export const modelConfigShape = {
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
    'incremental: how new rows get in: `append`, `merge`, `delete+insert` or `insert_overwrite`.',
  ).nullish(),
  on_schema_change: z
    .literal('ignore')
    .optional()
    .register(schemaNotes, {
      hint: 'other reactions are not supported yet; rebuild with --full-refresh when columns change',
    })
    .describe(
      'incremental: what to do when the columns of the query are no longer those of the table.',
    )
    .meta({ default: 'ignore' }),
  location: text(
    'external_table: the folder or file with the data, relative to the project folder or an address.',
  ).nullish(),
  format: text('external_table: the format of the files; `json` is JSON lines.').nullish(),
};

/** What a data test's configuration may hold. */
export const testConfigShape = {
  severity: z
    .enum(['error', 'warn'])
    .optional()
    .describe('Whether failing rows fail the build or only warn.')
    .meta({ default: 'error' }),
  where: text('A condition in SQL: only rows that meet it are tested.').nullish(),
  limit: z.int().min(1).nullish().describe('How many failing rows are counted at most.'),
  enabled: enabled.optional(),
  tags: tags.optional(),
  meta: meta.optional(),
  description: z.string().optional().describe('What the test is for.'),
};

/** The kinds of resources that have a configuration. */
export type ConfiguredResource = 'model' | 'test';

/** The configuration of a model and of a data test. */
export const nodeConfigSchemas = {
  model: strictMapping("a model's configuration", modelConfigShape, {
    unsupported: unsupportedModelKeys,
  }),
  test: strictMapping("a test's configuration", testConfigShape, {
    unsupported: unsupportedTestKeys,
  }),
} as const;

/** Returns whether a key is one of configuration, supported or not. */
export function isConfigKey(
  resource: ConfiguredResource,
  key: string,
  extraKeys: readonly string[],
): boolean {
  const unsupported = resource === 'model' ? unsupportedModelKeys : unsupportedTestKeys;
  return configKeysOf(resource, extraKeys).includes(key) || Object.hasOwn(unsupported, key);
}

/** Returns every key that a resource's configuration may hold. */
export function configKeysOf(
  resource: ConfiguredResource,
  extraKeys: readonly string[],
): readonly string[] {
  return [...Object.keys(resource === 'model' ? modelConfigShape : testConfigShape), ...extraKeys];
}
