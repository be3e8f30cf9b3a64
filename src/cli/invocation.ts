import { randomUUID } from 'node:crypto';
import type { Diagnostic } from '../core/diagnostic.js';
import { formatDiagnostics } from '../report/diagnostics/format-diagnostic.js';
import { createOutput, type Output } from '../report/output.js';
import { createRedactor } from '../report/redact.js';
import { createJsonReporter } from '../report/reporters/json-reporter.js';
import { createPlainReporter } from '../report/reporters/plain-reporter.js';
import { createQuietReporter } from '../report/reporters/quiet-reporter.js';
import type { Reporter } from '../report/reporters/reporter.js';
import { createTerminalReporter } from '../report/reporters/terminal-reporter.js';
import { wantsColor } from '../report/text/style.js';
import { listenForCancellation, type Cancellation } from './cancellation.js';
import type { GlobalOptions } from './options.js';

/** One call of the command line: what every command receives besides its own flags. */
export interface Invocation {
  readonly command: string;
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly options: GlobalOptions;
  readonly out: Output;
  readonly err: Output;
  readonly cancellation: Cancellation;
  /** Prints diagnostics in the form asked for; with `--quiet` only errors. */
  readonly print: (diagnostics: readonly Diagnostic[]) => void;
  /** Prints a line for people that is neither result nor error; nothing with `--quiet` or a JSON log. */
  readonly note: (text: string) => void;
  /** Returns a reporter for a run on the target. */
  readonly createReporter: (targetName: string) => Reporter;
}

/** What an invocation is made of. */
export interface InvocationRequest {
  readonly command: string;
  readonly options: GlobalOptions;
  /** The command's result goes to stdout as JSON, so diagnostics are JSON lines on stderr. */
  readonly jsonOutput: boolean;
  /** stdout is for a result that programs read, so that logs go to stderr. */
  readonly printsResult: boolean;
}

function timestamp(): string {
  return new Date().toISOString();
}

/** Returns the invocation of a command in this process. */
export function createInvocation(request: InvocationRequest): Invocation {
  const { command, options, jsonOutput, printsResult } = request;
  const { env, stdout, stderr } = process;
  const redact = createRedactor(env);
  const outputOf = (stream: NodeJS.WriteStream): Output =>
    createOutput(stream, {
      redact,
      color: wantsColor({ env, isTerminal: stream.isTTY, refused: !options.color }),
    });
  const out = outputOf(stdout);
  const err = outputOf(stderr);
  const id = randomUUID();
  const quiet = options.quiet === true;
  const jsonLog = options.logFormat === 'json';

  const createJson = (targetName: string): Reporter =>
    createJsonReporter(printsResult ? err : out, {
      invocationId: id,
      command,
      targetName,
      quiet,
      timestamp,
    });

  const print = (diagnostics: readonly Diagnostic[]): void => {
    if (jsonLog) {
      const { report } = createJson('');
      for (const diagnostic of diagnostics) report({ kind: 'diagnostic', diagnostic });
      return;
    }
    const shown = quiet ? diagnostics.filter(({ severity }) => severity === 'error') : diagnostics;
    if (shown.length === 0) return;
    if (jsonOutput) for (const diagnostic of shown) err.writeJson(diagnostic);
    else {
      const maxWidth = err.size()?.columns;
      err.writeLine(
        formatDiagnostics(shown, {
          color: err.color,
          ...(maxWidth !== undefined && { maxWidth }),
        }),
      );
    }
  };

  return {
    command,
    id,
    startedAt: timestamp(),
    cwd: process.cwd(),
    env,
    options,
    out,
    err,
    cancellation: listenForCancellation(),
    print,
    note: (text) => {
      if (!quiet && !jsonLog) (printsResult ? err : out).writeLine(text);
    },
    createReporter: (targetName) => {
      if (jsonLog) return createJson(targetName);
      if (quiet) return createQuietReporter(err);
      if (!out.isTerminal || env['TERM'] === 'dumb') return createPlainReporter({ out, err });
      const reporter = createTerminalReporter({ out, err, now: () => performance.now() });
      // However the process ends, the terminal gets its cursor back.
      process.once('exit', reporter.close);
      return reporter;
    },
  };
}
