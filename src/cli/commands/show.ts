import type { QueryRows } from '../../core/adapter.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { Graph } from '../../core/graph.js';
import { seedTemplate } from '../../compile/compile-seed.js';
import type { ModelNode, ParsedNode, SeedNode } from '../../core/node.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import { formatTable, toRowObjects } from '../../report/tables/format-table.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createProjectCompiler, type CompilerSetup } from '../create-project-compiler.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import { locateFailure, type QuerySource } from '../locate-failure.js';
import { projectRequestOf } from '../project-request.js';
import { catalogScope } from '../warehouse.js';

export interface ShowOptions {
  readonly select?: string;
  readonly inline?: string;
  readonly limit: number;
  readonly output: 'text' | 'json';
}

/** What `show` is asked for. */
type Subject =
  | { readonly kind: 'node'; readonly node: ParsedNode }
  | { readonly kind: 'inline'; readonly sql: string };

/** A query in the engine's dialect, and where it comes from. */
interface Query extends QuerySource {
  readonly engineSql: string;
}

/** How messages name a query of the command line. */
const inlinePath = '--inline';

/** Returns the one thing to show. Codes: `usage`, `selection-empty`. */
function findSubject(
  { graph }: ProjectGraph,
  { inline, select }: ShowOptions,
  word: string | undefined,
): Result<Subject> {
  const names = [word, select].filter((each) => each !== undefined);
  const [name] = names;
  if (names.length + (inline === undefined ? 0 : 1) !== 1) {
    return failure([
      errorDiagnostic('usage', 'show takes one model or test, or one query with --inline', {
        hint: "such as `stedi-sql show my_model`, or `stedi-sql show --inline 'select 1'`",
      }),
    ]);
  }
  if (name === undefined) return success({ kind: 'inline', sql: inline ?? '' });
  const nodes = [...graph.nodes.values()];
  // Of a model with versions, the latest is meant.
  const latest =
    graph.modelsByName.get(name) ?? graph.modelsByName.get(name.replace(/_v(?=\w+$)/, '.v'));
  const node =
    nodes.find(({ uniqueId }) => uniqueId === latest) ??
    nodes.find((each) => each.name === name || each.uniqueId === name);
  if (node !== undefined) return success({ kind: 'node', node });
  const known = nodes.map((each) => each.name);
  return failure([
    errorDiagnostic('selection-empty', `there is no model, seed, test or source '${name}'`, {
      hint: didYouMean(name, known, '`stedi-sql ls` lists what there is'),
    }),
  ]);
}

/**
 * Returns the graph with the models that a test reads inside of its query. A test that holds a model back has found rows
 * that were never published, so its findings are shown on what the models would hold if they were built now.
 */
function withInlinedParents(graph: Graph, test: ParsedNode): Graph {
  const nodes = new Map(graph.nodes);
  for (const id of graph.parents.get(test.uniqueId) ?? []) {
    const parent = nodes.get(id);
    if (parent?.resourceType === 'seed') nodes.set(id, toEphemeral(parent, seedTemplate(parent)));
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
function toQuery(
  subject: Subject,
  loaded: ProjectGraph,
  setup: Omit<CompilerSetup, 'fullRefresh'>,
  limit: number,
): Result<Query> {
  const { dialect } = setup;
  // As if an incremental model were built anew: all of its rows, not those that the next run would add.
  const compilerOf = (graph: Graph) =>
    createProjectCompiler({ ...loaded, graph }, { ...setup, fullRefresh: true });
  if (subject.kind === 'inline') {
    const { sql } = subject;
    const compiled = compilerOf(loaded.graph).compileInline({ sql, path: inlinePath });
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
    const engineSql = dialect.writers.selectAll(relation);
    return success({ engineSql, toSource: () => undefined, path: node.path, text: '' });
  }
  const graph =
    node.resourceType === 'test'
      ? withInlinedParents(loaded.graph, node)
      : node.resourceType === 'seed'
        ? withFirstRows(loaded.graph, node, limit)
        : loaded.graph;
  const compiled = compilerOf(graph).compileNodes([node.uniqueId]);
  if (!compiled.ok) return compiled;
  const [result] = compiled.value;
  if (result === undefined) throw new Error(`${node.uniqueId} was not compiled`);
  if (result.furtherSql !== undefined) {
    const message = `seed '${node.name}' has more rows than one statement of the target holds`;
    return failure([
      errorDiagnostic('usage', message, { hint: `show the first of them: --limit 100` }),
    ]);
  }
  return success({ ...result, path: node.path, text: node.rawSql }, compiled.diagnostics);
}

function printRows(
  invocation: Invocation,
  rows: QueryRows,
  options: ShowOptions & { readonly subject: Subject },
): void {
  const { out, note } = invocation;
  const { subject, limit } = options;
  if (options.output === 'json') {
    const named = subject.kind === 'node' ? { node: subject.node.name } : {};
    out.writeJson({ ...named, show: toRowObjects(rows) }, { indent: 2 });
    return;
  }
  const { color, redact } = out;
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
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project, graph } = loaded.value;
  const found = findSubject(loaded.value, options, word);
  print(found.diagnostics);
  if (!found.ok) return exitCodes.invalid;
  const subject = found.value;

  const engine = findEngine(project.target);
  const toolkit = createSqlToolkit();
  const dialect = await engine.createDialect(toolkit);
  const isBuilt = warehouseExists(project);
  const opened = await engine.open(project, { dialect, mode: isBuilt ? 'read' : 'scratch' });
  print(opened.diagnostics);
  if (!opened.ok) return exitCodes.invalid;
  const adapter = opened.value;
  const finish = async (signal: AbortSignal): Promise<ExitCode> => {
    const catalog = await adapter.readCatalog(...catalogScope(loaded.value));
    print(catalog.diagnostics);
    if (!catalog.ok) return exitCodes.invalid;
    const query = toQuery(
      subject,
      loaded.value,
      { toolkit, dialect, catalog: catalog.value },
      options.limit,
    );
    print(query.diagnostics);
    if (!query.ok) return exitCodes.invalid;

    const session = await adapter.openSession();
    const limit = options.limit < 0 ? null : options.limit;
    const rows = await session.query(query.value.engineSql, { limit, signal });
    await session.close();
    if (rows.ok) {
      printRows(invocation, rows.value, { ...options, subject });
      return exitCodes.ok;
    }
    if (rows.failure.cancelled) return exitCodes.cancelled;
    const diagnostic = locateFailure(rows.failure, query.value);
    const hint = 'there is no warehouse yet: run `stedi-sql build` first';
    print([isBuilt ? diagnostic : { ...diagnostic, hint }]);
    return exitCodes.nodeFailed;
  };
  return cancellation.guard(finish).finally(() => adapter.close());
}
