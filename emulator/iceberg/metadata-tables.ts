import type { SqlType } from '../../src/core/sql-type.js';
import { duckDbType } from '../../src/adapters/duckdb/types/duckdb-type.js';
import { EngineError } from '../core/engine.js';
import type { FormatColumn, ReadOptions, TableReader } from '../core/table-format.js';
import { partitionKey } from './data-files.js';
import type { DataFile } from './manifest.js';
import { avroName, partitionTypes } from './manifest-schema.js';
import type { TableMetadata } from './metadata.js';
import { currentSchema, currentSpec, snapshotById } from './metadata.js';
import { partitionValueSql } from './partition-values.js';
import { chooseSnapshot } from './read-table.js';
import { quoteName, quoteText } from '../../src/adapters/duckdb/quote.js';
import { toSqlType } from './schema.js';
import { readLiveFiles, readManifestList } from './snapshot-files.js';
import type { IcebergRowContext, TableState } from './table-state.js';

/* The metadata tables `"t$files"` and so on, with the columns that Trino's Iceberg connector gives them. */

const bigint: SqlType = { kind: 'bigint' };
const integer: SqlType = { kind: 'integer' };
const boolean: SqlType = { kind: 'boolean' };
const varchar: SqlType = { kind: 'varchar' };
const varbinary: SqlType = { kind: 'varbinary' };
const instant: SqlType = { kind: 'timestamp', precision: 3, withZone: true, zone: 'UTC' };
const mapOf = (key: SqlType, value: SqlType): SqlType => ({ kind: 'map', key, value });
const arrayOf = (element: SqlType): SqlType => ({ kind: 'array', element });

/** Columns with their values in SQL, row by row. */
interface Contents {
  readonly columns: readonly FormatColumn[];
  readonly rows: readonly (readonly string[])[];
}

function columnsOf(types: Readonly<Record<string, SqlType>>): readonly FormatColumn[] {
  return Object.entries(types).map(([name, type]) => ({ name, type }));
}

function numberSql(value: string | number | bigint | null | undefined): string {
  return value == null ? 'NULL' : String(value);
}

function instantSql(ms: number): string {
  return `to_timestamp(${ms} / 1000.0)`;
}

