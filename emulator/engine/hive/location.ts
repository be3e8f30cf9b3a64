import type { ObjectStore, StoredObject } from '../../core/object-store.js';
import { userError } from '../errors.js';

/** A folder in S3: its prefix is empty or ends with a slash. */
export interface Location {
  readonly bucket: string;
  readonly prefix: string;
}

/** Returns the folder of an address `s3://bucket/folder[/]`. Several slashes count as one, as Athena has it. */
export function readLocation(address: string): Location {
  const [, bucket, key = ''] = /^s3[an]?:\/\/([^/]+)(?:\/(.*))?$/s.exec(address) ?? [];
  if (bucket === undefined) {
    throw userError('path', `The S3 location provided is invalid: ${address}`);
  }
  const prefix = `${key}/`.replace(/\/{2,}/g, '/').replace(/^\//, '');
  return { bucket, prefix };
}

/** Returns `s3://bucket/key`. */
export function addressOf({
  bucket,
  key,
}: {
  readonly bucket: string;
  readonly key: string;
}): string {
  return `s3://${bucket}/${key}`;
}

/**
 * Returns the objects below a folder that queries see: none whose path below it has a part that begins with `_` or `.`,
 * and no markers of folders.
 */
export function listVisible(
  objects: ObjectStore,
  { bucket, prefix }: Location,
): readonly StoredObject[] {
  if (!objects.buckets.has(bucket)) {
    throw userError('path', `The specified bucket does not exist: ${bucket}`);
  }
  return objects
    .list(bucket, prefix)
    .filter(
      ({ key, size }) =>
        size > 0 && !/(?:^|\/)[._]/.test(key.slice(prefix.length)) && !key.endsWith('/'),
    );
}
