import {
  errorDiagnostic,
  hasErrors,
  warningDiagnostic,
  type Diagnostic,
} from '../core/diagnostic.js';
import type { Graph } from '../core/graph.js';
import type { ListedGraph, ListedNode } from '../core/listed-node.js';
import type { UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { failure, success, type Result } from '../core/result.js';
import { kindOf, type IndirectSelection, type NamedSelector } from '../core/selector-definition.js';
import { evaluateSelection } from './evaluate-selector.js';
import type {
  MatchSurroundings,
  SelectorSurroundings,
  StateComparison,
} from './methods/method-definition.js';
import { parseSelector } from './parse-selector.js';
import { namesIn, resolveNamedSelectors, resolveRule } from './resolve-rule.js';
import type { Selector } from './selector.js';
import { createStateComparer } from './state/compare-state.js';
import { comparesContracts, findBreakingChanges } from './state/find-breaking-changes.js';
import { topologicalOrder } from './walk-graph.js';

/** The values of the selection flags, as given; none selects everything and excludes nothing. */
export interface SelectOptions {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  /** The name of one of `selectors`, in place of `select` and `exclude`. */
  readonly selector?: string;
  /** The project's `selectors.yml`. Its default holds where none of the three above is given. */
  readonly selectors?: readonly NamedSelector[];
  /** Which tests come along with models; `eager` if left out. */
  readonly indirectSelection?: IndirectSelection;
  /** Keeps only nodes of these types, after all else. */
  readonly resourceTypes?: readonly string[];
  /** Leaves out nodes of these types, after all else. */
  readonly excludeResourceTypes?: readonly string[];
  /** What `state:` and `result:` compare with. */
  readonly state?: PreviousState;
  /** What the comparison needs to know of this project besides its graph. */
  readonly current?: StateComparison;
}

/**
 * Returns the selected nodes, in topological order. Which tests come along is dbt's indirect selection. Diagnostics:
 * `selector-invalid`, `contract-broken`, `selection-empty` (a warning for each word that matches nothing, and for a selection with nothing in
 * it).
 */
export function selectNodes(graph: Graph, options: SelectOptions): Result<ReadonlySet<UniqueId>> {
  const { state, current } = options;
  return selectFrom(graph, options, {
    changesOf: createStateComparer(graph, { state, current }),
    findBroken: () => (state === undefined ? [] : findBreakingChanges(graph, state)),
  });
}

/** The same for nodes of which only that is known that selectors look at; other states compare more. */
export function selectListed(
  graph: ListedGraph,
  options: Omit<SelectOptions, 'state' | 'current'>,
): Result<ReadonlySet<UniqueId>> {
  return selectFrom(graph, options, { changesOf: () => new Set(), findBroken: () => [] });
}

function selectFrom(
  graph: ListedGraph,
  options: SelectOptions,
  {
    changesOf,
    findBroken,
  }: Pick<MatchSurroundings, 'changesOf'> & { readonly findBroken: () => readonly Diagnostic[] },
): Result<ReadonlySet<UniqueId>> {
  const { select = [], exclude = [], selectors = [], state, indirectSelection = 'eager' } = options;
  const surroundings: SelectorSurroundings = {
    selectors,
    state,
    loadedAt: options.current?.loadedAt ?? null,
    indirectSelection,
  };
  const chosen = chooseSelector(options, surroundings);
  if (!chosen.ok) return chosen;
  const { included, excluded } = chosen.value;
  const needed = [included, excluded].flatMap((each) => (each === null ? [] : namesIn(each)));
  const named = resolveNamedSelectors(needed, surroundings);
  if (!named.ok) return named;

  const evaluation = {
    ...surroundings,
    graph,
    named: named.value,
    changesOf,
    projectPaths: () =>
      [...graph.nodes.values()].flatMap(({ path, ownPath }) => (ownPath === undefined ? path : [])),
  };
  const evaluated = evaluateSelection(chosen.value, evaluation);
  const asked = [included, excluded, ...named.value.values()];
  const broken = asked.some((each) => each !== null && comparesContracts(each)) ? findBroken() : [];
  const diagnostics = [...broken, ...evaluated.diagnostics];
  if (hasErrors(broken)) return failure(diagnostics);
  const explained = included !== null && evaluated.explained;
  const left = topologicalOrder(graph, evaluated.selected);
  const result = left.filter((id) => hasType(graph.nodes.get(id), options));
  if (result.length === 0 && !explained) {
    const what = select.length + exclude.length === 0 ? 'project' : 'selection';
    diagnostics.push(
      warningDiagnostic('selection-empty', `the ${what} ${describeEmptiness(options)}`, {
        hint: '`stedi-sql ls` lists what there is to select',
      }),
    );
  }
  return success(new Set(result), diagnostics);
}

function hasType(
  node: ListedNode | undefined,
  { resourceTypes, excludeResourceTypes = [] }: SelectOptions,
): boolean {
  if (node === undefined) return false;
  const type = kindOf(node);
  if (excludeResourceTypes.includes(type)) return false;
  return resourceTypes === undefined || resourceTypes.includes(type);
}

function describeEmptiness({ resourceTypes, excludeResourceTypes = [] }: SelectOptions): string {
  const left = resourceTypes?.filter((type) => !excludeResourceTypes.includes(type)) ?? [];
  return left.length === 0
    ? 'is empty'
    : `holds no ${left.map((type) => `${type.replace('_', ' ')}s`.replace(/ys$/u, 'ies')).join(' or ')}`;
}

/** What to select, everything with `null`, and what to take out of that. */
interface Choice {
  readonly included: Selector | null;
  readonly excluded: Selector | null;
}

/**
 * Returns what the flags say. dbt's rule: `--selector` stands alone, and a default selector holds only where nothing is
 * said.
 */
function chooseSelector(
  options: SelectOptions,
  surroundings: SelectorSurroundings,
): Result<Choice> {
  const { select = [], exclude = [], selector } = options;
  const isSilent = select.length + exclude.length === 0;
  if (selector !== undefined) {
    if (!isSilent) {
      const message = '--selector stands alone, found --select or --exclude beside it';
      const hint = `to combine them, write --select selector:${selector}`;
      const location = { path: '--selector' };
      return failure([errorDiagnostic('selector-invalid', message, { location, hint })]);
    }
    return chooseNamed(selector, surroundings);
  }
  const standing = isSilent ? surroundings.selectors.find(({ isDefault }) => isDefault) : undefined;
  if (standing !== undefined) return chooseNamed(standing.name, surroundings);
  const included = parseSelector(select, '--select', surroundings);
  const excluded = parseSelector(exclude, '--exclude', surroundings);
  if (!included.ok || !excluded.ok) {
    return failure([...included.diagnostics, ...excluded.diagnostics]);
  }
  return success({
    included: select.length === 0 ? null : included.value,
    excluded: exclude.length === 0 ? null : excluded.value,
  });
}

function chooseNamed(name: string, surroundings: SelectorSurroundings): Result<Choice> {
  const location = {
    path: '--selector',
    line: 1,
    column: 1,
    length: name.length,
    sourceLine: name,
  };
  const rule = {
    kind: 'method',
    method: 'selector',
    value: name,
    parents: null,
    children: null,
    childrensParents: false,
    indirectSelection: null,
    location,
  } as const;
  const resolved = resolveRule(rule, surroundings);
  return resolved.ok ? success({ included: resolved.value, excluded: null }) : resolved;
}
