import type { Compiler } from '../compile/create-compiler.js';
import type { UniqueId } from '../core/node.js';
import type { Result } from '../core/result.js';
import {
  createBoundCompiler,
  createProjectCompiler,
  type CompilerSetup,
} from './create-project-compiler.js';
import type { ProjectGraph } from './load-project-graph.js';

/**
 * Returns what `compile` makes of queries that only look: as if incremental models were built anew, with all of their rows.
 * `ids` are the nodes whose columns the engine is asked for where a template needs them.
 */
export async function compileOrBind<T>(
  loaded: ProjectGraph,
  setup: Omit<CompilerSetup, 'fullRefresh'>,
  ids: Iterable<UniqueId>,
  compile: (compiler: Compiler) => Result<T>,
): Promise<Result<T>> {
  const all = { ...setup, fullRefresh: true };
  const first = compile(createProjectCompiler(loaded, all));
  const isRefused = first.diagnostics.some(({ code }) => code === 'template-unsupported');
  if (first.ok || !isRefused) return first;
  return compile((await createBoundCompiler(loaded, all, ids)).compiler);
}
