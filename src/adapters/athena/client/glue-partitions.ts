import type { Partition, PartitionInput } from '@aws-sdk/client-glue';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiOperation, ApiResult } from './api-error.js';
import { readErrorDetail, sendInBatches, type EntryFailure, type KeyedFailure } from './batches.js';
import { readPages } from './pages.js';

/** A table of the Glue catalog. */
export interface TableName {
  readonly database: string;
  readonly name: string;
}

/** A partition that a batch call did not create, update or delete, with Glue's reason. */
export interface PartitionFailure {
  readonly values: readonly string[];
  readonly code: string;
  readonly message: string;
}

/**
 * Partitions of Glue tables, any number at a time. Batch calls answer per entry: what is returned are the entries that
 * were not carried out, none if all were.
 */
export interface GluePartitions {
  /** Returns all partitions, or those that meet a filter expression (at most 2,048 characters). */
  list(
    table: TableName,
    options?: CallOptions & { readonly expression?: string },
  ): Promise<ApiResult<readonly Partition[]>>;
  create(
    table: TableName,
    inputs: readonly PartitionInput[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly PartitionFailure[]>>;
  /** Replaces the definitions of partitions of the same values. */
  update(
    table: TableName,
    inputs: readonly PartitionInput[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly PartitionFailure[]>>;
  /** A partition that is not there counts as deleted. */
  remove(
    table: TableName,
    values: readonly (readonly string[])[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly PartitionFailure[]>>;
}

/** Entries that the calls take (Glue API: BatchCreatePartition, BatchUpdatePartition, BatchDeletePartition). */
const entriesPerCall = { create: 100, update: 100, remove: 25 } as const;

/** Another call changes the same table; the entry may be sent again. */
const alsoPassing = ['ConcurrentModificationException'];

/** Returns what creating and updating take of a partition. */
export function toPartitionInput(partition: Partition): PartitionInput {
  const { Values, LastAccessTime, StorageDescriptor, Parameters, LastAnalyzedTime } = partition;
  return {
    ...(Values !== undefined && { Values }),
    ...(LastAccessTime !== undefined && { LastAccessTime }),
    ...(StorageDescriptor !== undefined && { StorageDescriptor }),
    ...(Parameters !== undefined && { Parameters }),
    ...(LastAnalyzedTime !== undefined && { LastAnalyzedTime }),
  };
}

function keyOfValues(values: readonly string[] | undefined): string {
  return JSON.stringify(values ?? []);
}

function toFailures<E>(
  result: ApiResult<readonly EntryFailure<E>[]>,
  valuesOf: (entry: E) => readonly string[],
): ApiResult<readonly PartitionFailure[]> {
  if (!result.ok) return result;
  return {
    ok: true,
    value: result.value.map(({ entry, code, message }) => ({
      values: valuesOf(entry),
      code,
      message,
    })),
  };
}

/** Returns the partitions of the Glue catalog; `catalogId` is another account's, whose catalog is meant. */
export function createGluePartitions(
  api: AwsApi,
  { catalogId }: { readonly catalogId?: string | undefined } = {},
): GluePartitions {
  const glue = (
    operation: string,
    { database, name }: TableName,
  ): ApiOperation & { readonly service: 'glue' } => ({
    service: 'glue',
    operation,
    subject: `${database}.${name}`,
  });
  const nameOf = ({ database, name }: TableName) => ({
    ...(catalogId !== undefined && { CatalogId: catalogId }),
    DatabaseName: database,
    TableName: name,
  });

  /** Which of the partitions are there as they were sent: their answer was lost, and the repeat found them. */
  async function findCreated(
    table: TableName,
    inputs: readonly PartitionInput[],
    options: CallOptions | undefined,
  ): Promise<ApiResult<ReadonlySet<string>>> {
    const result = await api.call(
      glue('BatchGetPartition', table),
      (client, http) =>
        client.batchGetPartition(
          { ...nameOf(table), PartitionsToGet: inputs.map(({ Values }) => ({ Values })) },
          http,
        ),
      options,
    );
    if (!result.ok) return result;
    const sent = new Map(
      inputs.map((input) => [keyOfValues(input.Values), input.StorageDescriptor?.Location]),
    );
    const found = (result.value.Partitions ?? [])
      .filter(({ Values, StorageDescriptor }) => {
        const key = keyOfValues(Values);
        return sent.has(key) && sent.get(key) === StorageDescriptor?.Location;
      })
      .map(({ Values }) => keyOfValues(Values));
    return { ok: true, value: new Set(found) };
  }

  async function createBatch(
    table: TableName,
    batch: readonly PartitionInput[],
    {
      options,
      repeated,
    }: { readonly options: CallOptions | undefined; readonly repeated: boolean },
  ): Promise<ApiResult<readonly KeyedFailure[]>> {
    let requests = 0;
    const result = await api.call(
      glue('BatchCreatePartition', table),
      (client, http) => {
        requests += 1;
        return client.batchCreatePartition(
          { ...nameOf(table), PartitionInputList: [...batch] },
          http,
        );
      },
      options,
    );
    if (!result.ok) return result;
    const failures = (result.value.Errors ?? []).map(({ PartitionValues, ErrorDetail }) => ({
      key: keyOfValues(PartitionValues),
      ...readErrorDetail(ErrorDetail),
    }));
    const there = new Set(
      failures.filter(({ code }) => code === 'AlreadyExistsException').map(({ key }) => key),
    );
    if (there.size === 0 || (requests === 1 && !repeated)) return { ok: true, value: failures };
    const asked = batch.filter((input) => there.has(keyOfValues(input.Values)));
    const created = await findCreated(table, asked, options);
    if (!created.ok) return created;
    return { ok: true, value: failures.filter(({ key }) => !created.value.has(key)) };
  }

  return {
    list: (table, options = {}) =>
      readPages((token) =>
        api.call(
          glue('GetPartitions', table),
          async (client, http) => {
            const page = await client.getPartitions(
              {
                ...nameOf(table),
                MaxResults: 1000,
                NextToken: token,
                ...(options.expression !== undefined && { Expression: options.expression }),
              },
              http,
            );
            return { items: page.Partitions ?? [], next: page.NextToken };
          },
          options,
        ),
      ),
    create: async (table, inputs, options) => {
      const sent = new Set<string>();
      const result = await sendInBatches(inputs, {
        api,
        size: entriesPerCall.create,
        keyOf: (input) => keyOfValues(input.Values),
        alsoPassing,
        options,
        send: (batch) => {
          const repeated = batch.some((input) => sent.has(keyOfValues(input.Values)));
          for (const input of batch) sent.add(keyOfValues(input.Values));
          return createBatch(table, batch, { options, repeated });
        },
      });
      return toFailures(result, (input) => input.Values ?? []);
    },
    update: async (table, inputs, options) => {
      const result = await sendInBatches(inputs, {
        api,
        size: entriesPerCall.update,
        keyOf: (input) => keyOfValues(input.Values),
        alsoPassing,
        options,
        send: async (batch) => {
          const sent = await api.call(
            glue('BatchUpdatePartition', table),
            (client, http) =>
              client.batchUpdatePartition(
                {
                  ...nameOf(table),
                  Entries: batch.map((input) => ({
                    PartitionValueList: input.Values ?? [],
                    PartitionInput: input,
                  })),
                },
                http,
              ),
            options,
          );
          if (!sent.ok) return sent;
          return {
            ok: true,
            value: (sent.value.Errors ?? []).map(({ PartitionValueList, ErrorDetail }) => ({
              key: keyOfValues(PartitionValueList),
              ...readErrorDetail(ErrorDetail),
            })),
          };
        },
      });
      return toFailures(result, (input) => input.Values ?? []);
    },
    remove: async (table, values, options) => {
      const result = await sendInBatches(values, {
        api,
        size: entriesPerCall.remove,
        keyOf: keyOfValues,
        alsoPassing,
        options,
        send: async (batch) => {
          const sent = await api.call(
            glue('BatchDeletePartition', table),
            (client, http) =>
              client.batchDeletePartition(
                {
                  ...nameOf(table),
                  PartitionsToDelete: batch.map((each) => ({ Values: [...each] })),
                },
                http,
              ),
            options,
          );
          if (!sent.ok) return sent;
          return {
            ok: true,
            value: (sent.value.Errors ?? [])
              .map(({ PartitionValues, ErrorDetail }) => ({
                key: keyOfValues(PartitionValues),
                ...readErrorDetail(ErrorDetail),
              }))
              .filter(({ code }) => code !== 'EntityNotFoundException'),
          };
        },
      });
      return toFailures(result, (each) => each);
    },
  };
}
