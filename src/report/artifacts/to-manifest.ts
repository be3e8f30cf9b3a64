import { pathInPackage } from '../../core/own-path.js';
import { createHash } from 'node:crypto';
import type { DocBlock } from '../../core/governance.js';
import type { Graph } from '../../core/graph.js';
import { isBuilt } from '../../core/is-built.js';
import { isSqlNode, type BuiltNode, type JsonValue, type ParsedNode } from '../../core/node.js';
import { toDoc, toExposure, toGroup, toGroupMap } from './to-governance.js';
import { toUnitTest } from './to-unit-test.js';
import { nameMacros } from './manifest/find-macro-calls.js';
import {
  createdAt,
  relativeToResources,
  type Json,
  type ManifestInput,
} from './manifest/manifest-input.js';
import { toMacro } from './manifest/to-macro.js';
import { toNode } from './manifest/to-node.js';
import { toSelectors } from './manifest/to-selectors.js';
import { parentsOf, toOperation } from './manifest/to-operation.js';
import { toSource } from './manifest/to-source.js';
import { toMetadata } from './metadata.js';

export type { ManifestInput } from './manifest/manifest-input.js';

/** Where a manifest keeps the project's variables, as JSON: a place that dbt's schema leaves to tools. */
export const varsKey = 'stedi_sql_vars';

function isUnitTest(node: ParsedNode): boolean {
  return node.resourceType === 'test' && node.unit !== undefined;
}

function findTested({ uniqueId }: ParsedNode, graph: Graph): BuiltNode | undefined {
  const parents = (graph.parents.get(uniqueId) ?? []).map((id) => graph.nodes.get(id));
  return parents.find((each) => each !== undefined && isBuilt(each));
}

/** Returns what the manifest says of a node. */
export function toManifestEntry(node: ParsedNode, input: ManifestInput): Json {
  const describe = () => ({
    parents: input.graph.parents.get(node.uniqueId) ?? [],
    createdAt: createdAt(input),
    path: relativeToResources(input.project, node.path),
  });
  if (node.resourceType === 'test' && node.unit !== undefined) {
    // As in dbt, that of the model.
    const model = findTested(node, input.graph);
    const schema = model?.relation.schema ?? input.project.target.schema;
    return toUnitTest(node, node.unit, { ...describe(), schema });
  }
  if (node.resourceType === 'source') return toSource(node, input);
  return node.resourceType === 'exposure' ? toExposure(node, describe()) : toNode(node, input);
}

/** Entries of the manifest that are made one at a time: all of them at once take several times the room of the project. */
export interface ManifestEntries {
  readonly ids: readonly string[];
  readonly toEntry: (id: string) => unknown;
}

/** The manifest by its keys, in order: a value, or entries that are still to be made. */
export type ManifestParts = readonly (
  | { readonly key: string; readonly value: unknown }
  | { readonly key: string; readonly entries: ManifestEntries }
)[];

/** Keys stand in order, so that equal projects give equal files; of two things with one, the later counts. */
function toEntries<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  toEntry: (thing: T) => unknown,
): ManifestEntries {
  const byId = new Map(things.map((thing) => [idOf(thing), thing]));
  return {
    ids: [...byId.keys()].sort(),
    toEntry: (id) => {
      const thing = byId.get(id);
      return thing === undefined ? undefined : toEntry(thing);
    },
  };
}

/** The page that dbt's documentation begins with where the project has none of its own: readers of manifests ask for it. */
const overview: DocBlock = {
  uniqueId: 'doc.dbt.__overview__',
  name: '__overview__',
  packageName: 'dbt',
  path: 'docs/overview.md',
  contents:
    'What this project builds. A block of text named `__overview__` in a Markdown file of the project stands in place of this one.',
  location: { path: 'docs/overview.md' },
};

const idOf = ({ uniqueId }: { readonly uniqueId: string }): string => uniqueId;

/**
 * Returns the project as dbt's manifest, version 12, in parts. Holds no absolute path.
 * Source: https://schemas.getdbt.com/dbt/manifest/v12.json
 */
