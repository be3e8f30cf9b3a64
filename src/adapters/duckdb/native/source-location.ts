import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { JsonValue, SourceNode } from '../../../core/node.js';
import { didYouMean } from '../../../core/suggest.js';

/** How a location names parts of its source, by dbt-duckdb's word for it: Python's three ways to fill in a text. */
const formatters: Readonly<Record<string, RegExp>> = {
  newstyle: /\{\{|\}\}|\{(?<name>\w+)\}/gu,
  oldstyle: /%%|%\((?<name>\w+)\)s/gu,
  template: /\$\$|\$(?<name>[a-z_]\w*)|\$\{(?<braced>[a-z_]\w*)\}/giu,
};

function refuse({ sourceName, name, details, path }: SourceNode, what: string, hint: string) {
  const location = details?.location ?? { path };
  const message = `source '${sourceName}.${name}' ${what}`;
  return { problem: errorDiagnostic('config-unsupported', message, { location, hint }) };
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * Returns what stands for a source in a query where its configuration or its `meta` says where its rows lie (dbt-duckdb's `external_location`): a
 * file, or a call that reads some; `undefined` for a source that is a table. Code: `config-unsupported`.
 */
export function readSourceLocation(
  source: SourceNode,
): string | { readonly problem: Diagnostic } | undefined {
  const meta = { ...source.details?.meta, ...source.details?.files };
  const { external_location: location, formatter = 'newstyle', plugin } = meta;
  if (plugin !== undefined) {
    const hint = 'land what it gives as a file, and name that as `external_location`';
    return refuse(source, `is read by the plugin '${textOf(plugin)}', which is not loaded`, hint);
  }
  if (typeof location !== 'string') return undefined;
  const pattern =
    typeof formatter === 'string' && Object.hasOwn(formatters, formatter)
      ? formatters[formatter]
      : undefined;
  if (pattern === undefined) {
    const names = Object.keys(formatters);
    const hint = didYouMean(textOf(formatter), names, `use one of ${names.join(', ')}`);
    return refuse(source, `has the formatter '${textOf(formatter)}', which is none`, hint ?? '');
  }
  const { database, schema, identifier } = source.relation;
  const values: Readonly<Record<string, unknown>> = {
    name: source.name,
    identifier,
    schema,
    database,
    ...meta,
  };
  const missing: string[] = [];
  const filled = location.replace(pattern, (found: string, ...rest: readonly unknown[]) => {
    const groups = rest.at(-1) as Readonly<Record<string, string | undefined>>;
    const key = groups['name'] ?? groups['braced'];
    // What is doubled stands for itself.
    if (key === undefined) return found.slice(1);
    const value = values[key];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    missing.push(key);
    return found;
  });
  const [first] = missing;
  if (first !== undefined) {
    const known = Object.keys(values);
    const hint = didYouMean(first, known, `it may name ${known.join(', ')}`);
    return refuse(
      source,
      `names '${first}' in its external_location, which it has not`,
      hint ?? '',
    );
  }
  return filled.includes('(') || filled.startsWith("'") ? filled : `'${filled}'`;
}
