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

/**
 * Returns why a database file could not be opened. `path` is absolute.
 * Codes: `warehouse-locked`, `disk-full`, `connection-failed`.
 */
export function describeOpenFailure(
  error: unknown,
  { path, root }: { readonly path: string; readonly root: string },
): Diagnostic {
  const engineError = readEngineError(error);
  const { reason, advice } = engineError;
  const shown = displayPath(path, root);
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
  if (/not a valid DuckDB database file|could not read from file/i.test(text)) {
    return errorDiagnostic('connection-failed', `${shown} is not a DuckDB database file`, {
      hint: "move it away, or choose another `path:` for the target; 'stedi-sql build' makes the warehouse anew",
    });
  }
  if (/read-only mode: database does not exist/i.test(text)) {
    return errorDiagnostic('connection-failed', `there is no warehouse ${shown} yet`, {
      hint: "run 'stedi-sql build' first",
    });
  }
  if (/permission denied|read-only file system|EACCES|EROFS|EPERM/i.test(text)) {
    return errorDiagnostic('connection-failed', `the warehouse ${shown} cannot be written`, {
      hint: 'give yourself the right to write to its folder, or choose another `path:` for the target',
    });
  }
  return errorDiagnostic(
    'connection-failed',
    `the warehouse ${shown} could not be opened: ${reason}`,
    { hint: advice },
  );
}
