import { createHash } from 'node:crypto';
import { LandingFailure, type LandingOutput } from '../../../core/landing-store.js';
import type { AwsApi } from '../client/api-call.js';
import type { ApiError, ApiResult } from '../client/api-error.js';
import { apiDiagnostic } from '../client/api-failure.js';
import { formatS3Location, type S3Location } from '../client/s3-files.js';

/** What `openObjectOutput` needs. */
export interface ObjectOutputOptions {
  readonly contentType: string;
  /** Bytes of the parts of an upload, from the first one on; S3 takes no less than 5 MiB. Tests take less. */
  readonly partBytes?: number;
}

const mebibyte = 2 ** 20;

/** Parts on the way at once, besides the one that is filled. */
const partsInFlight = 3;

/**
 * S3 takes 10,000 parts (Amazon S3 User Guide, "Amazon S3 multipart upload limits"). Growing parts make that 232 GB, of
 * which memory never holds more than four parts.
 */
function partSize(number: number, first: number): number {
  if (number <= 1000) return first;
  return number <= 5000 ? 2 * first : 4 * first;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64');
}

function fail(error: ApiError): never {
  throw new LandingFailure(apiDiagnostic(error));
}

function valueOf<T>(result: ApiResult<T>): T {
  return result.ok ? result.value : fail(result.error);
}

/** Somebody made the object while we wrote it. Its name stands for its content, so theirs is as good as ours. */
const isThereAlready = (error: ApiError): boolean => error.code === 'PreconditionFailed';

/** Another write of the same name is under way; how it ends must be asked. */
const isConflict = (error: ApiError): boolean => error.code === 'ConditionalRequestConflict';

/**
 * Returns whether an object is there. It is looked for in a list: asked for directly, S3 answers 403 for what is not there
 * to those who may list the prefix only (Amazon S3 API, "HeadObject", permissions). Throws `LandingFailure`.
 */
export async function objectExists(api: AwsApi, at: S3Location): Promise<boolean> {
  const { bucket, key } = at;
  const listed = await api.call(
    { service: 's3', operation: 'ListObjectsV2', subject: formatS3Location(at) },
    (s3, http) => s3.listObjectsV2({ Bucket: bucket, Prefix: key, MaxKeys: 1 }, http),
  );
  if (!listed.ok) fail(listed.error);
  // Of all keys that begin with it, the key itself is the first.
  return listed.value.Contents?.[0]?.Key === key;
}

/**
 * Begins an object that is there when it is complete, and never replaces one. What fits into one part is put in one
 * call, more is a multipart upload; S3 checks every part's sha256. Discarding aborts the upload. Memory: up to four
 * parts, 32 MiB for the first 8 GB.
 */
export function openObjectOutput(
  api: AwsApi,
  at: S3Location,
  { contentType, partBytes = 8 * mebibyte }: ObjectOutputOptions,
): LandingOutput {
  const { bucket, key } = at;
  const target = { Bucket: bucket, Key: key };
  const about = (operation: string) =>
    ({ service: 's3', operation, subject: formatS3Location(at) }) as const;

  let current = Buffer.alloc(0);
  let length = 0;
  let upload: Promise<string> | undefined;
  const parts: { readonly PartNumber: number; readonly ChecksumSHA256: string; ETag?: string }[] =
    [];
  const inFlight = new Set<Promise<void>>();
  let failed: unknown;
  let committed = false;

  const begin = async (): Promise<string> => {
    const begun = await api.call(about('CreateMultipartUpload'), (s3, http) =>
      s3.createMultipartUpload(
        { ...target, ContentType: contentType, ChecksumAlgorithm: 'SHA256' },
        http,
      ),
    );
    return valueOf(begun).UploadId ?? '';
  };
  const sendPart = (body: Buffer): void => {
    const part: (typeof parts)[number] = {
      PartNumber: parts.length + 1,
      ChecksumSHA256: sha256(body),
    };
    parts.push(part);
    upload ??= begin();
    const sent = upload
      .then((UploadId) =>
        api.call(about('UploadPart'), (s3, http) =>
          s3.uploadPart({ ...target, UploadId, ...part, Body: body }, http),
        ),
      )
      .then((result) => {
        const { ETag } = valueOf(result);
        if (ETag !== undefined) part.ETag = ETag;
      })
      .catch((error: unknown) => {
        failed ??= error;
      })
      .finally(() => inFlight.delete(sent));
    inFlight.add(sent);
  };
  const settle = async (): Promise<void> => {
    while (inFlight.size > 0) await Promise.all(inFlight);
  };
  const throwIfFailed = (): void => {
    if (failed !== undefined) throw failed as Error;
  };
  const abort = async (): Promise<void> => {
    const UploadId = await upload?.catch(() => undefined);
    if (UploadId === undefined) return;
    await api.call(about('AbortMultipartUpload'), (s3, http) =>
      s3.abortMultipartUpload({ ...target, UploadId }, http),
    );
  };

  const put = async (body: Buffer): Promise<void> => {
    const content = { Body: body, ContentType: contentType, ChecksumSHA256: sha256(body) };
    const result = await api.call(about('PutObject'), (s3, http) =>
      s3.putObject({ ...target, ...content, IfNoneMatch: '*' }, http),
    );
    if (result.ok || isThereAlready(result.error)) return;
    if (!isConflict(result.error) || !(await objectExists(api, at))) fail(result.error);
  };
  const complete = async (UploadId: string): Promise<void> => {
    const result = await api.call(about('CompleteMultipartUpload'), (s3, http) =>
      s3.completeMultipartUpload(
        { ...target, UploadId, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' },
        http,
      ),
    );
    if (result.ok) return;
    const { error } = result;
    // A lost answer: the upload is gone because it was completed.
    const mayBeDone = error.code === 'NoSuchUpload' || isConflict(error);
    if (!isThereAlready(error) && !(mayBeDone && (await objectExists(api, at)))) fail(error);
    await abort();
  };

  return {
    append(bytes) {
      throwIfFailed();
      for (let taken = 0; taken < bytes.length;) {
        const size = partSize(parts.length + 1, partBytes);
        if (current.length === 0) {
          // A small output needs no large block.
          current = Buffer.allocUnsafe(Math.min(size, Math.max(bytes.length, 64 * 1024)));
        } else if (length === current.length && length < size) {
          const larger = Buffer.allocUnsafe(Math.min(size, 2 * length));
          current.copy(larger);
          current = larger;
        }
        const piece = bytes.subarray(taken, taken + current.length - length);
        current.set(piece, length);
        length += piece.length;
        taken += piece.length;
        if (length === size) {
          sendPart(current);
          current = Buffer.alloc(0);
          length = 0;
        }
      }
    },
    drain() {
      throwIfFailed();
      if (inFlight.size < partsInFlight) return undefined;
      return (async () => {
        while (inFlight.size >= partsInFlight) await Promise.race(inFlight);
        throwIfFailed();
      })();
    },
    async commit() {
      throwIfFailed();
      const rest = current.subarray(0, length);
      if (upload === undefined) await put(rest);
      else {
        if (length > 0) sendPart(rest);
        await settle();
        throwIfFailed();
        await complete(await upload);
      }
      committed = true;
    },
    async discard() {
      if (committed) return;
      await settle();
      await abort();
    },
  };
}
