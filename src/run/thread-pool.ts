/** A thread that a node has besides its own, until it gives it back. */
export interface BorrowedThread {
  readonly id: string;
  giveBack(): void;
}

/** The threads of a run, by dbt's names. */
export interface ThreadPool {
  hasFree(): boolean;
  /** Takes a free thread; `undefined` if there is none. */
  take(): string | undefined;
  giveBack(id: string): void;
  /** Takes a free thread for as long as a node can use another. */
  borrow(): BorrowedThread | undefined;
  /**
   * Waits for a thread for a node that had given its own back; it goes before all that has not started. Returns `undefined`
   * when the signal says stop.
   */
  takeAgain(signal: AbortSignal): Promise<string | undefined>;
}

/** Returns a pool of so many threads; `onFree` is called whenever one is there to be taken. */
export function createThreadPool(count: number, onFree: () => void): ThreadPool {
  const free = Array.from({ length: count }, (_, index) => `Thread-${index + 1}`).reverse();
  const returning: ((id: string | undefined) => void)[] = [];

  function giveBack(id: string): void {
    const next = returning.shift();
    if (next !== undefined) {
      next(id);
      return;
    }
    free.push(id);
    onFree();
  }

  return {
    hasFree: () => free.length > 0,
    take: () => free.pop(),
    giveBack,
    borrow() {
      const id = free.pop();
      return id === undefined ? undefined : { id, giveBack: () => giveBack(id) };
    },
    takeAgain(signal) {
      const id = free.pop();
      if (id !== undefined || signal.aborted) return Promise.resolve(id);
      return new Promise((resolve) => {
        const settle = (given: string | undefined): void => {
          signal.removeEventListener('abort', stop);
          resolve(given);
        };
        const stop = (): void => {
          returning.splice(returning.indexOf(settle), 1);
          settle(undefined);
        };
        returning.push(settle);
        signal.addEventListener('abort', stop, { once: true });
      });
    },
  };
}
