import type { SourceBytes } from '../core/landing-store.js';
import { readGzip } from './read-gzip.js';
import { readSlices } from './read-slices.js';
import type { SourcePiece } from './source-piece.js';

const readBytes = 256 * 1024;

/** First bytes of formats that hold no JSON text, and what to do about them. */
const foreignFormats: readonly { bytes: readonly number[]; format: string; hint: string }[] = [
  { bytes: [0x50, 0x4b, 0x03, 0x04], format: 'a zip archive', hint: 'unpack it first' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], format: 'zstd data', hint: 'decompress it with zstd -d' },
  { bytes: [0x42, 0x5a, 0x68], format: 'bzip2 data', hint: 'decompress it with bunzip2' },
  { bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a], format: 'xz data', hint: 'decompress it with unxz' },
  { bytes: [0x50, 0x41, 0x52, 0x31], format: 'a Parquet file', hint: 'export it as JSON lines' },
  { bytes: [0xff, 0xfe], format: 'UTF-16 text', hint: 'convert it with iconv -f UTF-16 -t UTF-8' },
  { bytes: [0xfe, 0xff], format: 'UTF-16 text', hint: 'convert it with iconv -f UTF-16 -t UTF-8' },
];

/**
 * Returns the first `size` bytes of an open file in pieces (a file that grows would never end); gzip (also with several
 * members) is recognised by
 * its first bytes and decompressed. Memory does not depend on the file's size. Throws the system's error if the file
 * cannot be read.
 */
export async function* readSource(
  handle: SourceBytes,
  size: number,
): AsyncGenerator<SourcePiece, void> {
  const head = Buffer.alloc(8);
  await handle.read(head, 0, head.length, 0);
  const foreign = foreignFormats.find(({ bytes }) =>
    bytes.every((byte, index) => head[index] === byte),
  );
  if (foreign) {
    yield { kind: 'foreign', format: foreign.format, hint: foreign.hint };
    return;
  }
  if (head[0] === 0x1f && head[1] === 0x8b) {
    yield* readGzip(handle, size);
    return;
  }
  for await (const { bytes, offset } of readSlices(handle, { to: size, step: readBytes })) {
    yield { kind: 'data', bytes, bytesRead: offset + bytes.length };
  }
}
