import type { ListedGraph, ListedNode } from '../core/listed-node.js';
import type { JsonValue, UniqueId } from '../core/node.js';
import { toPlainJson } from '../core/plain-json.js';
import type { NamedSelector } from '../core/selector-definition.js';
import type { ProjectGraph } from './load-project-graph.js';

/** A project as it is known to commands that only name nodes. */
export interface ProjectListing {
  readonly graph: ListedGraph;
  readonly selectors: readonly NamedSelector[];
  /** Returns which of the manifest's entries is a node's. */
  readonly entryOf: (id: UniqueId) => number | undefined;
}

/**
 * A node as it is kept: without names of keys, since there are ten thousand. `tags` and `config` are places among the
 * values that nodes share, `parents` among the nodes, in one text since there are a hundred thousand, `entry` among the manifest's entries.
 */
type KeptNode = readonly [
  uniqueId: UniqueId,
  resourceType: ListedNode['resourceType'],
  name: string,
  packageName: string,
  path: string,
  /** `null` for the same as `path`. */
  ownPath: string | null,
  fqn: readonly string[],
  patchPath: string | null,
  tags: number,
  config: number,
  parents: string,
  entry: number,
  /** What only nodes of its type have. */
  own: Own | null,
];

type Own = Readonly<Record<string, unknown>>;

interface KeptListing {
  readonly nodes: readonly KeptNode[];
  readonly order: readonly number[];
  readonly shared: readonly unknown[];
  readonly selectors: readonly NamedSelector[];
}

/** Returns what selectors look at of nodes of one type alone. */
function ownOf(node: ListedNode): Own | null {
  switch (node.resourceType) {
    case 'model':
      return node.version === undefined ? null : { version: node.version };
    case 'test':
      return {
        severity: node.severity,
        generic: node.generic && { testName: node.generic.testName },
        ...(node.unit !== undefined && { unit: {} }),
      };
    case 'source':
      return {
        sourceName: node.sourceName,
        ...(node.details && { details: { meta: node.details.meta } }),
      };
    default:
      return null;
  }
}

/** Numbers values in the order in which they come; equal ones, as JSON, have one number. What is no JSON has -1. */
function createNumbering(): {
  readonly numberOf: (value: unknown) => number;
  readonly values: readonly unknown[];
} {
  const values: unknown[] = [];
  const byObject = new Map<unknown, number>();
  const byText = new Map<string, number>();
  return {
    values,
    numberOf: (value) => {
      const known = byObject.get(value);
      if (known !== undefined) return known;
      const text = toPlainJson(value);
      if (text === undefined) return -1;
      const number = byText.get(text) ?? values.push(value) - 1;
      byText.set(text, number);
      byObject.set(value, number);
      return number;
    },
  };
}

/** What stands for the configuration of a node that has none. */
const noConfig = null;

/**
 * Returns what to keep of a project so that `readListing` gives it again; `undefined` if JSON cannot hold it, or an entry is
 * missing. `entries` are the nodes of the manifest's entries, in order.
 */
export function describeListing(
  { graph, project }: Pick<ProjectGraph, 'graph' | 'project'>,
  entries: readonly UniqueId[],
): unknown {
  const ids = [...graph.nodes.keys()];
  const numbers = new Map(ids.map((id, index) => [id, index]));
  const numberOf = (id: UniqueId): number => numbers.get(id) ?? -1;
  const entryNumbers = new Map(entries.map((id, index) => [id, index]));
  const shared = createNumbering();
  const nodes = [...graph.nodes.values()].map((node: ListedNode): KeptNode => [
    node.uniqueId,
    node.resourceType,
    node.name,
    node.packageName,
    node.path,
    node.ownPath ?? null,
    node.fqn,
    node.patchPath,
    shared.numberOf(node.tags),
    shared.numberOf('config' in node ? node.config : noConfig),
    (graph.parents.get(node.uniqueId) ?? []).map(numberOf).join(' '),
    entryNumbers.get(node.uniqueId) ?? -1,
    ownOf(node),
  ]);
  const order = graph.order.map(numberOf);
  const isWhole =
    order.length === nodes.length &&
    !order.includes(-1) &&
    nodes.every((node) => ![node[8], node[9], node[11]].includes(-1) && !node[10].includes('-'));
  if (!isWhole) return undefined;
  const listing: KeptListing = {
    nodes,
    order,
    shared: shared.values,
    selectors: project.selectors,
  };
  return listing;
}

/** Returns the project that was described. `kept` is what `describeListing` returned, by way of JSON. */
export function readListing(kept: JsonValue): ProjectListing {
  const { nodes: all, order, shared, selectors } = kept as unknown as KeptListing;
  const nodes = new Map<UniqueId, ListedNode>();
  const entries = new Map<UniqueId, number>();
  for (const each of all) {
    const [uniqueId, resourceType, name, packageName, path, ownPath, fqn, patchPath] = each;
    const [, , , , , , , , tags, config, , entry, own] = each;
    nodes.set(uniqueId, {
      uniqueId,
      resourceType,
      name,
      packageName,
      path,
      ...(ownPath !== null && { ownPath }),
      fqn,
      patchPath,
      tags: shared[tags],
      ...(shared[config] !== noConfig && { config: shared[config] }),
      ...own,
    } as ListedNode);
    entries.set(uniqueId, entry);
  }
  const ids = all.map(([id]) => id);
  const idsOf = (numbers: readonly number[]): UniqueId[] =>
    numbers.flatMap((number) => ids[number] ?? []);
  const readNumbers = (text: string): readonly number[] =>
    text === '' ? [] : text.split(' ').map(Number);
  const parents = new Map(all.map((each) => [each[0], idsOf(readNumbers(each[10]))]));
  const children = new Map<UniqueId, UniqueId[]>(ids.map((id) => [id, []]));
  for (const [id, above] of parents) for (const each of above) children.get(each)?.push(id);
  return {
    graph: { nodes, parents, children, order: idsOf(order) },
    selectors,
    entryOf: (id) => entries.get(id),
  };
}
