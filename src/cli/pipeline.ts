import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { TimeWindow } from '../core/event-time.js';
import type { Graph } from '../core/graph.js';
import type { UniqueId } from '../core/node.js';
import { success } from '../core/result.js';
import { planRun, planToJson } from '../plan/index.js';
import { readTimings, writeTimings } from '../report/artifacts/timings.js';
import { formatPlan } from '../report/tables/format-plan.js';
import { executePlan } from '../run/index.js';
import { createSqlToolkit } from '../sql/index.js';
import { addToTables, readRowOptions, rowArguments } from './row-options.js';
import { clonedRelations, cloneNodes } from './clone-nodes.js';
import { createBoundCompiler } from './create-project-compiler.js';
import { deferFor, deferredRelations } from './defer.js';
import { findEngine } from './engines.js';
import { dialectOptions, explainDialect } from './explain-dialect.js';
import { exitCodeOf, exitCodes, type ExitCode } from './exit-codes.js';
import type { Invocation } from './invocation.js';
import { loadProjectGraph, type ProjectGraph } from './load-project-graph.js';
import type { RunOptions } from './options.js';
import { failOnWarnings, settleWarnings } from './fail-on-warnings.js';
import { printRun } from './print-run.js';
import { projectRequestOf } from './project-request.js';
import { endHooksOf, planRunHooks } from './run-hooks.js';
import { selectExposures, selectFromProject } from './select-from-project.js';
import { readStates } from './read-states.js';
import { problemsOf, refuseBroken } from './refuse-broken.js';
import { refuseSnapshots } from './refuse-snapshots.js';
import { readVarsArgument, selectionArgs } from './run-arguments.js';
import { approachEmbedded } from './embedded-engine.js';
import { approachWarehouse, emptyCatalog } from './warehouse.js';
import { showSeeds } from './show-seeds.js';
import { openResults } from './write-results.js';

/** What tells the commands that run nodes apart. */
export type RunKind = 'run' | 'seed' | 'snapshot' | 'test' | 'build' | 'clone';

const resourceTypes = {
  run: ['model'],
  seed: ['seed'],
  snapshot: ['snapshot'],
  test: ['test', 'unit_test'],
  build: ['seed', 'model', 'snapshot', 'test', 'unit_test'],
  clone: ['seed', 'model', 'snapshot'],
} as const;

/** The commands that make tables of others as these are. */
const building: ReadonlySet<RunKind> = new Set(['run', 'snapshot', 'build']);

const missingState = errorDiagnostic('usage', 'clone needs another state to clone from', {
  hint: 'name a folder with the manifest.json of an earlier run: --state <folder>',
});

/** Returns the project with the number of threads that was asked for. */
function withThreads(loaded: ProjectGraph, threads: number | undefined): ProjectGraph {
  if (threads === undefined) return loaded;
  const { project } = loaded;
  return { ...loaded, project: { ...project, target: { ...project.target, threads } } };
}

/** The nodes that a command chooses by other means than the selection flags. */
export interface Chosen {
  readonly ids: ReadonlySet<UniqueId>;
  readonly diagnostics: readonly Diagnostic[];
  /** Of models that were built in part: the batches that are left. */
  readonly batches: ReadonlyMap<UniqueId, readonly TimeWindow[]>;
  /** When the earlier run began, in milliseconds since 1970: what counts as now. */
  readonly now: number;
}

/**
 * `run`, `seed`, `snapshot`, `test` and `build`: every stage from the project folder to the artifacts, in their order. The first stage that
 * finds errors is the last: all of them are printed, and the warehouse is as it was. A signal to stop cancels what runs;
 * artifacts and summary follow all the same.
 */
