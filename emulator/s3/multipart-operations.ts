import { createReadStream } from 'node:fs';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { requireBucket, xml } from './bucket-operations.js';
import { checksumNames, findChecksum, type ChecksumName } from './checksums.js';
import { writeCondition } from './conditions.js';
import { encodeKey, owner } from './list-objects.js';
import type { CompletedPart, MultipartUpload, MultipartUploads } from './multipart-uploads.js';
import { findCopySource, readObjectHeaders } from './object-operations.js';
import { parseRange } from './range.js';
import { headerText, receiveBody, type ReceivedBody } from './receive-body.js';
import type { S3Answer, S3Request } from './s3-request.js';
import { malformedXml, parseXml, textOf } from './xml.js';

/** The parts an upload may have. */
const maxParts = 10_000;

/** Answers CreateMultipartUpload. */
export function createUpload(
  objects: ObjectStore,
  uploads: MultipartUploads,
  { bucket, key, headers }: S3Request,
): S3Answer {
  requireBucket(objects, bucket);
  const checksum = findChecksum(headerText(headers, 'x-amz-checksum-algorithm') ?? '');
  const type = headerText(headers, 'x-amz-checksum-type');
  const isFull = checksum === 'crc64nvme' || type === 'FULL_OBJECT';
  const upload = uploads.create({
    bucket,
    key,
    options: readObjectHeaders(headers),
    checksum,
    checksumType: isFull ? 'FULL_OBJECT' : 'COMPOSITE',
  });
  const answer = xml('InitiateMultipartUploadResult', {
    Bucket: bucket,
    Key: key,
    UploadId: upload.id,
  });
  const shown =
    checksum === undefined
      ? {}
      : {
          'x-amz-checksum-algorithm': checksum.toUpperCase(),
          'x-amz-checksum-type': upload.checksumType,
        };
  return { ...answer, headers: { ...answer.headers, ...shown } };
}

/** Answers UploadPart. */
export function uploadPart(
  uploads: MultipartUploads,
  request: S3Request,
  body: ReceivedBody,
): S3Answer {
  const part = uploads.putPart(findUpload(uploads, request), readPartNumber(request), body);
  return { status: 200, headers: { etag: `"${part.body.md5}"`, ...partChecksums(body) } };
}

/** Answers UploadPartCopy, with `x-amz-copy-source-range`. */
export async function copyPart(
  objects: ObjectStore,
  uploads: MultipartUploads,
  request: S3Request,
): Promise<S3Answer> {
  const upload = findUpload(uploads, request);
  const number = readPartNumber(request);
  const source = findCopySource(objects, request.headers);
  const range = parseRange(headerText(request.headers, 'x-amz-copy-source-range'), source.size);
  const headers =
    upload.checksum === undefined ? {} : { 'x-amz-checksum-algorithm': upload.checksum };
  const body = await receiveBody(
    createReadStream(source.path, range ?? {}) as AsyncIterable<Buffer>,
    headers,
    objects.scratchPath('part'),
  );
  const part = uploads.putPart(upload, number, body);
  return xml('CopyPartResult', {
    LastModified: part.lastModified.toISOString(),
    ETag: `"${body.md5}"`,
  });
}

/** Answers CompleteMultipartUpload, with `If-None-Match: *` and `If-Match`. */
export async function completeUpload(
  uploads: MultipartUploads,
  request: S3Request,
  body: Uint8Array,
): Promise<S3Answer> {
  const { bucket, key, headers } = request;
  const upload = findUpload(uploads, request);
  const guard = writeCondition(headers, key);
  const checksums: Partial<Record<ChecksumName, string>> = {};
  for (const name of checksumNames) {
    const sum = headerText(headers, `x-amz-checksum-${name}`);
    if (sum !== undefined) {
      checksums[name] = sum;
    }
  }
  const object = await uploads.complete(upload, readParts(body), {
    checksums,
    ...(guard === undefined ? {} : { guard }),
  });
  const sums = Object.entries(object.checksums).map(([name, sum]) => [
    `Checksum${name.toUpperCase()}`,
    sum,
  ]);
  return xml('CompleteMultipartUploadResult', {
    Location: `/${bucket}/${encodeKey(key)}`,
    Bucket: bucket,
    Key: key,
    ETag: object.etag,
    ...(Object.fromEntries(sums) as Record<string, string>),
    ChecksumType: sums.length === 0 ? undefined : upload.checksumType,
  });
}

