import type { Partition, Table } from '@aws-sdk/client-glue';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { ObjectStore, StoredObject } from '../../core/object-store.js';
import { userError } from '../errors.js';
import { addressOf, listVisible, readLocation } from './location.js';
import { fileFormat } from './table-storage.js';
import { readProjection } from './projection.js';

/** Hive's name of the partition in which a column is NULL. */
export const nullPartition = '__HIVE_DEFAULT_PARTITION__';

/** A file of a table, with the values of its partition. */
export interface TableFile {
  readonly object: StoredObject;
  readonly address: string;
  readonly values: readonly (string | null)[];
}

function toFile(object: StoredObject, values: readonly string[]): TableFile {
  return {
    object,
    address: addressOf(object),
    values: values.map((value) => (value === nullPartition ? null : value)),
  };
}

/**
 * Formats whose columns go by their order must have the same ones in table and partition.
 * Source: Athena User Guide, updates-and-partitions.
 */
function requireSameSchema(table: Table, partition: Partition): void {
  const format = fileFormat(partition.StorageDescriptor ?? table.StorageDescriptor);
  if (format === 'parquet') return;
  const declared = table.StorageDescriptor?.Columns ?? [];
  for (const [index, column] of (partition.StorageDescriptor?.Columns ?? []).entries()) {
    const own = declared[index];
    if (own === undefined || own.Type === column.Type) continue;
    const name = (table.PartitionKeys ?? [])
      .map((key, at) => `${key.Name ?? ''}=${partition.Values?.[at] ?? ''}`)
      .join('/');
    throw userError(
      'schema',
      `HIVE_PARTITION_SCHEMA_MISMATCH: There is a mismatch between the table and partition schemas. The types are incompatible and cannot be coerced. The column '${own.Name ?? ''}' in table '${table.DatabaseName ?? ''}.${table.Name ?? ''}' is declared as type '${own.Type ?? ''}', but partition '${name}' declared column '${column.Name ?? ''}' as type '${column.Type ?? ''}'.`,
    );
  }
}

/** Returns the files that a query of the table reads now. `constrained`: see `readProjection`. */
export function listTableFiles(
  { objects, glue }: { readonly objects: ObjectStore; readonly glue: GlueCatalog },
  table: Table,
  constrained: ReadonlySet<string>,
): readonly TableFile[] {
  const location = table.StorageDescriptor?.Location ?? '';
  if ((table.PartitionKeys ?? []).length === 0) {
    return listVisible(objects, readLocation(location)).map((object) => toFile(object, []));
  }
  const projection = readProjection(table, constrained);
  if (projection !== undefined) {
    return listVisible(objects, readLocation(projection.root)).flatMap((object) => {
      const values = projection.match(addressOf(object));
      return values === undefined ? [] : [toFile(object, values)];
    });
  }
  return glue.listPartitions(table.DatabaseName ?? '', table.Name ?? '').flatMap((partition) => {
    requireSameSchema(table, partition);
    const folder = partition.StorageDescriptor?.Location ?? '';
    return listVisible(objects, readLocation(folder)).map((object) =>
      toFile(object, partition.Values ?? []),
    );
  });
}
