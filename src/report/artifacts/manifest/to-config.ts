import { isMapping } from '../../../core/is-mapping.js';
import type { JsonValue, NodeConfig, SqlNode } from '../../../core/node.js';
import { silentBuilt, silentContract, silentDocs } from '../../../core/silent-config.js';
import { flattenConfig } from '../../flatten-config.js';
import type { Json } from './manifest-input.js';

/** What dbt writes of the configuration of what says nothing: a hook around runs. */
export const silentConfig = {
  enabled: true,
  alias: null,
  schema: null,
  database: null,
  tags: [],
  meta: {},
  group: null,
  materialized: 'view',
  incremental_strategy: null,
  ...silentBuilt,
  'post-hook': [],
  'pre-hook': [],
  full_refresh: null,
  unique_key: null,
  docs: silentDocs,
  contract: silentContract,
} as const;

/** Returns one key as its text, several as a list, none as null: dbt keeps what is written, which is mostly that. */
export function oneOrMany(values: readonly string[]): string | readonly string[] | null {
  if (values.length === 0) return null;
  return values.length === 1 ? (values[0] ?? null) : values;
}

function toHooks(value: JsonValue | undefined): readonly JsonValue[] {
  const hooks: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return hooks.map((hook) => (isMapping(hook) ? { ...hook, index: null } : hook));
}

/** Python's times: a date begins at midnight. */
function toTime(value: JsonValue | undefined): JsonValue {
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/u.test(value)
    ? `${value}T00:00:00`
    : (value ?? null);
}

function toMapping(value: JsonValue | undefined): Json {
  return isMapping(value) ? value : {};
}

/** Returns the docs of a node: whether documentation shows it, and in which colour. */
export function toDocs({ extra }: NodeConfig): Json {
  return { ...silentDocs, ...toMapping(extra['docs']) };
}

/**
 * Returns the configuration of a node as dbt's manifest has it: with dbt's defaults where nothing is said, which tools rely
 * on. Keys of a materialization or an engine stay as they are. Source: dbt-core 1.10.
 */
export function toConfig(node: SqlNode): Json {
  const { config } = node;
  const { extra } = config;
  const { location, format, ...flat } = flattenConfig(config);
  return {
    ...silentBuilt,
    ...flat,
    group: extra['group'] ?? null,
    begin: toTime(extra['begin']),
    unique_key: oneOrMany(config.unique_key),
    'pre-hook': toHooks(extra['pre-hook']),
    'post-hook': toHooks(extra['post-hook']),
    docs: toDocs(config),
    contract: { ...silentContract, ...toMapping(extra['contract']) },
    ...(location !== null && { location }),
    ...(format !== null && { format }),
    ...(node.resourceType === 'model' && {
      access: extra['access'] ?? 'protected',
      freshness: extra['freshness'] ?? null,
    }),
    // dbt has no materialization of that name.
    ...(node.resourceType === 'analysis' && { materialized: 'view' }),
  };
}

/**
 * Returns the configuration of a node as it is written, in dbt's way: a hook is a text, a list of one key is that key. dbt
 * compares the same with `--state`.
 */
export function toUnrenderedConfig(unrendered: Readonly<Record<string, JsonValue>>): Json {
  const toText = (hook: JsonValue): JsonValue =>
    isMapping(hook) && typeof hook['sql'] === 'string' && hook['transaction'] !== false
      ? hook['sql']
      : hook;
  return Object.fromEntries(
    Object.entries(unrendered).map(([key, value]) => {
      if (!Array.isArray(value)) return [key, value];
      const list: readonly JsonValue[] = value;
      const isHook = key === 'pre-hook' || key === 'post-hook';
      const values = isHook ? list.map(toText) : list;
      return [key, (isHook || key === 'unique_key') && values.length === 1 ? values[0] : values];
    }),
  );
}
