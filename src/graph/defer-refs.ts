import type { Catalog } from '../core/catalog.js';
import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import { isBuilt } from '../core/is-built.js';
import type { BuiltNode, UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { displayRelation, relationKey, type Relation } from '../core/relation.js';
import { resultOf, type Result } from '../core/result.js';

/** What deferring needs to know. */
export interface DeferOptions {
  readonly selection: ReadonlySet<UniqueId>;
  /** What is in the warehouse, the other state's schemas included. */
  readonly catalog: Catalog;
  /** Whether a relation that is in neither place is a mistake; a command that runs nothing may not have looked. */
  readonly mustExist: boolean;
  readonly state: PreviousState;
  /** `--favor-state`: read the other state's relation even where the model is built here. */
  readonly favorState: boolean;
  /** The one database that the target can read; `null` if it can read others, too. */
  readonly onlyDatabase: string | null;
}

/** Returns the models that the selection reads and does not build itself, through ephemeral models as well. */
function listRead(graph: Graph, selection: ReadonlySet<UniqueId>): readonly BuiltNode[] {
  const read = new Map<UniqueId, BuiltNode>();
  const seen = new Set<UniqueId>();
  const pending = [...selection];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    for (const parent of graph.parents.get(id) ?? []) {
      const node = graph.nodes.get(parent);
      if (!isBuilt(node)) continue;
      if (node.config.materialized === 'ephemeral') pending.push(parent);
      else if (!selection.has(parent)) read.set(parent, node);
    }
  }
  return [...read.values()];
}

/** Returns the other state's relations that the selection may read; their schemas are worth looking at. */
export function listDeferrable(
  graph: Graph,
  { selection, state }: Pick<DeferOptions, 'selection' | 'state'>,
): readonly Relation[] {
  return listRead(graph, selection).flatMap(
    ({ uniqueId }) => state.nodes.get(uniqueId)?.relation ?? [],
  );
}

/**
 * Returns the relations to read in place of models that are neither selected nor built here, as dbt's `--defer` does: the
 * other state's. Diagnostics: `defer-unreachable` for a relation that the target cannot read.
 */
export function deferRefs(
  graph: Graph,
  options: DeferOptions,
): Result<ReadonlyMap<UniqueId, Relation>> {
  const { selection, catalog, mustExist, state, favorState, onlyDatabase } = options;
  const deferred = new Map<UniqueId, Relation>();
  const diagnostics: Diagnostic[] = [];
  for (const node of listRead(graph, selection)) {
    const other = state.nodes.get(node.uniqueId)?.relation;
    if (other == null || relationKey(other) === relationKey(node.relation)) continue;
    const isBuilt = catalog.relations.has(relationKey(node.relation));
    if (isBuilt && !favorState) continue;
    deferred.set(node.uniqueId, other);
    const database = other.database.toLowerCase();
    if (onlyDatabase !== null && database !== onlyDatabase.toLowerCase()) {
      const found = `${other.database}.${displayRelation(other)}`;
      diagnostics.push(
        errorDiagnostic(
          'defer-unreachable',
          `${node.resourceType} '${node.name}' is not built here, and the target cannot read '${found}' in its place`,
          {
            location: { path: node.path },
            hint: `the target reads the database '${onlyDatabase}' alone; build the ${node.resourceType} here, too: --select +${node.name}`,
          },
        ),
      );
    } else if (mustExist && !catalog.relations.has(relationKey(other))) {
      diagnostics.push(
        errorDiagnostic(
          'defer-unreachable',
          `${node.resourceType} '${node.name}' is not built here, nor is '${displayRelation(other)}' there in its place`,
          {
            location: { path: node.path },
            hint: `build it: --select +${node.name}, or build the state of '${state.folder}'`,
          },
        ),
      );
    }
  }
  return resultOf(deferred, diagnostics);
}
