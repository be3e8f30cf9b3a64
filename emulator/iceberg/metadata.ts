import { randomBytes } from 'node:crypto';
import type { PartitionSpec } from './partition-spec.js';
import type { Schema } from './schema.js';

/* A table's metadata file as Iceberg's specification, version 2, has it ("Table Metadata"). Ids of snapshots have 63 bits:
 * they are texts here and numbers in the file. */

export interface Snapshot {
  readonly 'snapshot-id': string;
  readonly 'parent-snapshot-id'?: string;
  readonly 'sequence-number': number;
  readonly 'timestamp-ms': number;
  readonly 'manifest-list': string;
  readonly summary: Readonly<Record<string, string>> & { readonly operation: SnapshotOperation };
  readonly 'schema-id'?: number;
}

export type SnapshotOperation = 'append' | 'overwrite' | 'delete' | 'replace';

export interface SnapshotRef {
  readonly 'snapshot-id': string;
  readonly type: 'branch' | 'tag';
  readonly 'max-ref-age-ms'?: number;
  readonly 'max-snapshot-age-ms'?: number;
  readonly 'min-snapshots-to-keep'?: number;
}

export interface TableMetadata {
  readonly 'format-version': 2;
  readonly 'table-uuid': string;
  readonly location: string;
  readonly 'last-sequence-number': number;
  readonly 'last-updated-ms': number;
  readonly 'last-column-id': number;
  readonly 'current-schema-id': number;
  readonly schemas: readonly Schema[];
  readonly 'default-spec-id': number;
  readonly 'partition-specs': readonly PartitionSpec[];
  readonly 'last-partition-id': number;
  readonly 'default-sort-order-id': number;
  readonly 'sort-orders': readonly {
    readonly 'order-id': number;
    readonly fields: readonly unknown[];
  }[];
  readonly properties: Readonly<Record<string, string>>;
  /** `-1` where there is no snapshot, as Iceberg's library writes it. */
  readonly 'current-snapshot-id': string;
  readonly refs: Readonly<Record<string, SnapshotRef>>;
  readonly snapshots: readonly Snapshot[];
  readonly statistics: readonly unknown[];
  readonly 'snapshot-log': readonly {
    readonly 'timestamp-ms': number;
    readonly 'snapshot-id': string;
  }[];
  readonly 'metadata-log': readonly {
    readonly 'timestamp-ms': number;
    readonly 'metadata-file': string;
  }[];
}

/** Reads a metadata file. Throws if it is no JSON or of another format version. */
export function parseMetadata(bytes: Uint8Array): TableMetadata {
  const text = Buffer.from(bytes).toString('utf8');
  // Before JSON.parse, which would round them.
  const exact = text.replace(/"((?:[a-z]+-)*snapshot-id)"\s*:\s*(-?\d+)/g, '"$1":"$2"');
  const parsed = JSON.parse(exact) as Partial<TableMetadata>;
  if (parsed['format-version'] !== 2) {
    throw new Error(`format-version ${String(parsed['format-version'])}`);
  }
  const defaults = {
    'current-snapshot-id': '-1',
    refs: {},
    snapshots: [],
    statistics: [],
    properties: {},
    'snapshot-log': [],
    'metadata-log': [],
  };
  return { ...defaults, ...parsed } as TableMetadata;
}

/** Returns the bytes of a metadata file. */
export function formatMetadata(metadata: TableMetadata): Buffer {
  const text = JSON.stringify(metadata, undefined, 2);
  return Buffer.from(
    text.replace(/"((?:[a-z]+-)*snapshot-id)":\s*"(-?\d+)"/g, '"$1" : $2'),
    'utf8',
  );
}

/** A new snapshot's id: 63 random bits, never small, so that whoever rounds it to a double is found out. */
export function newSnapshotId(): string {
  return String((randomBytes(8).readBigUInt64BE() >> 1n) | (1n << 61n) | 1n);
}

/** The schema of that id. */
export function schemaById(metadata: TableMetadata, id: number): Schema {
  const found = metadata.schemas.find((schema) => schema['schema-id'] === id);
  if (found === undefined) throw new Error(`metadata file without schema ${id}`);
  return found;
}

/** The table's schema. */
export function currentSchema(metadata: TableMetadata): Schema {
  return schemaById(metadata, metadata['current-schema-id']);
}

/** The partition spec of that id. */
export function specById(metadata: TableMetadata, id: number): PartitionSpec {
  const found = metadata['partition-specs'].find((spec) => spec['spec-id'] === id);
  if (found === undefined) throw new Error(`metadata file without partition spec ${id}`);
  return found;
}

/** The spec that new files follow. */
export function currentSpec(metadata: TableMetadata): PartitionSpec {
  return specById(metadata, metadata['default-spec-id']);
}

/** The snapshot of that id, if the metadata still has it. */
export function snapshotById(metadata: TableMetadata, id: string): Snapshot | undefined {
  return metadata.snapshots.find((snapshot) => snapshot['snapshot-id'] === id);
}

/** The table's current snapshot; `undefined` for a table that never had rows. */
export function currentSnapshot(metadata: TableMetadata): Snapshot | undefined {
  return snapshotById(metadata, metadata['current-snapshot-id']);
}
