import { appendFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputStream } from './output.js';

/** The name of the log in its folder; older parts have `.1` (the youngest) to `.5` behind it, as in dbt. */
export const logFileName = 'stedi.log';
const keptParts = 5;

/** Matches the files that are ours in the log folder. */
export const logFilePattern = /^stedi\.log(?:\.[1-5])?$/u;

/** Moves the log out of the way: `.4` becomes `.5`, and so on; the oldest part is gone. */
function rotate(path: string): void {
  for (let part = keptParts - 1; part >= 1; part -= 1) {
    if (existsSync(`${path}.${part}`)) renameSync(`${path}.${part}`, `${path}.${part + 1}`);
  }
  renameSync(path, `${path}.1`);
}

/**
 * Returns the stream of a log file, which is made with its folder when something is first written. Before it grows over
 * `maxBytes` (0: never) it is put aside. A log that cannot be written ends no command: `onFailure` hears of it once.
 */
export function createLogFile(
  folder: string,
  options: { readonly maxBytes: number; readonly onFailure: (error: unknown) => void },
): OutputStream {
  const path = join(folder, logFileName);
  let sizeBytes: number | null = null;
  let failed = false;
  return {
    write(text) {
      if (failed) return;
      try {
        if (sizeBytes === null) {
          mkdirSync(folder, { recursive: true });
          sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
        }
        const added = Buffer.byteLength(text);
        if (options.maxBytes > 0 && sizeBytes > 0 && sizeBytes + added > options.maxBytes) {
          rotate(path);
          sizeBytes = 0;
        }
        appendFileSync(path, text);
        sizeBytes += added;
      } catch (error) {
        failed = true;
        options.onFailure(error);
      }
    },
  };
}
