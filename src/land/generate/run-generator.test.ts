import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defects } from './defects.js';
import { runGenerator } from './run-generator.js';

let out: string;

beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'generator-'));
});
afterEach(() => {
  rmSync(out, { recursive: true });
});

function run(...argv: string[]): { code: number; text: string; errors: string } {
  let text = '';
  let errors = '';
  const code = runGenerator(argv, {
    print: (part) => (text += part),
    printError: (part) => (errors += part),
  });
  return { code, text, errors };
}

describe('runGenerator', () => {
  it('says what it made', () => {
    const { code, text, errors } = run('--out', out, '--customers', '3', '--defects', 'none');
    expect({ code, errors }).toEqual({ code: 0, errors: '' });
    expect(text).toBe(
      `3 customers in 3 records, 3 devices with 90 readings, 90 accelerometer readings in ${join(out, 'landing')}\n`,
    );
    expect(existsSync(join(out, 'ground_truth/device_owners.json'))).toBe(true);
  });

  it('explains every defect', () => {
    const { code, text } = run('--help');
    expect(code).toBe(0);
    for (const [name, defect] of Object.entries(defects)) {
      expect(text).toContain(name);
      expect(text).toContain(defect.text);
    }
  });

  it.each([
    [[], 'error: say where to write the data with --out DIR\n'],
    [
      ['--out', 'x', '--customers', '0'],
      "error: --customers must be a number from 1 on, found '0'\n",
    ],
    [
      ['--out', 'x', '--readings-per-device', 'ten'],
      "error: --readings-per-device must be a number from 1 on, found 'ten'\n",
    ],
    [
      ['--out', 'x', '--defects', 'json-aray'],
      "error: there is no defect 'json-aray': did you mean 'json-array'?\n",
    ],
    [
      ['--out', 'x', '--defects', 'constructor'],
      "error: there is no defect 'constructor': see --help\n",
    ],
  ])('refuses %j', (argv, message) => {
    expect(run(...argv)).toEqual({ code: 2, text: '', errors: message });
  });

  it.each([['--wat'], ['more']])('refuses %s', (argument) => {
    const { code, errors } = run('--out', out, argument);
    expect(code).toBe(2);
    expect(errors).toMatch(/^error: .*; see --help\n$/);
  });

  it('says what it could not write', () => {
    writeFileSync(join(out, 'landing'), '');
    const { code, errors } = run('--out', out, '--customers', '1');
    expect(code).toBe(1);
    expect(errors).toMatch(/^error: could not write '.*landing.*': .*\n {2}hint: /);
  });
});
