import { isDeepStrictEqual } from 'node:util';
import type { Database, DatabaseInput, Table, TableInput } from '@aws-sdk/client-glue';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiError, ApiOperation, ApiResult } from './api-error.js';
import { readErrorDetail, sendInBatches } from './batches.js';
import { readPages } from './pages.js';

/** A table that a batch call did not delete, with Glue's reason. */
export interface TableFailure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
}

/**
 * Databases and tables of the Glue catalog. What is not there is a value, not an error. A call whose answer was lost is
 * settled by looking: `created` and `updated` mean that the table is as asked.
 */
export interface GlueTables {
  getDatabases(options?: CallOptions): Promise<ApiResult<readonly Database[]>>;
  getDatabase(name: string, options?: CallOptions): Promise<ApiResult<Database | undefined>>;
  createDatabase(
    input: DatabaseInput,
    options?: CallOptions,
  ): Promise<ApiResult<'created' | 'exists'>>;
  /** Returns all tables of a database, or `undefined` if there is no such database. */
  getTables(
    database: string,
    options?: CallOptions,
  ): Promise<ApiResult<readonly Table[] | undefined>>;
  /** Returns a table, or `undefined` if it, or its database, is not there. */
  getTable(
    database: string,
    name: string,
    options?: CallOptions,
  ): Promise<ApiResult<Table | undefined>>;
  /** Returns those of the named tables that are there, as they are at one moment; one call for a few names. */
  findTables(
    database: string,
    names: readonly string[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly Table[]>>;
  createTable(
    database: string,
    input: TableInput,
    options?: CallOptions,
  ): Promise<ApiResult<'created' | 'exists'>>;
  /**
   * Replaces a table's definition, at once for every reader. `conflict`: the table's version is not `versionId`, or
   * changed meanwhile; nothing was done. `unknown`: the answer was lost, and somebody has changed the table since, before
   * or after this call had its effect.
   */
  updateTable(
    database: string,
    input: TableInput,
    options?: CallOptions & { readonly versionId?: string; readonly skipArchive?: boolean },
  ): Promise<ApiResult<'updated' | 'conflict' | 'missing' | 'unknown'>>;
  deleteTable(
    database: string,
    name: string,
    options?: CallOptions,
  ): Promise<ApiResult<'deleted' | 'missing'>>;
  /** Deletes any number of tables; returns those that could not be. A table that is not there counts as deleted. */
  deleteTables(
    database: string,
    names: readonly string[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly TableFailure[]>>;
}

const missing = 'EntityNotFoundException';
/** BatchDeleteTable takes that many names (Glue API, BatchDeleteTable, TablesToDelete). */
const tablesPerCall = 100;

/** Other names that services have for "the version is not the one you expected". */
const conflicts: ReadonlySet<string> = new Set([
  'ConcurrentModificationException',
  'VersionMismatchException',
]);

/** Returns what CreateTable and UpdateTable take of a table: all but what Glue alone sets. */
export function toTableInput(table: Table): TableInput {
  const input: TableInput = {
    Name: table.Name,
    Description: table.Description,
    Owner: table.Owner,
    LastAccessTime: table.LastAccessTime,
    LastAnalyzedTime: table.LastAnalyzedTime,
    Retention: table.Retention,
    StorageDescriptor: table.StorageDescriptor,
    PartitionKeys: table.PartitionKeys,
    ViewOriginalText: table.ViewOriginalText,
    ViewExpandedText: table.ViewExpandedText,
    TableType: table.TableType,
    Parameters: table.Parameters,
    TargetTable: table.TargetTable,
  };
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined),
  ) as unknown as TableInput;
}

/**
 * Whether a table is the one that was sent. Glue adds defaults of its own, so this compares what tells tables apart:
 * where the rows are, the parameters that were sent (markers, Iceberg's metadata_location) and the view's text.
 */
function isAsSent(table: Table, input: TableInput): boolean {
  const parameters = Object.entries(input.Parameters ?? {});
  return (
    parameters.every(([key, value]) => table.Parameters?.[key] === value) &&
    (input.TableType === undefined || table.TableType === input.TableType) &&
    (input.ViewOriginalText ?? '') === (table.ViewOriginalText ?? '') &&
    table.StorageDescriptor?.Location === input.StorageDescriptor?.Location &&
    isDeepStrictEqual(namesOf(table.StorageDescriptor), namesOf(input.StorageDescriptor))
  );
}

function namesOf(descriptor: Table['StorageDescriptor']): readonly string[] {
  // Glue keeps names in lower case.
  return (descriptor?.Columns ?? []).map(({ Name = '', Type = '' }) =>
    `${Name} ${Type}`.toLowerCase(),
  );
}

/** Returns `value` in place of an error with one of these codes. */
function orElse<T, V>(
  result: ApiResult<T>,
  value: V,
  ...codes: readonly string[]
): ApiResult<T | V> {
  return !result.ok && codes.includes(result.error.code) ? { ok: true, value } : result;
}

/** Returns the tables of the Glue catalog; `catalogId` is another account's, whose catalog is meant. */
export function createGlueTables(
  api: AwsApi,
  { catalogId }: { readonly catalogId?: string | undefined } = {},
): GlueTables {
  const catalog = catalogId === undefined ? {} : { CatalogId: catalogId };
  const glue = (
    operation: string,
    subject: string,
  ): ApiOperation & { readonly service: 'glue' } => ({
    service: 'glue',
    operation,
    subject,
  });

  const getTable: GlueTables['getTable'] = async (database, name, options) => {
    const result = await api.call(
      glue('GetTable', `${database}.${name}`),
      (client, http) => client.getTable({ ...catalog, DatabaseName: database, Name: name }, http),
      options,
    );
    return orElse(result.ok ? { ok: true, value: result.value.Table } : result, undefined, missing);
  };

  function listTables(
    database: string,
    filter: { readonly Expression?: string },
    options: CallOptions | undefined,
  ): Promise<ApiResult<readonly Table[]>> {
    return readPages((token) =>
      api.call(
        glue('GetTables', database),
        async (client, http) => {
          const page = await client.getTables(
            { ...catalog, DatabaseName: database, ...filter, NextToken: token, MaxResults: 100 },
            http,
          );
          return { items: page.TableList ?? [], next: page.NextToken };
        },
        options,
      ),
    );
  }

  /** Settles a write whose answer was lost: `done` if the table is as it was to be. */
  async function settle<const Done, const Otherwise>(
    {
      database,
      input,
      options,
    }: {
      readonly database: string;
      readonly input: TableInput;
      readonly options: CallOptions | undefined;
    },
    error: ApiError,
    outcome: { readonly done: Done; readonly otherwise: Otherwise },
  ): Promise<ApiResult<Done | Otherwise>> {
    if (!error.mayHaveHappened) return { ok: true, value: outcome.otherwise };
    const there = await getTable(database, input.Name ?? '', options);
    if (!there.ok) return there;
    const done = there.value !== undefined && isAsSent(there.value, input);
    return { ok: true, value: done ? outcome.done : outcome.otherwise };
  }

  return {
    getTable,
    getDatabases: (options) =>
      readPages((token) =>
        api.call(
          glue('GetDatabases', ''),
          async (client, http) => {
            const page = await client.getDatabases({ ...catalog, NextToken: token }, http);
            return { items: page.DatabaseList ?? [], next: page.NextToken };
          },
          options,
        ),
      ),
    getDatabase: async (name, options) => {
      const result = await api.call(
        glue('GetDatabase', name),
        (client, http) => client.getDatabase({ ...catalog, Name: name }, http),
        options,
      );
      return orElse(
        result.ok ? { ok: true, value: result.value.Database } : result,
        undefined,
        missing,
      );
    },
    createDatabase: async (input, options) => {
      const result = await api.call(
        glue('CreateDatabase', input.Name ?? ''),
        (client, http) => client.createDatabase({ ...catalog, DatabaseInput: input }, http),
        options,
      );
      if (result.ok) return { ok: true, value: 'created' };
      return result.error.code === 'AlreadyExistsException'
        ? { ok: true, value: result.error.mayHaveHappened ? 'created' : 'exists' }
        : result;
    },
    getTables: async (database, options) =>
      orElse(await listTables(database, {}, options), undefined, missing),
    findTables: async (database, names, options) => {
      const wanted = new Set(names.map((name) => name.toLowerCase()));
      // A pattern for whole names, which have letters, digits and `_` only (Glue API, GetTables, Expression).
      const listed = orElse(
        await listTables(database, { Expression: [...wanted].join('|') }, options),
        [],
        missing,
      );
      if (!listed.ok) return listed;
      const found = listed.value.filter(({ Name = '' }) => wanted.delete(Name.toLowerCase()));
      // How Glue reads a pattern is not documented to the last sign; what it did not find is asked for by its name.
      for (const name of wanted) {
        const asked = await getTable(database, name, options);
        if (!asked.ok) return asked;
        if (asked.value !== undefined) found.push(asked.value);
      }
      return { ok: true, value: found };
    },
    createTable: async (database, input, options) => {
      const result = await api.call(
        glue('CreateTable', `${database}.${input.Name ?? ''}`),
        (client, http) =>
          client.createTable({ ...catalog, DatabaseName: database, TableInput: input }, http),
        options,
      );
      if (result.ok) return { ok: true, value: 'created' };
      if (result.error.code !== 'AlreadyExistsException') return result;
      return settle({ database, input, options }, result.error, {
        done: 'created',
        otherwise: 'exists',
      });
    },
    updateTable: async (database, input, options = {}) => {
      const { versionId, skipArchive } = options;
      const result = await api.call(
        glue('UpdateTable', `${database}.${input.Name ?? ''}`),
        (client, http) =>
          client.updateTable(
            {
              ...catalog,
              DatabaseName: database,
              TableInput: input,
              ...(versionId !== undefined && { VersionId: versionId }),
              ...(skipArchive !== undefined && { SkipArchive: skipArchive }),
            },
            http,
          ),
        options,
      );
      if (result.ok) return { ok: true, value: 'updated' };
      if (result.error.code === missing) return { ok: true, value: 'missing' };
      if (!conflicts.has(result.error.code)) {
        // Given up after an answer was lost: what readers see decides.
        if (!result.error.mayHaveHappened) return result;
        const settled = await settle({ database, input, options }, result.error, {
          done: 'updated' as const,
          otherwise: undefined,
        });
        return settled.ok && settled.value !== undefined
          ? { ok: true, value: settled.value }
          : result;
      }
      return settle({ database, input, options }, result.error, {
        done: 'updated',
        otherwise: result.error.mayHaveHappened ? 'unknown' : 'conflict',
      });
    },
    deleteTable: async (database, name, options) => {
      const result = await api.call(
        glue('DeleteTable', `${database}.${name}`),
        (client, http) =>
          client.deleteTable({ ...catalog, DatabaseName: database, Name: name }, http),
        options,
      );
      if (result.ok) return { ok: true, value: 'deleted' };
      if (result.error.code !== missing) return result;
      return { ok: true, value: result.error.mayHaveHappened ? 'deleted' : 'missing' };
    },
    deleteTables: async (database, names, options) => {
      const result = await sendInBatches(names, {
        api,
        size: tablesPerCall,
        keyOf: (name) => name.toLowerCase(),
        options,
        send: async (batch) => {
          const sent = await api.call(
            glue('BatchDeleteTable', `${database}: ${batch.join(', ')}`),
            (client, http) =>
              client.batchDeleteTable(
                { ...catalog, DatabaseName: database, TablesToDelete: [...batch] },
                http,
              ),
            options,
          );
          // The database itself is gone, and its tables with it.
          if (!sent.ok) return orElse(sent, [], missing);
          return {
            ok: true,
            value: (sent.value.Errors ?? [])
              .map(({ TableName = '', ErrorDetail }) => ({
                key: TableName.toLowerCase(),
                ...readErrorDetail(ErrorDetail),
              }))
              .filter(({ code }) => code !== missing),
          };
        },
      });
      if (!result.ok) return result;
      const failures = result.value.map(({ entry, code, message }) => ({
        name: entry,
        code,
        message,
      }));
      return { ok: true, value: failures };
    },
  };
}
