import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const repository = fileURLToPath(new URL('..', import.meta.url));
const fixtures = join(repository, 'fixtures');

/** A machine without a network: every request fails. */
const noNetwork = `data:text/javascript,globalThis.fetch = () => Promise.reject(new Error('no network'))`;

interface Ended {
  readonly code: number | null;
  readonly printed: string;
}

/** Runs Node in the repository; returns what it printed. */
function runNode(args: readonly string[], env: Readonly<Record<string, string>>): Promise<Ended> {
  const child = spawn(process.execPath, args, {
    cwd: repository,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, printed: Buffer.concat(chunks).toString() }));
  });
}

/** Every recorded answer, by its file. */
function readRecorded(): ReadonlyMap<string, string> {
  const files = ['trino-functions', 'trino-queries'].flatMap((folder) =>
    readdirSync(join(fixtures, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      join(fixtures, folder, name),
    ),
  );
  const answers = files.filter((file) => file.endsWith('.json'));
  return new Map(answers.map((file) => [file, readFileSync(file, 'utf8')]));
}

describe('asking Trino for answers', () => {
  let folder: string;
  let recorded: ReadonlyMap<string, string>;

  /** Runs the tier's command with a cache and a Java of our own, without a network. */
  function runTier(args: readonly string[], cache: string): Promise<Ended> {
    return runNode(['--import', noNetwork, 'scripts/trino/test.mjs', ...args], {
      XDG_CACHE_HOME: join(folder, cache),
      JAVA_HOME: join(folder, 'java'),
    });
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'stedi-record-'));
    recorded = readRecorded();
    mkdirSync(join(folder, 'java', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'java', 'bin', 'java'), '');
    writeFileSync(join(folder, 'java', 'release'), 'JAVA_VERSION="25.0.1"\n');
    const version = /version = '(\d+)'/.exec(
      readFileSync(join(repository, 'scripts/trino/release.mjs'), 'utf8'),
    )?.[1];
    for (const plugin of ['hive', 'iceberg', 'memory']) {
      const plugins = join(folder, 'without-geospatial', 'stedi-sql', 'trino', `${version}`);
      mkdirSync(join(plugins, 'plugin', plugin), { recursive: true });
    }
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['--record', 'nothing', 'is not reachable, and nothing is installed'],
    ['--explore', 'nothing', 'is not reachable, and nothing is installed'],
    ['--record', 'without-geospatial', 'lacks plugins (geospatial)'],
    ['--explore', 'without-geospatial', 'lacks plugins (geospatial)'],
  ])('%s with %s installed ends with 1, and says so loudly', async (option, cache, reason) => {
    // In CI the tier may be left out; who asks for answers wants them there, too.
    for (const more of [[], ['--ci']]) {
      const { code, printed } = await runTier([option, ...more], cache);
      expect(printed).toContain('!! NO ANSWER OF TRINO WAS ASKED FOR');
      expect(printed).toContain(reason);
      expect(code).toBe(1);
    }
    expect(readRecorded()).toEqual(recorded);
  });

  it('names a family that there is not, for which nothing would be recorded', async () => {
    const { code, printed } = await runTier(['--record', 'math', 'jsom'], 'nothing');
    expect(printed).toContain('there is no family and no group jsom');
    expect(code).toBe(1);
  });

  it('does not ask a server that lacks the functions of a plugin', async () => {
    const known = JSON.parse(
      readFileSync(join(fixtures, 'trino-functions', 'functions.json'), 'utf8'),
    ) as readonly { readonly name: string; readonly family: string }[];
    const rows = known.filter(({ family }) => family !== 'geospatial').map(({ name }) => [name]);
    const server = createServer((_request, response) =>
      response.end(JSON.stringify({ columns: [{ name: 'Function' }], data: rows })),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const record = pathToFileURL(join(repository, 'scripts/trino/record.mjs')).href;
    const ask = `import { requireFunctions } from '${record}'; await requireFunctions('${address}');`;
    const { code, printed } = await runNode(['--input-type=module', '-e', ask], {});
    server.close();
    expect(printed).toMatch(/NO ANSWER WAS RECORDED: the Trino at .* does not have bing_tile/);
    expect(code).toBe(1);
  });
});
