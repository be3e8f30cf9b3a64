import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Diagnostic } from '../core/diagnostic.js';
import { createFolderStore, type FolderStoreOptions } from './folder-store.js';
import { createRandom } from './generate/random.js';
import { landFiles, type LandOptions, type LandSummary } from './land-files.js';
import { randomObjectTokens, spreadTokens } from './testing/random-json.js';

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'land-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

function write(name: string, content: string | Buffer): string {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), content);
  return at(name);
}

async function land(
  inputs: readonly string[],
  options: Partial<LandOptions & FolderStoreOptions> = {},
): Promise<{ ok: boolean; summary: LandSummary; diagnostics: readonly Diagnostic[] }> {
  const displayPath = (path: string): string => relative(root, path);
  const store = createFolderStore({
    location: at('landing/customer'),
    rejectsDir: at('rejects'),
    displayPath,
    ...options,
  });
  const result = store.ok
    ? await landFiles({
        inputs,
        store: store.value,
        displayPath,
        signal: new AbortController().signal,
        ...options,
      })
    : store;
  const nothing: LandSummary = { files: [], ignored: [], records: 0, rejects: 0, cancelled: false };
  const { ok, diagnostics } = result;
  return { ok, diagnostics, summary: result.ok ? result.value : nothing };
}

const landed = (folder = 'landing/customer'): string[] =>
  existsSync(at(folder)) ? readdirSync(at(folder)) : [];
const landedText = (): string =>
  landed()
    .map((name) => readFileSync(at('landing/customer', name), 'utf8'))
    .join('');
const rejects = (): Record<string, unknown>[] =>
  landed('rejects').flatMap((name) =>
    readFileSync(at('rejects', name), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>),
  );
const codes = (diagnostics: readonly Diagnostic[]): string[] => diagnostics.map(({ code }) => code);
const sha256 = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('hex');

