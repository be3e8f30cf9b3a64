import type { Adapter } from '../core/adapter.js';
import type { EventSink } from '../core/event.js';
import type { SqlNode, UniqueId } from '../core/node.js';
import { hookTitle, type HookResult, type RunHook } from '../core/hook.js';
import type { Plan, PlannedNode } from '../core/plan.js';
import type { NodeResult, RunResults } from '../core/run-results.js';
import type { Result } from '../core/result.js';
import { executeHooks, skippedHook } from './execute-hooks.js';
import { executeNode, type BorrowedThread } from './execute-node.js';
import { gatingTests, isFailure, unrunResult } from './node-results.js';
import { createSchedule, type ExpectedMs } from './schedule.js';

/** How a plan is carried out. */
export interface ExecuteOptions {
  /** How many nodes run at once, at least 1; the adapter may allow fewer. */
  readonly threads: number;
  /** Stop at the first failure: cancel what runs, start nothing more. */
  readonly failFast: boolean;
  /** Cancels the run: what runs is stopped and rolled back, the rest is not started. */
  readonly signal: AbortSignal;
  readonly sink: EventSink;
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
  function finish(result: NodeResult): void {
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
  const freeThreads = Array.from(
    { length: threads },
    (_, index) => `Thread-${index + 1}`,
  ).reverse();

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

  // A thread that is given back while no node ends wakes the loop.
  let wake = (): void => undefined;
  const borrowThread = (): BorrowedThread | undefined => {
    const id = freeThreads.pop();
    return id === undefined
      ? undefined
      : {
          id,
          giveBack: () => {
            freeThreads.push(id);
            wake();
          },
        };
  };

  async function runNode(planned: PlannedNode, threadId: string): Promise<void> {
    const isUnitTest = planned.node.resourceType === 'test' && planned.node.unit !== undefined;
    try {
      await executeNode(planned, isUnitTest ? (options.embedded ?? adapter) : adapter, {
        signal: stop.signal,
        threadId,
        ...(adapter.capabilities.concurrentQueries === true && { borrowThread }),
        now: () => options.now(),
        start,
        finish,
      });
    } catch (error) {
      bugs.push(error);
      stop.abort();
    }
    freeThreads.push(threadId);
    followUp(planned);
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
    while (freeThreads.length > 0 && !stop.signal.aborted) {
      const planned = schedule.take();
      if (planned === undefined) break;
      const work = runNode(planned, freeThreads.pop() ?? 'Thread-1').then(() => {
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

function isUnrun({ status }: NodeResult): boolean {
  return status === 'skipped' || status === 'cancelled';
}

/** The reason names the node that failed, also when the skip is handed down. */
function skipReason(blocker: NodeResult): string {
  if (blocker.status === 'skipped') return blocker.message;
  return `${blocker.node.resourceType} '${blocker.node.name}' failed`;
}
