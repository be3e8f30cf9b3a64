import type { ErrorDetail, Resource } from '@aws-sdk/client-lakeformation';
import type { AwsApi, CallOptions } from '../client/api-call.js';
import type { ApiOperation, ApiResult } from '../client/api-error.js';
import { readErrorDetail, sendInBatches, type KeyedFailure } from '../client/batches.js';
import type { TableName } from '../client/glue-partitions.js';
import { readPages } from '../client/pages.js';
import type { CellsFilter, Governance, Tags } from './governance.js';
import type { GovernanceAction, GovernanceState, KnownFilter } from './plan-governance.js';

/** A part of a change that Lake Formation did not carry out. */
export interface ActionFailure {
  /** What was to be changed: `the tag pii=yes on email`. */
  readonly what: string;
  readonly code: string;
  readonly message: string;
}

/** Lake Formation's calls about one table. Batch calls answer per entry: what is returned are those not carried out. */
export interface LakeFormation {
  /** Reads only what the governance is about. */
  read(
    table: GovernedTable,
    governance: Governance,
    options?: CallOptions,
  ): Promise<ApiResult<GovernanceState>>;
  apply(
    table: GovernedTable,
    action: GovernanceAction,
    options?: CallOptions,
  ): Promise<ApiResult<readonly ActionFailure[]>>;
}

/** A table, and the account whose catalog it is in: twelve digits, as Glue says them. Filters need it. */
export interface GovernedTable extends TableName {
  readonly catalogId?: string;
}

/** Lake Formation API reference: LFTags of AddLFTagsToResource, Entries of BatchGrantPermissions. */
const entriesPerCall = { tags: 50, permissions: 20 } as const;

/** Another call changes the same table; the entry may be sent again. */
const alsoPassing = ['ConcurrentModificationException'];

function toTags(
  pairs: readonly { TagKey?: string | undefined; TagValues?: readonly string[] | undefined }[] = [],
): Tags {
  return Object.fromEntries(
    pairs.map(({ TagKey = '', TagValues = [] }) => [
      TagKey.toLowerCase(),
      (TagValues[0] ?? '').toLowerCase(),
    ]),
  );
}

