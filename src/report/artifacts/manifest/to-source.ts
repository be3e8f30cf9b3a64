import { ownPathOf } from '../../../core/own-path.js';
import type { SourceNode } from '../../../core/node.js';
import { withQuoting } from '../../../core/relation.js';
import { toFreshness } from '../to-governance.js';
import { toColumns } from './to-columns.js';
import { createdAt, toPatchPath, type Json, type ManifestInput } from './manifest-input.js';

/** The names of the relation have keys of their own. */
function withoutRelation(config: Readonly<Record<string, unknown>>): Json {
  const names = ['schema', 'identifier', 'database'];
  return Object.fromEntries(Object.entries(config).filter(([key]) => !names.includes(key)));
}

/** Returns the table of a source as dbt's manifest has it. */
export function toSource(node: SourceNode, input: ManifestInput): Json {
  const { relation, details } = node;
  const loaded = {
    loaded_at_field: details?.loadedAtField ?? null,
    loaded_at_query: details?.loadedAtQuery ?? null,
    // `freshness: null` is kept, as in dbt.
    freshness: node.unrenderedConfig['freshness'] === null ? null : toFreshness(details?.freshness),
  };
  return {
    database: relation.database,
    schema: relation.schema,
    name: node.name,
    resource_type: 'source',
    package_name: node.packageName,
    path: ownPathOf(node),
    original_file_path: ownPathOf(node),
    unique_id: node.uniqueId,
    fqn: node.fqn,
    source_name: node.sourceName,
    source_description: details?.sourceDescription ?? '',
    loader: details?.loader ?? '',
    ...loaded,
    quoting: { database: null, schema: null, identifier: null, column: null, ...details?.quoting },
    external: null,
    meta: details?.meta ?? {},
    source_meta: details?.sourceMeta ?? {},
    doc_blocks: node.docBlocks ?? [],
    config: {
      enabled: details?.enabled ?? true,
      event_time: node.eventTime ?? null,
      tags: node.tags,
      meta: details?.meta ?? {},
      ...loaded,
      ...details?.files,
    },
    identifier: relation.identifier,
    description: node.description,
    columns: toColumns(node.columns),
    tags: node.tags,
    patch_path: toPatchPath(node, input),
    relation_name: input.renderRelation(
      withQuoting(relation, input.project.quoting, details?.quoting),
    ),
    // dbt names these also where nothing is said.
    unrendered_config: {
      loaded_at_field: null,
      loaded_at_query: null,
      meta: {},
      tags: [],
      ...withoutRelation(node.unrenderedConfig),
    },
    unrendered_database: node.unrenderedConfig['database'] ?? null,
    unrendered_schema: node.unrenderedConfig['schema'] ?? null,
    created_at: createdAt(input),
  };
}
