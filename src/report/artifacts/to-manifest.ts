import type { CompiledNode } from '../../core/compiled-node.js';
import type { Constraint } from '../../core/contract.js';
import type { Graph } from '../../core/graph.js';
import type { DocBlock, Group } from '../../core/governance.js';
import { isMapping } from '../../core/is-mapping.js';
import { groupOf } from '../../core/node-group.js';
import {
  isSqlNode,
  type ColumnProperties,
  type JsonValue,
  type MacroNode,
  type ModelNode,
  type ParsedNode,
  type SeedNode,
  type SnapshotNode,
  type SourceNode,
  type SqlNode,
  type UniqueId,
} from '../../core/node.js';
import type { Project } from '../../core/project.js';
import type { Relation } from '../../core/relation.js';
import { flattenConfig } from '../flatten-config.js';
import { compiledPath } from './artifact-paths.js';
import {
  accessOf,
  toArguments,
  toDoc,
  toExposure,
  toFreshness,
  toGroup,
  toGroupMap,
} from './to-governance.js';
import { toUnitTest } from './to-unit-test.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** What a manifest is made of. */
export interface ManifestInput {
  readonly project: Pick<Project, 'name' | 'target' | 'targetPath' | 'paths' | 'vars'>;
  readonly graph: Graph;
  readonly macros: readonly MacroNode[];
  readonly disabled: readonly ParsedNode[];
  /** The blocks of text of the project's Markdown files. */
  readonly docs?: readonly DocBlock[];
  readonly groups?: readonly Group[];
  /** The nodes that this invocation compiled. */
  readonly compiled: ReadonlyMap<UniqueId, CompiledNode>;
  /** Prints a relation in the author's dialect. */
  readonly renderRelation: (relation: Relation) => string;
  readonly invocation: InvocationMetadata;
}

type Json = Readonly<Record<string, unknown>>;

function toObject(value: JsonValue | undefined): Json {
  return isMapping(value) ? value : {};
}

/** Where a manifest keeps the project's variables, as JSON: a place that dbt's schema leaves to tools. */
export const varsKey = 'stedi_sql_vars';

/** Returns a path relative to the folder of `folders` that holds it, as dbt's `path` is. */
function relativeTo(folders: readonly string[], path: string): string {
  const folder = folders.find((each) => path.startsWith(`${each}/`));
  return folder === undefined ? path : path.slice(folder.length + 1);
}

function toColumns(columns: readonly ColumnProperties[]): Json {
  return Object.fromEntries(
    columns.map(
      ({ name, description, data_type, tags, meta, constraints = [], quote, docBlocks }) => [
        name,
        {
          name,
          description,
          data_type: data_type ?? null,
          meta,
          tags,
          constraints: constraints.map((each) => toConstraint(each)),
          quote: quote ?? null,
          config: { meta, tags },
          doc_blocks: docBlocks ?? [],
        },
      ],
    ),
  );
}

/** A constraint under dbt's keys; those of a model name their columns. */
function toConstraint(constraint: Constraint, { ofModel = false } = {}): Json {
  const { type, name, expression, to, to_columns, columns } = constraint;
  return {
    type,
    name: name ?? null,
    expression: expression ?? null,
    warn_unenforced: constraint.warn_unenforced,
    warn_unsupported: constraint.warn_unsupported,
    to: to ?? null,
    to_columns,
    ...(ofModel && { columns }),
  };
}

/** What dbt writes of a model's contract and constraints. */
function toContract({ contract, constraints = [] }: ModelNode): Json {
  return {
    contract: {
      enforced: contract !== undefined,
      alias_types: contract?.aliasTypes ?? true,
      checksum: contract?.checksum ?? null,
    },
    constraints: constraints.map((each) => toConstraint(each, { ofModel: true })),
  };
}

function toPatchPath(node: ParsedNode | MacroNode): string | null {
  return node.patchPath === null ? null : `${node.packageName}://${node.patchPath}`;
}

