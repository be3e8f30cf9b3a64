import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from './testing/project.js';

/**
 * The commands of README.md and docs/*.md work as pasted: every `sh` block runs in a copy of the project. `npx` and `npm` are
 * stand-ins that call this checkout; installing and testing are passed over.
 */
const repository = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(join(repository, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const textOf = (page: string): string => readFileSync(join(repository, page), 'utf8');

/** Returns the shell commands of a page, in order. */
function commandsOf(page: string): string {
  return [...textOf(page).matchAll(/^```sh\n([^]*?)^```$/gmu)].map(([, block]) => block).join('');
}

const standIns = {
  npx: `[ "$1" = stedi-sql ] || exit 64
shift
exec "${process.execPath}" "${bin}" "$@"`,
  npm: `case "$*" in
  install | test) exit 0 ;;
  'run generate-data -- '*) shift 3; exec "${process.execPath}" "${join(repository, 'dist/land/generate/main.js')}" "$@" ;;
  *) exit 64 ;;
esac`,
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stedi-docs-'));
  mkdirSync(join(folder, 'bin'));
  for (const [name, script] of Object.entries(standIns)) {
    writeFileSync(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, 'bin', name), 0o755);
  }
  // What the README takes from the reader's own machine.
  const landing = join(repository, 'data/landing');
  mkdirSync(join(folder, 'downloads'));
  const [customers = ''] = readdirSync(join(landing, 'customer'));
  copyFileSync(join(landing, 'customer', customers), join(folder, 'downloads/customers.json'));
  spawnSync('gzip', [join(folder, 'downloads/customers.json')]);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a page's commands in a copy of the project, each of which must succeed. */
function runPage(page: string): Promise<{ readonly code: number | null; readonly output: string }> {
  const root = mkdtempSync(join(folder, 'project-'));
  for (const name of ['stedi_project.yml', 'models', 'macros', 'tests', 'data']) {
    cpSync(join(repository, name), join(root, name), { recursive: true });
  }
  const script = commandsOf(page).replaceAll('/path/to/data', join(repository, 'data/landing'));
  return new Promise((resolve) => {
    const child = spawn('sh', ['-e', '-x', '-c', script], {
      cwd: root,
      env: {
        ...process.env,
        HOME: folder,
        PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.on('close', (code) => resolve({ code, output }));
  });
}

describe.skipIf(process.platform === 'win32')('the commands of the documentation', () => {
  it.each(pages.filter((page) => commandsOf(page) !== ''))('%s', async (page) => {
    const { code, output } = await runPage(page);
    expect(code, output).toBe(0);
    expect(output).not.toContain('error[');
    expect(output).not.toContain('warning[');
  });
});

describe('the command reference', () => {
  const help = (...args: readonly string[]): string =>
    spawnSync(process.execPath, [bin, ...args, '--help'], { encoding: 'utf8' }).stdout;
  const commands = [...help().matchAll(/^ {2}(\w[\w-]*)[| [<]/gmu)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'help');

  it('finds the commands', () => {
    expect(commands.length).toBeGreaterThan(8);
  });

  it.each(commands)('describes %s and all of its flags', (command) => {
    const text = textOf('docs/commands.md');
    expect(text).toContain(`\`${command}\``);
    const flags = [...help(command).matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gmu)].map(
      ([, flag]) => flag,
    );
    expect(flags.length).toBeGreaterThan(0);
    expect(flags.filter((flag) => !new RegExp(`\`${flag ?? ''}[ \`]`, 'u').test(text))).toEqual([]);
  });
});

describe('the links of the documentation', () => {
  const targets = pages.flatMap((page) =>
    [...textOf(page).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)/gu)].map(
      ([, path = '', anchor]): readonly [string, string, string | undefined] => [
        page,
        path,
        anchor,
      ],
    ),
  );

  /** Returns the anchors that GitHub gives the headings of a page. */
  const anchorsOf = (file: string): readonly string[] =>
    [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gmu)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\- ]/gu, '')
        .replaceAll(' ', '-'),
    );

  it.each(targets)('%s: %s#%s', (page, path, anchor) => {
    const file = join(repository, path === '' ? page : join(dirname(page), path));
    expect(existsSync(file)).toBe(true);
    if (anchor !== undefined) expect(anchorsOf(file)).toContain(anchor);
  });
});
