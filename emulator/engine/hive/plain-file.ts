import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import type { ObjectStore } from '../../core/object-store.js';
import { userError } from '../errors.js';
import type { TableFile } from './list-files.js';

/** Returns the content of a file, out of gzip where its name ends in `.gz`. */
export async function readPlainFile({ object, address }: TableFile): Promise<Buffer> {
  const bytes = await readFile(object.path);
  if (!object.key.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    throw userError(
      'data',
      `HIVE_CURSOR_ERROR: Failed to read file at ${address}: not in GZIP format, or cut off`,
    );
  }
}

/** Returns a local path with the plain content of a file: its own, or a copy out of gzip. */
export async function plainPath(objects: ObjectStore, file: TableFile): Promise<string> {
  if (/\.(?:bz2|snappy|lz4|zst|deflate)$/.test(file.object.key)) {
    throw userError(
      'notSupported',
      `NOT_SUPPORTED: (local Athena only) the compression of ${file.address} cannot be read; gzip can`,
    );
  }
  if (!file.object.key.endsWith('.gz')) return file.object.path;
  const path = objects.scratchPath('.txt');
  await writeFile(path, await readPlainFile(file));
  return path;
}
