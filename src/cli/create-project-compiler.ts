import { createCompiler, type Compiler } from '../compile/create-compiler.js';
import type { CompileOptions } from '../compile/compile-options.js';
import type { Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { SqlToolkit } from '../core/sql-toolkit.js';
import type { ProjectGraph } from './load-project-graph.js';

/** What a compiler needs besides the project. */
export interface CompilerSetup {
  readonly toolkit: SqlToolkit;
  readonly dialect: Dialect;
  /** The dialect of the engine that unit tests run on; `dialect` without it. */
  readonly embedded?: Dialect;
  readonly catalog: Catalog;
  readonly fullRefresh: boolean;
  /** Relations of another state to read in place of models that are not built here. */
  readonly deferred?: CompileOptions['deferred'];
  /** What of the rows is read, and which batches are built. */
  readonly rows?: Pick<CompileOptions, 'empty' | 'sample' | 'batchesOf'>;
}

/** Returns the compiler of a project for an engine and what is in its warehouse. */
export function createProjectCompiler(
  { graph, templates, context }: Pick<ProjectGraph, 'graph' | 'templates' | 'context'>,
  { toolkit, deferred, rows, ...setup }: CompilerSetup,
): Compiler {
  return createCompiler({
    graph,
    engine: templates,
    context,
    addCtes: (...call) => toolkit.addCtes(...call),
    ...setup,
    ...rows,
    ...(deferred && { deferred }),
  });
}
