import type { Table } from '@aws-sdk/client-glue';
import type { WriteOutcome } from '../core/table-format.js';
import { outcomeOf } from './create-table.js';
import { afterWriting, openPartitions, partitionKey, writeDataFiles } from './data-files.js';
import { icebergError } from './errors.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema, currentSnapshot, currentSpec } from './metadata.js';
import { addSnapshot } from './new-snapshot.js';
import { numberProperty } from './properties.js';
import { filesSql } from './read-table.js';
import { quoteName } from '../../src/adapters/duckdb/quote.js';
import type { LiveFile } from './snapshot-files.js';
import { readLiveFiles } from './snapshot-files.js';
import type { IcebergRowContext, TableState } from './table-state.js';
import { commitChange, loadState } from './table-state.js';

/** Sizes in bytes outside of which a file is worth rewriting (User Guide, creating Iceberg tables). */
function sizeRange(metadata: TableMetadata): { readonly min: number; readonly max: number } {
  const { properties } = metadata;
  const target = numberProperty(properties, 'write.target-file-size-bytes', 536_870_912);
  return {
    min: numberProperty(properties, 'optimize_rewrite_min_data_file_size_bytes', 0.75 * target),
    max: numberProperty(properties, 'optimize_rewrite_max_data_file_size_bytes', 1.8 * target),
  };
}

/** The files that hold a row for which the condition is true. Throws `EngineError` for a column that does not partition. */
async function filesWhere(
  context: IcebergRowContext,
  state: TableState,
  files: readonly LiveFile[],
  where: string,
): Promise<ReadonlySet<string>> {
  const schema = currentSchema(state.metadata);
  const sources = currentSpec(state.metadata).fields.map((field) => field['source-id']);
  const columns = schema.fields
    .filter((field) => sources.includes(field.id))
    .map((field) => quoteName(field.name));
  const { sql } = filesSql(
    context,
    schema,
    files.map((file) => file.entry.data_file.file_path),
  );
  const partitions = [...columns, '"$path"'].join(', ');
  const source = `(SELECT ${partitions} FROM (${sql})) AS ${quoteName(state.name)}`;
  try {
    const rows = await context.duck.query(
      `SELECT DISTINCT "$path" AS path FROM ${source} WHERE ${where}`,
    );
    return new Set(rows.map((row) => String(row['path'])));
  } catch (error) {
    // Only a column that is not among the partition's can be unknown: the engine has checked the rest.
    if (error instanceof Error && /not found in FROM clause/.test(error.message)) {
      throw icebergError(
        'ICEBERG_OPTIMIZE_UNSUPPORTED_FILTER',
        'Only partition columns are allowed in the WHERE clause of OPTIMIZE',
      );
    }
    throw error;
  }
}

/** The files to rewrite, by partition: those of unfit size, where there are enough of them in the partition. */
function chooseGroups(
  metadata: TableMetadata,
  files: readonly LiveFile[],
): readonly (readonly LiveFile[])[] {
  const { min, max } = sizeRange(metadata);
  const threshold = numberProperty(metadata.properties, 'optimize_rewrite_data_file_threshold', 5);
  const groups = new Map<string, LiveFile[]>();
  for (const file of files) {
    const size = Number(file.entry.data_file.file_size_in_bytes);
    if (size >= min && size <= max) continue;
    const key = `${file.specId} ${partitionKey(file.entry.data_file)}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].filter((group) => group.length >= threshold && group.length > 1);
}

/**
 * OPTIMIZE … REWRITE DATA USING BIN_PACK: rewrites the small files of each partition into one, as a `replace` snapshot;
 * files of former snapshots stay. One call does 100 partitions, commits them, and fails with
 * `ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED` if there are more (dbt-athena issue 531; the rest of the text is not sourced).
 * `rowCount` is the number of rows rewritten.
 */
export async function optimizeTable(
  context: IcebergRowContext,
  table: Table,
  where: string | undefined,
): Promise<WriteOutcome> {
  const state = await loadState(context, table);
  const live = await readLiveFiles(context, currentSnapshot(state.metadata));
  const wanted = where === undefined ? undefined : await filesWhere(context, state, live, where);
  const files = live.filter((file) => wanted?.has(file.entry.data_file.file_path) ?? true);
  const groups = chooseGroups(state.metadata, files);
  if (groups.length === 0) return { rowCount: 0, writtenFiles: [] };
  const removed = groups
    .slice(0, openPartitions)
    .flatMap((group) => group.map((file) => file.entry.data_file.file_path));
  const schema = currentSchema(state.metadata);
  const columns = schema.fields.map((field) => quoteName(field.name)).join(', ');
  const { sql } = filesSql(context, schema, removed);
  const added = await writeDataFiles(context, state.metadata, `SELECT ${columns} FROM (${sql})`, {
    unlimited: true,
  });
  // Appends in between do no harm; that a rewritten file went is found out by addSnapshot.
  await afterWriting(added, () =>
    commitChange(context, table, 'rebase', (current) =>
      addSnapshot(context, current, { operation: 'replace', added, removed: new Set(removed) }),
    ),
  );
  if (groups.length > openPartitions) {
    throw icebergError(
      'ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED',
      `Optimized ${openPartitions} partitions in this round of optimize, but there are more partitions remaining. Please run another OPTIMIZE command to process the remaining partitions`,
    );
  }
  return outcomeOf(added);
}
