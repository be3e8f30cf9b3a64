import type { Graph } from '../core/graph.js';
import type { NodeResult, RunResults } from '../core/run-results.js';
import { displayRelation } from '../core/relation.js';
import { compiledPath, runPath } from '../report/artifacts/artifact-paths.js';
import { isFailure } from '../report/reporters/describe-node.js';
import { formatFailures } from '../report/summary/format-failures.js';
import { formatSummary } from '../report/summary/format-summary.js';
import { suggestNextStep } from '../report/summary/next-step.js';
import type { Invocation } from './invocation.js';
import type { ProjectGraph } from './load-project-graph.js';
import { programName } from './program-name.js';
import { repeatFlags } from './project-request.js';

/** Returns the results in the order of the graph, which does not depend on what was faster. */
function inGraphOrder(results: RunResults, graph: Graph): RunResults {
  const position = new Map(graph.order.map((id, index) => [id, index]));
  const at = ({ uniqueId }: NodeResult): number => position.get(uniqueId) ?? 0;
  return { ...results, results: results.results.toSorted((a, b) => at(a) - at(b)) };
}

/** Prints what went wrong in a run to stderr, and the summary to stdout; the JSON log has told both already. */
export function printRun(
  invocation: Invocation,
  { project, graph }: ProjectGraph,
  unordered: RunResults,
): void {
  const { out, err, options } = invocation;
  if (options.logFormat === 'json') return;
  const results = inGraphOrder(unordered, graph);
  const maxWidth = err.size()?.columns;
  const shown =
    options.quiet === true
      ? { ...results, results: results.results.filter(({ status }) => isFailure(status)) }
      : results;
  const failures = formatFailures(shown, {
    color: err.color,
    redact: err.redact,
    ...(maxWidth !== undefined && { maxWidth }),
    filesOf: ({ node, compiledSql, executedSql, failures }) => [
      ...(compiledSql === null || compiledSql.trim() === ''
        ? []
        : [{ what: 'SQL:    ', path: compiledPath(project, node) }]),
      ...(executedSql.length === 0 ? [] : [{ what: 'engine: ', path: runPath(project, node) }]),
      ...(node.resourceType === 'test' && node.judgement?.store && failures !== null
        ? [{ what: 'rows in:', path: displayRelation(node.judgement.store.relation) }]
        : []),
    ],
  });
  if (options.quiet !== true) out.writeLine('');
  if (failures !== '') err.writeLine(`${failures}${options.quiet === true ? '' : '\n'}`);
  if (options.quiet === true) return;
  const nextStep = suggestNextStep(results, {
    graph,
    program: programName(invocation.env),
    flags: repeatFlags(invocation),
  });
  out.writeLine(formatSummary(results, { color: out.color, nextStep }));
}
