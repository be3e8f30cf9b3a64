import type { SnapshotColumns, SnapshotNode } from '../../../core/node.js';
import { toColumns } from './to-columns.js';
import { toConfig } from './to-config.js';
import {
  foldersOf,
  relativeTo,
  relativeToResources,
  type Json,
  type ManifestInput,
} from './manifest-input.js';
import { toSqlNode } from './to-sql-node.js';

/** The names that dbt takes where none are given; it writes `null` for them. */
const usualNames: SnapshotColumns = {
  validTo: 'dbt_valid_to',
  validFrom: 'dbt_valid_from',
  scdId: 'dbt_scd_id',
  updatedAt: 'dbt_updated_at',
  isDeleted: 'dbt_is_deleted',
};

function toColumnNames(columns: SnapshotColumns): Json {
  const nameOf = (key: keyof SnapshotColumns): string | null =>
    columns[key] === usualNames[key] ? null : columns[key];
  return {
    dbt_valid_to: nameOf('validTo'),
    dbt_valid_from: nameOf('validFrom'),
    dbt_scd_id: nameOf('scdId'),
    dbt_updated_at: nameOf('updatedAt'),
    dbt_is_deleted: nameOf('isDeleted'),
  };
}

/** Returns a snapshot as dbt's manifest has it. */
export function toSnapshot(node: SnapshotNode, input: ManifestInput): Json {
  const { relation, rules, config } = node;
  const { check_cols: checkColumns = null, hard_deletes: said, ...own } = toConfig(node);
  // As in dbt, which writes nothing where nothing is said.
  const deletes = said ?? (rules.hardDeletes === 'ignore' ? undefined : rules.hardDeletes);
  return {
    ...toSqlNode(node, input),
    raw_code: node.block ?? node.rawSql,
    path: node.isYaml
      ? `${relativeToResources(input.project, node.path)}/${node.name}.sql`
      : relativeTo(foldersOf(input.project, 'snapshots'), node.path),
    database: relation.database,
    schema: relation.schema,
    alias: relation.identifier,
    relation_name: input.renderRelation(relation),
    config: {
      ...own,
      strategy: rules.strategy,
      target_schema: config.extra['target_schema'] ?? null,
      target_database: config.extra['target_database'] ?? null,
      updated_at: rules.updatedAt,
      check_cols: checkColumns,
      ...(deletes !== undefined && { hard_deletes: deletes }),
      dbt_valid_to_current: rules.validToCurrent,
      snapshot_meta_column_names: toColumnNames(rules.columns),
    },
    columns: toColumns(node.columns),
  };
}
