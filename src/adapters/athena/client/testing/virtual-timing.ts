import { setImmediate } from 'node:timers/promises';
import type { Timing } from '../timing.js';

/** A clock that jumps to the next sleeper's time as soon as nothing is on its way. */
export interface VirtualTiming extends Timing {
  /** Marks something that takes real time; the clock stands still meanwhile. */
  busy<T>(work: Promise<T>): Promise<T>;
  /** All that was slept, in order, in milliseconds. */
  readonly sleeps: readonly number[];
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** Turns of the event loop without anything on its way before the clock jumps. */
const idleTurns = 20;

/** Returns a clock at 0. `random` gives the chance; 0.5 if left out. */
export function createVirtualTiming(random: () => number = () => 0.5): VirtualTiming {
  let now = 0;
  let onTheWay = 0;
  let running = false;
  const sleepers = new Set<Sleeper>();
  const sleeps: number[] = [];

  async function advance(): Promise<void> {
    running = true;
    let idle = 0;
    while (sleepers.size > 0) {
      await setImmediate();
      idle = onTheWay === 0 ? idle + 1 : 0;
      if (idle < idleTurns) continue;
      idle = 0;
      const [first] = [...sleepers].sort((left, right) => left.at - right.at);
      if (first === undefined) break;
      now = Math.max(now, first.at);
      first.wake();
    }
    running = false;
  }

  return {
    now: () => now,
    random,
    sleeps,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        sleeps.push(ms);
        const sleeper: Sleeper = {
          at: now + ms,
          wake: () => {
            sleepers.delete(sleeper);
            signal?.removeEventListener('abort', sleeper.wake);
            resolve();
          },
        };
        if (signal?.aborted === true) {
          resolve();
          return;
        }
        signal?.addEventListener('abort', sleeper.wake, { once: true });
        sleepers.add(sleeper);
        if (!running) void advance();
      }),
    busy: async (work) => {
      onTheWay += 1;
      try {
        return await work;
      } finally {
        onTheWay -= 1;
      }
    },
  };
}
