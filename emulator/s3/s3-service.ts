import { readFile, rm } from 'node:fs/promises';
import type { Fault } from '../core/calls.js';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import {
  createBucket,
  deleteBucket,
  describeBucket,
  headBucket,
  listBuckets,
  requireBucket,
} from './bucket-operations.js';
import { deleteObjects } from './delete-objects.js';
import { createLifecycles } from './lifecycle.js';
import { listObjects } from './list-objects.js';
import {
  abortUpload,
  completeUpload,
  copyPart,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
} from './multipart-operations.js';
import { createMultipartUploads } from './multipart-uploads.js';
import { copyObject, deleteObject, getObject, putObject } from './object-operations.js';
import { receiveBody, type ReceivedBody } from './receive-body.js';
import type { S3Answer, S3Request } from './s3-request.js';

/** The most bytes of a request that is a document: 1000 keys of 1024 bytes fit, and 10,000 parts. */
const maxDocumentBytes = 4 * 1024 ** 2;

/** The most bytes of a key in UTF-8. */
const maxKeyBytes = 1024;

const noBody: ReceivedBody = { path: '', size: 0, md5: '', checksums: {} };

/** S3 after HTTP: bodies are received first, so that a request that breaks off has no effect. */
export interface S3Service {
  /** Writes the body to the disk. Throws `ServiceError` where it is not what the request says. */
  receive(request: S3Request, source: AsyncIterable<Buffer>): Promise<ReceivedBody>;
  /** Does the call. Throws `ServiceError`. */
  handle(
    operation: string,
    request: S3Request,
    body: ReceivedBody,
    failEntries: Fault['failEntries'],
  ): Promise<S3Answer>;
  /** Removes what is left of a body once the call is answered. */
  discard(body: ReceivedBody): Promise<void>;
}

/** Returns the S3 API over a store. */
export function createS3Service(objects: ObjectStore): S3Service {
  const uploads = createMultipartUploads(objects);
  const lifecycles = createLifecycles();
  /** Bodies that became a part of an upload stay. */
  const keptPaths = new Set<string>();

  async function handle(
    operation: string,
    request: S3Request,
    body: ReceivedBody,
    failEntries: Fault['failEntries'],
  ): Promise<S3Answer> {
    if (Buffer.byteLength(request.key) > maxKeyBytes) {
      throw new ServiceError('KeyTooLongError', 'Your key is too long', 400);
    }
    switch (operation) {
      case 'ListBuckets':
        return listBuckets(objects);
      case 'CreateBucket':
        return createBucket(objects, request, await readDocument(body));
      case 'DeleteBucket': {
        const answer = deleteBucket(objects, request);
        lifecycles.remove(request.bucket);
        return answer;
      }
      case 'PutBucketLifecycleConfiguration':
        return lifecycles.put(request.bucket, await readDocument(body));
      case 'GetBucketLifecycleConfiguration':
        return lifecycles.get(request.bucket);
      case 'DeleteBucketLifecycle':
        return lifecycles.remove(request.bucket);
      case 'HeadBucket':
        return headBucket(objects, request);
      case 'GetBucketLocation':
      case 'GetBucketVersioning':
      case 'GetBucketEncryption':
      case 'GetBucketAcl':
        return describeBucket(objects, operation, request);
      case 'ListObjects':
        return listObjects(objects, request, 1);
      case 'ListObjectsV2':
        return listObjects(objects, request, 2);
      case 'PutObject':
        return putObject(objects, request, body);
      case 'GetObject':
      case 'HeadObject':
        return getObject(objects, request);
      case 'DeleteObject':
        return deleteObject(objects, request);
      case 'DeleteObjects':
        return deleteObjects(objects, request, await readDocument(body), failEntries);
      case 'CopyObject':
        return copyObject(objects, request);
      case 'CreateMultipartUpload':
        return createUpload(objects, uploads, request);
      case 'UploadPart': {
        const answer = uploadPart(uploads, request, body);
        keptPaths.add(body.path);
        return answer;
      }
      case 'UploadPartCopy':
        return copyPart(objects, uploads, request);
      case 'CompleteMultipartUpload':
        return completeUpload(uploads, request, await readDocument(body));
      case 'AbortMultipartUpload':
        return abortUpload(uploads, request);
      case 'ListParts':
        return listParts(uploads, request);
      case 'ListMultipartUploads':
        return listUploads(objects, uploads, request);
      default:
        throw new ServiceError(
          'NotImplemented',
          'The local S3 does not offer what this request asks for',
          501,
        );
    }
  }

  return {
    receive: async (request, source) => {
      if (request.method === 'PUT' || request.method === 'POST') {
        return receiveBody(source, request.headers, objects.scratchPath('body'));
      }
      // These requests have no body; what comes all the same is read, so that the connection can go on.
      await drain(source);
      return noBody;
    },
    handle: async (operation, request, body, failEntries) => {
      if (request.bucket !== '' && operation !== 'CreateBucket') {
        requireBucket(objects, request.bucket);
      }
      return handle(operation, request, body, failEntries);
    },
    discard: async (body) => {
      if (body !== noBody && !keptPaths.delete(body.path)) {
        await rm(body.path, { force: true });
      }
    },
  };
}

async function readDocument(body: ReceivedBody): Promise<Uint8Array> {
  if (body.size > maxDocumentBytes) {
    throw new ServiceError('MaxMessageLengthExceeded', 'Your request was too large.');
  }
  return readFile(body.path);
}

async function drain(source: AsyncIterable<Buffer>): Promise<void> {
  const pieces = source[Symbol.asyncIterator]();
  while ((await pieces.next()).done !== true);
}
