import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { Writable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** Finds a line by the function `matches`, which gets the line and its number among those that are not blank, from 1. */
export type LineTest = (line: string, record: number) => boolean;

/**
 * Returns the number (from 1) of the first line of a landing file that `matches`; `undefined` if there is none or the
 * file cannot be read. Reads the file as a stream, through gzip where its name ends in `.gz`.
 */
export async function findLine(path: string, matches: LineTest): Promise<number | undefined> {
  const source = createReadStream(path);
  const input = path.endsWith('.gz') ? source.pipe(createGunzip()) : source;
  const lines = createInterface({ input, crlfDelay: Infinity });
  const failed = new Promise<never>((_, reject) => {
    source.on('error', reject);
    input.on('error', reject);
  });
  const search = async (): Promise<number | undefined> => {
    let number = 0;
    let record = 0;
    for await (const line of lines) {
      number++;
      if (line.trim() === '') continue;
      record++;
      if (matches(line, record)) return number;
    }
    return undefined;
  };
  try {
    return await Promise.race([search(), failed]);
  } catch {
    return undefined;
  } finally {
    lines.close();
    source.destroy();
  }
}

/**
 * Returns whether a gzip file is complete and sound. DuckDB reads one that was cut off up to where it ends and says
 * nothing.
 */
export async function isSoundGzip(path: string): Promise<boolean> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(createReadStream(path), createGunzip(), nowhere);
    return true;
  } catch {
    return false;
  }
}
