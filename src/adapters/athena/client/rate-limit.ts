import type { Timing } from './timing.js';

/** How many calls a second an operation stands, and how many at once after a pause. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Keeps the calls of a process below a service's quota. */
export interface RateLimiter {
  /** Resolves when a call may be sent; calls are let through in the order they came. Also resolves when stopped. */
  acquire(signal?: AbortSignal): Promise<void>;
  /** The service said that it is too much: others share the account's quota. Slows down. */
  slowDown(): void;
  /** The service answered: speeds up again, up to the rate that was given. */
  recover(): void;
}

/** The least share of the rate that throttling leaves, and what each throttled and each answered call changes. */
const leastShare = 0.1;
const slowDownFactor = 0.7;
const recoverStep = 0.02;

/**
 * Returns a token bucket. The quotas are the account's, not the process's: after a throttled call it fills more slowly,
 * and the tokens saved up are gone.
 */
export function createRateLimiter({ perSecond, burst }: Rate, timing: Timing): RateLimiter {
  let share = 1;
  let tokens = burst;
  let filledAt = timing.now();
  let last: Promise<void> = Promise.resolve();

  function fill(): void {
    const now = timing.now();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond * share);
    filledAt = now;
  }

  async function take(signal?: AbortSignal): Promise<void> {
    fill();
    while (tokens < 1) {
      if (signal?.aborted === true) return;
      await timing.sleep(Math.ceil(((1 - tokens) * 1000) / (perSecond * share)), signal);
      fill();
    }
    tokens -= 1;
  }

  return {
    acquire: (signal) => {
      last = last.then(() => (signal?.aborted === true ? undefined : take(signal)));
      return last;
    },
    slowDown: () => {
      fill();
      tokens = Math.min(tokens, 0);
      share = Math.max(leastShare, share * slowDownFactor);
    },
    recover: () => {
      share = Math.min(1, share + recoverStep);
    },
  };
}

/**
 * Athena's quotas of calls an account may send (Athena User Guide, "Service Quotas", API request quotas). Operations of
 * one line share a quota here; if Athena counts them apart, that is on the safe side.
 */
const athenaRates: readonly { readonly operations: readonly string[]; readonly rate: Rate }[] = [
  {
    operations: ['StartQueryExecution', 'StopQueryExecution'],
    rate: { perSecond: 20, burst: 80 },
  },
  {
    operations: ['GetQueryExecution', 'GetQueryResults'],
    rate: { perSecond: 100, burst: 200 },
  },
  { operations: ['BatchGetQueryExecution'], rate: { perSecond: 20, burst: 40 } },
];

/** Glue publishes no rate that holds for every account; throttling finds it. */
export const glueRate: Rate = { perSecond: 50, burst: 100 };

/** Returns what limits the calls of an operation; S3 and others have no limiter, only their back-off. */
export function createRateLimiters(
  timing: Timing,
  { glue = glueRate }: { readonly glue?: Rate } = {},
): (service: string, operation: string) => RateLimiter | undefined {
  const glueLimiter = createRateLimiter(glue, timing);
  const athena = new Map(
    athenaRates.flatMap(({ operations, rate }) => {
      const limiter = createRateLimiter(rate, timing);
      return operations.map((operation) => [operation, limiter] as const);
    }),
  );
  return (service, operation) => {
    if (service === 'glue') return glueLimiter;
    return service === 'athena' ? athena.get(operation) : undefined;
  };
}
