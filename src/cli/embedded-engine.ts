import type { Adapter, Dialect } from '../core/adapter.js';
import type { Graph } from '../core/graph.js';
import type { UniqueId } from '../core/node.js';
import type { Project } from '../core/project.js';
import type { Result } from '../core/result.js';
import type { SqlToolkit } from '../core/sql-toolkit.js';
import { embeddedEngine } from './engines.js';
import { dialectOptions } from './explain-dialect.js';

/** The engine in this process that unit tests run on. */
export interface EmbeddedEngine {
  readonly dialect: Dialect;
  /** There is nothing but unit tests to run, so that no warehouse is needed. */
  readonly isAll: boolean;
  /** Codes: `connection-failed`. */
  readonly open: () => Promise<Result<Adapter>>;
  readonly close: () => Promise<void>;
}

/** Returns the engine that the unit tests of a selection run on; `null` where there are none. */
export async function approachEmbedded(
  { project, graph }: { readonly project: Project; readonly graph: Graph },
  selection: ReadonlySet<UniqueId>,
  toolkit: SqlToolkit,
): Promise<EmbeddedEngine | null> {
  const isUnitTest = (id: UniqueId): boolean => {
    const node = graph.nodes.get(id);
    return node?.resourceType === 'test' && node.unit !== undefined;
  };
  const ids = [...selection];
  if (!ids.some(isUnitTest)) return null;
  const dialect = await embeddedEngine.createDialect(toolkit, undefined, dialectOptions(project));
  let opened: Promise<Result<Adapter>> | undefined;
  return {
    dialect,
    isAll: ids.every(isUnitTest),
    open: () => (opened ??= embeddedEngine.open(project, dialect)),
    close: async () => {
      const adapter = await opened;
      opened = undefined;
      if (adapter?.ok === true) await adapter.value.close();
    },
  };
}
