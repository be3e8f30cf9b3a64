import { walkNodes, type CallNode, type LiteralNode, type RootNode } from './nodes.js';

/** A call of `ref` or `source` whose arguments are written out as strings. */
export interface LiteralCall {
  readonly function: 'ref' | 'source';
  readonly args: readonly [string] | readonly [string, string];
  /** The argument that names the model or table. */
  readonly place: LiteralNode;
}

function toLiteralCall(node: CallNode): LiteralCall | undefined {
  if (node.name.typename !== 'Symbol') return undefined;
  const name = node.name.value;
  if (name !== 'ref' && name !== 'source') return undefined;
  const literals = node.args.children.filter(
    (argument): argument is LiteralNode & { readonly value: string } =>
      argument.typename === 'Literal' && typeof argument.value === 'string',
  );
  if (literals.length !== node.args.children.length) return undefined;
  const [first, second, ...more] = literals;
  if (first === undefined || more.length > 0) return undefined;
  if (second === undefined) {
    return name === 'ref' ? { function: name, args: [first.value], place: first } : undefined;
  }
  return { function: name, args: [first.value, second.value], place: second };
}

/**
 * Returns every `ref('…')` and `source('…', '…')` of a template that is written out, also in branches that a render does
 * not take: a branch that only an incremental run takes depends on what it names all the same.
 */
export function findLiteralCalls(root: RootNode): LiteralCall[] {
  return [...walkNodes(root)].flatMap((node) => {
    const call = node.typename === 'FunCall' ? toLiteralCall(node) : undefined;
    return call ? [call] : [];
  });
}
