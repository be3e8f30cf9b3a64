import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogFile } from './log-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stedi-log-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fail = (error: unknown): never => {
  throw error;
};

describe('createLogFile', () => {
  it('makes nothing before the first line, and goes on where the last run ended', () => {
    const logs = join(folder, 'deep/logs');
    createLogFile(logs, { maxBytes: 0, onFailure: fail });
    expect(readdirSync(folder)).toEqual([]);
    createLogFile(logs, { maxBytes: 0, onFailure: fail }).write('one\n');
    createLogFile(logs, { maxBytes: 0, onFailure: fail }).write('two\n');
    expect(readFileSync(join(logs, 'stedi.log'), 'utf8')).toBe('one\ntwo\n');
  });

  it('puts the log aside before it grows too large, and keeps five parts', () => {
    const log = createLogFile(folder, { maxBytes: 10, onFailure: fail });
    for (let line = 1; line <= 8; line += 1) log.write(`line ${line}..\n`);
    expect(readdirSync(folder).sort()).toEqual(
      ['stedi.log', ...[1, 2, 3, 4, 5].map((part) => `stedi.log.${part}`)].sort(),
    );
    expect(readFileSync(join(folder, 'stedi.log'), 'utf8')).toBe('line 8..\n');
    expect(readFileSync(join(folder, 'stedi.log.5'), 'utf8')).toBe('line 3..\n');
  });

  it('says once that it cannot write', () => {
    writeFileSync(join(folder, 'logs'), 'in the way');
    const errors: unknown[] = [];
    const log = createLogFile(join(folder, 'logs'), {
      maxBytes: 0,
      onFailure: (error) => errors.push(error),
    });
    log.write('one\n');
    log.write('two\n');
    expect(errors).toHaveLength(1);
  });
});
