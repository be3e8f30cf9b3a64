import { createHash } from 'node:crypto';
import type * as Glue from '@aws-sdk/client-glue';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import type { Operations } from './operations.js';
import { takePage } from './paging.js';
import { parsePartitionExpression } from './partition-expression.js';
import { checkTableName } from './table-operations.js';
import { checkCount, checkText, constraintError } from './validate.js';
import { copy, omit } from './values.js';

interface TableNames {
  readonly DatabaseName?: string | undefined;
  readonly TableName?: string | undefined;
}

/** The operations about partitions. */
export function partitionOperations(catalog: GlueCatalog): Operations {
  /** Returns the names of the table, which exists afterwards. */
  function readTable(input: TableNames): readonly [string, string] {
    checkTableName(input.DatabaseName, input.TableName, 'tableName');
    const names = [input.DatabaseName ?? '', input.TableName ?? ''] as const;
    catalog.getTable(...names);
    return names;
  }

  return {
    CreatePartition(input: Glue.CreatePartitionRequest) {
      const [error] = catalog.createPartitions(...readTable(input), [input.PartitionInput ?? {}]);
      throwEntry(error?.ErrorDetail);
      return {};
    },
    BatchCreatePartition(input: Glue.BatchCreatePartitionRequest) {
      const inputs = input.PartitionInputList ?? [];
      checkCount(inputs, 'partitionInputList', { max: 100 });
      return { Errors: catalog.createPartitions(...readTable(input), inputs) };
    },
    UpdatePartition(input: Glue.UpdatePartitionRequest) {
      const values = readValues(input.PartitionValueList, 'partitionValueList');
      catalog.updatePartition(...readTable(input), values, input.PartitionInput ?? {});
      return {};
    },
    BatchUpdatePartition(input: Glue.BatchUpdatePartitionRequest) {
      const entries = input.Entries ?? [];
      checkCount(entries, 'entries', { min: 1, max: 100 });
      const updates = entries.map((entry) => ({
        values: readValues(entry.PartitionValueList, 'entries.1.member.partitionValueList'),
        input: entry.PartitionInput ?? {},
      }));
      return { Errors: catalog.batchUpdatePartitions(...readTable(input), updates) };
    },
    DeletePartition(input: Glue.DeletePartitionRequest) {
      const values = readValues(input.PartitionValues, 'partitionValues');
      const [error] = catalog.deletePartitions(...readTable(input), [values]);
      throwEntry(error?.ErrorDetail);
      return {};
    },
    BatchDeletePartition(input: Glue.BatchDeletePartitionRequest) {
      const entries = input.PartitionsToDelete ?? [];
      checkCount(entries, 'partitionsToDelete', { max: 25 });
      const values = entries.map((entry) => readValues(entry.Values, 'partitionsToDelete'));
      return { Errors: catalog.deletePartitions(...readTable(input), values) };
    },
    GetPartition(input: Glue.GetPartitionRequest) {
      const values = readValues(input.PartitionValues, 'partitionValues');
      return { Partition: catalog.getPartition(...readTable(input), values) };
    },
    BatchGetPartition(input: Glue.BatchGetPartitionRequest) {
      const wanted = input.PartitionsToGet ?? [];
      checkCount(wanted, 'partitionsToGet', { max: 1000 });
      const keys = new Set(wanted.map((entry) => JSON.stringify(entry.Values)));
      const partitions = catalog
        .listPartitions(...readTable(input))
        .filter((partition) => keys.has(JSON.stringify(partition.Values)));
      // Partitions that are not there are left out; nothing is ever unprocessed here.
      return { Partitions: partitions, UnprocessedKeys: [] };
    },
    GetPartitions(input: Glue.GetPartitionsRequest) {
      checkText(input.Expression, 'expression', { max: 2048 });
      const [database, table] = readTable(input);
      const keys = catalog.getTable(database, table).PartitionKeys ?? [];
      const expression = input.Expression?.trim() ?? '';
      const matches = expression === '' ? () => true : parsePartitionExpression(expression, keys);
      const partitions = catalog
        .listPartitions(database, table)
        .filter((each) => matches(each.Values ?? []) && isInSegment(each, input.Segment));
      const order = new Map(partitions.map((each, index) => [JSON.stringify(each.Values), index]));
      const page = takePage(partitions, input, {
        max: 1000,
        nameOf: (each) => JSON.stringify(each.Values),
        compare: (left, right) => compareValues(left, right, order),
      });
      const items =
        input.ExcludeColumnSchema === true ? page.items.map(withoutColumns) : page.items;
      return { Partitions: items, ...page.token };
    },
  };
}

function readValues(values: readonly string[] | undefined, path: string): readonly string[] {
  if (values === undefined) {
    throw constraintError('null', path, 'Member must not be null');
  }
  return values;
}

/** A call about one partition throws what a batch call would report for it. */
function throwEntry(detail: Glue.ErrorDetail | undefined): void {
  if (detail !== undefined) {
    throw new GlueError(detail.ErrorCode ?? '', detail.ErrorMessage ?? '');
  }
}

/** Compares the JSON of two lists of values, by their places where both are there. */
function compareValues(left: string, right: string, order: ReadonlyMap<string, number>): number {
  const places = [order.get(left), order.get(right)];
  if (places[0] !== undefined && places[1] !== undefined) {
    return places[0] - places[1];
  }
  const [lefts, rights] = [left, right].map((each) => JSON.parse(each) as readonly string[]);
  const index = lefts?.findIndex((value, place) => value !== rights?.[place]) ?? -1;
  return index === -1 ? 0 : (lefts?.[index] ?? '') < (rights?.[index] ?? '') ? -1 : 1;
}

function isInSegment(partition: Glue.Partition, segment: Glue.Segment | undefined): boolean {
  const total = segment?.TotalSegments;
  if (segment === undefined || total === undefined) {
    return true;
  }
  const hash = createHash('md5').update(JSON.stringify(partition.Values)).digest();
  return hash.readUInt32BE(0) % total === segment.SegmentNumber;
}

function withoutColumns(partition: Glue.Partition): Glue.Partition {
  return copy({
    ...partition,
    StorageDescriptor: omit(partition.StorageDescriptor ?? {}, 'Columns'),
  });
}
