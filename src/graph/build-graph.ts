import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { ParsedNode, UniqueId } from '../core/node.js';
import type { ParsedProject } from '../core/parsed-project.js';
import { resultOf, type Result } from '../core/result.js';
import { findDeprecated } from './find-deprecated.js';
import { findPrivateRefs, type Edges } from './find-private-refs.js';
import { findCycles, type Cycle } from './find-cycles.js';
import {
  createNeighbours,
  createReferenceGraph,
  dependenciesOf,
  dependentsOf,
  type ReferenceGraph,
} from './reference-graph.js';
import {
  createNameTable,
  resolveRef,
  resolveSource,
  type NameTable,
} from './resolve-references.js';
import { sortTopologically } from './sort-topologically.js';

/**
 * Returns the DAG of the project's enabled nodes, every ref and source resolved. A data test that refs a disabled
 * model is left out, with a warning. Diagnostics: `ref-not-found`, `ref-disabled`, `source-not-found`, `graph-cycle`,
 * `ref-private`, `model-deprecated`.
 */
export function buildGraph(
  parsed: ParsedProject,
  {
    now,
  }: {
    /** ISO 8601, UTC: what is deprecated at this time is a warning; nothing without it. */
    readonly now?: string | undefined;
  } = {},
): Result<Graph> {
  const names = createNameTable(parsed);
  const resolved = parsed.nodes.map((node) => resolveReferences(node, names));
  // A data test is nobody's dependency, so the graph without it still shows every other mistake.
  const kept = resolved.filter(({ node, diagnostics }) => {
    return node.resourceType !== 'test' || diagnostics.length === 0;
  });

  const nodes = new Map(kept.map(({ node }) => [node.uniqueId, node]));
  const edges = new Map(kept.map((each) => [each.node.uniqueId, each.edges]));
  const edgesOf = (id: UniqueId): Edges => edges.get(id) ?? noEdges;
  const neighbours = createNeighbours(
    new Map(kept.map(({ node, edges }) => [node.uniqueId, edges.keys()])),
  );
  const { order, unsorted } = sortTopologically(neighbours);

  const graph: Graph = {
    nodes,
    parents: new Map(order.map((id) => [id, dependenciesOf(neighbours, id)])),
    children: new Map(order.map((id) => [id, dependentsOf(neighbours, id)])),
    order,
    modelsByName: names.modelsByName,
    modelsByPackage: names.modelsByPackage,
    sourcesByName: names.sourcesByName,
  };
  return resultOf(graph, [
    ...resolved.flatMap(({ diagnostics }) => diagnostics),
    ...(unsorted.length === 0 ? [] : describeCycles(kept, unsorted)),
    ...findPrivateRefs(nodes, edgesOf),
    ...(now === undefined ? [] : findDeprecated(nodes, { edgesOf, now })),
  ]);
}

const noEdges: Edges = new Map();

interface ResolvedNode {
  readonly node: ParsedNode;
  /** What the node refs, with the place of the first call that asks for it. */
  readonly edges: ReadonlyMap<UniqueId, SourceLocation>;
  readonly diagnostics: readonly Diagnostic[];
}

function resolveReferences(node: ParsedNode, names: NameTable): ResolvedNode {
  const edges = new Map<UniqueId, SourceLocation>();
  const diagnostics: Diagnostic[] = [];
  if (!('refs' in node)) return { node, edges, diagnostics };
  const references = [
    ...node.refs.map((call) => ({ call, reference: resolveRef(call, node, names) })),
    ...node.sources.map((call) => ({ call, reference: resolveSource(call, node, names) })),
  ];
  for (const { call, reference } of references) {
    if (!reference.ok) diagnostics.push(reference.diagnostic);
    else if (!edges.has(reference.uniqueId)) edges.set(reference.uniqueId, call.location);
  }
  return { node, edges, diagnostics };
}

function describeCycles(
  kept: readonly ResolvedNode[],
  unsorted: readonly UniqueId[],
): readonly Diagnostic[] {
  const nodes = new Map(kept.map(({ node }) => [node.uniqueId, node]));
  const references = createReferenceGraph(nodes.keys());
  for (const { node, edges } of kept) {
    for (const [to, location] of edges) references.setEdge(node.uniqueId, to, location);
  }
  return findCycles(references, unsorted).map((cycle) => describeCycle(cycle, references, nodes));
}

/** Longer circles are shown by where they begin and end. */
const mostHops = 10;

function shorten(names: readonly string[]): readonly string[] {
  if (names.length <= mostHops + 2) return names;
  const left = names.length - mostHops;
  return [...names.slice(0, mostHops - 2), `… ${left} more …`, ...names.slice(-2)];
}

function describeCycle(
  cycle: Cycle,
  references: ReferenceGraph,
  nodes: ReadonlyMap<UniqueId, ParsedNode>,
): Diagnostic {
  const nameOf = (id: UniqueId) => nodes.get(id)?.name ?? id;
  const hops = cycle.map((from, index) => {
    const to = cycle[(index + 1) % cycle.length] ?? from;
    return { from: nameOf(from), to: nameOf(to), location: references.edge(from, to) };
  });
  const [first, ...others] = hops;
  if (cycle.length === 1) {
    return errorDiagnostic('graph-cycle', `model '${first?.from}' refs itself`, {
      location: first?.location,
      hint: 'an incremental model reads its own rows through {{ this }}',
    });
  }
  const path = shorten([...cycle, cycle[0] ?? ''].map(nameOf)).join(' → ');
  return errorDiagnostic('graph-cycle', `models depend on each other in a circle: ${path}`, {
    location: first?.location,
    related: others.slice(0, mostHops).map(({ from, to, location }) => ({
      message: `'${from}' refs '${to}'`,
      location,
    })),
    hint: 'remove one of these refs, or move what both need into a model of its own',
  });
}
