import type { Graph } from '../../core/graph.js';
import { isBuilt } from '../../core/is-built.js';
import { isSqlNode, type ParsedNode, type SqlNode } from '../../core/node.js';
import { flattenConfig } from '../flatten-config.js';

/** The forms in which `ls` names a node: dbt's `--output`. */
export type ListForm = 'selector' | 'name' | 'path' | 'json';

/** What `ls --output json` prints of a node. */
export type ListEntry = Readonly<Record<string, unknown>>;

/**
 * Returns a node as a selector finds it, as dbt's `ls` prints it (`ListTask.generate_selectors`): sources, exposures and unit
 * tests by their package and name, everything else by its folders and name.
 */
function selectorOf(node: ParsedNode): string {
  const { packageName, name, resourceType } = node;
  if (resourceType === 'source') return `source:${packageName}.${node.sourceName}.${name}`;
  if (resourceType === 'exposure') return `exposure:${packageName}.${name}`;
  if (resourceType === 'test' && node.unit !== undefined) return `unit_test:${packageName}.${name}`;
  return node.fqn.join('.');
}

/** Returns the name of what a node is built into, which a version is a part of. */
function aliasOf(node: SqlNode): string {
  return isBuilt(node) ? node.relation.identifier : (node.config.alias ?? node.name);
}

/** What `ls --output json` shows of a node; the keys are dbt's. */
function toListEntry(node: ParsedNode, graph: Graph): ListEntry {
  return {
    unique_id: node.uniqueId,
    name: node.name,
    resource_type:
      node.resourceType === 'test' && node.unit !== undefined ? 'unit_test' : node.resourceType,
    package_name: node.packageName,
    original_file_path: node.path,
    ...(node.resourceType === 'source'
      ? { source_name: node.sourceName }
      : !isSqlNode(node)
        ? { label: node.exposure.label, type: node.exposure.type }
        : { alias: aliasOf(node), config: flattenConfig(node.config) }),
    tags: node.tags,
    depends_on: {
      ...(isSqlNode(node) && { macros: node.macros }),
      nodes: graph.parents.get(node.uniqueId) ?? [],
    },
  };
}

/** Returns the value at a key such as `config.materialized`; `undefined` if there is none. */
function valueAt(entry: ListEntry, key: string): unknown {
  if (Object.hasOwn(entry, key)) return entry[key];
  let found: unknown = entry;
  for (const part of key.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part))
      return undefined;
    found = (found as ListEntry)[part];
  }
  return found;
}

/** Returns the entry with the keys asked for, in their order, as far as it has them. */
export function pickKeys(entry: ListEntry, keys: readonly string[]): ListEntry {
  return Object.fromEntries(
    keys.map((key) => [key, valueAt(entry, key)]).filter(([, value]) => value !== undefined),
  ) as ListEntry;
}

/**
 * Returns what `ls` prints for the nodes, a value each: text, or for `json` the object to print on its line. Nodes come in
 * the order of their selectors.
 */
export function listNodes(
  nodes: readonly ParsedNode[],
  options: {
    readonly graph: Graph;
    readonly form: ListForm;
    /** What `json` prints of a node; dbt's choice of keys without it. */
    readonly entryOf?: (node: ParsedNode) => ListEntry;
  },
): readonly (string | ListEntry)[] {
  const { graph, form, entryOf = (node: ParsedNode) => toListEntry(node, graph) } = options;
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
      return sorted.map((node) => entryOf(node));
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
