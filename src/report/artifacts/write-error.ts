import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';

const moveAway = 'move away what is in its place, or choose another folder';

/** What the system's codes mean, and what helps where more rights would not. */
const refusals: Readonly<Record<string, { readonly reason: string; readonly hint?: string }>> = {
  EACCES: { reason: 'permission denied' },
  EPERM: { reason: 'operation not permitted' },
  EROFS: { reason: 'the file system is read-only' },
  ENOTDIR: { reason: 'a part of the path is a file, not a folder', hint: moveAway },
  EEXIST: { reason: 'a file stands where a folder is needed', hint: moveAway },
  EISDIR: { reason: 'a folder stands where the file should be', hint: moveAway },
  ENAMETOOLONG: { reason: 'the file name is too long', hint: 'give the model a shorter name' },
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/**
 * Returns the diagnostic for a file that the file system refused to write, or to remove; any other error is a bug and is
 * thrown on. Codes: `write-failed`, `disk-full`.
 */
export function describeWriteError(
  error: unknown,
  path: string,
  { act = 'written' }: { readonly act?: 'written' | 'removed' } = {},
): Diagnostic {
  if (!isSystemError(error)) throw error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return errorDiagnostic('disk-full', `there is no space left on the disk to write ${path}`, {
      hint: 'free some space and run the command again; the files that were there before are unchanged',
    });
  }
  const { reason, hint } = refusals[error.code ?? ''] ?? { reason: error.code ?? 'unknown reason' };
  const askForRights =
    act === 'removed'
      ? 'give yourself the right to write to it and to its folder'
      : 'make its folder writable, or choose another one';
  return errorDiagnostic('write-failed', `${path} could not be ${act}: ${reason}`, {
    hint: hint ?? askForRights,
  });
}
