import type { IncomingHttpHeaders } from 'node:http';

/** A request to S3 after its address is read. */
export interface S3Request {
  readonly method: string;
  /** `''` for a request about the account (ListBuckets). */
  readonly bucket: string;
  /** `''` for a request about a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** What S3 answers: XML, a part of a file, or nothing. */
export interface S3Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | FileSlice;
}

export interface FileSlice {
  readonly path: string;
  readonly start: number;
  /** In bytes. */
  readonly length: number;
}

/**
 * Returns the request that an address means, path style (`/bucket/key`) or virtual-host style (`bucket.localhost`).
 */
export function parseS3Request(
  method: string,
  url: string,
  headers: IncomingHttpHeaders,
): S3Request {
  const mark = url.indexOf('?');
  const rawPath = mark === -1 ? url : url.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : url.slice(mark + 1));
  const path = decodePath(rawPath.replace(/^\//, ''));
  const host = /^(.+?)(?:\.s3[^.]*)?\.localhost(?::\d+)?$/.exec(headers.host ?? '')?.[1];
  if (host !== undefined && host !== 's3') {
    return { method, bucket: host, key: path, query, headers };
  }
  const slash = path.indexOf('/');
  return slash === -1
    ? { method, bucket: path, key: '', query, headers }
    : { method, bucket: path.slice(0, slash), key: path.slice(slash + 1), query, headers };
}

/** A path that is no valid encoding is taken as it stands. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** A sub-resource of a bucket or an object: what a name in the query makes of a plain GET, PUT, POST or DELETE. */
interface SubResource {
  readonly scope: 'bucket' | 'object';
  readonly method: string;
  readonly parameter: string;
  readonly operation: string;
}

const subResources: readonly SubResource[] = [
  { scope: 'bucket', method: 'GET', parameter: 'location', operation: 'GetBucketLocation' },
  { scope: 'bucket', method: 'GET', parameter: 'versioning', operation: 'GetBucketVersioning' },
  { scope: 'bucket', method: 'GET', parameter: 'encryption', operation: 'GetBucketEncryption' },
  { scope: 'bucket', method: 'GET', parameter: 'acl', operation: 'GetBucketAcl' },
  {
    scope: 'bucket',
    method: 'GET',
    parameter: 'lifecycle',
    operation: 'GetBucketLifecycleConfiguration',
  },
  {
    scope: 'bucket',
    method: 'PUT',
    parameter: 'lifecycle',
    operation: 'PutBucketLifecycleConfiguration',
  },
  { scope: 'bucket', method: 'DELETE', parameter: 'lifecycle', operation: 'DeleteBucketLifecycle' },
  { scope: 'bucket', method: 'GET', parameter: 'uploads', operation: 'ListMultipartUploads' },
  { scope: 'bucket', method: 'GET', parameter: 'list-type', operation: 'ListObjectsV2' },
  { scope: 'bucket', method: 'POST', parameter: 'delete', operation: 'DeleteObjects' },
  { scope: 'object', method: 'GET', parameter: 'uploadId', operation: 'ListParts' },
  { scope: 'object', method: 'PUT', parameter: 'uploadId', operation: 'UploadPart' },
  { scope: 'object', method: 'POST', parameter: 'uploads', operation: 'CreateMultipartUpload' },
  { scope: 'object', method: 'POST', parameter: 'uploadId', operation: 'CompleteMultipartUpload' },
  { scope: 'object', method: 'DELETE', parameter: 'uploadId', operation: 'AbortMultipartUpload' },
];

/** Sub-resources that S3 has and the local S3 does not. */
const absentSubResources = [
  ...['accelerate', 'analytics', 'attributes', 'cors', 'intelligent-tiering', 'inventory'],
  ...['legal-hold', 'logging', 'metrics', 'notification', 'object-lock'],
  ...['ownershipControls', 'policy', 'policyStatus', 'publicAccessBlock', 'replication'],
  ...['requestPayment', 'restore', 'retention', 'select', 'session', 'tagging', 'torrent'],
  ...['versionId', 'versions', 'website', 'acl', 'encryption', 'location', 'versioning'],
];

const plainOperations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  account: { GET: 'ListBuckets' },
  bucket: {
    GET: 'ListObjects',
    PUT: 'CreateBucket',
    HEAD: 'HeadBucket',
    DELETE: 'DeleteBucket',
  },
  object: { GET: 'GetObject', PUT: 'PutObject', HEAD: 'HeadObject', DELETE: 'DeleteObject' },
};

/** Returns the API's name of what a request asks for; `NotImplemented` for what the local S3 does not have. */
export function nameOperation({ method, bucket, key, query, headers }: S3Request): string {
  const scope = bucket === '' ? 'account' : key === '' ? 'bucket' : 'object';
  const sub = subResources.find(
    (each) => each.scope === scope && each.method === method && query.has(each.parameter),
  );
  const copies = headers['x-amz-copy-source'] !== undefined;
  if (sub !== undefined) {
    return sub.operation === 'UploadPart' && copies ? 'UploadPartCopy' : sub.operation;
  }
  if (absentSubResources.some((name) => query.has(name))) {
    return 'NotImplemented';
  }
  const plain = plainOperations[scope]?.[method] ?? 'NotImplemented';
  return plain === 'PutObject' && copies ? 'CopyObject' : plain;
}