function mapSql(entries: readonly (readonly [string, string])[]): string {
  return `MAP {${entries.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

function countsSql(pairs: DataFile['column_sizes']): string {
  return pairs == null
    ? 'NULL'
    : mapSql(pairs.map((each) => [String(each.key), String(each.value)]));
}

/** Ids from the current snapshot back to the first. */
function ancestors(metadata: TableMetadata): ReadonlySet<string> {
  const ids = new Set<string>();
  let id: string | undefined = metadata['current-snapshot-id'];
  while (id !== undefined && !ids.has(id)) {
    ids.add(id);
    id = snapshotById(metadata, id)?.['parent-snapshot-id'];
  }
  return ids;
}

function history({ metadata }: TableState): Contents {
  const current = ancestors(metadata);
  return {
    columns: columnsOf({
      made_current_at: instant,
      snapshot_id: bigint,
      parent_id: bigint,
      is_current_ancestor: boolean,
    }),
    rows: metadata['snapshot-log'].map((entry) => [
      instantSql(entry['timestamp-ms']),
      entry['snapshot-id'],
      numberSql(snapshotById(metadata, entry['snapshot-id'])?.['parent-snapshot-id']),
      String(current.has(entry['snapshot-id'])),
    ]),
  };
}

function snapshots({ metadata }: TableState): Contents {
  return {
    columns: columnsOf({
      committed_at: instant,
      snapshot_id: bigint,
      parent_id: bigint,
      operation: varchar,
      manifest_list: varchar,
      summary: mapOf(varchar, varchar),
    }),
    rows: metadata.snapshots.map((snapshot) => {
      const { operation, ...summary } = snapshot.summary;
      return [
        instantSql(snapshot['timestamp-ms']),
        snapshot['snapshot-id'],
        numberSql(snapshot['parent-snapshot-id']),
        quoteText(operation),
        quoteText(snapshot['manifest-list']),
        mapSql(Object.entries(summary).map(([name, value]) => [quoteText(name), quoteText(value)])),
      ];
    }),
  };
}

function refs({ metadata }: TableState): Contents {
  return {
    columns: columnsOf({
      name: varchar,
      type: varchar,
      snapshot_id: bigint,
      max_reference_age_in_ms: bigint,
      min_snapshots_to_keep: integer,
      max_snapshot_age_in_ms: bigint,
    }),
    rows: Object.entries(metadata.refs).map(([name, ref]) => [
      quoteText(name),
      quoteText(ref.type.toUpperCase()),
      ref['snapshot-id'],
      numberSql(ref['max-ref-age-ms']),
      numberSql(ref['min-snapshots-to-keep']),
      numberSql(ref['max-snapshot-age-ms']),
    ]),
  };
}

async function manifests(
  context: IcebergRowContext,
  state: TableState,
  asOf: ReadOptions['asOf'],
): Promise<Contents> {
  const files = await readManifestList(context, chooseSnapshot(state, asOf));
  const summary: SqlType = {
    kind: 'row',
    fields: [
      { name: 'contains_null', type: boolean },
      { name: 'contains_nan', type: boolean },
      { name: 'lower_bound', type: varchar },
      { name: 'upper_bound', type: varchar },
    ],
  };
  return {
    columns: columnsOf({
      path: varchar,
      length: bigint,
      partition_spec_id: integer,
      added_snapshot_id: bigint,
      added_data_files_count: integer,
      added_rows_count: bigint,
      existing_data_files_count: integer,
      existing_rows_count: bigint,
      deleted_data_files_count: integer,
      deleted_rows_count: bigint,
      partitions: arrayOf(summary),
    }),
    rows: files.map((file) => [
      quoteText(file.manifest_path),
      numberSql(file.manifest_length),
      numberSql(file.partition_spec_id),
      numberSql(file.added_snapshot_id),
      numberSql(file.added_files_count),
      numberSql(file.added_rows_count),
      numberSql(file.existing_files_count),
      numberSql(file.existing_rows_count),
      numberSql(file.deleted_files_count),
      numberSql(file.deleted_rows_count),
      // Summaries are optional in a manifest list, and the local Athena writes none.
      '[]',
    ]),
  };
}

async function dataFiles(
  context: IcebergRowContext,
  state: TableState,
  asOf: ReadOptions['asOf'],
): Promise<readonly DataFile[]> {
  const files = await readLiveFiles(context, chooseSnapshot(state, asOf));
  return files.map((file) => file.entry.data_file);
}

async function files(
  context: IcebergRowContext,
  state: TableState,
  asOf: ReadOptions['asOf'],
): Promise<Contents> {
  const found = await dataFiles(context, state, asOf);
  return {
    columns: columnsOf({
      content: integer,
      file_path: varchar,
      file_format: varchar,
      record_count: bigint,
      file_size_in_bytes: bigint,
      column_sizes: mapOf(integer, bigint),
      value_counts: mapOf(integer, bigint),
      null_value_counts: mapOf(integer, bigint),
      nan_value_counts: mapOf(integer, bigint),
      lower_bounds: mapOf(integer, varchar),
      upper_bounds: mapOf(integer, varchar),
      key_metadata: varbinary,
      split_offsets: arrayOf(bigint),
      equality_ids: arrayOf(integer),
    }),
    rows: found.map((file) => [
      numberSql(file.content),
      quoteText(file.file_path),
      quoteText(file.file_format),
      numberSql(file.record_count),
      numberSql(file.file_size_in_bytes),
      countsSql(file.column_sizes),
      countsSql(file.value_counts),
      countsSql(file.null_value_counts),
      countsSql(file.nan_value_counts),
      // Bounds are optional in a manifest, and the local Athena writes none.
      'NULL',
      'NULL',
      'NULL',
      'NULL',
      'NULL',
    ]),
  };
}

/** Without Trino's column `data` (bounds of every other column), for which manifests would need bounds. */
async function partitions(
  context: IcebergRowContext,
  state: TableState,
  asOf: ReadOptions['asOf'],
): Promise<Contents> {
  const { metadata } = state;
  const spec = currentSpec(metadata);
  const types = partitionTypes(currentSchema(metadata), spec);
  const groups = new Map<string, DataFile[]>();
  for (const file of await dataFiles(context, state, asOf)) {
    groups.set(partitionKey(file), [...(groups.get(partitionKey(file)) ?? []), file]);
  }
  const partition: SqlType = {
    kind: 'row',
    fields: spec.fields.map((field, index) => ({
      name: field.name,
      type: toSqlType(types[index] ?? 'string'),
    })),
  };
  const counts = { record_count: bigint, file_count: bigint, total_size: bigint };
  const isPartitioned = spec.fields.length > 0;
  const valueSql = (file: DataFile | undefined): string => {
    const members = spec.fields.map((field, index) => {
      const type = types[index] ?? 'string';
      const value = file?.partition[avroName(field.name)] ?? null;
      const duckType = duckDbType(toSqlType(type)) ?? 'VARCHAR';
      return `${quoteName(field.name)}: ${partitionValueSql(value, type, duckType)}`;
    });
    return `{${members.join(', ')}}`;
  };
  return {
    columns: columnsOf(isPartitioned ? { partition, ...counts } : counts),
    rows: [...groups.values()].map((group) => [
      ...(isPartitioned ? [valueSql(group[0])] : []),
      numberSql(group.reduce((total, file) => total + file.record_count, 0n)),
      numberSql(group.length),
      numberSql(group.reduce((total, file) => total + file.file_size_in_bytes, 0n)),
    ]),
  };
}

function contentsOf(
  context: IcebergRowContext,
  state: TableState,
  name: string,
  asOf: ReadOptions['asOf'],
): Contents | Promise<Contents> {
  switch (name) {
    case 'history':
      return history(state);
    case 'snapshots':
      return snapshots(state);
    case 'refs':
      return refs(state);
    case 'manifests':
      return manifests(context, state, asOf);
    case 'files':
      return files(context, state, asOf);
    case 'partitions':
      return partitions(context, state, asOf);
    default:
      throw new EngineError(
        2,
        1301,
        `TABLE_NOT_FOUND: Table '${state.database}.${state.name}$${name}' does not exist`,
      );
  }
}

function toReader({ columns, rows }: Contents): TableReader {
  const cast = (value: string, index: number): string => {
    const column = columns[index];
    const type = (column && duckDbType(column.type)) ?? 'VARCHAR';
    return `CAST(${value} AS ${type}) AS ${quoteName(column?.name ?? '')}`;
  };
  const selects = rows.map((row) => `SELECT ${row.map(cast).join(', ')}`);
  const empty = `SELECT ${columns.map((_, index) => cast('NULL', index)).join(', ')} WHERE false`;
  return { columns, sql: selects.length === 0 ? empty : selects.join('\nUNION ALL '), bytes: 0 };
}

/** How to read a metadata table: `files`, `manifests`, `history`, `partitions`, `snapshots`, `refs`. Without `$path`. */
export async function readMetadataTable(
  context: IcebergRowContext,
  state: TableState,
  name: string,
  asOf: ReadOptions['asOf'],
): Promise<TableReader> {
  return toReader(await contentsOf(context, state, name.toLowerCase(), asOf));
}
