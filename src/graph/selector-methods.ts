import type { ListedNode } from '../core/listed-node.js';
import { ownPathOf } from '../core/own-path.js';
import { kindOf, resourceTypeNames, type SelectorMethod } from '../core/selector-definition.js';
import { globSource, globToRegExp, hasWildcard } from './glob.js';
import {
  absentMethod,
  oneOf,
  refuseArguments,
  type MatchSurroundings,
  type NodeMatcher,
  type SelectorMethodDefinition,
} from './methods/method-definition.js';
import { configMethod } from './methods/config-method.js';
import {
  exposureMethod,
  groupMethod,
  unitTestMethod,
  versionMethod,
} from './methods/governance-methods.js';
import {
  resultMethod,
  selectorMethod,
  sourceStatusMethod,
  stateMethod,
} from './methods/state-methods.js';

/** dbt's selector methods (https://docs.getdbt.com/reference/node-selection/methods). */
const selectorMethods: Readonly<Record<SelectorMethod, SelectorMethodDefinition>> = {
  fqn: {
    complain: refuseArguments('fqn'),
    matcher: matchFqn,
    suggestions: (node) => (isNamedByFqn(node) ? node.fqn : []),
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
    suggestions: (node) =>
      ownPathOf(node)
        .split('/')
        .map((_, index, parts) => parts.slice(0, index + 1).join('/')),
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
    complain(value, methodArguments, surroundings) {
      if (value.split('.').length <= 3) {
        return refuseArguments('source')(value, methodArguments, surroundings);
      }
      return {
        message: `'${value}' is not the name of a source`,
        hint: 'write source:name, source:name.table or source:package.name.table',
      };
    },
    matcher: matchSource,
    suggestions: (node) =>
      node.resourceType === 'source' ? [node.sourceName, `${node.sourceName}.${node.name}`] : [],
  },
  config: configMethod,
  resource_type: {
    complain: oneOf('resource_type', resourceTypeNames),
    matcher:
      (value) =>
      ({ node }) =>
        kindOf(node) === value,
    suggestions: (node) => [kindOf(node)],
  },
  test_type: {
    complain: oneOf('test_type', ['generic', 'singular', 'data', 'unit', 'schema']),
    matcher:
      (value) =>
      ({ node }) =>
        node.resourceType === 'test' &&
        (node.unit !== undefined
          ? value === 'unit'
          : value === 'data' ||
            // `schema` is an old name of `generic`.
            (value === 'schema' ? 'generic' : value) ===
              (node.generic === null ? 'singular' : 'generic')),
    suggestions: () => [],
  },
  test_name: {
    complain: refuseArguments('test_name'),
    matcher(value) {
      const pattern = globToRegExp(value);
      return ({ node }) => testNames(node).some((name) => pattern.test(name));
    },
    suggestions: testNames,
  },
  package: {
    complain: refuseArguments('package'),
    matcher(value) {
      // The project itself: its files are not below the folder of a package.
      if (value === 'this') return ({ node }) => node.ownPath === undefined;
      const pattern = globToRegExp(value);
      return ({ node }) => pattern.test(node.packageName);
    },
    suggestions: (node) => [node.packageName],
  },
  access: {
    complain: oneOf('access', ['private', 'protected', 'public']),
    // What configures nothing else is protected, as in dbt.
    matcher:
      (value) =>
      ({ node }) =>
        node.resourceType === 'model' && value === (node.config.extra['access'] ?? 'protected'),
    suggestions: () => [],
  },
  version: versionMethod,
  group: groupMethod,
  exposure: exposureMethod,
  unit_test: unitTestMethod,
  metric: absentMethod('metric', 'metrics'),
  semantic_model: absentMethod('semantic_model', 'semantic models'),
  saved_query: absentMethod('saved_query', 'saved queries'),
  state: stateMethod,
  result: resultMethod,
  source_status: sourceStatusMethod,
  selector: selectorMethod,
};

/** Returns the definition of a method. */
export function findSelectorMethod(method: SelectorMethod): SelectorMethodDefinition {
  return selectorMethods[method];
}

/** Whether `name` is the name of a selector method. */
export function isSelectorMethod(name: string): name is SelectorMethod {
  return Object.hasOwn(selectorMethods, name);
}

/**
 * A model's or data test's name, or the first parts of its fully qualified name, with or without the project: a folder
 * selects all in it. A wildcard pattern must match the whole qualified name, as in dbt: `*` crosses dots.
 */
function matchFqn(value: string): NodeMatcher {
  if (hasWildcard(value)) {
    const pattern = globToRegExp(value);
    return ({ node, dottedName }) =>
      isNamedByFqn(node) &&
      (pattern.test(dottedName) || pattern.test(dottedName.slice(node.packageName.length + 1)));
  }
  const prefix = `${value}.`;
  return ({ node, dottedName }) =>
    isNamedByFqn(node) &&
    (node.name === value ||
      isVersionNamed(node, value) ||
      dottedName.startsWith(prefix) ||
      dottedName.startsWith(prefix, node.packageName.length + 1) ||
      dottedName === value ||
      dottedName.slice(node.packageName.length + 1) === value);
}

/** Sources have a method of their own. */
function isNamedByFqn({ resourceType }: ListedNode): boolean {
  return resourceType !== 'source';
}

/** Returns what `test_name` asks for: of a generic test its definition, without the package, and the name of a unit test. */
function testNames(node: ListedNode): readonly string[] {
  if (node.resourceType !== 'test') return [];
  if (node.unit !== undefined) return [node.name];
  return node.generic === null ? [] : [node.generic.testName.replace(/^.*\./su, '')];
}

/** A version of a model is also called `orders.v2` and `orders_v2`, as in dbt. */
function isVersionNamed(node: ListedNode, value: string): boolean {
  if (node.resourceType !== 'model' || node.version === undefined) return false;
  const { v } = node.version;
  return value === `${node.name}.v${v}` || value === `${node.name}_v${v}`;
}

/** A file, or a folder with all in it, relative to the project; of a YAML file what it defines or describes. */
function matchPath(
  value: string,
  _: readonly string[],
  { projectPaths }: MatchSurroundings,
): NodeMatcher {
  const clean = value
    .replaceAll('\\', '/')
    .replace(/^(?:\.\/)+/, '')
    .replace(/\/+$/, '');
  const source = globSource(clean, { path: true });
  const file = new RegExp(`^${source}$`, 'su');
  const fileOrFolder = clean === '.' ? /^/ : new RegExp(`^${source}(?:/.*)?$`, 'su');
  // dbt looks for the path in the project, and takes what has the same one in a package, too.
  let isThere: boolean | undefined;
  const isInProject = (): boolean =>
    (isThere ??= projectPaths().some((path) => fileOrFolder.test(path)));
  return ({ node }) =>
    (fileOrFolder.test(ownPathOf(node)) && (node.ownPath === undefined || isInProject())) ||
    (node.patchPath !== null && file.test(node.patchPath));
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

/** Returns the name of the file that defines the node, with and without its ending. */
function fileNames({ path }: ListedNode): readonly string[] {
  const name = path.split('/').at(-1) ?? path;
  return [name, name.replace(/\.[^.]+$/, '')];
}
