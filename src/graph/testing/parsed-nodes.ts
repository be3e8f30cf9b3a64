import type { SourceLocation } from '../../core/diagnostic.js';
import type { ModelNode, NodeConfig, RefCall, SourceNode, TestNode } from '../../core/node.js';
import { toNodeConfig, type ConfigEntries } from '../../core/node-config.js';

/** What tests say of a node; the rest follows from its path. */
export interface NodeSketch {
  readonly refs?: readonly string[];
  readonly sources?: readonly (readonly [source: string, table: string])[];
  readonly config?: ConfigEntries;
  readonly patchPath?: string;
}

/** Returns a model at `models/<path>.sql` of the project `stedi`; the ref number n stands in line n. */
export function model(path: string, sketch: NodeSketch = {}): ModelNode {
  const file = `models/${path}.sql`;
  const folders = path.split('/');
  const name = folders.at(-1) ?? '';
  return {
    resourceType: 'model',
    ...shared(name, file, ['stedi', ...folders], sketch, 'view'),
    uniqueId: `model.stedi.${name}`,
    columns: [],
    relation: { database: 'warehouse', schema: 'main', identifier: name },
  };
}

/** Returns a generic test of `models/<folder>/_models.yml`. */
export function genericTest(
  folder: string,
  testName: string,
  sketch: NodeSketch & { readonly severity?: 'error' | 'warn' },
): TestNode {
  const path = `models/${folder}/_models.yml`;
  const name = `${testName}_${(sketch.refs ?? []).join('_')}`;
  return {
    resourceType: 'test',
    ...shared(name, path, ['stedi', folder, name], sketch, 'test'),
    uniqueId: `test.stedi.${name}.0123456789`,
    generic: {
      testName,
      columnName: 'id',
      attachedNode: `model.stedi.${sketch.refs?.[0] ?? ''}`,
      arguments: {},
      metadata: { name: testName, namespace: null, kwargs: {} },
    },
    severity: sketch.severity ?? 'error',
    location: { path },
  };
}

/** Returns a singular test at `tests/<name>.sql`. */
export function singularTest(name: string, sketch: NodeSketch): TestNode {
  const path = `tests/${name}.sql`;
  return {
    resourceType: 'test',
    ...shared(name, path, ['stedi', name], sketch, 'test'),
    uniqueId: `test.stedi.${name}`,
    generic: null,
    severity: 'error',
    location: { path },
  };
}

/** Returns the table of a source that `models/sources.yml` defines. */
export function source(sourceName: string, name: string): SourceNode {
  return {
    resourceType: 'source',
    uniqueId: `source.stedi.${sourceName}.${name}`,
    name,
    packageName: 'stedi',
    path: 'models/sources.yml',
    fqn: ['stedi', sourceName, name],
    description: '',
    tags: [],
    patchPath: null,
    sourceName,
    unrenderedConfig: { schema: sourceName, identifier: name },
    columns: [],
    relation: { database: 'warehouse', schema: sourceName, identifier: name },
  };
}

/** Returns the ref as it stands in line `line` of a model. */
export function refCall(name: string, path: string, line: number): RefCall {
  const sourceLine = `from {{ ref('${name}') }}`;
  return { name, location: { path, line, column: 13, length: name.length, sourceLine } };
}

function shared(
  name: string,
  path: string,
  fqn: readonly string[],
  { refs = [], sources = [], config = {}, patchPath }: NodeSketch,
  materialized: string,
) {
  const nodeConfig: NodeConfig = toNodeConfig(config, { materialized });
  const location: SourceLocation = { path, line: 9, column: 17, length: 3 };
  return {
    name,
    packageName: 'stedi',
    path,
    fqn,
    description: '',
    tags: nodeConfig.tags,
    patchPath: patchPath ?? null,
    rawSql: '',
    language: 'sql',
    config: nodeConfig,
    refs: refs.map((ref, index) => refCall(ref, path, index + 1)),
    sources: sources.map(([sourceName, table]) => ({ source: sourceName, table, location })),
    macros: [],
    vars: [],
    unrenderedConfig: config,
    checksum: '',
  } as const;
}
