import type { Graph } from '../../core/graph.js';
import type { ParsedNode } from '../../core/node.js';
import { flattenConfig } from '../flatten-config.js';

/** The forms in which `ls` names a node: dbt's `--output`. */
export type ListForm = 'selector' | 'name' | 'path' | 'json';

/** Returns a node's name as a selector understands it: its folders and name with dots, as dbt's `ls` prints it. */
function selectorOf(node: ParsedNode): string {
  const dotted = node.fqn.join('.');
  return node.resourceType === 'source' ? `source:${dotted}` : dotted;
}

/** What `ls --output json` shows of a node; the keys are dbt's. */
function toListEntry(node: ParsedNode, graph: Graph): Readonly<Record<string, unknown>> {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: node.path,
    ...(node.resourceType === 'source'
      ? { source_name: node.sourceName }
      : { alias: node.config.alias ?? node.name, config: flattenConfig(node.config) }),
    tags: node.tags,
    depends_on: { nodes: graph.parents.get(node.uniqueId) ?? [] },
  };
}

/**
 * Returns what `ls` prints for the nodes, a value each: text, or for `json` the object to print on its line. Nodes come in
 * the order of their selectors.
 */
export function listNodes(
  nodes: readonly ParsedNode[],
  options: { readonly graph: Graph; readonly form: ListForm },
): readonly (string | Readonly<Record<string, unknown>>)[] {
  const { graph, form } = options;
  const sorted = [...nodes].sort((a, b) => compare(selectorOf(a), selectorOf(b)));
  switch (form) {
    case 'selector':
      return sorted.map(selectorOf);
    case 'name':
      return sorted.map((node) =>
        node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name,
      );
    case 'path':
      return sorted.map((node) => node.path);
    case 'json':
      return sorted.map((node) => toListEntry(node, graph));
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
