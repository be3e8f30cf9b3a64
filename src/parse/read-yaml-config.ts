import { configIssueDiagnostic } from '../core/config-issue.js';
import type { Diagnostic, SourceLocation } from '../core/diagnostic.js';
import type { ConfigEntries } from '../core/node-config.js';
import type { ConfiguredResource, EntryPath, ParseOptions } from './parse-options.js';
import { renderYaml } from './render-yaml.js';

/** Returns the place of an entry or of a value inside it; with `key`, of its key. */
export type LocateEntry = (path: EntryPath, options?: { readonly key?: boolean }) => SourceLocation;

/**
 * Returns the configuration entries of a YAML file, templates rendered and the outcome validated. Diagnostics, at the
 * entry: `config-*`, and those of `renderYaml`.
 */
export function readYamlConfig(
  entries: ConfigEntries,
  { resource, locate }: { readonly resource: ConfiguredResource; readonly locate: LocateEntry },
  options: ParseOptions,
): { readonly config: ConfigEntries; readonly diagnostics: readonly Diagnostic[] } {
  // Most entries of most files configure nothing.
  if (Object.keys(entries).length === 0) return { config: {}, diagnostics: [] };
  const rendered = renderYaml(entries, locate, options);
  const { config, issues } = options.validateConfig(rendered.entries, {
    resource,
    convertible: rendered.isRendered,
    hidden: rendered.isRendered,
  });
  // What has no effect was said of when the file was read.
  const diagnostics = issues
    .filter(({ kind }) => kind !== 'unused')
    .map((issue) =>
      configIssueDiagnostic(issue, locate(issue.path, { key: issue.kind !== 'invalid-value' })),
    );
  return { config, diagnostics: [...rendered.diagnostics, ...diagnostics] };
}
