// `npm run bench:athena`: a build on the local Athena with realistic latencies, beside the shortest time in which its
// statements could have run one behind the other under the target's number of threads, and beside dbt-athena on the same
// models. `-- --only layers|lakehouse --table-type iceberg|hive --no-others --tools <folder>` for a part of it.
import { spawn } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { Athena, paginateListQueryExecutions } from '@aws-sdk/client-athena';
import { createRandom } from '../dist/land/generate/random.js';
import { layeredModels, writeDbtLayers, writeLayers } from './athena-layers.mjs';
import { readPeakMb } from './measure.mjs';
import { installTool } from './parse/tools.mjs';
import { lowerBound, shortestTime } from './shortest-time.mjs';
import { bundleEmulator } from '../scripts/bundle-emulator.mjs';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'table-type': { type: 'string' },
    'no-others': { type: 'boolean', default: false },
    tools: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const bin = join(root, 'bin', 'stedi-sql.js');
const queueMs = 200;
const planningMs = 150;
/** What a statement takes that makes no model: a test, a rename, whatever else a tool sends. */
const testMs = 500;
const threads = 16;

/** What a statement is about is the first relation that it stages or reads staged. */
const stagedModel = (sql) => /(\w+)__staged/.exec(sql)?.[1];
/** dbt-athena makes a model under its own name, or with `__ha` behind it. */
const dbtModel = (sql) => /create table\s+"\w+"\."\w+"\."(m_\d+_\d+)(?:__ha)?"/.exec(sql)?.[1];
const isTest = (sql) => /count\(\*\) as failures|failing_rows/i.test(sql);

/** What the rows of a model take, the same in each build and for each tool: 0.5 to 5 s. */
const runMsOf = (name) => 500 + Math.floor(createRandom(`rows of ${name}`).fraction() * 4500);

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
    boundMs: lowerBound(tasks, threads),
    perfectMs: shortestTime(tasks, threads),
    unknowingMs: shortestTime(tasks, threads, () => 1),
    withinMs: mean(within),
    betweenMs: mean(between),
  };
}

