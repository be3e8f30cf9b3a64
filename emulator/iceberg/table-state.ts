import { randomUUID } from 'node:crypto';
import type { Table, TableInput } from '@aws-sdk/client-glue';
import { GlueError } from '../core/glue-catalog.js';
import type { CatalogContext, FormatContext } from '../core/table-format.js';
import { commitError, icebergError } from './errors.js';
import { toTableInput } from '../core/table-input.js';
import { pointTo } from './glue-table.js';
import { readAddress, removeAddress, writeAddress } from './location.js';
import type { TableMetadata } from './metadata.js';
import { formatMetadata, parseMetadata } from './metadata.js';

/** What every operation works with: the statement's context, and what the format was made with. */
export interface IcebergContext extends CatalogContext {
  readonly now: () => Date;
  /** Files that one VACUUM removes before it asks for another run. */
  readonly vacuumFileLimit: number;
}

/** What an operation on rows works with. */
export type IcebergRowContext = IcebergContext & FormatContext;

/** A table as Glue's `metadata_location` has it at one moment. */
export interface TableState {
  /** Glue's table, with the version that a commit expects. */
  readonly table: Table;
  readonly database: string;
  readonly name: string;
  readonly metadataLocation: string;
  readonly metadata: TableMetadata;
}

/**
 * Reads the state that Glue's table points to. Throws `ICEBERG_INVALID_METADATA` where there is no such file or it cannot
 * be read (wording as in Trino; that Athena's is the same is not sourced).
 */
export async function loadState(context: CatalogContext, table: Table): Promise<TableState> {
  const database = table.DatabaseName ?? '';
  const name = table.Name ?? '';
  const metadataLocation = table.Parameters?.['metadata_location'];
  if (metadataLocation === undefined) {
    throw icebergError(
      'ICEBERG_INVALID_METADATA',
      `Table is missing [metadata_location] property: ${database}.${name}`,
    );
  }
  const bytes = await readAddress(context.objects, metadataLocation);
  if (bytes === undefined) {
    throw icebergError(
      'ICEBERG_MISSING_METADATA',
      `Metadata not found in metadata location for table ${database}.${name}`,
    );
  }
  try {
    return { table, database, name, metadataLocation, metadata: parseMetadata(bytes) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw icebergError('ICEBERG_INVALID_METADATA', `Error reading ${metadataLocation}: ${reason}`);
  }
}

/** Writes a metadata file of the given version and returns its address. */
export async function writeMetadata(
  context: CatalogContext,
  metadata: TableMetadata,
  version: number,
): Promise<string> {
  const file = `${String(version).padStart(5, '0')}-${randomUUID()}.metadata.json`;
  const address = `${metadata.location}/metadata/${file}`;
  await writeAddress(context.objects, address, formatMetadata(metadata));
  return address;
}

function versionOf(metadataLocation: string): number {
  return Number(/\/(\d+)-[^/]*$/.exec(metadataLocation)?.[1] ?? 0);
}

/** Former metadata files that the log keeps: `write.metadata.previous-versions-max`, 100 by default. */
const loggedVersions = 100;

/** The next metadata, with what every commit sets: when, and the file that it follows. */
function withLog(context: IcebergContext, base: TableState, next: TableMetadata): TableMetadata {
  const entry = {
    'timestamp-ms': base.metadata['last-updated-ms'],
    'metadata-file': base.metadataLocation,
  };
  return {
    ...next,
    'last-updated-ms': Math.max(context.now().getTime(), base.metadata['last-updated-ms']),
    'metadata-log': [...next['metadata-log'], entry].slice(-loggedVersions),
  };
}

/**
 * What to do when Glue's table changed since it was read. `rebase`: make the change again on what is there now (appends,
 * properties). `same-rows`: only if nobody committed rows since (overwrites: Trino's serializable isolation). `never`.
 */
export type ConflictPolicy = 'rebase' | 'same-rows' | 'never';

/** Attempts of a commit: Iceberg's `commit.retry.num-retries` is 4. */
const attempts = 5;

function isConflict(error: unknown): boolean {
  return error instanceof GlueError && error.code === 'ConcurrentModificationException';
}

/**
 * Commits a change of the table's metadata: writes a new metadata file, then moves Glue's `metadata_location` with the
 * version that was read, without archiving it (Iceberg's `glue.skip-archive` is true by default). No file is ever removed
 * but the metadata file of an attempt that failed. `change` returns `undefined` where there is nothing to do.
 * Throws `ICEBERG_COMMIT_ERROR` for a race that is lost for good: see `policy`; always so if the table was dropped, or
 * points to another table (another `table-uuid`) now.
 */
export async function commitChange(
  context: IcebergContext,
  table: Table,
  policy: ConflictPolicy,
  change: (state: TableState) => Promise<TableMetadata | undefined> | TableMetadata | undefined,
): Promise<void> {
  const first = await loadState(context, table);
  const { database, name } = first;
  let state = first;
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    const changed = await change(state);
    if (changed === undefined) return;
    const next = withLog(context, state, changed);
    const location = await writeMetadata(context, next, versionOf(state.metadataLocation) + 1);
    try {
      updateGlue(context, state, pointTo(toTableInput(state.table), next, location));
      return;
    } catch (error) {
      removeAddress(context.objects, location);
      if (!isConflict(error)) throw toCommitError(error, database, name);
    }
    const fresh = context.glue.findTable(database, name);
    if (policy === 'never' || fresh === undefined) throw commitError(database, name);
    state = await loadState(context, fresh);
    if (!mayFollow(first.metadata, state.metadata, policy)) throw commitError(database, name);
  }
  throw commitError(database, name);
}

function mayFollow(first: TableMetadata, now: TableMetadata, policy: ConflictPolicy): boolean {
  if (first['table-uuid'] !== now['table-uuid']) return false;
  return policy === 'rebase' || first['current-snapshot-id'] === now['current-snapshot-id'];
}

function updateGlue(context: CatalogContext, state: TableState, input: TableInput): void {
  const versionId = state.table.VersionId;
  context.glue.updateTable(state.database, input, {
    skipArchive: true,
    ...(versionId !== undefined && { versionId }),
  });
}

/** Glue's refusal as Athena reports it: a commit that failed. */
export function toCommitError(error: unknown, database: string, table: string): unknown {
  return error instanceof GlueError ? commitError(database, table) : error;
}
