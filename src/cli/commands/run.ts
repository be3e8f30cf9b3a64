import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `run`: builds the selected models. */
export async function run(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'run', options);
}
