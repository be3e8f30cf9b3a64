import { open } from 'node:fs/promises';
import type { SourceFile, SourceStore } from '../core/landing-store.js';

/** Opens a source: an address of `remote`, or else a file. Throws `LandingFailure`, or the system's error. */
export async function openSource(
  path: string,
  remote: SourceStore | undefined,
): Promise<SourceFile> {
  if (remote?.owns(path) === true) return remote.open(path);
  const handle = await open(path, 'r');
  try {
    const before = await handle.stat();
    return {
      size: before.size,
      read: (buffer, offset, length, position) => handle.read(buffer, offset, length, position),
      hasChanged: async () => {
        const after = await handle.stat();
        return after.size !== before.size || after.mtimeMs !== before.mtimeMs;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}
