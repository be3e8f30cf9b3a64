import { createGunzip } from 'node:zlib';
import type { SourceBytes } from '../core/landing-store.js';
import { maxPartBytes } from './scan-records.js';
import { readSlices } from './read-slices.js';
import type { SourcePiece } from './source-piece.js';

/** Small, because 16 KiB can hold 16 MiB, which are in memory at once. */
const feedBytes = 16 * 1024;

interface Fed {
  readonly pieces: readonly Buffer[];
  readonly failure: Error | undefined;
  /** The data are complete; what follows is not compressed. */
  readonly ended: boolean;
}

/** Decompresses step by step, so that what came before an error is not lost with it. */
interface Gunzip {
  feed(bytes: Buffer): Promise<Fed>;
  /** No more input. */
  finish(): Promise<Fed>;
  /** Compressed bytes that were understood. */
  understood(): number;
  close(): void;
}

function openGunzip(): Gunzip {
  const stream = createGunzip({ chunkSize: 256 * 1024 });
  let pieces: Buffer[] = [];
  let failure: Error | undefined;
  let ended = false;
  let settle = (): void => undefined;
  stream.on('data', (bytes: Buffer) => pieces.push(bytes));
  stream.on('end', () => {
    ended = true;
    settle();
  });
  stream.on('error', (error) => {
    failure = error;
    settle();
  });
  const take = async (act: (done: () => void) => void): Promise<Fed> => {
    await new Promise<void>((resolve) => {
      settle = resolve;
      act(resolve);
    });
    const fed = { pieces, failure, ended };
    pieces = [];
    return fed;
  };
  return {
    feed: (bytes) => take((done) => stream.write(bytes, () => done())),
    finish: () => take(() => stream.end()),
    understood: () => stream.bytesWritten,
    close: () => stream.destroy(),
  };
}

/**
 * Returns the decompressed bytes of the first `size` bytes of a gzip file, with all its members. A file that ends early
 * gives what is there and then a damage without bytes; bytes after the last member that are neither a member nor zeros
 * (padding) are a damage; data that contradict themselves or their checksum end in a `corrupt` piece, and no piece that
 * came before it can be trusted.
 */
export async function* readGzip(
  handle: SourceBytes,
  size: number,
): AsyncGenerator<SourcePiece, void> {
  const gunzip = openGunzip();
  let delivered = 0;
  try {
    for await (const { bytes, offset } of readSlices(handle, { to: size, step: feedBytes })) {
      const { pieces, failure, ended } = await gunzip.feed(bytes);
      for (const piece of pieces) {
        delivered += piece.length;
        yield { kind: 'data', bytes: piece, bytesRead: offset + bytes.length };
      }
      // zlib says so where a member should begin and something else does.
      if (failure?.message === 'incorrect header check') {
        yield* readSwallowed(handle, { size, failedAt: offset, delivered });
        return;
      }
      if (failure) {
        yield { kind: 'corrupt', reason: `the gzip data are damaged (${failure.message})` };
        return;
      }
      if (ended) {
        yield* readTail(handle, { from: gunzip.understood(), size });
        return;
      }
    }
    const { pieces, failure } = await gunzip.finish();
    for (const piece of pieces) yield { kind: 'data', bytes: piece, bytesRead: size };
    if (failure) {
      const reason = `the gzip data end early (${failure.message})`;
      yield { kind: 'damage', bytes: Buffer.alloc(0), offset: size, reason, part: 0 };
    }
  } finally {
    gunzip.close();
  }
}

/**
 * An error swallows what its slice held before it: decompresses once more, that slice byte by byte, and returns what was
 * not delivered yet, then the rest of the file as damage.
 */
async function* readSwallowed(
  handle: SourceBytes,
  failed: { readonly size: number; readonly failedAt: number; readonly delivered: number },
): AsyncGenerator<SourcePiece, void> {
  const { size, failedAt, delivered } = failed;
  const gunzip = openGunzip();
  let seen = 0;
  try {
    for await (const { bytes, offset } of readSlices(handle, { to: size, step: feedBytes })) {
      const step = offset < failedAt ? bytes.length : 1;
      for (let index = 0; index < bytes.length; index += step) {
        const { pieces, failure } = await gunzip.feed(bytes.subarray(index, index + step));
        for (const piece of pieces) {
          const fresh = piece.subarray(Math.max(delivered - seen, 0));
          seen += piece.length;
          if (fresh.length > 0) yield { kind: 'data', bytes: fresh, bytesRead: offset + index };
        }
        if (failure) {
          // A member is known by its first two bytes, so the first of the rest was taken for one.
          yield* readTail(handle, { from: gunzip.understood() - 1, size });
          return;
        }
      }
    }
  } finally {
    gunzip.close();
  }
}

/** Returns what follows the compressed data, unless it is padding. */
async function* readTail(
  handle: SourceBytes,
  { from, size }: { readonly from: number; readonly size: number },
): AsyncGenerator<SourcePiece, void> {
  const reason = 'bytes after the end of the gzip data';
  let isPadding = true;
  for await (const { bytes } of readSlices(handle, { from, to: size, step: maxPartBytes })) {
    isPadding &&= bytes.every((byte) => byte === 0);
  }
  if (isPadding) return;
  let part = 0;
  for await (const { bytes, offset } of readSlices(handle, {
    from,
    to: size,
    step: maxPartBytes,
  })) {
    yield { kind: 'damage', bytes, offset, reason, part };
    part += 1;
  }
}
