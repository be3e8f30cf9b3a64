import type { CatalogContext } from '../core/table-format.js';
import { icebergError } from './errors.js';
import { readAddress } from './location.js';
import type { ManifestEntry, ManifestFile } from './manifest.js';
import { decodeManifest, decodeManifestList } from './manifest.js';
import type { Snapshot } from './metadata.js';

async function readOrThrow(context: CatalogContext, address: string): Promise<Uint8Array> {
  const bytes = await readAddress(context.objects, address);
  if (bytes === undefined) {
    throw icebergError('ICEBERG_INVALID_METADATA', `Failed to read ${address}: no such file`);
  }
  return bytes;
}

/** The manifests of a snapshot; none for no snapshot. Throws `EngineError` where files are missing. */
export async function readManifestList(
  context: CatalogContext,
  snapshot: Snapshot | undefined,
): Promise<readonly ManifestFile[]> {
  if (snapshot === undefined) return [];
  const path = snapshot['manifest-list'];
  return decodeManifestList(await readOrThrow(context, path), path);
}

/** All entries of a manifest, those of files that were taken away too. */
export async function readManifest(
  context: CatalogContext,
  file: ManifestFile,
): Promise<readonly ManifestEntry[]> {
  return decodeManifest(await readOrThrow(context, file.manifest_path), file);
}

/** A data file that a snapshot has, and the partition spec that it was written with. */
export interface LiveFile {
  readonly entry: ManifestEntry;
  readonly specId: number;
}

/** The data files of a snapshot, in the order of the manifests. */
export async function readLiveFiles(
  context: CatalogContext,
  snapshot: Snapshot | undefined,
): Promise<readonly LiveFile[]> {
  const files: LiveFile[] = [];
  for (const manifest of await readManifestList(context, snapshot)) {
    for (const entry of await readManifest(context, manifest)) {
      if (entry.status !== 2) files.push({ entry, specId: manifest.partition_spec_id });
    }
  }
  return files;
}
