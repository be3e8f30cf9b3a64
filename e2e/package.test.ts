import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));

// What users install: the packed package in an empty folder. Its dependencies are this checkout's, so that no network is needed.
let folder: string;

function run(command: string, args: readonly string[], cwd = folder) {
  return spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stedi-package-'));
  const packed = run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], repository);
  expect(packed.status, packed.stderr).toBe(0);

  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'stedi-sql'), { recursive: true });
  for (const name of readdirSync(join(repository, 'node_modules'))) {
    if (name !== '.bin' && name !== 'stedi-sql') {
      symlinkSync(join(repository, 'node_modules', name), join(modules, name));
    }
  }
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const unpacked = run('tar', [
    ...['-xzf', join(folder, tarball), '--strip-components=1'],
    ...['-C', join(modules, 'stedi-sql')],
  ]);
  expect(unpacked.status, unpacked.stderr).toBe(0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

it('starts and builds a new project', () => {
  const bin = join(folder, 'node_modules', 'stedi-sql', 'bin', 'stedi-sql.js');
  expect(run(process.execPath, [bin, '--version']).stdout).toMatch(/^\d+\.\d+\.\d+/);
  expect(run(process.execPath, [bin, 'init', 'demo']).status).toBe(0);
  const build = run(process.execPath, [bin, 'build', '--project-dir', 'demo']);
  expect(build.stderr).toBe('');
  expect(build.status).toBe(0);
  // The package knows its build, without which nothing is kept of parsing.
  expect(readdirSync(join(folder, 'demo', 'target', '.cache', 'parse'))).not.toEqual([]);
});

it('is a library with types', () => {
  const script = `
    import { openDuckDb } from 'stedi-sql';
    const opened = await openDuckDb({ path: ':memory:' });
    if (!opened.ok) throw new Error('not opened');
    const rows = await opened.value.query('select 7 / 2 as n');
    console.log(JSON.stringify(rows.ok && rows.value.rows));
    await opened.value.close();`;
  const ran = run(process.execPath, ['--input-type=module', '-e', script]);
  expect(ran.stderr).toBe('');
  expect(ran.stdout.trim()).toBe('[[3]]');
});

it('holds what users need and nothing of how it is tested', () => {
  const root = join(folder, 'node_modules', 'stedi-sql');
  expect(readdirSync(root).sort()).toEqual([
    'CHANGELOG.md',
    'README.md',
    'bin',
    'dist',
    'package.json',
    'schema',
  ]);
  const files = readdirSync(join(root, 'dist'), { recursive: true, encoding: 'utf8' });
  expect(files).toContain('index.d.ts');
  expect(files.filter((name) => /\.test\.|testing/.test(name))).toEqual([]);
});
