import { join, resolve } from 'node:path';
import { compileFreshness } from '../../compile/compile-freshness.js';
import { warningDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { SourceNode } from '../../core/node.js';
import type { ParsedProject } from '../../core/parsed-project.js';
import { dbtProjectFileName } from '../../project/project-file-name.js';
import { toSources } from '../../report/artifacts/to-sources.js';
import { writeJsonFile } from '../../report/artifacts/write-artifacts.js';
import { formatFreshness } from '../../report/tables/format-freshness.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { checkFreshness, type FreshnessCheck } from '../../run/check-freshness.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createProjectCompiler } from '../create-project-compiler.js';
import { dialectOptions } from '../explain-dialect.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph } from '../load-project-graph.js';
import type { SelectionOptions } from '../options.js';
import { projectRequestOf } from '../project-request.js';
import { readStates } from '../read-states.js';
import { selectFromProject } from '../select-from-project.js';
import { scopeOf } from '../warehouse.js';

/** dbt 1.10 runs the hooks around runs here, too; this command changes nothing in the warehouse. */
function warnOfHooks({ operations = [] }: ParsedProject): readonly Diagnostic[] {
  const first = operations.find(({ config }) => config.enabled);
  if (first === undefined) return [];
  const message = `the hooks around runs, ${first.time} first, do not run with 'source freshness', where dbt 1.10 runs them`;
  const hint = 'run what they do by `stedi-sql run-operation` before it, if it needs it';
  return [warningDiagnostic('config-unused', message, { location: first.hook.location, hint })];
}

export interface FreshnessOptions extends SelectionOptions {
  /** Where the results go, instead of into the target folder. */
  readonly output?: string;
  readonly threads?: number;
}

/**
 * `source freshness`: asks the warehouse how old the selected sources are, and writes `sources.json`. Exit code 1 if one is
 * older than its `error_after` or cannot be asked.
 */
export async function sourceFreshness(
  invocation: Invocation,
  options: FreshnessOptions,
): Promise<ExitCode> {
  const { print, printAfter, cancellation, out, note } = invocation;
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const { project, graph, parsed } = loaded.value;
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;
  const selected = selectFromProject(loaded.value, options, {
    resourceTypes: ['source'],
    state: states.value.state,
  });
  print(selected.diagnostics);
  if (!selected.ok) return exitCodes.invalid;
  const sources = [...selected.value]
    .flatMap((id) => graph.nodes.get(id) ?? [])
    .filter((node): node is SourceNode => node.resourceType === 'source');
  const checked = sources.filter(({ details }) => details?.freshness != null);
  if (checked.length === 0) {
    note('No source that was selected has a `freshness`, so there is nothing to check.');
    return exitCodes.ok;
  }
  if (project.configPath === dbtProjectFileName) print(warnOfHooks(parsed));

  const toolkit = createSqlToolkit();
  const engine = findEngine(project.target);
  const dialect = await engine.createDialect(toolkit, undefined, dialectOptions(project));
  const opened = await engine.open(project, {
    dialect,
    mode: warehouseExists(project) ? 'read' : 'scratch',
    invocationId: invocation.id,
  });
  print(opened.diagnostics);
  if (!opened.ok) return exitCodes.invalid;
  const adapter = opened.value;
  const finish = async (signal: AbortSignal): Promise<ExitCode> => {
    const startedMs = Date.now();
    const relations = checked.map(({ relation }) => relation);
    const catalog = await adapter.readCatalog(...scopeOf(project.target.database, relations));
    print(catalog.diagnostics);
    if (!catalog.ok) return exitCodes.invalid;
    const compiler = createProjectCompiler(loaded.value, {
      toolkit,
      dialect,
      catalog: catalog.value,
      fullRefresh: false,
    });
    const checks = checked.flatMap((source): readonly FreshnessCheck[] => {
      const freshness = source.details?.freshness;
      if (freshness == null) return [];
      return [{ source, freshness, engineSql: compileFreshness(source, compiler, dialect.native) }];
    });
    const results = await checkFreshness(checks, adapter, {
      threads: options.threads ?? project.target.threads,
      signal,
      now: () => Date.now(),
      onResult: (result) => {
        if (invocation.options.logFormat !== 'json' && invocation.options.quiet !== true) {
          out.writeLine(formatFreshness(result, out));
        }
        printAfter(result.diagnostics);
      },
    });
    const file =
      options.output === undefined
        ? join(project.root, project.targetPath, 'sources.json')
        : resolve(invocation.cwd, options.output);
    const unwritten = writeJsonFile(
      file,
      toSources({
        results,
        elapsedMs: Date.now() - startedMs,
        invocation: {
          invocationId: invocation.id,
          startedAt: invocation.startedAt,
          generatedAt: new Date().toISOString(),
        },
      }),
      out.redact,
    );
    printAfter(unwritten);
    if (signal.aborted) return exitCodes.cancelled;
    const count = (status: string): number =>
      results.filter((each) => each.status === status).length;
    note(
      `${formatQuantity(results.length, 'source')}: ${count('pass')} fresh, ${count('warn')} warned of, ${count('error')} stale, ${count('runtime error')} not known.`,
    );
    if (unwritten.length > 0) return exitCodes.invalid;
    return count('error') + count('runtime error') > 0 ? exitCodes.nodeFailed : exitCodes.ok;
  };
  return cancellation.guard(finish).finally(() => adapter.close());
}
