import { statSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { isDiskFull, readEngineError } from './engine-error.js';

/** Returns the path as people know it: relative to the project folder where it lies inside. */
export function displayPath(path: string, root: string): string {
  const inside = relative(root, path);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside)
    ? path
    : inside.replaceAll('\\', '/');
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

const elsewhere = 'choose another `path:` for the target';
const anew = "'stedi-sql build' makes the warehouse anew";

/**
 * Returns why a database file could not be opened. `path` is absolute.
 * Codes: `warehouse-locked`, `disk-full`, `connection-failed`.
 */
export function describeOpenFailure(
  error: unknown,
  { path, root }: { readonly path: string; readonly root: string },
): Diagnostic {
  const engineError = readEngineError(error);
  const shown = displayPath(path, root);
  const reason = engineError.reason.replaceAll(path, shown);
  const { advice } = engineError;
  const text = `${reason} ${advice ?? ''}`;

  if (/could not set lock|being used by another process/i.test(text)) {
    const [, program, pid] = /held in (.+?) \(PID (\d+)\)/.exec(text) ?? [];
    const holder = pid === undefined ? '' : `: ${program ?? 'a program'}, process ${pid}`;
    return errorDiagnostic(
      'warehouse-locked',
      `the warehouse ${shown} is in use by another process${holder}`,
      {
        hint: `wait until ${pid === undefined ? 'it' : `process ${pid}`} ends or stop it, then try again; only one process at a time can write to the file`,
      },
    );
  }
  if (isDiskFull(engineError)) {
    return errorDiagnostic('disk-full', `no space left for the warehouse ${shown}`, {
      hint: 'free some space and try again; what was published stays as it was',
    });
  }
  if (isFolder(path)) {
    return errorDiagnostic(
      'connection-failed',
      `expected a database file at ${shown}, found a folder`,
      { hint: elsewhere },
    );
  }
  if (/EEXIST|ENOTDIR|not a directory/i.test(text)) {
    return errorDiagnostic(
      'connection-failed',
      `the folder of the warehouse ${shown} cannot be made: a file stands in its place`,
      { hint: `move the file away, or ${elsewhere}` },
    );
  }
  if (/not a valid DuckDB database file|could not read from file/i.test(text)) {
    return errorDiagnostic('connection-failed', `${shown} is not a DuckDB database file`, {
      hint: `move it away, or ${elsewhere}; ${anew}`,
    });
  }
  if (/could not read enough bytes|corrupt database file|checksum/i.test(text)) {
    return errorDiagnostic('connection-failed', `the warehouse ${shown} is damaged: ${reason}`, {
      hint: `put a copy from a backup in its place, or move it away: ${anew}, but rows that incremental models had collected are lost with it`,
    });
  }
  if (/read-only mode: database does not exist/i.test(text)) {
    return errorDiagnostic('connection-failed', `there is no warehouse ${shown} yet`, {
      hint: "run 'stedi-sql build' first",
    });
  }
  if (
    /permission denied|read-only file system|operation not permitted|EACCES|EROFS|EPERM/i.test(text)
  ) {
    return errorDiagnostic('connection-failed', `the warehouse ${shown} cannot be written`, {
      hint: `give yourself the right to write to it and to its folder, or ${elsewhere}`,
    });
  }
  return errorDiagnostic(
    'connection-failed',
    `the warehouse ${shown} could not be opened: ${reason}`,
    { hint: advice },
  );
}
