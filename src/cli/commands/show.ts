import type { Dialect, QueryRows } from '../../core/adapter.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { Graph } from '../../core/graph.js';
import { seedTemplate } from '../../compile/compile-seed.js';
import type { Compiler } from '../../compile/create-compiler.js';
import type { CompiledHook } from '../../core/hook.js';
import type { ModelNode, ParsedNode, SeedNode, UniqueId } from '../../core/node.js';
import { hasSql } from '../../core/compiled-node.js';
import { failure, success, type Result } from '../../core/result.js';
import { versionedName } from '../../core/versioned-name.js';
import { formatTable, toRowObjects } from '../../report/tables/format-table.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createSqlToolkit } from '../../sql/index.js';
import { compileOrBind } from '../compile-or-bind.js';
import type { CompilerSetup } from '../create-project-compiler.js';
import { dialectOptions } from '../explain-dialect.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import { locateFailure, type QuerySource } from '../locate-failure.js';
import { projectRequestOf } from '../project-request.js';
import { deferFor, deferredRelations } from '../defer.js';
import type { SelectionOptions } from '../options.js';
import { readStates } from '../read-states.js';
import {
  findSubjects,
  idOf,
  inlinePath,
  withInlineParents,
  type Subject,
} from '../show-subjects.js';
import { catalogScope } from '../warehouse.js';

export interface ShowOptions extends SelectionOptions {
  readonly inline?: string;
  readonly limit: number;
  readonly output: 'text' | 'json';
}

/** A query in the engine's dialect, and where it comes from. */
interface Query extends QuerySource {
  readonly engineSql: string;
  /** What runs in the session before it. */
  readonly header?: CompiledHook | undefined;
}

/**
 * Returns the graph with the models that a test reads inside of its query. A test that holds a model back has found rows
 * that were never published, so its findings are shown on what the models would hold if they were built now.
 */
function withInlinedParents(
  graph: Graph,
  test: ParsedNode,
  { native }: Pick<Dialect, 'native'>,
): Graph {
  const nodes = new Map(graph.nodes);
  for (const id of graph.parents.get(test.uniqueId) ?? []) {
    const parent = nodes.get(id);
    if (parent?.resourceType === 'seed')
      nodes.set(id, toEphemeral(parent, seedTemplate(parent, native)));
    if (parent?.resourceType !== 'model' || parent.config.materialized === 'external_table') {
      continue;
    }
    nodes.set(id, { ...parent, config: { ...parent.config, materialized: 'ephemeral' } });
  }
  return { ...graph, nodes };
}

/** Returns a seed as a model that becomes a part of what reads it. */
function toEphemeral(seed: SeedNode, template: string): ModelNode {
  const config = { ...seed.config, materialized: 'ephemeral' };
  return { ...seed, resourceType: 'model', config, rawSql: template };
}

/** Returns the graph with no more rows of a seed than are to be shown. */
function withFirstRows(graph: Graph, seed: SeedNode, limit: number): Graph {
  const rows = limit < 0 ? seed.table.rows : seed.table.rows.slice(0, limit);
  const nodes = new Map(graph.nodes);
  nodes.set(seed.uniqueId, { ...seed, table: { ...seed.table, rows } });
  return { ...graph, nodes };
}

/** Returns the query whose rows are to be shown. Diagnostics: those of the compile stage. */
async function toQuery(
  subject: Subject,
  loaded: ProjectGraph,
  setup: Omit<CompilerSetup, 'fullRefresh'>,
  limit: number,
): Promise<Result<Query>> {
  const { dialect } = setup;
  const compileIn = <T>(
    graph: Graph,
    ids: Iterable<UniqueId>,
    compile: (compiler: Compiler) => Result<T>,
  ): Promise<Result<T>> => compileOrBind({ ...loaded, graph }, setup, ids, compile);
  if (subject.kind === 'inline') {
    const { sql } = subject;
    const { graph } = loaded;
    const compiled = await compileIn(graph, graph.order, (compiler) =>
      compiler.compileInline({ sql, path: inlinePath }),
    );
    if (!compiled.ok) return compiled;
    return success({ ...compiled.value, path: inlinePath, text: sql }, compiled.diagnostics);
  }
  const { node } = subject;
  if (node.resourceType === 'exposure') {
    const message = `'${node.name}' is an exposure, which has no rows`;
    return failure([
      errorDiagnostic('usage', message, { hint: `what it reads: ls --select +${node.name}` }),
    ]);
  }
  if (node.resourceType === 'source' || node.config.materialized === 'external_table') {
    const { relation } = node as Extract<ParsedNode, { relation: unknown }>;
    const lies = node.resourceType === 'source' ? dialect.native?.readSource?.(node) : undefined;
    if (typeof lies === 'object') return failure([lies.problem]);
    const engineSql =
      lies === undefined ? dialect.writers.selectAll(relation) : `SELECT * FROM ${lies}`;
    return success({ engineSql, toSource: () => undefined, path: node.path, text: '' });
  }
  const graph =
    node.resourceType === 'test'
      ? withInlinedParents(loaded.graph, node, dialect)
      : node.resourceType === 'seed'
        ? withFirstRows(loaded.graph, node, limit)
        : loaded.graph;
  const ids = [node.uniqueId];
  const compiled = await compileIn(graph, ids, (compiler) => compiler.compileNodes(ids));
  if (!compiled.ok) return compiled;
  const [result] = compiled.value;
  if (result === undefined) throw new Error(`${node.uniqueId} was not compiled`);
  if (result.refused && !hasSql(result)) return failure([result.refused]);
  if (result.furtherSql !== undefined) {
    const message = `seed '${node.name}' has more rows than one statement of the target holds`;
    return failure([
      errorDiagnostic('usage', message, { hint: `show the first of them: --limit 100` }),
    ]);
  }
  const header = result.hooks?.find(({ time }) => time === 'sql-header');
  if (header === undefined && result.refused !== undefined && setsHeader(node)) {
    return failure([result.refused]);
  }
  return success({ ...result, header, path: node.path, text: node.rawSql }, compiled.diagnostics);
}

