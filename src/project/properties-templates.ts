import { isMapping } from '../core/is-mapping.js';
import type { JsonValue } from '../core/node.js';
import { fileKeys } from '../core/source-files.js';
import { findTemplates, holdsTemplate } from './find-templates.js';
import type { ValuePath, YamlDocument } from './yaml-document.js';

/** Renders the Jinja of one text of a file; `undefined` where it fails, which the renderer reports itself. */
export type RenderText = (text: string, path: ValuePath) => JsonValue | undefined;

/** What dbt leaves for readers that know more: tests, descriptions and a query. */
const keptKeys: ReadonlySet<unknown> = new Set([
  'tests',
  'data_tests',
  'description',
  'loaded_at_query',
]);

/** What dbt leaves as it is written of an entry, by the path below the entry, whatever the place is called. */
function isKept(path: ValuePath): boolean {
  const [first, second, third] = path;
  if (keptKeys.has(first)) return true;
  // Meant for columns, and true of everything at that depth: `meta: { description: … }` is a text as it stands.
  if (path.length === 2 && keptKeys.has(second)) return true;
  if (first === 'config' && ['pre_hook', 'post_hook', 'loaded_at_query'].includes(String(second))) {
    return true;
  }
  if (path.length === 5 && path[4] === 'description') return true;
  return first === 'columns' && keptKeys.has(third) && third !== 'loaded_at_query';
}

/** Keys of a source or a table of it that are rendered when the source is parsed. */
const laterSourceKeys = [
  'schema',
  'database',
  'identifier',
  'loader',
  'loaded_at_field',
  'meta',
  'freshness',
];
const laterSourceConfig = ['enabled', 'meta', 'freshness', 'loaded_at_field', ...fileKeys];

function isKeptOfSource(path: ValuePath): boolean {
  const isTable = path[0] === 'tables';
  const [key, inConfig] = isTable ? path.slice(2) : path;
  if (laterSourceKeys.includes(String(key))) return true;
  if (key === 'config' && laterSourceConfig.includes(String(inConfig))) return true;
  if (isTable) return isKept(path.slice(2));
  return (
    key === 'description' ||
    key === 'loaded_at_query' ||
    (key === 'config' && inConfig === 'loaded_at_query')
  );
}

/** Configuration of nodes is rendered when they are parsed: the manifest shows it unrendered as well. */
function isNodeConfig([kind, , key, , inner, ...rest]: ValuePath): boolean {
  if (kind !== 'models' && kind !== 'seeds' && kind !== 'snapshots') return false;
  if (key === 'config') return true;
  return key === 'versions' && inner === 'config' && rest.length === 1 && rest[0] !== 'tags';
}

/**
 * Returns whether the Jinja at a path of a properties file is rendered before the file is read. dbt does so with all but
 * tests and descriptions, which both have readers of their own, and some texts that stay as they are written.
 */
export function isRenderedFirst(path: ValuePath): boolean {
  const [kind] = path;
  const inEntry = path.slice(2);
  if (isNodeConfig(path) || isRefused(path)) return false;
  if (kind === 'sources') return !isKeptOfSource(inEntry);
  if (kind === 'macros' && inEntry[0] === 'arguments') return !isKept(inEntry.slice(1));
  if (inEntry[0] === 'versions' && (inEntry[2] === 'description' || isTestOfVersion(inEntry))) {
    return false;
  }
  return !isKept(inEntry);
}

/** dbt makes snapshots of YAML entries before anything in them is rendered. */
export function isRefused([kind, , key]: ValuePath): boolean {
  return kind === 'snapshots' && (key === 'name' || key === 'relation');
}

/** The tests of a version and of its columns are read as those of a model are. */
function isTestOfVersion(path: ValuePath): boolean {
  const key = path[2] === 'columns' ? path[4] : path[2];
  return key === 'tests' || key === 'data_tests';
}

/** Returns whether anything of a properties file is rendered before it is read. */
export function needsRendering(document: YamlDocument): boolean {
  return document.holdsTemplates && findTemplates(document.value).some(isRenderedFirst);
}

/**
 * Returns the file with its Jinja rendered as far as that comes first. Places stay those of the file, and so do its
 * texts where rendering failed.
 */
export function renderDocument(
  document: YamlDocument,
  render: RenderText,
): {
  readonly document: YamlDocument;
  /** Whether the value at a path, or one around it, came out of a template. */
  readonly isRendered: (path: ValuePath) => boolean;
} {
  const rendered = new Set<string>();
  const renderValue = (value: JsonValue, path: ValuePath): JsonValue => {
    if (Array.isArray(value)) {
      const items: readonly JsonValue[] = value;
      return items.map((each, at) => renderValue(each, [...path, at]));
    }
    if (isMapping(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, each]) => [key, renderValue(each, [...path, key])]),
      );
    }
    if (!holdsTemplate(value) || !isRenderedFirst(path)) return value;
    rendered.add(JSON.stringify(path));
    const found = render(value, path);
    return found === undefined ? value : found;
  };
  return {
    document: { ...document, value: renderValue(document.value, []) },
    isRendered: (path) => path.some((_, at) => rendered.has(JSON.stringify(path.slice(0, at + 1)))),
  };
}
