import type { TableColumns } from '../core/adapter.js';
import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import {
  hookTitle,
  orderHooks,
  readNodeHooks,
  type CompiledHook,
  type HookTime,
} from '../core/hook.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { SqlNode } from '../core/node.js';
import { failure, success, type Result } from '../core/result.js';
import type { CompileOptions } from './compile-options.js';
import { ofOneNode } from './refuse-alone.js';

/** A text of statements to compile: a hook, or what an operation asks for. */
export interface StatementText {
  readonly title: string;
  readonly sql: string;
  readonly location: SourceLocation;
  /** The text is a call that stands in no file. */
  readonly isMade?: boolean;
}

/** A text that is rendered, and what it asks to be run besides. */
export interface RenderedStatements {
  readonly sql: string;
  /** What `run_query` and `statement` were given, in order; it runs before the text itself. */
  readonly asked: readonly string[];
  readonly tableColumns: TableColumns;
}

/** Places in a hook's own text mean nothing to who reads the file; those in macros do, and who called them. */
function relocate(
  diagnostics: readonly Diagnostic[],
  { title, location, isMade = false }: Omit<StatementText, 'sql'>,
): readonly Diagnostic[] {
  return diagnostics.map(({ code, severity, message, hint, location: own, related = [] }) => {
    // The outermost call is the one in the text.
    const outermost = related.at(-1);
    const calls = [
      ...related.slice(0, -1),
      ...(outermost && !isMade ? [{ ...outermost, location }] : []),
    ];
    return {
      code,
      severity,
      ...(hint !== undefined && { hint }),
      message: `${title}: ${message}`,
      location: outermost && own ? own : location,
      ...(outermost && calls.length > 0 && { related: calls }),
    };
  });
}

/**
 * Returns the statements of a text in the engine's dialect, none for one that is empty when it is rendered. Diagnostics, at
 * the text's place: those of rendering and of the dialect's `translateStatements`.
 */
export function compileStatements(
  text: StatementText,
  render: (sql: string) => Result<RenderedStatements>,
  { dialect }: Pick<CompileOptions, 'dialect'>,
): Result<{ readonly compiledSql: string; readonly statements: readonly string[] }> {
  const rendered = render(text.sql);
  if (!rendered.ok) return failure(relocate(rendered.diagnostics, text));
  const { sql, asked, tableColumns } = rendered.value;
  const diagnostics: Diagnostic[] = [...relocate(rendered.diagnostics, text)];
  const statements: string[] = [];
  let failed = false;
  for (const each of [...asked, sql]) {
    if (each.trim() === '') continue;
    const options = { path: text.location.path, tableColumns };
    const translated = dialect.translateStatements?.(each, options) ?? refuse();
    diagnostics.push(...relocate(translated.diagnostics, text));
    if (translated.ok) statements.push(...translated.value);
    else failed = true;
  }
  if (failed) return failure(diagnostics);
  const compiledSql = [...asked, sql].map((each) => each.trim()).filter((each) => each !== '');
  return success({ compiledSql: compiledSql.join(';\n'), statements }, diagnostics);
}

function refuse(): Result<readonly string[]> {
  const message = 'statements cannot be run on this target';
  return failure([errorDiagnostic('capability-missing', message, { hint: 'remove them' })]);
}

/** The hooks of a node, and the first that is never run, where only its node is to fail for it. */
export interface NodeHooks {
  readonly hooks: readonly CompiledHook[];
  readonly refused?: Diagnostic;
}

function ofOneHook({ code }: Diagnostic): boolean {
  return code === 'sql-unsupported' || ofOneNode.has(code);
}

/**
 * Returns the hooks of a model or seed in the order in which they run, those that are empty when they are rendered left out. A statement that is never run
 * and a template that cannot be rendered are errors; in a project in the engine's own SQL, where dbt would run the hook or fail with its node, only the
 * node that asks for it fails.
 */
export function compileNodeHooks(
  node: SqlNode,
  render: (sql: string) => Result<RenderedStatements>,
  options: Pick<CompileOptions, 'dialect'>,
): Result<NodeHooks> {
  const hooks: CompiledHook[] = [];
  let refused: Diagnostic | undefined;
  const diagnostics: Diagnostic[] = [];
  let failed = false;
  for (const time of ['pre-hook', 'post-hook'] as const satisfies readonly HookTime[]) {
    const location = locateConfigKey(node, time.replace('-', '_'));
    for (const { sql, position } of orderHooks(readNodeHooks(node.config.extra[time]), time)) {
      const place = { time, position };
      const title = `${hookTitle(place)} of ${node.resourceType} '${node.name}'`;
      const compiled = compileStatements({ title, sql, location }, render, options);
      const [problem] = compiled.ok
        ? []
        : compiled.diagnostics.filter(({ severity }) => severity === 'error');
      if (options.dialect.native && problem && ofOneHook(problem)) {
        refused ??= problem;
        continue;
      }
      diagnostics.push(...compiled.diagnostics);
      if (!compiled.ok) failed = true;
      else if (compiled.value.statements.length > 0) hooks.push({ ...place, ...compiled.value });
    }
  }
  if (failed) return failure(diagnostics);
  return success({ hooks, ...(refused && { refused }) }, diagnostics);
}
