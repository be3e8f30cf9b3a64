import { ownPathOf } from './own-path.js';
import type { ColumnProperties, JsonValue, NodeConfig, SqlNode, TestNode } from './node.js';
import { silentBuilt, silentContract, silentDocs, silentTest } from './silent-config.js';

type Values = Readonly<Record<string, JsonValue>>;

const silentNode: Values = {
  group: null,
  ...silentBuilt,
  'pre-hook': [],
  'post-hook': [],
  docs: silentDocs,
  contract: silentContract,
};

/** dbt's default is in capitals, and what is written stays as it is. */
function viewTest({ config: { extra, schema }, severity, judgement }: TestNode): Values {
  return {
    severity: extra['severity'] ?? (severity === 'error' ? 'ERROR' : severity),
    schema: schema ?? 'dbt_test__audit',
    ...(judgement?.store && { store_failures: true, store_failures_as: judgement.store.as }),
  };
}

/** One key is a text and several are a list, unless a list of one is what is written. */
function viewKey(keys: readonly string[], written: JsonValue | undefined): JsonValue {
  if (keys.length > 1 || (keys.length === 1 && Array.isArray(written))) return keys;
  return keys[0] ?? null;
}

/**
 * Returns a configuration as dbt's `config.get()` tells it: what nobody said has dbt's default, `null` mostly. `written` is
 * the same as it is written, by which one key and a list of one are told apart.
 */
export function viewConfig(
  { extra, ...common }: NodeConfig,
  { written, isBuilt }: { readonly written: Values; readonly isBuilt: boolean },
): Values {
  const { location, format, unique_key: keys, ...rest } = common;
  return {
    ...(isBuilt && silentNode),
    ...extra,
    ...rest,
    unique_key: viewKey(keys, written['unique_key']),
    ...(location !== null && { location }),
    ...(format !== null && { format }),
  };
}

/** Returns what templates read of the configuration of a node. */
export function configOf(node: SqlNode): Values {
  const { config, unrenderedConfig: written, resourceType } = node;
  const isBuilt = resourceType !== 'test' && resourceType !== 'analysis';
  return {
    ...(resourceType === 'test' && {
      ...silentTest,
      store_failures: null,
      store_failures_as: null,
    }),
    ...viewConfig(config, { written, isBuilt }),
    ...(resourceType === 'test' && viewTest(node)),
    ...(resourceType === 'model' && {
      access: config.extra['access'] ?? 'protected',
      freshness: config.extra['freshness'] ?? null,
    }),
  };
}

/** Returns values without those that are not there, as dbt's `model` has them. */
export function withoutNulls(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** Returns the path of a node's file below the folder of its kind, as dbt has it: `staging/orders.sql`. */
export function pathInResources({
  resourceType,
  path,
  fqn,
  isVersion = false,
}: Pick<SqlNode, 'resourceType' | 'path' | 'fqn'> & { readonly isVersion?: boolean }): string {
  const file = path.split('/').at(-1) ?? path;
  // A version, and the file of a snapshot's block, stand between the folders and the name.
  const names = isVersion || (resourceType === 'snapshot' && file.endsWith('.sql')) ? 2 : 1;
  return [...fqn.slice(1, -names), file].join('/');
}

/** Returns what YAML says of the columns of a node, by their names. */
function viewColumns(columns: readonly ColumnProperties[]): Values {
  return Object.fromEntries(
    columns.map(({ name, description, data_type: type, meta, tags, quote, constraints = [] }) => [
      name,
      {
        name,
        description,
        ...(type !== undefined && { data_type: type }),
        ...(quote !== undefined && { quote }),
        meta,
        tags,
        constraints: constraints.map(({ type: kind, name: own, expression }) =>
          withoutNulls({ type: kind, name: own ?? null, expression: expression ?? null }),
        ),
        config: { meta, tags },
      },
    ]),
  );
}

/** Returns what a template reads of its own node as `model`; as in dbt, what has no value is not there. */
export function viewNode(node: SqlNode): Values {
  const access = node.config.extra['access'] ?? 'protected';
  const view: Values = {
    name: node.name,
    unique_id: node.uniqueId,
    resource_type: node.resourceType,
    package_name: node.packageName,
    original_file_path: ownPathOf(node),
    fqn: node.fqn,
    tags: node.tags,
    config: withoutNulls(configOf(node)),
    path: pathInResources({ ...node, isVersion: node.resourceType === 'model' && !!node.version }),
    description: node.description,
    language: node.language,
    meta: node.config.meta,
    columns: viewColumns('columns' in node ? node.columns : []),
    patch_path: node.patchPath === null ? null : `${node.packageName}://${node.patchPath}`,
    refs: node.refs.map(({ name, package: from, version }) => ({
      name,
      package: from ?? null,
      version: version ?? null,
    })),
    sources: node.sources.map(({ source, table }) => [source, table]),
    checksum: { name: 'sha256', checksum: node.checksum },
    raw_code: node.rawSql,
    ...((node.resourceType === 'model' || node.resourceType === 'snapshot') && {
      database: node.relation.database,
      schema: node.relation.schema,
      alias: node.relation.identifier,
    }),
    ...(node.resourceType === 'model' && {
      access,
      version: node.version?.v ?? null,
      latest_version: node.version?.latest ?? null,
    }),
    group: node.config.extra['group'] ?? null,
  };
  return { ...withoutNulls(view), batch: null };
}
