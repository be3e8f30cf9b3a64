import type { ListedNode } from '../../core/listed-node.js';
import { ownPathOf } from '../../core/own-path.js';

/** The forms in which `ls` names a node: dbt's `--output`. */
export type ListForm = 'selector' | 'name' | 'path' | 'json';

/** What `ls --output json` prints of a node. */
export type ListEntry = Readonly<Record<string, unknown>>;

/**
 * Returns a node as a selector finds it, as dbt's `ls` prints it (`ListTask.generate_selectors`): sources, exposures and unit
 * tests by their package and name, everything else by its folders and name.
 */
function selectorOf(node: ListedNode): string {
  const { packageName, name, resourceType } = node;
  if (resourceType === 'source') return `source:${packageName}.${node.sourceName}.${name}`;
  if (resourceType === 'exposure') return `exposure:${packageName}.${name}`;
  if (resourceType === 'test' && node.unit !== undefined) return `unit_test:${packageName}.${name}`;
  return node.fqn.join('.');
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
  nodes: readonly ListedNode[],
  options: {
    readonly form: ListForm;
    /** What `json` prints of a node. */
    readonly entryOf?: (node: ListedNode) => ListEntry;
  },
): readonly (string | ListEntry)[] {
  const { form, entryOf = ({ uniqueId }) => ({ unique_id: uniqueId }) } = options;
  const sorted = nodes
    .map((node) => ({ node, selector: selectorOf(node) }))
    .sort((a, b) => compare(a.selector, b.selector));
  switch (form) {
    case 'selector':
      return sorted.map(({ selector }) => selector);
    case 'name':
      return sorted.map(({ node }) =>
        node.resourceType === 'source' ? `${node.sourceName}.${node.name}` : node.name,
      );
    case 'path':
      return sorted.map(({ node }) => ownPathOf(node));
    case 'json':
      return sorted.map(({ node }) => entryOf(node));
  }
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
