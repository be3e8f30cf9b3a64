// Fetches Trino's server and unpacks it into our cache.
import { createHash } from 'node:crypto';
import { createWriteStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';
import {
  cache,
  findMissingPlugins,
  home,
  neededBytes,
  plugins,
  sha1,
  url,
  version,
} from './release.mjs';

/** Whether the server can be fetched from here: an answer to a HEAD within the time, in milliseconds. */
export async function isReachable(timeoutMs) {
  try {
    const { ok } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(timeoutMs) });
    return ok;
  } catch {
    return false;
  }
}

async function download(path) {
  const response = await fetch(url);
  if (!response.ok || response.body === null) {
    throw new Error(`${url} answered ${response.status} ${response.statusText}`);
  }
  const hash = createHash('sha1');
  const hashed = new Transform({
    transform(chunk, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), hashed, createWriteStream(path));
  const found = hash.digest('hex');
  if (found !== sha1) {
    throw new Error(`${url} is not what it should be: its SHA-1 is ${found}, expected ${sha1}`);
  }
}

/** Removes the plugins that nobody needs: three quarters of the files. */
function removePlugins(server) {
  for (const name of readdirSync(join(server, 'plugin'))) {
    if (!plugins.includes(name)) rmSync(join(server, 'plugin', name), { recursive: true });
  }
}

/**
 * Installs the server unless it is there with all plugins; one that lacks some, which an older version of this script left, is
 * replaced as a whole. Whatever fails leaves what was there, and no half of one behind.
 */
export async function installTrino(log = console.log) {
  const missing = findMissingPlugins();
  if (missing?.length === 0) return;
  if (missing) log(`Trino ${version} lacks plugins (${missing.join(', ')}): it is installed anew`);
  mkdirSync(cache, { recursive: true });
  const { bavail, bsize } = await statfs(cache);
  if (bavail * bsize < neededBytes) {
    const free = Math.floor((bavail * bsize) / 1024 ** 2);
    throw new Error(
      `${cache} has ${free} MB free; to install Trino takes ${neededBytes / 1024 ** 2}`,
    );
  }
  const folder = join(cache, `${version}.${process.pid}.tmp`);
  mkdirSync(folder, { recursive: true });
  try {
    log(`Fetching ${url} (821 MB)`);
    const archive = join(folder, 'server.tar.gz');
    await download(archive);
    log('Unpacking');
    // The plugins share files by hard links: all of them are unpacked before any is removed.
    await extract({ file: archive, cwd: folder });
    const server = join(folder, `trino-server-${version}`);
    removePlugins(server);
    // Somebody else may have been faster.
    if (findMissingPlugins()?.length !== 0) {
      if (existsSync(home)) renameSync(home, join(folder, 'before'));
      renameSync(server, home);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  log(`Trino ${version} is in ${home}`);
}
