import type { FileHandle } from 'node:fs/promises';
import { readGzip } from './read-gzip.js';

/** What a source holds, in order. */
export type SourcePiece =
  | {
      readonly kind: 'data';
      /** Decompressed; valid until the next piece is asked for. */
      readonly bytes: Buffer;
      /** Bytes of the file that were read so far. */
      readonly bytesRead: number;
    }
  /** Bytes that cannot be decompressed, or none where they are missing; the first part of a damage has `part` 0. */
  | {
      readonly kind: 'damage';
      readonly bytes: Buffer;
      /** Place of the bytes in the file. */
      readonly offset: number;
      readonly reason: string;
      readonly part: number;
    }
  /** The compressed data contradict themselves or their checksum: nothing that came before can be trusted. */
  | { readonly kind: 'corrupt'; readonly reason: string }
  /** The file is of a kind that is not read at all; nothing follows. */
  | { readonly kind: 'foreign'; readonly format: string; readonly hint: string };

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
 * Returns the first `size` bytes of an open file in pieces (a file that grows would never end); gzip (also with several members) is recognised by
 * its first bytes and decompressed. Memory does not depend on the file's size. Throws the system's error if the file
 * cannot be read.
 */
export async function* readSource(
  handle: FileHandle,
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

/** Returns slices of at most `step` bytes of an open file, up to `to`; each is valid until the next is asked for. */
export async function* readSlices(
  handle: FileHandle,
  { from = 0, to, step }: { readonly from?: number; readonly to: number; readonly step: number },
): AsyncGenerator<{ readonly bytes: Buffer; readonly offset: number }, void> {
  const buffer = Buffer.allocUnsafe(step);
  for (let offset = from; offset < to;) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(step, to - offset), offset);
    if (bytesRead === 0) return;
    yield { bytes: buffer.subarray(0, bytesRead), offset };
    offset += bytesRead;
  }
}