describe('landFiles', () => {
  it('writes clean JSON lines under a name made of the content', async () => {
    const content = '[ {"a": 1.0},\r\n {"b": "x y"} ]';
    const { ok, summary, diagnostics } = await land([write('raw/a.json', content)]);
    expect({ ok, diagnostics }).toEqual({ ok: true, diagnostics: [] });
    expect(summary).toEqual({
      files: [
        {
          source: 'raw/a.json',
          output: `landing/customer/${sha256(content)}.json`,
          rejectsFile: null,
          records: 2,
          rejects: 0,
          bytes: content.length,
          status: 'landed',
        },
      ],
      ignored: [],
      records: 2,
      rejects: 0,
      cancelled: false,
    });
    expect(landed()).toEqual([`${sha256(content)}.json`]);
    expect(landedText()).toBe('{"a":1.0}\n{"b":"x y"}\n');
    expect(landed('rejects')).toEqual([]);
  });

  it('lands the same content once, whatever its name', async () => {
    const first = write('a.json', '{"a":1}');
    const second = write('b.json', '{"a":1}');
    const { summary } = await land([first, second]);
    expect(summary.files.map(({ status }) => status)).toEqual(['landed', 'already-landed']);
    expect(summary.files[1]?.output).toBe(summary.files[0]?.output);
    const again = await land([first]);
    expect(again.summary.files).toMatchObject([{ status: 'already-landed', records: 0 }]);
    expect(landedText()).toBe('{"a":1}\n');
  });

  it('takes folders with everything below them, but not markers', async () => {
    write('raw/b.json', '{"b":1}');
    write('raw/deep/er/a.json', '{"a":1}');
    write('raw/_SUCCESS', '');
    write('raw/.hidden/x.json', '{"x":1}');
    const { summary } = await land([at('raw'), at('raw/b.json')]);
    expect(summary.files.map(({ source }) => source)).toEqual(['raw/b.json', 'raw/deep/er/a.json']);
    expect(summary.ignored).toEqual(['raw/.hidden', 'raw/_SUCCESS']);
    const named = await land([at('raw/.hidden/x.json')]);
    expect(named.summary.records).toBe(1);
  });

  it('survives a folder that contains itself', async () => {
    write('raw/a.json', '{"a":1}');
    symlinkSync(at('raw'), at('raw/loop'));
    expect((await land([at('raw')])).summary.records).toBe(1);
  });

  it('finds the same random records in every layout, compressed or not', async () => {
    const random = createRandom('land');
    const expected: string[] = [];
    for (let file = 0; file < 40; file += 1) {
      const records = Array.from({ length: random.integer(1, 60) }, () =>
        randomObjectTokens(random),
      );
      // Longer than a read, so that records lie across its borders.
      if (file % 10 === 0) records.push(['{', '"long"', ':', `"${'ö'.repeat(400_000)}"`, '}']);
      const pretty = records.map((tokens) => spreadTokens(random, tokens));
      const source = random.pick([
        pretty.join('\n'),
        pretty.join(''),
        pretty.join(',\n'),
        `[${pretty.join(',')}]`,
        pretty.map((record) => `[${record}]\r\n`).join(''),
        `\uFEFF${pretty.join('\r\n')}`,
      ]);
      const bytes = Buffer.from(source);
      const cut = random.integer(0, bytes.length);
      const packed = random.pick([
        () => bytes,
        () => gzipSync(bytes),
        () => Buffer.concat([gzipSync(bytes.subarray(0, cut)), gzipSync(bytes.subarray(cut))]),
        () => Buffer.concat([gzipSync(bytes), Buffer.alloc(512)]),
      ])();
      const name = String(file).padStart(2, '0');
      const { summary } = await land([write(name, packed)], { location: at('out', name) });
      expected.push(records.map((tokens) => `${tokens.join('')}\n`).join(''));
      expect(summary).toMatchObject({ records: records.length, rejects: 0 });
      const [output] = landed(`out/${name}`);
      expect(readFileSync(at('out', name, output ?? ''), 'utf8') === expected[file]).toBe(true);
    }
  });

  it('puts what cannot be parsed into the rejects file and keeps the rest', async () => {
    const bad = Buffer.from('{"b":"\xff"}\n', 'latin1');
    const good = '{"a":1}\n{"a":\n';
    const content = Buffer.concat([Buffer.from(good), bad, Buffer.from('{"c":"ü"}\n3\n')]);
    const { ok, summary, diagnostics } = await land([write('a.json', content)]);
    expect(ok).toBe(true);
    expect(landedText()).toBe('{"a":1}\n{"c":"ü"}\n');
    expect(summary.files).toMatchObject([
      { records: 2, rejects: 3, rejectsFile: `rejects/${sha256(content)}.rejects.jsonl` },
    ]);
    expect(rejects()).toEqual([
      {
        source: 'a.json',
        offset: 8,
        line: 2,
        reason: expect.stringContaining('expected') as string,
        raw: '{"a":',
      },
      {
        source: 'a.json',
        offset: 14,
        line: 3,
        reason: 'the object is not valid UTF-8',
        rawBase64: bad.subarray(0, -1).toString('base64'),
      },
      {
        source: 'a.json',
        offset: 35,
        line: 5,
        reason: 'expected an object, found a number',
        raw: '3',
      },
    ]);
    expect(diagnostics).toMatchObject([
      { code: 'land-records-rejected', severity: 'warning', location: { path: 'a.json', line: 2 } },
    ]);
    expect(diagnostics[0]?.message).toMatch(/^3 places of 'a.json' could not be read/);
  });

  it.each(['', ' \n\r\n', '\uFEFF', '[]'])('says that %j holds no records', async (content) => {
    const { ok, summary, diagnostics } = await land([write('a.json', content)]);
    expect(ok).toBe(true);
    expect(summary.files).toMatchObject([{ status: 'empty', output: null }]);
    expect(codes(diagnostics)).toEqual(['land-no-records']);
    expect(landed()).toEqual([]);
  });

  it('warns of keys that occur twice and keeps them', async () => {
    const { diagnostics } = await land([write('a.json', '{"a":1}\n{"b":1,"B":2}\n{"c":1,"c":1}')]);
    expect(landedText()).toBe('{"a":1}\n{"b":1,"B":2}\n{"c":1,"c":1}\n');
    expect(diagnostics).toMatchObject([{ code: 'land-duplicate-keys', location: { line: 2 } }]);
    expect(diagnostics[0]?.message).toContain('2 records hold a key twice');
  });

  it('lands a single object of 50 MB, and warns of it', async () => {
    const values = Array.from({ length: 50_000 }, (_, value) => `"${value}${'x'.repeat(1000)}"`);
    const content = `{\n  "a": [\n${values.join(' ,\n')}\n]\n}\n`;
    expect(content.length).toBeGreaterThan(50_000_000);
    const { summary, diagnostics } = await land([write('a.json', content)]);
    expect(summary).toMatchObject({ records: 1, rejects: 0 });
    expect(sha256(landedText())).toBe(sha256(`{"a":[${values.join(',')}]}\n`));
    expect(diagnostics).toMatchObject([{ code: 'land-large-records', location: { line: 1 } }]);
  });

  it('shows nothing before it is complete, and tells how far it is', async () => {
    const content = '{"a":1}\n'.repeat(100_000);
    const seen: string[] = [];
    const progress: number[][] = [];
    const source = write('a.json', content);
    const { summary } = await land([source], {
      onProgress: ({ source: name, fileIndex, fileCount, bytesRead, bytesTotal, records }) => {
        expect([name, fileIndex, fileCount, bytesTotal]).toEqual(['a.json', 0, 1, content.length]);
        seen.push(...landed());
        progress.push([bytesRead, records]);
      },
    });
    expect(summary.records).toBe(100_000);
    expect(progress.length).toBeGreaterThan(2);
    expect(progress.at(-1)).toEqual([content.length, 100_000]);
    expect(seen.length).toBeGreaterThan(2);
    for (const name of seen) expect(name).toMatch(/^\..*\.partial$/);
  });

  it('stops when it is cancelled and leaves nothing half', async () => {
    const first = write('a.json', '{"a":1}');
    const second = write('b.json', '{"b":1}\n'.repeat(100_000));
    const controller = new AbortController();
    const { ok, summary } = await land([first, second, first, write('c.json', '{"c":1}')], {
      signal: controller.signal,
      onProgress: ({ fileIndex }) => {
        if (fileIndex === 1) controller.abort();
      },
    });
    expect(ok).toBe(true);
    expect(summary.cancelled).toBe(true);
    expect(summary.files.map(({ status }) => status)).toEqual(['landed', 'skipped', 'skipped']);
    expect(landedText()).toBe('{"a":1}\n');
  });
});