export function toManifestParts(input: ManifestInput): ManifestParts {
  const { project, graph, macros, disabled, groups = [], invocation } = input;
  const nodes = [...graph.nodes.values()];
  const all = input.operations ?? [];
  const operations = all.filter(({ config }) => config.enabled);
  const names = nameMacros(macros, project.target.type);
  const parents = new Map(operations.map((each) => [each.uniqueId, parentsOf(each, input)]));
  const readers = new Map<string, string[]>();
  for (const [reader, read] of parents) {
    for (const id of read) readers.set(id, [...(readers.get(id) ?? []), reader]);
  }
  const neighbours = (map: Graph['parents'], more: Graph['parents']): ManifestEntries =>
    toEntries([...nodes, ...operations], idOf, ({ uniqueId }) => [
      ...(map.get(uniqueId) ?? []),
      ...(more.get(uniqueId) ?? []),
    ]);
  const ofNode = (node: ParsedNode): Json => toManifestEntry(node, input);
  const entriesOf = (isWanted: (node: ParsedNode) => boolean): ManifestEntries =>
    toEntries(nodes.filter(isWanted), idOf, ofNode);
  const pathOf = (path: string) => ({
    path: relativeToResources(project, path),
    ownPath: pathInPackage(path, project.packages),
  });
  return [
    {
      key: 'metadata',
      value: {
        ...toMetadata('manifest/v12', invocation),
        env: { [varsKey]: JSON.stringify(project.vars) },
        project_name: project.name,
        // dbt's: it tells projects of one name from others, and no person.
        project_id: createHash('md5').update(project.name).digest('hex'),
        adapter_type: project.target.type,
        quoting: {
          database: true,
          schema: true,
          identifier: true,
          column: null,
          ...project.quoting,
        },
        user_id: null,
        send_anonymous_usage_stats: false,
      },
    },
    {
      key: 'nodes',
      entries: toEntries(
        [...nodes.filter((node) => isSqlNode(node) && !isUnitTest(node)), ...operations],
        idOf,
        (each) => ('hook' in each ? toOperation(each, names, input) : ofNode(each)),
      ),
    },
    { key: 'sources', entries: entriesOf((node) => node.resourceType === 'source') },
    { key: 'macros', entries: toEntries(macros, idOf, (each) => toMacro(each, names, input)) },
    {
      key: 'docs',
      entries: toEntries([overview, ...(input.docs ?? [])], idOf, (doc) =>
        toDoc(doc, doc === overview ? { path: doc.path, ownPath: doc.path } : pathOf(doc.path)),
      ),
    },
    { key: 'exposures', entries: entriesOf((node) => node.resourceType === 'exposure') },
    { key: 'metrics', value: {} },
    {
      key: 'groups',
      entries: toEntries(groups, idOf, (group) => toGroup(group, pathOf(group.path))),
    },
    { key: 'selectors', value: toSelectors(project.selectors ?? []) },
    {
      key: 'disabled',
      entries: toEntries(
        [...disabled, ...all.filter(({ config }) => !config.enabled)],
        idOf,
        (each) => ['hook' in each ? toOperation(each, names, input) : ofNode(each)],
      ),
    },
    { key: 'parent_map', entries: neighbours(graph.parents, parents) },
    { key: 'child_map', entries: neighbours(graph.children, readers) },
    { key: 'group_map', value: toGroupMap(groups, nodes, graph.nodes) },
    { key: 'saved_queries', value: {} },
    { key: 'semantic_models', value: {} },
    { key: 'unit_tests', entries: entriesOf(isUnitTest) },
    { key: 'functions', value: {} },
  ];
}

/** Returns the whole manifest of `toManifestParts`, ready to be written as JSON. */
export function toManifest(input: ManifestInput): Json {
  return Object.fromEntries(
    toManifestParts(input).map((part) => [
      part.key,
      'value' in part
        ? part.value
        : Object.fromEntries(part.entries.ids.map((id) => [id, part.entries.toEntry(id)])),
    ]),
  );
}

/**
 * Returns what templates see as `graph`: dbt's names of the same entries. A template must not depend on what compiling
 * finds out, nor on when it is compiled.
 */
export function toGraphView(input: ManifestInput): Readonly<Record<string, JsonValue>> {
  const manifest = toManifest(input);
  const names = ['nodes', 'sources', 'exposures', 'groups', 'metrics', 'semantic_models'];
  const apart = new Set([
    'created_at',
    'compiled',
    'compiled_code',
    'compiled_path',
    'extra_ctes',
    'extra_ctes_injected',
  ]);
  const withoutApart = (entries: unknown): JsonValue =>
    JSON.parse(
      JSON.stringify(entries, (key, value: unknown) => (apart.has(key) ? undefined : value)),
    ) as JsonValue;
  return {
    ...Object.fromEntries(names.map((name) => [name, withoutApart(manifest[name])])),
    saved_queries: {},
  };
}
