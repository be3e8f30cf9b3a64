import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { ParsedNode, UniqueId } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import { hasWildcard } from './glob.js';
import { parseSelector, type Criterion, type Selector } from './parse-selector.js';
import {
  selectorMethods,
  type SelectableNode,
  type SelectorMethodDefinition,
} from './selector-methods.js';
import { collectAncestors, collectDescendants, topologicalOrder } from './walk-graph.js';

/** The values of `--select` and `--exclude`, as given; none selects everything and excludes nothing. */
export interface SelectOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  /** Keeps only nodes of these types, after all else. */
  readonly resourceTypes?: readonly ParsedNode['resourceType'][];
}

/**
 * Returns the selected nodes, in topological order. A data test is selected when any of its parents is, and excluded
 * when any of its parents is (dbt's eager indirect selection). Diagnostics: `selector-invalid`, `selection-empty` (a
 * warning for each word that matches nothing, and for a selection with nothing in it).
 */
export function selectNodes(
  graph: Graph,
  { select = [], exclude = [], resourceTypes }: SelectOptions,
): Result<ReadonlySet<UniqueId>> {
  const included = parseSelector(select, '--select');
  const excluded = parseSelector(exclude, '--exclude');
  if (!included.ok || !excluded.ok) {
    return failure([...included.diagnostics, ...excluded.diagnostics]);
  }
  const selectables = [...graph.nodes.values()].map((node) => ({
    node,
    dottedName: node.fqn.join('.'),
  }));
  const selection: Selection = { graph, selectables, diagnostics: [] };
  const { diagnostics } = selection;
  const selected = select.length === 0 ? new Set(graph.order) : unite(included.value, selection);
  const explained = diagnostics.length > 0;
  const removed = unite(excluded.value, selection);

  const left = topologicalOrder(graph, selected).filter((id) => !removed.has(id));
  const result = left.filter((id) => {
    const type = graph.nodes.get(id)?.resourceType;
    return resourceTypes === undefined || (type !== undefined && resourceTypes.includes(type));
  });
  if (result.length === 0 && !explained) {
    const what = select.length + exclude.length === 0 ? 'project' : 'selection';
    const state = resourceTypes
      ? `holds no ${resourceTypes.map((type) => `${type}s`).join(' or ')}`
      : 'is empty';
    diagnostics.push(
      warningDiagnostic('selection-empty', `the ${what} ${state}`, {
        hint: '`stedi-sql ls` lists what there is to select',
      }),
    );
  }
  return success(new Set(result), diagnostics);
}

/** What one call of `selectNodes` works on, and what it has found to say. */
interface Selection {
  readonly graph: Graph;
  readonly selectables: readonly SelectableNode[];
  readonly diagnostics: Diagnostic[];
}

function unite(selector: Selector, selection: Selection): Set<UniqueId> {
  const union = new Set<UniqueId>();
  for (const criteria of selector) {
    const [first = new Set<UniqueId>(), ...others] = criteria.map((criterion) =>
      selectCriterion(criterion, selection),
    );
    for (const id of first) {
      if (others.every((other) => other.has(id))) union.add(id);
    }
  }
  return union;
}

function selectCriterion(
  criterion: Criterion,
  { graph, selectables, diagnostics }: Selection,
): ReadonlySet<UniqueId> {
  const method: SelectorMethodDefinition = selectorMethods[criterion.method];
  const matches = method.matcher(criterion.value, criterion.arguments);
  const matched = new Set(selectables.filter(matches).map(({ node }) => node.uniqueId));
  if (matched.size === 0) diagnostics.push(nothingMatches(graph, criterion, method));
  return withTests(graph, withNeighbours(graph, criterion, matched));
}

function withNeighbours(
  graph: Graph,
  { parents, children, childrensParents }: Criterion,
  matched: ReadonlySet<UniqueId>,
): ReadonlySet<UniqueId> {
  const selected = new Set(matched);
  const add = (ids: Iterable<UniqueId>) => {
    for (const id of ids) selected.add(id);
  };
  if (childrensParents) {
    add(collectDescendants(graph, matched));
    add(collectAncestors(graph, selected));
  }
  if (parents !== null) add(collectAncestors(graph, matched, parents));
  if (children !== null) add(collectDescendants(graph, matched, children));
  return selected;
}

function withTests(graph: Graph, selected: ReadonlySet<UniqueId>): ReadonlySet<UniqueId> {
  const tests = [...collectDescendants(graph, selected, { depth: 1 })].filter(
    (id) => graph.nodes.get(id)?.resourceType === 'test',
  );
  return new Set([...selected, ...tests]);
}

function nothingMatches(
  graph: Graph,
  { value, location }: Criterion,
  method: SelectorMethodDefinition,
): Diagnostic {
  const candidates = hasWildcard(value)
    ? []
    : [...new Set([...graph.nodes.values()].flatMap((node) => method.suggestions(node)))];
  return warningDiagnostic('selection-empty', `'${value}' matches nothing`, {
    location,
    hint: didYouMean(value, candidates, '`stedi-sql ls` lists what there is to select'),
  });
}
