import { createHash } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { isMapping } from '../../core/is-mapping.js';
import type { Redactor } from '../redact.js';
import type { ManifestPiece } from './manifest-text.js';

/** A manifest as it was written, so that it can be known again. */
export interface WrittenManifest {
  /** sha256 of the file, hex. */
  readonly hash: string;
  /** How many bytes stand before what follows the metadata. */
  readonly metadataBytes: number;
  /** Where the entries of nodes, of sources and of what else is in the DAG stand in it, in order: the node, the first byte, how many bytes. */
  readonly entries: readonly (readonly [id: string, start: number, length: number])[];
}

const batchBytes = 1 << 20;

/** Writes a file in parts, atomically, and returns its hash. Throws the system's error. */
function writeParts(path: string, parts: Iterable<Uint8Array>): string {
  const temporary = join(dirname(path), `.${process.pid}.tmp`);
  mkdirSync(dirname(path), { recursive: true });
  const hash = createHash('sha256');
  try {
    const file = openSync(temporary, 'w');
    try {
      for (const bytes of parts) {
        hash.update(bytes);
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      }
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What kept it from being written is the better reason.
    }
    throw error;
  }
  return hash.digest('hex');
}

/**
 * Writes the manifest to an absolute path, so that a reader sees the old one or the new one, never a part. Throws the
 * system's error.
 */
export function writeManifest(path: string, pieces: Iterable<ManifestPiece>): WrittenManifest {
  const entries: (readonly [id: string, start: number, length: number])[] = [];
  let metadataBytes = 0;
  /** What it gives holds until the next is asked for: texts that are put together and copied outlive themselves by much. */
  function* batches(): Generator<Uint8Array> {
    const batch = Buffer.allocUnsafe(batchBytes);
    let used = 0;
    let start = 0;
    for (const { text, id } of pieces) {
      const length = Buffer.byteLength(text);
      if (start === 0) metadataBytes = length;
      if (id !== undefined) entries.push([id, start, length]);
      start += length;
      if (used + length > batchBytes) {
        yield batch.subarray(0, used);
        used = 0;
      }
      if (length > batchBytes) yield Buffer.from(text);
      else used += batch.write(text, used);
    }
    yield batch.subarray(0, used);
  }
  const hash = writeParts(path, batches());
  return { hash, metadataBytes, entries };
}

/** Reads entries of a manifest. Throws where none stands. */
export interface ManifestReader {
  readonly entryAt: (start: number, length: number) => readonly [id: string, entry: Json];
}

/** Returns a reader of the file, if it is the one that was written, byte for byte. */
export function openManifest(
  path: string,
  { hash }: Pick<WrittenManifest, 'hash'>,
): ManifestReader | undefined {
  const bytes = readWritten(path, hash);
  return bytes && { entryAt: (start, length) => parsePair(bytes.subarray(start, start + length)) };
}

function readWritten(path: string, hash: string): Buffer | undefined {
  try {
    const bytes = readFileSync(path);
    return createHash('sha256').update(bytes).digest('hex') === hash ? bytes : undefined;
  } catch {
    return undefined;
  }
}

/** Returns whether a file is the one that was written, byte for byte. */
export function isManifest(path: string, { hash }: Pick<WrittenManifest, 'hash'>): boolean {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    if (!fstatSync(file).isFile()) return false;
    const found = createHash('sha256');
    const buffer = Buffer.allocUnsafe(batchBytes);
    for (;;) {
      const count = readSync(file, buffer, 0, batchBytes, null);
      if (count === 0) return found.digest('hex') === hash;
      found.update(buffer.subarray(0, count));
    }
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

type Json = Readonly<Record<string, unknown>>;

/** What becomes of a manifest in which few things change. */
export interface ManifestChange {
  /** Replaces values of the metadata. */
  readonly metadata: Json;
  /** Entries by where they stand, in order; a function that returns nothing says that the manifest must be made anew. */
  readonly entries: readonly {
    readonly start: number;
    readonly length: number;
    readonly change: (entry: Json) => Json | undefined;
  }[];
  readonly redact: Redactor;
}

function parsePair(bytes: Uint8Array): readonly [key: string, value: Json] {
  const pairs = Object.entries(JSON.parse(`{${Buffer.from(bytes).toString('utf8')}}`) as Json);
  const [key, value] = pairs[0] ?? [];
  if (key === undefined || !isMapping(value)) throw new Error('the manifest holds no such entry');
  return [key, value];
}

/**
 * Writes the manifest anew with other metadata and other entries, all else byte for byte as it was. Returns its hash, the
 * bytes of its metadata, and by how many bytes each entry has grown; `undefined`, and nothing is written, if it is not
 * the manifest of this hash or a change gives nothing. Throws the system's error when it cannot be written.
 */
export function changeManifest(
  path: string,
  { hash, metadataBytes }: Pick<WrittenManifest, 'hash' | 'metadataBytes'>,
  { metadata, entries, redact }: ManifestChange,
):
  | (Pick<WrittenManifest, 'hash' | 'metadataBytes'> & { readonly grown: readonly number[] })
  | undefined {
  const bytes = readWritten(path, hash);
  if (bytes === undefined) return undefined;
  const printPair = (key: string, value: unknown): Buffer =>
    Buffer.from(redact.json({ [key]: value }).slice(1, -1));

  const [key, old] = parsePair(bytes.subarray(1, metadataBytes));
  const head = printPair(key, { ...old, ...metadata });
  const parts: Uint8Array[] = [bytes.subarray(0, 1), head];
  const grown: number[] = [];
  let at = metadataBytes;
  for (const { start, length, change } of entries) {
    const [id, entry] = parsePair(bytes.subarray(start, start + length));
    const changed = change(entry);
    if (changed === undefined) return undefined;
    const text = printPair(id, changed);
    parts.push(bytes.subarray(at, start), text);
    grown.push(text.length - length);
    at = start + length;
  }
  parts.push(bytes.subarray(at));
  return { hash: writeParts(path, parts), metadataBytes: 1 + head.length, grown };
}
