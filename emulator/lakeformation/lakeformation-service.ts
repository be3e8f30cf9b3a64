import type * as LF from '@aws-sdk/client-lakeformation';
import { accountId } from '../core/account.js';
import { ServiceError, type JsonService } from '../core/service.js';
import type { LocalGlueCatalog } from '../glue/glue-catalog.js';
import { takePage } from '../glue/paging.js';
import { createCellsFilters } from './cells-filters.js';
import { createLfTags, type LfTags } from './lf-tags.js';
import { createPermissions, type PermissionEntry } from './permissions.js';
import { ask, databaseName, namesOf, tableName } from './resources.js';

type Input = Readonly<Record<string, unknown>>;

/** The most entries of a batch of grants (Lake Formation API reference, BatchGrantPermissions). */
const maxEntries = 20;

/**
 * Returns a small Lake Formation: LF-tags on databases, tables and columns, permissions, and data cell filters. Nothing of
 * it restricts what anyone may read here; it is there so that what clients set can be looked at. A table that is dropped
 * takes its tags, grants and filters along. The texts of its errors are not sourced; their codes are the API's.
 */
export function createLakeFormationService(glue: LocalGlueCatalog): JsonService {
  const tags = createLfTags();
  const permissions = createPermissions();
  const filters = createCellsFilters();
  glue.onTableDropped((database, table) => {
    tags.forget(tableName(database, table));
    permissions.forgetTable(database, table);
    filters.forgetTable(database, table);
  });

  function runBatch(
    entries: readonly LF.BatchPermissionsRequestEntry[] | undefined,
    act: (entry: PermissionEntry) => void,
  ): LF.BatchGrantPermissionsResponse {
    if ((entries?.length ?? 0) > maxEntries) {
      throw new ServiceError('InvalidInputException', `At most ${maxEntries} entries are allowed.`);
    }
    const failures = (entries ?? []).flatMap((entry) => {
      const error = attempt(() => act(entry as PermissionEntry));
      return error === undefined ? [] : [{ RequestEntry: entry, Error: error }];
    });
    return { Failures: failures };
  }

  function changeTags(
    input: LF.AddLFTagsToResourceRequest,
    act: (resource: string, tag: LF.LFTagPair) => void,
  ): LF.AddLFTagsToResourceResponse {
    const resources = namesOf(input.Resource, glue);
    const failures = (input.LFTags ?? []).flatMap((tag) => {
      const error = attempt(() => resources.forEach((resource) => act(resource, tag)));
      return error === undefined ? [] : [{ LFTag: tag, Error: error }];
    });
    return { Failures: failures };
  }

  const operations: Readonly<Record<string, (input: never) => object>> = {
    CreateLFTag: (input: LF.CreateLFTagRequest) =>
      nothing(() => tags.create(input.TagKey ?? '', input.TagValues ?? [])),
    UpdateLFTag: (input: LF.UpdateLFTagRequest) =>
      nothing(() =>
        tags.update(input.TagKey ?? '', input.TagValuesToAdd ?? [], input.TagValuesToDelete ?? []),
      ),
    DeleteLFTag: (input: LF.DeleteLFTagRequest) => nothing(() => tags.delete(input.TagKey ?? '')),
    GetLFTag: (input: LF.GetLFTagRequest) => tags.get(input.TagKey ?? ''),
    ListLFTags(input: LF.ListLFTagsRequest) {
      const page = takePage(tags.list(), input, {
        max: 1000,
        nameOf: (tag) => tag.TagKey ?? '',
        compare: (left, right) => (left === right ? 0 : left < right ? -1 : 1),
      });
      return { LFTags: page.items, ...page.token };
    },
    AddLFTagsToResource: (input: LF.AddLFTagsToResourceRequest) => changeTags(input, tags.assign),
    RemoveLFTagsFromResource: (input: LF.RemoveLFTagsFromResourceRequest) =>
      changeTags(input, tags.unassign),
    GetResourceLFTags: (input: LF.GetResourceLFTagsRequest) => describeTags(tags, glue, input),
    GrantPermissions: (input: LF.GrantPermissionsRequest) =>
      nothing(() => permissions.grant(input)),
    RevokePermissions: (input: LF.RevokePermissionsRequest) =>
      nothing(() => permissions.revoke(input)),
    BatchGrantPermissions: (input: LF.BatchGrantPermissionsRequest) =>
      runBatch(input.Entries, permissions.grant),
    BatchRevokePermissions: (input: LF.BatchRevokePermissionsRequest) =>
      runBatch(input.Entries, permissions.revoke),
    ListPermissions(input: LF.ListPermissionsRequest) {
      const page = takePage(permissions.list(input).map(withName).sort(byName), input, {
        max: 1000,
        nameOf: (each) => each.name,
        compare: compareTexts,
      });
      return {
        PrincipalResourcePermissions: page.items.map((each) => each.permission),
        ...page.token,
      };
    },
    CreateDataCellsFilter: (input: LF.CreateDataCellsFilterRequest) =>
      nothing(() => filters.create(input.TableData)),
    UpdateDataCellsFilter: (input: LF.UpdateDataCellsFilterRequest) =>
      nothing(() => filters.update(input.TableData)),
    DeleteDataCellsFilter: (input: LF.DeleteDataCellsFilterRequest) =>
      nothing(() => filters.delete(input)),
    GetDataCellsFilter: (input: LF.GetDataCellsFilterRequest) => ({
      DataCellsFilter: filters.get(input),
    }),
    ListDataCellsFilter: (input: LF.ListDataCellsFilterRequest) => ({
      DataCellsFilters: filters.list(input.Table),
    }),
    GetDataLakeSettings: () => ({
      DataLakeSettings: {
        DataLakeAdmins: [{ DataLakePrincipalIdentifier: `arn:aws:iam::${accountId}:user/local` }],
        CreateDatabaseDefaultPermissions: [everyone],
        CreateTableDefaultPermissions: [everyone],
      },
    }),
  };

  return {
    name: 'lakeformation',
    has: (operation) => Object.hasOwn(operations, operation),
    subject: (_operation, input) => JSON.stringify(input['Resource'] ?? input['TagKey'] ?? ''),
    handle: (operation, input) =>
      new Promise((resolve) => {
        const act = operations[operation] as ((input: Input) => object) | undefined;
        resolve(ask(() => act?.(input) ?? {}));
      }),
  };
}

