import { hookKey, normaliseHooks } from '../core/hook.js';
import type { JsonValue } from '../core/node.js';
import type { ConfigEntries, ValidatedConfig } from '../core/node-config.js';
import { convertTexts } from './convert-texts.js';
import { nodeConfigSchemas, type ConfiguredResource } from './node-config-schema.js';
import { passUnknownKey } from './pass-unknown-keys.js';
import { validateValue } from './validate-value.js';
import type { ValuePath } from './yaml-document.js';

/** Whose configuration is validated, and what is known of its origin. */
export interface NodeConfigOptions {
  readonly resource: ConfiguredResource;
  /** Keys that a materialization or adapter defines for itself; their values are validated there. */
  readonly extraKeys?: readonly string[];
  /** Keys that nobody knows stay, with a warning: in dbt's form they are what `config.get()` reads. */
  readonly passesUnknownKeys?: boolean;
  /** For entries from YAML: which texts may stand for the boolean or number that is expected. */
  readonly convertible?: (path: ValuePath) => boolean;
  /** For entries from YAML: which values must not be shown in messages. */
  readonly hidden?: (path: ValuePath) => boolean;
}

function toList(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value as readonly JsonValue[];
  return value === null ? [] : [value];
}

/** Keys that hold one text or a list of texts. */
const lists: readonly string[] = ['tags', 'unique_key'];
/** The same, but no value is not the same as an empty list. */
const listsOrNone: readonly string[] = [
  'merge_update_columns',
  'merge_exclude_columns',
  'incremental_predicates',
  'predicates',
];
/** A list, or one text that stands for itself. */
const words: Readonly<Record<string, string>> = { check_cols: 'all' };

/** One way of writing for what has several: lists where one text will do, lower case for `severity`. */
function normalise(key: string, value: JsonValue): JsonValue {
  if (lists.includes(key) || (listsOrNone.includes(key) && value !== null)) return toList(value);
  if (Object.hasOwn(words, key) && value !== null && value !== words[key]) return toList(value);
  if (key === 'severity' && typeof value === 'string') return value.toLowerCase();
  return value;
}

/**
 * Validates configuration entries of one place: a `config()` call, a `config:` mapping, the settings of a folder. Returns
 * the entries that are valid, normalised, and all issues; issue paths start at the entry's key.
 */
export function validateNodeConfig(
  raw: ConfigEntries,
  options: NodeConfigOptions,
): ValidatedConfig {
  const { resource, extraKeys = [], convertible, hidden, passesUnknownKeys } = options;
  // No key is required, and most places have none.
  if (Object.keys(raw).length === 0) return { config: {}, issues: [] };
  const schema = nodeConfigSchemas[resource];
  // A key of the resource's own is checked here, whatever an adapter calls by the same name for another.
  const isOwn = (key: string): boolean =>
    Object.hasOwn(schema.shape, key) || !extraKeys.includes(key);
  const own = Object.fromEntries(
    Object.entries(raw)
      .filter(([key]) => isOwn(key))
      // In a project of dbt's an empty text is no key, as there.
      .filter(([key, value]) => !(passesUnknownKeys && key === 'unique_key' && value === ''))
      .map(([key, value]) => [key, key === 'severity' ? normalise(key, value) : value]),
  );
  const entries = convertible ? (convertTexts(schema, own, convertible) as ConfigEntries) : own;
  const found = validateValue(schema, entries, { extraKeys, ...(hidden && { hidden }) });
  const issues = passesUnknownKeys === true ? found.map(passUnknownKey) : found;
  const invalid = new Set(
    issues.filter(({ kind }) => kind !== 'unused').map((issue) => issue.path[0]),
  );
  const config: Record<string, JsonValue> = {};
  for (const key of Object.keys(raw)) {
    const value = Object.hasOwn(entries, key) ? entries[key] : raw[key];
    if (value === undefined || invalid.has(key)) continue;
    if (key === 'unique_key' && value === '') continue;
    const hooks = hookKey(key);
    if (hooks === undefined) config[key] = normalise(key, value);
    else config[hooks] = normaliseHooks(value);
  }
  return { config, issues };
}
