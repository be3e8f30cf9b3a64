import { errorDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import type { WriteFailure } from './atomic-file.js';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of its path is not a folder',
  EEXIST: 'a file is in the way',
  EISDIR: 'it is a folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  EFBIG: 'the file would be larger than allowed',
  EMFILE: 'too many files are open',
  EIO: 'the device reported an error',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
};

/** Returns what a file system error means, in words; the system's own text if there are none. */
export function explainFileError(error: NodeJS.ErrnoException): string {
  return reasons[error.code ?? ''] ?? error.message;
}

/** Returns the diagnostic of a refused write: `disk-full` or `write-failed`. `shown` is the path to print. */
export function describeWriteFailure(failure: WriteFailure, shown: string): Diagnostic {
  const location = { path: shown };
  if (failure.cause.code === 'ENOSPC' || failure.cause.code === 'EDQUOT') {
    return errorDiagnostic('disk-full', `no space is left to write '${shown}'`, {
      location,
      hint: 'free some space and run the command again; what is complete is kept and will not be done twice',
    });
  }
  const reason = explainFileError(failure.cause);
  return errorDiagnostic('write-failed', `could not write '${shown}': ${reason}`, {
    location,
    hint: 'check the folder and its permissions, then run the command again',
  });
}

/** Returns the `land-input-unreadable` diagnostic of an input that could not be read. */
export function describeReadFailure(error: NodeJS.ErrnoException, shown: string): Diagnostic {
  return errorDiagnostic(
    'land-input-unreadable',
    `could not read '${shown}': ${explainFileError(error)}`,
    { location: { path: shown }, hint: 'check the path and its permissions' },
  );
}
