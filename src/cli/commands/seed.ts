import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `seed`: writes the selected seeds as tables. */
export async function seed(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'seed', options);
}
