import { describe, expect, it } from 'vitest';
import { createRateLimiter, createRateLimiters } from './rate-limit.js';
import { createVirtualTiming } from './testing/virtual-timing.js';

describe('a rate limiter', () => {
  it('lets a burst through, and then no more than the rate', async () => {
    const timing = createVirtualTiming();
    const limiter = createRateLimiter({ perSecond: 20, burst: 80 }, timing);
    const times: number[] = [];
    await Promise.all(
      Array.from({ length: 120 }, async () => {
        await limiter.acquire();
        times.push(timing.now());
      }),
    );
    expect(times.filter((ms) => ms === 0)).toHaveLength(80);
    expect(times.at(-1)).toBe(2000);
    for (const [index, ms] of times.entries()) {
      // In any second from now on: 80 saved up and 20 more.
      expect(index + 1).toBeLessThanOrEqual(80 + (ms / 1000) * 20);
    }
  });

  it('lets calls through in the order they came', async () => {
    const timing = createVirtualTiming();
    const limiter = createRateLimiter({ perSecond: 1, burst: 1 }, timing);
    const order: number[] = [];
    await Promise.all(
      [1, 2, 3].map(async (number) => {
        await limiter.acquire();
        order.push(number);
      }),
    );
    expect(order).toEqual([1, 2, 3]);
  });

  it('slows down when the service says so, and speeds up again', async () => {
    const timing = createVirtualTiming();
    const limiter = createRateLimiter({ perSecond: 10, burst: 10 }, timing);
    limiter.slowDown();
    await limiter.acquire();
    // 0.7 of ten a second, and nothing saved up.
    expect(timing.now()).toBe(143);
    for (let call = 0; call < 15; call++) limiter.recover();
    const before = timing.now();
    await limiter.acquire();
    expect(timing.now() - before).toBeLessThanOrEqual(100);
  });

  it('never slows down to a halt', async () => {
    const timing = createVirtualTiming();
    const limiter = createRateLimiter({ perSecond: 10, burst: 10 }, timing);
    for (let call = 0; call < 100; call++) limiter.slowDown();
    await limiter.acquire();
    expect(timing.now()).toBe(1000);
  });

  it('does not hold up what is stopped, and lets the others go on', async () => {
    const timing = createVirtualTiming();
    const limiter = createRateLimiter({ perSecond: 1, burst: 1 }, timing);
    await limiter.acquire();
    const stop = new AbortController();
    const stopped = limiter.acquire(stop.signal);
    const other = limiter.acquire();
    stop.abort();
    await stopped;
    expect(timing.now()).toBe(0);
    await other;
    expect(timing.now()).toBe(1000);
  });
});

describe('the limiters of services', () => {
  const limiterOf = createRateLimiters(createVirtualTiming());

  it('share a bucket where Athena may count calls together', () => {
    const start = limiterOf('athena', 'StartQueryExecution');
    expect(start).toBeDefined();
    expect(limiterOf('athena', 'StopQueryExecution')).toBe(start);
    expect(limiterOf('athena', 'GetQueryResults')).toBe(limiterOf('athena', 'GetQueryExecution'));
    expect(limiterOf('athena', 'BatchGetQueryExecution')).not.toBe(start);
  });

  it('leave S3 to its back-off', () => {
    expect(limiterOf('s3', 'PutObject')).toBeUndefined();
    expect(limiterOf('glue', 'GetTable')).toBe(limiterOf('glue', 'UpdateTable'));
  });
});
