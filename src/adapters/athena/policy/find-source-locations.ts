import type { Relation } from '../../../core/relation.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { createGlueTables } from '../client/glue-tables.js';
import type { AthenaConfig } from '../config.js';
import { isView } from '../markers.js';

/** Where the files of sources lie, and what is not known. */
export interface SourceLocations {
  /** Addresses in S3, with `s3://`. */
  readonly locations: readonly string[];
  /** Sources that are views, or not in Glue: what they read, nobody says. */
  readonly unknown: readonly Relation[];
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
    const name = source.database.toLowerCase();
    const isOwn = name === catalog.toLowerCase();
    const account = isOwn ? catalogId : accounts.get(name);
    if (!isOwn && account === undefined) {
      unknown.push(source);
      continue;
    }
    const tables = createGlueTables(api, account === undefined ? {} : { catalogId: account });
    const read = await tables.getTable(
      source.schema.toLowerCase(),
      source.identifier.toLowerCase(),
    );
    if (!read.ok) return read;
    const location = read.value?.StorageDescriptor?.Location;
    if (read.value === undefined || isView(read.value) || location === undefined) {
      unknown.push(source);
    } else locations.push(location);
  }
  return { ok: true, value: { locations, unknown } };
}