/** Answers AbortMultipartUpload. */
export function abortUpload(uploads: MultipartUploads, request: S3Request): S3Answer {
  uploads.abort(findUpload(uploads, request));
  return { status: 204, headers: {} };
}

/** Answers ListParts, at most 1000 a page. */
export function listParts(uploads: MultipartUploads, request: S3Request): S3Answer {
  const upload = findUpload(uploads, request);
  const after = Number(request.query.get('part-number-marker') ?? 0);
  const maxCount = Math.min(Number(request.query.get('max-parts') ?? 1000), 1000);
  const parts = [...upload.parts.values()]
    .sort((left, right) => left.number - right.number)
    .filter((part) => part.number > after);
  const page = parts.slice(0, maxCount);
  return xml('ListPartsResult', {
    Bucket: upload.bucket,
    Key: upload.key,
    UploadId: upload.id,
    PartNumberMarker: after,
    NextPartNumberMarker: page.at(-1)?.number ?? 0,
    MaxParts: maxCount,
    IsTruncated: page.length < parts.length,
    Initiator: owner,
    Owner: owner,
    StorageClass: 'STANDARD',
    Part: page.map((part) => ({
      PartNumber: part.number,
      LastModified: part.lastModified.toISOString(),
      ETag: `"${part.body.md5}"`,
      Size: part.body.size,
    })),
  });
}

/** Answers ListMultipartUploads: those under `prefix`, all on one page. */
export function listUploads(
  objects: ObjectStore,
  uploads: MultipartUploads,
  { bucket, query }: S3Request,
): S3Answer {
  requireBucket(objects, bucket);
  const prefix = query.get('prefix') ?? '';
  const encode = (key: string): string =>
    query.get('encoding-type') === 'url' ? encodeKey(key) : key;
  return xml('ListMultipartUploadsResult', {
    Bucket: bucket,
    Prefix: encode(prefix),
    EncodingType: query.get('encoding-type') ?? undefined,
    MaxUploads: 1000,
    IsTruncated: false,
    Upload: uploads
      .list(bucket)
      .filter((upload) => upload.key.startsWith(prefix))
      .map((upload) => ({
        Key: encode(upload.key),
        UploadId: upload.id,
        Initiator: owner,
        Owner: owner,
        StorageClass: 'STANDARD',
        Initiated: upload.initiatedAt.toISOString(),
      })),
  });
}

function findUpload(uploads: MultipartUploads, { bucket, key, query }: S3Request): MultipartUpload {
  return uploads.find(query.get('uploadId') ?? '', bucket, key);
}

function readPartNumber({ query }: S3Request): number {
  const text = query.get('partNumber') ?? '';
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > maxParts) {
    throw new ServiceError(
      'InvalidArgument',
      'Part number must be an integer between 1 and 10000, inclusive',
      400,
      { ArgumentName: 'partNumber', ArgumentValue: text },
    );
  }
  return number;
}

function readParts(body: Uint8Array): readonly CompletedPart[] {
  const parts = parseXml(body, 'CompleteMultipartUpload')['Part'];
  if (!Array.isArray(parts) || parts.length === 0) {
    throw malformedXml();
  }
  return parts.map((entry: unknown) => {
    const elements = entry as Readonly<Record<string, unknown>>;
    const number = Number(textOf(elements, 'PartNumber'));
    const etag = textOf(elements, 'ETag');
    if (!Number.isInteger(number) || etag === undefined) {
      throw malformedXml();
    }
    const checksums: Partial<Record<ChecksumName, string>> = {};
    for (const name of checksumNames) {
      const sum = textOf(elements, `Checksum${name.toUpperCase()}`);
      if (sum !== undefined) {
        checksums[name] = sum;
      }
    }
    return { number, etag, checksums };
  });
}

function partChecksums({ checksums }: ReceivedBody): Record<string, string> {
  return Object.fromEntries(
    Object.entries(checksums).map(([name, sum]) => [`x-amz-checksum-${name}`, sum]),
  );
}
