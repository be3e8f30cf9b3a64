import { isUtf8 } from 'node:buffer';
import type { LandingOutput } from '../core/landing-store.js';

/**
 * One line of a rejects file: a stretch of a source that could not be landed. Exactly one of `raw` (the text as it was
 * read) and `rawBase64` (bytes that are not UTF-8) is there.
 */
export interface RejectEntry {
  readonly source: string;
  /** Bytes before the stretch, in the decompressed source. */
  readonly offset?: number;
  /** Bytes before the stretch in the compressed file, where it could not be decompressed. */
  readonly compressedOffset?: number;
  /** Line on which the stretch begins, counted from 1. */
  readonly line?: number;
  readonly reason: string;
  /** From 1, only on the second and later parts of a stretch longer than 1 MiB. */
  readonly continues?: number;
  readonly raw?: string;
  readonly rawBase64?: string;
}

/** A rejects file that comes into being with its first entry. Functions throw `LandingFailure`. */
export interface RejectsFile {
  append(entry: Omit<RejectEntry, 'raw' | 'rawBase64'>, bytes: Buffer): void;
  drain(): Promise<void> | undefined;
  /** Returns whether there is a file. */
  commit(): Promise<boolean>;
  discard(): Promise<void>;
}

/** Returns the rejects file that `open` begins when the first entry comes. */
export function createRejectsFile(open: () => LandingOutput): RejectsFile {
  let file: LandingOutput | undefined;
  return {
    append(entry, bytes) {
      file ??= open();
      const raw = isUtf8(bytes)
        ? { raw: bytes.toString('utf8') }
        : { rawBase64: bytes.toString('base64') };
      file.append(Buffer.from(`${JSON.stringify({ ...entry, ...raw })}\n`));
    },
    drain: () => file?.drain(),
    async commit() {
      await file?.commit();
      return file !== undefined;
    },
    discard: async () => file?.discard(),
  };
}
