import { randomUUID } from 'node:crypto';
import { commitError } from './errors.js';
import { writeAddress } from './location.js';
import type { DataFile, ManifestEntry, ManifestFile } from './manifest.js';
import { encodeManifest, encodeManifestList } from './manifest.js';
import type { Snapshot, SnapshotOperation, TableMetadata } from './metadata.js';
import { currentSchema, currentSnapshot, newSnapshotId, specById } from './metadata.js';
import { readManifest, readManifestList } from './snapshot-files.js';
import { partitionKey } from './data-files.js';
import type { IcebergContext, TableState } from './table-state.js';

/** What a snapshot is put on top of. */
type Base = Pick<TableState, 'database' | 'name' | 'metadata'>;

/** What a snapshot adds and takes away. New files follow the current partition spec. */
export interface FileChange {
  readonly operation: SnapshotOperation;
  readonly added: readonly DataFile[];
  /** Addresses of data files. */
  readonly removed: ReadonlySet<string>;
}

/** Writes the manifests of one snapshot. */
interface ManifestWriter {
  readonly write: (entries: readonly ManifestEntry[], specId: number) => Promise<ManifestFile>;
}

function manifestWriter(
  context: IcebergContext,
  metadata: TableMetadata,
  snapshot: { readonly id: bigint; readonly sequence: bigint },
): ManifestWriter {
  const commit = randomUUID();
  let count = 0;
  const write = async (
    entries: readonly ManifestEntry[],
    specId: number,
  ): Promise<ManifestFile> => {
    const path = `${metadata.location}/metadata/${commit}-m${count}.avro`;
    count += 1;
    const bytes = encodeManifest(currentSchema(metadata), specById(metadata, specId), entries);
    const size = await writeAddress(context.objects, path, bytes);
    const rows = (status: number): bigint =>
      ofStatus(entries, status).reduce((sum, each) => sum + each.data_file.record_count, 0n);
    const oldest = entries
      .filter((each) => each.status !== 2)
      .map((each) => each.sequence_number ?? snapshot.sequence)
      .reduce((least, each) => (each < least ? each : least), snapshot.sequence);
    return {
      manifest_path: path,
      manifest_length: BigInt(size),
      partition_spec_id: specId,
      content: 0,
      sequence_number: snapshot.sequence,
      min_sequence_number: oldest,
      added_snapshot_id: snapshot.id,
      added_files_count: ofStatus(entries, 1).length,
      existing_files_count: ofStatus(entries, 0).length,
      deleted_files_count: ofStatus(entries, 2).length,
      added_rows_count: rows(1),
      existing_rows_count: rows(0),
      deleted_rows_count: rows(2),
    };
  };
  return { write };
}

function ofStatus(entries: readonly ManifestEntry[], status: number): readonly ManifestEntry[] {
  return entries.filter((entry) => entry.status === status);
}

/** The manifests that stay, those with removed files rewritten, and the files that were removed. */
async function carryOver(
  context: IcebergContext,
  state: Base,
  change: FileChange,
  snapshotId: bigint,
  writer: ManifestWriter,
): Promise<{ readonly manifests: readonly ManifestFile[]; readonly removed: readonly DataFile[] }> {
  const manifests: ManifestFile[] = [];
  const removed: DataFile[] = [];
  for (const manifest of await readManifestList(context, currentSnapshot(state.metadata))) {
    // A manifest that only tells what was removed earlier has nothing to say to this snapshot.
    if (manifest.added_files_count + manifest.existing_files_count === 0) continue;
    if (change.removed.size === 0) {
      manifests.push(manifest);
      continue;
    }
    const live = (await readManifest(context, manifest)).filter((entry) => entry.status !== 2);
    const gone = live.filter((entry) => change.removed.has(entry.data_file.file_path));
    if (gone.length === 0) {
      manifests.push(manifest);
      continue;
    }
    removed.push(...gone.map((entry) => entry.data_file));
    const rewritten = live.map((entry): ManifestEntry =>
      change.removed.has(entry.data_file.file_path)
        ? { ...entry, status: 2, snapshot_id: snapshotId }
        : { ...entry, status: 0 },
    );
    manifests.push(await writer.write(rewritten, manifest.partition_spec_id));
  }
  return { manifests, removed };
}

