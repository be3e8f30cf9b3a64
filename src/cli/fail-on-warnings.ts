import type { Graph } from '../core/graph.js';
import type { NodeResult } from '../core/run-results.js';
import type { WarningPolicy } from '../core/warning-policy.js';

/** Returns the graph with data tests that fail where they would warn. */
export function failOnWarnings(graph: Graph): Graph {
  const nodes = [...graph.nodes].map(
    ([id, node]) =>
      [
        id,
        node.resourceType === 'test' && node.unit === undefined
          ? { ...node, failsOnWarning: true as const }
          : node,
      ] as const,
  );
  return { ...graph, nodes: new Map(nodes) };
}

/** Returns how a node ended: with an error, if what was warned of meanwhile counts as one. */
export function settleWarnings(result: NodeResult, { judge }: WarningPolicy): NodeResult {
  if (result.diagnostics.length === 0) return result;
  const diagnostics = result.diagnostics.flatMap((each) => judge(each) ?? []);
  const isGood =
    result.status === 'success' || result.status === 'pass' || result.status === 'warn';
  const refused = diagnostics.find(({ severity }) => severity === 'error');
  if (!isGood || refused === undefined) return { ...result, diagnostics };
  return { ...result, diagnostics, status: 'error', message: refused.message };
}
