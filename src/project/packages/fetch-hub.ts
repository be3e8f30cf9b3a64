import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue } from '../../core/node.js';
import {
  compareVersions,
  meetsRange,
  parseVersion,
  type VersionBound,
} from '../dbt/version-range.js';
import { invalidPackage, unreachable } from './package-error.js';
import type { PackageSpec } from './package-spec.js';

type HubSpec = Extract<PackageSpec, { kind: 'hub' }>;

/** Where dbt's packages are listed; the environment may name another. */
export const defaultHub = 'https://hub.getdbt.com/';

const timeoutMs = 60_000;
const mostBytes = 100 * 1024 * 1024;

/** A version of a package, as the hub lists it. */
interface ListedVersion {
  readonly version: string;
  readonly tarball: string;
  readonly sha1: string | null;
}

/** Nothing is fetched over a connection that others may change, except on this machine. */
function isSafe(url: string): boolean {
  return /^https:\/\//u.test(url) || /^http:\/\/(?:127\.0\.0\.1|localhost)(?:[:/]|$)/u.test(url);
}

async function download(spec: HubSpec, url: string): Promise<Uint8Array> {
  if (!isSafe(url)) throw unreachable(spec, `${url} is not an address of https`);
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    throw unreachable(spec, `${url}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (!isSafe(response.url)) throw unreachable(spec, `${response.url} is not an address of https`);
  if (response.status === 404) {
    throw unreachable(spec, `${url} is not there`, 'check the name of the package');
  }
  if (!response.ok) throw unreachable(spec, `${url} answers with ${response.status}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > mostBytes) throw unreachable(spec, `${url} is larger than 100 MB`);
  return bytes;
}

function readVersions(value: unknown): readonly ListedVersion[] {
  const versions = isMapping(value) ? (value as Record<string, JsonValue>)['versions'] : {};
  return Object.entries(isMapping(versions) ? versions : {}).flatMap(([version, each]) => {
    const downloads = isMapping(each) ? each['downloads'] : undefined;
    if (!isMapping(downloads) || typeof downloads['tarball'] !== 'string') return [];
    const { sha1, tarball } = downloads;
    return [{ version, tarball, sha1: typeof sha1 === 'string' && sha1 !== '' ? sha1 : null }];
  });
}

/**
 * Returns the latest version of a package that meets all bounds. A candidate of a release is taken where the project asks
 * for them, or where a bound names it. Throws `PackageError` (`package-unreachable`, `package-invalid`).
 */
export async function chooseVersion(
  spec: HubSpec,
  bounds: readonly VersionBound[],
  hub: string,
): Promise<ListedVersion> {
  const bytes = await download(spec, `${hub.replace(/\/?$/u, '/')}api/v1/${spec.name}.json`);
  let listed: readonly ListedVersion[];
  try {
    listed = readVersions(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw unreachable(spec, 'the hub answers with what is no JSON');
  }
  const takesCandidates =
    spec.prerelease || bounds.some(({ version }) => version.prerelease !== null);
  const fitting = listed
    .flatMap((each) => {
      const version = parseVersion(each.version);
      return version === undefined ? [] : [{ each, version }];
    })
    .filter(({ version }) => takesCandidates || version.prerelease === null)
    .filter(({ version }) => meetsRange(version, bounds))
    .toSorted((a, b) => compareVersions(b.version, a.version));
  const [best] = fitting;
  if (best !== undefined) return best.each;
  const known = listed.map(({ version }) => version).slice(-5);
  throw invalidPackage(
    spec,
    'has no version that meets everything that is asked of it',
    known.length === 0 ? 'check its name' : `the hub has ${known.join(', ')}`,
  );
}

/**
 * Downloads a version and unpacks it into a new folder: files and folders alone, and none outside. Throws `PackageError`.
 */
export async function fetchHub(
  spec: HubSpec,
  { tarball, sha1 }: ListedVersion,
  folder: string,
): Promise<void> {
  const bytes = await download(spec, tarball);
  const found = createHash('sha1').update(bytes).digest('hex');
  if (sha1 !== null && sha1 !== found) {
    throw invalidPackage(
      spec,
      `is not what the hub says it is: its checksum is ${found}, not ${sha1}`,
      'do not use it; tell its authors',
    );
  }
  const { extract } = await import('tar');
  mkdirSync(folder, { recursive: true });
  const file = `${folder}.tar.gz`;
  writeFileSync(file, bytes);
  try {
    await extract({
      file,
      cwd: folder,
      strip: 1,
      strict: true,
      filter: (_path, entry) =>
        !('type' in entry) || entry.type === 'File' || entry.type === 'Directory',
    });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw invalidPackage(spec, `cannot be unpacked: ${reason}`, 'tell its authors');
  } finally {
    rmSync(file, { force: true });
  }
}
