import { ServiceError } from '../core/service.js';
import { xml } from './bucket-operations.js';
import type { S3Answer } from './s3-request.js';
import { malformedXml, parseXml, textOf, type XmlElements } from './xml.js';

/** The rules by which buckets lose objects: kept and shown. Nothing lives long enough here to expire. */
export interface Lifecycles {
  /** Answers PutBucketLifecycleConfiguration. Throws `MalformedXML`. */
  put(bucket: string, body: Uint8Array): S3Answer;
  /** Answers GetBucketLifecycleConfiguration. Throws `NoSuchLifecycleConfiguration`. */
  get(bucket: string): S3Answer;
  /** Answers DeleteBucketLifecycle. */
  remove(bucket: string): S3Answer;
}

/** What a rule may do (S3 API reference, LifecycleRule); one of them at least. */
const actions = [
  ...['Expiration', 'AbortIncompleteMultipartUpload', 'NoncurrentVersionExpiration'],
  ...['Transition', 'NoncurrentVersionTransition'],
];

/** Returns the lifecycle rules of buckets that have none yet. */
export function createLifecycles(): Lifecycles {
  const configurations = new Map<string, XmlElements>();
  return {
    put: (bucket, body) => {
      const elements = parseXml(body, 'LifecycleConfiguration');
      const rules = elements['Rule'] as readonly Readonly<Record<string, unknown>>[] | undefined;
      const isValid = rules?.every(
        (rule) =>
          ['Enabled', 'Disabled'].includes(textOf(rule, 'Status') ?? '') &&
          actions.some((action) => rule[action] !== undefined),
      );
      if (isValid !== true) throw malformedXml();
      configurations.set(bucket, elements as XmlElements);
      return { status: 200, headers: {} };
    },
    get: (bucket) => {
      const rules = configurations.get(bucket);
      if (rules !== undefined) return xml('LifecycleConfiguration', rules);
      throw new ServiceError(
        'NoSuchLifecycleConfiguration',
        'The lifecycle configuration does not exist',
        404,
        { BucketName: bucket },
      );
    },
    remove: (bucket) => {
      configurations.delete(bucket);
      return { status: 204, headers: {} };
    },
  };
}
