import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, maximumFileBytes, readTextFile } from './read-text-file.js';
import { summarise, writeFolder } from './testing/temp-project.js';

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))),
  );

describe('decodeText', () => {
  it.each([
    ['an empty file', bytes(''), ''],
    ['letters of other languages', bytes('é—日本😀'), 'é—日本😀'],
    ['a byte order mark, which is taken off', bytes([0xef, 0xbb, 0xbf], 'a'), 'a'],
    ['a byte order mark alone', bytes([0xef, 0xbb, 0xbf]), ''],
    ['CRLF, which stays', bytes('a\r\nb\r\n'), 'a\r\nb\r\n'],
    ['a replacement character that was there', bytes('\ufffd'), '\ufffd'],
  ])('reads %s', (_, input, text) => {
    expect(decodeText(input, 'a.sql')).toEqual({ ok: true, value: text, diagnostics: [] });
  });

  it.each([
    [
      'Latin-1',
      bytes('select 1\n-- caf', [0xe9], ' au lait'),
      'a.sql:2:7',
      'expected UTF-8, found the byte 0xE9 in line 2',
    ],
    [
      'a character cut off at the end',
      bytes('é\n', [0xe2, 0x82]),
      'a.sql:2:1',
      'found the byte 0xE2 in line 2',
    ],
    ['UTF-16', bytes([0xff, 0xfe], [0x61, 0x00]), 'a.sql', 'expected UTF-8, found UTF-16'],
    [
      'a zero byte',
      bytes('a\nb', [0], 'c'),
      'a.sql:2:2',
      'expected text, found a zero byte in line 2',
    ],
  ])('refuses %s', (_, input, place, reason) => {
    const result = decodeText(input, 'a.sql');
    expect(result.ok).toBe(false);
    const [line, ...others] = summarise(result.diagnostics);
    expect(others).toEqual([]);
    expect(line).toContain(`error file-unreadable ${place} a.sql cannot be read: `);
    expect(line).toContain(reason);
    expect(line).toContain('(save the file as UTF-8)');
  });

  it('gives the line up to the bad byte', () => {
    const { diagnostics } = decodeText(bytes('x\nab', [0xff], 'cd'), 'a.sql');
    expect(diagnostics[0]?.location).toEqual({
      path: 'a.sql',
      line: 2,
      column: 3,
      length: 1,
      sourceLine: 'ab',
    });
  });
});

describe('readTextFile', () => {
  it.each([
    ['a file that is not there', 'nothing.sql', 'it does not exist'],
    ['a folder', 'folder', 'it is not a regular file'],
    ['a path through a file', 'a.sql/b.sql', 'a part of its path is no folder'],
    ['a file that is too large', 'large.sql', 'it has 17 MiB, more than the 16 MiB allowed'],
  ])('refuses %s', (_, name, reason) => {
    const root = writeFolder({
      'a.sql': 'select 1',
      'folder/x': '',
      'large.sql': new Uint8Array(maximumFileBytes + 1),
    });
    expect(summarise(readTextFile(join(root, name), name).diagnostics)).toEqual([
      expect.stringContaining(`error file-unreadable ${name} ${name} cannot be read: ${reason}`),
    ]);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', () => {
    const root = writeFolder({});
    execFileSync('mkfifo', [join(root, 'pipe.sql')]);
    expect(readTextFile(join(root, 'pipe.sql'), 'pipe.sql').ok).toBe(false);
  });
});
