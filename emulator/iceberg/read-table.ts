import type { ReadOptions, TableReader } from '../core/table-format.js';
import { invalidArgument } from './errors.js';
import { objectAt } from './location.js';
import type { Snapshot, TableMetadata } from './metadata.js';
import { currentSchema, currentSnapshot, schemaById, snapshotById } from './metadata.js';
import type { Schema } from './schema.js';
import { quoteName, quoteText } from '../../src/adapters/duckdb/quote.js';
import { readSchemaClause, toDuckType } from './schema-text.js';
import { toColumns } from './schema.js';
import { readLiveFiles } from './snapshot-files.js';
import type { IcebergRowContext, TableState } from './table-state.js';

function snapshotAt(state: TableState, epochMs: number): Snapshot {
  const entry = state.metadata['snapshot-log'].findLast((each) => each['timestamp-ms'] <= epochMs);
  const found = entry && snapshotById(state.metadata, entry['snapshot-id']);
  if (found !== undefined) return found;
  throw invalidArgument(
    `No version history table ${state.database}.${state.name} at or before ${new Date(epochMs).toISOString()}`,
  );
}

function snapshotOfVersion(metadata: TableMetadata, version: string): Snapshot {
  const isId = /^\d+$/.test(version);
  const id = isId ? version : metadata.refs[version]?.['snapshot-id'];
  const found = id === undefined ? undefined : snapshotById(metadata, id);
  if (found !== undefined) return found;
  throw invalidArgument(
    isId
      ? `Iceberg snapshot ID does not exists: ${version}`
      : `Cannot find snapshot with reference name: ${version}`,
  );
}

/**
 * The snapshot that `FOR … AS OF` names, or the current one; `undefined` for a table without any. Throws
 * `INVALID_ARGUMENTS` for one that is not there (any more), in Trino's words.
 */
export function chooseSnapshot(state: TableState, asOf: ReadOptions['asOf']): Snapshot | undefined {
  if (asOf === undefined) return currentSnapshot(state.metadata);
  return asOf.kind === 'timestamp'
    ? snapshotAt(state, asOf.epochMs)
    : snapshotOfVersion(state.metadata, asOf.version);
}

/** A DuckDB query over data files: the schema's columns by field id, then `"$path"`. */
export function filesSql(
  context: IcebergRowContext,
  schema: Schema,
  addresses: readonly string[],
): { readonly sql: string; readonly bytes: number } {
  const columns = schema.fields.map((field) => quoteName(field.name));
  if (addresses.length === 0) {
    const nulls = schema.fields.map(
      (field) => `CAST(NULL AS ${toDuckType(field.type)}) AS ${quoteName(field.name)}`,
    );
    const all = [...nulls, 'CAST(NULL AS VARCHAR) AS "$path"'];
    return { sql: `SELECT ${all.join(', ')} WHERE false`, bytes: 0 };
  }
  const objects = addresses.map((address) => ({ address, ...objectAt(context.objects, address) }));
  const paths = objects.map((each) => quoteText(each.path));
  const pairs = objects.map((each) => `(${quoteText(each.path)}, ${quoteText(each.address)})`);
  const sql = `SELECT ${columns.map((each) => `d.${each}`).join(', ')}, f."$path"
FROM read_parquet([${paths.join(', ')}], schema = ${readSchemaClause(schema.fields)}, filename = '$file') AS d
JOIN (VALUES ${pairs.join(', ')}) AS f("$local", "$path") ON d."$file" = f."$local"`;
  return { sql, bytes: objects.reduce((total, each) => total + each.size, 0) };
}

/** How to read a table's rows: those of its current snapshot, or with the schema of then, of a former one. */
export async function readRows(
  context: IcebergRowContext,
  state: TableState,
  asOf: ReadOptions['asOf'],
): Promise<TableReader> {
  const snapshot = chooseSnapshot(state, asOf);
  const schemaId = asOf === undefined ? undefined : snapshot?.['schema-id'];
  const schema =
    schemaId === undefined ? currentSchema(state.metadata) : schemaById(state.metadata, schemaId);
  const files = await readLiveFiles(context, snapshot);
  const addresses = files.map((file) => file.entry.data_file.file_path);
  return { columns: toColumns(schema), ...filesSql(context, schema, addresses) };
}