describe('damaged gzip', () => {
  const lines = Array.from({ length: 20_000 }, (_, line) => `{"a":${line * 7919}}\n`);
  const packed = gzipSync(lines.join(''));

  it('lands what comes before the end of a truncated file', async () => {
    const { summary, diagnostics } = await land([write('a.gz', packed.subarray(0, -20_000))]);
    expect(summary.records).toBeGreaterThan(1000);
    expect(landedText()).toBe(lines.slice(0, summary.records).join(''));
    expect(rejects()).toMatchObject([
      { compressedOffset: packed.length - 20_000, raw: '' },
      { line: summary.records + 1, reason: 'the source ends before the object is complete' },
    ]);
    expect(codes(diagnostics)).toEqual(['land-records-rejected', 'land-input-damaged']);
    expect(diagnostics[1]?.hint).toContain(summary.files[0]?.output);
  });

  it.each([0, 5, 20])('truncated after %i bytes', async (length) => {
    const { summary, diagnostics } = await land([
      write('a.gz', Buffer.concat([packed.subarray(0, 2), packed.subarray(2, 2 + length)])),
    ]);
    expect(summary.files).toMatchObject([{ status: 'empty', records: 0, output: null }]);
    expect(codes(diagnostics)).toContain('land-input-damaged');
  });

  it('lands nothing of a file whose checksum does not fit', async () => {
    const broken = Buffer.from(packed);
    broken.writeUInt8((broken.at(-6) ?? 0) ^ 1, broken.length - 6);
    const { summary, diagnostics } = await land([write('a.gz', broken)]);
    expect(summary.files).toMatchObject([{ status: 'failed', output: null }]);
    expect(diagnostics).toMatchObject([{ code: 'land-input-damaged', severity: 'error' }]);
    expect(landed()).toEqual([]);
    expect(landed('rejects')).toEqual([]);
  });

  it('lands the data before something that is no gzip', async () => {
    for (const tail of ['{"plain":1}\n{"plain":2}\n', '\0\0{"plain":1}']) {
      const content = Buffer.concat([packed, Buffer.from(tail)]);
      const { summary } = await land([write('a.gz', content)], { location: at('out') });
      expect(summary.records).toBe(20_000);
      const [damage] = rejects();
      rmSync(at('rejects'), { recursive: true });
      expect(damage?.compressedOffset).toBe(packed.length);
      expect(damage?.raw).toBe(tail);
    }
  });
});

