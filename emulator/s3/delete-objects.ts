import type { Fault } from '../core/calls.js';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { writeCondition } from './conditions.js';
import type { S3Answer, S3Request } from './s3-request.js';
import { malformedXml, parseXml, s3Namespace, textOf, writeXml, type XmlElements } from './xml.js';

/** The most keys of one DeleteObjects. */
const maxKeys = 1000;

/** Answers DeleteObjects: each key is a delete of its own, errors come back in the body. */
export function deleteObjects(
  objects: ObjectStore,
  { bucket, headers }: S3Request,
  body: Uint8Array,
  failEntries: Fault['failEntries'],
): S3Answer {
  const hasSum = Object.keys(headers).some(
    (name) => name === 'content-md5' || name.startsWith('x-amz-checksum-'),
  );
  if (!hasSum) {
    throw new ServiceError(
      'InvalidRequest',
      'Missing required header for this request: Content-MD5 OR x-amz-checksum-*',
    );
  }
  const root = parseXml(body, 'Delete');
  const entries = root['Object'];
  if (!Array.isArray(entries) || entries.length === 0 || entries.length > maxKeys) {
    throw malformedXml();
  }
  objects.list(bucket, '');
  const deleted: XmlElements[] = [];
  const errors: XmlElements[] = [];
  entries.forEach((entry: unknown, index) => {
    const elements = entry as Readonly<Record<string, unknown>>;
    const key = textOf(elements, 'Key');
    if (key === undefined) {
      throw malformedXml();
    }
    if (failEntries?.indexes.includes(index) === true) {
      errors.push({ Key: key, Code: failEntries.code, Message: failEntries.message });
      return;
    }
    const etag = textOf(elements, 'ETag');
    try {
      if (etag !== undefined) {
        writeCondition({ 'if-match': etag }, key)?.(objects.head(bucket, key));
      }
      objects.remove(bucket, key);
      deleted.push({ Key: key });
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        throw error;
      }
      errors.push({ Key: key, Code: error.code, Message: error.message });
    }
  });
  const isQuiet = textOf(root, 'Quiet') === 'true';
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml('DeleteResult', { Deleted: isQuiet ? [] : deleted, Error: errors }, s3Namespace),
  };
}
