import { configIssueDiagnostic, type ConfigIssue } from '../core/config-issue.js';
import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import type { ConfigEntries } from '../core/node-config.js';
import { findConfigKey } from '../core/locate-config-key.js';
import type { SourceFile } from '../core/project.js';
import type { CapturedTemplate } from '../core/template.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import type { ConfiguredResource, ParseOptions } from './parse-options.js';

/** A SQL file after its capture render, its `config()` calls validated. */
export interface CapturedFile {
  readonly file: SourceFile;
  readonly captured: CapturedTemplate;
  readonly config: ConfigEntries;
}

/**
 * Renders a SQL file once to learn its refs, sources and configuration. The file is `null` if its template is wrong.
 * Diagnostics: what the template engine says, and `config-*` at the key in the `config()` call.
 */
export function captureFile(
  file: SourceFile,
  resource: ConfiguredResource,
  { engine, context, validateConfig }: ParseOptions,
): { readonly captured: CapturedFile | null; readonly diagnostics: readonly Diagnostic[] } {
  const result = engine.capture({ path: file.path, content: file.content }, context);
  if (!result.ok) return { captured: null, diagnostics: result.diagnostics };
  const { config, issues } = validateConfig(result.value.config, { resource });
  return {
    captured: { file, captured: result.value, config },
    diagnostics: [
      ...result.diagnostics,
      ...issues.map((issue) =>
        configIssueDiagnostic(issue, locateIssue(issue, file, result.value)),
      ),
    ],
  };
}

/** Returns the place of a key in the `config()` calls: its first mention after a call begins, else the call. */
function locateIssue(
  { path }: Pick<ConfigIssue, 'path'>,
  file: SourceFile,
  { configCalls }: CapturedTemplate,
): SourceLocation {
  const lines = indexLines(file.content);
  const key = String(path[0] ?? '');
  const starts = configCalls.map((call) => lines.offsetOf(call));
  for (const start of starts) {
    const at = findConfigKey(file.content, key, start);
    if (at !== undefined) return locateSpan(lines, file.path, { start: at, end: at + key.length });
  }
  const start = starts[0] ?? 0;
  return locateSpan(lines, file.path, { start, end: start + 'config'.length });
}

/** Returns `model-empty` for a file without SQL. */
export function emptyFileDiagnostic(resource: ConfiguredResource, name: string, path: string) {
  return errorDiagnostic('model-empty', `expected SQL in ${resource} '${name}', found none`, {
    location: { path },
    hint: 'write a SELECT, or delete the file',
  });
}
