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

/** How the lines of a file end; `damaged` is a gzip file that is cut off or none. */
export type LineEnds = 'alike' | 'mixed' | 'damaged';

/** Counts line ends in chunks; a CR at the end of one may belong to an LF in the next. */
function createLineEndCounter() {
  let [lf, crlf, cr] = [0, 0, 0];
  let endsWithCr = false;
  return {
    add(chunk: Buffer) {
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) {
        if (at === 0 ? endsWithCr : chunk[at - 1] === 13) crlf += 1;
        else lf += 1;
        // Files of one kind are the rule: without any CR the rest need not be counted.
        if (crlf === 0 && lf > 0 && chunk.indexOf(13, at) === -1) break;
      }
      for (let at = chunk.indexOf(13); at !== -1; at = chunk.indexOf(13, at + 1)) cr += 1;
      if (chunk.length > 0) endsWithCr = chunk.at(-1) === 13;
    },
    result: (): LineEnds => (cr !== crlf || (crlf > 0 && lf > 0) ? 'mixed' : 'alike'),
  };
}

/** Returns whether all lines of a file end alike, in LF or in CR LF. Reads the file as a stream, through gzip if it is. */
export async function scanLines(path: string): Promise<LineEnds> {
  const counter = createLineEndCounter();
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      counter.add(chunk);
      done();
    },
  });
  const source = createReadStream(path, { highWaterMark: 1 << 20 });
  try {
    await (path.endsWith('.gz')
      ? pipeline(source, createGunzip({ chunkSize: 1 << 20 }), sink)
      : pipeline(source, sink));
  } catch {
    return 'damaged';
  }
  return counter.result();
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
