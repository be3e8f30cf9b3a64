import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { CompiledHook } from '../core/hook.js';
import { locateConfigKey } from '../core/locate-config-key.js';
import type { ModelNode, SnapshotNode, SqlNode } from '../core/node.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import type { CompileOptions } from './compile-options.js';

/** What runs in the session that builds a node, before it; or why it does not, and so the node is not built. */
export type Header = { readonly hook: CompiledHook } | { readonly refused: Diagnostic };

/** The call that gives the header, else the place of the key. */
function locateHeader(node: ModelNode | SnapshotNode): SourceLocation {
  const start = node.rawSql.search(/(?<![\w.])set_sql_header\s*\(/);
  if (start < 0) return locateConfigKey(node, 'sql_header');
  const end = start + 'set_sql_header'.length;
  return locateSpan(indexLines(node.rawSql), node.path, { start, end });
}

/**
 * Returns the statements of dbt's `sql_header`, which dbt sends in front of the one that makes the relation; `undefined` for
 * none. `rendered` are those that the template gives its configuration; what YAML says counts without them. Where one
 * statement is all that an engine takes, and where a statement is never run, the node alone is refused. Codes:
 * `capability-missing`, `sql-unsupported`.
 */
export function compileHeader(
  node: SqlNode,
  rendered: readonly string[],
  { dialect }: Pick<CompileOptions, 'dialect'>,
): Header | undefined {
  if (node.resourceType !== 'model' && node.resourceType !== 'snapshot') return undefined;
  const configured = node.config.extra['sql_header'];
  const text = rendered.at(-1) ?? (typeof configured === 'string' ? configured : '');
  if (text.trim() === '') return undefined;
  const location = locateHeader(node);
  const title = `${node.resourceType} '${node.name}'`;
  const leaveOut = `leave it and what reads it out: --exclude ${node.name}+`;
  if (dialect.native === undefined) {
    const message = `${title} has a sql_header, and this target runs one statement at a time, each for itself`;
    const hint = `say it in the query, or as a pre-hook what outlives its statement, or ${leaveOut}`;
    return { refused: errorDiagnostic('capability-missing', message, { location, hint }) };
  }
  const translated = dialect.translateStatements?.(text, { path: node.path });
  if (translated?.ok === true) {
    const { value: statements } = translated;
    return { hook: { time: 'sql-header', position: 1, compiledSql: text.trim(), statements } };
  }
  const { message = 'its statements cannot be run', hint = leaveOut } =
    translated?.diagnostics[0] ?? {};
  return {
    refused: errorDiagnostic('sql-unsupported', `sql_header of ${title}: ${message}`, {
      location,
      hint,
    }),
  };
}
