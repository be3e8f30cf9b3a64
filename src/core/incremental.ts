import type { Catalog, CatalogRelation } from './catalog.js';
import type { SqlNode } from './node.js';
import { relationKey } from './relation.js';

/**
 * Returns the table that an incremental model adds to in this run; `undefined` if it is built whole: it is not
 * incremental, its table does not exist yet (or is a view, or unfinished), or a full refresh was asked for. The model's own
 * `full_refresh` wins over the command's flag, as in dbt. `is_incremental()` and the planner must agree, so both ask here.
 */
export function incrementalTarget(
  node: SqlNode,
  catalog: Catalog,
  options: { readonly fullRefresh: boolean },
): CatalogRelation | undefined {
  if (node.resourceType !== 'model' || node.config.materialized !== 'incremental') return undefined;
  if (node.config.full_refresh ?? options.fullRefresh) return undefined;
  const existing = catalog.relations.get(relationKey(node.relation));
  return existing?.relation.type === 'table' && existing.isUnfinished !== true
    ? existing
    : undefined;
}
