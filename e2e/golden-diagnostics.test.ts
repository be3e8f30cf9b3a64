import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { callCommand, type CommandOutcome } from './testing/call-command.js';

/**
 * The cases of fixtures/diagnostics/ with a `command.txt`: its words are the arguments of the built command, which runs in
 * a copy of `project/`. `expected.txt` is what it prints: stderr, then stdout. `case.json` may hold the exit code (2 without
 * it) and environment variables. `vitest -u` writes the texts. See fixtures/diagnostics/README.md.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));
const folder = join(repository, 'fixtures/diagnostics');
const codes = readdirSync(folder).filter((code) => existsSync(join(folder, code, 'command.txt')));

interface Case {
  readonly exitCode?: number;
  readonly env?: Readonly<Record<string, string>>;
}

function readCase(code: string): Case {
  const file = join(folder, code, 'case.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Case) : {};
}

/** Returns the words of a command line; single and double quotes hold words together. */
function toWords(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, plain]) => single ?? double ?? plain ?? '',
  );
}

/** What surrounds a case besides its files; returns how to end it. */
const circumstances: Readonly<Record<string, (root: string) => Promise<() => Promise<void>>>> = {
  'warehouse-locked': async (root) => {
    const script = `import { DuckDBInstance } from '@duckdb/node-api';
      await DuckDBInstance.create(process.argv[1]);
      process.stdout.write('open');
      setInterval(() => {}, 1000);`;
    const holder = spawn(
      process.execPath,
      ['--input-type=module', '-e', script, join(root, 'warehouse.duckdb')],
      { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = new Promise((resolve) => holder.on('close', resolve));
    await new Promise((resolve) => holder.stdout.on('data', resolve));
    return async () => {
      holder.kill();
      await ended;
    };
  },
};

/** Puts words in the place of what differs from machine to machine. */
function normalize(text: string, root: string): string {
  return text
    .replaceAll(root, '<project>')
    .replace(/another process: \S+, process \d+/, 'another process: <program>, process <pid>')
    .replace(/wait until process \d+/, 'wait until process <pid>')
    .replace(/\b\d+\.\d+s\b/g, '<time>')
    .replace(
      /stedi-sql [\d.]+, Node [\d.]+, \w+/,
      'stedi-sql <version>, Node <version>, <platform>',
    );
}

async function runCase(code: string): Promise<CommandOutcome & { readonly text: string }> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'stedi-golden-')));
  cpSync(join(folder, code, 'project'), root, { recursive: true });
  const end = await circumstances[code]?.(root);
  const words = toWords(readFileSync(join(folder, code, 'command.txt'), 'utf8'));
  const env: NodeJS.ProcessEnv = { ...process.env, NO_COLOR: '1', ...readCase(code).env };
  delete env['FORCE_COLOR'];
  // Under npx the commands of hints begin with it.
  delete env['npm_command'];
  const outcome = callCommand({ args: words, cwd: root, env });
  await end?.();
  rmSync(root, { recursive: true, force: true });
  return { ...outcome, text: normalize(outcome.stderr + outcome.stdout, root) };
}

const outcomes = new Map<string, CommandOutcome & { readonly text: string }>();
beforeAll(async () => {
  for (const code of codes) outcomes.set(code, await runCase(code));
});

describe('the diagnostics of the commands', () => {
  it.each(codes)('%s', async (code) => {
    const outcome = outcomes.get(code)!;
    expect(outcome.code).toBe(readCase(code).exitCode ?? 2);
    expect(outcome.stderr).toContain(`[${code}]: `);
    await expect(outcome.text).toMatchFileSnapshot(join(folder, code, 'expected.txt'));
  });

  it('have circumstances for cases that are there', () => {
    expect(Object.keys(circumstances).filter((code) => !codes.includes(code))).toEqual([]);
  });
});