/** Returns what dbt writes of every node with SQL. */
function toSqlNode(node: SqlNode, input: ManifestInput): Json {
  const { project, graph, compiled, invocation } = input;
  const result = compiled.get(node.uniqueId);
  return {
    name: node.name,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    alias: node.config.alias ?? node.name,
    checksum: { name: 'sha256', checksum: node.checksum },
    tags: node.tags,
    description: node.description,
    meta: node.config.meta,
    docs: { show: true, node_color: null, ...toObject(node.config.extra['docs']) },
    group: groupOf(node, graph.nodes),
    doc_blocks: node.docBlocks ?? [],
    patch_path: toPatchPath(node),
    unrendered_config: node.unrenderedConfig,
    created_at: Date.parse(invocation.startedAt) / 1000,
    raw_code: node.rawSql,
    language: node.language,
    refs: node.refs.map((ref) => ({
      name: ref.name,
      package: ref.package ?? null,
      version: ref.version ?? null,
    })),
    sources: node.sources.map(({ source, table }) => [source, table]),
    depends_on: { macros: node.macros, nodes: graph.parents.get(node.uniqueId) ?? [] },
    compiled: result !== undefined,
    compiled_code: result?.compiledSql ?? null,
    // An external table has no SQL, and no file for it.
    compiled_path:
      result === undefined || result.compiledSql.trim() === '' ? null : compiledPath(project, node),
  };
}

/** A seed has no query: dbt's schema allows none of a query's keys. */
function withoutQuery(entry: Readonly<Record<string, unknown>>): Json {
  const query = ['language', 'refs', 'sources', 'compiled', 'compiled_code', 'compiled_path'];
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !query.includes(key)));
}

/** dbt writes the keys of seeds that are silent, too. */
function toSeedConfig({ config }: SeedNode): Json {
  return { delimiter: ',', quote_columns: null, column_types: {}, ...flattenConfig(config) };
}

/** dbt writes the configuration of snapshots under its own names, and the names of the columns in full. */
function toSnapshot(node: SnapshotNode, input: ManifestInput): Json {
  const { relation, rules, config } = node;
  const { columns } = rules;
  const { check_cols: checkColumns = null, ...own } = flattenConfig(config);
  return {
    ...toSqlNode(node, input),
    raw_code: node.rawSql.trim(),
    path: relativeTo(input.project.paths.snapshots, node.path),
    database: relation.database,
    schema: relation.schema,
    alias: relation.identifier,
    relation_name: input.renderRelation(relation),
    config: {
      ...own,
      strategy: rules.strategy,
      unique_key:
        config.unique_key.length === 1 ? (config.unique_key[0] ?? null) : config.unique_key,
      target_schema: config.extra['target_schema'] ?? null,
      target_database: config.extra['target_database'] ?? null,
      updated_at: rules.updatedAt,
      check_cols: checkColumns,
      hard_deletes: rules.hardDeletes,
      dbt_valid_to_current: rules.validToCurrent,
      snapshot_meta_column_names: {
        dbt_valid_to: columns.validTo,
        dbt_valid_from: columns.validFrom,
        dbt_scd_id: columns.scdId,
        dbt_updated_at: columns.updatedAt,
        dbt_is_deleted: columns.isDeleted,
      },
    },
    columns: toColumns(node.columns),
  };
}

function toNode(node: SqlNode, input: ManifestInput): Json {
  const { project } = input;
  if (node.resourceType === 'model') {
    const { relation, config } = node;
    return {
      ...toSqlNode(node, input),
      path: relativeTo(project.paths.models, node.path),
      database: relation.database,
      schema: relation.schema,
      alias: relation.identifier,
      relation_name: config.materialized === 'ephemeral' ? null : input.renderRelation(relation),
      config: flattenConfig(config),
      columns: toColumns(node.columns),
      ...toContract(node),
      access: accessOf(node),
      version: node.version?.v ?? null,
      latest_version: node.version?.latest ?? null,
      deprecation_date: node.deprecationDate ?? null,
    };
  }
  if (node.resourceType === 'seed') {
    const { relation } = node;
    return {
      ...withoutQuery(toSqlNode(node, input)),
      path: relativeTo(project.paths.seeds, node.path),
      database: relation.database,
      schema: relation.schema,
      alias: relation.identifier,
      relation_name: input.renderRelation(relation),
      config: toSeedConfig(node),
      columns: toColumns(node.columns),
      // The manifest holds no path of this machine; dbt takes null as well.
      root_path: null,
      depends_on: { macros: [] },
    };
  }
  if (node.resourceType === 'snapshot') return toSnapshot(node, input);
  if (node.resourceType === 'analysis') {
    const { project: where } = input;
    return {
      ...toSqlNode(node, input),
      path: `analysis/${relativeTo(where.paths.analyses ?? [], node.path)}`,
      database: where.target.database,
      schema: where.target.schema,
      relation_name: null,
      config: flattenConfig(node.config),
      columns: toColumns(node.columns),
    };
  }
  const { generic, judgement } = node;
  return {
    ...toSqlNode(node, input),
    path: generic ? `${node.name}.sql` : relativeTo(project.paths.tests, node.path),
    database: judgement?.store?.relation.database ?? project.target.database,
    schema: `${project.target.schema}_${node.config.schema ?? 'dbt_test__audit'}`,
    relation_name: judgement?.store ? input.renderRelation(judgement.store.relation) : null,
    config: {
      fail_calc: 'count(*)',
      warn_if: '!= 0',
      error_if: '!= 0',
      limit: null,
      where: null,
      ...flattenConfig(node.config),
      severity: node.severity,
      schema: node.config.schema ?? 'dbt_test__audit',
      store_failures: judgement?.store ? true : null,
      store_failures_as: judgement?.store?.as ?? null,
    },
    columns: {},
    ...(generic && {
      column_name: generic.columnName,
      file_key_name: null,
      attached_node: generic.attachedNode,
      test_metadata: generic.metadata,
    }),
  };
}