const everyone = {
  Principal: { DataLakePrincipalIdentifier: 'IAM_ALLOWED_PRINCIPALS' },
  Permissions: ['ALL'],
};

/** Answers GetResourceLFTags; a table shows its database's tags and its columns', too. */
function describeTags(
  tags: LfTags,
  glue: LocalGlueCatalog,
  input: LF.GetResourceLFTagsRequest,
): LF.GetResourceLFTagsResponse {
  namesOf(input.Resource, glue);
  const { Database: database, Table: table, TableWithColumns: columns } = input.Resource ?? {};
  const names = columns ?? table;
  const pairs = (resource: string): LF.LFTagPair[] =>
    [...tags.assigned(resource)].map(([key, value]) => ({
      CatalogId: accountId,
      TagKey: key,
      TagValues: [value],
    }));
  const onDatabase = pairs(databaseName(names?.DatabaseName ?? database?.Name ?? ''));
  if (names === undefined) {
    return { LFTagOnDatabase: onDatabase };
  }
  const [db, name] = [names.DatabaseName ?? '', names.Name ?? ''];
  const known = glue.getTable(db, name);
  const all = [...(known.StorageDescriptor?.Columns ?? []), ...(known.PartitionKeys ?? [])];
  const wanted = columns?.ColumnNames ?? all.map((column) => column.Name ?? '');
  return {
    LFTagOnDatabase: onDatabase,
    LFTagsOnTable: pairs(tableName(db, name)),
    LFTagsOnColumns: wanted
      .map((column) => ({ Name: column, LFTags: pairs(tableName(db, name, column)) }))
      .filter((column) => column.LFTags.length > 0),
  };
}

function nothing(act: () => void): object {
  act();
  return {};
}

function attempt(act: () => void): LF.ErrorDetail | undefined {
  try {
    ask(act);
    return undefined;
  } catch (error) {
    if (!(error instanceof ServiceError)) {
      throw error;
    }
    return { ErrorCode: error.code, ErrorMessage: error.message };
  }
}

interface NamedPermission {
  readonly name: string;
  readonly permission: LF.PrincipalResourcePermissions;
}

function withName(permission: LF.PrincipalResourcePermissions): NamedPermission {
  return { name: JSON.stringify([permission.Principal, permission.Resource]), permission };
}

function byName(left: NamedPermission, right: NamedPermission): number {
  return compareTexts(left.name, right.name);
}

function compareTexts(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