function sum(files: readonly DataFile[], of: 'record_count' | 'file_size_in_bytes'): bigint {
  return files.reduce((total, file) => total + file[of], 0n);
}

/** The summary's counts (specification, appendix F); counts of zero are left out but for totals. */
function summarize(
  context: IcebergContext,
  parent: Snapshot | undefined,
  change: FileChange,
  removed: readonly DataFile[],
): Snapshot['summary'] {
  const { added } = change;
  const partitions = new Set([...added, ...removed].map(partitionKey));
  const deltas = {
    'added-data-files': BigInt(added.length),
    'deleted-data-files': BigInt(removed.length),
    'added-records': sum(added, 'record_count'),
    'deleted-records': sum(removed, 'record_count'),
    'added-files-size': sum(added, 'file_size_in_bytes'),
    'removed-files-size': sum(removed, 'file_size_in_bytes'),
    'changed-partition-count': BigInt(partitions.size),
  };
  const total = (name: string, plus: bigint, minus: bigint): string =>
    String(BigInt(parent?.summary[name] ?? 0) + plus - minus);
  return {
    operation: change.operation,
    trino_query_id: context.queryId,
    ...Object.fromEntries(
      Object.entries(deltas)
        .filter(([, value]) => value !== 0n)
        .map(([name, value]) => [name, String(value)]),
    ),
    'total-records': total('total-records', deltas['added-records'], deltas['deleted-records']),
    'total-files-size': total(
      'total-files-size',
      deltas['added-files-size'],
      deltas['removed-files-size'],
    ),
    'total-data-files': total(
      'total-data-files',
      deltas['added-data-files'],
      deltas['deleted-data-files'],
    ),
    'total-delete-files': '0',
    'total-position-deletes': '0',
    'total-equality-deletes': '0',
  };
}

/**
 * Writes the manifests and the manifest list of a new snapshot on top of `state` and returns the metadata that has it as
 * its current one. Throws `ICEBERG_COMMIT_ERROR` if a file to remove is not (any more) among the table's.
 */
export async function addSnapshot(
  context: IcebergContext,
  state: Base,
  change: FileChange,
): Promise<TableMetadata> {
  const { metadata } = state;
  const parent = currentSnapshot(metadata);
  const id = newSnapshotId();
  const sequence = metadata['last-sequence-number'] + 1;
  const writer = manifestWriter(context, metadata, { id: BigInt(id), sequence: BigInt(sequence) });
  const kept = await carryOver(context, state, change, BigInt(id), writer);
  if (kept.removed.length !== change.removed.size) throw commitError(state.database, state.name);
  const added = change.added.map((file): ManifestEntry => ({
    status: 1,
    snapshot_id: BigInt(id),
    // Inherited from the manifest list: the number is not known before the commit succeeds.
    sequence_number: null,
    file_sequence_number: null,
    data_file: file,
  }));
  const manifests = [
    ...(added.length > 0 ? [await writer.write(added, metadata['default-spec-id'])] : []),
    ...kept.manifests,
  ];
  const list = `${metadata.location}/metadata/snap-${id}-1-${randomUUID()}.avro`;
  const parentId = parent?.['snapshot-id'];
  await writeAddress(
    context.objects,
    list,
    encodeManifestList(manifests, { id, parent: parentId, sequence }),
  );
  const time = Math.max(context.now().getTime(), metadata['last-updated-ms']);
  const snapshot: Snapshot = {
    'sequence-number': sequence,
    'snapshot-id': id,
    ...(parentId !== undefined && { 'parent-snapshot-id': parentId }),
    'timestamp-ms': time,
    summary: summarize(context, parent, change, kept.removed),
    'manifest-list': list,
    'schema-id': metadata['current-schema-id'],
  };
  return {
    ...metadata,
    'last-sequence-number': sequence,
    'last-updated-ms': time,
    'current-snapshot-id': id,
    refs: {
      ...metadata.refs,
      main: { ...metadata.refs['main'], 'snapshot-id': id, type: 'branch' },
    },
    snapshots: [...metadata.snapshots, snapshot],
    'snapshot-log': [...metadata['snapshot-log'], { 'timestamp-ms': time, 'snapshot-id': id }],
  };
}
