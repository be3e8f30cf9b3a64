import type { Table } from '@aws-sdk/client-glue';
import type { WriteOutcome } from '../core/table-format.js';
import { outcomeOf } from './create-table.js';
import { afterWriting, partitionKey, writeDataFiles } from './data-files.js';
import { commitError } from './errors.js';
import { currentSnapshot } from './metadata.js';
import { addSnapshot } from './new-snapshot.js';
import { readLiveFiles } from './snapshot-files.js';
import type { IcebergRowContext } from './table-state.js';
import { commitChange, loadState } from './table-state.js';

/**
 * INSERT: adds the rows of a query as an `append` snapshot; no rows, no commit (Trino). If another commit came first, the
 * files are appended to what the table is then. Throws `ICEBERG_COMMIT_ERROR` and `ICEBERG_TOO_MANY_OPEN_PARTITIONS`.
 */
export async function appendRows(
  context: IcebergRowContext,
  table: Table,
  sql: string,
): Promise<WriteOutcome> {
  const { metadata } = await loadState(context, table);
  const added = await writeDataFiles(context, metadata, sql);
  if (added.length > 0) {
    await afterWriting(added, () =>
      commitChange(context, table, 'rebase', (state) =>
        addSnapshot(context, state, { operation: 'append', added, removed: new Set() }),
      ),
    );
  }
  return outcomeOf(added);
}

/**
 * DELETE, UPDATE, MERGE: puts the rows of a query in the place of whole files, as one snapshot (`delete` if only files go,
 * `overwrite` otherwise). Athena itself writes position deletes (merge on read); readers see the same rows, and the files
 * in `$files` differ. Throws `ICEBERG_COMMIT_ERROR` if anybody committed rows in between.
 */
export async function replaceFiles(
  context: IcebergRowContext,
  table: Table,
  change: { readonly removed: readonly string[]; readonly sql: string },
): Promise<WriteOutcome> {
  const { metadata, database, name } = await loadState(context, table);
  const removed = new Set(change.removed);
  const live = await readLiveFiles(context, currentSnapshot(metadata));
  const replaced = live
    .map((file) => file.entry.data_file)
    .filter((file) => removed.has(file.file_path));
  if (replaced.length !== removed.size) throw commitError(database, name);
  const added = await writeDataFiles(context, metadata, change.sql, {
    // Athena would leave these files as they are, so that their partitions do not count for its limit.
    uncounted: new Set(replaced.map(partitionKey)),
  });
  if (added.length > 0 || removed.size > 0) {
    const operation = added.length === 0 ? 'delete' : 'overwrite';
    await afterWriting(added, () =>
      commitChange(context, table, 'same-rows', (state) =>
        addSnapshot(context, state, { operation, added, removed }),
      ),
    );
  }
  return outcomeOf(added);
}
