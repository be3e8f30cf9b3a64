import type { Emulator } from '../../emulator/core/emulator.js';
import { reachableFiles } from '../../emulator/iceberg/reachable-files.js';
import { loadState } from '../../emulator/iceberg/table-state.js';

const bucket = 'lake';

/** Returns the key that an address stands for, or what its folder's keys begin with. */
function keyOf(address: string): string {
  return address.replace(/^s3:\/\/[^/]+\//u, '');
}

/**
 * Returns the keys below `tables/` that no table of the databases leads to, the journals left out: what is there for
 * nobody. It asks Glue and Iceberg's metadata themselves, not the command.
 */
export async function findUnreadKeys(
  { objects, glue }: Pick<Emulator, 'objects' | 'glue'>,
  databases: readonly string[],
): Promise<readonly string[]> {
  const context = { objects, glue, queryId: 'reader', signal: new AbortController().signal };
  const files = new Set<string>();
  const folders: string[] = [];
  for (const database of databases) {
    for (const table of glue.listTables(database)) {
      const location = table.StorageDescriptor?.Location;
      if (table.Parameters?.['table_type']?.toUpperCase() === 'ICEBERG') {
        const { metadata, metadataLocation } = await loadState(context, table);
        for (const file of await reachableFiles(context, metadata, metadataLocation))
          files.add(keyOf(file));
      } else if ((table.PartitionKeys ?? []).length > 0) {
        for (const { StorageDescriptor } of glue.listPartitions(database, table.Name ?? ''))
          folders.push(`${keyOf(StorageDescriptor?.Location ?? '').replace(/\/$/u, '')}/`);
      } else if (location !== undefined && location !== '') {
        folders.push(`${keyOf(location).replace(/\/$/u, '')}/`);
      }
    }
  }
  return objects
    .list(bucket, 'tables/')
    .map(({ key }) => key)
    .filter((key) => !key.startsWith('tables/.stedi-sql/'))
    .filter((key) => !files.has(key) && !folders.some((folder) => key.startsWith(folder)));
}
