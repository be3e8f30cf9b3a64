import { nameWithVersion } from '../../core/versioned-name.js';
import type { Graph } from '../../core/graph.js';
import type { UniqueId } from '../../core/node.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import { quoteWord } from '../text/quote-word.js';

/** What the next step depends on. */
export interface NextStepContext {
  readonly graph: Graph;
  /** How the command was called: `stedi-sql`, `npx stedi-sql`. */
  readonly program: string;
  /** Those of this invocation that the next command needs, with a space before. */
  readonly flags: string;
}

/** Returns the number of models on the longest path to each node. */
function depths(graph: Graph): ReadonlyMap<UniqueId, number> {
  const depthOf = new Map<UniqueId, number>();
  for (const id of graph.order) {
    const above = (graph.parents.get(id) ?? []).map((parent) => depthOf.get(parent) ?? 0);
    depthOf.set(id, 1 + Math.max(0, ...above));
  }
  return depthOf;
}

/** Returns the built model that most of the project leads to: a leaf of the DAG, the deepest one. */
function findShowcase(results: readonly NodeResult[], graph: Graph): string | undefined {
  const depthOf = depths(graph);
  const isLeaf = (id: UniqueId): boolean =>
    (graph.children.get(id) ?? []).every(
      (child) => graph.nodes.get(child)?.resourceType === 'test',
    );
  const leaves = results
    .filter(({ node, status }) => node.resourceType === 'model' && status === 'success')
    .filter(({ node }) => node.config.materialized !== 'ephemeral')
    .toSorted(
      (a, b) =>
        Number(isLeaf(b.uniqueId)) - Number(isLeaf(a.uniqueId)) ||
        (depthOf.get(b.uniqueId) ?? 0) - (depthOf.get(a.uniqueId) ?? 0),
    );
  const [leaf] = leaves;
  return leaf && nameWithVersion(leaf.node);
}

/**
 * Returns the command to try after a run: the failing rows of a test, the SQL of a model that failed, or the rows of the
 * model that the project leads to. `undefined` where nothing was built.
 */
export function suggestNextStep(
  results: RunResults,
  { graph, program, flags }: NextStepContext,
): string | undefined {
  if (results.cancelled) return undefined;
  const failures = results.results.filter(({ status }) => status === 'fail' || status === 'error');
  // A model that its tests hold back has failed, too; what helps is in the rows that the test found.
  const failure = failures.find(({ status }) => status === 'fail') ?? failures[0];
  if (failure?.status === 'fail')
    return `${program} show ${quoteWord(nameWithVersion(failure.node))}${flags}`;
  if (failure) {
    // Other refusals, such as a full disk, come with their own hints; the SQL says nothing about them.
    const isSql = failure.diagnostics.some(
      ({ code }) => code === 'engine-error' || code === 'engine-limit',
    );
    return isSql
      ? `${program} compile --select ${quoteWord(nameWithVersion(failure.node))}${flags}`
      : undefined;
  }
  const model = findShowcase(results.results, graph);
  return model === undefined ? undefined : `${program} show ${quoteWord(model)} --limit 10${flags}`;
}
