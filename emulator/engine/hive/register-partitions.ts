import type { PartitionInput, StorageDescriptor, Table } from '@aws-sdk/client-glue';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import { userError } from '../errors.js';
import { nullPartition } from './list-files.js';
import type { WrittenPartition } from './write-rows.js';

/** How many partitions one call of Glue takes. */
const perCall = 100;

/** Returns a partition for Glue, stored as its table is. */
export function partitionInput(
  storage: StorageDescriptor | undefined,
  values: readonly (string | null)[],
  location: string,
): PartitionInput {
  return {
    Values: values.map((value) => (value == null || value === '' ? nullPartition : value)),
    StorageDescriptor: { ...storage, Location: location },
  };
}

/** Registers the partitions that Glue does not know yet. */
export function registerPartitions(
  glue: GlueCatalog,
  {
    database,
    table,
    storage,
  }: {
    readonly database: string;
    readonly table: string;
    readonly storage: StorageDescriptor | undefined;
  },
  partitions: readonly WrittenPartition[],
): void {
  const inputs = partitions.map(({ values, folder }) =>
    partitionInput(storage, values, `s3://${folder.bucket}/${folder.prefix.replace(/\/$/, '')}`),
  );
  for (let at = 0; at < inputs.length; at += perCall) {
    const errors = glue.createPartitions(database, table, inputs.slice(at, at + perCall));
    // Another statement was faster: the partition is there, and its location the same.
    const [error] = errors.filter(
      ({ ErrorDetail }) => ErrorDetail?.ErrorCode !== 'AlreadyExistsException',
    );
    if (error === undefined) continue;
    throw userError('other', `HIVE_METASTORE_ERROR: ${error.ErrorDetail?.ErrorMessage ?? ''}`);
  }
}

/** Returns the location of each partition of a table, by its values. */
export function knownPartitions(
  glue: GlueCatalog,
  { DatabaseName = '', Name = '' }: Table,
): ReadonlyMap<string, string> {
  return new Map(
    glue
      .listPartitions(DatabaseName, Name)
      .map(({ Values = [], StorageDescriptor }) => [
        JSON.stringify(Values),
        StorageDescriptor?.Location ?? '',
      ]),
  );
}
