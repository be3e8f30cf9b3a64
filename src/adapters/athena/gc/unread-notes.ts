import { createHash } from 'node:crypto';
import type { CallOptions } from '../client/api-call.js';
import type { ApiResult } from '../client/api-error.js';
import { parseS3Location, type S3Files, type S3Location } from '../client/s3-files.js';
import type { AthenaConfig } from '../config.js';

/** Whose notes they are: each catalog's targets note for themselves what their tables do not read. */
export interface NotesOwner {
  readonly project: string;
  /** From `readCatalogId`. */
  readonly catalog: string;
}

/** Since when nothing has been seen to refer to an object, by its address; milliseconds since 1970 UTC by S3's clock. */
export type UnreadSince = ReadonlyMap<string, number>;

/** Returns where `gc` keeps its notes: `s3://…/.stedi-sql/<project>/gc/<catalog>.json`. */
export function notesLocation(
  { dataDir }: AthenaConfig,
  { project, catalog }: NotesOwner,
): S3Location {
  const name = createHash('sha256').update(catalog).digest('hex').slice(0, 8);
  const address = `${dataDir}.stedi-sql/${project}/gc/${name}.json`;
  const location = parseS3Location(address);
  if (location === undefined) throw new Error(`not a place in S3: ${address}`);
  return location;
}

/** Returns the notes of the last look. Notes that are damaged are none: what they told of is then noted anew, and stays longer. */
export async function readNotes(
  files: S3Files,
  at: S3Location,
  options: CallOptions,
): Promise<ApiResult<UnreadSince>> {
  const read = await files.getJson(at, options);
  if (!read.ok) {
    return read.error.code === 'InvalidJson' ? { ok: true, value: new Map() } : read;
  }
  const { version, unread } = (read.value?.value ?? {}) as {
    readonly version?: unknown;
    readonly unread?: unknown;
  };
  if (version !== 1 || typeof unread !== 'object' || unread === null) {
    return { ok: true, value: new Map() };
  }
  const entries = Object.entries(unread).flatMap(([address, time]): [string, number][] => {
    const since = typeof time === 'string' ? Date.parse(time) : Number.NaN;
    return Number.isNaN(since) ? [] : [[address, since]];
  });
  return { ok: true, value: new Map(entries) };
}

/** Keeps the notes for the next look. */
export async function writeNotes(
  files: S3Files,
  at: S3Location,
  { unreadSince, signal }: CallOptions & { readonly unreadSince: UnreadSince },
): Promise<ApiResult<unknown>> {
  // The last of them takes the file along.
  if (unreadSince.size === 0) return files.remove(at.bucket, [at.key], { signal });
  const unread = Object.fromEntries(
    [...unreadSince].map(([address, since]) => [address, new Date(since).toISOString()]),
  );
  return files.putJson(at, { version: 1, unread }, { signal });
}
