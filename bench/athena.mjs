// `npm run bench:athena`: a build on the local Athena with realistic latencies, beside the shortest time in which its
// statements could have run one behind the other under the target's number of threads.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createRandom } from '../dist/land/generate/random.js';
import { bundleEmulator } from '../scripts/bundle-emulator.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin', 'stedi-sql.js');
const threads = 16;
const queueMs = 200;
const planningMs = 150;

/** 200 models in ten layers of twenty; each reads three of the layer before, and has a test. */
function layeredProject() {
  const random = createRandom('layers').fraction;
  const models = new Map();
  for (let layer = 0; layer < 10; layer += 1) {
    for (let index = 0; index < 20; index += 1) {
      const parents =
        layer === 0
          ? []
          : [
              ...new Set(
                Array.from({ length: 3 }, () => `m_${layer - 1}_${Math.floor(random() * 20)}`),
              ),
            ];
      models.set(`m_${layer}_${index}`, parents);
    }
  }
  return models;
}

function writeProject(folder, models, target) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write(
    'stedi_project.yml',
    `name: layers\nmodels:\n  layers:\n    +materialized: table\n${target}`,
  );
  for (const [name, parents] of models) {
    const sql =
      parents.length === 0
        ? `select 1 as id`
        : parents.map((parent) => `select id from {{ ref('${parent}') }}`).join('\nunion\n');
    write(`models/${name}.sql`, `${sql}\n`);
  }
  write(
    'models/schema.yml',
    `models:\n${[...models.keys()]
      .map(
        (name) => `  - name: ${name}\n    columns:\n      - {name: id, data_tests: [not_null]}\n`,
      )
      .join('')}`,
  );
}

/**
 * The time that a perfect runner needs: a model's statement and its test run one after the other, a model starts when
 * its parents have ended and a thread is free; the longest way to the end goes first.
 */
function shortestTime(models, durationOf) {
  const children = new Map([...models.keys()].map((name) => [name, []]));
  for (const [name, parents] of models)
    for (const parent of parents) children.get(parent).push(name);
  const rest = new Map();
  for (const name of [...models.keys()].reverse()) {
    rest.set(
      name,
      durationOf(name) + Math.max(0, ...children.get(name).map((child) => rest.get(child))),
    );
  }
  const critical = Math.max(...rest.values());
  const ended = new Map();
  const waiting = new Set(models.keys());
  const free = Array.from({ length: threads }, () => 0);
  const running = [];
  let now = 0;
  while (waiting.size > 0 || running.length > 0) {
    const ready = [...waiting]
      .filter((name) => models.get(name).every((parent) => ended.has(parent)))
      .sort((a, b) => rest.get(b) - rest.get(a));
    while (ready.length > 0 && running.length < free.length) {
      const name = ready.shift();
      waiting.delete(name);
      running.push({ name, end: now + durationOf(name) });
    }
    running.sort((a, b) => a.end - b.end);
    const next = running.shift();
    now = next.end;
    ended.set(next.name, now);
  }
  return { critical, scheduled: now };
}

function build(folder) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, 'build', '--quiet', '--project-dir', folder], {
      cwd: folder,
      env: { ...process.env, AWS_ACCESS_KEY_ID: 'bench', AWS_SECRET_ACCESS_KEY: 'bench' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.on('close', (code) =>
      code === 0 ? resolve(performance.now() - started) : reject(new Error(`exit code ${code}`)),
    );
  });
}

const { startEmulator } = await import(pathToFileURL(await bundleEmulator('index')).href);
const models = layeredProject();
const random = createRandom('durations').fraction;
const runMs = new Map([...models.keys()].map((name) => [name, 500 + Math.floor(random() * 4500)]));
const testMs = 500;
/** What a statement is about is the first model that it names. */
const latency = (sql) => {
  const isTest = /count\(\*\) as failures/i.test(sql);
  const name = /m_\d+_\d+(?=__staged)/.exec(sql)?.[0];
  return { queueMs, planningMs, runMs: isTest ? testMs : (runMs.get(name) ?? testMs) };
};
const emulator = await startEmulator({ latency });
emulator.objects.createBucket('lake');
const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-athena-'));
try {
  writeProject(
    folder,
    models,
    [
      'target: athena',
      'targets:',
      '  athena:',
      '    type: athena',
      '    region: eu-central-1',
      `    endpoint: ${emulator.endpoint}`,
      '    s3_data_dir: s3://lake/tables/',
      '    s3_staging_dir: s3://lake/results/',
      '    schema: layers',
      `    threads: ${threads}`,
      '',
    ].join('\n'),
  );
  const perStatement = queueMs + planningMs;
  const durationOf = (name) => 2 * perStatement + runMs.get(name) + testMs;
  const { critical, scheduled } = shortestTime(models, durationOf);
  const rows = [];
  for (const title of ['first build', 'rebuild']) {
    const before = emulator.calls.length;
    const wallMs = await build(folder);
    const calls = emulator.calls.slice(before);
    const polls = calls.filter(({ operation }) => /^(Batch)?GetQueryExecution$/.test(operation));
    rows.push({
      title,
      wallMs,
      ratio: wallMs / scheduled,
      perModel: calls.length / models.size,
      polls: polls.length,
    });
  }
  console.log(
    `200 models, ${threads} threads; critical path ${(critical / 1000).toFixed(1)} s, perfect schedule ${(scheduled / 1000).toFixed(1)} s\n`,
  );
  console.log('| what | time | over the perfect schedule | AWS calls a model | polls | goal |');
  console.log('| --- | ---: | ---: | ---: | ---: | --- |');
  for (const { title, wallMs, ratio, perModel, polls } of rows) {
    console.log(
      `| ${title} | ${(wallMs / 1000).toFixed(1)} s | ${ratio.toFixed(3)} times | ${perModel.toFixed(1)} | ${polls} | at most 1.05 times |`,
    );
  }
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
