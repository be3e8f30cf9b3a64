import { errorDiagnostic } from '../../../core/diagnostic.js';
import { LandingFailure, type SourceFile, type SourceStore } from '../../../core/landing-store.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiError } from '../client/api-error.js';
import { apiDiagnostic } from '../client/api-failure.js';
import { parseS3Location, type S3Files, type S3Location } from '../client/s3-files.js';
import { objectExists } from './object-output.js';

/** What `createS3SourceStore` needs. */
export interface S3SourceOptions {
  readonly files: S3Files;
  /** Bytes asked for at once. Tests take less. */
  readonly windowBytes?: number;
}

/** Returns the failure of an input. Code: `land-input-unreadable`. */
function unreadable(address: string, reason: string, hint: string): LandingFailure {
  const location = { path: address };
  const message = `could not read '${address}': ${reason}`;
  return new LandingFailure(errorDiagnostic('land-input-unreadable', message, { location, hint }));
}

function describe(error: ApiError, address: string): LandingFailure {
  if (error.status === 404) {
    return unreadable(address, 'it does not exist', 'check the bucket and the key');
  }
  return error.status === 412
    ? unreadable(address, 'it changed while it was read', 'read it again when it is complete')
    : new LandingFailure(apiDiagnostic(error));
}

/** Returns whether query engines pass over an object: a part of its name below the prefix begins with `.` or `_`. */
function isHidden(name: string): boolean {
  return /(?:^|\/)[._]/u.test(name);
}

/**
 * Returns the objects of S3 as sources, by the addresses `s3://bucket/key` and `s3://bucket/prefix`. An object is read in
 * windows, the next one while the present one is used, all of them of the version that was there first; memory does not
 * depend on its size. Its functions throw `land-input-unreadable` and what `apiDiagnostic` gives.
 */
export function createS3SourceStore(
  api: AwsApi,
  { files, windowBytes = 8 * 2 ** 20 }: S3SourceOptions,
): SourceStore {
  const parse = (address: string): S3Location => {
    const at = parseS3Location(address);
    if (at !== undefined) return at;
    throw unreadable(address, 'it names no bucket', 'write s3://bucket/prefix');
  };
  return {
    owns: (input) => /^s3:\/\//iu.test(input),
    async list(address) {
      const { bucket, key } = parse(address);
      if (key !== '' && !key.endsWith('/') && (await objectExists(api, { bucket, key }))) {
        return { files: [`s3://${bucket}/${key}`], ignored: [] };
      }
      const prefix = key === '' || key.endsWith('/') ? key : `${key}/`;
      const listed = await files.list({ bucket, key: prefix });
      if (!listed.ok) throw describe(listed.error, address);
      // Consoles make empty objects that stand for folders.
      const names = listed.value.filter((each) => !each.key.endsWith('/'));
      const hidden = names.filter((each) => isHidden(each.key.slice(prefix.length)));
      const show = (each: { readonly key: string }): string => `s3://${bucket}/${each.key}`;
      return {
        files: names.filter((each) => !hidden.includes(each)).map(show),
        ignored: hidden.map(show),
      };
    },
    open: (address) => openObject(api, { address, at: parse(address), windowBytes }),
  };
}

async function openObject(
  api: AwsApi,
  object: { readonly address: string; readonly at: S3Location; readonly windowBytes: number },
): Promise<SourceFile> {
  const { address, at, windowBytes } = object;
  const target = { Bucket: at.bucket, Key: at.key };
  const about = (operation: string) => ({ service: 's3', operation, subject: address }) as const;
  const look = async () => {
    const head = await api.call(about('HeadObject'), (s3, http) => s3.headObject(target, http));
    if (!head.ok) throw describe(head.error, address);
    return { size: head.value.ContentLength ?? 0, etag: head.value.ETag };
  };
  const { size, etag } = await look();

  const fetchWindow = async (start: number): Promise<Buffer> => {
    const end = Math.min(start + windowBytes, size) - 1;
    const result = await api.call(about('GetObject'), async (s3, http) => {
      const { Body } = await s3.getObject(
        {
          ...target,
          Range: `bytes=${start}-${end}`,
          ...(etag !== undefined && { IfMatch: etag }),
        },
        http,
      );
      return Buffer.from((await Body?.transformToByteArray()) ?? []);
    });
    if (!result.ok) throw describe(result.error, address);
    return result.value;
  };
  /** At most the window in use and the one after it. */
  const windows = new Map<number, Promise<Buffer>>();
  const windowAt = (start: number): Promise<Buffer> => {
    const known = windows.get(start);
    if (known !== undefined) return known;
    const fetched = fetchWindow(start);
    // Whoever needs it sees the failure; until then nobody does.
    fetched.catch(() => undefined);
    windows.set(start, fetched);
    return fetched;
  };

  return {
    size,
    async read(buffer, offset, length, position) {
      if (position >= size) return { bytesRead: 0 };
      const start = position - (position % windowBytes);
      for (const each of windows.keys()) {
        if (each !== start && each !== start + windowBytes) windows.delete(each);
      }
      const present = windowAt(start);
      if (position > start && start + windowBytes < size) void windowAt(start + windowBytes);
      const bytes = await present;
      const from = position - start;
      return { bytesRead: bytes.copy(buffer, offset, from, from + length) };
    },
    hasChanged: async () => {
      const now = await look();
      return now.etag !== etag || now.size !== size;
    },
    close: () => {
      windows.clear();
      return Promise.resolve();
    },
  };
}
