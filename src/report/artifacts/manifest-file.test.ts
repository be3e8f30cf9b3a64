import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isManifest, writeManifest } from './manifest-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('writeManifest', () => {
  it('writes pieces of every length one after the other, and says where the entries stand', () => {
    // Characters of several bytes, a piece that is larger than what is written at once, and pieces that just do not fit.
    const lengths = [0, 1, 700_000, 400_000, 348_575, 1, 1_048_576, 1_048_577, 3_000_000, 5];
    const pieces = lengths.map((length, index) => ({
      text: `${index}é€😀${String(index).repeat(length)}`,
      ...(index % 2 === 1 && { id: `model.shop.m${index}` }),
    }));
    const path = join(folder, 'target', 'manifest.json');
    const written = writeManifest(path, pieces);

    const bytes = readFileSync(path);
    expect(bytes.equals(Buffer.from(pieces.map(({ text }) => text).join('')))).toBe(true);
    expect(written.hash).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(written.metadataBytes).toBe(Buffer.byteLength(pieces[0]?.text ?? ''));
    expect(written.entries.map(([id]) => id)).toEqual(pieces.flatMap(({ id }) => id ?? []));
    for (const [id, start, length] of written.entries) {
      const text = bytes.subarray(start, start + length).toString();
      expect(text === pieces.find((piece) => piece.id === id)?.text, id).toBe(true);
    }
    expect(isManifest(path, written)).toBe(true);
  });
});
