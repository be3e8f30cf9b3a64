import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { warningDiagnostic } from '../core/diagnostic.js';
import type { GlobalOptions } from './options.js';
import { readWarningPolicy } from './read-warning-policy.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

interface Case {
  readonly warnError?: boolean;
  readonly warnErrorOptions?: string;
  readonly file?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** What becomes of a warning `config-unused`, or what is refused. */
async function read({ file = '', env = {}, ...given }: Case) {
  const cwd = mkdtempSync(join(tmpdir(), 'stedi-policy-'));
  folders.push(cwd);
  writeFileSync(join(cwd, 'dbt_project.yml'), `name: x\n${file}\n`);
  const globals: GlobalOptions = {
    partialParse: true,
    logFormat: 'text',
    logLevelFile: 'debug',
    logFormatFile: 'json',
    logFileMaxBytes: 0,
    color: false,
    ...given,
  };
  const policy = await readWarningPolicy(globals, { cwd, env });
  const messages = policy.diagnostics.map(({ message }) => message);
  if (!policy.ok) return messages;
  return [...messages, policy.value.judge(warningDiagnostic('config-unused', 'x'))?.severity];
}

const file = 'flags: { warn_error: true }';

describe('readWarningPolicy', () => {
  it.each<readonly [Case, string | undefined]>([
    [{}, 'warning'],
    [{ warnError: true }, 'error'],
    [{ file }, 'error'],
    [{ file, env: { DBT_WARN_ERROR: '0' } }, 'warning'],
    [{ file, warnErrorOptions: '{"silence": ["config-unused"]}' }, undefined],
    [
      { file: 'flags: { warn_error_options: { include: all, exclude: [config-unused] } }' },
      'warning',
    ],
    [{ file: "flags: { warn_error_options: { error: ['*'] } }" }, 'error'],
    [{ warnErrorOptions: '{"include": "all"}' }, 'error'],
    [{ warnErrorOptions: '{"error": ["config-unused"]}' }, 'error'],
    [{ warnErrorOptions: '{}' }, 'warning'],
  ])('%j', async (given, severity) => {
    expect(await read(given)).toEqual([severity]);
  });

  it.each<readonly [Case, string]>([
    [{ warnErrorOptions: 'loud' }, '--warn-error-options must be a mapping'],
    [{ warnErrorOptions: '{"errors": []}' }, "--warn-error-options has no key 'errors'"],
    [{ warnErrorOptions: '{"error": [], "include": []}' }, 'for the same, another key'],
    [{ warnErrorOptions: '{"warn": "all"}' }, "'warn' of --warn-error-options must be a list"],
    [{ warnErrorOptions: '{"error": [1]}' }, "'error' of --warn-error-options must be a list"],
    [
      { warnErrorOptions: '{"error": ["usage"], "warn": ["usage"]}' },
      "names 'usage' under two keys",
    ],
    [{ warnErrorOptions: '{"error": "all", "silence": "all"}' }, "has all under 'error' and"],
    [{ warnError: true, warnErrorOptions: '{}' }, 'exclude each other'],
    [{ file: 'flags: { warn_error: perhaps }' }, "'warn_error' must be true or false"],
  ])('refuses %j', async (given, message) => {
    expect(await read(given)).toEqual([expect.stringContaining(message)]);
  });

  it('says which names have no effect', async () => {
    const [message, severity] = await read({ warnErrorOptions: '{"error": ["Bogus"]}' });
    expect(message).toContain("'Bogus' under 'error' of --warn-error-options has no effect");
    expect(severity).toBe('warning');
  });
});
