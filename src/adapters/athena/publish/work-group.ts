import type { EngineResult } from '../../../core/adapter.js';
import { toEngineResult } from '../client/api-failure.js';
import type { ModelStorage } from '../model-config.js';
import type { NodeWork } from '../node-work.js';
import type { TablePlacement } from '../run-context.js';

/**
 * Returns who decides where a table lies: a workgroup that enforces its output location does for Hive tables, never for
 * Iceberg tables. A workgroup is asked once a run, and only where it matters.
 * Source: Athena User Guide, "CREATE TABLE AS", property `external_location`.
 */
export async function readWorkGroup(
  work: NodeWork,
  { storage, signal }: { readonly storage: ModelStorage; readonly signal: AbortSignal },
): Promise<EngineResult<TablePlacement>> {
  if (storage.tableType === 'iceberg') return { ok: true, value: { choosesLocation: false } };
  const { client, placements } = work.context;
  const name = work.workGroup.current;
  const known = placements.get(name);
  if (known !== undefined) return { ok: true, value: known };
  const result = await client.api.call(
    { service: 'athena', operation: 'GetWorkGroup', subject: name },
    (athena, http) => athena.getWorkGroup({ WorkGroup: name }, http),
    { signal },
  );
  if (!result.ok) return toEngineResult(result);
  const { EnforceWorkGroupConfiguration: enforces, ResultConfiguration: results } =
    result.value.WorkGroup?.Configuration ?? {};
  const hasPlace = (results?.OutputLocation ?? '') !== '';
  const placement = { choosesLocation: enforces === true && hasPlace };
  placements.set(name, placement);
  return { ok: true, value: placement };
}
