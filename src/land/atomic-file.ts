import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** A write that the system refused; carries what a diagnostic needs. */
export class WriteFailure extends Error {
  constructor(
    readonly path: string,
    override readonly cause: NodeJS.ErrnoException,
  ) {
    super(cause.message);
  }
}

/** A file that has its name only when it is complete. All functions throw `WriteFailure`. */
export interface AtomicFile {
  append(bytes: Uint8Array): void;
  /** Puts the bytes on the disk and gives the file its name, in one step; replaces a file of that name. */
  commit(): void;
  /** Removes what was written, unless it was committed. Never throws. */
  discard(): void;
}

const blockBytes = 1024 * 1024;

/**
 * Opens a file beside `path` (making the folder if needed) whose name begins with `.` and does not end like a data file, so that no reader takes it for
 * data: engines ignore names that begin with `.` or `_`, or look for `*.json`. Writes are synchronous: whoever appends cannot
 * run ahead of the disk.
 */
export function openAtomicFile(path: string): AtomicFile {
  const temporary = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`,
  );
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      throw new WriteFailure(path, error as NodeJS.ErrnoException);
    }
  };
  const block = Buffer.allocUnsafe(blockBytes);
  let length = 0;
  makeFolder(dirname(path));
  let descriptor: number | undefined = attempt(() => openSync(temporary, 'wx'));

  const write = (bytes: Uint8Array): void => {
    for (let written = 0; written < bytes.length;) {
      written += attempt(() => writeSync(descriptor as number, bytes, written));
    }
  };
  const flush = (): void => {
    write(block.subarray(0, length));
    length = 0;
  };
  const close = (): void => {
    if (descriptor === undefined) return;
    const open = descriptor;
    descriptor = undefined;
    closeSync(open);
  };

  return {
    append(bytes) {
      if (length + bytes.length > blockBytes) flush();
      if (bytes.length > blockBytes) write(bytes);
      else {
        block.set(bytes, length);
        length += bytes.length;
      }
    },
    commit() {
      flush();
      attempt(() => fsyncSync(descriptor as number));
      attempt(close);
      attempt(() => renameSync(temporary, path));
      syncFolder(dirname(path));
    },
    discard() {
      try {
        close();
        rmSync(temporary, { force: true });
      } catch {
        // Nobody reads the file; the failure that led here is the one to report.
      }
    },
  };
}

/** Makes a folder and those above it, where they are missing. Throws `WriteFailure`. */
export function makeFolder(path: string): void {
  try {
    if (!existsSync(dirname(path))) makeFolder(dirname(path));
    // One by one: made in one call, a read-only file system is reported as a missing folder.
    if (!existsSync(path)) mkdirSync(path);
  } catch (error) {
    if (error instanceof WriteFailure) throw error;
    throw new WriteFailure(path, error as NodeJS.ErrnoException);
  }
}

/** Makes a rename last. Some systems cannot open folders; there the rename is as durable as they make it. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // Not supported here.
  }
}
