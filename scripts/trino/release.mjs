// Which Trino, and where it lies on this machine.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The newest release that Maven Central serves; it needs Java 24. Athena's engine version 3 follows Trino's releases. */
export const version = '476';
export const neededJava = 24;
export const url = `https://repo.maven.apache.org/maven2/io/trino/trino-server/${version}/trino-server-${version}.tar.gz`;
/** Of the archive, as Maven Central's `.sha1` has it. Kept here, so that another archive is noticed wherever it comes from. */
export const sha1 = 'c9b38be4017ebd2f7095455aaac772fb40247ebe';
/** What the archive and what is unpacked of it take at the same time. */
export const neededBytes = 4 * 1024 ** 3;
/** The plugins that are kept: the connectors, and the functions of geometries, whose answers are recorded. */
export const plugins = ['geospatial', 'hive', 'iceberg', 'memory'];

const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
/** Our folder of things that can be fetched again. */
export const cache = join(caches, 'stedi-sql', 'trino');
/** The unpacked server. It is there only if it is whole, but for plugins that are kept since it was unpacked. */
export const home = join(cache, version);

/** The plugins that the installed server lacks; `undefined` if none is installed. */
export function findMissingPlugins() {
  if (!existsSync(home)) return undefined;
  return plugins.filter((name) => !existsSync(join(home, 'plugin', name)));
}

/** The port of a Trino that nobody gave another one. */
export const defaultPort = 18476;

/** Where the server that listens on a port keeps its process id, its log and its data. */
export function runFolder(port) {
  return join(cache, 'run', String(port));
}
