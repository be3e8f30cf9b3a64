import type { RunHook } from '../../core/hook.js';
import { errorDiagnostic, warningDiagnostic } from '../../core/diagnostic.js';
import type { MacroNode } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import { failure, success, type Result } from '../../core/result.js';
import { didYouMean } from '../../core/suggest.js';
import type { YamlVersion } from '../../project/convert-yaml.js';
import { parseVars } from '../../project/read-vars.js';
import { isDbtProject } from '../explain-dialect.js';
import { formatHookLine } from '../../report/reporters/report-hook.js';
import { executeHooks } from '../../run/execute-hooks.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createProjectCompiler } from '../create-project-compiler.js';
import { dialectOptions } from '../explain-dialect.js';
import { findEngine } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph, type ProjectGraph } from '../load-project-graph.js';
import { projectRequestOf } from '../project-request.js';
import { approachWarehouse } from '../warehouse.js';

export interface RunOperationOptions {
  /** The text of a YAML mapping. */
  readonly args?: string;
  readonly dryRun?: boolean;
}

/** Returns the macro that is named `macro` or `package.macro`; the project's own goes before those of packages. */
function findMacro({ parsed, project }: ProjectGraph, word: string): Result<MacroNode> {
  const [name = '', packageName] = word.split('.').reverse();
  const named = parsed.macros.filter((each) => each.name === name);
  const found =
    packageName === undefined
      ? (named.find((each) => each.packageName === project.name) ?? named[0])
      : named.find((each) => each.packageName === packageName);
  if (found !== undefined) return success(found);
  const known = parsed.macros.map((each) => each.name);
  const hint = didYouMean(word, known, 'write it to the macros folder');
  return failure([errorDiagnostic('usage', `there is no macro '${word}'`, { hint })]);
}

function readArguments(
  { args = '' }: RunOperationOptions,
  macro: MacroNode,
  version: YamlVersion,
): Result<ConfigEntries> {
  const parsed = parseVars(args, { version });
  if (!parsed.ok) {
    return failure(
      parsed.diagnostics.map((each) => ({
        ...each,
        code: 'usage',
        message: each.message.replaceAll('--vars', '--args'),
      })),
    );
  }
  const takesAny = /\bkwargs\b/u.test(macro.macroSql);
  const unknown = Object.keys(parsed.value).find((name) => !macro.arguments.includes(name));
  if (unknown === undefined || takesAny) return success(parsed.value);
  const message = `the macro '${macro.name}' takes no argument '${unknown}'`;
  const hint = didYouMean(unknown, macro.arguments, `it takes ${macro.arguments.join(', ')}`);
  return failure([errorDiagnostic('usage', message, { hint })]);
}

/**
 * `run-operation`: renders a macro and runs the statements that it gives `run_query` and `statement`, in their order. What
 * they return is not known to the macro: templates are pure. Text that it returns is not run, as in dbt. Codes: `usage`,
 * those of compiling, `engine-error`.
 */
export async function runOperation(
  invocation: Invocation,
  options: RunOperationOptions,
  word: string,
): Promise<ExitCode> {
  const { print, printAfter, note, out, err, cancellation } = invocation;
  const loaded = await loadProjectGraph(projectRequestOf(invocation));
  print(loaded.diagnostics);
  if (!loaded.ok) return exitCodes.invalid;
  const macro = findMacro(loaded.value, word);
  print(macro.diagnostics);
  if (!macro.ok) return exitCodes.invalid;
  const given = readArguments(
    options,
    macro.value,
    isDbtProject(loaded.value.project) ? '1.1' : '1.2',
  );
  print(given.diagnostics);
  if (!given.ok) return exitCodes.invalid;

  const { project, graph } = loaded.value;
  const toolkit = createSqlToolkit();
  const dialect = await findEngine(project.target).createDialect(
    toolkit,
    undefined,
    dialectOptions(project),
  );
  const dryRun = options.dryRun === true;
  const warehouse = approachWarehouse(loaded.value, {
    dialect,
    selection: new Set(graph.order),
    dryRun,
    invocationId: invocation.id,
  });
  const finish = async (): Promise<ExitCode> => {
    const catalog = await warehouse.readCatalog();
    print(catalog.diagnostics);
    if (!catalog.ok) return exitCodes.invalid;
    const compiler = createProjectCompiler(loaded.value, {
      toolkit,
      dialect,
      catalog: catalog.value,
      fullRefresh: false,
    });
    const compiled = compiler.compileOperation({ macro: macro.value, arguments: given.value });
    print(compiled.diagnostics);
    // As in dbt: the macro is what is run, and it failed.
    if (!compiled.ok) return exitCodes.nodeFailed;
    const { statements, text } = compiled.value;
    if (toolkit.hasSql(text)) {
      const message = `the text that the macro '${word}' returns is not run`;
      const hint = 'give statements to run_query() in it';
      const location = { path: macro.value.path };
      print([warningDiagnostic('template-warning', message, { location, hint })]);
    }
    if (dryRun || statements.length === 0) {
      for (const sql of statements) out.writeLine(`${sql.trim()};`);
      if (statements.length === 0) note(`The macro '${word}' asks for no statement.`);
      return exitCodes.ok;
    }
    const opened = await warehouse.open();
    print(opened.diagnostics);
    if (!opened.ok) return exitCodes.invalid;
    const operations = statements.map((sql, index): RunHook => ({
      time: 'operation',
      position: index + 1,
      uniqueId: `operation.${project.name}.${word}-${index}`,
      location: { path: macro.value.path },
      compiledSql: sql,
      statements: [sql],
    }));
    return cancellation.guard(async (signal) => {
      const begun = await opened.value.beginRun?.({ nodes: [], diagnostics: [] }, signal);
      if (begun?.ok === false) {
        print(begun.diagnostics);
        return exitCodes.invalid;
      }
      const results = await executeHooks(operations, opened.value, {
        signal,
        schemas: [],
        now: () => Date.now(),
        sink: (event) => {
          if (event.kind !== 'hook-finished') return;
          printAfter(event.result.diagnostics);
          if (event.result.status !== 'error') note(formatHookLine(event.result));
          else err.writeLine(formatHookLine(event.result));
        },
      });
      printAfter((await opened.value.endRun?.()) ?? []);
      if (signal.aborted) return exitCodes.cancelled;
      return results.every(({ status }) => status === 'success')
        ? exitCodes.ok
        : exitCodes.nodeFailed;
    });
  };
  return finish().finally(() => warehouse.close());
}
