import { warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { ListedGraph } from '../core/listed-node.js';
import type { UniqueId } from '../core/node.js';
import type { IndirectSelection } from '../core/selector-definition.js';
import { didYouMean } from '../core/suggest.js';
import { hasWildcard } from './glob.js';
import type { MatchSurroundings, SelectableNode } from './methods/method-definition.js';
import { findSelectorMethod } from './selector-methods.js';
import type { Criterion, Selector } from './selector.js';
import { collectAncestors, collectDescendants } from './walk-graph.js';

/** What selectors are evaluated against. */
export interface Evaluation extends MatchSurroundings {
  readonly graph: ListedGraph;
  /** The selectors of `selectors.yml` that are named. */
  readonly named: ReadonlyMap<string, Selector>;
}

/** The nodes that a part of a selector picks. */
interface Picked {
  readonly direct: ReadonlySet<UniqueId>;
  /** Tests that wait for the rest of their parents. */
  readonly waiting: ReadonlySet<UniqueId>;
}

/** An evaluation under way. */
interface Work extends Evaluation {
  readonly selectables: readonly SelectableNode[];
  readonly diagnostics: Diagnostic[];
}

/**
 * Returns the nodes that `included` picks, all with `null`, without those that `excluded` picks; and warnings for words
 * that match nothing (`selection-empty`). `explained` says whether one of them is about `included`. How unions,
 * intersections and differences treat tests whose parents are not all there follows dbt
 * (https://github.com/dbt-labs/dbt-core/blob/main/core/dbt/graph/selector.py).
 */
export function evaluateSelection(
  {
    included,
    excluded,
  }: { readonly included: Selector | null; readonly excluded: Selector | null },
  evaluation: Evaluation,
): {
  readonly selected: ReadonlySet<UniqueId>;
  readonly diagnostics: readonly Diagnostic[];
  readonly explained: boolean;
} {
  const { graph } = evaluation;
  const work: Work = {
    ...evaluation,
    selectables: [...graph.nodes.values()].map((node) => ({
      node,
      dottedName: node.fqn.join('.'),
    })),
    diagnostics: [],
  };
  const from = included === null ? new Set(graph.order) : evaluate(included, work).direct;
  const explained = work.diagnostics.length > 0;
  const removed = excluded === null ? new Set() : evaluate(excluded, work).direct;
  return {
    selected: new Set([...from].filter((id) => !removed.has(id))),
    diagnostics: work.diagnostics,
    explained,
  };
}

function evaluate(selector: Selector, work: Work): Picked {
  switch (selector.kind) {
    case 'criterion':
      return evaluateCriterion(selector, work);
    case 'union':
      return combine(selector, unite, work);
    case 'intersection':
      return combine(selector, intersect, work);
    case 'difference': {
      const of = [selector.from, selector.remove];
      return combine({ of, indirectSelection: null }, subtract, work);
    }
  }
}

type Combine = (sets: readonly ReadonlySet<UniqueId>[]) => ReadonlySet<UniqueId>;

const unite: Combine = (sets) => new Set(sets.flatMap((set) => [...set]));

const intersect: Combine = ([first = new Set(), ...others]) =>
  new Set([...first].filter((id) => others.every((other) => other.has(id))));

const subtract: Combine = ([first = new Set(), ...others]) =>
  new Set([...first].filter((id) => !others.some((other) => other.has(id))));

function combine(
  {
    of,
    indirectSelection,
  }: { readonly of: readonly Selector[]; readonly indirectSelection: IndirectSelection | null },
  join: Combine,
  work: Work,
): Picked {
  const parts = of.map((part) => evaluate(part, work));
  const direct = join(parts.map((part) => part.direct));
  const waiting = join(parts.map((part) => unite([part.direct, part.waiting])));
  if (indirectSelection !== 'cautious' && indirectSelection !== 'buildable') {
    return { direct, waiting };
  }
  // Of what waits, those tests come along whose parents are all there by now.
  const there = withinReach(direct, indirectSelection, work);
  const tests = [...waiting].filter((id) => isTest(id, work) && hasAllParents(id, there, work));
  return { direct: unite([direct, new Set(tests)]), waiting };
}

function isTest(id: UniqueId, { graph }: Work): boolean {
  return graph.nodes.get(id)?.resourceType === 'test';
}

function hasAllParents(id: UniqueId, there: ReadonlySet<UniqueId>, { graph }: Work): boolean {
  return (graph.parents.get(id) ?? []).every((parent) => there.has(parent));
}

/** Returns where a test's parents may lie: among the selected nodes; with `buildable` also among what these need. */
function withinReach(
  selected: ReadonlySet<UniqueId>,
  indirectSelection: IndirectSelection,
  { graph }: Work,
): ReadonlySet<UniqueId> {
  if (indirectSelection !== 'buildable') return selected;
  const sources = [...graph.nodes.values()].filter((node) => node.resourceType === 'source');
  return unite([
    selected,
    collectAncestors(graph, selected),
    new Set(sources.map(({ uniqueId }) => uniqueId)),
  ]);
}

function evaluateCriterion(criterion: Criterion, work: Work): Picked {
  const { graph } = work;
  if (criterion.method === 'selector') {
    const selector = work.named.get(criterion.value);
    const picked = selector === undefined ? nothing : evaluate(selector, work);
    if (!hasNeighbours(criterion)) return picked;
    return withTests(withNeighbours(graph, criterion, picked.direct), criterion, work);
  }
  const method = findSelectorMethod(criterion.method);
  const matches = method.matcher(criterion.value, criterion.arguments, work);
  const matched = new Set(work.selectables.filter(matches).map(({ node }) => node.uniqueId));
  if (matched.size === 0) work.diagnostics.push(nothingMatches(graph, criterion));
  return withTests(withNeighbours(graph, criterion, matched), criterion, work);
}

const nothing: Picked = { direct: new Set(), waiting: new Set() };

function hasNeighbours({ parents, children, childrensParents }: Criterion): boolean {
  return parents !== null || children !== null || childrensParents;
}

function withNeighbours(
  graph: ListedGraph,
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

/** Adds the tests that read the nodes, as far as the criterion's indirect selection takes them along. */
function withTests(selected: ReadonlySet<UniqueId>, criterion: Criterion, work: Work): Picked {
  const indirectSelection = criterion.indirectSelection ?? work.indirectSelection;
  if (indirectSelection === 'empty') return { direct: selected, waiting: new Set() };
  const there = withinReach(selected, indirectSelection, work);
  const direct = new Set(selected);
  const waiting = new Set<UniqueId>();
  for (const id of collectDescendants(work.graph, selected, { depth: 1 })) {
    if (!isTest(id, work)) continue;
    const comes = indirectSelection === 'eager' || hasAllParents(id, there, work);
    (comes ? direct : waiting).add(id);
  }
  return { direct, waiting };
}

function nothingMatches(graph: ListedGraph, { method, value, location }: Criterion): Diagnostic {
  const definition = findSelectorMethod(method);
  const candidates = hasWildcard(value)
    ? []
    : [...new Set([...graph.nodes.values()].flatMap((node) => definition.suggestions(node)))];
  return warningDiagnostic('selection-empty', `'${value}' matches nothing`, {
    location,
    hint:
      definition.absence ??
      didYouMean(value, candidates, '`stedi-sql ls` lists what there is to select'),
  });
}
