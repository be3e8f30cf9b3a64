// `npm run test:trino [-- --ci] [files…]`: tests with a real Trino behind the local Athena. Starts one of its own.
// `npm run test:trino -- --record [families and groups…]`: records its answers to expressions and queries anew, for the tests that run everywhere.
// `npm run test:trino -- --explore [count] [seed]`: compares both engines over expressions that are put together by chance.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findJava } from './find-java.mjs';
import { installTrino, isReachable } from './install.mjs';
import { checkMemory } from './memory.mjs';
import { listGroups, recordQueries } from './record-queries.mjs';
import { exploreAnswers, listFamilies, recordAnswers, requireFunctions } from './record.mjs';
import { findMissingPlugins, url } from './release.mjs';
import { findProcess, startTrino, stopTrino } from './server.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Not the port of a server that somebody else works with. */
const port = 18480;
const reachableMs = 5000;

/** What CI has time for: the whole lakehouse, every way to add rows, a reader at a switch, and an erasure. */
const ciFiles = [
  'e2e/athena-lakehouse.test.ts',
  'e2e/trino/strategies.test.ts',
  'e2e/trino/reader.test.ts',
  'e2e/trino/erasure.test.ts',
];

/** Why the tests cannot run here, or `undefined`. */
async function findObstacle({ asksForAnswers }) {
  try {
    findJava();
  } catch (error) {
    return error.message;
  }
  const missing = findMissingPlugins();
  if (missing?.length === 0 || (await isReachable(reachableMs))) return undefined;
  if (missing === undefined) return `${url} is not reachable, and nothing is installed`;
  // The tests of the tier do without; the recorded expressions do not.
  return asksForAnswers
    ? `${url} is not reachable, and what is installed lacks plugins (${missing.join(', ')})`
    : undefined;
}

function runVitest(args, env) {
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const options = { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } };
  return spawnSync(process.execPath, [vitest, 'run', ...args], options).status ?? 1;
}

/** Returns the names after `--record` that are none of a family or group: nothing would be recorded for them. */
function findUnknown(names) {
  const known = [...listFamilies(), ...listGroups()];
  return names.filter((name) => !known.includes(name));
}

/** Asks Trino, then lets the test of the recorded answers judge DuckDB by it. */
async function explore(address, [count = 1000, seed = Date.now() % 1e6]) {
  const target = mkdtempSync(join(tmpdir(), 'stedi-explore-'));
  try {
    console.log(`-- ${count} expressions of seed ${seed}`);
    await exploreAnswers(address, { count, seed, target });
    const test = 'src/adapters/duckdb/functions/generated-answers.test.ts';
    return runVitest(['--project', 'unit', test], { TRINO_ANSWERS: target });
  } finally {
    rmSync(target, { recursive: true });
  }
}

/** Runs the tests, and fails as well if they took too much memory. */
function runTier(address, files) {
  const folder = mkdtempSync(join(tmpdir(), 'stedi-memory-'));
  try {
    const status = runVitest(['--config', 'vitest.trino.config.ts', ...files], {
      STEDI_TRINO: address,
      STEDI_MEMORY: folder,
    });
    return checkMemory({ pid: findProcess(port), folder }) ? status : status || 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function main() {
  const args = process.argv.slice(2);
  const isCi = args.includes('--ci');
  const rest = args.filter((arg) => !['--ci', '--record', '--explore'].includes(arg));
  const asksForAnswers = args.includes('--record') || args.includes('--explore');
  const leaveOut = (why) => {
    const what = asksForAnswers
      ? 'NO ANSWER OF TRINO WAS ASKED FOR'
      : 'THE TRINO TIER WAS LEFT OUT';
    console.error(`\n!! ${what}: ${why}\n`);
    // Who asks for answers wants them, in CI as well.
    process.exitCode = isCi && !asksForAnswers ? 0 : 1;
  };
  const unknown = args.includes('--record') ? findUnknown(rest) : [];
  if (unknown.length > 0) return leaveOut(`there is no family and no group ${unknown.join(', ')}`);
  const obstacle = await findObstacle({ asksForAnswers });
  if (obstacle !== undefined) return leaveOut(obstacle);
  try {
    if (findMissingPlugins() === undefined || (await isReachable(reachableMs)))
      await installTrino();
  } catch (error) {
    return leaveOut(error.message);
  }
  const started = Date.now();
  const { address, started: isOurs } = await startTrino({ port });
  console.log(`-- Trino ready: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  try {
    if (asksForAnswers) await requireFunctions(address);
    if (args.includes('--record')) {
      await recordAnswers(address, { families: rest });
      await recordQueries(address, { groups: rest });
      return;
    }
    if (args.includes('--explore')) {
      process.exitCode = await explore(address, rest.map(Number));
      return;
    }
    const files = isCi && rest.length === 0 ? ciFiles : rest;
    process.exitCode = runTier(address, files);
  } finally {
    if (isOurs) await stopTrino({ port });
  }
}

await main();
