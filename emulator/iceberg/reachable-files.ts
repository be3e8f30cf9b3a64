import type { CatalogContext } from '../core/table-format.js';
import type { Snapshot, TableMetadata } from './metadata.js';
import { readManifest, readManifestList } from './snapshot-files.js';

/** Addresses of all files that snapshots need: manifest lists, manifests and data files. Throws `EngineError`. */
export async function filesOfSnapshots(
  context: CatalogContext,
  snapshots: readonly Snapshot[],
): Promise<ReadonlySet<string>> {
  const files = new Set<string>();
  for (const snapshot of snapshots) {
    files.add(snapshot['manifest-list']);
    for (const manifest of await readManifestList(context, snapshot)) {
      // Snapshots share manifests: what one lists is the same for all.
      if (files.has(manifest.manifest_path)) continue;
      files.add(manifest.manifest_path);
      for (const entry of await readManifest(context, manifest)) {
        if (entry.status !== 2) files.add(entry.data_file.file_path);
      }
    }
  }
  return files;
}

/** All files that a table's metadata leads to, the metadata files among them. */
export async function reachableFiles(
  context: CatalogContext,
  metadata: TableMetadata,
  metadataLocation: string,
): Promise<ReadonlySet<string>> {
  const files = await filesOfSnapshots(context, metadata.snapshots);
  const logged = metadata['metadata-log'].map((entry) => entry['metadata-file']);
  return new Set([...files, ...logged, metadataLocation]);
}
