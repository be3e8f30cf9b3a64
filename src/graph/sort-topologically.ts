import type { UniqueId } from '../core/node.js';
import { dependenciesOf, dependentsOf, type Neighbours } from './reference-graph.js';

/** An order in which what a node needs comes before it, and the nodes for which there is none. */
export interface TopologicalSort {
  /** Generation by generation: nodes that need nothing, then those that need only them, and so on; each in project order. */
  readonly order: readonly UniqueId[];
  /** Nodes that lie on a circle or need one that does, in project order. */
  readonly unsorted: readonly UniqueId[];
}

/**
 * Returns the topological order of a reference graph; with `reversed`, dependents come first. The generations are
 * counted here rather than taken from graphlib's `topsort`, which recurses (a chain of some thousand models ends the
 * stack) and leaves ties open.
 */
export function sortTopologically(
  graph: Neighbours,
  { reversed = false }: { readonly reversed?: boolean } = {},
): TopologicalSort {
  const [needs, neededBy] = reversed
    ? [dependentsOf, dependenciesOf]
    : [dependenciesOf, dependentsOf];
  const ids = graph.nodes();
  const projectOrder = new Map(ids.map((id, index) => [id, index]));
  const missing = new Map(ids.map((id) => [id, needs(graph, id).length]));

  const order: UniqueId[] = [];
  let generation = ids.filter((id) => missing.get(id) === 0);
  while (generation.length > 0) {
    const next: UniqueId[] = [];
    for (const id of generation) {
      order.push(id);
      for (const other of neededBy(graph, id)) {
        const left = (missing.get(other) ?? 0) - 1;
        missing.set(other, left);
        if (left === 0) next.push(other);
      }
    }
    generation = next.sort((a, b) => (projectOrder.get(a) ?? 0) - (projectOrder.get(b) ?? 0));
  }

  const sorted = new Set(order);
  return { order, unsorted: ids.filter((id) => !sorted.has(id)) };
}
