import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { errorDiagnostic, warningDiagnostic, type Diagnostic } from '../core/diagnostic.js';
import { LandingFailure, type SourceStore } from '../core/landing-store.js';
import { describeReadFailure } from './file-error.js';

/** The files that inputs stand for. */
export interface FoundInputs {
  /** Absolute or as given, in the order of the inputs, those of a folder by name; no file twice. */
  readonly files: readonly string[];
  /** Files of folders that were left out, because their name begins with `.` or `_`. */
  readonly ignored: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns the files of `inputs`: files as they are, folders with all files below them. In folders, names that begin
 * with `.` or `_` are markers and rubbish (as for query engines) and left out; named outright they are taken. Nothing inside
 * `forbidden` folders is taken. Addresses of `sources` are looked up there, by the same rules.
 * Diagnostics: `land-input-unreadable`, `land-folders-overlap`, `land-no-records` (a folder without files).
 */
export async function findInputs(
  inputs: readonly string[],
  options: {
    readonly forbidden: readonly string[];
    readonly sources?: SourceStore | undefined;
    readonly displayPath: (path: string) => string;
  },
): Promise<FoundInputs> {
  const { displayPath, sources } = options;
  const forbidden = await Promise.all(options.forbidden.map(realpathIfThere));
  const files: string[] = [];
  const ignored: string[] = [];
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();

  async function add(path: string): Promise<void> {
    let real: string;
    let kind: 'file' | 'folder' | 'other';
    try {
      real = await realpath(path);
      const found = await stat(path);
      kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'other';
    } catch (error) {
      diagnostics.push(describeReadFailure(error as NodeJS.ErrnoException, displayPath(path)));
      return;
    }
    if (seen.has(real)) return;
    seen.add(real);
    const shown = displayPath(path);
    if (kind === 'folder') await addFolder(path);
    else if (kind === 'other') {
      diagnostics.push(
        errorDiagnostic('land-input-unreadable', `'${shown}' is neither a file nor a folder`, {
          location: { path: shown },
          hint: 'write its content to a file and give that',
        }),
      );
    } else if (forbidden.some((folder) => isInside(real, folder))) refuseOverlap(shown);
    else files.push(path);
  }

  function refuseOverlap(shown: string): void {
    diagnostics.push(
      errorDiagnostic(
        'land-folders-overlap',
        `'${shown}' lies in the folder that would be written to, so its records would be there twice`,
        { location: { path: shown }, hint: 'give files outside the landing and rejects folders' },
      ),
    );
  }

  function warnEmpty(shown: string): void {
    diagnostics.push(
      warningDiagnostic('land-no-records', `the folder '${shown}' holds no files`, {
        location: { path: shown },
        hint: 'check that this is the folder you meant',
      }),
    );
  }

  async function addRemote(address: string, store: SourceStore): Promise<void> {
    try {
      const listed = await store.list(address);
      if (listed.files.length + listed.ignored.length === 0) warnEmpty(address);
      ignored.push(...listed.ignored);
      for (const file of listed.files) {
        if (seen.has(file)) continue;
        seen.add(file);
        if (options.forbidden.some((place) => file.startsWith(`${place}/`))) refuseOverlap(file);
        else files.push(file);
      }
    } catch (error) {
      if (!(error instanceof LandingFailure)) throw error;
      diagnostics.push(error.diagnostic);
    }
  }

  async function addFolder(folder: string): Promise<void> {
    const before = files.length + ignored.length + diagnostics.length;
    let names: string[];
    try {
      names = (await readdir(folder)).sort();
    } catch (error) {
      diagnostics.push(describeReadFailure(error as NodeJS.ErrnoException, displayPath(folder)));
      return;
    }
    for (const name of names) {
      const path = join(folder, name);
      if (/^[._]/.test(name)) ignored.push(displayPath(path));
      else await add(path);
    }
    if (files.length + ignored.length + diagnostics.length === before) {
      warnEmpty(displayPath(folder));
    }
  }

  for (const input of inputs) {
    if (sources?.owns(input) === true) await addRemote(input, sources);
    else await add(input);
  }
  return { files, ignored, diagnostics };
}

/** Returns whether `path` is `folder` or lies in it. Both are absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !/^[a-z]:/i.test(way);
}

async function realpathIfThere(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return path;
  }
}
