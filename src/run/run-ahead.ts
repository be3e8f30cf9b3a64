import type { PlannedNode, Step } from '../core/plan.js';
import type { Outcome } from './batch-log.js';
import type { NodeContext } from './execute-node.js';

/** One attempt at a node, with the wait that a node has which is staged ahead. */
export interface AheadRun {
  readonly steps: readonly Step[];
  /**
   * Says how the node goes on after a step that ended so: once it is staged, or cannot be, it waits until all that it depends
   * on has ended. Whatever went wrong until then is forgotten, since it may be the fault of rows that fail their tests.
   */
  afterStep(step: Step, outcome: Outcome): Promise<Outcome>;
  /** Tells once that others may read what was staged. */
  noteStaged(): void;
  /** Nothing counts that was done: the node runs again, from what is published. */
  mustRepeat(): boolean;
  /** Milliseconds without a thread. */
  waitedMs(): number;
}

/** Returns how an attempt runs; one that is not staged ahead has the plan's steps, and waits for nothing. */
export function createAheadRun(
  planned: PlannedNode,
  { waitForOpening, noteStaged, now }: Pick<NodeContext, 'waitForOpening' | 'noteStaged' | 'now'>,
): AheadRun {
  const { ahead } = planned;
  let isStaged = false;
  let isOpen = waitForOpening === undefined || ahead === undefined;
  const steps = isOpen
    ? planned.steps
    : planned.steps.map((step) => (step.kind === 'stage' && ahead ? ahead.stage : step));
  let repeat = false;
  let waitedMs = 0;

  function tellStaged(): void {
    if (!isStaged) noteStaged?.();
    isStaged = true;
  }

  return {
    steps,
    noteStaged: tellStaged,
    async afterStep(step, outcome) {
      if (isOpen || (outcome.status === 'success' && step !== ahead?.stage)) return outcome;
      isOpen = true;
      if (outcome.status === 'success') tellStaged();
      const since = now();
      const opening = await waitForOpening?.();
      waitedMs = now() - since;
      if (opening?.kind === 'blocked') return { status: 'skipped', reason: opening.reason };
      if (opening?.kind === 'cancelled' || outcome.status === 'cancelled') {
        return { status: 'cancelled' };
      }
      repeat = outcome.status !== 'success' || opening?.kind === 'outdated';
      return repeat ? { status: 'cancelled' } : outcome;
    },
    mustRepeat: () => repeat,
    waitedMs: () => waitedMs,
  };
}
