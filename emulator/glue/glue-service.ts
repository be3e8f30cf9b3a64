import type * as Glue from '@aws-sdk/client-glue';
import { accountId, region, trinoAccessKey } from '../core/account.js';
import { GlueError, type GlueCatalog } from '../core/glue-catalog.js';
import { ServiceError, type JsonService } from '../core/service.js';
import type { Operations } from './operations.js';
import { columnStatisticsOperations } from './column-statistics.js';
import { keepParameters } from './keep-parameters.js';
import { showViews } from './show-views.js';
import { partitionOperations } from './partition-operations.js';
import { databaseOperations, tableOperations } from './table-operations.js';
import { entityNotFound } from './values.js';

type Input = Readonly<Record<string, unknown>>;

type Actions = ReadonlyMap<string, (input: never) => object>;

/** Returns the operations on an account's catalog. */
function operationsOn(catalog: GlueCatalog, others: Operations): Actions {
  return new Map(
    Object.entries({
      ...databaseOperations(catalog),
      ...tableOperations(catalog),
      ...partitionOperations(catalog),
      ...columnStatisticsOperations(catalog),
      ...others,
    }),
  );
}

/**
 * Returns the Glue Data Catalog's API over a catalog, and over those of the other accounts that `findAccount` knows, which
 * let everybody in.
 */
export function createGlueService(
  catalog: GlueCatalog,
  findAccount: (account: string) => GlueCatalog | undefined = () => undefined,
): JsonService {
  const others = otherOperations();
  const operations = operationsOn(catalog, others);
  /** Throws for an account that does not exist; the text is not sourced. */
  function findOperations({ CatalogId: catalogId }: Input): Actions {
    if (catalogId == null || catalogId === accountId) return operations;
    const foreign = typeof catalogId === 'string' ? findAccount(catalogId) : undefined;
    if (foreign === undefined)
      throw entityNotFound(`Catalog ${JSON.stringify(catalogId)} not found.`);
    return operationsOn(foreign, others);
  }

  return {
    name: 'glue',
    has: (operation) => operations.has(operation),
    subject: describeSubject,
    handle: (operation, input, { accessKey }) =>
      new Promise((resolve) => {
        try {
          const act = findOperations(input).get(operation) as
            ((input: Input) => object) | undefined;
          const read = readDates(input) as Input;
          const isTrino = accessKey === trinoAccessKey;
          const isCommit = operation === 'UpdateTable' && isTrino;
          const answer = act?.(isCommit ? keepParameters(catalog, read) : read) ?? {};
          resolve(isTrino ? showViews(answer) : answer);
        } catch (error) {
          throw error instanceof GlueError ? new ServiceError(error.code, error.message) : error;
        }
      }),
  };
}

/** Tags, and what clients ask for that has nothing to do with tables. */
function otherOperations(): Operations {
  const tags = new Map<string, Readonly<Record<string, string>>>();
  return {
    TagResource(input: Glue.TagResourceRequest) {
      const arn = input.ResourceArn ?? '';
      tags.set(arn, { ...tags.get(arn), ...input.TagsToAdd });
      return {};
    },
    UntagResource(input: Glue.UntagResourceRequest) {
      const arn = input.ResourceArn ?? '';
      const kept = Object.entries(tags.get(arn) ?? {}).filter(
        ([name]) => input.TagsToRemove?.includes(name) !== true,
      );
      tags.set(arn, Object.fromEntries(kept));
      return {};
    },
    GetTags: (input: Glue.GetTagsRequest) => ({ Tags: tags.get(input.ResourceArn ?? '') ?? {} }),
    GetUserDefinedFunctions: () => ({ UserDefinedFunctions: [] }),
    GetCatalogs: () => ({ CatalogList: [] }),
    GetCatalog: () => ({
      Catalog: {
        CatalogId: accountId,
        Name: accountId,
        ResourceArn: `arn:aws:glue:${region}:${accountId}:catalog`,
      },
    }),
  };
}

/** Turns the times of an input, seconds since 1970, into dates. */
function readDates(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(readDates);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]: [string, unknown]) => [
      name,
      (name === 'LastAccessTime' || name === 'LastAnalyzedTime') && typeof member === 'number'
        ? new Date(member * 1000)
        : readDates(member),
    ]),
  );
}

/** `database`, `database.table`, or `database.table/value/value`. */
function describeSubject(_operation: string, input: Input): string {
  const nested = ['TableInput', 'DatabaseInput']
    .map((name) => input[name] as Input | undefined)
    .find((value) => value != null);
  const name = input['TableName'] ?? input['Name'] ?? nested?.['Name'];
  const parts = [input['DatabaseName'], name].filter((part) => typeof part === 'string');
  const batch = input['TablesToDelete'];
  const tables = Array.isArray(batch) ? [batch.join(',')] : [];
  const values = input['PartitionValues'] ?? input['PartitionValueList'];
  const suffix = Array.isArray(values) ? `/${values.join('/')}` : '';
  return [...parts, ...tables].join('.') + suffix;
}
