import { gunzipSync } from 'node:zlib';
import { readAvro, type AvroValue } from './read-avro.js';

/** Returns the bytes of an object; throws if it cannot be read. */
export type ReadObject = (address: string) => Promise<Uint8Array>;

interface TableMetadata {
  readonly snapshots?: readonly {
    readonly 'manifest-list'?: string;
    readonly manifests?: readonly string[];
  }[];
  readonly 'metadata-log'?: readonly { readonly 'metadata-file'?: string }[];
  readonly statistics?: readonly { readonly 'statistics-path'?: string }[];
  readonly 'partition-statistics'?: readonly { readonly 'statistics-path'?: string }[];
}

function textOf(record: AvroValue, ...path: readonly string[]): string | undefined {
  let value: AvroValue | undefined = record;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = (value as Readonly<Record<string, AvroValue>>)[name];
  }
  return typeof value === 'string' ? value : undefined;
}

/** An entry that says a file was removed keeps nothing alive. */
function isDeleted(entry: AvroValue): boolean {
  return typeof entry === 'object' && entry !== null && 'status' in entry && entry.status === 2;
}

/** S3's schemes are one. */
function normalize(address: string): string {
  return address.replace(/^s3[an]:\/\//, 's3://');
}

/**
 * Returns the addresses of all files that an Iceberg table's metadata leads to: every snapshot's manifest list, manifests,
 * data and delete files, statistics, and earlier metadata files. Throws if any of it cannot be read: then nothing may be
 * taken for garbage. Source: Iceberg table specification, "Table Metadata", "Manifests", "Snapshots".
 */
export async function findIcebergFiles(
  metadataLocation: string,
  read: ReadObject,
): Promise<ReadonlySet<string>> {
  const files = new Set<string>([normalize(metadataLocation)]);
  const bytes = await read(metadataLocation);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const text = new TextDecoder().decode(isGzip ? gunzipSync(bytes) : bytes);
  const metadata = JSON.parse(text) as TableMetadata;
  for (const log of metadata['metadata-log'] ?? []) {
    if (log['metadata-file'] !== undefined) files.add(normalize(log['metadata-file']));
  }
  for (const each of [
    ...(metadata.statistics ?? []),
    ...(metadata['partition-statistics'] ?? []),
  ]) {
    if (each['statistics-path'] !== undefined) files.add(normalize(each['statistics-path']));
  }

  const manifests = new Set<string>();
  for (const snapshot of metadata.snapshots ?? []) {
    for (const manifest of snapshot.manifests ?? []) manifests.add(manifest);
    const list = snapshot['manifest-list'];
    if (list === undefined) continue;
    files.add(normalize(list));
    for (const entry of readAvro(await read(list))) {
      const path = textOf(entry, 'manifest_path');
      if (path === undefined) throw new Error(`${list} names no manifest`);
      manifests.add(path);
    }
  }
  for (const manifest of manifests) {
    files.add(normalize(manifest));
    for (const entry of readAvro(await read(manifest))) {
      const path = textOf(entry, 'data_file', 'file_path');
      if (path === undefined) throw new Error(`${manifest} names no file`);
      if (!isDeleted(entry)) files.add(normalize(path));
    }
  }
  return files;
}
