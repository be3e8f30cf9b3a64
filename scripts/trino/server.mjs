// Starts and stops a Trino on 127.0.0.1.
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { findJava } from './find-java.mjs';
import { home, runFolder, version } from './release.mjs';

const delay = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const startingMs = 180_000;
const stoppingMs = 30_000;

/** The address of the server on a port. */
export const addressOf = (port) => `http://127.0.0.1:${port}`;

/**
 * One writer a statement: Athena's limit of 100 open partitions is one of the whole statement, Trino's of each writer.
 * Catalogs come and go with the local Athenas that use the server.
 */
const config = (port) => ({
  coordinator: 'true',
  'node-scheduler.include-coordinator': 'true',
  'http-server.http.port': String(port),
  'discovery.uri': addressOf(port),
  'catalog.management': 'dynamic',
  'catalog.store': 'memory',
  'query.max-memory': '1GB',
  'query.max-memory-per-node': '1GB',
  'memory.heap-headroom-per-node': '512MB',
  'task.min-writer-count': '1',
  'task.max-writer-count': '1',
  'query.max-writer-task-count': '1',
  'query.max-history': '20',
  'query.min-expire-age': '1m',
});

// 2 GB of heap and as much again beside it: well below 6 GiB.
const memory = [
  '-Xmx2G',
  '-XX:MaxMetaspaceSize=768M',
  '-XX:ReservedCodeCacheSize=256M',
  '-XX:MaxDirectMemorySize=512M',
];
const jvm = [
  '-server',
  ...memory,
  // Tests are over before the second compiler has earned its time.
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-XX:+ExitOnOutOfMemoryError',
  '-XX:-OmitStackTraceInFastThrow',
  '-Dfile.encoding=UTF-8',
  '-Djdk.attach.allowAttachSelf=true',
  '-Dsun.net.inetaddr.ttl=10',
  '--enable-native-access=ALL-UNNAMED',
  '--sun-misc-unsafe-memory-access=allow',
];

/** Returns what a server says of itself, or `undefined` if none answers. */
async function readInfo(port) {
  try {
    const response = await fetch(`${addressOf(port)}/v1/info`, {
      signal: AbortSignal.timeout(5000),
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** The server takes statements once its one node is active. */
async function isReady(port) {
  const info = await readInfo(port);
  return info?.coordinator === true && info.starting === false;
}

/** The process that we started on a port, or `undefined` if it is gone. */
export function findProcess(port) {
  const file = join(runFolder(port), 'pid');
  if (!existsSync(file)) return undefined;
  const pid = Number(readFileSync(file, 'utf8'));
  try {
    process.kill(pid, 0);
  } catch {
    return undefined;
  }
  return isOurs(pid, port) ? pid : undefined;
}

/** Process ids are given again: where the system says it, the command must be ours. */
function isOurs(pid, port) {
  try {
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return command.includes(runFolder(port));
  } catch {
    return true;
  }
}

function isFree(port) {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function launch(java, port) {
  const folder = runFolder(port);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'data'), { recursive: true });
  const file = join(folder, 'config.properties');
  const lines = Object.entries(config(port)).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(file, lines.join(''));
  const jars = readdirSync(join(home, 'lib')).map((name) => join(home, 'lib', name));
  const log = openSync(join(folder, 'log'), 'a');
  const child = spawn(
    java,
    [
      ...jvm,
      `-Dconfig=${file}`,
      '-Dnode.environment=local',
      '-Dnode.id=local',
      '-Dnode.internal-address=127.0.0.1',
      '-Dnode.bind-ip=127.0.0.1',
      `-Dnode.data-dir=${join(folder, 'data')}`,
      `-Dplugin.dir=${join(home, 'plugin')}`,
      ...['-cp', jars.join(process.platform === 'win32' ? ';' : ':')],
      'io.trino.server.TrinoServer',
    ],
    { cwd: folder, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  writeFileSync(join(folder, 'pid'), String(child.pid));
  return child;
}

function lastLines(port) {
  try {
    return readFileSync(join(runFolder(port), 'log'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(-15);
  } catch {
    return [];
  }
}

/**
 * Starts the server, unless ours runs already, and waits until it takes statements. Returns its address, and whether this
 * call started it.
 */
export async function startTrino({ port, log = console.log }) {
  if (!existsSync(home)) {
    throw new Error(`Trino ${version} is not installed: npm run trino:install`);
  }
  const java = findJava();
  let started = false;
  let exit;
  if (findProcess(port) === undefined) {
    if (!(await isFree(port))) {
      throw new Error(`port ${port} is taken by something else; choose another one with --port`);
    }
    log(`Starting Trino ${version} on ${addressOf(port)} (${java})`);
    launch(java, port).once('exit', (code, signal) => (exit = signal ?? code));
    started = true;
  }
  const until = Date.now() + startingMs;
  while (!(await isReady(port))) {
    if (exit !== undefined || Date.now() > until) {
      const why = exit === undefined ? 'did not get ready in time' : `ended (${exit})`;
      if (started) await stopTrino({ port });
      throw new Error([`Trino ${why}; the end of its log:`, ...lastLines(port)].join('\n'));
    }
    await delay(100);
  }
  return { address: addressOf(port), started };
}

/** Stops the server that `startTrino` started on the port. Returns whether there was one. */
export async function stopTrino({ port }) {
  const pid = findProcess(port);
  rmSync(join(runFolder(port), 'pid'), { force: true });
  if (pid === undefined) return false;
  process.kill(pid, 'SIGTERM');
  const until = Date.now() + stoppingMs;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    if (Date.now() > until) {
      process.kill(pid, 'SIGKILL');
      return true;
    }
    await delay(100);
  }
}