/** Without its header, a query may have other rows. */
function setsHeader({ config }: Extract<ParsedNode, { config: unknown }>): boolean {
  const header = config.extra['sql_header'];
  return typeof header === 'string' && header.trim() !== '';
}

/** Returns a node's name as dbt shows it: of a model with versions, `name.v2`. */
function displayName(node: ParsedNode): string {
  return versionedName(node.name, node.resourceType === 'model' ? node.version?.v : undefined);
}

function printRows(
  invocation: Invocation,
  rows: QueryRows,
  options: ShowOptions & { readonly subject: Subject; readonly several: boolean },
): void {
  const { out, note } = invocation;
  const { subject, limit, several } = options;
  if (options.output === 'json') {
    const named = subject.kind === 'node' ? { node: displayName(subject.node) } : {};
    out.writeJson({ ...named, show: toRowObjects(rows) }, { indent: 2 });
    return;
  }
  const { color, redact } = out;
  if (several && subject.kind === 'node') out.writeLine(`${displayName(subject.node)}:`);
  out.writeLine(formatTable(rows, { color, redact, maxWidth: out.size()?.columns ?? null }));
  if (!out.isTerminal) return;
  const count = formatQuantity(rows.rows.length, 'row');
  note(rows.rows.length === limit ? `The first ${count}; --limit -1 shows all.` : `${count}.`);
}

/**
 * `show`: prints rows of what a model's SQL gives now, of a source, of a test's findings, or of a query. Runs on the
 * warehouse without changing it. Exit code 1 if the query fails.
 */
export async function show(
  invocation: Invocation,
  options: ShowOptions,
  word: string | undefined,
): Promise<ExitCode> {
  const { print, cancellation } = invocation;
  const read = await loadProjectGraph(projectRequestOf(invocation));
  print(read.diagnostics);
  if (!read.ok) return exitCodes.invalid;
  const { project } = read.value;
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;
  const { state, defer } = states.value;
  const found = findSubjects(read.value, { ...options, word, previous: state });
  print(found.diagnostics);
  if (!found.ok) return exitCodes.invalid;
  const subjects = found.value;
  const loaded = { ...read.value, graph: withInlineParents(read.value, subjects) };
  const selection = new Set(subjects.map(idOf));

  const engine = findEngine(project.target);
  const toolkit = createSqlToolkit();
  const dialect = await engine.createDialect(toolkit, undefined, dialectOptions(project));
  const isBuilt = warehouseExists(project);
  const opened = await engine.open(project, { dialect, mode: isBuilt ? 'read' : 'scratch' });
  print(opened.diagnostics);
  if (!opened.ok) return exitCodes.invalid;
  const adapter = opened.value;

  const showOne = async (
    subject: Subject,
    setup: Omit<CompilerSetup, 'fullRefresh'>,
    signal: AbortSignal,
  ): Promise<ExitCode> => {
    const query = await toQuery(subject, read.value, setup, options.limit);
    print(query.diagnostics);
    if (!query.ok) return exitCodes.invalid;

    const session = await adapter.openSession();
    const limit = options.limit < 0 ? null : options.limit;
    const { engineSql, header } = query.value;
    const headed = header && (await session.execute({ kind: 'hook', hook: header }, signal));
    const rows = headed?.ok === false ? headed : await session.query(engineSql, { limit, signal });
    await session.close();
    if (rows.ok) {
      printRows(invocation, rows.value, { ...options, subject, several: subjects.length > 1 });
      return exitCodes.ok;
    }
    if (rows.failure.cancelled) return exitCodes.cancelled;
    const diagnostic = locateFailure(rows.failure, query.value);
    const hint = 'there is no warehouse yet: run `stedi-sql build` first';
    print([isBuilt ? diagnostic : { ...diagnostic, hint }]);
    return exitCodes.nodeFailed;
  };
  const finish = async (signal: AbortSignal): Promise<ExitCode> => {
    const others = defer ? deferredRelations(loaded, { selection, state: defer }) : [];
    const catalog = await adapter.readCatalog(...catalogScope(loaded, others));
    print(catalog.diagnostics);
    if (!catalog.ok) return exitCodes.invalid;
    let exitCode: ExitCode = exitCodes.ok;
    for (const subject of subjects) {
      // Each for itself: what is shown is not built, so that another one that reads it is deferred, too.
      const deferred = deferFor(loaded, {
        ...options,
        selection: new Set([idOf(subject)]),
        state: defer,
        catalog: catalog.value,
        mustExist: true,
      });
      print(deferred.diagnostics);
      if (!deferred.ok) return exitCodes.invalid;
      const setup = { toolkit, dialect, catalog: catalog.value, deferred: deferred.value };
      const ended = await showOne(subject, setup, signal);
      if (ended === exitCodes.cancelled) return ended;
      exitCode = exitCode === exitCodes.ok ? ended : exitCode;
    }
    return exitCode;
  };
  return cancellation.guard(finish).finally(() => adapter.close());
}