function toSource(node: SourceNode, input: ManifestInput): Json {
  const { relation, details } = node;
  const loaded = {
    loaded_at_field: details?.loadedAtField ?? null,
    loaded_at_query: details?.loadedAtQuery ?? null,
    freshness: toFreshness(details?.freshness),
  };
  return {
    database: relation.database,
    schema: relation.schema,
    name: node.name,
    resource_type: 'source',
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    fqn: node.fqn,
    source_name: node.sourceName,
    source_description: details?.sourceDescription ?? '',
    loader: details?.loader ?? '',
    ...loaded,
    quoting: { database: null, schema: null, identifier: null, column: null },
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
    patch_path: toPatchPath(node),
    relation_name: input.renderRelation(relation),
    unrendered_config: withoutRelation(node.unrenderedConfig),
    unrendered_database: node.unrenderedConfig['database'] ?? null,
    unrendered_schema: node.unrenderedConfig['schema'] ?? null,
    created_at: Date.parse(input.invocation.startedAt) / 1000,
  };
}

/** The names of the relation have keys of their own. */
function withoutRelation(config: Readonly<Record<string, unknown>>): Json {
  const names = ['schema', 'identifier', 'database'];
  return Object.fromEntries(Object.entries(config).filter(([key]) => !names.includes(key)));
}

function toMacro(node: MacroNode, input: ManifestInput): Json {
  return {
    name: node.name,
    resource_type: 'macro',
    package_name: node.packageName,
    path: node.path,
    original_file_path: node.path,
    unique_id: node.uniqueId,
    macro_sql: node.macroSql,
    depends_on: { macros: [] },
    description: node.described?.description ?? node.description,
    meta: node.described?.meta ?? {},
    docs: { show: true, node_color: null, ...node.described?.docs },
    patch_path:
      node.described === undefined
        ? toPatchPath(node)
        : `${node.packageName}://${node.described.patchPath}`,
    arguments: toArguments(node),
    created_at: Date.parse(input.invocation.startedAt) / 1000,
  };
}

function isUnitTest(node: ParsedNode): boolean {
  return node.resourceType === 'test' && node.unit !== undefined;
}

/** Returns what the manifest says of a node. */
export function toManifestEntry(node: ParsedNode, input: ManifestInput): Json {
  if (node.resourceType === 'test' && node.unit !== undefined) {
    return toUnitTest(node, node.unit, {
      parents: input.graph.parents.get(node.uniqueId) ?? [],
      createdAt: Date.parse(input.invocation.startedAt) / 1000,
    });
  }
  if (node.resourceType === 'source') return toSource(node, input);
  return node.resourceType === 'exposure'
    ? toExposure(node, {
        parents: input.graph.parents.get(node.uniqueId) ?? [],
        createdAt: Date.parse(input.invocation.startedAt) / 1000,
      })
    : toNode(node, input);
}

/** Entries of the manifest that are made one at a time: all of them at once take several times the room of the project. */
export interface ManifestEntries {
  readonly ids: readonly string[];
  readonly toEntry: (id: string) => unknown;
}

/** The manifest by its keys, in order: a value, or entries that are still to be made. */
export type ManifestParts = readonly (
  | { readonly key: string; readonly value: unknown }
  | { readonly key: string; readonly entries: ManifestEntries }
)[];

