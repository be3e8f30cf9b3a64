// `npm run bench:athena`: a build on the local Athena with realistic latencies, beside the shortest time in which its
// statements could have run one behind the other under the target's number of threads.
import { spawn } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Athena, paginateListQueryExecutions } from '@aws-sdk/client-athena';
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

/** What a build's statements took, as Athena gives it, and the waits that the runner put between them (means). */
function judge(models, statements) {
  const ofModel = new Map([...models.keys()].map((name) => [name, []]));
  for (const statement of statements) ofModel.get(statement.model)?.push(statement);
  for (const each of ofModel.values()) each.sort((a, b) => a.start - b.start);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const durations = new Map(
    [...ofModel].map(([name, each]) => [name, each.reduce((sum, s) => sum + s.end - s.start, 0)]),
  );
  const within = [...ofModel.values()].flatMap((each) =>
    each.slice(1).map((statement, index) => statement.start - each[index].end),
  );
  // Only where a thread was free: with as many threads as models in a layer, always.
  const between = [...models].flatMap(([name, parents]) => {
    const [first] = ofModel.get(name);
    const ends = parents.map((parent) => ofModel.get(parent).at(-1).end);
    return ends.length === 0 ? [] : [first.start - Math.max(...ends)];
  });
  return {
    scheduledMs: shortestTime(models, (name) => durations.get(name)).scheduled,
    withinMs: mean(within),
    betweenMs: mean(between),
  };
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

/** The statements that Athena has run so far, with the times that it gives for them. */
async function readStatements(client) {
  const ids = [];
  for await (const page of paginateListQueryExecutions({ client }, { WorkGroup: 'primary' }))
    ids.push(...(page.QueryExecutionIds ?? []));
  const statements = [];
  for (let index = 0; index < ids.length; index += 50) {
    const { QueryExecutions = [] } = await client.batchGetQueryExecution({
      QueryExecutionIds: ids.slice(index, index + 50),
    });
    for (const { QueryExecutionId, Query, Status } of QueryExecutions)
      statements.push({
        id: QueryExecutionId,
        model: /m_\d+_\d+(?=__staged)/.exec(Query)?.[0],
        start: Status.SubmissionDateTime.getTime(),
        end: Status.CompletionDateTime.getTime(),
      });
  }
  return statements;
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
  const client = new Athena({
    region: 'eu-central-1',
    endpoint: emulator.endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const seen = new Set();
  const rows = [];
  for (const title of ['first build', 'rebuild']) {
    const before = emulator.calls.length;
    const startedAt = Date.now();
    const wallMs = await build(folder);
    const calls = emulator.calls.slice(before);
    const statements = (await readStatements(client)).filter(({ id }) => !seen.has(id));
    for (const { id } of statements) seen.add(id);
    const beforeMs = Math.min(...statements.map(({ start }) => start)) - startedAt;
    const afterMs = startedAt + wallMs - Math.max(...statements.map(({ end }) => end));
    rows.push({ title, wallMs, calls, beforeMs, afterMs, ...judge(models, statements) });
  }
  console.log(
    '| what | time | perfect schedule | over it | before the first statement | after the last | between a model’s statements | between a parent and its child | AWS calls a model | polls | goal |',
  );
  console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |');
  for (const {
    title,
    wallMs,
    calls,
    beforeMs,
    afterMs,
    scheduledMs,
    withinMs,
    betweenMs,
  } of rows) {
    const polls = calls.filter(({ operation }) => /^(Batch)?GetQueryExecution$/.test(operation));
    const cells = [
      title,
      `${(wallMs / 1000).toFixed(1)} s`,
      `${(scheduledMs / 1000).toFixed(1)} s`,
      `${(wallMs / scheduledMs).toFixed(3)} times`,
      `${beforeMs.toFixed(0)} ms`,
      `${afterMs.toFixed(0)} ms`,
      `${withinMs.toFixed(0)} ms`,
      `${betweenMs.toFixed(0)} ms`,
      (calls.length / models.size).toFixed(1),
      polls.length,
      'at most 1.05 times',
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
