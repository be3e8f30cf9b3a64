import type { Relation } from '../../../core/relation.js';
import type { ModelStorage } from '../model-config.js';
import { icebergProperties } from '../model-config.js';
import { quoteRelation, quoteText } from '../quote.js';
import { formatCtasPartition } from './partition-field.js';

/** What a CREATE TABLE AS writes. */
export interface NewTable {
  readonly relation: Relation;
  readonly storage: ModelStorage;
  /** A folder that nothing lies in; `null` where an enforcing workgroup decides on the place of a Hive table. */
  readonly location: string | null;
  /** Cast and ordered by `castQuery`. */
  readonly query: string;
}

function textArray(texts: readonly string[]): string {
  return `ARRAY[${texts.map(quoteText).join(', ')}]`;
}

/** Properties that CTAS knows for Hive tables besides those with keys of their own; others are Glue's. */
const hiveProperties: readonly string[] = ['compression_level'];

/** Returns whether a property of the model stands in the statement; the others are parameters of the Glue table. */
export function isCtasProperty(name: string, { tableType }: ModelStorage): boolean {
  return (tableType === 'iceberg' ? icebergProperties : hiveProperties).includes(name);
}

/**
 * Returns the statement that makes a table of a query's rows.
 * Source: Athena User Guide, "CREATE TABLE AS" (properties; `location` is required and `is_external` false for Iceberg).
 */
export function createTableAs({ relation, storage, location, query }: NewTable): string {
  const { tableType, format, writeCompression, fieldDelimiter, partitionedBy, bucketing } = storage;
  const isIceberg = tableType === 'iceberg';
  const properties: readonly (string | undefined)[] = [
    `table_type = ${quoteText(tableType.toUpperCase())}`,
    isIceberg ? 'is_external = false' : undefined,
    location === null
      ? undefined
      : `${isIceberg ? 'location' : 'external_location'} = ${quoteText(location)}`,
    `format = ${quoteText(format.toUpperCase())}`,
    writeCompression === undefined
      ? undefined
      : `write_compression = ${quoteText(writeCompression.toUpperCase())}`,
    fieldDelimiter === undefined ? undefined : `field_delimiter = ${quoteText(fieldDelimiter)}`,
    partitionedBy.length === 0
      ? undefined
      : isIceberg
        ? `partitioning = ${textArray(partitionedBy.map(formatCtasPartition))}`
        : `partitioned_by = ${textArray(partitionedBy.map(({ column }) => column))}`,
    bucketing === undefined ? undefined : `bucketed_by = ${textArray(bucketing.columns)}`,
    bucketing === undefined ? undefined : `bucket_count = ${bucketing.count}`,
    ...Object.entries(storage.tableProperties)
      .filter(([name]) => isCtasProperty(name, storage))
      .map(([name, value]) => `${name} = ${value}`),
  ];
  const written = properties.filter((property) => property !== undefined).join(',\n  ');
  return `CREATE TABLE ${quoteRelation(relation)}\nWITH (\n  ${written}\n) AS\n${query}`;
}
