import { hasSql, type CompiledNode } from '../../core/compiled-node.js';
import { planRun } from '../../plan/index.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createBoundCompiler } from '../create-project-compiler.js';
import { deferFor, deferredRelations } from '../defer.js';
import { findEngine } from '../engines.js';
import { dialectOptions, explainDialect } from '../explain-dialect.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import type { RowOptions, SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { readRowOptions } from '../row-options.js';
import { problemsOf, refuseBroken } from '../refuse-broken.js';
import { readStates } from '../read-states.js';
import { selectFromProject } from '../select-from-project.js';
import { lookAtCatalog } from '../warehouse.js';
import { writeResults } from '../write-results.js';
import { compileInline } from './compile-inline.js';

export interface CompileOptions extends SelectionOptions, RowOptions {
  readonly engine?: boolean;
  readonly fullRefresh?: boolean;
  /** A query that is compiled instead of the project. */
  readonly inline?: string;
  readonly output: 'text' | 'json';
}

/**
 * Returns the nodes to print: selecting a model selects its tests, too, but who wants to see a model's SQL does not want
 * theirs, unless they are named or nothing else is selected.
 */
function choosePrinted(
  nodes: readonly CompiledNode[],
  { select = [], output }: CompileOptions,
): readonly CompiledNode[] {
  if (output === 'json') return nodes;
  const chosen = nodes.filter(
    ({ node }) =>
      node.resourceType === 'model' ||
      node.resourceType === 'analysis' ||
      select.includes(node.name),
  );
  return chosen.length > 0 ? chosen : nodes;
}

/** Prints the SQL of each node; several are told apart by a comment with their path. */
function printCompiled(
  { out }: Invocation,
  nodes: readonly CompiledNode[],
  options: CompileOptions,
): void {
  for (const [index, { node, compiledSql, engineSql }] of nodes.entries()) {
    const sql = (options.engine === true ? engineSql : compiledSql).trim();
    if (options.output === 'json') {
      out.writeJson({ node: node.name, unique_id: node.uniqueId, compiled: sql });
    } else {
      const head =
        nodes.length > 1 ? `${index > 0 ? '\n' : ''}-- ${node.name} (${node.path})\n` : '';
      out.writeLine(`${head}${sql}`);
    }
  }
}

/** The nodes that were written, and how a command ends that did no more. */
export interface Written {
  readonly nodes: readonly CompiledNode[];
  /** `nodeFailed` if a node has no SQL or would fail, which was printed. */
  readonly exitCode: ExitCode;
}

/**
 * Writes the SQL of the selected nodes, and the manifest with it, to the target folder. Returns the nodes that have SQL;
 * `undefined` if something was wrong with the project, which it has printed.
 */
export async function writeCompiled(
  invocation: Invocation,
  loaded: ProjectGraph,
  options: Omit<CompileOptions, 'output'>,
): Promise<Written | undefined> {
  const { print } = invocation;
  const { project } = loaded;

  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return undefined;
  const { state, defer } = states.value;
  const selected = selectFromProject(loaded, options, {
    resourceTypes: ['model', 'snapshot', 'test', 'unit_test', 'analysis'],
    state,
  });
  print(selected.diagnostics);
  if (!selected.ok) return undefined;

  const rows = await readRowOptions(options, { now: Date.parse(invocation.startedAt) });
  print(rows.diagnostics);
  if (!rows.ok) return undefined;

  const toolkit = createSqlToolkit();
  const engine = findEngine(project.target);
  const dialect = await engine.createDialect(toolkit, undefined, dialectOptions(project));
  const look = await lookAtCatalog(loaded, {
    dialect,
    selection: selected.value,
    ...(defer && {
      others: deferredRelations(loaded, { selection: selected.value, state: defer }),
    }),
  });
  print(look.diagnostics);
  const deferred = deferFor(loaded, {
    ...options,
    selection: selected.value,
    state: defer,
    catalog: look.catalog,
    mustExist: false,
  });
  print(deferred.diagnostics);
  if (!deferred.ok) return undefined;
  const { compiler, broken } = await createBoundCompiler(
    loaded,
    {
      toolkit,
      dialect,
      catalog: look.catalog,
      fullRefresh: options.fullRefresh === true,
      deferred: deferred.value,
      // As in dbt, the query of a model that is built in batches is shown for all time.
      rows: { ...rows.value, batchesOf: () => [] },
    },
    selected.value,
  );
  const compiled = compiler.compileNodes(selected.value);
  print([...compiled.diagnostics, ...explainDialect(project, compiled.diagnostics)]);
  if (!compiled.ok) return undefined;
  const nodes = compiled.value.filter(hasSql);
  // As in dbt, the SQL of a node that would fail is written all the same: it is what its author looks at.
  const refused = [
    ...compiled.value.flatMap((each) => (each.refused && !hasSql(each) ? [each.refused] : [])),
    ...problemsOf(nodes, broken),
  ];
  // What an ephemeral model is refused for, what reads it is, too.
  print([...new Set(refused)]);

  // What cannot be planned cannot be built: an unknown materialization, a unique_key that is no column.
  const plan = planRun({
    graph: loaded.graph,
    selection: selected.value,
    compiled: new Map(
      refuseBroken(compiled.value, broken).map((each) => [each.node.uniqueId, each]),
    ),
    catalog: look.catalog,
    dialect,
    capabilities: engine.capabilities,
    stagedSuffix: engine.stagedSuffix(invocation.id),
    command: 'build',
    auditGate: false,
    brokenModels: 'stop',
    fullRefresh: options.fullRefresh === true,
    runStartedAt: invocation.startedAt,
    compileAudit: (test, relations) => compiler.compileTest(test, relations),
  });
  print(plan.diagnostics);
  if (!plan.ok) return undefined;

  const failures = writeResults(invocation, {
    ...loaded,
    compiled: nodes,
    renderRelation: (relation) => dialect.renderRelation(relation),
  });
  print(failures);
  if (failures.length > 0) return undefined;

  return { nodes, exitCode: refused.length > 0 ? exitCodes.nodeFailed : exitCodes.ok };
}

/**
 * `compile`: writes the SQL of the selected nodes to the target folder, and prints it if a selection was asked for. Needs
 * no warehouse.
 */
export async function compile(invocation: Invocation, options: CompileOptions): Promise<ExitCode> {
  const { inline } = options;
  if (inline !== undefined) return compileInline(invocation, { ...options, inline });
  const loaded = await loadProjectGraph(projectRequestOf(invocation, options));
  invocation.print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project } = loaded.value;
  const written = await writeCompiled(invocation, loaded.value, options);
  if (written === undefined) return exitCodes.invalid;
  const { nodes, exitCode } = written;

  if (options.select !== undefined || options.output === 'json') {
    printCompiled(invocation, choosePrinted(nodes, options), options);
  } else {
    invocation.note(
      `Compiled ${formatQuantity(nodes.length, 'node')} to ${project.targetPath}/compiled/${project.name}.`,
    );
  }
  return exitCode;
}
