import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { finished } from 'node:stream/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { ServiceError } from '../core/service.js';
import { decodeAwsChunked } from './aws-chunked.js';
import { checksumNames, createDigest, findChecksum, type ChecksumName } from './checksums.js';

/** A request's body after it arrived whole and its checksums proved right. */
export interface ReceivedBody {
  readonly path: string;
  readonly size: number;
  /** In hex. */
  readonly md5: string;
  /** The checksums that the client gave or asked for, base64, by their names. */
  readonly checksums: Readonly<Partial<Record<ChecksumName, string>>>;
}

/** The most that one PutObject or UploadPart takes: 5 GiB (S3 User Guide, "Uploading objects"). */
const maxBytes = 5 * 1024 ** 3;

/**
 * Writes a request's body to `path` and returns what it is. Nothing of the body is kept in memory. Throws `ServiceError`
 * `BadDigest`, `InvalidDigest`, `XAmzContentSHA256Mismatch`, `IncompleteBody` or `EntityTooLarge`, after the file is
 * removed; whatever the source throws when the client goes away, too.
 */
export async function receiveBody(
  source: AsyncIterable<Buffer>,
  headers: IncomingHttpHeaders,
  path: string,
): Promise<ReceivedBody> {
  const trailers = new Map<string, string>();
  const payload = headerText(headers, 'x-amz-content-sha256') ?? '';
  const isChunked =
    payload.startsWith('STREAMING-') ||
    (headerText(headers, 'content-encoding') ?? '').split(/\s*,\s*/).includes('aws-chunked');
  const digests = new Map(namesToSum(headers).map((name) => [name, createDigest(name)]));
  const md5 = createDigest('md5');
  const sha256 = /^[0-9a-f]{64}$/.test(payload) ? createHash('sha256') : undefined;
  const file = createWriteStream(path);
  // Errors of the disk come out of `finished`.
  file.on('error', () => undefined);
  let size = 0;
  try {
    for await (const chunk of isChunked ? decodeAwsChunked(source, trailers) : source) {
      size += chunk.length;
      if (size > maxBytes) {
        throw new ServiceError(
          'EntityTooLarge',
          'Your proposed upload exceeds the maximum allowed size',
        );
      }
      md5.update(chunk);
      sha256?.update(chunk);
      for (const digest of digests.values()) {
        digest.update(chunk);
      }
      if (!file.write(chunk)) {
        await once(file, 'drain');
      }
    }
    file.end();
    await finished(file);
    checkLength(headers, size);
    if (sha256 !== undefined && sha256.digest('hex') !== payload) {
      throw new ServiceError(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const sum = md5.finish();
    checkMd5(headers, sum);
    const checksums = checkSums(headers, trailers, digests);
    return { path, size, md5: Buffer.from(sum, 'base64').toString('hex'), checksums };
  } catch (error) {
    file.destroy();
    await rm(path, { force: true });
    throw error;
  }
}

/** Returns a header's text; the first where it came several times. */
export function headerText(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The checksums to sum up: those in headers, those announced as trailers, and the one the client names. */
function namesToSum(headers: IncomingHttpHeaders): readonly ChecksumName[] {
  const announced = (headerText(headers, 'x-amz-trailer') ?? '').toLowerCase().split(/\s*,\s*/);
  const named = findChecksum(
    headerText(headers, 'x-amz-sdk-checksum-algorithm') ??
      headerText(headers, 'x-amz-checksum-algorithm') ??
      '',
  );
  return checksumNames.filter(
    (name) =>
      headers[`x-amz-checksum-${name}`] !== undefined ||
      announced.includes(`x-amz-checksum-${name}`) ||
      name === named,
  );
}

function checkSums(
  headers: IncomingHttpHeaders,
  trailers: ReadonlyMap<string, string>,
  digests: ReadonlyMap<ChecksumName, { finish(): string }>,
): Partial<Record<ChecksumName, string>> {
  const checksums: Partial<Record<ChecksumName, string>> = {};
  for (const [name, digest] of digests) {
    const header = `x-amz-checksum-${name}`;
    const given = headerText(headers, header) ?? trailers.get(header);
    const computed = digest.finish();
    if (given !== undefined && given !== computed) {
      throw new ServiceError(
        'BadDigest',
        `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    }
    checksums[name] = computed;
  }
  return checksums;
}

function checkMd5(headers: IncomingHttpHeaders, computed: string): void {
  const given = headerText(headers, 'content-md5');
  if (given === undefined) {
    return;
  }
  if (Buffer.from(given, 'base64').length !== 16) {
    throw new ServiceError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (given !== computed) {
    throw new ServiceError(
      'BadDigest',
      'The Content-MD5 you specified did not match what we received.',
    );
  }
}

function checkLength(headers: IncomingHttpHeaders, size: number): void {
  const expected = headerText(headers, 'x-amz-decoded-content-length');
  if (expected !== undefined && Number(expected) !== size) {
    throw new ServiceError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header',
    );
  }
}
