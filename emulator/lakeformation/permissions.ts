import type * as LF from '@aws-sdk/client-lakeformation';
import { ServiceError } from '../core/service.js';
import { normalizeResource } from './resources.js';

/** A grant or a revocation: who, on what, which rights. */
export type PermissionEntry = Pick<
  LF.GrantPermissionsRequest,
  'Principal' | 'Resource' | 'Permissions' | 'PermissionsWithGrantOption'
>;

interface Grant {
  readonly principal: string;
  readonly resource: LF.Resource;
  readonly permissions: ReadonlySet<LF.Permission>;
  readonly grantable: ReadonlySet<LF.Permission>;
}

/** Who may do what on which resource. */
export interface Permissions {
  /** Adds rights; those that are there already stay. */
  readonly grant: (entry: PermissionEntry) => void;
  /** Throws `InvalidInputException` where one of the rights is not there. */
  readonly revoke: (entry: PermissionEntry) => void;
  /** All grants, of one principal or on one resource if asked for. */
  list(
    filter: Pick<LF.ListPermissionsRequest, 'Principal' | 'Resource' | 'IncludeRelated'>,
  ): readonly LF.PrincipalResourcePermissions[];
  /** Takes away every grant on a table. */
  forgetTable(database: string, table: string): void;
  /** Takes away every grant by a filter. Whether Lake Formation does so when a filter is deleted is not sourced. */
  forgetFilter(filter: LF.DataCellsFilterResource): void;
}

function isOfFilter({ DataCellsFilter: filter }: LF.Resource, table?: LF.TableResource): boolean {
  return (
    filter !== undefined &&
    filter.DatabaseName === table?.DatabaseName?.toLowerCase() &&
    filter?.TableName === table?.Name?.toLowerCase()
  );
}

/** Returns permissions with no grants. */
export function createPermissions(): Permissions {
  const grants = new Map<string, Grant>();

  function read(entry: PermissionEntry): readonly [string, Grant] {
    const principal = entry.Principal?.DataLakePrincipalIdentifier ?? '';
    if (principal === '' || entry.Resource === undefined || !entry.Permissions?.length) {
      throw new ServiceError(
        'InvalidInputException',
        'Principal, resource and permissions are required.',
      );
    }
    const resource = normalizeResource(entry.Resource);
    return [
      `${principal} ${JSON.stringify(resource)}`,
      {
        principal,
        resource,
        permissions: new Set(entry.Permissions),
        grantable: new Set(entry.PermissionsWithGrantOption ?? []),
      },
    ];
  }

  return {
    grant(entry) {
      const [key, added] = read(entry);
      const current = grants.get(key);
      grants.set(key, {
        ...added,
        permissions: new Set([...(current?.permissions ?? []), ...added.permissions]),
        grantable: new Set([...(current?.grantable ?? []), ...added.grantable]),
      });
    },
    revoke(entry) {
      const [key, removed] = read(entry);
      const current = grants.get(key);
      const missing = [...removed.permissions].filter(
        (permission) => current?.permissions.has(permission) !== true,
      );
      if (current === undefined || missing.length > 0) {
        throw new ServiceError(
          'InvalidInputException',
          'No permissions revoked. Grantee has no permissions or permissions cannot be revoked.',
        );
      }
      const permissions = new Set(
        [...current.permissions].filter((each) => !removed.permissions.has(each)),
      );
      const grantable = new Set(
        [...current.grantable].filter(
          (each) => permissions.has(each) && !removed.grantable.has(each),
        ),
      );
      if (permissions.size === 0) {
        grants.delete(key);
      } else {
        grants.set(key, { ...current, permissions, grantable });
      }
    },
    list(filter) {
      if (filter.IncludeRelated === 'TRUE' && filter.Principal !== undefined) {
        throw new ServiceError(
          'InvalidInputException',
          'Related permissions are not listed by principal.',
        );
      }
      const principal = filter.Principal?.DataLakePrincipalIdentifier;
      const resource =
        filter.Resource === undefined
          ? undefined
          : JSON.stringify(normalizeResource(filter.Resource));
      return [...grants.values()]
        .filter((grant) => principal === undefined || grant.principal === principal)
        .filter(
          (grant) =>
            resource === undefined ||
            JSON.stringify(grant.resource) === resource ||
            (filter.IncludeRelated === 'TRUE' &&
              isOfFilter(grant.resource, filter.Resource?.Table)),
        )
        .map((grant) => ({
          Principal: { DataLakePrincipalIdentifier: grant.principal },
          Resource: grant.resource,
          Permissions: [...grant.permissions],
          PermissionsWithGrantOption: [...grant.grantable],
        }));
    },
    forgetFilter(filter) {
      const gone = JSON.stringify(normalizeResource({ DataCellsFilter: filter }));
      for (const [key, { resource }] of grants) {
        if (JSON.stringify(resource) === gone) grants.delete(key);
      }
    },
    forgetTable(database, table) {
      for (const [key, { resource }] of grants) {
        const names = resource.Table ?? resource.TableWithColumns;
        const filter = resource.DataCellsFilter;
        const isOfTable =
          (names?.DatabaseName === database && names.Name === table) ||
          (filter?.DatabaseName === database && filter.TableName === table);
        if (isOfTable) {
          grants.delete(key);
        }
      }
    },
  };
}
