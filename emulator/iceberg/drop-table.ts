import type { Table } from '@aws-sdk/client-glue';
import { GlueError } from '../core/glue-catalog.js';
import type { CatalogContext } from '../core/table-format.js';
import { EngineError } from '../core/engine.js';
import { icebergError } from './errors.js';
import { addressOf, listBelow, removeAddress } from './location.js';
import { reachableFiles } from './reachable-files.js';
import { loadState } from './table-state.js';

/** What to remove: what the metadata leads to, and what lies at the table's location. */
interface Purge {
  readonly files: ReadonlySet<string>;
  readonly location: string;
}

/** Where the metadata cannot be read there are no files to know of, and Glue's location counts: the entry goes anyhow. */
async function planPurge(context: CatalogContext, table: Table): Promise<Purge> {
  try {
    const { metadata, metadataLocation } = await loadState(context, table);
    const files = await reachableFiles(context, metadata, metadataLocation);
    return { files, location: metadata.location };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { files: new Set(), location: table.StorageDescriptor?.Location ?? '' };
  }
}

/**
 * DROP TABLE: removes Glue's entry, then everything that the metadata leads to and everything below the table's location
 * (Trino's Glue catalog does both), whoever else has files there or points to the same metadata.
 */
export async function dropTable(context: CatalogContext, table: Table): Promise<void> {
  const { files, location } = await planPurge(context, table);
  try {
    context.glue.deleteTable(table.DatabaseName ?? '', table.Name ?? '');
  } catch (error) {
    if (!(error instanceof GlueError)) throw error;
    throw icebergError('ICEBERG_CATALOG_ERROR', `Failed to drop table: ${error.message}`);
  }
  const below = location === '' ? [] : listBelow(context.objects, location).map(addressOf);
  for (const address of new Set([...files, ...below])) removeAddress(context.objects, address);
}
