import type { Partition, Table } from '@aws-sdk/client-glue';
import type { Relation } from '../../../core/relation.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { createGluePartitions } from '../client/glue-partitions.js';
import { createGlueTables } from '../client/glue-tables.js';
import type { AthenaConfig } from '../config.js';
import { isProjected, isView } from '../markers.js';

/** Where the files of sources lie, and what is not known. */
export interface SourceLocations {
  /** Addresses in S3, with `s3://`. */
  readonly locations: readonly string[];
  /** Sources that are views, or not in Glue: what they read, nobody says. */
  readonly unknown: readonly Relation[];
}

const asFolder = (address: string): string => (address.endsWith('/') ? address : `${address}/`);

/**
 * Returns the folder above the parts `key=value` at the end of a partition's address; its own folder where there are none, or
 * where the rest is a whole bucket.
 */
function aboveValues(address: string): string {
  const above = asFolder(address).replace(/(?:[^/=]+=[^/]*\/)+$/u, '');
  return /^s3:\/\/[^/]+\/./u.test(above) ? above : asFolder(address);
}

/**
 * Returns where the files of a table lie: in its own folder, and in those of partitions that are elsewhere, or of the template by
 * which Athena computes them (`storage.location.template`). Folders of values are taken together, so that a policy stays short.
 */
export function fileLocations(table: Table, partitions: readonly Partition[]): readonly string[] {
  const own = table.StorageDescriptor?.Location;
  const template = table.Parameters?.['storage.location.template'];
  const computed =
    isProjected(table) && template !== undefined
      ? [template.slice(0, template.search(/\$\{|$/u)).replace(/[^/]*$/u, '')]
      : [];
  const found = [
    ...(own === undefined ? [] : [own]),
    ...computed,
    ...partitions.flatMap(({ StorageDescriptor }) => {
      const location = StorageDescriptor?.Location;
      return location === undefined ? [] : [aboveValues(location)];
    }),
  ];
  // A folder with another around it says nothing new.
  return [...new Set(found)].filter(
    (each) =>
      !found.some(
        (other) => asFolder(other) !== asFolder(each) && asFolder(each).startsWith(asFolder(other)),
      ) && !(each !== own && own !== undefined && asFolder(each) === asFolder(own)),
  );
}

/**
 * Returns where Glue has the files of tables that a project only reads: Athena reads them with the caller's rights, unless
 * Lake Formation gives it others (Athena User Guide, "Control access to Amazon S3 from Athena"). `accounts` are those of
 * other data catalogs, by their names in lower case.
 */
export async function findSourceLocations(
  api: AwsApi,
  { catalog, catalogId }: Pick<AthenaConfig, 'catalog' | 'catalogId'>,
  {
    sources,
    accounts,
  }: { readonly sources: readonly Relation[]; readonly accounts: ReadonlyMap<string, string> },
): Promise<ApiResult<SourceLocations>> {
  const locations: string[] = [];
  const unknown: Relation[] = [];
  for (const source of sources) {
    const catalogName = source.database.toLowerCase();
    const isOwn = catalogName === catalog.toLowerCase();
    const account = isOwn ? catalogId : accounts.get(catalogName);
    if (!isOwn && account === undefined) {
      unknown.push(source);
      continue;
    }
    const owner = account === undefined ? {} : { catalogId: account };
    const database = source.schema.toLowerCase();
    const name = source.identifier.toLowerCase();
    const read = await createGlueTables(api, owner).getTable(database, name);
    if (!read.ok) return read;
    const table = read.value;
    if (table?.StorageDescriptor?.Location === undefined || isView(table)) {
      unknown.push(source);
      continue;
    }
    const hasPartitions = (table.PartitionKeys ?? []).length > 0 && !isProjected(table);
    const partitions = hasPartitions
      ? await createGluePartitions(api, owner).list({ database, name })
      : ({ ok: true, value: [] } as const);
    if (!partitions.ok) return partitions;
    locations.push(...fileLocations(table, partitions.value));
  }
  return { ok: true, value: { locations, unknown } };
}
