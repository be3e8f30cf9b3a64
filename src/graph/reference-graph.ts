import { Graph as Digraph } from 'graphlib';
import type { SourceLocation } from '../core/diagnostic.js';
import type { UniqueId } from '../core/node.js';

/** Who refers to whom: an edge leads from a node to what it refs, labelled with the place of that ref. */
export type ReferenceGraph = Digraph<undefined, undefined, SourceLocation>;

/** Returns a reference graph without edges. The order of `ids` is the project order. */
export function createReferenceGraph(ids: Iterable<UniqueId>): ReferenceGraph {
  const graph: ReferenceGraph = new Digraph();
  for (const id of ids) graph.setNode(id);
  return graph;
}

/** Returns what the node refs, in the order written. */
export function dependenciesOf(graph: ReferenceGraph, id: UniqueId): readonly UniqueId[] {
  return graph.successors(id) ?? [];
}

/** Returns who refs the node, in project order. */
export function dependentsOf(graph: ReferenceGraph, id: UniqueId): readonly UniqueId[] {
  return graph.predecessors(id) ?? [];
}