/** Keys stand in order, so that equal projects give equal files; of two things with one, the later counts. */
function toEntries<T>(
  things: readonly T[],
  idOf: (thing: T) => string,
  toEntry: (thing: T) => unknown,
): ManifestEntries {
  const byId = new Map(things.map((thing) => [idOf(thing), thing]));
  return {
    ids: [...byId.keys()].sort(),
    toEntry: (id) => {
      const thing = byId.get(id);
      return thing === undefined ? undefined : toEntry(thing);
    },
  };
}

const idOf = ({ uniqueId }: { readonly uniqueId: string }): string => uniqueId;

/**
 * Returns the project as dbt's manifest, version 12, in parts. Holds no absolute path.
 * Source: https://schemas.getdbt.com/dbt/manifest/v12.json
 */
export function toManifestParts(input: ManifestInput): ManifestParts {
  const { project, graph, macros, disabled, groups = [], invocation } = input;
  const nodes = [...graph.nodes.values()];
  const of = <T extends ParsedNode>(is: (node: ParsedNode) => node is T) => nodes.filter(is);
  const neighbours =
    (map: Graph['parents']) =>
    ({ uniqueId }: ParsedNode) =>
      map.get(uniqueId) ?? [];
  const ofNode = (node: ParsedNode): Json => toManifestEntry(node, input);
  return [
    {
      key: 'metadata',
      value: {
        ...toMetadata('manifest/v12', invocation),
        env: { [varsKey]: JSON.stringify(project.vars) },
        project_name: project.name,
        adapter_type: project.target.type,
        user_id: null,
        send_anonymous_usage_stats: false,
      },
    },
    {
      key: 'nodes',
      entries: toEntries(
        of(isSqlNode).filter((node) => !isUnitTest(node)),
        idOf,
        ofNode,
      ),
    },
    {
      key: 'sources',
      entries: toEntries(
        nodes.filter((node) => node.resourceType === 'source'),
        idOf,
        ofNode,
      ),
    },
    { key: 'macros', entries: toEntries(macros, idOf, (macro) => toMacro(macro, input)) },
    { key: 'docs', entries: toEntries(input.docs ?? [], idOf, toDoc) },
    {
      key: 'exposures',
      entries: toEntries(
        nodes.filter((node) => node.resourceType === 'exposure'),
        idOf,
        ofNode,
      ),
    },
    { key: 'metrics', value: {} },
    { key: 'groups', entries: toEntries(groups, idOf, toGroup) },
    { key: 'selectors', value: {} },
    { key: 'disabled', entries: toEntries(disabled, idOf, (node) => [ofNode(node)]) },
    { key: 'parent_map', entries: toEntries(nodes, idOf, neighbours(graph.parents)) },
    { key: 'child_map', entries: toEntries(nodes, idOf, neighbours(graph.children)) },
    { key: 'group_map', value: toGroupMap(groups, nodes, graph.nodes) },
    { key: 'saved_queries', value: {} },
    { key: 'semantic_models', value: {} },
    { key: 'unit_tests', entries: toEntries(nodes.filter(isUnitTest), idOf, ofNode) },
    { key: 'functions', value: {} },
  ];
}

/** Returns the whole manifest of `toManifestParts`, ready to be written as JSON. */
export function toManifest(input: ManifestInput): Json {
  return Object.fromEntries(
    toManifestParts(input).map((part) => [
      part.key,
      'value' in part
        ? part.value
        : Object.fromEntries(part.entries.ids.map((id) => [id, part.entries.toEntry(id)])),
    ]),
  );
}

/**
 * Returns what templates see as `graph`: dbt's names of the same entries. A template must not depend on what compiling
 * finds out, nor on when it is compiled.
 */
export function toGraphView(input: ManifestInput): Readonly<Record<string, JsonValue>> {
  const manifest = toManifest(input);
  const names = ['nodes', 'sources', 'exposures', 'groups', 'metrics', 'semantic_models'];
  const apart = new Set(['created_at', 'compiled', 'compiled_code', 'compiled_path']);
  const withoutApart = (entries: unknown): JsonValue =>
    JSON.parse(
      JSON.stringify(entries, (key, value: unknown) => (apart.has(key) ? undefined : value)),
    ) as JsonValue;
  return {
    ...Object.fromEntries(names.map((name) => [name, withoutApart(manifest[name])])),
    saved_queries: {},
  };
}
