import { copyFile, readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import type { ObjectStore, PutOptions, StoredObject } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { findChecksum, sumBytes } from './checksums.js';
import { judgeRead, noSuchKey, preconditionFailed, writeCondition } from './conditions.js';
import { parseRange } from './range.js';
import { headerText, type ReceivedBody } from './receive-body.js';
import type { S3Answer, S3Request } from './s3-request.js';
import { s3Namespace, writeXml } from './xml.js';

/** Answers PutObject, with `If-None-Match: *` and `If-Match`. */
export async function putObject(
  objects: ObjectStore,
  { bucket, key, headers }: S3Request,
  body: ReceivedBody,
): Promise<S3Answer> {
  const guard = writeCondition(headers, key);
  const object = await objects.put(
    bucket,
    key,
    { path: body.path },
    {
      ...readObjectHeaders(headers),
      etag: `"${body.md5}"`,
      checksums: body.checksums,
      ...(guard === undefined ? {} : { guard }),
    },
  );
  return { status: 200, headers: { etag: object.etag, ...checksumHeaders(object) } };
}

/** Answers GetObject and HeadObject: conditions, one range, checksums where asked for. */
export function getObject(
  objects: ObjectStore,
  { bucket, key, headers, query }: S3Request,
): S3Answer {
  const object = findObject(objects, bucket, key);
  const verdict = judgeRead(headers, object);
  if (verdict === 'failed') {
    throw preconditionFailed('If-Match');
  }
  if (verdict === 'not-modified') {
    return { status: 304, headers: { etag: object.etag } };
  }
  const partNumber = query.get('partNumber');
  if (partNumber !== null && partNumber !== '1') {
    throw new ServiceError('InvalidPartNumber', 'The requested partnumber is not satisfiable', 416);
  }
  const range = parseRange(headerText(headers, 'range'), object.size);
  const start = range?.start ?? 0;
  const length = range === undefined ? object.size : range.end - range.start + 1;
  const shown = {
    ...describeHeaders(object),
    'content-length': String(length),
    ...(range === undefined
      ? {}
      : { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
    ...(range === undefined && headerText(headers, 'x-amz-checksum-mode') === 'ENABLED'
      ? checksumHeaders(object)
      : {}),
    ...overriddenHeaders(query),
  };
  const status = range === undefined ? 200 : 206;
  return { status, headers: shown, body: { path: object.path, start, length } };
}

/** Answers DeleteObject: a success where nothing was there, too; `If-Match` holds in the moment of the delete. */
export function deleteObject(objects: ObjectStore, { bucket, key, headers }: S3Request): S3Answer {
  const match = headerText(headers, 'if-match');
  if (match !== undefined) {
    writeCondition({ 'if-match': match }, key)?.(objects.head(bucket, key));
  }
  objects.remove(bucket, key);
  return { status: 204, headers: {} };
}

/** Answers CopyObject, with conditions on the source and on the target. Metadata is copied unless `REPLACE` is said. */
export async function copyObject(
  objects: ObjectStore,
  { bucket, key, headers }: S3Request,
): Promise<S3Answer> {
  const source = findCopySource(objects, headers);
  const replaces = headerText(headers, 'x-amz-metadata-directive') === 'REPLACE';
  if (source.bucket === bucket && source.key === key && !replaces) {
    throw new ServiceError(
      'InvalidRequest',
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
    );
  }
  const guard = writeCondition(headers, key);
  const algorithm = findChecksum(headerText(headers, 'x-amz-checksum-algorithm') ?? '');
  const path = objects.scratchPath('copy');
  await copyFile(source.path, path);
  const object = await objects.put(
    bucket,
    key,
    { path },
    {
      ...(replaces ? readObjectHeaders(headers) : source),
      checksums:
        algorithm === undefined
          ? source.checksums
          : { [algorithm]: sumBytes(algorithm, await readFile(path)) },
      ...(guard === undefined ? {} : { guard }),
    },
  );
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml(
      'CopyObjectResult',
      { LastModified: object.lastModified.toISOString(), ETag: object.etag },
      s3Namespace,
    ),
  };
}

/** Returns the object that `x-amz-copy-source` names, if the conditions on it hold; throws `ServiceError` otherwise. */
export function findCopySource(objects: ObjectStore, headers: IncomingHttpHeaders): StoredObject {
  const text = headerText(headers, 'x-amz-copy-source') ?? '';
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(text.split('?')[0] ?? ''));
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new ServiceError(
      'InvalidArgument',
      'Copy Source must mention the source bucket and key: sourcebucket/sourcekey',
      400,
      { ArgumentName: 'x-amz-copy-source', ArgumentValue: text },
    );
  }
  const source = findObject(objects, match[1], match[2]);
  if (judgeRead(headers, source, 'x-amz-copy-source-') !== 'read') {
    throw preconditionFailed('x-amz-copy-source');
  }
  return source;
}

function findObject(objects: ObjectStore, bucket: string, key: string): StoredObject {
  const object = objects.head(bucket, key);
  if (object === undefined) {
    throw noSuchKey(key);
  }
  return object;
}

const systemHeaderNames = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'expires',
];

/** Reads what a put, a copy or an upload says of its object. Throws `MetadataTooLarge`, 2 KB being the most. */
export function readObjectHeaders(
  headers: IncomingHttpHeaders,
): Pick<Required<PutOptions>, 'contentType' | 'metadata' | 'systemHeaders'> {
  const metadata: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    if (name.startsWith('x-amz-meta-')) {
      metadata[name.slice('x-amz-meta-'.length)] = headerText(headers, name) ?? '';
    }
  }
  if (
    Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0) >
    2048
  ) {
    throw new ServiceError(
      'MetadataTooLarge',
      'Your metadata headers exceed the maximum allowed metadata size',
    );
  }
  const systemHeaders: Record<string, string> = {};
  for (const name of systemHeaderNames) {
    // `aws-chunked` is about the transfer, not about the object.
    const value = headerText(headers, name)
      ?.replace(/(^|,\s*)aws-chunked/, '')
      .replace(/^,\s*/, '');
    if (value !== undefined && value !== '') {
      systemHeaders[name] = value;
    }
  }
  const contentType = headerText(headers, 'content-type') ?? 'binary/octet-stream';
  return { contentType, metadata, systemHeaders };
}

function describeHeaders(object: StoredObject): Record<string, string> {
  return {
    ...object.systemHeaders,
    'accept-ranges': 'bytes',
    'content-type': object.contentType,
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    ...Object.fromEntries(
      Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
  };
}

/** Headers that show an object's checksums. */
export function checksumHeaders(object: StoredObject): Record<string, string> {
  const entries = Object.entries(object.checksums);
  const type = entries.some(([, sum]) => /-\d+$/.test(sum)) ? 'COMPOSITE' : 'FULL_OBJECT';
  return entries.length === 0
    ? {}
    : {
        'x-amz-checksum-type': type,
        ...Object.fromEntries(entries.map(([name, sum]) => [`x-amz-checksum-${name}`, sum])),
      };
}

/** `response-content-type` and its like in the query of a GetObject. */
function overriddenHeaders(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(
    ['content-type', ...systemHeaderNames].flatMap((name) => {
      const value = query.get(`response-${name}`);
      return value === null ? [] : [[name, value]];
    }),
  );
}
