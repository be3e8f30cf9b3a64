import { configIssueDiagnostic, type ConfigIssue } from '../core/config-issue.js';
import { errorDiagnostic, type Diagnostic, type SourceLocation } from '../core/diagnostic.js';
import { mergeNodeConfig, toNodeConfig, type ConfigEntries } from '../core/node-config.js';
import type { JsonValue } from '../core/node.js';
import { findConfigKey } from '../core/locate-config-key.js';
import { pathInResources, viewConfig, withoutNulls } from '../core/node-view.js';
import type { SourceFile } from '../core/project.js';
import type { CapturedTemplate } from '../core/template.js';
import { indexLines, locateSpan } from '../core/text-position.js';
import type { FolderLevels } from './folder-config.js';
import type { ConfiguredResource, ParseOptions } from './parse-options.js';

/** A SQL file after its capture render, its `config()` calls validated. */
export interface CapturedFile {
  readonly file: SourceFile;
  readonly captured: CapturedTemplate;
  readonly config: ConfigEntries;
}

/** What is known of a node before its file is read. */
export interface ExpectedNode {
  readonly resourceType: 'model' | 'test' | 'snapshot' | 'analysis';
  readonly uniqueId: string;
  readonly name: string;
  readonly packageName: string;
  readonly fqn: readonly string[];
  /** Whether it is a version of a model. */
  readonly isVersion?: boolean;
  /** The settings by folder, if there are such for its kind. */
  readonly folders?: Pick<FolderLevels, 'levelsOf' | 'overridesOf'>;
  /** What it is made into where nothing says so. */
  readonly materialized: string;
}

/**
 * Renders a SQL file once to learn its refs, sources and configuration. The file is `null` if its template is wrong.
 * Diagnostics: what the template engine says, and `config-*` at the key in the `config()` call.
 */
export function captureFile(
  file: SourceFile,
  resource: ConfiguredResource,
  { engine, context, validateConfig, hash }: ParseOptions,
  expected: ExpectedNode,
): { readonly captured: CapturedFile | null; readonly diagnostics: readonly Diagnostic[] } {
  const source = { path: file.path, content: file.content };
  const result = engine.capture(source, context, {
    // Few templates ask for it, and most are read without being run.
    get model() {
      return viewExpected(file, expected, hash);
    },
  });
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

/**
 * Returns what `model` shows while the file is read. As in dbt its configuration is that of the folders: what YAML and the
 * file itself say comes later.
 */
function viewExpected(
  file: SourceFile,
  expected: ExpectedNode,
  hash: ParseOptions['hash'],
): Readonly<Record<string, JsonValue>> {
  const { resourceType, uniqueId, name, packageName, fqn, folders, materialized } = expected;
  const { isVersion = false } = expected;
  const levels = folders ? [...folders.levelsOf(fqn), ...folders.overridesOf(fqn)] : [];
  const config = toNodeConfig(mergeNodeConfig(levels), { materialized });
  const isBuilt = resourceType === 'model' || resourceType === 'snapshot';
  return {
    name,
    unique_id: uniqueId,
    resource_type: resourceType,
    package_name: packageName,
    original_file_path: file.path,
    alias: name,
    fqn,
    tags: config.tags,
    config: withoutNulls(viewConfig(config, { written: {}, isBuilt })),
    path: pathInResources({ resourceType, path: file.path, fqn, isVersion }),
    language: 'sql',
    meta: config.meta,
    // As in dbt, what YAML says of them is not looked up yet.
    columns: {},
    description: '',
    checksum: { name: 'sha256', checksum: hash(file.content.trim()) },
    raw_code: file.content,
    batch: null,
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
