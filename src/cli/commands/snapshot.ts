import type { ExitCode } from '../exit-codes.js';
import type { Invocation } from '../invocation.js';
import type { RunOptions } from '../options.js';
import { runPipeline } from '../pipeline.js';

/** `snapshot`: brings the tables of the selected snapshots up to date. */
export async function snapshot(invocation: Invocation, options: RunOptions): Promise<ExitCode> {
  return runPipeline(invocation, 'snapshot', options);
}
