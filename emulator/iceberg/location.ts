import type { ObjectStore, StoredObject } from '../core/object-store.js';
import { icebergError, invalidProperty } from './errors.js';

/** A bucket and a key in it. */
export interface S3Address {
  readonly bucket: string;
  readonly key: string;
}

/** Takes `s3://bucket/key` apart (also `s3a://`, `s3n://`). Throws `EngineError` for anything else. */
export function parseAddress(address: string): S3Address {
  const match = /^s3[an]?:\/\/([^/]+)\/?(.*)$/s.exec(address);
  if (match?.[1] === undefined) {
    throw invalidProperty(`Invalid location URI: ${address}`);
  }
  return { bucket: match[1], key: match[2] ?? '' };
}

/** Returns the location without slashes at its end: what metadata files call a table's location. */
export function normalizeLocation(location: string): string {
  const { bucket, key } = parseAddress(location);
  const trimmed = key.replace(/\/+$/, '');
  return trimmed === '' ? `s3://${bucket}` : `s3://${bucket}/${trimmed}`;
}

/** All objects below a location, which is taken as a folder: `s3://b/t` has nothing of `s3://b/t2`. */
export function listBelow(objects: ObjectStore, location: string): readonly StoredObject[] {
  const { bucket, key } = parseAddress(normalizeLocation(location));
  if (!objects.buckets.has(bucket)) return [];
  return objects.list(bucket, key === '' ? '' : `${key}/`);
}

/** The object's address, as metadata files name it. */
export function addressOf(object: StoredObject): string {
  return `s3://${object.bucket}/${object.key}`;
}

/** The object at an address. Throws `ICEBERG_CANNOT_OPEN_SPLIT`, as Trino words a data file that is not there any more. */
export function objectAt(objects: ObjectStore, address: string): StoredObject {
  const { bucket, key } = parseAddress(address);
  const found = objects.head(bucket, key);
  if (found === undefined) {
    throw icebergError(
      'ICEBERG_CANNOT_OPEN_SPLIT',
      `Error opening Iceberg split ${address} (offset=0, length=0): s3 object does not exist`,
    );
  }
  return found;
}

/** Reads an object, or `undefined` if it is not there. */
export async function readAddress(
  objects: ObjectStore,
  address: string,
): Promise<Uint8Array | undefined> {
  const { bucket, key } = parseAddress(address);
  return objects.head(bucket, key) && (await objects.read(bucket, key));
}

/** Writes an object and returns its size in bytes. */
export async function writeAddress(
  objects: ObjectStore,
  address: string,
  bytes: Uint8Array,
): Promise<number> {
  const { bucket, key } = parseAddress(address);
  return (await objects.put(bucket, key, bytes)).size;
}

/** Removes an object if it is there. */
export function removeAddress(objects: ObjectStore, address: string): void {
  const { bucket, key } = parseAddress(address);
  if (objects.head(bucket, key) !== undefined) objects.remove(bucket, key);
}
