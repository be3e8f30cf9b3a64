import type { AnalysisNode, ModelNode, SeedNode, SqlNode } from '../../../core/node.js';
import { accessOf } from '../to-governance.js';
import { inferPrimaryKey } from './primary-key.js';
import { toColumns, toContract } from './to-columns.js';
import { toConfig } from './to-config.js';
import { toDataTest } from './to-data-test.js';
import { foldersOf, relativeTo, type Json, type ManifestInput } from './manifest-input.js';
import { toSnapshot } from './to-snapshot.js';
import { toSqlNode, withoutQuery } from './to-sql-node.js';

function toModel(node: ModelNode, input: ManifestInput): Json {
  const { relation, config } = node;
  return {
    ...toSqlNode(node, input),
    path: relativeTo(foldersOf(input.project, 'models'), node.path),
    database: relation.database,
    schema: relation.schema,
    alias: relation.identifier,
    relation_name: config.materialized === 'ephemeral' ? null : input.renderRelation(relation),
    config: toConfig(node),
    columns: toColumns(node.columns),
    ...toContract(node),
    access: accessOf(node),
    version: node.version?.v ?? null,
    latest_version: node.version?.latest ?? null,
    deprecation_date: node.deprecationDate ?? null,
    primary_key: inferPrimaryKey(node, input),
    time_spine: null,
  };
}

function toSeed(node: SeedNode, input: ManifestInput): Json {
  const { relation } = node;
  return {
    ...withoutQuery(toSqlNode(node, input)),
    path: relativeTo(foldersOf(input.project, 'seeds'), node.path),
    database: relation.database,
    schema: relation.schema,
    alias: relation.identifier,
    relation_name: input.renderRelation(relation),
    // dbt writes the keys of seeds that are silent, too.
    config: { delimiter: ',', quote_columns: null, ...toConfig(node) },
    columns: toColumns(node.columns),
    // The manifest holds no path of this machine; dbt takes null as well.
    root_path: null,
    depends_on: { macros: [] },
  };
}

function toAnalysis(node: AnalysisNode, input: ManifestInput): Json {
  const { target } = input.project;
  return {
    ...toSqlNode(node, input),
    path: `analysis/${relativeTo(foldersOf(input.project, 'analyses'), node.path)}`,
    database: target.database,
    schema: target.schema,
    relation_name: null,
    config: toConfig(node),
    columns: toColumns(node.columns),
  };
}

/** Returns a node with SQL as dbt's manifest has it. */
export function toNode(node: SqlNode, input: ManifestInput): Json {
  switch (node.resourceType) {
    case 'model':
      return toModel(node, input);
    case 'seed':
      return toSeed(node, input);
    case 'snapshot':
      return toSnapshot(node, input);
    case 'analysis':
      return toAnalysis(node, input);
    case 'test':
      return toDataTest(node, input);
  }
}
