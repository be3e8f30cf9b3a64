import type { ApiResult } from './client/api-error.js';
import type { CallOptions } from './client/api-call.js';
import type { AthenaClient } from './client/open-client.js';
import type { AthenaConfig } from './config.js';

/**
 * Returns which of the world's Glue catalogs a target's tables are in, as `account/region`. Targets of one project may
 * share a bucket and have catalogs of their own: what no table of one refers to, the tables of another may read.
 */
export async function readCatalogId(
  { api }: AthenaClient,
  { catalogId, region }: AthenaConfig,
  options?: CallOptions,
): Promise<ApiResult<string>> {
  if (catalogId !== undefined) return { ok: true, value: `${catalogId}/${region}` };
  const identity = await api.call(
    { service: 'sts', operation: 'GetCallerIdentity', subject: '' },
    async (sts, http) => (await sts.getCallerIdentity({}, http)).Account ?? '',
    options,
  );
  return identity.ok ? { ok: true, value: `${identity.value}/${region}` } : identity;
}
