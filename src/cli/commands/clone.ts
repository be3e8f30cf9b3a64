import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `clone`: makes views of the other state's relations for the selected nodes that are not built here. */
export async function clone(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'clone', options);
}
