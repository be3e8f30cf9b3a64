import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  readdirSync,
  realpathSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import { hashBytes, hashTexts } from './hash-text.js';

/**
 * How a place was looked at. Whatever reads a project looks through the functions of this file, so that what it saw is
 * known in full.
 */
type Look = 'content' | 'names' | 'type' | 'own type' | 'real path';

/** A look at the file system: how, at which absolute path, and what was there. */
export type FileSight = readonly [look: Look, path: string, seen: string];

/** Notes what is seen from its beginning to its end. */
export interface FileWatch {
  /** Returns all sights so far; none if a place was seen in two states, since then no state is known. */
  readonly sights: () => readonly FileSight[] | undefined;
  /** Ends the watch. */
  readonly stop: () => void;
}

interface OpenWatch {
  readonly sights: Map<string, FileSight>;
  isTorn: boolean;
}

/** Two loads at once note each other's sights as well: they know too much, never too little. */
const watches = new Set<OpenWatch>();

/** Begins to note all that is seen through the functions of this file. */
export function watchFiles(): FileWatch {
  const watch: OpenWatch = { sights: new Map(), isTorn: false };
  watches.add(watch);
  return {
    sights: () => (watch.isTorn ? undefined : [...watch.sights.values()]),
    stop: () => watches.delete(watch),
  };
}

function note(look: Look, path: string, seen: string): void {
  for (const watch of watches) {
    const key = `${look}\0${path}`;
    const known = watch.sights.get(key);
    if (known === undefined) watch.sights.set(key, [look, path, seen]);
    else if (known[2] !== seen) watch.isTorn = true;
  }
}

function describeError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return `error ${String(code)}`;
}

function lookAt<T>(look: Look, path: string, read: () => T, describe: (value: T) => string): T {
  if (watches.size === 0) return read();
  try {
    const value = read();
    note(look, path, describe(value));
    return value;
  } catch (error) {
    note(look, path, describeError(error));
    throw error;
  }
}

/** What a file is besides its bytes: no regular file, or one that is larger than its reader takes. */
export type UnreadContent = { readonly isFile: false } | { readonly tooLargeBytes: number };

/** A pipe would keep its reader waiting, but for the second flag. Windows has no pipes among files. */
const openFlags = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

function readBytes(path: string, mostBytes: number): Buffer | UnreadContent {
  const file = openSync(path, openFlags);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) return { isFile: false };
    if (stats.size > mostBytes) return { tooLargeBytes: stats.size };
    const bytes = Buffer.allocUnsafe(stats.size);
    let length = 0;
    while (length < bytes.length) {
      const count = readSync(file, bytes, length, bytes.length - length, length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function describeContent(content: Buffer | UnreadContent): string {
  if (content instanceof Uint8Array) return hashBytes(content);
  return 'isFile' in content ? 'no file' : 'too large';
}

/** Returns the bytes of a regular file of at most `mostBytes`. Throws the system's error. */
export function readContent(path: string, mostBytes: number): Buffer | UnreadContent {
  return lookAt('content', path, () => readBytes(path, mostBytes), describeContent);
}

function listNames(path: string): readonly Dirent[] {
  return readdirSync(path, { withFileTypes: true }).filter(({ name }) => !name.startsWith('.'));
}

function describeEntry(entry: Dirent): string {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

function describeNames(entries: readonly Dirent[]): string {
  return hashTexts(entries.flatMap((entry) => [entry.name, describeEntry(entry)]));
}

/** Returns what a folder holds, but names that start with a dot. Throws the system's error. */
export function listFolder(path: string): readonly Dirent[] {
  return lookAt('names', path, () => listNames(path), describeNames);
}

function describeType(stats: Stats | undefined): string {
  if (stats === undefined) return 'nothing';
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'folder';
  return stats.isSymbolicLink() ? 'link' : 'other';
}

/** Returns what is at a path, links followed; `undefined` if nothing is. Throws the system's other errors. */
export function findType(path: string): Pick<Stats, 'isFile' | 'isDirectory'> | undefined {
  return lookAt('type', path, () => statSync(path, { throwIfNoEntry: false }), describeType);
}

/** Returns what is at a path, a link being one; `undefined` if nothing is. Throws the system's other errors. */
export function findOwnType(path: string): Pick<Stats, 'isSymbolicLink'> | undefined {
  return lookAt('own type', path, () => lstatSync(path, { throwIfNoEntry: false }), describeType);
}

/** Returns whether something is at a path, links followed. */
export function isThere(path: string): boolean {
  try {
    return findType(path) !== undefined;
  } catch {
    return false;
  }
}

/** Returns a path without links. Throws the system's error. */
export function findRealPath(path: string): string {
  return lookAt(
    'real path',
    path,
    () => realpathSync(path),
    (real) => real,
  );
}

/** Looks at a path again. `mostBytes` is for contents. */
function lookAgain(look: Look, path: string, mostBytes: number): string {
  try {
    switch (look) {
      case 'content':
        return describeContent(readBytes(path, mostBytes));
      case 'names':
        return describeNames(listNames(path));
      case 'type':
        return describeType(statSync(path, { throwIfNoEntry: false }));
      case 'own type':
        return describeType(lstatSync(path, { throwIfNoEntry: false }));
      case 'real path':
        return realpathSync(path);
    }
  } catch (error) {
    return describeError(error);
  }
}

/**
 * Looks at everything again, and returns the sights that are other ones now; `undefined` as soon as there are more than
 * `most`. Contents are read, since neither size nor time proves that they are the same.
 */
export function findChangedSights(
  sights: readonly FileSight[],
  { mostBytes, most }: { readonly mostBytes: number; readonly most: number },
): readonly FileSight[] | undefined {
  const changed: FileSight[] = [];
  for (const [look, path, seen] of sights) {
    const now = lookAgain(look, path, mostBytes);
    if (now === seen) continue;
    if (changed.length === most) return undefined;
    changed.push([look, path, now]);
  }
  return changed;
}
