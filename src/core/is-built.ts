import type { BuiltNode, ParsedNode } from './node.js';

/** Returns whether a run makes a relation of the node, which a `ref` may name: a model, seed or snapshot. */
export function isBuilt(node: ParsedNode | undefined): node is BuiltNode {
  return (
    node?.resourceType === 'model' ||
    node?.resourceType === 'seed' ||
    node?.resourceType === 'snapshot'
  );
}
