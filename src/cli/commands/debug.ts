import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname } from 'node:path';
import { errorDiagnostic, hasErrors, type Diagnostic } from '../../core/diagnostic.js';
import type { Operations } from '../../core/operations.js';
import type { Result } from '../../core/result.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createStyle } from '../../report/text/style.js';
import { formatQuantity } from '../../report/text/quantity.js';
import { dialectOptions, isNative } from '../explain-dialect.js';
import { findEngine, warehouseExists } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import { operatedProjectOf, withOperations } from '../operate.js';
import { projectRequestOf } from '../project-request.js';
import { readVersion } from '../version.js';

/** Returns why a file that is not there yet could not be made. Code: `connection-failed`. */
function checkPlace(file: string): readonly Diagnostic[] {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  const refuse = (reason: string): readonly Diagnostic[] => [
    errorDiagnostic('connection-failed', `the warehouse ${file} cannot be made: ${reason}`, {
      hint: 'choose another `path:` for the target',
    }),
  ];
  if (!statSync(folder).isDirectory()) return refuse(`${folder} is a file`);
  try {
    accessSync(folder, constants.W_OK);
    return [];
  } catch {
    return refuse(`${folder} is read-only for you`);
  }
}

/** Opens the warehouse and runs a query; what is not there yet is tried in memory, so that nothing is created. */
async function checkConnection({ project }: ProjectGraph): Promise<readonly Diagnostic[]> {
  const engine = findEngine(project.target);
  const file = engine.warehouseFile(project);
  const misplaced = file === undefined || existsSync(file) ? [] : checkPlace(file);
  if (misplaced.length > 0) return misplaced;
  const dialect = await engine.createDialect(
    createSqlToolkit(),
    undefined,
    dialectOptions(project),
  );
  const mode = warehouseExists(project) ? 'write' : 'scratch';
  const opened = await engine.open(project, { dialect, mode });
  if (!opened.ok) return opened.diagnostics;
  const session = await opened.value.openSession();
  const { signal } = new AbortController();
  const answer = await session.query('select 1', { limit: 1, signal });
  await session.close();
  await opened.value.close();
  return answer.ok ? opened.diagnostics : [...opened.diagnostics, answer.failure.diagnostic];
}

/** `debug`: checks configuration, target and connection, and says what is wrong and how to mend it. Changes nothing. */
export async function debug(invocation: Invocation): Promise<ExitCode> {
  const { out, print, note } = invocation;
  const style = createStyle(out);
  /** Prints one check, and returns whether it passed. */
  const check = (diagnostics: readonly Diagnostic[], passed: string, failed: string): boolean => {
    const ok = !hasErrors(diagnostics);
    note(ok ? `${style.green('ok    ')} ${passed}` : `${style.red('failed')} ${failed}`);
    print(diagnostics);
    return ok;
  };

  note(`stedi-sql ${readVersion()}, Node ${process.versions.node}, ${platform()} ${arch()}`);
  const loaded: Result<ProjectGraph> = await loadProjectGraph(projectRequestOf(invocation));
  const name = loaded.ok ? loaded.value.project.name : '';
  if (!check(loaded.diagnostics, `project '${name}'`, 'project') || !loaded.ok) {
    return exitCodes.invalid;
  }
  const { project, graph } = loaded.value;
  const count = (type: string): number =>
    [...graph.nodes.values()].filter(({ resourceType }) => resourceType === type).length;
  note(`       folder  ${project.root}`);
  note(
    `       holds   ${formatQuantity(count('model'), 'model')}, ${count('seed') > 0 ? `${formatQuantity(count('seed'), 'seed')}, ` : ''}${count('snapshot') > 0 ? `${formatQuantity(count('snapshot'), 'snapshot')}, ` : ''}${formatQuantity(count('test'), 'test')}, ${formatQuantity(count('source'), 'source')}`,
  );

  if (project.sql) {
    const spoken = isNative(project) ? `as '${project.target.type}' has it` : "Athena's";
    note(`       sql     ${spoken}, because ${project.sql.reason}`);
  }

  const connected = await withOperations(project, (operations) =>
    operations === undefined
      ? checkWarehouse(loaded.value, { check, note })
      : checkOperations(invocation, loaded.value, { operations, check, note }),
  );
  if (!connected) return exitCodes.invalid;
  note('All checks passed.');
  return exitCodes.ok;
}

/** How a check is printed. */
interface CheckPrinter {
  /** Prints one check, and returns whether it passed. */
  readonly check: (diagnostics: readonly Diagnostic[], passed: string, failed: string) => boolean;
  readonly note: (text: string) => void;
}

/** Prints everything that an engine found out about its target; returns whether all is well. */
async function checkOperations(
  { cancellation }: Invocation,
  loaded: ProjectGraph,
  { operations, check, note }: CheckPrinter & { readonly operations: Operations },
): Promise<boolean> {
  const { target } = loaded.project;
  let ok = true;
  note(
    `       target  '${target.name}' (${target.type}), ${formatQuantity(target.threads, 'thread')}`,
  );
  await cancellation.guard(async (signal) => {
    for await (const found of operations.diagnose(operatedProjectOf(loaded), signal)) {
      const text = `${found.subject}: ${found.finding}`;
      if (!check(found.diagnostics, text, text)) ok = false;
    }
  });
  return ok;
}

/** Prints whether the warehouse on this machine can be opened, and where it is; returns whether it can. */
async function checkWarehouse(
  loaded: ProjectGraph,
  { check, note }: CheckPrinter,
): Promise<boolean> {
  const { project } = loaded;
  const { target } = project;
  const warehouse = findEngine(target).warehouseFile(project);
  const state = warehouseExists(project) ? '' : ' (not there yet: build makes it)';
  const connected = check(
    await checkConnection(loaded),
    `connection to target '${target.name}' (${target.type})`,
    `connection to target '${target.name}' (${target.type})`,
  );
  if (warehouse !== undefined) note(`       file    ${warehouse}${state}`);
  note(`       schema  ${target.schema}, ${formatQuantity(target.threads, 'thread')}`);
  return connected;
}
