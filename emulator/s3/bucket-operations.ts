import { region } from '../core/account.js';
import type { ObjectStore } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { owner } from './list-objects.js';
import type { S3Answer, S3Request } from './s3-request.js';
import { parseXml, s3Namespace, writeXml, type XmlElements } from './xml.js';

/** Answers ListBuckets. */
export function listBuckets(objects: ObjectStore): S3Answer {
  const buckets = [...objects.buckets.values()]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((bucket) => ({ Name: bucket.name, CreationDate: bucket.createdAt.toISOString() }));
  return xml('ListAllMyBucketsResult', { Owner: owner, Buckets: { Bucket: buckets } });
}

/** Answers CreateBucket. Names: S3 User Guide, "General purpose bucket naming rules". */
export function createBucket(
  objects: ObjectStore,
  { bucket }: S3Request,
  body: Uint8Array,
): S3Answer {
  const isAddress = /^\d+\.\d+\.\d+\.\d+$/.test(bucket);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) || bucket.includes('..') || isAddress) {
    throw new ServiceError('InvalidBucketName', 'The specified bucket is not valid.', 400, {
      BucketName: bucket,
    });
  }
  if (body.length > 0) {
    parseXml(body, 'CreateBucketConfiguration');
  }
  objects.createBucket(bucket);
  return { status: 200, headers: { location: `/${bucket}` } };
}

/** Answers DeleteBucket. */
export function deleteBucket(objects: ObjectStore, { bucket }: S3Request): S3Answer {
  objects.deleteBucket(bucket);
  return { status: 204, headers: {} };
}

/** Answers HeadBucket. */
export function headBucket(objects: ObjectStore, { bucket }: S3Request): S3Answer {
  requireBucket(objects, bucket);
  return { status: 200, headers: { 'x-amz-bucket-region': region } };
}

/** Answers what is asked of a bucket's settings: no versions, no policy, encrypted by S3's own keys. */
export function describeBucket(
  objects: ObjectStore,
  operation: string,
  { bucket }: S3Request,
): S3Answer {
  requireBucket(objects, bucket);
  switch (operation) {
    case 'GetBucketLocation':
      // The default region has no name here.
      return xml('LocationConstraint', {});
    case 'GetBucketVersioning':
      return xml('VersioningConfiguration', {});
    case 'GetBucketEncryption':
      return xml('ServerSideEncryptionConfiguration', {
        Rule: {
          ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' },
          BucketKeyEnabled: false,
        },
      });
    default:
      return xml('AccessControlPolicy', {
        Owner: owner,
        AccessControlList: { Grant: { Grantee: owner, Permission: 'FULL_CONTROL' } },
      });
  }
}

/** Throws `NoSuchBucket` for a bucket that is not there. */
export function requireBucket(objects: ObjectStore, bucket: string): void {
  if (!objects.buckets.has(bucket)) {
    throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, {
      BucketName: bucket,
    });
  }
}

/** Returns an answer with a body of XML. */
export function xml(root: string, elements: XmlElements): S3Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: writeXml(root, elements, s3Namespace),
  };
}
