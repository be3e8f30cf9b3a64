import type { Adapter } from '../core/adapter.js';
import type { EventSink } from '../core/event.js';
import type { SqlNode, UniqueId } from '../core/node.js';
import { hookTitle, type HookResult, type RunHook } from '../core/hook.js';
import type { Plan, PlannedNode } from '../core/plan.js';
import type { NodeResult, RunResults } from '../core/run-results.js';
import type { Result } from '../core/result.js';
import { executeHooks, skippedHook } from './execute-hooks.js';
import { executeNode, type Opening } from './execute-node.js';
import { gatingTests, isFailure, unrunResult } from './node-results.js';
import { createSchedule, type ExpectedMs } from './schedule.js';
import { createThreadPool } from './thread-pool.js';

/** How a plan is carried out. */
export interface ExecuteOptions {
  /** How many nodes run at once, at least 1; the adapter may allow fewer. */
  readonly threads: number;
  /** Stop at the first failure: cancel what runs, start nothing more. */
  readonly failFast: boolean;
  /** Cancels the run: what runs is stopped and rolled back, the rest is not started. */
  readonly signal: AbortSignal;
  readonly sink: EventSink;
  /** Has the last word on how a node ended, before anything that depends on it is started. */
  readonly settle?: (result: NodeResult) => NodeResult;
  /** What the nodes took when they last ran, as far as it is known: it decides which of them starts first. */
  readonly expectedMs?: ExpectedMs;
  /** The engine that unit tests run on; the adapter without it. */
  readonly embedded?: Adapter;
  /** Returns the hooks after the run, which may speak of its results. */
  readonly endHooks?: (results: RunResults) => Result<readonly RunHook[]>;
  /** Milliseconds since 1970 UTC. */
  now(): number;
}

/**
 * Carries out a plan and returns how each node ended, in the order in which they ended. A node starts when everything it
 * depends on has succeeded; one whose dependency failed is skipped, and the rest goes on. Never throws for what an engine
 * refuses: that is a `NodeResult` with a diagnostic (`engine-error` and the adapter's own codes).
 */
