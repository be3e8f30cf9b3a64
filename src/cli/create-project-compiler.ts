import { createCompiler, type Compiler } from '../compile/create-compiler.js';
import type { CompileOptions } from '../compile/compile-options.js';
import type { Dialect } from '../core/adapter.js';
import type { Catalog } from '../core/catalog.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { JsonValue, UniqueId } from '../core/node.js';
import { toGraphView } from '../report/artifacts/to-manifest.js';
import type { SqlToolkit } from '../core/sql-toolkit.js';
import { findEngine } from './engines.js';
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
  /** The nodes that this command builds, if it builds any. */
  readonly built?: NonNullable<CompileOptions['built']>;
  readonly boundColumns?: NonNullable<CompileOptions['boundColumns']>;
  /** What of the rows is read, and which batches are built. */
  readonly rows?: Pick<CompileOptions, 'empty' | 'sample' | 'batchesOf'>;
}

/** Returns the compiler of a project for an engine and what is in its warehouse. */
export function createProjectCompiler(
  {
    graph,
    templates,
    context,
    cacheTranslations,
    ...rest
  }: Pick<ProjectGraph, 'graph' | 'templates' | 'context'> &
    Partial<Pick<ProjectGraph, 'project' | 'parsed' | 'cacheTranslations'>>,
  { toolkit, deferred, rows, ...setup }: CompilerSetup,
): Compiler {
  return createCompiler({
    graph,
    engine: templates,
    context,
    addCtes: (...call) => toolkit.addCtes(...call),
    ...setup,
    ...(cacheTranslations && { dialect: cacheTranslations(setup.dialect) }),
    ...rows,
    ...graphViewOf({ graph, context, ...rest }, setup.dialect),
    ...(deferred && { deferred }),
  });
}

/** A compiler, and what the engine finds wrong with the queries of nodes: nothing where it was not asked. */
export interface BoundCompiler {
  readonly compiler: Compiler;
  readonly broken: ReadonlyMap<UniqueId, Diagnostic>;
}

/**
 * Returns the compiler for some nodes: in a project whose SQL is the engine's own, the engine is asked for the columns
 * first.
 */
export async function createBoundCompiler(
  loaded: Pick<ProjectGraph, 'graph' | 'templates' | 'context' | 'project'> &
    Partial<Pick<ProjectGraph, 'parsed' | 'cacheTranslations'>>,
  setup: CompilerSetup,
  ids: Iterable<UniqueId>,
): Promise<BoundCompiler> {
  const compiler = createProjectCompiler(loaded, setup);
  const { openBinder } = findEngine(loaded.project.target);
  if (setup.dialect.native === undefined || openBinder === undefined) {
    return { compiler, broken: new Map() };
  }
  const { graph, project } = loaded;
  const binder = await openBinder(project);
  try {
    const { bindColumns } = await import('./bind-columns.js');
    const compilerFor = (known?: CompilerSetup['boundColumns']): Compiler =>
      known ? createProjectCompiler(loaded, { ...setup, boundColumns: known }) : compiler;
    const bound = await bindColumns({ graph, compilerFor }, ids, { ...setup, binder });
    const boundColumns = bound.columns;
    return {
      compiler: createProjectCompiler(loaded, { ...setup, boundColumns }),
      broken: bound.broken,
    };
  } finally {
    binder.close();
  }
}

/** What `graph` shows in templates: the entries of the manifest, without what compiling adds. Made when it is asked for. */
function graphViewOf(
  {
    graph,
    context,
    project,
    parsed,
  }: Pick<ProjectGraph, 'graph' | 'context'> & Partial<Pick<ProjectGraph, 'project' | 'parsed'>>,
  dialect: Dialect,
): Pick<CompileOptions, 'graphView'> {
  if (project === undefined || parsed === undefined) return {};
  let view: Readonly<Record<string, JsonValue>> | undefined;
  return {
    graphView: () =>
      (view ??= toGraphView({
        project,
        graph,
        macros: [],
        disabled: [],
        ...(parsed.groups && { groups: parsed.groups }),
        compiled: new Map(),
        renderRelation: (relation) => dialect.renderRelation(relation),
        invocation: {
          invocationId: context.run?.invocationId ?? '',
          startedAt: context.run?.startedAt ?? '',
          generatedAt: context.run?.startedAt ?? '',
        },
      })),
  };
}
