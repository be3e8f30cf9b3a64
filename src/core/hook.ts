import type { Diagnostic, SourceLocation } from './diagnostic.js';
import type { JsonValue } from './node.js';
import { isMapping } from './is-mapping.js';

/** When the statements of a hook run; a header (`sql_header`) and those of an operation are run like hooks. */
export type HookTime =
  'pre-hook' | 'sql-header' | 'post-hook' | 'on-run-start' | 'on-run-end' | 'operation';

/** A hook of a node, as it is configured: SQL with Jinja. */
export interface NodeHook {
  readonly sql: string;
  /** dbt's flag. No hook runs inside of a node's transaction; it says which of them come first. */
  readonly transaction: boolean;
}

/** A hook of a node and its place in the configuration, counted from 1. */
export interface PlacedHook extends NodeHook {
  readonly position: number;
}

/** A hook whose statements are in the engine's dialect. */
export interface CompiledHook {
  readonly time: HookTime;
  /** Counts from 1 among the hooks of its time. */
  readonly position: number;
  /** Rendered, in the author's dialect. */
  readonly compiledSql: string;
  readonly statements: readonly string[];
}

/** A hook around a whole run. */
export interface RunHook extends CompiledHook {
  /** dbt's: `operation.<package>.<package>-on-run-start-0`. */
  readonly uniqueId: string;
  readonly location: SourceLocation;
  /** Why it is never run: it fails in its turn. */
  readonly refused?: Diagnostic;
}

/** How a hook around a run ended. */
export interface HookResult {
  readonly hook: RunHook;
  readonly status: 'success' | 'error' | 'skipped';
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
  /** ISO 8601, UTC; `null` for a hook that was not run. */
  readonly startedAt: string | null;
  readonly completedAt: string | null;
  readonly executionMs: number;
  readonly executedSql: readonly string[];
}

/** Returns how messages name a hook: `post-hook 2`; of headers a node has one: `sql_header`. */
export function hookTitle({ time, position }: Pick<CompiledHook, 'time' | 'position'>): string {
  return time === 'sql-header' ? 'sql_header' : `${time} ${position}`;
}

/** Returns the hooks that a node's configuration holds under a key, already in one form. */
export function readNodeHooks(value: JsonValue | undefined): readonly NodeHook[] {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : [];
  return list.flatMap((each) => {
    if (!isMapping(each) || typeof each['sql'] !== 'string') return [];
    return [{ sql: each['sql'], transaction: each['transaction'] !== false }];
  });
}

/**
 * Returns hooks in the order in which they run. As in dbt those that are to run outside of the transaction are the outer
 * ones: the first before a node is built, and the last after it.
 */
export function orderHooks(
  hooks: readonly NodeHook[],
  time: 'pre-hook' | 'post-hook',
): readonly PlacedHook[] {
  const placed = hooks.map((hook, index) => ({ ...hook, position: index + 1 }));
  const outer = placed.filter(({ transaction }) => !transaction);
  const inner = placed.filter(({ transaction }) => transaction);
  return time === 'pre-hook' ? [...outer, ...inner] : [...inner, ...outer];
}

/** Returns the mapping that a text holds as JSON, which is what dbt's `before_begin` and `after_commit` make. */
function readHookText(text: string): JsonValue {
  if (!text.trimStart().startsWith('{')) return text;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isMapping(value) && typeof value['sql'] === 'string' ? value : text;
  } catch {
    return text;
  }
}

/** Returns hooks in one form: a text, a mapping with `sql`, or a list of these becomes a list of mappings, as in dbt. */
export function normaliseHooks(value: JsonValue): JsonValue {
  const list: readonly JsonValue[] = Array.isArray(value) ? value : value === null ? [] : [value];
  return list
    .map((each) => (typeof each === 'string' ? readHookText(each) : each))
    .map((each) =>
      isMapping(each) ? { transaction: true, ...each } : { sql: each, transaction: true },
    );
}

/** The key of a node's configuration that a key of `config()` stands for: `pre_hook` is `pre-hook`. */
export function hookKey(key: string): 'pre-hook' | 'post-hook' | undefined {
  if (key === 'pre-hook' || key === 'pre_hook') return 'pre-hook';
  return key === 'post-hook' || key === 'post_hook' ? 'post-hook' : undefined;
}
