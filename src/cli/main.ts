import { exitCodes } from './exit-codes.js';
import { readVersion } from './version.js';

/**
 * Outlives outputs that cannot be written, and returns a function that returns why. A reader that went away, as `| head`
 * does, is no error. Where the disk behind an output is full, the command goes on: its work is worth more than its words.
 */
function watchOutputs(): () => Error | undefined {
  let first: Error | undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') first ??= error;
    });
  }
  return () => first;
}

/**
 * Runs the command line and sets the process's exit code: 0 ok, 1 a node failed, 2 usage, configuration or compile
 * error, 130 cancelled. `args` are the words after the command's name.
 */
export async function main(args: readonly string[]): Promise<void> {
  const outputError = watchOutputs();
  // Before anything heavy is loaded: scripts ask for the version often.
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) {
    process.stdout.write(`${readVersion()}\n`);
    return;
  }
  const { reportInternalError, reportOutputError } = await import('./internal-error.js');
  process.once('exit', () => {
    const error = outputError();
    if (error === undefined) return;
    reportOutputError(error);
    process.exitCode = process.exitCode === exitCodes.ok ? exitCodes.invalid : process.exitCode;
  });
  const stopOnBug = (error: unknown): void => {
    reportInternalError(error);
    process.exit(exitCodes.invalid);
  };
  process.on('uncaughtException', stopOnBug);
  process.on('unhandledRejection', stopOnBug);
  try {
    const { runProgram } = await import('./program.js');
    process.exitCode = await runProgram(args);
  } catch (error) {
    reportInternalError(error);
    process.exitCode = exitCodes.invalid;
  }
}
