import { errorDiagnostic } from '../../core/diagnostic.js';
import { createSqlToolkit } from '../../sql/index.js';
import { compileOrBind } from '../compile-or-bind.js';
import { deferFor, deferredRelations } from '../defer.js';
import { findEngine } from '../engines.js';
import { exitCodes, type ExitCode } from '../exit-codes.js';
import { dialectOptions, explainDialect } from '../explain-dialect.js';
import type { Invocation } from '../invocation.js';
import { loadProjectGraph } from '../load-project-graph.js';
import { projectRequestOf } from '../project-request.js';
import { readRowOptions } from '../row-options.js';
import { readStates } from '../read-states.js';
import { inlinePath, withInlineParents } from '../show-subjects.js';
import { lookAtCatalog } from '../warehouse.js';
import type { CompileOptions } from './compile.js';

/** `compile --inline`: prints the SQL of a query of the command line, and writes no file. Needs no warehouse. */
export async function compileInline(
  invocation: Invocation,
  { inline: sql, ...options }: CompileOptions & { readonly inline: string },
): Promise<ExitCode> {
  const { print, out } = invocation;
  const { select, exclude, selector } = options;
  if (select !== undefined || exclude !== undefined || selector !== undefined) {
    const message = 'compile takes a selection, or one query with --inline';
    const hint = "such as `stedi-sql compile --inline 'select 1'`";
    print([errorDiagnostic('usage', message, { hint })]);
    return exitCodes.invalid;
  }
  const read = await loadProjectGraph(projectRequestOf(invocation));
  print(read.diagnostics);
  if (!read.ok) return exitCodes.invalid;
  const states = readStates(invocation.cwd, options);
  print(states.diagnostics);
  if (!states.ok) return exitCodes.invalid;

  const rows = await readRowOptions(options, { now: Date.parse(invocation.startedAt) });
  print(rows.diagnostics);
  if (!rows.ok) return exitCodes.invalid;

  const { project } = read.value;
  const { defer } = states.value;
  const selection = new Set([inlinePath]);
  const graph = withInlineParents(read.value, [{ kind: 'inline', sql }]);
  const loaded = { ...read.value, graph };
  const toolkit = createSqlToolkit();
  const dialect = await findEngine(project.target).createDialect(
    toolkit,
    undefined,
    dialectOptions(project),
  );
  const look = await lookAtCatalog(loaded, {
    dialect,
    selection,
    ...(defer && { others: deferredRelations(loaded, { selection, state: defer }) }),
  });
  print(look.diagnostics);
  const deferred = deferFor(loaded, {
    ...options,
    selection,
    state: defer,
    catalog: look.catalog,
    mustExist: false,
  });
  print(deferred.diagnostics);
  if (!deferred.ok) return exitCodes.invalid;

  const setup = {
    toolkit,
    dialect,
    catalog: look.catalog,
    deferred: deferred.value,
    rows: { ...rows.value, batchesOf: () => [] },
  };
  const compiled = await compileOrBind(read.value, setup, graph.order, (compiler) =>
    compiler.compileInline({ sql, path: inlinePath }),
  );
  print([...compiled.diagnostics, ...explainDialect(project, compiled.diagnostics)]);
  if (!compiled.ok) return exitCodes.invalid;
  const { compiledSql, engineSql } = compiled.value;
  const text = (options.engine === true ? engineSql : compiledSql).trim();
  if (options.output === 'json') out.writeJson({ compiled: text });
  else out.writeLine(text);
  return exitCodes.ok;
}
