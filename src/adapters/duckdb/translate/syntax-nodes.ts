import type { Span } from '../../../core/sql-syntax.js';

/** A node of the tree, of any kind. */
interface SyntaxNode extends Span {
  readonly kind: string;
}

function isNode(value: object): value is SyntaxNode {
  return 'kind' in value && 'start' in value;
}

/** Returns the nodes of a kind in a part of the tree, itself included. */
export function nodesOfKind<Node extends SyntaxNode, Kind extends Node['kind']>(
  root: Span,
  kind: Kind,
): readonly Extract<Node, { readonly kind: Kind }>[] {
  const found: SyntaxNode[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isNode(value) && value.kind === kind) found.push(value);
    Object.values(value).forEach(visit);
  };
  visit(root);
  return found as unknown as readonly Extract<Node, { readonly kind: Kind }>[];
}