export async function runPipeline(
  invocation: Invocation,
  kind: RunKind,
  options: RunOptions,
  chooseAgain?: (graph: Graph) => Chosen,
): Promise<ExitCode> {
  const { print, printAfter, cancellation } = invocation;
  const dryRun = options.dryRun === true;
  const fullRefresh = options.fullRefresh === true;

  // load → parse → graph
  const read = await loadProjectGraph(projectRequestOf(invocation, options));
  print(read.diagnostics);
  if (!read.ok) return exitCodes.invalid;
  const parsed = withThreads(read.value, options.threads);
  const chosen = chooseAgain?.(parsed.graph);
  const loaded = { ...parsed, graph: addToTables(parsed.graph, chosen?.batches) };
  const { project } = loaded;

  // select
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;
  const { state, defer } = states.value;
  if (kind === 'clone' && state === undefined) {
    print([missingState]);
    return exitCodes.invalid;
  }
  const selected = chosen
    ? success(chosen.ids, chosen.diagnostics)
    : selectFromProject(loaded, options, { resourceTypes: resourceTypes[kind], state });
  print(selected.diagnostics);
  if (!selected.ok) return exitCodes.invalid;
  const selection = selected.value;
  const exposures =
    kind === 'build' && chosen === undefined ? selectExposures(loaded, options, state) : [];
  if (selection.size === 0) return exitCodes.ok;

  // which rows, which batches
  const rows = await readRowOptions(options, {
    now: chosen?.now ?? Date.parse(invocation.startedAt),
    ...(chosen && { batches: chosen.batches }),
  });
  print(rows.diagnostics);
  if (!rows.ok) return exitCodes.invalid;
  const partial = refuseSnapshots(loaded.graph, selection, options);
  print(partial);
  if (partial.length > 0) return exitCodes.invalid;

  const toolkit = createSqlToolkit();
  const engine = findEngine(project.target);
  const dialect = await engine.createDialect(toolkit, project.target, dialectOptions(project));
  const warehouse = approachWarehouse(loaded, {
    dialect,
    selection,
    dryRun,
    invocationId: invocation.id,
    others: [
      ...(defer ? deferredRelations(loaded, { selection, state: defer }) : []),
      ...(kind === 'clone' && state ? clonedRelations(selection, state) : []),
    ],
  });
  const embedded = await approachEmbedded({ project, graph: loaded.graph }, selection, toolkit);
  const finish = async (): Promise<ExitCode> => {
    // read catalog
    const catalog =
      embedded?.isAll === true ? success(emptyCatalog) : await warehouse.readCatalog();
    print(catalog.diagnostics);
    if (!catalog.ok) return exitCodes.invalid;

    // defer
    const deferred = deferFor(loaded, {
      ...options,
      selection,
      state: defer,
      catalog: catalog.value,
      mustExist: !dryRun,
    });
    print(deferred.diagnostics);
    if (!deferred.ok) return exitCodes.invalid;

    // clone
    const cloned =
      kind === 'clone' && state
        ? cloneNodes(loaded.graph, {
            selection,
            state,
            catalog: catalog.value,
            replace: fullRefresh,
            onlyDatabase: engine.remote ? null : project.target.database,
            renderRelation: (relation) => dialect.renderRelation(relation),
          })
        : success({ graph: loaded.graph, selection, idle: [], notes: [] });
    print(cloned.diagnostics);
    if (!cloned.ok) return exitCodes.invalid;
    const { graph, idle } = cloned.value;
    for (const note of cloned.value.notes) invocation.note(`${note}: --full-refresh replaces it.`);

    // compile
    const { compiler, broken } = await createBoundCompiler(
      { ...loaded, graph },
      {
        toolkit,
        dialect,
        catalog: catalog.value,
        fullRefresh,
        deferred: deferred.value,
        rows: rows.value,
        ...(embedded && { embedded: embedded.dialect }),
        ...(building.has(kind) && { built: cloned.value.selection }),
      },
      cloned.value.selection,
    );
    const compiled = compiler.compileNodes(cloned.value.selection);
    print([...compiled.diagnostics, ...explainDialect(project, compiled.diagnostics)]);
    if (!compiled.ok) return exitCodes.invalid;
    const nodes = refuseBroken(compiled.value, broken);
    if (dryRun) {
      const refused = nodes.flatMap((each) => (each.refused ? [each.refused] : []));
      // What an ephemeral model is refused for, what reads it is, too.
      const problems = [...new Set([...refused, ...problemsOf(nodes, broken)])];
      if (problems.length > 0) {
        print(problems);
        return exitCodes.invalid;
      }
    }

    // plan
    // Unit tests touch no warehouse, and so do not their hooks. A clone has none, as in dbt.
    const hooks =
      embedded?.isAll === true || kind === 'clone'
        ? success(null)
        : planRunHooks(
            loaded,
            compiler,
            nodes.flatMap(({ node }) => ('relation' in node ? [node.relation] : [])),
          );
    print(hooks.diagnostics);
    if (!hooks.ok) return exitCodes.invalid;
    const planned = planRun({
      graph: invocation.warnings.failsTests ? failOnWarnings(graph) : graph,
      selection: cloned.value.selection,
      compiled: new Map(nodes.map((each) => [each.node.uniqueId, each])),
      catalog: catalog.value,
      dialect,
      capabilities: engine.capabilities,
      stagedSuffix: engine.stagedSuffix(invocation.id),
      // Of each node that is cloned, a view is built.
      command: kind === 'clone' ? 'run' : kind,
      auditGate: options.auditGate !== false,
      fullRefresh,
      // Who only looks at the plan is told of what would fail.
      ...(dryRun && { brokenModels: 'stop' as const }),
      runStartedAt: invocation.startedAt,
      compileAudit: (test, relations) => compiler.compileTest(test, relations),
    });
    print(planned.diagnostics);
    if (!planned.ok) return exitCodes.invalid;
    const plan = { ...planned.value, ...(hooks.value && { hooks: hooks.value }) };
    if (dryRun) {
      if (options.output === 'json') invocation.out.writeJson(planToJson(plan), { indent: 2 });
      else invocation.out.writeLine(formatPlan(plan, invocation.out));
      return exitCodes.ok;
    }

    // open adapter
    const unitEngine = await embedded?.open();
    print(unitEngine?.diagnostics ?? []);
    if (unitEngine?.ok === false) return exitCodes.invalid;
    const opened =
      embedded?.isAll === true && unitEngine !== undefined ? unitEngine : await warehouse.open();
    print(opened.diagnostics);
    if (!opened.ok) return exitCodes.invalid;
    const adapter = opened.value;

    // execute → write artifacts
    return cancellation.guard(async (signal) => {
      const begun = await adapter.beginRun?.(plan, signal);
      if (begun?.ok === false) {
        print(begun.diagnostics);
        return signal.aborted ? exitCodes.cancelled : exitCodes.invalid;
      }
      const reporter = invocation.createReporter({
        targetName: project.target.name,
        folders: [
          ...project.paths.models,
          ...project.paths.seeds,
          ...project.paths.snapshots,
          ...project.paths.tests,
        ],
      });
      const written = openResults(invocation, {
        ...loaded,
        // What stands for a clone is not the node's own SQL.
        compiled: kind === 'clone' ? [] : nodes,
        renderRelation: (relation) => dialect.renderRelation(relation),
      });
      // Where a node never ran on this target, its time elsewhere tells more than nothing.
      const expectedMs = new Map([
        ...((state ?? defer)?.executionMs ?? []),
        ...(await readTimings(project)),
      ]);
      const stopWriting = written.writeBeside();
      const executed = await executePlan(plan, adapter, {
        threads: project.target.threads,
        failFast: options.failFast === true,
        signal,
        sink: (event) => {
          reporter.report(event);
          if (event.kind === 'node-finished') written.addResult(event.result);
        },
        expectedMs,
        settle: (result) => settleWarnings(result, invocation.warnings),
        ...(unitEngine?.ok === true && { embedded: unitEngine.value }),
        ...(hooks.value && { endHooks: endHooksOf(loaded, compiler) }),
        now: () => Date.now(),
      }).finally(stopWriting);
      const results = { ...executed, results: [...executed.results, ...idle] };
      reporter.close();
      printAfter((await adapter.endRun?.()) ?? []);
      // Others may have the warehouse now, and the room that a failed model took on the disk is free again.
      await warehouse.close();
      await embedded?.close();
      const runArguments = {
        ...selectionArgs(options),
        vars: await readVarsArgument(invocation),
        full_refresh: fullRefresh,
        ...rowArguments(options),
        fail_fast: options.failFast === true,
        store_failures: options.storeFailures === true,
        audit_gate: options.auditGate !== false,
        threads: project.target.threads,
      };
      const unwritten = written.end(results, runArguments, exposures);
      await writeTimings(project, { results, graph });
      printRun(invocation, loaded, results);
      if (options.show === true) showSeeds(invocation, results);
      printAfter(unwritten);
      const exitCode = exitCodeOf(results);
      return exitCode === exitCodes.ok && unwritten.length > 0 ? exitCodes.invalid : exitCode;
    });
  };
  return finish().finally(() => Promise.all([warehouse.close(), embedded?.close()]));
}
