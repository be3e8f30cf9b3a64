import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';

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
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'operation not permitted',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file, not a folder',
    EEXIST: 'a file stands where a folder is needed',
    EISDIR: 'a folder stands where the file should be',
    ENAMETOOLONG: 'the file name is too long',
  };
  const isInTheWay = ['ENOTDIR', 'EEXIST', 'EISDIR'].includes(error.code ?? '');
  return errorDiagnostic(
    'write-failed',
    `${path} could not be ${act}: ${reasons[error.code ?? ''] ?? error.code ?? 'unknown reason'}`,
    {
      hint: isInTheWay
        ? 'move away what is in its place, or choose another folder'
        : act === 'removed'
          ? 'give yourself the right to write to it and to its folder'
          : 'make its folder writable, or choose another one',
    },
  );
}
