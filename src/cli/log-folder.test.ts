import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { logFolderOf } from './log-folder.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stedi-log-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

it.each([
  ['name: a\n', 'logs'],
  ['name: a\nlog-path: out/log # here\n', 'out/log'],
  ["name: a\nlog-path: 'my logs'\n", 'my logs'],
  ['log-path: "x"\r\nname: a\n', 'x'],
  ['vars:\n  log-path: no\n', 'logs'],
  ['log-path:\nname: a\n', 'logs'],
])('of %j is %s', (text, folder) => {
  writeFileSync(join(root, 'dbt_project.yml'), text);
  expect(logFolderOf(root, { cwd: '/else', options: {} })).toBe(join(root, folder));
});

it('goes by the flag first, from where the command is called', () => {
  expect(logFolderOf(root, { cwd: '/else', options: { logPath: 'x' } })).toBe('/else/x');
});
