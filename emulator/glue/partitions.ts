import type { Partition, PartitionInput } from '@aws-sdk/client-glue';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import type { TableEntry } from './glue-catalog.js';
import { checkPartitionInput } from './validate.js';
import { copy, entityNotFound, errorEntry } from './values.js';

type PartitionCalls = Pick<
  GlueCatalog,
  | 'createPartitions'
  | 'updatePartition'
  | 'batchUpdatePartitions'
  | 'deletePartitions'
  | 'getPartition'
  | 'listPartitions'
>;

/** Returns the calls about partitions; each entry of a batch succeeds or fails by itself. */
export function createPartitionCalls(
  account: string,
  findEntry: (database: string, table: string) => TableEntry,
): PartitionCalls {
  function create(entry: TableEntry, input: PartitionInput): void {
    checkPartitionInput(input);
    const key = keyOf(checkValues(entry, input.Values ?? []));
    if (entry.partitions.has(key)) {
      throw new GlueError('AlreadyExistsException', 'Partition already exists.');
    }
    entry.partitions.set(key, describePartition(account, entry, input, new Date()));
  }

  function update(entry: TableEntry, values: readonly string[], input: PartitionInput): void {
    checkPartitionInput(input);
    const key = keyOf(values);
    const current = entry.partitions.get(key);
    if (current === undefined) {
      throw entityNotFound('Cannot find partition.');
    }
    const nextValues = checkValues(entry, input.Values ?? values);
    const nextKey = keyOf(nextValues);
    if (nextKey !== key && entry.partitions.has(nextKey)) {
      throw new GlueError('AlreadyExistsException', 'Partition already exists.');
    }
    const next = { ...input, Values: [...nextValues] };
    entry.partitions.delete(key);
    const createdAt = current.CreationTime ?? new Date();
    entry.partitions.set(nextKey, describePartition(account, entry, next, createdAt));
  }

  return {
    createPartitions(database, table, inputs) {
      const entry = findEntry(database, table);
      return inputs.flatMap((input) => {
        try {
          create(entry, input);
          return [];
        } catch (error) {
          return [{ PartitionValues: [...(input.Values ?? [])], ErrorDetail: errorEntry(error) }];
        }
      });
    },
    updatePartition: (database, table, values, input) =>
      update(findEntry(database, table), values, input),
    batchUpdatePartitions(database, table, entries) {
      const entry = findEntry(database, table);
      return entries.flatMap(({ values, input }) => {
        try {
          update(entry, values, input);
          return [];
        } catch (error) {
          return [{ PartitionValueList: [...values], ErrorDetail: errorEntry(error) }];
        }
      });
    },
    deletePartitions(database, table, values) {
      const entry = findEntry(database, table);
      return values.flatMap((each) =>
        entry.partitions.delete(keyOf(each))
          ? []
          : [
              {
                PartitionValues: [...each],
                ErrorDetail: errorEntry(entityNotFound('Partition not found.')),
              },
            ],
      );
    },
    getPartition(database, table, values) {
      const partition = findEntry(database, table).partitions.get(keyOf(values));
      if (partition === undefined) {
        throw entityNotFound('Cannot find partition.');
      }
      return partition;
    },
    listPartitions: (database, table) =>
      [...findEntry(database, table).partitions.values()].sort(byValues),
  };
}

function keyOf(values: readonly string[]): string {
  return JSON.stringify(values);
}

function checkValues(entry: TableEntry, values: readonly string[]): readonly string[] {
  if (values.length !== (entry.current.PartitionKeys ?? []).length) {
    throw new GlueError(
      'InvalidInputException',
      'The number of partition keys do not match the number of partition values',
    );
  }
  return values;
}

function describePartition(
  account: string,
  { current }: TableEntry,
  input: PartitionInput,
  createdAt: Date,
): Partition {
  return copy({
    ...input,
    DatabaseName: current.DatabaseName,
    TableName: current.Name,
    CreationTime: createdAt,
    CatalogId: account,
  });
}

function byValues(left: Partition, right: Partition): number {
  const others = right.Values ?? [];
  for (const [index, value] of (left.Values ?? []).entries()) {
    const other = others[index] ?? '';
    if (value !== other) {
      return value < other ? -1 : 1;
    }
  }
  return 0;
}