describe('what cannot be landed', () => {
  it('reports inputs that cannot be read and lands the others', async () => {
    const good = write('good.json', '{"a":1}');
    mkdirSync(at('empty'));
    const { ok, summary, diagnostics } = await land([
      at('none.json'),
      good,
      '/dev/null',
      at('empty'),
      join(good, 'x'),
    ]);
    expect(ok).toBe(true);
    expect(summary.records).toBe(1);
    expect(codes(diagnostics)).toEqual([
      'land-input-unreadable',
      'land-input-unreadable',
      'land-no-records',
      'land-input-unreadable',
    ]);
    expect(diagnostics[0]?.message).toBe("could not read 'none.json': it does not exist");
  });

  it('fails when no input can be used', async () => {
    const { ok, diagnostics } = await land([at('none.json')]);
    expect(ok).toBe(false);
    expect(codes(diagnostics)).toEqual(['land-input-unreadable']);
    expect(existsSync(at('landing'))).toBe(false);
  });

  it.each([
    ['zip', Buffer.from('PK\x03\x04....'), 'a zip archive'],
    ['UTF-16', Buffer.from('\uFEFF{"a":1}', 'utf16le'), 'UTF-16 text'],
    ['Parquet', Buffer.from('PAR1....'), 'a Parquet file'],
  ])('refuses %s files', async (_, content, format) => {
    const { summary, diagnostics } = await land([write('a', content)]);
    expect(summary.files).toMatchObject([{ status: 'failed', output: null }]);
    expect(diagnostics[0]?.message).toBe(`could not read 'a': it is ${format}, not JSON`);
    expect(landed()).toEqual([]);
  });

  it('refuses a file that changes while it is read', async () => {
    const source = write('a.json', '{"a":1}\n'.repeat(100_000));
    const { summary, diagnostics } = await land([source], {
      onProgress: () => appendFileSync(source, '{"a":2}\n'),
    });
    expect(summary.files).toMatchObject([{ status: 'failed' }]);
    expect(diagnostics[0]?.message).toContain('it changed while it was read');
    expect(landed()).toEqual([]);
  });

  it('does not land the landing location or the rejects into itself', async () => {
    await land([write('a.json', '{"a":1}\nx\n')]);
    const { ok, diagnostics } = await land([root]);
    expect(ok).toBe(true);
    expect(codes(diagnostics)).toEqual(['land-folders-overlap', 'land-folders-overlap']);
    expect(landedText()).toBe('{"a":1}\n');
    const inside = await land([at('a.json')], { rejectsDir: at('landing/customer/rejects') });
    expect(inside.ok).toBe(false);
    expect(codes(inside.diagnostics)).toEqual(['land-folders-overlap']);
  });

  it('fails when the location cannot be made', async () => {
    write('landing', 'a file');
    const { ok, diagnostics } = await land([write('a.json', '{"a":1}')]);
    expect(ok).toBe(false);
    expect(codes(diagnostics)).toEqual(['write-failed']);
  });

  it('fails a file whose rejects cannot be written, and shows no output', async () => {
    write('rejects', 'a file');
    const { ok, summary, diagnostics } = await land([write('a.json', '{"a":1}\nx')]);
    expect(ok).toBe(true);
    expect(summary.files).toMatchObject([{ status: 'failed', output: null, records: 0 }]);
    expect(codes(diagnostics)).toEqual(['write-failed']);
    expect(landed()).toEqual([]);
  });
});
