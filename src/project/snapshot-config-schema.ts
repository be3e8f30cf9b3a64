import { z } from 'zod';
import { hookShape, sqlHeader } from './hook-schema.js';
import { quotingSchema } from './loading-schema.js';
import { anyMapping, strictMapping, text, textOrList } from './schema-notes.js';

const metaColumn = (description: string) => text(description).nullish();

/** What a snapshot's configuration may hold; dbt's keys. */
export const snapshotConfigShape = {
  quoting: quotingSchema,
  strategy: z
    .enum(['timestamp', 'check'])
    .nullish()
    .describe(
      'How a change is seen: `timestamp`, by a column that says when a row changed (`updated_at`); `check`, by comparing columns (`check_cols`). Every snapshot needs one.',
    ),
  unique_key: textOrList(
    'The column or columns that tell the rows of the query apart. Every snapshot needs it.',
  ).nullish(),
  updated_at: text(
    'The column that says when a row changed. The strategy `timestamp` needs it; with `check` it gives the times, in place of the time of the run.',
  ).nullish(),
  check_cols: z
    .union([z.string().min(1), z.array(z.string().min(1))])
    .nullish()
    .describe('check: the columns that are compared, or `all`.'),
  hard_deletes: z
    .enum(['ignore', 'invalidate', 'new_record'])
    .nullish()
    .describe(
      'What becomes of rows that are no longer in the source: they stay valid; they end now; they end now, and a row follows that says they are deleted.',
    )
    .meta({ default: 'ignore' }),
  invalidate_hard_deletes: z
    .boolean()
    .nullish()
    .describe('The older way to write `hard_deletes: invalidate`.'),
  dbt_valid_to_current: text(
    "An expression in SQL that `dbt_valid_to` holds in rows that are valid now, such as `date '9999-12-31'`. Without it, NULL.",
  ).nullish(),
  snapshot_meta_column_names: strictMapping('names of the columns that snapshots add', {
    dbt_valid_from: metaColumn('From when the row was so.'),
    dbt_valid_to: metaColumn('Until when the row was so.'),
    dbt_scd_id: metaColumn('Tells the rows of the table apart.'),
    dbt_updated_at: metaColumn('When the row changed in the source.'),
    dbt_is_deleted: metaColumn('With `hard_deletes: new_record`: whether the row is deleted.'),
  })
    .nullish()
    .describe('Other names for the columns that a snapshot adds.'),
  target_schema: text(
    "The schema of the table as it is: the target's does not stand before it, so that all targets write to the same. The older way; with `schema` each target has its own.",
  ).nullish(),
  target_database: text('The catalog of the table. The older way to write `database`.').nullish(),
  schema: text("The schema of the table, behind the target's. Without it, the target's.").nullish(),
  database: text("The catalog of the table. Without it, the target's.").nullish(),
  alias: text("The name of the table. Without it, the snapshot's name.").nullish(),
  enabled: z
    .boolean()
    .optional()
    .describe('`false` leaves the snapshot out of the project.')
    .meta({ default: true }),
  tags: textOrList(
    'Names for selection (`--select tag:nightly`). They add up across levels.',
  ).optional(),
  meta: anyMapping
    .optional()
    .describe('Free information about the snapshot. It merges key by key across levels.'),
  docs: strictMapping('docs', {
    show: z.boolean().optional().describe('Whether documentation lists the snapshot.'),
    node_color: z.string().optional().describe('Its colour in a drawing of the DAG.'),
  })
    .optional()
    .describe('How documentation shows the snapshot.'),
  group: text('The group that it belongs to, one of `groups:`.').nullish(),
  format: text(
    'Athena: the format of the files of the table, such as `parquet` or `orc`.',
  ).nullish(),
  sql_header: sqlHeader,
  ...hookShape,
  materialized: z
    .literal('snapshot')
    .nullish()
    .describe('May be left out: a snapshot is a `snapshot`.'),
};

const notYet = 'remove it';

/** Configuration keys of dbt that are refused for snapshots, with the next step. */
export const unsupportedSnapshotKeys: Readonly<Record<string, string>> = {
  contract: 'cast the columns in the SQL, and write data tests',
  event_time: notYet,
  full_refresh:
    'a snapshot is never built anew: what its source was cannot be read again; remove it',
  grants: 'grant rights in the warehouse',
  packages: notYet,
  persist_docs: 'remove it; descriptions stay in the project',
};
