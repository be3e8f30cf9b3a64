import type { UniqueId } from '../core/node.js';
import { dependenciesOf, type ReferenceGraph } from './reference-graph.js';
import { sortTopologically } from './sort-topologically.js';

/** Nodes of a circle; each refs the next, the last refs the first. */
export type Cycle = readonly UniqueId[];

/** Nobody reads more, and the search for circles in a graph full of them stays short. */
const mostCycles = 100;

/**
 * Returns the circles of a reference graph: every ref that is part of a circle is in one of those returned, each
 * circle once, as short as possible, beginning with its first node in project order; at most 100. `unsorted` are the
 * nodes that a topological sort left over.
 *
 * Shortest paths rather than graphlib's `findCycles`: that returns strongly connected components, in which no path
 * can be shown, and recurses.
 */
export function findCycles(graph: ReferenceGraph, unsorted: readonly UniqueId[]): readonly Cycle[] {
  const residue = new Set(unsorted);
  const circular = graph.filterNodes((id) => residue.has(id));
  // What only depends on a circle is on none: without it, the searches below stay near the circles.
  const candidates = sortTopologically(circular, { reversed: true }).unsorted;
  const projectOrder = new Map(candidates.map((id, index) => [id, index]));
  const shown = new Set<string>();
  const cycles: Cycle[] = [];
  for (const from of candidates) {
    for (const to of dependenciesOf(circular, from)) {
      if (shown.has(edgeKey(from, to))) continue;
      const cycle = shortestPath(circular, to, from);
      if (cycle === undefined) continue;
      cycle.forEach((id, index) => shown.add(edgeKey(id, cycle[(index + 1) % cycle.length] ?? id)));
      cycles.push(rotateToFirst(cycle, projectOrder));
      if (cycles.length === mostCycles) return cycles;
    }
  }
  return cycles;
}

function edgeKey(from: UniqueId, to: UniqueId): string {
  return `${from} ${to}`;
}

/** Breadth first along refs; the path begins with `from` and ends with `to`. */
function shortestPath(
  graph: ReferenceGraph,
  from: UniqueId,
  to: UniqueId,
): readonly UniqueId[] | undefined {
  const cameFrom = new Map<UniqueId, UniqueId | null>([[from, null]]);
  for (const id of cameFrom.keys()) {
    if (id === to) return trail(cameFrom, to);
    for (const next of dependenciesOf(graph, id)) {
      if (!cameFrom.has(next)) cameFrom.set(next, id);
    }
  }
  return undefined;
}

function trail(
  cameFrom: ReadonlyMap<UniqueId, UniqueId | null>,
  end: UniqueId,
): readonly UniqueId[] {
  const path: UniqueId[] = [];
  for (let id: UniqueId | null = end; id !== null; id = cameFrom.get(id) ?? null) path.push(id);
  return path.reverse();
}

function rotateToFirst(cycle: Cycle, projectOrder: ReadonlyMap<UniqueId, number>): Cycle {
  const position = (id: UniqueId) => projectOrder.get(id) ?? 0;
  const first = cycle.reduce((best, id) => (position(id) < position(best) ? id : best));
  const start = cycle.indexOf(first);
  return [...cycle.slice(start), ...cycle.slice(0, start)];
}
