import type { Graph } from '../graph.js';
import type { ModelNode, NodeConfig, ParsedNode, SourceNode, TestNode } from '../node.js';

/** The configuration of a table that says nothing else. */
export const defaultConfig: NodeConfig = {
  enabled: true,
  materialized: 'table',
  schema: null,
  database: null,
  alias: null,
  tags: [],
  meta: {},
  full_refresh: null,
  unique_key: [],
  incremental_strategy: null,
  location: null,
  format: null,
  extra: {},
};

/** Returns a model `schema.name` of the project `stedi`. */
export function modelNode(
  name: string,
  options: {
    readonly schema?: string;
    readonly materialized?: string;
    readonly extra?: Partial<ModelNode>;
  } = {},
): ModelNode {
  const { schema = 'trusted', materialized = 'table', extra } = options;
  return {
    resourceType: 'model',
    uniqueId: `model.stedi.${name}`,
    name,
    packageName: 'stedi',
    path: `models/${schema}/${name}.sql`,
    fqn: ['stedi', schema, name],
    description: '',
    tags: [],
    patchPath: null,
    rawSql: 'select 1',
    language: 'sql',
    config: { ...defaultConfig, materialized },
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    unrenderedConfig: {},
    checksum: 'a'.repeat(64),
    columns: [],
    relation: { database: 'warehouse', schema, identifier: name, type: 'table' },
    ...extra,
  };
}

/** Returns a data test; with `attachedTo` a generic one under that model. */
export function testNode(
  name: string,
  options: { readonly attachedTo?: string; readonly extra?: Partial<TestNode> } = {},
): TestNode {
  const { attachedTo, extra } = options;
  const path = attachedTo === undefined ? `tests/${name}.sql` : 'models/trusted/schema.yml';
  return {
    resourceType: 'test',
    uniqueId: `test.stedi.${name}${attachedTo === undefined ? '' : '.0123456789'}`,
    name,
    packageName: 'stedi',
    path,
    fqn: attachedTo === undefined ? ['stedi', name] : ['stedi', 'trusted', name],
    description: '',
    tags: [],
    patchPath: null,
    rawSql: 'select 1 where false',
    language: 'sql',
    config: { ...defaultConfig, materialized: 'test' },
    refs: [],
    sources: [],
    macros: [],
    vars: [],
    unrenderedConfig: {},
    checksum: 'b'.repeat(64),
    generic:
      attachedTo === undefined
        ? null
        : {
            testName: 'not_null',
            columnName: 'email',
            attachedNode: `model.stedi.${attachedTo}`,
            arguments: { column_name: 'email' },
            metadata: { name: 'not_null', namespace: null, kwargs: { column_name: 'email' } },
          },
    severity: 'error',
    location: { path, line: 7, column: 11 },
    ...extra,
  };
}

/** Returns the source table `raw.events`. */
export function sourceNode(): SourceNode {
  return {
    resourceType: 'source',
    uniqueId: 'source.stedi.raw.events',
    name: 'events',
    sourceName: 'raw',
    unrenderedConfig: {},
    packageName: 'stedi',
    path: 'models/sources.yml',
    fqn: ['stedi', 'raw', 'events'],
    description: '',
    tags: [],
    patchPath: null,
    columns: [{ name: 'id', description: 'key', data_type: 'bigint', tags: [], meta: {} }],
    relation: { database: 'warehouse', schema: 'raw', identifier: 'events', type: 'table' },
  };
}

/** Returns the graph of `nodes`, given in topological order, with `edges` from child to parents. */
export function graphOf(
  nodes: readonly ParsedNode[],
  edges: Readonly<Record<string, readonly string[]>> = {},
): Graph {
  const children = new Map<string, string[]>();
  for (const [child, parents] of Object.entries(edges)) {
    for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), child]);
  }
  return {
    nodes: new Map(nodes.map((node) => [node.uniqueId, node])),
    parents: new Map(Object.entries(edges)),
    children,
    order: nodes.map((node) => node.uniqueId),
    modelsByName: new Map(),
    sourcesByName: new Map(),
  };
}
