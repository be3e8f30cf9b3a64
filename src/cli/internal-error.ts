import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { describeWriteError } from '../report/artifacts/write-error.js';
import { formatDiagnostic } from '../report/diagnostics/format-diagnostic.js';
import { createOutput, type Output } from '../report/output.js';
import { createRedactor } from '../report/redact.js';
import { wantsColor } from '../report/text/style.js';
import { readVersion } from './version.js';

/** Returns what to print to when no command is there to do it. */
function openErrorOutput(): Output {
  const { env, stderr } = process;
  const color = wantsColor({ env, isTerminal: stderr.isTTY, refused: false });
  return createOutput(stderr, { color, redact: createRedactor(env) });
}

function printDiagnostic(err: Output, diagnostic: Diagnostic): void {
  err.writeLine(formatDiagnostic(diagnostic, { color: err.color }));
}

/**
 * Prints a bug: users' mistakes are diagnostics, so whatever is thrown up to here is ours. The stack is shown only when
 * `STEDI_DEBUG` is 1. Code: `internal`.
 */
export function reportInternalError(error: unknown): void {
  const { env } = process;
  const err = openErrorOutput();
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const debugging = env['STEDI_DEBUG'] === '1';
  const diagnostic = errorDiagnostic('internal', `stedi-sql stopped because of a bug: ${reason}`, {
    hint:
      `please report it with the command, stedi-sql ${readVersion()}, Node ${process.versions.node}, ${process.platform}` +
      (debugging ? ' and the stack below' : '; STEDI_DEBUG=1 shows where it happened'),
  });
  printDiagnostic(err, diagnostic);
  if (debugging && error instanceof Error) err.writeLine(error.stack ?? '');
}

/** Prints that not all of the output could be written. Codes: `disk-full`, `write-failed`. */
export function reportOutputError(error: Error): void {
  printDiagnostic(openErrorOutput(), describeWriteError(error, 'all of the output'));
}
