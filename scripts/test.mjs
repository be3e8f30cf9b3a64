// `npm test`: everything that must hold before a change lands, in the order in which it fails fastest.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';

function run(title, command, args) {
  console.log(`\n== ${title}`);
  const started = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: windows });
  if (status !== 0) {
    console.error(`\n${title} failed (${command} ${args.join(' ')})`);
    process.exit(status ?? 1);
  }
  console.log(`-- ${title}: ${((Date.now() - started) / 1000).toFixed(1)} s`);
}

if (!existsSync(join(root, 'node_modules', 'typescript'))) run('install', 'npm', ['install']);
const bin = (name) => join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name);

run('build', process.execPath, [join('scripts', 'prepare.mjs')]);
run('formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.']);
run('types', bin('tsc'), ['-p', 'tsconfig.json']);
run('lint', bin('eslint'), ['.']);

const folder = mkdtempSync(join(tmpdir(), 'stedi-sql-test-'));
const report = join(folder, 'report.json');
console.log('\n== tests (unit and end-to-end)');
const { status } = spawnSync(
  bin('vitest'),
  ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
  { cwd: root, stdio: 'inherit', shell: windows },
);
const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
rmSync(folder, { recursive: true, force: true });
if (counts) {
  console.log(
    `\n${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${counts.numPendingTests} skipped`,
  );
}
process.exit(status ?? 1);
