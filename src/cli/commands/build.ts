import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `build`: builds the selected models and runs their tests; a model takes its name only if its tests pass. */
export async function build(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'build', options);
}
