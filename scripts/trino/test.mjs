// `npm run test:trino [-- --ci] [files…]`: tests with a real Trino behind the local Athena. Starts one of its own.
// `npm run test:trino -- --record [families and groups…]`: records its answers to expressions and queries anew, for the tests that run everywhere.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { findJava } from './find-java.mjs';
import { installTrino, isReachable } from './install.mjs';
import { recordQueries } from './record-queries.mjs';
import { recordAnswers } from './record.mjs';
import { home, url } from './release.mjs';
import { startTrino, stopTrino } from './server.mjs';

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
async function findObstacle() {
  try {
    findJava();
  } catch (error) {
    return error.message;
  }
  if (existsSync(home) || (await isReachable(reachableMs))) return undefined;
  return `${url} is not reachable, and nothing is installed`;
}

async function main() {
  const args = process.argv.slice(2);
  const isCi = args.includes('--ci');
  const rest = args.filter((arg) => arg !== '--ci' && arg !== '--record');
  const obstacle = await findObstacle();
  if (obstacle !== undefined) {
    console.error(`\n!! THE TRINO TIER WAS LEFT OUT: ${obstacle}\n`);
    process.exitCode = isCi ? 0 : 1;
    return;
  }
  try {
    await installTrino();
  } catch (error) {
    console.error(`\n!! THE TRINO TIER WAS LEFT OUT: ${error.message}\n`);
    process.exitCode = isCi ? 0 : 1;
    return;
  }
  const started = Date.now();
  const { address, started: isOurs } = await startTrino({ port });
  console.log(`-- Trino ready: ${((Date.now() - started) / 1000).toFixed(1)} s`);
  try {
    if (args.includes('--record')) {
      await recordAnswers(address, { families: rest });
      await recordQueries(address, { groups: rest });
      return;
    }
    const { status } = spawnSync(
      process.execPath,
      [
        fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url)),
        ...['run', '--config', 'vitest.trino.config.ts'],
        ...(isCi && rest.length === 0 ? ciFiles : rest),
      ],
      { cwd: root, stdio: 'inherit', env: { ...process.env, STEDI_TRINO: address } },
    );
    process.exitCode = status ?? 1;
  } finally {
    if (isOurs) await stopTrino({ port });
  }
}

await main();
