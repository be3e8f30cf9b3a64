import type { ConfigIssue } from './config-issue.js';
import { normaliseHooks } from './hook.js';
import type { JsonValue, NodeConfig } from './node.js';
import { isMapping } from './is-mapping.js';

/** Configuration entries under their dbt names, as one place gives them: a folder, a YAML entry, a `config()` call. */
export type ConfigEntries = Readonly<Record<string, JsonValue>>;

/** What validation makes of configuration entries. */
export interface ValidatedConfig {
  /** The valid entries, normalised: `tags` and `unique_key` are lists. */
  readonly config: ConfigEntries;
  readonly issues: readonly ConfigIssue[];
}

function toTexts(value: JsonValue | undefined): readonly string[] {
  const list: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'string');
}

/** What is not rendered yet is not in one form yet. */
function toHooks(value: JsonValue | undefined): readonly JsonValue[] {
  return value === undefined ? [] : (normaliseHooks(value) as readonly JsonValue[]);
}

function toText(value: JsonValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

/**
 * Returns one set of entries from several levels, the least specific first. dbt's rule: `tags` accumulate (each once, in
 * order), `meta` merges key by key, hooks add up, any other key of a later level replaces the earlier one.
 * Source: https://docs.getdbt.com/reference/define-configs#combining-configs
 */
export function mergeNodeConfig(levels: readonly ConfigEntries[]): ConfigEntries {
  const merged: Record<string, JsonValue> = {};
  for (const level of levels) {
    for (const [key, value] of Object.entries(level)) {
      const earlier = merged[key];
      if (key === 'pre-hook' || key === 'post-hook') {
        merged[key] = [...toHooks(earlier), ...toHooks(value)];
      } else if (key === 'tags')
        merged[key] = [...new Set([...toTexts(earlier), ...toTexts(value)])];
      else if (key === 'meta' && isMapping(earlier) && isMapping(value)) {
        merged[key] = { ...earlier, ...value };
      } else merged[key] = value;
    }
  }
  return merged;
}

/** Returns the configuration of a node from merged, valid entries; `defaults` stand where an entry is missing or null. */
export function toNodeConfig(
  entries: ConfigEntries,
  defaults: { readonly materialized: string },
): NodeConfig {
  const {
    enabled,
    materialized,
    schema,
    database,
    alias,
    tags,
    meta,
    full_refresh,
    unique_key,
    incremental_strategy,
    location,
    format,
    ...extra
  } = entries;
  return {
    enabled: typeof enabled === 'boolean' ? enabled : true,
    materialized: toText(materialized) ?? defaults.materialized,
    schema: toText(schema),
    database: toText(database),
    alias: toText(alias),
    tags: toTexts(tags),
    meta: isMapping(meta) ? meta : {},
    full_refresh: typeof full_refresh === 'boolean' ? full_refresh : null,
    unique_key: toTexts(unique_key),
    incremental_strategy: toText(incremental_strategy),
    location: toText(location),
    format: toText(format),
    extra,
  };
}
