import type { Table } from '@aws-sdk/client-glue';
import { icebergError } from './errors.js';
import { addressOf, listBelow, parseAddress, removeAddress } from './location.js';
import type { Snapshot, TableMetadata } from './metadata.js';
import { numberProperty } from './properties.js';
import { filesOfSnapshots, reachableFiles } from './reachable-files.js';
import type { IcebergContext } from './table-state.js';
import { commitChange, loadState } from './table-state.js';

/** How long unneeded snapshots and files are kept: `vacuum_max_snapshot_age_seconds`, 5 days by default. */
function maxAgeMs(metadata: TableMetadata): number {
  return numberProperty(metadata.properties, 'vacuum_max_snapshot_age_seconds', 432_000) * 1000;
}

/** The snapshots that stay: those young enough, the newest few in any case, and what a branch or tag names. */
function keptSnapshots(metadata: TableMetadata, nowMs: number): readonly Snapshot[] {
  const least = numberProperty(metadata.properties, 'vacuum_min_snapshots_to_keep', 1);
  const newest = metadata.snapshots.slice(-least);
  const named = Object.values(metadata.refs).map((ref) => ref['snapshot-id']);
  return metadata.snapshots.filter(
    (snapshot) =>
      nowMs - snapshot['timestamp-ms'] <= maxAgeMs(metadata) ||
      newest.includes(snapshot) ||
      named.includes(snapshot['snapshot-id']),
  );
}

/** The log without what led to expired snapshots: an entry that is gone hides those before it (Iceberg's library). */
function keptLog(
  metadata: TableMetadata,
  kept: readonly Snapshot[],
): TableMetadata['snapshot-log'] {
  const ids = new Set(kept.map((snapshot) => snapshot['snapshot-id']));
  const log = metadata['snapshot-log'];
  return log.slice(log.findLastIndex((entry) => !ids.has(entry['snapshot-id'])) + 1);
}

function expire(metadata: TableMetadata, nowMs: number): TableMetadata | undefined {
  const snapshots = keptSnapshots(metadata, nowMs);
  const most = numberProperty(metadata.properties, 'vacuum_max_metadata_files_to_keep', 100);
  const log = metadata['metadata-log'];
  if (snapshots.length === metadata.snapshots.length && log.length <= most) return undefined;
  return {
    ...metadata,
    snapshots,
    'snapshot-log': keptLog(metadata, snapshots),
    // The commit adds the file that it follows.
    'metadata-log': log.slice(Math.max(0, log.length - most + 1)),
  };
}

/**
 * VACUUM (User Guide, "Operations performed"): expires snapshots older than `vacuum_max_snapshot_age_seconds` beyond
 * `vacuum_min_snapshots_to_keep`, keeps `vacuum_max_metadata_files_to_keep` former metadata files, removes the files that
 * this made unreachable, then every other file below the table's location that THIS table's metadata does not lead to and
 * that is older than the same age. Another table that shares the location, a clone that went its own way among them,
 * loses its files here, as it does on Athena.
 * Removes at most `vacuumFileLimit` files, then fails with `ICEBERG_VACUUM_MORE_RUNS_NEEDED` (text from users' reports).
 */
export async function vacuumTable(context: IcebergContext, table: Table): Promise<void> {
  const before = await loadState(context, table);
  const { location } = before.metadata;
  if (parseAddress(location).key === '') {
    // With the bucket's name for the path, as the User Guide quotes it.
    throw icebergError(
      'GENERIC_INTERNAL_ERROR',
      `Path missing in file system location: ${location}`,
    );
  }
  const nowMs = context.now().getTime();
  await commitChange(context, table, 'rebase', (state) => expire(state.metadata, nowMs));
  const current = context.glue.findTable(before.database, before.name);
  if (current === undefined) return;
  const after = await loadState(context, current);
  const needed = await reachableFiles(context, after.metadata, after.metadataLocation);
  const former = await filesOfSnapshots(context, before.metadata.snapshots);
  const formerMetadata = before.metadata['metadata-log'].map((entry) => entry['metadata-file']);
  const orphans = listBelow(context.objects, location)
    .filter((object) => nowMs - object.lastModified.getTime() > maxAgeMs(after.metadata))
    .map(addressOf);
  const unneeded = [...new Set([...former, ...formerMetadata, ...orphans])].filter((address) => {
    const { bucket, key } = parseAddress(address);
    return !needed.has(address) && context.objects.head(bucket, key) !== undefined;
  });
  for (const address of unneeded.slice(0, context.vacuumFileLimit)) {
    removeAddress(context.objects, address);
  }
  if (unneeded.length > context.vacuumFileLimit) {
    throw icebergError(
      'ICEBERG_VACUUM_MORE_RUNS_NEEDED',
      `Removed ${context.vacuumFileLimit} files in this round of vacuum, but there are more files remaining. Please run another VACUUM command to process the remaining files`,
    );
  }
}
