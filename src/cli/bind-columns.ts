import type { BoundQuery, QueryBinder, TypedColumn } from '../core/adapter.js';
import { relationKey, type Relation } from '../core/relation.js';
import type { CatalogRelation } from '../core/catalog.js';
import { snapshotColumns } from '../compile/snapshot-columns.js';
import { columnsAsTheyAre } from '../compile/table-as-is.js';
import { warehouseColumns } from '../compile/warehouse-columns.js';
import { isEphemeral } from '../compile/name-bindings.js';
import type { Compiler } from '../compile/create-compiler.js';
import type { Graph } from '../core/graph.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { incrementalTarget } from '../core/incremental.js';
import { isRelationNode, isSqlNode, type SqlNode, type UniqueId } from '../core/node.js';
import { hasSql, type CompiledNode } from '../core/compiled-node.js';
import { materializations } from '../plan/materializations/index.js';
import type { CompilerSetup } from './create-project-compiler.js';

/** The columns of nodes whose SQL is the engine's own, as the engine says; none of those that are not known. */
export interface BoundColumns {
  readonly columns: ReadonlyMap<UniqueId, readonly TypedColumn[]>;
  /** What is wrong with the queries of nodes, in their authors' files. */
  readonly broken: ReadonlyMap<UniqueId, Diagnostic>;
}

/** Returns the models, seeds and sources that some nodes read, directly or not, and the nodes themselves. */
function withAncestors(graph: Graph, ids: Iterable<UniqueId>): ReadonlySet<UniqueId> {
  const found = new Set<UniqueId>();
  const pending = [...ids];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    pending.push(...(graph.parents.get(id) ?? []));
  }
  return found;
}

/**
 * Returns what the engine says of the columns of nodes and of all that they read, parents first: each becomes a relation
 * without rows for those that read it. What is not known makes nothing known of what reads it. `compilerFor` compiles for
 * the same catalog, with the columns that are known by the time.
 */
