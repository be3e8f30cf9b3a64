import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { hasErrors, type Diagnostic } from '../core/diagnostic.js';
import type { WarningPolicy } from '../core/warning-policy.js';
import { formatDiagnostics } from '../report/diagnostics/format-diagnostic.js';
import { createOutput, type Output, type OutputStream } from '../report/output.js';
import { createRedactor } from '../report/redact.js';
import { createJsonReporter } from '../report/reporters/json-reporter.js';
import { createPlainReporter } from '../report/reporters/plain-reporter.js';
import { createQuietReporter } from '../report/reporters/quiet-reporter.js';
import type { Reporter } from '../report/reporters/reporter.js';
import { createTerminalReporter } from '../report/reporters/terminal-reporter.js';
import { wantsColor } from '../report/text/style.js';
import { findProjectDir } from '../project/find-project-dir.js';
import { describeWriteError } from '../report/artifacts/write-error.js';
import { createLogFile, logFileName } from '../report/log-file.js';
import { listenForCancellation, type Cancellation } from './cancellation.js';
import { logFolderOf } from './log-folder.js';
import type { GlobalOptions } from './options.js';
import { readVersion } from './version.js';
import { WarningRefused } from './warning-refused.js';

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
  /**
   * Prints diagnostics in the form asked for; with `--quiet` only errors. Where a warning counts as an error, the command
   * ends there: throws `WarningRefused`.
   */
  readonly print: (diagnostics: readonly Diagnostic[]) => void;
  /** Prints what is found when the work is done: a warning that counts as an error changes the exit code alone. */
  readonly printAfter: (diagnostics: readonly Diagnostic[]) => void;
  /** Returns whether a warning counted as an error. */
  readonly hasRefused: () => boolean;
  readonly warnings: WarningPolicy;
  /** Prints a line for people that is neither result nor error; nothing with `--quiet` or a JSON log. */
  readonly note: (text: string) => void;
  /** Returns a reporter for a run on the target. */
  readonly createReporter: (target: ReportedTarget) => Reporter;
}

/** What a log says of the project that is run. */
export interface ReportedTarget {
  readonly targetName: string;
  /** The folders of its resources. */
  readonly folders: readonly string[];
}

/** What an invocation is made of. */
export interface InvocationRequest {
  readonly command: string;
  readonly options: GlobalOptions;
  readonly warnings: WarningPolicy;
  /** The command's result goes to stdout as JSON, so diagnostics are JSON lines on stderr. */
  readonly jsonOutput: boolean;
  /** stdout is for a result that programs read, so that logs go to stderr. */
  readonly printsResult: boolean;
  /** The command runs nodes: what it does goes to the log file. */
  readonly keepsLog: boolean;
}

function timestamp(): string {
  return new Date().toISOString();
}

/** Returns the invocation of a command in this process. */
export function createInvocation(request: InvocationRequest): Invocation {
  const { command, options, warnings, jsonOutput, printsResult } = request;
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

  const about = {
    invocationId: id,
    command,
    timestamp,
    version: readVersion(),
    extra: customExtra(env),
  };
  const noTarget: ReportedTarget = { targetName: '', folders: [] };
  const createJson = (target: ReportedTarget): Reporter =>
    createJsonReporter(printsResult ? err : out, {
      ...about,
      ...target,
      level: quiet ? 'error' : 'info',
    });
  const logFile = request.keepsLog
    ? openLog(options, (error, path) => show(judge([logFailure(error, path)])))
    : undefined;
  const createLog = (target: ReportedTarget): Reporter | undefined =>
    logFile &&
    createJsonReporter(createOutput(logFile, { redact, color: false }), {
      ...about,
      ...target,
      level: options.logLevelFile,
      form: options.logFormatFile,
    });

  let refused = false;
  /** Returns the diagnostics as they are to be told. */
  const judge = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] => {
    const judged = diagnostics.flatMap((each) => warnings.judge(each) ?? []);
    refused ||= !hasErrors(diagnostics) && hasErrors(judged);
    return judged;
  };
  const printAfter = (diagnostics: readonly Diagnostic[]): void => {
    const judged = judge(diagnostics);
    const log = createLog(noTarget);
    for (const diagnostic of judged) log?.report({ kind: 'diagnostic', diagnostic });
    show(judged);
  };
  const print = (diagnostics: readonly Diagnostic[]): void => {
    printAfter(diagnostics);
    // With an error of its own, the command knows how to end.
    if (!hasErrors(diagnostics) && refused) throw new WarningRefused();
  };

  const show = (diagnostics: readonly Diagnostic[]): void => {
    if (jsonLog) {
      const { report } = createJson(noTarget);
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
    printAfter,
    hasRefused: () => refused,
    warnings,
    note: (text) => {
      if (!quiet && !jsonLog) (printsResult ? err : out).writeLine(text);
    },
    createReporter: (target) => {
      const shown = createShownReporter(target);
      const log = createLog(target);
      if (log === undefined) return shown;
      return {
        report: (event) => {
          log.report(event);
          shown.report(event);
        },
        close: shown.close,
      };
    },
  };

  /** Returns the reporter that people or programs follow on the screen. */
  function createShownReporter(target: ReportedTarget): Reporter {
    if (jsonLog) return createJson(target);
    if (quiet) return createQuietReporter(err);
    if (!out.isTerminal || env['TERM'] === 'dumb') return createPlainReporter({ out, err });
    const reporter = createTerminalReporter({ out, err, now: () => performance.now() });
    // However the process ends, the terminal gets its cursor back.
    process.once('exit', reporter.close);
    return reporter;
  }
}

const extraPrefix = 'DBT_ENV_CUSTOM_ENV_';

/** Returns what dbt adds to `extra` of every line: variables of the environment with its prefix. */
function customExtra(env: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value = '']) =>
      name.startsWith(extraPrefix) ? [[name.slice(extraPrefix.length), value]] : [],
    ),
  );
}

/** Returns the log file of the project in which the command is called; without a project, or asked for none, there is none. */
function openLog(
  options: GlobalOptions,
  onFailure: (error: unknown, path: string) => void,
): OutputStream | undefined {
  if (options.logLevelFile === 'none') return undefined;
  const cwd = process.cwd();
  const root = findProjectDir({ projectDir: options.projectDir, cwd });
  if (!root.ok) return undefined;
  const folder = logFolderOf(root.value, { cwd, options });
  return createLogFile(folder, {
    maxBytes: options.logFileMaxBytes,
    onFailure: (error) => onFailure(error, join(folder, logFileName)),
  });
}

/** A log that cannot be written ends no command. */
function logFailure(error: unknown, path: string): Diagnostic {
  return { ...describeWriteError(error, path), severity: 'warning' };
}
