import type { VersionId } from '../../core/node.js';
import {
  walkNodes,
  type CallNode,
  type LiteralNode,
  type PairNode,
  type RootNode,
} from './nodes.js';

/** A call of `ref` or `source` whose arguments are written out as strings. */
export interface LiteralCall {
  readonly function: 'ref' | 'source';
  readonly args: readonly [string] | readonly [string, string];
  /** `v=2` or `version=2` of a `ref`. */
  readonly version?: VersionId;
  /** The argument that names the model or table. */
  readonly place: LiteralNode;
}

function toLiteralCall(node: CallNode): LiteralCall | undefined {
  if (node.name.typename !== 'Symbol') return undefined;
  const name = node.name.value;
  if (name !== 'ref' && name !== 'source') return undefined;
  const keywords = node.args.children.flatMap((argument) =>
    argument.typename === 'KeywordArgs' ? argument.children : [],
  );
  const version = name === 'ref' ? literalVersion(keywords) : undefined;
  if (keywords.length > 0 && version === undefined) return undefined;
  const written = node.args.children.filter(({ typename }) => typename !== 'KeywordArgs');
  const literals = written.filter(
    (argument): argument is LiteralNode & { readonly value: string } =>
      argument.typename === 'Literal' && typeof argument.value === 'string',
  );
  if (literals.length !== written.length) return undefined;
  const [first, second, ...more] = literals;
  if (first === undefined || more.length > 0) return undefined;
  const versioned = version === undefined ? {} : { version };
  if (second === undefined) {
    return name === 'ref'
      ? { function: name, args: [first.value], ...versioned, place: first }
      : undefined;
  }
  return { function: name, args: [first.value, second.value], ...versioned, place: second };
}

/** Returns the one keyword of a call, if it is a version that is written out. */
function literalVersion(keywords: readonly PairNode[]): VersionId | undefined {
  const [keyword, ...others] = keywords;
  if (keyword?.key.typename !== 'Symbol' || others.length > 0) return undefined;
  if (keyword.key.value !== 'v' && keyword.key.value !== 'version') return undefined;
  const value: unknown = keyword.value.typename === 'Literal' ? keyword.value.value : undefined;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? value : undefined;
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
