import type { CompiledNode } from '../core/compiled-node.js';
import type { BoundCompiler } from './create-project-compiler.js';

/**
 * Returns the nodes, those that the engine finds something wrong with as refused: it would fail them when they are built, as
 * in dbt, and nothing else but what reads them.
 */
export function refuseBroken(
  compiled: readonly CompiledNode[],
  broken: BoundCompiler['broken'],
): readonly CompiledNode[] {
  if (broken.size === 0) return compiled;
  return compiled.map((each) => {
    const refused = each.refused ?? broken.get(each.node.uniqueId);
    return refused ? { ...each, refused } : each;
  });
}

/** Returns what the engine finds wrong with the queries of some nodes. */
export function problemsOf(
  compiled: readonly CompiledNode[],
  broken: BoundCompiler['broken'],
): readonly NonNullable<CompiledNode['refused']>[] {
  return compiled.flatMap(({ node }) => broken.get(node.uniqueId) ?? []);
}
