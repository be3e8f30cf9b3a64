import type { JsonValue, NodeConfig, SqlNode, TestNode } from '../../../core/node.js';
import { silentTest } from '../../../core/silent-config.js';
import { foldersOf, relativeTo, type Json, type ManifestInput } from './manifest-input.js';
import { toSqlNode } from './to-sql-node.js';

/** A value as an argument of `config()`, as Python prints it. */
function printArgument(value: JsonValue): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${(value as readonly JsonValue[]).map(printArgument).join(', ')}]`;
  }
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).map(([key, each]) => `'${key}': ${printArgument(each)}`);
  return `{${entries.join(', ')}}`;
}

/** The call that dbt writes as the text of a generic test: its SQL is that of the macro. */
function toCall({ generic, config, name }: TestNode): string {
  if (generic === null) return '';
  const { name: testName, namespace } = generic.metadata;
  const macro = namespace === null ? `test_${testName}` : `${namespace}.test_${testName}`;
  const isShort = config.alias !== null && config.alias !== name;
  const alias = isShort ? `{{ config(alias=${printArgument(config.alias)}) }}` : '';
  return `{{ ${macro}(**_dbt_generic_test_kwargs) }}${alias}`;
}

/** The key of the YAML file that the test stands under. */
function toFileKeyName(attached: string, { graph, disabled }: ManifestInput): string | null {
  const node = graph.nodes.get(attached) ?? disabled.find(({ uniqueId }) => uniqueId === attached);
  if (node === undefined) return null;
  return node.resourceType === 'source'
    ? `sources.${node.sourceName}`
    : `${node.resourceType}s.${node.name}`;
}

/** As what failing rows are kept of a test that says that none are; `null` if it says nothing. */
function toKept({ store_failures: isKept, store_failures_as: as }: NodeConfig['extra']): JsonValue {
  return as ?? (isKept === false ? 'ephemeral' : null);
}

/** dbt has no keys of tests for how something is built. */
function toTestConfig(node: TestNode): Json {
  const { judgement, severity, config } = node;
  const { extra, enabled, materialized, schema, database, alias, tags, meta } = config;
  return {
    ...silentTest,
    ...extra,
    enabled,
    materialized,
    database,
    alias,
    tags,
    meta,
    // dbt's default is in capitals, and what is written stays as it is.
    severity: extra['severity'] ?? (severity === 'error' ? 'ERROR' : severity),
    schema: schema ?? 'dbt_test__audit',
    store_failures: judgement?.store ? true : (extra['store_failures'] ?? null),
    store_failures_as: judgement?.store?.as ?? toKept(extra),
  };
}

/** Returns a data test as dbt's manifest has it. */
export function toDataTest(node: TestNode & SqlNode, input: ManifestInput): Json {
  const { generic, judgement, config } = node;
  const { project, graph } = input;
  const attached = generic && graph.nodes.get(generic.attachedNode);
  return {
    ...toSqlNode(node, input),
    path: generic
      ? `${config.alias ?? node.name}.sql`
      : relativeTo(foldersOf(project, 'tests'), node.path),
    database: judgement?.store?.relation.database ?? project.target.database,
    schema:
      judgement?.store?.relation.schema ??
      node.schemaName ??
      `${project.target.schema}_${config.schema ?? 'dbt_test__audit'}`,
    relation_name: judgement?.store ? input.renderRelation(judgement.store.relation) : null,
    config: toTestConfig(node),
    columns: {},
    ...(generic && {
      raw_code: toCall(node),
      checksum: { name: 'none', checksum: '' },
      column_name: generic.columnName,
      file_key_name: toFileKeyName(generic.attachedNode, input),
      // As in dbt, a test of a source is attached to none.
      attached_node: attached?.resourceType === 'source' ? null : generic.attachedNode,
      test_metadata: generic.metadata,
    }),
  };
}
