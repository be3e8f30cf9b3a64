import { once } from 'node:events';
import type { QueryExecution } from '@aws-sdk/client-athena';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiError, ApiResult } from './api-error.js';

/** Looks at all running queries of a process together. */
export interface QueryPoller {
  /** Returns a query when it has come to its end, good or bad. */
  wait(queryId: string, options?: CallOptions): Promise<ApiResult<QueryExecution>>;
}

/** How often to look; all in milliseconds. */
export interface PollingOptions {
  /** When a query is looked at first. */
  readonly firstLookMs?: number;
}

/** BatchGetQueryExecution takes that many ids (Athena API). */
const idsPerCall = 50;
const shortestMs = 50;
/** Looks come after a share of the time that a query has run, so that waiting adds half that share to it. */
const shareOfElapsed = 0.02;
const longestMs = 1000;
/** A query of more than a minute is in no hurry. */
const longAfterMs = 60_000;
const longestForLongMs = 2000;
/**
 * Between two calls that look at several queries: three of four that the account has, 20 a second. An end is seen half of
 * that later, for every statement on the longest way through the plan; where several runs share the quota, being throttled
 * slows them down.
 */
const betweenBatchesMs = 66;
/** A query comes along in a call for others when no more than this share of its own waiting is left. */
const shareLeft = 0.8;
/** A batch that left a query out that often is not asked for it again. */
const batchTries = 3;

interface Waiting {
  readonly queryId: string;
  readonly since: number;
  nextLookAt: number;
  looking: boolean;
  leftOut: number;
  settle(result: ApiResult<QueryExecution>): void;
  fail(bug: unknown): void;
}

