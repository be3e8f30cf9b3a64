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

/** Entries of a batch of grants, LF-tags of a call (Lake Formation API reference, BatchGrantPermissions, AddLFTagsToResource). */
const maxEntries = 20;
const maxTags = 50;

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
    const ids = (entries ?? []).map(({ Id }) => Id);
    if (new Set(ids).size < ids.length) {
      throw new ServiceError('InvalidInputException', 'Ids of entries must differ.');
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
    const count = input.LFTags?.length ?? 0;
    if (count < 1 || count > maxTags) {
      throw new ServiceError('InvalidInputException', `1 to ${maxTags} LF-tags are allowed.`);
    }
    const resources = namesOf(input.Resource, glue);
    const failures = (input.LFTags ?? []).flatMap((tag) => {
      const error = attempt(() => resources.forEach((resource) => act(resource, tag)));
      return error === undefined ? [] : [{ LFTag: tag, Error: error }];
    });
    return { Failures: failures };
  }

  /** What rights are granted on must be there. */
  function grant(entry: PermissionEntry): void {
    const {
      Table: table,
      TableWithColumns: columns,
      DataCellsFilter: filter,
    } = entry.Resource ?? {};
    const names = table ?? columns;
    if (names?.Name !== undefined) glue.getTable(names.DatabaseName ?? '', names.Name);
    if (filter !== undefined) {
      filters.get(filter);
      if (entry.Permissions?.some((each) => each !== 'SELECT') === true) {
        // Lake Formation Developer Guide, "Overview of data filtering": filters apply to reads only.
        throw new ServiceError('InvalidInputException', 'Only SELECT can be granted on a filter.');
      }
    }
    permissions.grant(entry);
  }

  /** Lake Formation Developer Guide, "Data filtering limitations"; the texts are not sourced. */
  function checkFilter(filter: LF.DataCellsFilter | undefined): void {
    const table = glue.getTable(filter?.DatabaseName ?? '', filter?.TableName ?? '');
    if (table.TableType === 'VIRTUAL_VIEW') {
      throw new ServiceError(
        'InvalidInputException',
        'Data cells filters are not supported on views.',
      );
    }
    const hasNames = (filter?.ColumnNames?.length ?? 0) > 0;
    if (hasNames === (filter?.ColumnWildcard !== undefined)) {
      throw new ServiceError(
        'InvalidInputException',
        'Either ColumnNames or ColumnWildcard must be specified.',
      );
    }
    if (
      filter?.RowFilter?.FilterExpression === undefined &&
      filter?.RowFilter?.AllRowsWildcard === undefined
    ) {
      throw new ServiceError('InvalidInputException', 'A data cells filter needs a row filter.');
    }
    const known = [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
    for (const name of filter.ColumnNames ?? filter.ColumnWildcard?.ExcludedColumnNames ?? []) {
      if (!known.some((column) => column.Name?.toLowerCase() === name.toLowerCase())) {
        throw new ServiceError('EntityNotFoundException', `Column not found: ${name}`);
      }
    }
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
    GrantPermissions: (input: LF.GrantPermissionsRequest) => nothing(() => grant(input)),
    RevokePermissions: (input: LF.RevokePermissionsRequest) =>
      nothing(() => permissions.revoke(input)),
    BatchGrantPermissions: (input: LF.BatchGrantPermissionsRequest) =>
      runBatch(input.Entries, grant),
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
      nothing(() => {
        checkFilter(input.TableData);
        filters.create(input.TableData);
      }),
    UpdateDataCellsFilter: (input: LF.UpdateDataCellsFilterRequest) =>
      nothing(() => {
        checkFilter(input.TableData);
        filters.update(input.TableData);
      }),
    DeleteDataCellsFilter: (input: LF.DeleteDataCellsFilterRequest) =>
      nothing(() => {
        filters.delete(input);
        permissions.forgetFilter(input);
      }),
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
  // The guide's example ("Viewing LF-Tags assigned to a resource") asks so, and shows a tag of the database on its table.
  const inherits = input.ShowAssignedLFTags === true;
  const withAbove = (own: LF.LFTagPair[], above: readonly LF.LFTagPair[]): LF.LFTagPair[] => [
    ...above.filter((tag) => inherits && !own.some(({ TagKey }) => TagKey === tag.TagKey)),
    ...own,
  ];
  const onTable = withAbove(pairs(tableName(db, name)), onDatabase);
  return {
    LFTagOnDatabase: onDatabase,
    LFTagsOnTable: onTable,
    LFTagsOnColumns: wanted
      .map((column) => ({
        Name: column,
        LFTags: withAbove(pairs(tableName(db, name, column)), onTable),
      }))
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
