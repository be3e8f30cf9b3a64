import { ownPathOf } from '../../../core/own-path.js';
import { groupOf } from '../../../core/node-group.js';
import type { SqlNode } from '../../../core/node.js';
import { compiledPath } from '../artifact-paths.js';
import { noContract } from './to-columns.js';
import { toDocs, toUnrenderedConfig } from './to-config.js';
import { createdAt, toPatchPath, type Json, type ManifestInput } from './manifest-input.js';
import { toReads } from './to-reads.js';

/** Returns what dbt writes of every node with SQL. What is not compiled has no keys of what is, as in dbt. */
export function toSqlNode(node: SqlNode, input: ManifestInput): Json {
  const { project, graph, compiled } = input;
  const result = compiled.get(node.uniqueId);
  return {
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: ownPathOf(node),
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: node.config.alias ?? node.name,
    checksum: { name: 'sha256', checksum: node.checksum },
    tags: node.tags,
    description: node.description,
    meta: node.config.meta,
    docs: toDocs(node.config),
    group: groupOf(node, graph.nodes),
    doc_blocks: node.docBlocks ?? [],
    patch_path: toPatchPath(node, input),
    build_path: null,
    unrendered_config: toUnrenderedConfig(node.unrenderedConfig),
    created_at: createdAt(input),
    raw_code: node.rawSql.trim(),
    language: node.language,
    ...toReads(node),
    metrics: [],
    depends_on: {
      macros: node.directMacros ?? node.macros,
      nodes: graph.parents.get(node.uniqueId) ?? [],
    },
    contract: noContract,
    // An external table has no SQL, and no file for it.
    compiled_path:
      result === undefined || result.compiledSql.trim() === '' ? null : compiledPath(project, node),
    ...(result && {
      compiled: true,
      compiled_code: result.compiledSql,
      extra_ctes_injected: true,
      extra_ctes: [],
    }),
  };
}

/** Returns the entry of a seed, which has no query: dbt's schema allows none of a query's keys. */
export function withoutQuery(entry: Json): Json {
  const query = [
    'language',
    'refs',
    'sources',
    'metrics',
    'contract',
    'compiled',
    'compiled_code',
    'compiled_path',
    'extra_ctes',
    'extra_ctes_injected',
  ];
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !query.includes(key)));
}
