// `npm run bench:athena`: a build on the local Athena with realistic latencies, beside the shortest time in which its
// statements could have run one behind the other under the target's number of threads.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  mkdirSync,
  readdirSync,
  rmSync,
  writeFileSync,
  readFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Athena, paginateListQueryExecutions } from '@aws-sdk/client-athena';
import { createRandom } from '../dist/land/generate/random.js';
import { shortestTime } from './shortest-time.mjs';
import { bundleEmulator } from '../scripts/bundle-emulator.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin', 'stedi-sql.js');
const queueMs = 200;
const planningMs = 150;
const testMs = 500;

/** What a statement is about is the first relation that it stages or reads staged. */
const stagedModel = (sql) => /(\w+)__staged/.exec(sql)?.[1];
const isTest = (sql) => /count\(\*\) as failures|failing_rows/i.test(sql);

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
    `name: layers\nvars: {landing_location: ''}\nmodels:\n  layers:\n    +materialized: table\n${target}`,
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
 * What a build's statements took, as Athena gives it: the shortest time in which they could have run, a model's tests
 * after its rows and its children after its tests, and the waits that the runner put between them (means).
 */
function judge(parents, statements, threads) {
  const of = new Map([...parents.keys()].map((name) => [name, { rows: [], tests: [] }]));
  for (const statement of statements)
    of.get(statement.model)?.[statement.isTest ? 'tests' : 'rows'].push(statement);
  const lastOf = (name) =>
    Math.max(...[...of.get(name).rows, ...of.get(name).tests].map((s) => s.end));
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

  const tasks = new Map();
  const ends = new Map();
  const within = [];
  const between = [];
  for (const [name, above] of parents) {
    const { rows, tests } = of.get(name);
    rows.sort((a, b) => a.start - b.start);
    let before = above.flatMap((parent) => ends.get(parent));
    rows.forEach((statement, index) => {
      tasks.set(statement.id, { ms: statement.end - statement.start, after: before });
      before = [statement.id];
      if (index > 0) within.push(statement.start - rows[index - 1].end);
    });
    for (const test of tests) tasks.set(test.id, { ms: test.end - test.start, after: before });
    ends.set(name, tests.length > 0 ? tests.map(({ id }) => id) : before);
    if (tests.length > 0 && rows.length > 0)
      within.push(Math.min(...tests.map(({ start }) => start)) - rows.at(-1).end);
    if (above.length > 0 && rows.length > 0)
      between.push(rows[0].start - Math.max(...above.map(lastOf)));
  }
  return {
    perfectMs: shortestTime(tasks, threads),
    unknowingMs: shortestTime(tasks, threads, () => 1),
    withinMs: mean(within),
    betweenMs: mean(between),
  };
}

function runBuild(folder) {
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
        model: stagedModel(Query),
        isTest: isTest(Query),
        start: Status.SubmissionDateTime.getTime(),
        end: Status.CompletionDateTime.getTime(),
      });
  }
  return statements;
}

/** The models of the last build by the names of their relations, parents first, each with the models that it reads. */
function readParents(folder) {
  const { nodes, parent_map } = JSON.parse(
    readFileSync(join(folder, 'target', 'manifest.json'), 'utf8'),
  );
  const parents = new Map();
  const add = (id) => {
    const { alias } = nodes[id];
    if (parents.has(alias)) return;
    const above = parent_map[id].filter((each) => nodes[each]?.resource_type === 'model');
    above.forEach(add);
    parents.set(
      alias,
      above.map((each) => nodes[each].alias),
    );
  };
  for (const id of Object.keys(nodes).filter((each) => nodes[each].resource_type === 'model'))
    add(id);
  return parents;
}

function targetOf(emulator, threads) {
  return [
    'target: athena',
    'targets:',
    '  athena:',
    '    type: athena',
    '    region: eu-central-1',
    `    endpoint: ${emulator.endpoint}`,
    '    s3_data_dir: s3://lake/tables/',
    '    s3_staging_dir: s3://lake/results/',
    '    schema: bench',
    `    threads: ${threads}`,
    '    vars: {landing_location: s3://lake/landing}',
    '',
  ].join('\n');
}

/** The models of this repository and the sample of its landing data. */
async function writeLakehouse(folder, emulator, target) {
  for (const path of ['models', 'macros', 'tests'])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  const config = readFileSync(join(root, 'stedi_project.yml'), 'utf8');
  writeFileSync(
    join(folder, 'stedi_project.yml'),
    `${config.slice(0, config.indexOf('\ntarget: '))}\n${target}`,
  );
  const landing = join(root, 'data', 'landing');
  for (const file of readdirSync(landing, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const key = relative(landing, path).split(sep).join('/');
    await emulator.objects.put('lake', `landing/${key}`, readFileSync(path));
  }
}

async function measure({ title, threads, write }) {
  const random = createRandom('durations').fraction;
  const runMs = new Map();
  /** 0.5 to 5 s for the rows of a model, the same in each build; half a second for a test. */
  const latency = (sql) => {
    const name = stagedModel(sql);
    if (name !== undefined && !runMs.has(name)) runMs.set(name, 500 + Math.floor(random() * 4500));
    return { queueMs, planningMs, runMs: isTest(sql) ? testMs : (runMs.get(name) ?? testMs) };
  };
  const emulator = await startEmulator({ latency });
  emulator.objects.createBucket('lake');
  const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-athena-'));
  const client = new Athena({
    region: 'eu-central-1',
    endpoint: emulator.endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  try {
    await write(folder, emulator, targetOf(emulator, threads));
    const seen = new Set();
    for (const build of ['first build', 'rebuild']) {
      const before = emulator.calls.length;
      const startedAt = Date.now();
      const wallMs = await runBuild(folder);
      const calls = emulator.calls.slice(before);
      const statements = (await readStatements(client)).filter(({ id }) => !seen.has(id));
      for (const { id } of statements) seen.add(id);
      const parents = readParents(folder);
      const { perfectMs, unknowingMs, withinMs, betweenMs } = judge(parents, statements, threads);
      const beforeMs = Math.min(...statements.map(({ start }) => start)) - startedAt;
      const afterMs = startedAt + wallMs - Math.max(...statements.map(({ end }) => end));
      const polls = calls.filter(({ operation }) => /^(Batch)?GetQueryExecution$/.test(operation));
      const cells = [
        `${title}, ${build}`,
        statements.length,
        `${(wallMs / 1000).toFixed(1)} s`,
        `${(perfectMs / 1000).toFixed(1)} s`,
        `${(wallMs / perfectMs).toFixed(3)} times`,
        `${(wallMs / unknowingMs).toFixed(3)} times`,
        `${beforeMs.toFixed(0)} + ${withinMs.toFixed(0)} + ${betweenMs.toFixed(0)} + ${afterMs.toFixed(0)} ms`,
        (calls.length / parents.size).toFixed(1),
        polls.length,
      ];
      console.log(`| ${cells.join(' | ')} |`);
    }
  } finally {
    client.destroy();
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { startEmulator } = await import(pathToFileURL(await bundleEmulator('index')).href);
console.log(
  '| what | statements | time | perfect schedule | over it | over one that knows no times | waits: before the first statement, within a model, between models, after the last | AWS calls a model | polls |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
await measure({
  title: '200 models, 16 threads',
  threads: 16,
  write: (folder, _emulator, target) => writeProject(folder, layeredProject(), target),
});
await measure({ title: 'the STEDI lakehouse, 4 threads', threads: 4, write: writeLakehouse });
