import type { Catalog } from '../core/catalog.js';
import type { UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import type { Relation } from '../core/relation.js';
import { success, type Result } from '../core/result.js';
import { deferRefs, listDeferrable } from '../graph/defer-refs.js';
import { findEngine } from './engines.js';
import type { ProjectGraph } from './load-project-graph.js';

/** Returns the relations that refs may be deferred to. */
export function deferredRelations(
  { graph }: ProjectGraph,
  options: { readonly selection: ReadonlySet<UniqueId>; readonly state: PreviousState },
): readonly Relation[] {
  return listDeferrable(graph, options);
}

/**
 * Returns the relations that refs are deferred to; none without `--defer`. Codes: `defer-unreachable`.
 */
export function deferFor(
  { project, graph }: ProjectGraph,
  options: {
    readonly selection: ReadonlySet<UniqueId>;
    readonly state: PreviousState | undefined;
    readonly catalog: Catalog;
    readonly mustExist: boolean;
    readonly favorState?: boolean;
  },
): Result<ReadonlyMap<UniqueId, Relation>> {
  const { selection, state, catalog, mustExist, favorState = false } = options;
  if (state === undefined) return success(new Map());
  const { target } = project;
  const onlyDatabase = findEngine(target).remote ? null : target.database;
  return deferRefs(graph, { selection, state, catalog, mustExist, favorState, onlyDatabase });
}
