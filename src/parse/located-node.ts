import type { SourceLocation } from '../core/diagnostic.js';
import type { ParsedNode } from '../core/node.js';

/** A node and where it is defined, for diagnostics that compare nodes. */
export interface LocatedNode<Node extends ParsedNode = ParsedNode> {
  readonly node: Node;
  readonly location: SourceLocation;
}
