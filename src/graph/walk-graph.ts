import type { ListedGraph } from '../core/listed-node.js';
import type { UniqueId } from '../core/node.js';

/** How far to walk: `depth` counts hops, `null` is as far as there are any. */
export interface WalkOptions {
  readonly depth?: number | null;
}

/** Returns what the nodes depend on, directly and indirectly. A node of `ids` is in it only if another one needs it. */
export function collectAncestors(
  graph: ListedGraph,
  ids: Iterable<UniqueId>,
  options: WalkOptions = {},
): ReadonlySet<UniqueId> {
  return walk(graph.parents, ids, options);
}

/** Returns what depends on the nodes, directly and indirectly. A node of `ids` is in it only if it needs another one. */
export function collectDescendants(
  graph: ListedGraph,
  ids: Iterable<UniqueId>,
  options: WalkOptions = {},
): ReadonlySet<UniqueId> {
  return walk(graph.children, ids, options);
}

/** Returns the nodes of `ids` in the graph's topological order. */
export function topologicalOrder(
  graph: ListedGraph,
  ids: ReadonlySet<UniqueId>,
): readonly UniqueId[] {
  return graph.order.filter((id) => ids.has(id));
}

function walk(
  neighbours: ReadonlyMap<UniqueId, readonly UniqueId[]>,
  ids: Iterable<UniqueId>,
  { depth = null }: WalkOptions,
): ReadonlySet<UniqueId> {
  const reached = new Set<UniqueId>();
  let frontier = [...ids];
  for (let hops = 0; frontier.length > 0 && (depth === null || hops < depth); hops += 1) {
    const next: UniqueId[] = [];
    for (const id of frontier) {
      for (const neighbour of neighbours.get(id) ?? []) {
        if (reached.has(neighbour)) continue;
        reached.add(neighbour);
        next.push(neighbour);
      }
    }
    frontier = next;
  }
  return reached;
}
