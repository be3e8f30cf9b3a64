import { decodeAvro, encodeAvro } from './avro.js';
import { icebergError, notSupported } from './errors.js';
import {
  avroName,
  manifestEntrySchema,
  manifestListSchema,
  partitionTypes,
} from './manifest-schema.js';
import type { PartitionSpec } from './partition-spec.js';
import type { PartitionValue } from './partition-values.js';
import { widenPartitionValue } from './partition-values.js';
import type { Schema } from './schema.js';

/* Manifests and manifest lists (specification, "Manifests", "Manifest Lists"). Members have the names of the files' fields. */

interface Pair<T> {
  readonly key: number;
  readonly value: T;
}

export interface DataFile {
  /** 0 data, 1 position deletes, 2 equality deletes. */
  readonly content: number;
  readonly file_path: string;
  readonly file_format: string;
  readonly partition: Readonly<Record<string, PartitionValue>>;
  readonly record_count: bigint;
  readonly file_size_in_bytes: bigint;
  readonly column_sizes?: readonly Pair<bigint>[] | null;
  readonly value_counts?: readonly Pair<bigint>[] | null;
  readonly null_value_counts?: readonly Pair<bigint>[] | null;
  readonly nan_value_counts?: readonly Pair<bigint>[] | null;
  readonly lower_bounds?: readonly Pair<Buffer>[] | null;
  readonly upper_bounds?: readonly Pair<Buffer>[] | null;
  readonly split_offsets?: readonly bigint[] | null;
  readonly equality_ids?: readonly number[] | null;
  readonly sort_order_id?: number | null;
}

/** What a manifest says of a file: that it is there (0), is new (1) or was taken away (2). */
export interface ManifestEntry {
  readonly status: 0 | 1 | 2;
  readonly snapshot_id: bigint | null;
  readonly sequence_number: bigint | null;
  readonly file_sequence_number: bigint | null;
  readonly data_file: DataFile;
}

/** An entry of a manifest list. */
export interface ManifestFile {
  readonly manifest_path: string;
  readonly manifest_length: bigint;
  readonly partition_spec_id: number;
  /** 0 data, 1 deletes. */
  readonly content: number;
  readonly sequence_number: bigint;
  readonly min_sequence_number: bigint;
  readonly added_snapshot_id: bigint;
  readonly added_files_count: number;
  readonly existing_files_count: number;
  readonly deleted_files_count: number;
  readonly added_rows_count: bigint;
  readonly existing_rows_count: bigint;
  readonly deleted_rows_count: bigint;
}

/** Returns the bytes of a manifest. */
export function encodeManifest(
  schema: Schema,
  spec: PartitionSpec,
  entries: readonly ManifestEntry[],
): Buffer {
  const types = partitionTypes(schema, spec);
  const widened = entries.map((entry): ManifestEntry => {
    const { partition } = entry.data_file;
    const values = spec.fields.map(({ name }, index): readonly [string, PartitionValue] => {
      const value = partition[avroName(name)] ?? null;
      return [avroName(name), widenPartitionValue(value, types[index] ?? 'string')];
    });
    return { ...entry, data_file: { ...entry.data_file, partition: Object.fromEntries(values) } };
  });
  return encodeAvro(manifestEntrySchema(schema, spec), widened, {
    schema: JSON.stringify(schema),
    'schema-id': String(schema['schema-id']),
    'partition-spec': JSON.stringify(spec.fields),
    'partition-spec-id': String(spec['spec-id']),
    'format-version': '2',
    content: 'data',
  });
}

/**
 * Reads a manifest; what entries inherit from the list (sequence number, snapshot) is filled in. Throws `EngineError` for
 * a file that is no manifest, or that lists deletes: Athena's own tables have them (merge on read), those of the local
 * Athena never do (copy on write), and ignoring them would bring rows back.
 */
export function decodeManifest(bytes: Uint8Array, file: ManifestFile): readonly ManifestEntry[] {
  if (file.content !== 0) {
    throw notSupported(`the local Athena reads no delete files: ${file.manifest_path}`);
  }
  const entries = decode(bytes, file.manifest_path) as unknown as readonly ManifestEntry[];
  return entries.map((entry) => ({
    ...entry,
    snapshot_id: entry.snapshot_id ?? file.added_snapshot_id,
    sequence_number: entry.sequence_number ?? file.sequence_number,
    file_sequence_number: entry.file_sequence_number ?? file.sequence_number,
  }));
}

/** Returns the bytes of a snapshot's manifest list. */
export function encodeManifestList(
  files: readonly ManifestFile[],
  snapshot: { readonly id: string; readonly parent: string | undefined; readonly sequence: number },
): Buffer {
  return encodeAvro(manifestListSchema, files, {
    'snapshot-id': snapshot.id,
    'parent-snapshot-id': snapshot.parent ?? 'null',
    'sequence-number': String(snapshot.sequence),
    'format-version': '2',
  });
}

/** Reads a manifest list. Throws `EngineError` for a file that is none. */
export function decodeManifestList(bytes: Uint8Array, path: string): readonly ManifestFile[] {
  return decode(bytes, path) as unknown as readonly ManifestFile[];
}

function decode(bytes: Uint8Array, path: string): readonly Readonly<Record<string, unknown>>[] {
  try {
    return decodeAvro(bytes).records;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw icebergError('ICEBERG_INVALID_METADATA', `Error reading ${path}: ${reason}`);
  }
}
