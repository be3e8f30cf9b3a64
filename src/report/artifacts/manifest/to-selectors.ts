import { isMapping } from '../../../core/is-mapping.js';
import type { JsonValue } from '../../../core/node.js';
import type { NamedSelector } from '../../../core/selector-definition.js';
import type { Json } from './manifest-input.js';

/** The parts of a selector in one text, as dbt names them. */
const parts =
  /^(?<childrens_parents>@)?(?<parents>(?<parents_depth>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?<children>\+(?<children_depth>\d*))?$/u;

const flags: ReadonlySet<string> = new Set(['childrens_parents', 'parents', 'children']);

/** The method of a value that names none: dbt takes what looks like a path for one. */
function defaultMethod(value: string): string {
  if (value.includes('/')) return 'path';
  return /\.(?:sql|py|csv)$/iu.test(value) ? 'file' : 'fqn';
}

function toCriteria(text: string): Json {
  const { method, ...found } = parts.exec(text)?.groups ?? {};
  const said = Object.entries(found).filter(([, value]) => value !== undefined && value !== '');
  return {
    ...Object.fromEntries(said.map(([key, value]) => [key, flags.has(key) ? true : value])),
    method: method ?? defaultMethod(found['value'] ?? ''),
  };
}

function toDefinition(definition: JsonValue, all: readonly NamedSelector[]): unknown {
  if (typeof definition === 'string') return toCriteria(definition);
  if (!isMapping(definition)) return definition;
  const inList = (value: JsonValue | undefined): unknown =>
    Array.isArray(value)
      ? (value as readonly JsonValue[]).map((each) => toDefinition(each, all))
      : (value ?? null);
  for (const group of ['union', 'intersection'] as const) {
    if (Object.hasOwn(definition, group)) return { [group]: inList(definition[group]) };
  }
  if (definition['method'] === 'selector') {
    const named = all.find(({ name }) => name === definition['value']);
    if (named) return toDefinition(named.entry['definition'] ?? null, all);
  }
  const [only, ...others] = Object.entries(definition);
  if (only === undefined || others.length > 0) return definition;
  const [key, value] = only;
  return key === 'exclude' ? { exclude: inList(value) } : { method: key, value: inList(value) };
}

/**
 * Returns the selectors of `selectors.yml` as dbt's manifest has them: each text as its parts, and a selector that another
 * inherits in its place. Source: dbt-core 1.10.
 */
export function toSelectors(selectors: readonly NamedSelector[]): Json {
  return Object.fromEntries(
    selectors.map(({ name, entry }) => [
      name,
      { ...entry, definition: toDefinition(entry['definition'] ?? null, selectors) },
    ]),
  );
}
