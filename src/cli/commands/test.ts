import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `test`: runs the selected data tests on what is built. */
export async function test(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'test', options);
}
