// `npm test`: everything that must hold before a change lands. What needs one core runs beside the tests; a failure is printed
// when it is found, and the rest goes on, so that one run tells all.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const windows = process.platform === 'win32';
const bin = (name) => join(root, 'node_modules', '.bin', windows ? `${name}.cmd` : name);

/** What has run: its title, how long it took, and its exit code. */
const phases = [];

/** Runs a phase; returns whether it passed. What it prints is shown as it comes, or at its end in one piece. */
async function run(title, command, args, { stdio = 'inherit' } = {}) {
  const started = performance.now();
  const child = spawn(command, args, { cwd: root, stdio, shell: windows });
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  const code = await new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', resolve);
  });
  phases.push({ title, seconds: (performance.now() - started) / 1000, code });
  process.stdout.write(Buffer.concat(chunks));
  if (code !== 0) console.error(`\n${title} failed (${command} ${args.join(' ')})`);
  return code === 0;
}

async function runChecks() {
  const stdio = ['ignore', 'pipe', 'pipe'];
  await run('formatting', bin('prettier'), ['--check', '--log-level', 'warn', '.'], { stdio });
  await run('types', bin('tsc'), ['-p', 'tsconfig.json'], { stdio });
  await run('lint', bin('eslint'), ['.'], { stdio });
}

/** Runs all tests; returns vitest's report, `null` if there is none. */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-sql-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  await run('tests', bin('vitest'), ['run', ...reporters]);
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null;
  rmSync(folder, { recursive: true, force: true });
  return counts;
}

/** Prints rows of a number of seconds and what took them. */
function printSeconds(title, rows) {
  console.log(`\n${title}`);
  for (const { title, seconds } of rows)
    console.log(`${seconds.toFixed(1).padStart(8)} s  ${title}`);
}

if (!existsSync(join(root, 'node_modules', 'typescript'))) await run('install', 'npm', ['install']);
if (!(await run('build', process.execPath, [join('scripts', 'prepare.mjs')]))) process.exit(1);
const [report] = await Promise.all([runTests(), runChecks()]);

if (report !== null) {
  const files = report.testResults.map(({ name, startTime, endTime }) => ({
    title: relative(root, name),
    seconds: (endTime - startTime) / 1000,
  }));
  files.sort((left, right) => right.seconds - left.seconds);
  printSeconds('the slowest test files', files.slice(0, 10));
}
printSeconds('phases', phases);
if (report !== null) {
  const { numPassedTests, numFailedTests, numPendingTests } = report;
  console.log(`\n${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
}
const failed = phases.filter(({ code }) => code !== 0).map(({ title }) => title);
if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
