import type { Graph } from '../core/graph.js';
import type { UniqueId } from '../core/node.js';

/** Questions about order that the planner asks of the graph. */
export interface PlanOrder {
  /** Returns the nearest nodes above `id` that are planned; nodes in between that are not planned are looked through. */
  plannedParents(id: UniqueId): readonly UniqueId[];
  /** Returns all nodes above `id`. */
  ancestorsOf(id: UniqueId): ReadonlySet<UniqueId>;
  /** Returns the one that comes last in topological order. */
  last(ids: readonly UniqueId[]): UniqueId | undefined;
}

/** Returns an index of the graph for the planned nodes. */
export function orderPlan(graph: Graph, planned: ReadonlySet<UniqueId>): PlanOrder {
  const position = new Map(graph.order.map((id, index) => [id, index]));
  const ancestors = new Map<UniqueId, ReadonlySet<UniqueId>>();

  function walkUp(id: UniqueId, visit: (parent: UniqueId) => 'go-on' | 'stop'): void {
    const seen = new Set<UniqueId>();
    const open = [...(graph.parents.get(id) ?? [])];
    for (let parent = open.pop(); parent !== undefined; parent = open.pop()) {
      if (seen.has(parent)) continue;
      seen.add(parent);
      if (visit(parent) === 'go-on') open.push(...(graph.parents.get(parent) ?? []));
    }
  }

  return {
    plannedParents(id) {
      const found: UniqueId[] = [];
      walkUp(id, (parent) => {
        if (!planned.has(parent)) return 'go-on';
        found.push(parent);
        return 'stop';
      });
      return found.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
    },
    ancestorsOf(id) {
      const known = ancestors.get(id);
      if (known !== undefined) return known;
      const all = new Set<UniqueId>();
      walkUp(id, (parent) => {
        all.add(parent);
        return 'go-on';
      });
      ancestors.set(id, all);
      return all;
    },
    last: (ids) => [...ids].sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0)).at(-1),
  };
}