const ends: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** Returns the poller that all statements of a client share. */
export function createQueryPoller(
  api: AwsApi,
  { firstLookMs = shortestMs }: PollingOptions = {},
): QueryPoller {
  const { timing } = api;
  const waiting = new Set<Waiting>();
  let stopLooking = new AbortController();
  let wake = new AbortController();
  let looping = false;
  let batches = true;
  let lastLookAt = -Infinity;

  function intervalMs(elapsedMs: number): number {
    const longest = elapsedMs > longAfterMs ? longestForLongMs : longestMs;
    const interval = Math.min(longest, Math.max(shortestMs, elapsedMs * shareOfElapsed));
    // Several runs of one account do not look in step.
    return interval * (0.9 + 0.2 * timing.random());
  }

  function lookLater(each: Waiting): void {
    const now = timing.now();
    each.looking = false;
    each.nextLookAt = now + intervalMs(now - each.since);
  }

  function forget(each: Waiting): void {
    waiting.delete(each);
    if (waiting.size > 0) return;
    // Nobody needs the answer to a call that is on its way.
    stopLooking.abort();
    stopLooking = new AbortController();
  }

  function settle(each: Waiting, result: ApiResult<QueryExecution>): void {
    if (!waiting.has(each)) return;
    forget(each);
    each.settle(result);
  }

  function see(each: Waiting, execution: QueryExecution): void {
    each.leftOut = 0;
    if (ends.has(execution.Status?.State ?? '')) settle(each, { ok: true, value: execution });
    else lookLater(each);
  }

  async function lookAtOne(each: Waiting, signal: AbortSignal): Promise<void> {
    const result = await api.call(
      { service: 'athena', operation: 'GetQueryExecution', subject: each.queryId },
      (client, http) => client.getQueryExecution({ QueryExecutionId: each.queryId }, http),
      { signal },
    );
    if (!result.ok) settle(each, result);
    else see(each, result.value.QueryExecution ?? {});
  }

  async function lookAtSeveral(several: readonly Waiting[], signal: AbortSignal): Promise<void> {
    const ids = several.map(({ queryId }) => queryId);
    const result = await api.call(
      {
        service: 'athena',
        operation: 'BatchGetQueryExecution',
        subject: `${ids.length} queries`,
      },
      (client, http) => client.batchGetQueryExecution({ QueryExecutionIds: ids }, http),
      { signal },
    );
    if (!result.ok) {
      failSeveral(several, result.error);
      return;
    }
    const seen = new Map(
      (result.value.QueryExecutions ?? []).map((each) => [each.QueryExecutionId, each]),
    );
    for (const each of several) {
      const execution = seen.get(each.queryId);
      if (execution !== undefined) {
        see(each, execution);
      } else {
        each.leftOut += 1;
        lookLater(each);
      }
    }
  }

  function failSeveral(several: readonly Waiting[], error: ApiError): void {
    // One id may spoil the call for all, or the permission be only that for single queries: they are asked for alone.
    const alone = error.kind === 'denied' || error.kind === 'refused';
    if (error.kind === 'denied') batches = false;
    for (const each of several) {
      if (alone) {
        each.leftOut = batchTries;
        lookLater(each);
      } else {
        settle(each, { ok: false, error });
      }
    }
  }

  /** Returns the queries to look at now: those that are due, and with them in one call those that soon would be. */
  function takeDue(now: number): readonly (readonly Waiting[])[] {
    const idle = [...waiting].filter((each) => !each.looking);
    if (!idle.some((each) => each.nextLookAt <= now)) return [];
    const together = idle.filter(
      (each) =>
        batches &&
        each.leftOut < batchTries &&
        each.nextLookAt - now <= intervalMs(now - each.since) * shareLeft,
    );
    const alone = idle.filter((each) => !together.includes(each) && each.nextLookAt <= now);
    const groups = Array.from({ length: Math.ceil(together.length / idsPerCall) }, (_, index) =>
      together.slice(index * idsPerCall, (index + 1) * idsPerCall),
    );
    return [...groups, ...alone.map((each) => [each])];
  }

  async function loop(): Promise<void> {
    looping = true;
    while (waiting.size > 0) {
      const now = timing.now();
      const idle = [...waiting].filter((each) => !each.looking);
      const spacing =
        waiting.size > 1 ? betweenBatchesMs * Math.ceil(waiting.size / idsPerCall) : 0;
      const dueAt = Math.min(...idle.map((each) => each.nextLookAt));
      const at = Math.max(dueAt, lastLookAt + spacing);
      if (at > now) {
        wake = new AbortController();
        // Where all are being looked at, the end of a look wakes the loop.
        await (idle.length === 0
          ? once(wake.signal, 'abort')
          : timing.sleep(at - now, wake.signal));
        continue;
      }
      lastLookAt = now;
      const { signal } = stopLooking;
      for (const group of takeDue(now)) {
        for (const each of group) each.looking = true;
        const [first] = group;
        const look =
          group.length === 1 && first !== undefined
            ? lookAtOne(first, signal)
            : lookAtSeveral(group, signal);
        void look
          .catch((bug: unknown) => {
            for (const each of group) {
              forget(each);
              each.fail(bug);
            }
          })
          .finally(() => wake.abort());
      }
    }
    looping = false;
  }

  return {
    wait: (queryId, { signal } = {}) =>
      new Promise((resolve, reject) => {
        const since = timing.now();
        const cancel = (): void => {
          settle(each, {
            ok: false,
            error: {
              service: 'athena',
              operation: 'GetQueryExecution',
              subject: queryId,
              kind: 'cancelled',
              code: 'Cancelled',
              message: 'the call was cancelled',
              mayHaveHappened: false,
              attempts: 0,
            },
          });
          wake.abort();
        };
        const each: Waiting = {
          queryId,
          since,
          nextLookAt: since + firstLookMs,
          looking: false,
          leftOut: 0,
          settle: (result) => {
            signal?.removeEventListener('abort', cancel);
            resolve(result);
          },
          fail: reject,
        };
        waiting.add(each);
        if (signal?.aborted === true) {
          cancel();
          return;
        }
        signal?.addEventListener('abort', cancel, { once: true });
        if (looping) wake.abort();
        else void loop();
      }),
  };
}