export async function executePlan(
  plan: Plan,
  adapter: Adapter,
  options: ExecuteOptions,
): Promise<RunResults> {
  const startedAt = options.now();
  const threads = Math.max(1, Math.min(options.threads, adapter.threads));
  const total = plan.nodes.reduce((sum, node) => sum + 1 + gatingTests(node).length, 0);
  options.sink({ kind: 'run-started', nodeCount: total, threads });

  const stop = new AbortController();
  const onCancel = (): void => {
    options.sink({ kind: 'cancelling' });
    stop.abort();
  };
  if (options.signal.aborted) onCancel();
  else options.signal.addEventListener('abort', onCancel, { once: true });

  const started = await executeHooks(plan.hooks?.start ?? [], adapter, {
    ...options,
    signal: stop.signal,
    now: () => options.now(),
    schemas: plan.hooks?.schemas ?? [],
  });
  const startFailure = started.find(({ status }) => status === 'error');

  const results: NodeResult[] = [];
  const ended = new Map<UniqueId, NodeResult>();
  const indexes = new Map<UniqueId, number>();
  let firstFailure: NodeResult | undefined;

  function indexOf(node: SqlNode): number {
    const index = indexes.get(node.uniqueId) ?? indexes.size + 1;
    indexes.set(node.uniqueId, index);
    return index;
  }
  function start(node: SqlNode): void {
    options.sink({ kind: 'node-started', node, index: indexOf(node), total });
  }
  function finish(ending: NodeResult): void {
    const result = options.settle?.(ending) ?? ending;
    results.push(result);
    ended.set(result.uniqueId, result);
    options.sink({ kind: 'node-finished', result, index: indexOf(result.node), total });
    if (isFailure(result)) {
      firstFailure ??= result;
      if (options.failFast) stop.abort();
    }
  }
  /** Ends a node that is not run, and the tests that it would have run. */
  function passOver(planned: PlannedNode, status: 'skipped' | 'cancelled', reason: string): void {
    for (const test of gatingTests(planned)) {
      finish(unrunResult(test.node, status, reason, options.now()));
    }
    finish(unrunResult(planned.node, status, reason, options.now()));
  }

  const schedule = createSchedule(plan, { threads, expectedMs: options.expectedMs ?? new Map() });
  const running = new Set<Promise<void>>();
  /** What was thrown. The other nodes end in order before it is thrown again. */
  const bugs: unknown[] = [];
  // A thread that is given back while no node ends wakes the loop.
  let wake = (): void => undefined;
  const pool = createThreadPool(threads, () => wake());
  /** Nodes whose run is over, and what waits for others to be. */
  const over = new Set<UniqueId>();
  const waiting = new Set<{ readonly open: Set<UniqueId>; readonly proceed: () => void }>();
  /** How often a node has staged its rows: another writer may have come in between. */
  const stagings = new Map<UniqueId, number>();

  /** Lets go of what waited for a node that has ended, or passes over it. */
  function followUp({ uniqueId }: PlannedNode): void {
    const result = ended.get(uniqueId);
    if (result === undefined || !blocks(result)) {
      schedule.release(uniqueId);
    } else if (!stop.signal.aborted) {
      for (const blocked of schedule.takeBlocked(uniqueId)) {
        passOver(blocked, 'skipped', skipReason(result));
      }
    }
  }

  function noteStaged({ uniqueId }: PlannedNode): void {
    stagings.set(uniqueId, (stagings.get(uniqueId) ?? 0) + 1);
    schedule.noteStaged(uniqueId);
    wake();
  }

  /** Waits until nodes are over, and for a thread; the last of them leaves its own. `undefined` if the run is stopped. */
  function threadAfter(ids: readonly UniqueId[]): Promise<string | undefined> {
    const open = new Set(ids.filter((id) => !over.has(id)));
    if (open.size === 0) return pool.takeAgain(stop.signal);
    return new Promise((resolve) => {
      waiting.add({ open, proceed: () => resolve(pool.takeAgain(stop.signal)) });
    });
  }

  function noteOver({ uniqueId }: PlannedNode): void {
    over.add(uniqueId);
    for (const each of waiting) {
      each.open.delete(uniqueId);
      if (each.open.size > 0) continue;
      waiting.delete(each);
      each.proceed();
    }
  }

  /** Returns what a node that was staged ahead waits with, without a thread, until all that it depends on has ended. */
  function openingOf(planned: PlannedNode, thread: { id: string | undefined }) {
    const readStagings = (): string =>
      (planned.ahead?.reads ?? []).map((id) => stagings.get(id) ?? 0).join();
    const read = readStagings();
    return async (): Promise<Opening> => {
      if (thread.id !== undefined) pool.giveBack(thread.id);
      thread.id = undefined;
      thread.id = await threadAfter(planned.dependsOn);
      const blocker = planned.dependsOn
        .flatMap((id) => ended.get(id) ?? [])
        .find((result) => blocks(result));
      if (blocker !== undefined && !isCancelled(blocker)) {
        return { kind: 'blocked', reason: skipReason(blocker) };
      }
      if (thread.id === undefined) return { kind: 'cancelled' };
      return readStagings() === read ? { kind: 'open' } : { kind: 'outdated' };
    };
  }

  async function runNode(
    planned: PlannedNode,
    { threadId, ahead }: { readonly threadId: string; readonly ahead: boolean },
  ): Promise<void> {
    const thread: { id: string | undefined } = { id: threadId };
    const isUnitTest = planned.node.resourceType === 'test' && planned.node.unit !== undefined;
    try {
      await executeNode(planned, isUnitTest ? (options.embedded ?? adapter) : adapter, {
        signal: stop.signal,
        threadId: () => thread.id ?? threadId,
        ...(adapter.capabilities.concurrentQueries === true && {
          borrowThread: () => pool.borrow(),
        }),
        noteStaged: () => noteStaged(planned),
        ...(ahead && { waitForOpening: openingOf(planned, thread) }),
        now: () => options.now(),
        start,
        finish,
      });
    } catch (error) {
      bugs.push(error);
      stop.abort();
    }
    followUp(planned);
    noteOver(planned);
    if (thread.id !== undefined) pool.giveBack(thread.id);
  }

  if (startFailure !== undefined) {
    const reason = `${hookTitle(startFailure.hook)} failed`;
    for (const planned of schedule.takeRest()) passOver(planned, 'skipped', reason);
  }
  while (!schedule.isEmpty() || running.size > 0) {
    if (stop.signal.aborted) {
      const because = options.signal.aborted
        ? ({ status: 'cancelled', reason: 'the run was cancelled' } as const)
        : ({
            status: 'skipped',
            reason: `--fail-fast: ${firstFailure?.node.resourceType ?? 'node'} '${firstFailure?.node.name ?? ''}' failed`,
          } as const);
      await Promise.all(running);
      for (const planned of schedule.takeRest()) passOver(planned, because.status, because.reason);
      break;
    }
    while (pool.hasFree() && !stop.signal.aborted) {
      const planned = schedule.take();
      const next = planned ?? schedule.takeAhead();
      const threadId = next && pool.take();
      if (next === undefined || threadId === undefined) break;
      const work = runNode(next, { threadId, ahead: planned === undefined }).then(() => {
        running.delete(work);
      });
      running.add(work);
    }
    if (running.size > 0) {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([...running, woken]);
    }
  }

  options.signal.removeEventListener('abort', onCancel);
  if (bugs.length > 0) throw bugs[0];
  const nodeResults: RunResults = {
    results,
    startedAt: new Date(startedAt).toISOString(),
    elapsedMs: options.now() - startedAt,
    cancelled: options.signal.aborted,
  };
  const finished = await executeEndHooks(plan, adapter, { options, nodeResults });
  const hooks = [...started, ...finished];
  const runResults: RunResults = {
    ...nodeResults,
    elapsedMs: options.now() - startedAt,
    ...(hooks.length > 0 && { hooks }),
  };
  options.sink({ kind: 'run-finished', results: runResults });
  return runResults;
}

