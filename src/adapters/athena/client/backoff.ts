import type { ApiErrorKind } from './api-error.js';

/** How calls of one kind of failure are repeated; times in milliseconds. */
interface Backoff {
  readonly baseMs: number;
  readonly longestMs: number;
  /** No further try begins this long after the first failure. */
  readonly totalMs: number;
}

/**
 * A query that waits for its turn waits as long as the run lives: the queries before it are work that goes on. All others
 * give up, so that a run ends with a reason.
 */
const backoffs: { readonly [K in ApiErrorKind]?: Backoff } = {
  throttled: { baseMs: 250, longestMs: 20_000, totalMs: 300_000 },
  concurrency: { baseMs: 500, longestMs: 2000, totalMs: Infinity },
  transient: { baseMs: 100, longestMs: 10_000, totalMs: 120_000 },
  unreachable: { baseMs: 200, longestMs: 10_000, totalMs: 120_000 },
};

/** Before a service has answered once, an address that nobody listens at is taken for a wrong one. */
const firstConnectionTries = 3;

/** What is known of a call that failed. */
export interface FailureSoFar {
  readonly kind: ApiErrorKind;
  /** How often it has failed, this time included. */
  readonly failures: number;
  /** Since its first failure. */
  readonly elapsedMs: number;
  /** The service has answered a call of this process. */
  readonly answeredBefore: boolean;
}

/**
 * Returns how long to wait before the same call is sent again, in milliseconds, or `undefined` if it is not to be.
 * Full jitter: any time up to a bound that doubles (Marc Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog).
 */
export function nextDelayMs(failure: FailureSoFar, random: () => number): number | undefined {
  const backoff = backoffs[failure.kind];
  if (backoff === undefined) return undefined;
  if (
    failure.kind === 'unreachable' &&
    !failure.answeredBefore &&
    failure.failures >= firstConnectionTries
  ) {
    return undefined;
  }
  const bound = Math.min(backoff.longestMs, backoff.baseMs * 2 ** (failure.failures - 1));
  const delay = Math.ceil(random() * bound);
  return failure.elapsedMs + delay > backoff.totalMs ? undefined : delay;
}
