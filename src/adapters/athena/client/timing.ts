import { setTimeout as delay } from 'node:timers/promises';

/** Clock, sleep and chance, so that tests need no time. */
export interface Timing {
  /** Milliseconds since some fixed point. */
  now(): number;
  /** Resolves after `ms`, or at once when the signal says stop; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 up to but not including 1. */
  random(): number;
}

/** The machine's own time. */
export const systemTiming: Timing = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal && { signal }).catch(() => undefined);
  },
  random: () => Math.random(),
};
