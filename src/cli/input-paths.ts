import { relative, resolve, sep } from 'node:path';
import type { SourceStore } from '../core/landing-store.js';

/** How inputs on the command line are found and shown. */
export interface InputPaths {
  /** Returns an absolute path; an address of `sources` as it is. */
  readonly resolveInput: (input: string, sources: SourceStore | undefined) => string;
  /** Returns a path relative to the working directory, with forward slashes; one outside of it as it is. */
  readonly displayPath: (path: string) => string;
}

/** Returns how inputs are found from the folder `cwd`. */
export function createInputPaths(cwd: string): InputPaths {
  return {
    resolveInput: (input, sources) => (sources?.owns(input) === true ? input : resolve(cwd, input)),
    displayPath: (path) => {
      const inside = relative(cwd, path);
      return inside === '' || inside.startsWith('..') || path.includes('://')
        ? path
        : inside.split(sep).join('/');
    },
  };
}
