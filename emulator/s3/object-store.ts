import { createHash } from 'node:crypto';
import {
  createReadStream,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectBody, ObjectStore, PutOptions, StoredObject } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { findPlace } from './sorted-keys.js';

/** How long the bytes of an object that is gone stay on the disk, for queries that still read them. */
const graceMs = 15 * 60_000;

interface Bucket {
  readonly name: string;
  readonly createdAt: Date;
  readonly objects: Map<string, StoredObject>;
  /** The keys of `objects` in the order of their UTF-8 bytes. */
  readonly keys: string[];
}

/**
 * Returns an empty store that keeps the bytes of objects as files in a new folder under `folder`, which `close` removes;
 * nothing else there is touched. Everything else is in memory. Whatever
 * changes a bucket does so in one synchronous step after the bytes are on the disk, so every reader sees old or new.
 */
export function createObjectStore(folder: string): ObjectStore {
  const buckets = new Map<string, Bucket>();
  mkdirSync(folder, { recursive: true });
  const root = mkdtempSync(join(folder, 'local-athena-'));
  const objectsFolder = join(root, 'objects');
  const scratchFolder = join(root, 'scratch');
  const goneFiles: { readonly path: string; readonly goneAt: number }[] = [];
  let fileCount = 0;
  mkdirSync(objectsFolder);
  mkdirSync(scratchFolder);

  function bucketOf(name: string): Bucket {
    const bucket = buckets.get(name);
    if (bucket === undefined) {
      throw new ServiceError('NoSuchBucket', 'The specified bucket does not exist', 404, {
        BucketName: name,
      });
    }
    return bucket;
  }

  function nextPath(parent: string, suffix: string): string {
    fileCount += 1;
    return join(parent, `${fileCount}-${suffix.replace(/[^A-Za-z0-9._-]+/g, '_').slice(-80)}`);
  }

  function buryFile(path: string): void {
    const now = Date.now();
    goneFiles.push({ path, goneAt: now });
    while (goneFiles[0] !== undefined && goneFiles[0].goneAt < now - graceMs) {
      rmSync(goneFiles[0].path, { force: true });
      goneFiles.shift();
    }
  }

  async function put(
    bucketName: string,
    key: string,
    body: ObjectBody,
    options: PutOptions = {},
  ): Promise<StoredObject> {
    bucketOf(bucketName);
    const path = nextPath(objectsFolder, key.slice(key.lastIndexOf('/') + 1) || 'folder');
    if (body instanceof Uint8Array) {
      await writeFile(path, body);
    } else {
      await moveFile(body.path, path);
    }
    try {
      const etag = options.etag ?? `"${await hashFile(path)}"`;
      const size = statSync(path).size;
      // From here to the return nothing waits: the check and the change are one step.
      const bucket = bucketOf(bucketName);
      const current = bucket.objects.get(key);
      options.guard?.(current);
      const object: StoredObject = Object.freeze({
        bucket: bucketName,
        key,
        size,
        etag,
        lastModified: new Date(),
        contentType: options.contentType ?? 'binary/octet-stream',
        metadata: options.metadata ?? {},
        checksums: options.checksums ?? {},
        systemHeaders: options.systemHeaders ?? {},
        path,
      });
      if (current === undefined) {
        bucket.keys.splice(findPlace(bucket.keys, key), 0, key);
      } else {
        buryFile(current.path);
      }
      bucket.objects.set(key, object);
      return object;
    } catch (error) {
      unlinkSync(path);
      throw error;
    }
  }

  return {
    buckets,
    createBucket(name) {
      if (buckets.has(name)) {
        throw new ServiceError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          409,
          { BucketName: name },
        );
      }
      buckets.set(name, { name, createdAt: new Date(), objects: new Map(), keys: [] });
    },
    deleteBucket(name) {
      if (bucketOf(name).keys.length > 0) {
        throw new ServiceError(
          'BucketNotEmpty',
          'The bucket you tried to delete is not empty',
          409,
          { BucketName: name },
        );
      }
      buckets.delete(name);
    },
    put,
    head: (bucket, key) => bucketOf(bucket).objects.get(key),
    list(bucketName, prefix) {
      const { keys, objects } = bucketOf(bucketName);
      const found: StoredObject[] = [];
      for (let place = findPlace(keys, prefix); place < keys.length; place += 1) {
        const key = keys[place] ?? '';
        const object = objects.get(key);
        if (!key.startsWith(prefix) || object === undefined) {
          break;
        }
        found.push(object);
      }
      return found;
    },
    remove(bucketName, key) {
      const { keys, objects } = bucketOf(bucketName);
      const object = objects.get(key);
      if (object !== undefined) {
        objects.delete(key);
        keys.splice(findPlace(keys, key), 1);
        buryFile(object.path);
      }
    },
    async read(bucket, key) {
      const object = bucketOf(bucket).objects.get(key);
      if (object === undefined) {
        throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404, { Key: key });
      }
      return readFile(object.path);
    },
    scratchPath: (suffix) => nextPath(scratchFolder, suffix),
    close() {
      buckets.clear();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function moveFile(from: string, to: string): Promise<void> {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') {
      throw error;
    }
    await copyFile(from, to);
    unlinkSync(from);
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('md5');
  for await (const chunk of createReadStream(path)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
