import { createHash } from 'node:crypto';
import { findReferenced } from '../../../core/graph.js';
import type { NodeConfig, UniqueId } from '../../../core/node.js';
import type { Operation } from '../../../core/operation.js';
import { noContract } from './to-columns.js';
import { oneOrMany, silentConfig, toUnrenderedConfig } from './to-config.js';
import { toReads } from './to-reads.js';
import { findMacroCalls, type MacroNames } from './find-macro-calls.js';
import { createdAt, type Json, type ManifestInput } from './manifest-input.js';

/** dbt has no such keys where nothing is said. */
function withoutFiles({ location, format, ...rest }: Omit<NodeConfig, 'extra'>): Json {
  return {
    ...rest,
    ...(location !== null && { location }),
    ...(format !== null && { format }),
  };
}

/** Returns what a hook around runs reads. */
export function parentsOf(
  { refs, sources, packageName }: Operation,
  { graph }: Pick<ManifestInput, 'graph'>,
): readonly UniqueId[] {
  const found = [
    ...refs.map((call) => findReferenced(graph, call, packageName)),
    ...sources.map(({ source, table }) => graph.sourcesByName.get(`${source}.${table}`)),
  ];
  return [...new Set(found.filter((id) => id !== undefined))];
}

/** Returns a hook around runs as dbt's manifest has it, as it is before a run compiles it. */
export function toOperation(operation: Operation, names: MacroNames, input: ManifestInput): Json {
  const { uniqueId, name, packageName, time, index, hook, config, unrenderedConfig } = operation;
  const { target } = input.project;
  const { extra, ...common } = config;
  return {
    database: config.database ?? target.database,
    schema: config.schema === null ? target.schema : `${target.schema}_${config.schema}`,
    name,
    resource_type: 'operation',
    package_name: packageName,
    path: `hooks/${name}.sql`,
    original_file_path: hook.location.path,
    unique_id: uniqueId,
    fqn: [packageName, 'hooks', name],
    alias: name,
    checksum: {
      name: 'sha256',
      checksum: createHash('sha256').update(hook.sql.trim()).digest('hex'),
    },
    config: {
      ...silentConfig,
      ...extra,
      ...withoutFiles(common),
      unique_key: oneOrMany(config.unique_key),
    },
    tags: [time, ...config.tags],
    description: '',
    columns: {},
    meta: config.meta,
    group: null,
    docs: silentConfig.docs,
    patch_path: null,
    build_path: null,
    unrendered_config: toUnrenderedConfig(unrenderedConfig),
    created_at: createdAt(input),
    relation_name: null,
    raw_code: hook.sql,
    doc_blocks: [],
    language: 'sql',
    ...toReads(operation),
    metrics: [],
    depends_on: {
      macros: findMacroCalls(hook.sql, { packageName, name: '' }, names),
      nodes: parentsOf(operation, input),
    },
    compiled_path: null,
    contract: noContract,
    index,
  };
}
