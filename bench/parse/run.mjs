// `npm run bench:parse`: how long parse, compile and ls take on the two workloads: cold, again, and after one edited
// file, with the most memory; beside dbt 1.x and 2.x on the same files, taking turns.
// `-- --workload A --command parse --models 200 --rounds 1 --no-others --tools <folder>` for a part of it.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { alternate, median, readPeakMb, timeNode } from '../measure.mjs';
import { findTools } from './tools.mjs';
import { workloads, writeWorkload } from './workloads.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: {
    workload: { type: 'string' },
    command: { type: 'string' },
    models: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    'no-others': { type: 'boolean', default: false },
    tools: { type: 'string' },
  },
});
const rounds = Number(values.rounds);

/** No command may take longer; dbt 1.x compiles workload B for longer than anybody waits. */
const longestMs = 600_000;

/** Runs a command; returns its wall time and its largest resident set. A time of Infinity is one that was cut off. */
function measure([command, args], cwd) {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let peakMb = 0;
    let errors = '';
    child.stderr.on('data', (data) => (errors += data));
    const poll = setInterval(() => (peakMb = Math.max(peakMb, readPeakMb(child.pid))), 20);
    const limit = setTimeout(() => child.kill('SIGKILL'), longestMs);
    child.on('error', reject);
    child.on('close', (status) => {
      const ms = performance.now() - started;
      clearInterval(poll);
      clearTimeout(limit);
      if (status === 0) resolve({ ms, peakMb });
      else if (ms >= longestMs) resolve({ ms: Infinity, peakMb });
      else reject(new Error(`${command} ${args.join(' ')} failed (${status})\n${errors}`));
    });
  });
}

const states = ['cold', 'unchanged', 'one edited file'];

/**
 * Takes what a tool has kept away. It is not deleted: ext4 gives no inode again for minutes after it was freed, and whoever
 * makes ten thousand files then pays for the search.
 */
function putAside(folder, round) {
  if (existsSync(folder)) renameSync(folder, `${folder}.${round}.old`);
}

/** Brings a project into the state in which a command is measured: nothing kept, everything kept, one file edited since. */
function prepare(project, tool, { state, edited, round }) {
  if (state === 'cold') putAside(join(project, tool.written), round);
  if (state === 'one edited file') appendFileSync(join(project, edited), `-- edit ${round}\n`);
}

/** Measures a workload, command by command; returns the rows of each as soon as they are known. */
async function* benchWorkload(name, tools) {
  const { edited } = workloads[name];
  const models = Number(values.models ?? workloads[name].models);
  const file = values.models === undefined ? edited : edited.replace(/\d+/, '10');
  for (const command of ['parse', 'compile', 'ls']) {
    if (values.command !== undefined && values.command !== command) continue;
    const found = tools.map((tool) => {
      const project = mkdtempSync(join(tmpdir(), `stedi-bench-parse-${name}-`));
      writeWorkload(project, name, { models });
      return { tool, project, runs: Object.fromEntries(states.map((state) => [state, []])) };
    });
    try {
      for (let round = 0; round < rounds; round++) {
        for (const state of states) {
          for (const { tool, project, runs } of found) {
            // The others take a hundred times as long: one round tells enough.
            if (round > 0 && tool.name !== 'stedi-sql') continue;
            prepare(project, tool, { state, edited: file, round });
            // `ls` writes nothing: it finds what an earlier command kept.
            if (command === 'ls' && state === 'unchanged')
              await measure(tool.command('parse'), project);
            runs[state].push(await measure(tool.command(command), project));
          }
        }
      }
    } finally {
      for (const { project } of found) rmSync(project, { recursive: true, force: true });
    }
    for (const state of states) {
      const cells = found.map(({ runs }) => ({
        ms: median(runs[state].map(({ ms }) => ms)),
        peakMb: Math.max(...runs[state].map(({ peakMb }) => peakMb)),
      }));
      yield { what: `${name} \`${command}\`, ${state}`, cells };
    }
  }
}

function printCell({ ms, peakMb }, first) {
  if (ms === Infinity) return `over ${longestMs / 1000} s`;
  const ratio = first === undefined ? '' : `, ${(ms / first.ms).toFixed(0)} times`;
  return `${(ms / 1000).toFixed(2)} s${ratio}, ${peakMb.toFixed(0)} MB`;
}

const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-tools-'));
try {
  const tools = findTools(root, values.tools ?? folder, { withOthers: !values['no-others'] });
  const load = loadavg()[0].toFixed(1);
  const [version, node] = alternate(
    [
      { run: () => timeNode([join(root, 'bin', 'stedi-sql.js'), '--version']) },
      { run: () => timeNode(['-e', '0']) },
    ],
    9,
  );
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, load before the run ${load}`,
  );
  console.log(
    `Start-up: --version ${version.toFixed(0)} ms beside node -e 0 ${node.toFixed(0)} ms\n`,
  );
  console.log(`| what | ${tools.map(({ name }) => name).join(' | ')} |`);
  console.log(`| --- | ${tools.map(() => '---:').join(' | ')} |`);
  for (const name of Object.keys(workloads)) {
    if (values.workload !== undefined && values.workload !== name) continue;
    for await (const { what, cells } of benchWorkload(name, tools)) {
      const [first, ...rest] = cells;
      console.log(
        `| ${[what, printCell(first), ...rest.map((cell) => printCell(cell, first))].join(' | ')} |`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
