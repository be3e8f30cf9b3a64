import { TemplateProblem } from './template-problem.js';

/** What one render may use. Far above any real model, and reached within about a second. */
export const limits = {
  /** Turns of all loops together. */
  loopTurns: 1_000_000,
  /** Expressions and statements evaluated (a macro call counts as ten), and text or items looked at (four as one). */
  steps: 5_000_000,
  /** Characters of strings and items of lists made (8 characters for an item). */
  allocation: 50_000_000,
  /** Characters of the rendered text. */
  outputLength: 10_000_000,
  macroDepth: 60,
  /** Expressions and statements inside each other, through all macros. */
  evaluationDepth: 1_000,
} as const;

/** Counts what a render uses, so that no template can hang the program or fill its memory. */
export interface Budget {
  /** One more expression or statement. */
  step(): void;
  /** One more turn of a loop. */
  turn(): void;
  /** One more call of a macro. */
  call(): void;
  /** `size` characters or items are looked at. */
  touch(size: number): void;
  /** A string of `size` characters is about to be made. */
  allocateText(size: number): void;
  /** A sequence or mapping of `size` items is about to be made. */
  allocateItems(size: number): void;
}

function exceeded(what: string, limit: number): TemplateProblem {
  return new TemplateProblem(
    'template-error',
    `the template ${what} (the limit is ${limit.toLocaleString('en-US')})`,
    { hint: 'make the loops or the texts of this template smaller' },
  );
}

/** Returns a fresh budget. Its functions throw `template-error` when a limit is passed. */
export function createBudget(): Budget {
  let steps = 0;
  let turns = 0;
  let allocated = 0;

  function spend(count: number): void {
    steps += count;
    if (steps > limits.steps) throw exceeded('takes too many steps', limits.steps);
  }
  function allocate(size: number): void {
    allocated += size;
    if (allocated > limits.allocation) {
      throw exceeded('builds too much text or too many items', limits.allocation);
    }
    spend(size / 16);
  }
  return {
    step: () => spend(1),
    turn() {
      turns += 1;
      if (turns > limits.loopTurns) throw exceeded('loops too often', limits.loopTurns);
      spend(1);
    },
    touch: (size) => spend(size / 4),
    call: () => spend(10),
    allocateText: allocate,
    allocateItems: (size) => allocate(size * 8),
  };
}
