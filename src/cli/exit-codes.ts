import type { RunResults } from '../core/run-results.js';

/** What the command's exit code means. */
export const exitCodes = {
  ok: 0,
  /** A node failed: a model could not be built, or a test of severity `error` found rows. */
  nodeFailed: 1,
  /** Usage, configuration or compile error, or a bug: nothing was run. */
  invalid: 2,
  /** Stopped by SIGINT or SIGTERM. */
  cancelled: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Returns the exit code for the results of a run. */
export function exitCodeOf(results: RunResults): ExitCode {
  if (results.cancelled) return exitCodes.cancelled;
  const failed = results.results.some(({ status }) => status === 'error' || status === 'fail');
  const hookFailed = results.hooks?.some(({ status }) => status === 'error') === true;
  return failed || hookFailed ? exitCodes.nodeFailed : exitCodes.ok;
}
