import type { Column, Table, TableInput } from '@aws-sdk/client-glue';
import type { BuiltNode } from '../../../core/node.js';
import { toTableInput } from '../client/glue-tables.js';
import {
  isView,
  keptGovernance,
  ownerMarkers,
  ownProperties,
  propertiesMark,
  tableTypeOf,
  withoutMarkers,
  type Owner,
} from '../markers.js';
import { readModelConfig } from '../model-config.js';
import { isCtasProperty } from '../storage/create-table-as.js';

// Glue: a description has up to 2048 characters, a column's comment up to 255.
const longestDescription = 2048;
const longestComment = 255;

function shorten(text: string, length: number): string {
  const line = text.replace(/[\r\n\t]+/g, ' ').trim();
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** What the published columns of a table say besides their types. */
interface ColumnTexts {
  /** The model's descriptions, by column in lower case; they go first. */
  readonly comments: ReadonlyMap<string, string>;
  /** The columns of the table that has the published name now. */
  readonly before: ReadonlyMap<string, Column>;
}

/** Facts of a column's storage that Iceberg keeps in Glue; others are what users and their tools noted. */
const storedColumnFact = /^(iceberg|trino)[._]/;

function withTexts(
  columns: readonly Column[] | undefined,
  { comments, before }: ColumnTexts,
): Column[] {
  return (columns ?? []).map((column) => {
    const name = (column.Name ?? '').toLowerCase();
    const old = before.get(name);
    const comment = [comments.get(name), column.Comment, old?.Comment].find(
      (each) => each !== undefined && each !== '',
    );
    const foreign = Object.entries(old?.Parameters ?? {}).filter(
      ([key]) => !storedColumnFact.test(key),
    );
    const Parameters = { ...Object.fromEntries(foreign), ...column.Parameters };
    return {
      ...column,
      ...(comment !== undefined && { Comment: comment }),
      ...(Object.keys(Parameters).length > 0 && { Parameters }),
    };
  });
}

/**
 * Parameters that say how a table is stored, by whoever wrote them: Athena, its engines, Hive, Iceberg, crawlers. They are those
 * of the new table, or of none. Sources: Athena User Guide ("CREATE TABLE", partition projection), Glue Developer Guide
 * ("Parameters set on Data Catalog tables by crawler"), Hive's and Trino's metastore properties.
 */
const storageFacts: ReadonlySet<string> = new Set(
  [
    'table_type metadata_location previous_metadata_location external',
    'auto.purge has_encrypted_data presto_query_id presto_version presto_view trino_query_id trino_version',
    'numfiles numrows totalsize rawdatasize numpartitions recordcount averagerecordsize objectcount sizekey',
    'transient_lastddltime last_modified_time last_modified_by column_stats_accurate bucketing_version',
    'delimiter field.delim areColumnsQuoted columnsordered skip.header.line.count skip.footer.line.count',
    'parquet.compression orc.compress avro.schema.literal avro.schema.url storage.location.template',
    'partition_filtering.enabled format write_compression spark.sql.sources.provider',
  ].flatMap((line) => line.toLowerCase().split(' ')),
);
const storageFactPrefixes: readonly string[] = [
  'projection.',
  'serialization.',
  'write.',
  'read.',
  'commit.',
  'optimize_',
  'vacuum_',
  'exclusions',
  'spark.sql.',
];

/** What crawlers note of files: it holds as long as the files are of the same kind. */
const fileFacts: ReadonlySet<string> = new Set(['classification', 'compressiontype', 'typeofdata']);

function kindOf({ TableType, StorageDescriptor: descriptor, ...rest }: Table): string {
  const kind = isView({ ...rest, TableType }) ? 'view' : tableTypeOf(rest);
  return `${kind} ${descriptor?.SerdeInfo?.SerializationLibrary ?? ''}`;
}

/** Returns the parameters that users and other tools gave a table: neither ours, nor facts of how it was stored. */
function foreignParameters(
  before: Table | undefined,
  staged: Table,
): Readonly<Record<string, string>> {
  if (before === undefined) return {};
  const ours = ownProperties(before);
  const isSameKind = kindOf(before) === kindOf(staged);
  const isForeign = ([name, value]: readonly [string, string]): boolean => {
    const lower = name.toLowerCase();
    if (ours.has(name) || storageFacts.has(lower)) return false;
    if (storageFactPrefixes.some((prefix) => lower.startsWith(prefix))) return false;
    // What Athena says of every view is no description.
    if (lower === 'comment' && value === 'Presto View') return false;
    return isSameKind || !fileFacts.has(lower);
  };
  return Object.fromEntries(Object.entries(withoutMarkers(before.Parameters)).filter(isForeign));
}

/**
 * Returns what makes a published table of a staged one: its files or metadata, our marks, the model's descriptions (partition
 * columns too) and its own properties. `before` is the table that has the published name now: its description, comments and
 * parameters stay where the model says nothing, because users, crawlers and other tools may have written them.
 */
export function publishedInput(
  staged: Table,
  {
    name,
    model,
    owner,
    before,
    isUnfinished = false,
  }: {
    /** The published name, lower case. */
    readonly name: string;
    readonly model: BuiltNode;
    readonly owner: Owner;
    readonly before: Table | undefined;
    /** Its partitions follow. */
    readonly isUnfinished?: boolean;
  },
): TableInput {
  const input: TableInput = {
    ...toTableInput(staged),
    Description: before?.Description,
    ...(before?.Owner !== undefined && { Owner: before.Owner }),
    ...(before?.Retention !== undefined && { Retention: before.Retention }),
  };
  const { storage } = readModelConfig(model);
  const { relation: docs, columns: comments } = storage.persistDocs;
  const description = shorten(model.description, longestDescription);
  const isExternal = model.config.materialized === 'external_table';
  const previous = before?.Parameters?.metadata_location;
  const own = isView(staged)
    ? []
    : Object.entries(storage.tableProperties).filter(([key]) => !isCtasProperty(key, storage));
  const texts: ColumnTexts = {
    comments: new Map(
      model.columns.flatMap(({ name: column, description: text }) =>
        comments && text !== '' ? [[column.toLowerCase(), shorten(text, longestComment)]] : [],
      ),
    ),
    before: new Map(
      [...(before?.StorageDescriptor?.Columns ?? []), ...(before?.PartitionKeys ?? [])].map(
        (column) => [(column.Name ?? '').toLowerCase(), column],
      ),
    ),
  };
  const given = {
    ...withoutMarkers(input.Parameters),
    ...(input.Parameters?.metadata_location !== undefined &&
      previous !== undefined && { previous_metadata_location: previous }),
    ...Object.fromEntries(own),
  };
  // A clone has the parameters of the table that it was made of.
  const foreign = foreignParameters(before, staged);
  const ours = Object.keys(given).filter((key) => foreign[key] === undefined);
  return {
    ...input,
    Name: name,
    ...(docs && description !== '' && { Description: description }),
    ...(input.StorageDescriptor && {
      StorageDescriptor: {
        ...input.StorageDescriptor,
        Columns: withTexts(input.StorageDescriptor.Columns, texts),
      },
    }),
    ...(input.PartitionKeys && {
      PartitionKeys: withTexts(input.PartitionKeys, texts),
    }),
    Parameters: {
      ...foreign,
      ...given,
      ...propertiesMark(ours),
      ...ownerMarkers(owner, { external: isExternal, unfinished: isUnfinished }),
      ...keptGovernance(before),
    },
  };
}
