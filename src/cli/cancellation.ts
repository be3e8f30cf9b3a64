import { exitCodes } from './exit-codes.js';

/** How the user stops a command. */
export interface Cancellation {
  /**
   * Runs `work` so that the first SIGINT, SIGTERM or SIGHUP aborts its signal and leaves it time to clean up. A second
   * one ends the process at once, and so does the first one while no work is guarded.
   */
  readonly guard: <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Listens for the signals that stop a command. Exit code of a process ended at once: 130. */
export function listenForCancellation(): Cancellation {
  let controller: AbortController | undefined;
  const onSignal = (): void => {
    if (controller === undefined || controller.signal.aborted) process.exit(exitCodes.cancelled);
    controller.abort();
  };
  for (const signal of signals) process.on(signal, onSignal);
  return {
    guard: async (work) => {
      controller = new AbortController();
      try {
        return await work(controller.signal);
      } finally {
        controller = undefined;
      }
    },
  };
}
