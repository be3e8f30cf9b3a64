import type { Catalog } from '../core/catalog.js';
import type { Adapter, Dialect } from '../core/adapter.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { isRelationNode, type UniqueId } from '../core/node.js';
import type { Relation } from '../core/relation.js';
import { success, type Result } from '../core/result.js';
import { findEngine, warehouseExists } from './engines.js';
import type { ProjectGraph } from './load-project-graph.js';

/** The catalog of a warehouse with nothing in it. */
export const emptyCatalog: Catalog = { relations: new Map() };

/**
 * Returns what `Adapter.readCatalog` is asked for, so that the graph's models and sources, and `others`, are found: schemas
 * of the target's database, and relations in other databases.
 */
export function catalogScope(
  { project, graph }: Pick<ProjectGraph, 'project' | 'graph'>,
  others: readonly Relation[] = [],
): Parameters<Adapter['readCatalog']> {
  const nodes = [...graph.nodes.values()].filter(isRelationNode);
  return scopeOf(project.target.database, [...nodes.map(({ relation }) => relation), ...others]);
}

/** Returns what `Adapter.readCatalog` is asked for to find the relations. */
export function scopeOf(
  database: string,
  relations: readonly Relation[],
): Parameters<Adapter['readCatalog']> {
  const isOwn = (relation: Relation): boolean =>
    relation.database.toLowerCase() === database.toLowerCase();
  const schemas = relations.filter(isOwn).map(({ schema }) => schema);
  return [[...new Set(schemas)], relations.filter((each) => !isOwn(each))];
}

/** A catalog, and what to say of it. */
export interface CatalogLook {
  readonly catalog: Catalog;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Looks at the warehouse without changing it, for commands that run nothing. Where it is not there yet, is locked or
 * cannot be opened, the catalog is empty, so that mistakes in the project are found all the same. That is a warning only
 * if an incremental model or a snapshot is selected, whose SQL depends on whether its table exists.
 */
export async function lookAtCatalog(
  loaded: ProjectGraph,
  {
    dialect,
    selection,
    others = [],
    plansRun = false,
  }: {
    readonly dialect: Dialect;
    readonly selection: ReadonlySet<UniqueId>;
    /** Relations to look at besides the project's own; refs are deferred to them. */
    readonly others?: readonly Relation[];
    /** A plan is made from it: who owns what is there matters, also where that is far away. */
    readonly plansRun?: boolean;
  },
): Promise<CatalogLook> {
  const { project, graph } = loaded;
  const isIncremental = [...selection].some((id) => {
    const node = graph.nodes.get(id);
    return (
      node?.resourceType === 'snapshot' ||
      (node?.resourceType === 'model' && node.config.materialized === 'incremental')
    );
  });
  const isCompiledFrom = isIncremental || others.length > 0;
  const unseen: CatalogLook = { catalog: emptyCatalog, diagnostics: [] };
  const engine = findEngine(project.target);
  const concerned = isCompiledFrom || (engine.remote && plansRun);
  if (!warehouseExists(project) || (engine.remote && !concerned)) return unseen;
  const opened = await engine.open(project, { dialect, mode: 'read' });
  const read = opened.ok ? await opened.value.readCatalog(...catalogScope(loaded, others)) : opened;
  if (opened.ok) await opened.value.close();
  if (read.ok) return { catalog: read.value, diagnostics: read.diagnostics };

  if (!concerned) return unseen;
  return {
    catalog: emptyCatalog,
    diagnostics: read.diagnostics.map((each) => ({
      ...each,
      severity: 'warning',
      message: `${each.message}; ${isCompiledFrom ? 'incremental models and snapshots are compiled as if they were built anew' : 'the plan is made as if nothing were there'}`,
    })),
  };
}

/** A warehouse that is opened when it is needed. */
export interface Warehouse {
  /** Returns what is in it. Codes: those of the engine's `open` and of `readCatalog`. */
  readonly readCatalog: () => Promise<Result<Catalog>>;
  /** Returns its open adapter. Codes: those of the engine's `open`. */
  readonly open: () => Promise<Result<Adapter>>;
  readonly close: () => Promise<void>;
}

/**
 * Returns the warehouse of a run. One that is not there yet has nothing in it, and is made only when it is opened, after
 * all that can be wrong with the project has been found. A dry run looks at what is there and opens nothing.
 */
export function approachWarehouse(
  loaded: ProjectGraph,
  options: {
    readonly dialect: Dialect;
    readonly selection: ReadonlySet<UniqueId>;
    readonly dryRun: boolean;
    readonly invocationId: string;
    /** Relations to look at besides the project's own; refs are deferred to them. */
    readonly others?: readonly Relation[];
  },
): Warehouse {
  const { project } = loaded;
  const { dialect, dryRun, invocationId } = options;
  let opened: Promise<Result<Adapter>> | undefined;
  const open = (): Promise<Result<Adapter>> =>
    (opened ??= findEngine(project.target).open(project, {
      dialect,
      mode: 'write',
      invocationId,
    }));
  return {
    open,
    readCatalog: async () => {
      if (dryRun) {
        const { catalog, diagnostics } = await lookAtCatalog(loaded, {
          ...options,
          plansRun: true,
        });
        return success(catalog, diagnostics);
      }
      if (!warehouseExists(project)) return success(emptyCatalog);
      const adapter = await open();
      return adapter.ok
        ? adapter.value.readCatalog(...catalogScope(loaded, options.others))
        : adapter;
    },
    close: async () => {
      const adapter = await opened;
      opened = undefined;
      if (adapter?.ok === true) await adapter.value.close();
    },
  };
}

/** An open warehouse and what is in it. */
export interface OpenWarehouse {
  readonly adapter: Adapter;
  readonly catalog: Catalog;
}

/**
 * Opens the warehouse of a project's target for writing and reads its catalog; it is made if it is not there.
 * Codes: `connection-failed`, `warehouse-locked`, `disk-full`.
 */
export async function openWarehouse(
  loaded: ProjectGraph,
  { dialect }: { readonly dialect: Dialect },
): Promise<Result<OpenWarehouse>> {
  const { project } = loaded;
  const opened = await findEngine(project.target).open(project, { dialect, mode: 'write' });
  if (!opened.ok) return opened;
  const catalog = await opened.value.readCatalog(...catalogScope(loaded));
  if (catalog.ok) return success({ adapter: opened.value, catalog: catalog.value });
  await opened.value.close();
  return catalog;
}