/** Returns the calls of a target's client. */
export function createLakeFormation(api: AwsApi): LakeFormation {
  const about = (
    operation: string,
    { database, name }: GovernedTable,
  ): ApiOperation & { readonly service: 'lakeformation' } => ({
    service: 'lakeformation',
    operation,
    subject: `${database}.${name}`,
  });
  const tableOf = ({ catalogId, database, name }: GovernedTable) => ({
    CatalogId: catalogId,
    DatabaseName: database,
    Name: name,
  });
  const filterOf = ({ catalogId, database, name }: GovernedTable, filter: string) => ({
    TableCatalogId: catalogId,
    DatabaseName: database,
    TableName: name,
    Name: filter,
  });

  async function readTags(
    table: GovernedTable,
    options: CallOptions | undefined,
  ): Promise<ApiResult<Pick<GovernanceState, 'database' | 'table' | 'columns'>>> {
    const found = await api.call(
      about('GetResourceLFTags', table),
      (client, http) =>
        client.getResourceLFTags(
          {
            CatalogId: table.catalogId,
            Resource: { Table: tableOf(table) },
            ShowAssignedLFTags: true,
          },
          http,
        ),
      options,
    );
    if (!found.ok) return found;
    const { LFTagOnDatabase, LFTagsOnTable, LFTagsOnColumns = [] } = found.value;
    return {
      ok: true,
      value: {
        database: toTags(LFTagOnDatabase),
        table: toTags(LFTagsOnTable),
        columns: Object.fromEntries(
          LFTagsOnColumns.map(({ Name = '', LFTags }) => [Name.toLowerCase(), toTags(LFTags)]),
        ),
      },
    };
  }

  async function readFilters(
    table: GovernedTable,
    options: CallOptions | undefined,
  ): Promise<ApiResult<Pick<GovernanceState, 'filters' | 'grants'>>> {
    const [filters, permissions] = await Promise.all([
      readPages((token) =>
        api.call(
          about('ListDataCellsFilter', table),
          async (client, http) => {
            const page = await client.listDataCellsFilter(
              { Table: tableOf(table), NextToken: token },
              http,
            );
            return { items: page.DataCellsFilters ?? [], next: page.NextToken };
          },
          options,
        ),
      ),
      readPages((token) =>
        api.call(
          about('ListPermissions', table),
          async (client, http) => {
            const page = await client.listPermissions(
              {
                CatalogId: table.catalogId,
                Resource: { Table: tableOf(table) },
                // Those on its filters, too.
                IncludeRelated: 'TRUE',
                NextToken: token,
              },
              http,
            );
            return { items: page.PrincipalResourcePermissions ?? [], next: page.NextToken };
          },
          options,
        ),
      ),
    ]);
    if (!filters.ok) return filters;
    if (!permissions.ok) return permissions;
    const grants: Record<string, string[]> = {};
    for (const { Principal, Resource: resource, Permissions = [] } of permissions.value) {
      const filter = resource?.DataCellsFilter?.Name;
      const principal = Principal?.DataLakePrincipalIdentifier;
      if (filter === undefined || principal === undefined || !Permissions.includes('SELECT'))
        continue;
      (grants[filter] ??= []).push(principal);
    }
    const known = filters.value.map(
      ({ Name = '', RowFilter, ColumnNames = [], ColumnWildcard, VersionId }): KnownFilter => ({
        name: Name,
        rowFilter: RowFilter?.FilterExpression ?? 'true',
        columns:
          ColumnNames.length > 0
            ? { kind: 'only', names: ColumnNames.map((name) => name.toLowerCase()) }
            : {
                kind: 'except',
                names: (ColumnWildcard?.ExcludedColumnNames ?? []).map((name) =>
                  name.toLowerCase(),
                ),
              },
        ...(VersionId !== undefined && { versionId: VersionId }),
      }),
    );
    return { ok: true, value: { filters: known, grants } };
  }

  async function changeTags(
    table: GovernedTable,
    { kind, columns, tags }: Extract<GovernanceAction, { kind: 'tag' | 'untag' }>,
    options: CallOptions | undefined,
  ): Promise<ApiResult<readonly ActionFailure[]>> {
    const resource: Resource =
      columns === null
        ? { Table: tableOf(table) }
        : { TableWithColumns: { ...tableOf(table), ColumnNames: [...columns] } };
    const sent = await sendInBatches(Object.entries(tags), {
      api,
      size: entriesPerCall.tags,
      keyOf: ([key]) => key,
      alsoPassing,
      options,
      send: async (batch): Promise<ApiResult<readonly KeyedFailure[]>> => {
        const request = {
          CatalogId: table.catalogId,
          Resource: resource,
          LFTags: batch.map(([TagKey, value]) => ({ TagKey, TagValues: [value] })),
        };
        const answer = await (kind === 'tag'
          ? api.call(
              about('AddLFTagsToResource', table),
              (client, http) => client.addLFTagsToResource(request, http),
              options,
            )
          : api.call(
              about('RemoveLFTagsFromResource', table),
              (client, http) => client.removeLFTagsFromResource(request, http),
              options,
            ));
        if (!answer.ok) return answer;
        return {
          ok: true,
          value: (answer.value.Failures ?? []).map(({ LFTag, Error: detail }) => ({
            key: (LFTag?.TagKey ?? '').toLowerCase(),
            ...readErrorDetail(detail),
          })),
        };
      },
    });
    if (!sent.ok) return sent;
    const on = columns === null ? 'the table' : columns.join(', ');
    return {
      ok: true,
      value: sent.value.map(({ entry: [key, value], code, message }) => ({
        what: `the tag ${key}=${value} on ${on}`,
        code,
        message,
      })),
    };
  }

  async function changePermissions(
    table: GovernedTable,
    { kind, name, principals }: Extract<GovernanceAction, { kind: 'grant' | 'revoke' }>,
    options: CallOptions | undefined,
  ): Promise<ApiResult<readonly ActionFailure[]>> {
    const operation = kind === 'grant' ? 'BatchGrantPermissions' : 'BatchRevokePermissions';
    const sent = await sendInBatches(principals, {
      api,
      size: entriesPerCall.permissions,
      keyOf: (principal) => principal,
      alsoPassing,
      options,
      send: async (batch): Promise<ApiResult<readonly KeyedFailure[]>> => {
        const Entries = batch.map((principal, index) => ({
          Id: String(index),
          Principal: { DataLakePrincipalIdentifier: principal },
          Resource: { DataCellsFilter: filterOf(table, name) },
          Permissions: ['SELECT' as const],
        }));
        const request = { CatalogId: table.catalogId, Entries };
        const answer = await api.call(
          about(operation, table),
          async (
            client,
            http,
          ): Promise<
            readonly {
              readonly RequestEntry?: { Id?: string | undefined } | undefined;
              readonly Error?: ErrorDetail | undefined;
            }[]
          > =>
            (kind === 'grant'
              ? await client.batchGrantPermissions(request, http)
              : await client.batchRevokePermissions(request, http)
            ).Failures ?? [],
          options,
        );
        if (!answer.ok) return answer;
        return {
          ok: true,
          value: answer.value.map(({ RequestEntry, Error: detail }) => ({
            key: batch[Number(RequestEntry?.Id)] ?? '',
            ...readErrorDetail(detail),
          })),
        };
      },
    });
    if (!sent.ok) return sent;
    const what = kind === 'grant' ? 'the grant of' : 'the revocation of';
    return {
      ok: true,
      value: sent.value.map(({ entry, code, message }) => ({
        what: `${what} the filter ${name} to ${entry}`,
        code,
        message,
      })),
    };
  }

  function toFilter(table: GovernedTable, { name, rowFilter, columns }: CellsFilter) {
    return {
      ...filterOf(table, name),
      RowFilter:
        rowFilter.toLowerCase() === 'true'
          ? { AllRowsWildcard: {} }
          : { FilterExpression: rowFilter },
      ...(columns.kind === 'only'
        ? { ColumnNames: [...columns.names] }
        : { ColumnWildcard: { ExcludedColumnNames: [...columns.names] } }),
    };
  }

  async function changeFilter(
    table: GovernedTable,
    action: Extract<GovernanceAction, { kind: `${string}-filter` }>,
    options: CallOptions | undefined,
  ): Promise<ApiResult<readonly ActionFailure[]>> {
    const name = action.kind === 'delete-filter' ? action.name : action.filter.name;
    const done = await (action.kind === 'create-filter'
      ? api.call(
          about('CreateDataCellsFilter', table),
          (client, http) =>
            client.createDataCellsFilter({ TableData: toFilter(table, action.filter) }, http),
          options,
        )
      : action.kind === 'update-filter'
        ? api.call(
            about('UpdateDataCellsFilter', table),
            (client, http) =>
              client.updateDataCellsFilter(
                {
                  TableData: {
                    ...toFilter(table, action.filter),
                    ...(action.versionId !== undefined && { VersionId: action.versionId }),
                  },
                },
                http,
              ),
            options,
          )
        : api.call(
            about('DeleteDataCellsFilter', table),
            (client, http) => client.deleteDataCellsFilter(filterOf(table, name), http),
            options,
          ));
    if (done.ok) return { ok: true, value: [] };
    const { kind, code, message } = done.error;
    // What Lake Formation says of the filter itself is a failure of this change alone; it may be done already.
    return kind === 'refused'
      ? { ok: true, value: [{ what: `the filter ${name}`, code, message }] }
      : done;
  }

  return {
    async read(table, { tags, filters }, options) {
      const [found, filtered] = await Promise.all([
        tags === undefined ? undefined : readTags(table, options),
        filters === undefined ? undefined : readFilters(table, options),
      ]);
      if (found?.ok === false) return found;
      if (filtered?.ok === false) return filtered;
      return {
        ok: true,
        value: {
          database: {},
          table: {},
          columns: {},
          filters: [],
          grants: {},
          ...found?.value,
          ...filtered?.value,
        },
      };
    },
    apply(table, action, options) {
      switch (action.kind) {
        case 'tag':
        case 'untag':
          return changeTags(table, action, options);
        case 'grant':
        case 'revoke':
          return changePermissions(table, action, options);
        default:
          return changeFilter(table, action, options);
      }
    },
  };
}