/** Runs a command in a folder; returns its wall time and its largest resident set. */
function runCommand([command, ...args], folder, endpoint) {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: folder,
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: 'bench',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_ENDPOINT_URL: endpoint,
        DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    let peakMb = 0;
    const poll = setInterval(() => (peakMb = Math.max(peakMb, readPeakMb(child.pid))), 100);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(poll);
      if (code === 0) resolve({ wallMs: performance.now() - started, peakMb });
      else reject(new Error(`${command} ${args.join(' ')} ended with ${code}`));
    });
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
    for (const { QueryExecutionId, Query, Status, Statistics } of QueryExecutions)
      statements.push({
        id: QueryExecutionId,
        model: stagedModel(Query),
        isTest: isTest(Query),
        bytes: Statistics?.DataScannedInBytes ?? 0,
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

function targetOf(emulator, targetThreads, ahead) {
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
    `    threads: ${targetThreads}`,
    `    stage_ahead: ${ahead}`,
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

/** Starts a local Athena in which the statements of models take the time of their model. */
async function openAthena() {
  const latency = (sql) => {
    const name = isTest(sql) ? undefined : (stagedModel(sql) ?? dbtModel(sql));
    return { queueMs, planningMs, runMs: name === undefined ? testMs : runMsOf(name) };
  };
  const emulator = await startEmulator({ latency });
  emulator.objects.createBucket('lake');
  const client = new Athena({
    region: 'eu-central-1',
    endpoint: emulator.endpoint,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const folder = mkdtempSync(join(tmpdir(), 'stedi-bench-athena-'));
  const seen = new Set();
  return {
    emulator,
    folder,
    /** Runs a command; returns what it took, its calls, and the statements that are new. */
    async run(command) {
      const before = emulator.calls.length;
      const startedAt = Date.now();
      const run = await runCommand(command, folder, emulator.endpoint);
      const calls = emulator.calls.slice(before);
      const statements = (await readStatements(client)).filter(({ id }) => !seen.has(id));
      for (const { id } of statements) seen.add(id);
      return { ...run, startedAt, calls, statements };
    },
    async close() {
      client.destroy();
      await emulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const times = (value) => `${value.toFixed(3)} times`;

/** Prints a row of the table: what any tool's run is measured by. */
function printRow(title, { wallMs, peakMb, calls, statements }, { perfectMs, models, ...rest }) {
  const bytes = statements.reduce((sum, statement) => sum + statement.bytes, 0);
  const cells = [
    title,
    statements.length,
    `${(wallMs / 1000).toFixed(1)} s`,
    `${(perfectMs / 1000).toFixed(1)} s`,
    times(wallMs / perfectMs),
    rest.bound ?? '',
    rest.unknowing ?? '',
    rest.waits ?? '',
    (calls.length / models).toFixed(1),
    (bytes / 1024).toFixed(0),
    `${peakMb.toFixed(0)} MB`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/** The builds of a project, one after the other, with their flags. */
const builds = [['first build'], ['rebuild']];
/** A build that knows what takes long by another target's run, as in a pull request's own schema. */
const stateBuild = ['first build of another schema, --state of the rebuild', '--state', 'state'];

/** Keeps what the last build left as another state, and has the next one build into a schema of its own. */
function keepState(folder) {
  renameSync(join(folder, 'target'), join(folder, 'state'));
  const config = join(folder, 'stedi_project.yml');
  writeFileSync(
    config,
    readFileSync(config, 'utf8').replace('schema: bench', 'schema: bench_again'),
  );
}

/** Measures builds of stedi-sql; returns the time of a perfect schedule of the last one's statements. */
async function measure({
  title,
  threads: targetThreads,
  write,
  builds: wanted = builds,
  ahead = false,
}) {
  const athena = await openAthena();
  const { emulator, folder } = athena;
  try {
    await write(folder, emulator, targetOf(emulator, targetThreads, ahead));
    let perfectMs = 0;
    for (const [build, ...flags] of wanted) {
      if (flags.length > 0) keepState(folder);
      const run = await athena.run([process.execPath, bin, 'build', '--quiet', ...flags]);
      const { wallMs, statements, startedAt } = run;
      const parents = readParents(folder);
      const judged = judge(parents, statements, targetThreads);
      ({ perfectMs } = judged);
      const beforeMs = Math.min(...statements.map(({ start }) => start)) - startedAt;
      const afterMs = startedAt + wallMs - Math.max(...statements.map(({ end }) => end));
      printRow(`${title}, ${build}`, run, {
        perfectMs,
        models: parents.size,
        bound: times(wallMs / judged.boundMs),
        unknowing: times(wallMs / judged.unknowingMs),
        waits: `${[beforeMs, judged.withinMs, judged.betweenMs, afterMs].map((ms) => ms.toFixed(0)).join(' + ')} ms`,
      });
    }
    return perfectMs;
  } finally {
    await athena.close();
  }
}

/** Measures builds of dbt-athena, beside the perfect schedule of the models and tests alone. */
async function measureDbt({ title, dbt, models, tableType, perfectMs }) {
  const athena = await openAthena();
  try {
    writeDbtLayers(athena.folder, models, { threads, tableType });
    for (const build of ['first build', 'rebuild']) {
      const run = await athena.run([dbt, '--quiet', 'build', '--profiles-dir', '.']);
      printRow(`${title}, ${build}`, run, { perfectMs, models: models.size });
    }
  } finally {
    await athena.close();
  }
}

const { startEmulator } = await import(pathToFileURL(await bundleEmulator('index')).href);
console.log(
  '| what | statements | time | perfect schedule | over it (goal: at most 1.05 times) | over the lower bound of any schedule | over one that knows no times | waits: before the first statement, within a model, between models, after the last | AWS calls a model | KB scanned | most memory |',
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |');
const tools = values.tools ?? mkdtempSync(join(tmpdir(), 'stedi-bench-tools-'));
try {
  if (values.only !== 'lakehouse') {
    const other = { name: 'dbt-athena', variable: 'BENCH_DBT_ATHENA' };
    const packages = ['dbt-core==1.10.*', 'dbt-athena==1.11.*'];
    const { dbt, why } = values['no-others']
      ? { why: undefined }
      : installTool(tools, { ...other, requests: [packages] });
    if (why !== undefined)
      console.error(`SKIPPED: ${packages.join(', ')} cannot be installed: ${why}`);
    const models = layeredModels();
    for (const tableType of ['iceberg', 'hive']) {
      if ((values['table-type'] ?? tableType) !== tableType) continue;
      const perfectMs = await measure({
        title: `${models.size} ${tableType} models, ${threads} threads`,
        threads,
        write: (folder, _emulator, target) => writeLayers(folder, models, { target, tableType }),
        builds: [...builds, stateBuild],
      });
      await measure({
        title: `the same, staged ahead`,
        threads,
        write: (folder, _emulator, target) => writeLayers(folder, models, { target, tableType }),
        ahead: true,
      });
      const title = `the same by dbt-athena`;
      if (dbt !== undefined) await measureDbt({ title, dbt, models, tableType, perfectMs });
    }
  }
  if (values.only !== 'layers') {
    const lakehouse = {
      title: 'the STEDI lakehouse, 4 threads',
      threads: 4,
      write: writeLakehouse,
    };
    await measure(lakehouse);
    await measure({ ...lakehouse, title: 'the same, staged ahead', ahead: true });
  }
} finally {
  if (values.tools === undefined) rmSync(tools, { recursive: true, force: true });
}