export async function bindColumns(
  {
    graph,
    compilerFor,
  }: {
    readonly graph: Graph;
    readonly compilerFor: (known?: ReadonlyMap<UniqueId, readonly TypedColumn[]>) => Compiler;
  },
  ids: Iterable<UniqueId>,
  setup: Pick<CompilerSetup, 'catalog' | 'dialect' | 'fullRefresh' | 'deferred' | 'built'> & {
    readonly binder: QueryBinder;
  },
): Promise<BoundColumns> {
  const { binder, catalog, dialect, deferred } = setup;
  const columns = new Map<UniqueId, readonly TypedColumn[]>();
  const broken = new Map<UniqueId, Diagnostic>();
  const chosen = new Set(ids);
  const needed = withAncestors(graph, chosen);
  const order = graph.order.filter((id) => needed.has(id));
  const isQuery = (node: SqlNode): boolean =>
    node.resourceType !== 'test' && node.resourceType !== 'seed';
  const queries = order.filter((id) => {
    const node = graph.nodes.get(id);
    return node !== undefined && isSqlNode(node) && isQuery(node);
  });
  // A node that cannot be compiled is told of by whoever compiles for good.
  const all = compilerFor().compileNodes(queries);
  const compiled =
    all.ok && all.value.every(hasSql)
      ? new Map(all.value.map((each) => [each.node.uniqueId, each]))
      : undefined;
  // A template may ask for the columns of what it reads: then each is compiled when those are known.
  const stepwise = compiled ? undefined : compilerFor(columns);
  const queryOf = (id: UniqueId): CompiledNode | undefined =>
    stepwise ? compileOne(stepwise, id) : compiled?.get(id);

  const inWarehouse = (relation: Relation): readonly TypedColumn[] | undefined =>
    warehouseColumns(relation, { catalog, dialect });

  const declared = new Set(
    order.flatMap((id) => {
      const node = graph.nodes.get(id);
      return node && isRelationNode(node) ? relationKey(node.relation) : [];
    }),
  );
  const others = [...catalog.relations]
    .filter(([key]) => !declared.has(key))
    .map(([, relation]) => relation);
  let othersDeclared = false;

  for (const id of order) {
    const node = graph.nodes.get(id);
    if (node === undefined || !isRelationNode(node)) continue;
    const readAs = deferred?.get(id);
    if (readAs !== undefined) {
      const found = inWarehouse(readAs);
      if (found) await binder.declare(readAs, found);
      continue;
    }
    const lies = node.resourceType === 'source' ? dialect.native?.readSource?.(node) : undefined;
    if (lies !== undefined) {
      const read =
        typeof lies === 'string' &&
        (await binder.bind(`select * from ${lies}`, { path: node.path }));
      if (read && read.ok) columns.set(id, read.columns);
      continue;
    }
    if (node.resourceType === 'source') {
      const found = inWarehouse(node.relation);
      if (found) await binder.declare(node.relation, found);
      if (found) columns.set(id, found);
      continue;
    }
    const there = columnsAsTheyAre(node, undefined, setup);
    if (there) {
      await binder.declare(node.relation, there);
      columns.set(id, there);
      continue;
    }
    if (node.resourceType === 'seed' && node.broken) {
      // It is not built: what is read is the table that is there.
      const found = inWarehouse(node.relation);
      if (found) await binder.declare(node.relation, found);
      if (found) columns.set(id, found);
      continue;
    }
    if (node.resourceType === 'seed') {
      await binder.declare(node.relation, node.table.columns);
      // What its types are called is for the engine to say, as with those of queries.
      const sql = `select * from ${dialect.renderRelation(node.relation)}`;
      const read = await binder.bind(sql, { path: node.path });
      if (read.ok) columns.set(id, read.columns);
      continue;
    }
    if (node.resourceType === 'model' && !materializations.has(node.config.materialized)) continue;
    const own = queryOf(id);
    if (own === undefined || own.engineSql === '') continue;
    const adding = incrementalTarget(node, catalog, setup);
    const found = adding && inWarehouse(node.relation);
    if (found) await binder.declare(node.relation, found);
    const before = (own.hooks ?? []).filter(({ time }) => time !== 'post-hook');
    const ask = (): Promise<BoundQuery> =>
      binder.bind(own.engineSql, {
        path: node.path,
        before: before.flatMap(({ statements }) => statements),
      });
    let bound = await ask();
    if (!bound.ok && bound.problem === null && !othersDeclared && others.length > 0) {
      // A relation that is named in SQL, without ref() or source().
      othersDeclared = true;
      for (const { relation } of others) {
        await binder.declare(relation, inWarehouse(relation) ?? []);
      }
      bound = await ask();
    }
    if (!bound.ok) {
      // Of such a relation a hook may make another, so that what is wrong with its columns is for the run to say.
      const isSure = !othersDeclared || !readsAny(own.engineSql, others);
      if (bound.problem && isSure) broken.set(id, inFile(bound.problem, own));
      // What is not built now is read as it is.
      const asIs = chosen.has(id) ? undefined : inWarehouse(node.relation);
      if (asIs && !found) await binder.declare(node.relation, asIs);
      if (asIs) columns.set(id, asIs);
      continue;
    }
    columns.set(id, bound.columns);
    if (isEphemeral(node)) continue;
    if (node.resourceType === 'model' && node.config.materialized === 'external') {
      const file = dialect.native?.describeFile?.(node);
      if (file?.ok !== true || !file.value.keepsColumns) {
        // What a file of text is read as is for its reader to say.
        columns.delete(id);
        continue;
      }
    }
    const stored =
      node.resourceType === 'snapshot'
        ? snapshotColumns(node, bound.columns, { catalog, dialect })
        : mergeColumns(found ?? [], bound.columns);
    await binder.declare(node.relation, stored);
  }
  return { columns, broken };
}

function compileOne(compiler: Compiler, id: UniqueId): CompiledNode | undefined {
  const one = compiler.compileNodes([id]);
  return one.ok ? one.value[0] : undefined;
}

/** The columns of a table that is added to: its own, then those that may come with the query. */
function mergeColumns(
  before: readonly TypedColumn[],
  query: readonly TypedColumn[],
): readonly TypedColumn[] {
  const names = new Set(before.map(({ name }) => name?.toLowerCase()));
  return [...before, ...query.filter(({ name }) => !names.has(name?.toLowerCase()))];
}

/** Returns whether the name of one of the relations stands in SQL, be it as the name of something else. */
function readsAny(sql: string, relations: readonly CatalogRelation[]): boolean {
  const text = sql.toLowerCase();
  return relations.some(({ relation }) => text.includes(relation.identifier.toLowerCase()));
}

/** Returns a problem at its place in the author's file. */
function inFile(problem: Diagnostic, { node, toSource }: CompiledNode): Diagnostic {
  const { location } = problem;
  const place =
    location?.line === undefined ? undefined : toSource(location.line, location.column ?? 1);
  return { ...problem, location: { path: node.path, ...place } };
}
