import type { CatalogRelation } from '../../core/catalog.js';
import type { CompiledNode } from '../../core/compiled-node.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { BuiltNode } from '../../core/node.js';
import { displayRelation } from '../../core/relation.js';

/** The columns by which the table of a snapshot is known, under their usual names (dbt). */
const historyColumns: readonly string[] = ['dbt_scd_id', 'dbt_valid_from', 'dbt_valid_to'];

function hasHistory(names: readonly string[]): boolean {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return historyColumns.every((name) => known.has(name));
}

/**
 * Returns the refusal of a model or seed that would replace the table of a snapshot, which nobody can build again. Where
 * the warehouse does not say who built it, a model that itself gives a snapshot's columns may replace a table that has
 * them: it was built from a snapshot. Code: `relation-not-owned`.
 */
export function guardHistory(
  node: BuiltNode,
  { columns }: Pick<CompiledNode, 'columns'>,
  existing: CatalogRelation | undefined,
): readonly Diagnostic[] {
  if (node.resourceType === 'snapshot' || existing === undefined) return [];
  if (existing.relation.type === 'view') return [];
  const owner = existing.attributes?.['node'];
  const isHistory =
    owner === undefined
      ? // Who built it is not written on it, so its columns must tell.
        hasHistory(existing.columns.map(({ name }) => name)) &&
        columns !== undefined &&
        !hasHistory(columns.map(({ name }) => name ?? ''))
      : owner.startsWith('snapshot.');
  if (!isHistory) return [];
  const shown = displayRelation(existing.relation);
  const message = `${node.resourceType} '${node.name}' would replace ${shown}, which holds the history of a snapshot`;
  const hint = `give it another 'alias' or 'schema'; if nobody needs the history, drop ${shown} yourself`;
  return [errorDiagnostic('relation-not-owned', message, { location: { path: node.path }, hint })];
}
