import type { HookResult } from '../../core/hook.js';
import type { SqlNode } from '../../core/node.js';
import type { NodeResult } from '../../core/run-results.js';

/** Returns dbt's `path` of a node: below its resource folder; of a test in YAML, a file of its name. */
function nodePath(node: SqlNode, folders: readonly string[]): string {
  if (node.resourceType === 'test' && node.generic !== null) return `${node.name}.sql`;
  const folder = folders.find((each) => node.path.startsWith(`${each}/`));
  return folder === undefined ? node.path : node.path.slice(folder.length + 1);
}

/** Returns `node_info` of a hook around a run, which dbt calls an operation. */
export function toHookInfo(
  { hook, status, startedAt, completedAt }: HookResult,
  { ends }: { readonly ends: boolean },
): Readonly<Record<string, unknown>> {
  const name = hook.uniqueId.split('.').at(-1) ?? '';
  return {
    unique_id: hook.uniqueId,
    node_name: name,
    node_path: `hooks/${name}.sql`,
    node_checksum: '',
    resource_type: 'operation',
    materialized: 'table',
    meta: {},
    node_status: ends ? status : 'started',
    node_started_at: startedAt ?? '',
    node_finished_at: ends ? (completedAt ?? '') : '',
    node_relation: null,
  };
}

/** Returns `node_info` of dbt's events: what node a line speaks of, and how far it is. `folders` hold the resources. */
export function toNodeInfo(
  node: SqlNode,
  {
    result,
    startedAt = '',
    folders = [],
  }: {
    readonly result?: NodeResult;
    /** Of a node that has no result yet. */
    readonly startedAt?: string;
    readonly folders?: readonly string[];
  },
): Readonly<Record<string, unknown>> {
  const relation =
    'relation' in node
      ? node.relation
      : node.resourceType === 'test'
        ? (node.judgement?.store?.relation ?? null)
        : null;
  return {
    unique_id: node.uniqueId,
    node_name: node.name,
    node_path: nodePath(node, folders),
    node_checksum: node.resourceType === 'test' ? '' : node.checksum,
    resource_type: node.resourceType,
    materialized: node.config.materialized,
    meta: node.config.meta,
    node_status: result?.status ?? 'started',
    node_started_at: result?.startedAt ?? startedAt,
    node_finished_at: result?.completedAt ?? '',
    node_relation: relation && {
      alias: relation.identifier,
      database: relation.database,
      schema: relation.schema,
      relation_name: [relation.database, relation.schema, relation.identifier]
        .map((name) => `"${name.replaceAll('"', '""')}"`)
        .join('.'),
    },
  };
}
