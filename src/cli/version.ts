import { readFileSync } from 'node:fs';

/** Returns the version in the package's `package.json`. */
export function readVersion(): string {
  const manifest: unknown = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  );
  return (manifest as { readonly version: string }).version;
}

/**
 * Returns what changes with each build of the tool and version of Node; `undefined` where the sources run without a
 * build. A version alone would not do: a checkout has one for many states of the code.
 */
export function readBuild(): string | undefined {
  try {
    const stamp = readFileSync(new URL('../.build-stamp', import.meta.url), 'utf8');
    return `${readVersion()} ${stamp} ${process.version}`;
  } catch {
    return undefined;
  }
}
