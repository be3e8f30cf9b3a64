import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import type {
  PropertiesFile,
  SourceEntry,
  SourceSettings,
  SourceTableEntry,
} from '../core/project.js';
import type { ParseOptions } from './parse-options.js';
import { renderYaml } from './render-yaml.js';

type Entries = Readonly<Record<string, JsonValue>>;
type Path = readonly (string | number)[];

/** What is rendered of a source or a table, by the key it stands under. */
function textsOf({ settings }: SourceEntry | SourceTableEntry, own: Entries): Entries {
  const { loader, enabled, meta, loadedAtField, freshness, files } = settings ?? {};
  return {
    ...own,
    ...(loader !== undefined && { loader }),
    ...(enabled !== undefined && { enabled }),
    ...(meta !== undefined && { meta }),
    ...(loadedAtField !== undefined && { loaded_at_field: loadedAtField }),
    ...(freshness !== undefined && { freshness }),
    ...(files !== undefined && { config: files }),
  };
}

function holdsTemplates(entries: Entries): boolean {
  return /\{[{%#]/.test(JSON.stringify(entries));
}

/**
 * Returns a source with the Jinja in what it and its tables say rendered, such as `schema: "{{ target.schema }}"`; the same
 * object if there is none. Descriptions, tests and `loaded_at_query` have their own readers. Diagnostics: those of
 * `renderYaml`, `config-invalid-value` for an `enabled` that is neither true nor false.
 */
export function renderSource(
  source: SourceEntry,
  properties: PropertiesFile,
  options: ParseOptions,
): { readonly source: SourceEntry; readonly diagnostics: readonly Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];

  const render = (entry: SourceEntry | SourceTableEntry, own: Entries): Entries | undefined => {
    const texts = textsOf(entry, own);
    if (!holdsTemplates(texts)) return undefined;
    const locate = (path: Path) => properties.locate([...entry.yamlPath, ...path]);
    const rendered = renderYaml(texts, locate, options);
    diagnostics.push(...rendered.diagnostics);
    const enabled = toBoolean(rendered.entries['enabled']);
    if (enabled === 'neither' && rendered.diagnostics.length === 0) {
      const message = `'enabled' of '${entry.name}' must be true or false`;
      const location = locate(['config', 'enabled']);
      diagnostics.push(errorDiagnostic('config-invalid-value', message, { location }));
    }
    return { ...rendered.entries, ...(enabled !== undefined && { enabled }) };
  };

  const own = render(source, { schema: source.schema, database: source.database });
  const tables = source.tables.map((table) => {
    const texts = render(table, { identifier: table.identifier });
    if (texts === undefined) return table;
    const identifier = textOr(texts['identifier'], table.name);
    return { ...table, identifier, ...settingsOf(table, texts) };
  });
  const isChanged = own !== undefined || tables.some((each, at) => each !== source.tables[at]);
  if (!isChanged) return { source, diagnostics };
  const changed = own && {
    schema: textOr(own['schema'], source.name),
    database: own['database'] === null ? null : textOr(own['database'], source.database ?? ''),
    ...settingsOf(source, own),
  };
  return { source: { ...source, ...changed, tables }, diagnostics };
}

/** What a template gives that is no text counts as it is printed; nothing is what stands there without the key. */
function textOr(value: JsonValue | undefined, otherwise: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' ? value : otherwise;
}

/** dbt takes what is rendered for Python: `True` and `true` are both true. */
function toBoolean(value: JsonValue | undefined): boolean | 'neither' | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.trim().toLowerCase() : '';
  return word === 'true' ? true : word === 'false' ? false : 'neither';
}

function settingsOf(
  { settings }: SourceEntry | SourceTableEntry,
  texts: Entries,
): { readonly settings?: SourceSettings } {
  if (settings === undefined) return {};
  const { loader, enabled, meta, loaded_at_field: field, freshness, config: files } = texts;
  return {
    settings: {
      ...settings,
      ...(typeof loader === 'string' && { loader }),
      ...(typeof enabled === 'boolean' && { enabled }),
      ...(typeof field === 'string' && { loadedAtField: field }),
      ...(isMapping(meta) && { meta }),
      ...(isMapping(freshness) && { freshness }),
      ...(isMapping(files) && { files }),
    },
  };
}
