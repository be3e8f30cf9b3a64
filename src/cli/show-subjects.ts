import { errorDiagnostic } from '../core/diagnostic.js';
import { findReferenced, type Graph } from '../core/graph.js';
import type { ParsedNode, UniqueId } from '../core/node.js';
import type { PreviousState } from '../core/previous-state.js';
import { failure, success, type Result } from '../core/result.js';
import { didYouMean } from '../core/suggest.js';
import type { ProjectGraph } from './load-project-graph.js';
import type { SelectionOptions } from './options.js';
import { selectFromProject } from './select-from-project.js';

/** What `show` is asked for. */
export type Subject =
  | { readonly kind: 'node'; readonly node: ParsedNode }
  | { readonly kind: 'inline'; readonly sql: string };

/** How messages name a query of the command line. */
export const inlinePath = '--inline';

/** The kinds of nodes that have rows. */
const shownTypes = ['model', 'seed', 'snapshot', 'analysis', 'test', 'unit_test'];

/** Returns the node of a name or unique id; of a model with versions, the latest is meant. */
function findNamed(graph: Graph, name: string): ParsedNode | undefined {
  const latest =
    graph.modelsByName.get(name) ?? graph.modelsByName.get(name.replace(/_v(?=\w+$)/, '.v'));
  const nodes = [...graph.nodes.values()];
  return (
    nodes.find(({ uniqueId }) => uniqueId === latest) ??
    nodes.find((each) => each.name === name || each.uniqueId === name)
  );
}

/**
 * Returns what to show: a query, the nodes that are named, or those that a selector finds; data tests only if nothing
 * else is found. Codes: `usage`, `selection-empty`, `selector-invalid`.
 */
export function findSubjects(
  loaded: ProjectGraph,
  {
    inline,
    word,
    previous,
    ...options
  }: SelectionOptions & {
    readonly inline?: string;
    readonly word: string | undefined;
    /** What `state:` and `result:` compare with. */
    readonly previous: PreviousState | undefined;
  },
): Result<readonly Subject[]> {
  const { graph } = loaded;
  const names = [...(word === undefined ? [] : [word]), ...(options.select ?? [])];
  const selects = names.length > 0 || options.selector !== undefined;
  if (selects === (inline !== undefined)) {
    return failure([
      errorDiagnostic('usage', 'show takes models or tests, or one query with --inline', {
        hint: "such as `stedi-sql show my_model`, or `stedi-sql show --inline 'select 1'`",
      }),
    ]);
  }
  if (inline !== undefined) return success([{ kind: 'inline', sql: inline }]);
  const named = names.map((name) => findNamed(graph, name));
  const isNamed = options.selector === undefined && options.exclude === undefined;
  if (isNamed && named.every((node) => node !== undefined)) {
    return success(named.map((node) => ({ kind: 'node', node })));
  }
  const [name = ''] = names;
  if (isNamed && names.length === 1 && /^\w+$/u.test(name)) {
    const known = [...graph.nodes.values()].map((each) => each.name);
    return failure([
      errorDiagnostic('selection-empty', `there is no model, seed, test or source '${name}'`, {
        hint: didYouMean(name, known, '`stedi-sql ls` lists what there is'),
      }),
    ]);
  }
  const selected = selectFromProject(
    loaded,
    { ...options, ...(names.length > 0 && { select: names }) },
    { resourceTypes: shownTypes, state: previous },
  );
  if (!selected.ok) return selected;
  const nodes = graph.order.flatMap((id) =>
    selected.value.has(id) ? (graph.nodes.get(id) ?? []) : [],
  );
  const others = nodes.filter(({ resourceType }) => resourceType !== 'test');
  const shown = others.length > 0 ? others : nodes;
  return success(
    shown.map((node) => ({ kind: 'node', node })),
    selected.diagnostics,
  );
}

/** Returns what the graph calls a subject; a query of the command line stands under its flag. */
export function idOf(subject: Subject): UniqueId {
  return subject.kind === 'node' ? subject.node.uniqueId : inlinePath;
}

/** Returns the graph in which a query of the command line has its parents, so that they can be deferred. */
export function withInlineParents(
  { graph, templates, context }: ProjectGraph,
  subjects: readonly Subject[],
): Graph {
  const parents = new Map(graph.parents);
  for (const subject of subjects) {
    if (subject.kind === 'node') continue;
    const captured = templates.capture({ path: inlinePath, content: subject.sql }, context);
    const refs = captured.ok ? captured.value.refs : [];
    const read = refs.flatMap((call) => findReferenced(graph, call, context.projectName) ?? []);
    parents.set(inlinePath, read);
  }
  return { ...graph, parents };
}
