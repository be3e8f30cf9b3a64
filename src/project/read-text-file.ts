import { errorDiagnostic, type SourceLocation } from '../core/diagnostic.js';
import { failure, success, type Result } from '../core/result.js';
import { readContent } from './watch-files.js';

/** No file that people write is larger; reading a data file as a model would only exhaust the memory. */
export const maximumFileBytes = 16 * 1024 * 1024;

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  ENOENT: 'it does not exist (a link that leads nowhere?)',
  ELOOP: 'it is a link that leads to itself',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** Returns why a call to the file system failed, in words. */
export function describeFileError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return reasons[code] ?? `the system says ${code === '' ? error.message : code}`;
}

/** Returns `file-unreadable` for a path relative to the project folder. */
export function unreadable(
  path: string,
  reason: string,
  details: { hint?: string; location?: SourceLocation } = {},
) {
  const { hint, location = { path } } = details;
  return errorDiagnostic('file-unreadable', `${path} cannot be read: ${reason}`, {
    location,
    hint,
  });
}

/** Returns the text up to the first byte that is not UTF-8, a byte order mark included. */
function decodeValidPart(bytes: Uint8Array): string {
  // As a stream, so that a character cut off at the end is no error.
  const decode = (end: number, fatal: boolean) =>
    new TextDecoder('utf-8', { fatal, ignoreBOM: true }).decode(bytes.subarray(0, end), {
      stream: true,
    });
  let low = 0;
  let high = bytes.length;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    try {
      decode(middle, true);
      low = middle;
    } catch {
      high = middle - 1;
    }
  }
  return decode(low, false);
}

function locateEnd(path: string, text: string): SourceLocation {
  const lineStart = text.lastIndexOf('\n') + 1;
  const line = text.split('\n').length;
  const sourceLine = text.slice(lineStart);
  return { path, line, column: sourceLine.length + 1, length: 1, sourceLine };
}

/** Returns the text of a file; a byte order mark is taken off, line ends stay. Diagnostics: `file-unreadable`. */
export function decodeText(bytes: Uint8Array, path: string): Result<string> {
  const [first, second] = bytes;
  const hint = 'save the file as UTF-8';
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return failure([unreadable(path, 'expected UTF-8, found UTF-16', { hint })]);
  }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const zero = text.indexOf('\0');
    if (zero < 0) return success(text);
    const location = locateEnd(path, text.slice(0, zero));
    const reason = `expected text, found a zero byte in line ${location.line ?? 1}`;
    return failure([unreadable(path, reason, { hint, location })]);
  } catch {
    const valid = decodeValidPart(bytes);
    const location = locateEnd(path, valid.replace(/^\ufeff/, ''));
    const code = bytes[Buffer.byteLength(valid)] ?? 0;
    const byte = code.toString(16).padStart(2, '0').toUpperCase();
    const reason = `expected UTF-8, found the byte 0x${byte} in line ${location.line ?? 1}`;
    return failure([unreadable(path, reason, { hint, location })]);
  }
}

/**
 * Returns the text of a file; `path` names it in diagnostics, `tooLarge` is the hint for one that is too large. Diagnostics: `file-unreadable` for what is no regular file,
 * larger than 16 MiB, not UTF-8, or refused by the system.
 */
export function readTextFile(
  absolutePath: string,
  path: string,
  { tooLarge = 'keep data files out of this folder' }: { readonly tooLarge?: string } = {},
): Result<string> {
  try {
    const content = readContent(absolutePath, maximumFileBytes);
    if ('isFile' in content) return failure([unreadable(path, 'it is not a regular file')]);
    if ('tooLargeBytes' in content) {
      const reason = `it has ${Math.ceil(content.tooLargeBytes / 1024 / 1024)} MiB, more than the 16 MiB allowed`;
      return failure([unreadable(path, reason, { hint: tooLarge })]);
    }
    return decodeText(content, path);
  } catch (error) {
    return failure([unreadable(path, describeFileError(error))]);
  }
}
