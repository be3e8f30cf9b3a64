import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { errorDiagnostic } from '../core/diagnostic.js';
import { LandingFailure, type LandingOutput, type LandingStore } from '../core/landing-store.js';
import { failure, success, type Result } from '../core/result.js';
import { makeFolder, openAtomicFile, WriteFailure } from './atomic-file.js';
import { describeWriteFailure } from './file-error.js';
import { isInside } from './find-inputs.js';

/** The folders of a landing on this machine, absolute. */
export interface FolderStoreOptions {
  /** The folder of the landing table; created if it is not there. */
  readonly location: string;
  /** Where rejects files go; outside `location`, so that no reader takes them for records. Created when needed. */
  readonly rejectsDir: string;
  /** Returns a path as messages and rejects files show it. */
  readonly displayPath: (path: string) => string;
}

/**
 * Returns the store of two folders. A file has its name when it is on the disk, not before (see `openAtomicFile`); writes
 * are synchronous, so that nobody ever waits for `drain`. Codes: `land-folders-overlap`; its functions throw `disk-full`
 * and `write-failed`.
 */
export function createFolderStore(options: FolderStoreOptions): Result<LandingStore> {
  const { location, rejectsDir, displayPath } = options;
  if (isInside(rejectsDir, location)) {
    return failure([
      errorDiagnostic(
        'land-folders-overlap',
        `the folder for rejects, '${displayPath(rejectsDir)}', lies in the landing location '${displayPath(location)}', where readers would take rejects for records`,
        { hint: 'choose a folder outside the landing location' },
      ),
    ]);
  }
  const attempt = <T>(act: () => T): T => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof WriteFailure)) throw error;
      throw new LandingFailure(describeWriteFailure(error, displayPath(error.path)));
    }
  };
  /** The same as a promise: the executor's exception is its rejection. */
  const promise = <T>(act: () => T): Promise<T> => new Promise((resolve) => resolve(attempt(act)));
  const open = (path: string): LandingOutput => {
    const file = attempt(() => openAtomicFile(path));
    return {
      append: (bytes) => attempt(() => file.append(bytes)),
      drain: () => undefined,
      commit: () => promise(() => file.commit()),
      discard: () => promise(() => file.discard()),
    };
  };
  const outputPath = (digest: string): string => join(location, `${digest}.json`);
  const rejectsPath = (digest: string): string => join(rejectsDir, `${digest}.rejects.jsonl`);
  const addressesOf = (digest: string) => ({
    output: displayPath(outputPath(digest)),
    rejects: displayPath(rejectsPath(digest)),
  });
  return success({
    places: [location, rejectsDir],
    prepare: () => promise(() => makeFolder(location)),
    find: (digest) =>
      promise(() => {
        if (!existsSync(outputPath(digest))) return undefined;
        const { output, rejects } = addressesOf(digest);
        return { output, rejects: existsSync(rejectsPath(digest)) ? rejects : null };
      }),
    addressesOf,
    openOutput: (digest) => open(outputPath(digest)),
    openRejects: (digest) => open(rejectsPath(digest)),
  });
}
