import { createHash } from 'node:crypto';
import type { ObjectStore, StoredObject } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { compareKeys } from './sorted-keys.js';
import type { S3Answer, S3Request } from './s3-request.js';
import { s3Namespace, writeXml, type XmlElements } from './xml.js';

interface Page {
  readonly objects: readonly StoredObject[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The last key or common prefix on the page. */
  readonly last: string;
}

interface PageRequest {
  readonly prefix: string;
  readonly delimiter: string;
  /** Everything up to and with this key or common prefix came before. */
  readonly after: string;
  readonly maxKeys: number;
}

/** Answers ListObjects and ListObjectsV2: at most 1000 keys and common prefixes together. */
export function listObjects(
  objects: ObjectStore,
  { bucket, query }: S3Request,
  version: 1 | 2,
): S3Answer {
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = readMaxKeys(query.get('max-keys'));
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after');
  const marker = query.get('marker') ?? '';
  const after = version === 1 ? marker : token === null ? (startAfter ?? '') : readToken(token);
  const page = takePage(objects.list(bucket, prefix), { prefix, delimiter, after, maxKeys });
  const isEncoded = query.get('encoding-type') === 'url';
  const encode = (text: string): string => (isEncoded ? encodeKey(text) : text);
  const owns = version === 1 || query.get('fetch-owner') === 'true';
  const common: XmlElements = {
    Name: bucket,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: maxKeys,
    EncodingType: isEncoded ? 'url' : undefined,
    IsTruncated: page.isTruncated,
    Contents: page.objects.map((object) => describeObject(object, encode(object.key), owns)),
    CommonPrefixes: page.commonPrefixes.map((each) => ({ Prefix: encode(each) })),
  };
  const paging: XmlElements =
    version === 1
      ? {
          Marker: encode(marker),
          NextMarker: page.isTruncated && delimiter !== '' ? encode(page.last) : undefined,
        }
      : {
          KeyCount: page.objects.length + page.commonPrefixes.length,
          ContinuationToken: token ?? undefined,
          StartAfter: startAfter === null ? undefined : encode(startAfter),
          NextContinuationToken: page.isTruncated ? writeToken(page.last) : undefined,
        };
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('ListBucketResult', { ...common, ...paging }, s3Namespace),
  };
}

function takePage(all: readonly StoredObject[], request: PageRequest): Page {
  const { prefix, delimiter, after, maxKeys } = request;
  const objects: StoredObject[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (const object of all) {
    const end = delimiter === '' ? -1 : object.key.indexOf(delimiter, prefix.length);
    const common = end === -1 ? undefined : object.key.slice(0, end + delimiter.length);
    const isPast =
      (after !== '' && compareKeys(object.key, after) <= 0) ||
      (common !== undefined && (common === after || common === commonPrefixes.at(-1)));
    if (isPast) {
      continue;
    }
    if (objects.length + commonPrefixes.length === maxKeys) {
      return { objects, commonPrefixes, isTruncated: maxKeys > 0, last };
    }
    if (common === undefined) {
      objects.push(object);
    } else {
      commonPrefixes.push(common);
    }
    last = common ?? object.key;
  }
  return { objects, commonPrefixes, isTruncated: false, last };
}

function describeObject(object: StoredObject, key: string, withOwner: boolean): XmlElements {
  const algorithms = Object.keys(object.checksums).map((name) => name.toUpperCase());
  return {
    Key: key,
    LastModified: object.lastModified.toISOString(),
    ETag: object.etag,
    ChecksumAlgorithm: algorithms,
    Size: object.size,
    Owner: withOwner ? owner : undefined,
    StorageClass: 'STANDARD',
  };
}

/** The canonical user of everything in the local S3. */
export const owner: XmlElements = {
  ID: createHash('sha256').update('local').digest('hex'),
  DisplayName: 'local',
};

/** Spells a key as `encoding-type=url` does. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replace(/%2F/g, '/');
}

function readMaxKeys(text: string | null): number {
  if (text === null || text === '') {
    return 1000;
  }
  if (!/^\d{1,10}$/.test(text)) {
    throw new ServiceError(
      'InvalidArgument',
      'Provided max-keys not an integer or within integer range',
      400,
      {
        ArgumentName: 'max-keys',
        ArgumentValue: text,
      },
    );
  }
  return Math.min(Number(text), 1000);
}

function writeToken(last: string): string {
  return `1${Buffer.from(last).toString('base64')}`;
}

function readToken(token: string): string {
  if (!/^1[A-Za-z0-9+/]+=*$/.test(token)) {
    throw new ServiceError('InvalidArgument', 'The continuation token provided is incorrect', 400, {
      ArgumentName: 'continuation-token',
    });
  }
  return Buffer.from(token.slice(1), 'base64').toString();
}
