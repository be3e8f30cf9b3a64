import type { ListedNode } from './listed-node.js';
import type { ParsedNode, UniqueId } from './node.js';

/**
 * Returns the group that a node belongs to: its own, or for a data or unit test that of the model that it tests. A singular
 * test and an exposure belong to none, as in dbt.
 */
export function groupOf(
  node: ParsedNode | undefined,
  nodes: ReadonlyMap<UniqueId, ParsedNode>,
): string | null {
  if (node?.resourceType === 'test') {
    const tested = node.unit?.model ?? node.generic?.attachedNode;
    return tested === undefined ? ownGroup(node) : groupOf(nodes.get(tested), nodes);
  }
  return node === undefined ? null : ownGroup(node);
}

/** Returns the group that a node's own configuration names. */
export function ownGroup(node: ListedNode): string | null {
  const group = 'config' in node ? node.config.extra['group'] : undefined;
  return typeof group === 'string' ? group : null;
}
