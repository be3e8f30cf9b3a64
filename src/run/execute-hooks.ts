import type { Adapter } from '../core/adapter.js';
import type { EventSink } from '../core/event.js';
import { hookTitle, type HookResult, type RunHook } from '../core/hook.js';
import type { Relation } from '../core/relation.js';

/** What running the hooks around a run needs. */
export interface HookOptions {
  readonly signal: AbortSignal;
  readonly sink: EventSink;
  /** Schemas that must be there before the first hook. */
  readonly schemas: readonly Relation[];
  /** Milliseconds since 1970 UTC. */
  readonly now: () => number;
}

/** Returns the result of a hook that is not run. */
export function skippedHook(hook: RunHook, message: string): HookResult {
  return {
    hook,
    status: 'skipped',
    message,
    diagnostics: [],
    startedAt: null,
    completedAt: null,
    executionMs: 0,
    executedSql: [],
  };
}

/**
 * Runs hooks one after another, each in a session of its own; after one that fails the others are skipped. Every result is
 * told to `sink`.
 */
export async function executeHooks(
  hooks: readonly RunHook[],
  adapter: Adapter,
  options: HookOptions,
): Promise<readonly HookResult[]> {
  const results: HookResult[] = [];
  let schemas = options.schemas;
  for (const hook of hooks) {
    const failed = results.find(({ status }) => status === 'error');
    const result =
      failed === undefined
        ? await executeHook(hook, adapter, { ...options, schemas })
        : skippedHook(hook, `${hookTitle(failed.hook)} failed`);
    if (hook.statements.length > 0) schemas = [];
    results.push(result);
    options.sink({ kind: 'hook-finished', result, total: hooks.length });
  }
  return results;
}

function emptyHook(hook: RunHook, at: number): HookResult {
  const time = new Date(at).toISOString();
  return {
    hook,
    status: 'success',
    message: 'OK',
    diagnostics: [],
    startedAt: time,
    completedAt: time,
    executionMs: 0,
    executedSql: [],
  };
}

async function executeHook(
  hook: RunHook,
  adapter: Adapter,
  { signal, schemas, now }: HookOptions,
): Promise<HookResult> {
  const startedAt = now();
  const executedSql: string[] = [];
  if (hook.refused !== undefined) {
    const { message } = hook.refused;
    return { ...emptyHook(hook, startedAt), status: 'error', message, diagnostics: [hook.refused] };
  }
  // As in dbt, a hook that renders to nothing is told as one that went well.
  if (hook.statements.length === 0) return emptyHook(hook, startedAt);
  const session = await adapter.openSession({ uniqueId: hook.uniqueId });
  const end = (rest: Pick<HookResult, 'status' | 'message' | 'diagnostics'>): HookResult => {
    const completedAt = now();
    return {
      hook,
      ...rest,
      startedAt: new Date(startedAt).toISOString(),
      completedAt: new Date(completedAt).toISOString(),
      executionMs: completedAt - startedAt,
      executedSql,
    };
  };
  try {
    const steps = [
      ...schemas.map((relation) => ({ kind: 'create-schema', relation }) as const),
      { kind: 'hook', hook } as const,
    ];
    for (const step of steps) {
      const done = await session.execute(step, signal);
      if (done.ok) {
        if (step.kind === 'hook') executedSql.push(...done.value.executedSql);
        continue;
      }
      const { diagnostic, cancelled } = done.failure;
      if (cancelled) return end({ status: 'skipped', message: 'cancelled', diagnostics: [] });
      const message = `${hookTitle(hook)} failed: ${diagnostic.message}`;
      const located = { ...diagnostic, message, location: hook.location };
      return end({ status: 'error', message, diagnostics: [located] });
    }
    return end({ status: 'success', message: 'OK', diagnostics: [] });
  } finally {
    await session.close();
  }
}
