import { normaliseHooks } from '../../core/hook.js';
import { isMapping } from '../../core/is-mapping.js';
import { isSqlNode, type JsonValue, type ParsedNode } from '../../core/node.js';
import type { ConfigEntries } from '../../core/node-config.js';
import type { PreviousNode } from '../../core/previous-state.js';
import { isEqual } from './is-equal.js';

/** Keys whose differences are those of the relation, or that change nothing that is built; dbt leaves them out, too. */
const keysApart: ReadonlySet<string> = new Set([
  'alias',
  'schema',
  'database',
  'identifier',
  'tags',
  'group',
]);

/** Returns a value without what says nothing: `null`, and mappings and lists of nothing else; `undefined` for none. */
function withoutSilence(value: JsonValue | undefined): JsonValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value;
    return items.length === 0 ? undefined : items.map((each) => withoutSilence(each) ?? null);
  }
  if (!isMapping(value)) return value;
  const entries = Object.entries(value).flatMap(([key, each]) => {
    const said = withoutSilence(each);
    return said === undefined ? [] : [[key, said] as const];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** Manifests have hooks and keys as a text, or as a list of one. */
function toOneForm(key: string, value: JsonValue | undefined): JsonValue | undefined {
  const hooks = key === 'pre-hook' || key === 'post-hook';
  if (hooks && value !== undefined) return withoutSilence(withoutIndex(normaliseHooks(value)));
  if (key === 'unique_key' && typeof value === 'string') return [value];
  return withoutSilence(value);
}

function withoutIndex(hooks: JsonValue): JsonValue {
  return (hooks as readonly JsonValue[]).map((hook) =>
    isMapping(hook) ? { sql: hook['sql'] ?? null, transaction: hook['transaction'] ?? true } : hook,
  );
}

/**
 * Whether values are the same as they are written, or, where dbt wrote the earlier one, as they are rendered: dbt keeps
 * what a `config()` call evaluated to.
 */
function isSame(
  now: JsonValue | undefined,
  then: JsonValue | undefined,
  rendered: JsonValue | undefined,
): boolean {
  if (isEqual(now, then) || (rendered !== undefined && isEqual(rendered, then))) return true;
  if (!isMapping(now) || !isMapping(then) || !isMapping(rendered)) return false;
  return [...new Set([...Object.keys(now), ...Object.keys(then)])].every((key) =>
    isSame(now[key], then[key], rendered[key]),
  );
}

/** dbt notes the `meta` of the last place that speaks of it, and not those of folders, with which it is merged. */
function isPart(then: JsonValue | undefined, rendered: JsonValue | undefined): boolean {
  if (!isMapping(then) || !isMapping(rendered)) return false;
  return Object.entries(then).every(([key, value]) => isEqual(value, rendered[key]));
}

function renderedConfig(node: ParsedNode): ConfigEntries {
  if (!isSqlNode(node)) return {};
  const { extra, ...common } = node.config;
  return { ...extra, ...common };
}

/**
 * Whether a node is configured otherwise than it was, as far as that changes what is built. `isForeign` says that dbt wrote
 * the earlier manifest.
 */
export function configDiffers(
  node: ParsedNode,
  earlier: PreviousNode,
  { isForeign }: { readonly isForeign: boolean },
): boolean {
  const rendered = isForeign ? renderedConfig(node) : {};
  const [now, then] = [node.unrenderedConfig, earlier.unrenderedConfig];
  const keys = new Set([...Object.keys(now), ...Object.keys(then)]);
  return [...keys].some(
    (key) =>
      !keysApart.has(key) &&
      !isSame(toOneForm(key, now[key]), toOneForm(key, then[key]), toOneForm(key, rendered[key])) &&
      !(key === 'meta' && isPart(then[key], rendered[key])),
  );
}
