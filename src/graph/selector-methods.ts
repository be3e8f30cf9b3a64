import type { JsonValue, ParsedNode } from '../core/node.js';
import { didYouMean } from '../core/suggest.js';
import { globSource, globToRegExp, hasWildcard } from './glob.js';

/** Why a value cannot be one of a method's. */
export interface Complaint {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A node with what matching it needs again and again. */
export interface SelectableNode {
  readonly node: ParsedNode;
  /** The fully qualified name with dots between its parts: `stedi.trusted.customer_trusted`. */
  readonly dottedName: string;
}

/** Tells whether a node is one of those meant. */
export type NodeMatcher = (selectable: SelectableNode) => boolean;

/** A way to match nodes, as in `tag:nightly`. */
export interface SelectorMethodDefinition {
  /** Returns what is wrong with `method.argument:value`, or `undefined`. */
  complain(value: string, methodArguments: readonly string[]): Complaint | undefined;
  /** Returns the matcher of a value that has nothing to complain of. */
  matcher(value: string, methodArguments: readonly string[]): NodeMatcher;
  /** Returns what the author may have meant: values that match `node`. */
  suggestions(node: ParsedNode): readonly string[];
}

/** dbt's selector methods (https://docs.getdbt.com/reference/node-selection/methods) that have something to select here. */
export const selectorMethods = {
  fqn: {
    complain: refuseArguments('fqn'),
    matcher: matchFqn,
    suggestions: (node) => (node.resourceType === 'source' ? [] : node.fqn),
  },
  tag: {
    complain: refuseArguments('tag'),
    matcher(value) {
      const pattern = globToRegExp(value);
      return ({ node }) => node.tags.some((tag) => pattern.test(tag));
    },
    suggestions: (node) => node.tags,
  },
  path: {
    complain: refuseArguments('path'),
    matcher: matchPath,
    suggestions: ({ path }) =>
      path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/')),
  },
  file: {
    complain: refuseArguments('file'),
    matcher(value) {
      const pattern = globToRegExp(value);
      return ({ node }) => fileNames(node).some((name) => pattern.test(name));
    },
    suggestions: fileNames,
  },
  source: {
    complain(value, methodArguments) {
      if (value.split('.').length <= 3) return refuseArguments('source')(value, methodArguments);
      return {
        message: `'${value}' is not the name of a source`,
        hint: 'write source:name, source:name.table or source:package.name.table',
      };
    },
    matcher: matchSource,
    suggestions: (node) =>
      node.resourceType === 'source' ? [node.sourceName, `${node.sourceName}.${node.name}`] : [],
  },
  config: {
    complain(value, methodArguments) {
      if (methodArguments.length > 0 && !methodArguments.includes('')) return undefined;
      return {
        message: 'expected a configuration key',
        hint: `write config.<key>:${value}, for example config.materialized:table`,
      };
    },
    matcher: matchConfig,
    suggestions: () => [],
  },
  resource_type: {
    complain: oneOf('resource_type', ['model', 'test', 'source']),
    matcher:
      (value) =>
      ({ node }) =>
        node.resourceType === value,
    suggestions: (node) => [node.resourceType],
  },
  test_type: {
    complain: oneOf('test_type', ['generic', 'singular', 'data']),
    matcher:
      (value) =>
      ({ node }) =>
        node.resourceType === 'test' &&
        (value === 'data' || value === (node.generic === null ? 'singular' : 'generic')),
    suggestions: () => [],
  },
  test_name: {
    complain: refuseArguments('test_name'),
    matcher(value) {
      const pattern = globToRegExp(value);
      return ({ node }) =>
        node.resourceType === 'test' &&
        node.generic !== null &&
        pattern.test(node.generic.testName);
    },
    suggestions: (node) =>
      node.resourceType === 'test' && node.generic !== null ? [node.generic.testName] : [],
  },
  package: {
    complain: refuseArguments('package'),
    matcher(value) {
      const pattern = globToRegExp(value === 'this' ? '*' : value);
      return ({ node }) => pattern.test(node.packageName);
    },
    suggestions: (node) => [node.packageName],
  },
} as const satisfies Record<string, SelectorMethodDefinition>;

/** The name of a selector method. */
export type SelectorMethod = keyof typeof selectorMethods;

/** The names of the methods, as messages list them. */
export const methodNames = Object.keys(selectorMethods);

/** dbt's methods for what this project cannot have or remember yet. */
export const laterMethods: readonly string[] = [
  'access',
  'exposure',
  'group',
  'metric',
  'result',
  'saved_query',
  'selector',
  'semantic_model',
  'source_status',
  'state',
  'unit_test',
  'version',
];

/** Whether `name` is the name of a selector method. */
export function isSelectorMethod(name: string): name is SelectorMethod {
  return Object.hasOwn(selectorMethods, name);
}

/**
 * A model's or data test's name, or the first parts of its fully qualified name, with or without the project: a folder
 * selects all in it. A wildcard pattern must match the whole name or the whole qualified name (dbt knows only the
 * latter).
 */
function matchFqn(value: string): NodeMatcher {
  if (hasWildcard(value)) {
    const pattern = globToRegExp(value);
    return ({ node, dottedName }) =>
      node.resourceType !== 'source' &&
      (pattern.test(node.name) ||
        pattern.test(dottedName) ||
        pattern.test(dottedName.slice(node.packageName.length + 1)));
  }
  const prefix = `${value}.`;
  return ({ node, dottedName }) =>
    node.resourceType !== 'source' &&
    (node.name === value ||
      dottedName.startsWith(prefix) ||
      dottedName.startsWith(prefix, node.packageName.length + 1) ||
      dottedName === value ||
      dottedName.slice(node.packageName.length + 1) === value);
}

/** A file, or a folder with all in it, relative to the project; of a YAML file what it defines or describes. */
function matchPath(value: string): NodeMatcher {
  const clean = value
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');
  const source = globSource(clean, { path: true });
  const file = new RegExp(`^${source}$`, 'su');
  const fileOrFolder = clean === '.' ? /^/ : new RegExp(`^${source}(?:/.*)?$`, 'su');
  return ({ node }) =>
    fileOrFolder.test(node.path) || (node.patchPath !== null && file.test(node.patchPath));
}

function matchSource(value: string): NodeMatcher {
  const parts = value.split('.');
  const [packageName = '*', sourceName = '*', table = '*'] =
    parts.length === 3 ? parts : ['*', ...parts];
  const patterns = [packageName, sourceName, table].map((part) => globToRegExp(part));
  return ({ node }) =>
    node.resourceType === 'source' &&
    [node.packageName, node.sourceName, node.name].every((name, index) =>
      patterns[index]?.test(name),
    );
}

/** Compares with the resolved configuration; a list matches by any of its values. */
function matchConfig(value: string, keys: readonly string[]): NodeMatcher {
  return ({ node }) => {
    if (node.resourceType === 'source') return false;
    const severity = node.resourceType === 'test' ? { severity: node.severity } : {};
    let found: JsonValue | undefined = { ...node.config.extra, ...node.config, ...severity };
    for (const key of keys) {
      found = isMapping(found) && Object.hasOwn(found, key) ? found[key] : undefined;
    }
    const values = Array.isArray(found) ? (found as readonly JsonValue[]) : [found];
    return values.some((each) => equalsText(each, value));
  };
}

function isMapping(value: JsonValue | undefined): value is Readonly<Record<string, JsonValue>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function equalsText(value: JsonValue | undefined, text: string): boolean {
  if (typeof value === 'boolean') return String(value) === text.toLowerCase();
  return (typeof value === 'string' || typeof value === 'number') && String(value) === text;
}

function fileNames(node: ParsedNode): readonly string[] {
  const names = [node.path, ...(node.patchPath === null ? [] : [node.patchPath])].map(
    (path) => path.split('/').at(-1) ?? path,
  );
  return names.flatMap((name) => [name, name.replace(/\.[^.]+$/, '')]);
}

function refuseArguments(method: string): SelectorMethodDefinition['complain'] {
  return (value, methodArguments) =>
    methodArguments.length === 0
      ? undefined
      : {
          message: `the selector method '${method}' takes no '.${methodArguments.join('.')}'`,
          hint: `write ${method}:${value}`,
        };
}

function oneOf(method: string, allowed: readonly string[]): SelectorMethodDefinition['complain'] {
  return (value, methodArguments) => {
    if (allowed.includes(value)) return refuseArguments(method)(value, methodArguments);
    const list = `the values of ${method} are ${allowed.join(', ')}`;
    const guess = didYouMean(value, allowed);
    return {
      message: `'${value}' is not a value of ${method}`,
      hint: guess === undefined ? list : `${guess} (${list})`,
    };
  };
}