/** A run that was cancelled ends as soon as it can: its last hooks are passed over. */
async function executeEndHooks(
  plan: Plan,
  adapter: Adapter,
  { options, nodeResults }: { readonly options: ExecuteOptions; readonly nodeResults: RunResults },
): Promise<readonly HookResult[]> {
  const planned = plan.hooks?.end ?? [];
  if (options.endHooks === undefined) return [];
  if (options.signal.aborted) {
    return planned.map((hook) => skippedHook(hook, 'the run was cancelled'));
  }
  const compiled = options.endHooks(nodeResults);
  for (const diagnostic of compiled.diagnostics) options.sink({ kind: 'diagnostic', diagnostic });
  if (!compiled.ok) {
    return planned.map((hook) => ({
      ...skippedHook(hook, `${hookTitle(hook)} could not be compiled`),
      status: 'error',
    }));
  }
  return executeHooks(compiled.value, adapter, {
    ...options,
    now: () => options.now(),
    schemas: [],
  });
}

function blocks(result: NodeResult): boolean {
  return isFailure(result) || isUnrun(result);
}

function isCancelled({ status }: NodeResult): boolean {
  return status === 'cancelled';
}

function isUnrun({ status }: NodeResult): boolean {
  return status === 'skipped' || status === 'cancelled';
}

/** The reason names the node that failed, also when the skip is handed down. */
function skipReason(blocker: NodeResult): string {
  if (blocker.status === 'skipped') return blocker.message;
  return `${blocker.node.resourceType} '${blocker.node.name}' failed`;
}
