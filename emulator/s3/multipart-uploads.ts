import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { ObjectStore, PutOptions, StoredObject } from '../core/object-store.js';
import { ServiceError } from '../core/service.js';
import { createDigest, sumBytes, type ChecksumName } from './checksums.js';
import type { ReceivedBody } from './receive-body.js';

/** The least size of every part but the last: 5 MiB (S3 User Guide, "Multipart upload limits"). */
const minPartBytes = 5 * 1024 ** 2;

export interface UploadedPart {
  readonly number: number;
  readonly body: ReceivedBody;
  readonly lastModified: Date;
}

export interface MultipartUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly initiatedAt: Date;
  readonly options: PutOptions;
  /** The checksum that CreateMultipartUpload named. */
  readonly checksum: ChecksumName | undefined;
  /** Whether the object's checksum is of its bytes or of its parts' checksums. */
  readonly checksumType: 'FULL_OBJECT' | 'COMPOSITE';
  readonly parts: Map<number, UploadedPart>;
}

/** A part as CompleteMultipartUpload names it. */
export interface CompletedPart {
  readonly number: number;
  readonly etag: string;
  readonly checksums: Readonly<Partial<Record<ChecksumName, string>>>;
}

/** The multipart uploads that are under way. */
export interface MultipartUploads {
  create(upload: Omit<MultipartUpload, 'id' | 'initiatedAt' | 'parts'>): MultipartUpload;
  /** Throws `NoSuchUpload`. */
  find(id: string, bucket: string, key: string): MultipartUpload;
  list(bucket: string): readonly MultipartUpload[];
  putPart(upload: MultipartUpload, number: number, body: ReceivedBody): UploadedPart;
  /** Throws `InvalidPart`, `InvalidPartOrder`, `EntityTooSmall`, `BadDigest`, and what the put's guard throws. */
  complete(
    upload: MultipartUpload,
    parts: readonly CompletedPart[],
    expected: Pick<PutOptions, 'checksums' | 'guard'>,
  ): Promise<StoredObject>;
  abort(upload: MultipartUpload): void;
}

/**
 * Returns the multipart uploads of a store. Completing puts the object and ends the upload in one step. A second
 * CompleteMultipartUpload gets `NoSuchUpload`; S3 itself may answer it with success for a while, which no client should
 * lean on.
 */
export function createMultipartUploads(objects: ObjectStore): MultipartUploads {
  const uploads = new Map<string, MultipartUpload>();

  function end(upload: MultipartUpload): void {
    uploads.delete(upload.id);
    for (const part of upload.parts.values()) {
      rmSync(part.body.path, { force: true });
    }
  }

  function find(id: string, bucket: string, key: string): MultipartUpload {
    const upload = uploads.get(id);
    if (upload?.bucket !== bucket || upload.key !== key) {
      throw new ServiceError(
        'NoSuchUpload',
        'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
        404,
        { UploadId: id },
      );
    }
    return upload;
  }

  return {
    create(options) {
      const id = randomUUID().replaceAll('-', '');
      const upload = { ...options, id, initiatedAt: new Date(), parts: new Map() };
      uploads.set(id, upload);
      return upload;
    },
    find,
    list: (bucket) => [...uploads.values()].filter((upload) => upload.bucket === bucket),
    putPart(upload, number, body) {
      find(upload.id, upload.bucket, upload.key);
      const old = upload.parts.get(number);
      if (old !== undefined) {
        rmSync(old.body.path, { force: true });
      }
      const part = { number, body, lastModified: new Date() };
      upload.parts.set(number, part);
      return part;
    },
    async complete(upload, completed, expected) {
      const parts = chooseParts(upload, completed);
      const path = objects.scratchPath('upload');
      const sums = await joinParts(parts, path, upload).catch((error: unknown) => {
        // Parts go when the upload is aborted or completed by another call meanwhile.
        find(upload.id, upload.bucket, upload.key);
        throw error;
      });
      for (const [name, sum] of Object.entries(expected.checksums ?? {})) {
        if (sums[name as ChecksumName] !== undefined && sums[name as ChecksumName] !== sum) {
          rmSync(path, { force: true });
          throw badChecksum(name);
        }
      }
      const md5 = createHash('md5');
      parts.forEach((part) => md5.update(Buffer.from(part.body.md5, 'hex')));
      const object = await objects.put(
        upload.bucket,
        upload.key,
        { path },
        {
          ...upload.options,
          etag: `"${md5.digest('hex')}-${parts.length}"`,
          checksums: sums,
          guard: (current) => {
            find(upload.id, upload.bucket, upload.key);
            expected.guard?.(current);
            uploads.delete(upload.id);
          },
        },
      );
      end(upload);
      return object;
    },
    abort: end,
  };
}

function chooseParts(
  upload: MultipartUpload,
  completed: readonly CompletedPart[],
): readonly UploadedPart[] {
  const parts = completed.map((wanted, index) => {
    const before = completed[index - 1];
    if (before !== undefined && before.number >= wanted.number) {
      throw new ServiceError(
        'InvalidPartOrder',
        'The list of parts was not in ascending order. Parts must be ordered by part number.',
        400,
        { UploadId: upload.id },
      );
    }
    const part = upload.parts.get(wanted.number);
    if (part?.body.md5 !== wanted.etag.replace(/"/g, '')) {
      throw new ServiceError(
        'InvalidPart',
        "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        400,
        { UploadId: upload.id, PartNumber: wanted.number, ETag: wanted.etag },
      );
    }
    for (const [name, sum] of Object.entries(wanted.checksums)) {
      if (part.body.checksums[name as ChecksumName] !== sum) {
        throw badChecksum(name);
      }
    }
    return part;
  });
  parts.slice(0, -1).forEach((part) => {
    if (part.body.size < minPartBytes) {
      throw new ServiceError(
        'EntityTooSmall',
        'Your proposed upload is smaller than the minimum allowed size',
        400,
        {
          ProposedSize: part.body.size,
          MinSizeAllowed: minPartBytes,
          PartNumber: part.number,
          ETag: part.body.md5,
        },
      );
    }
  });
  return parts;
}

function badChecksum(name: string): ServiceError {
  return new ServiceError(
    'BadDigest',
    `The ${name.toUpperCase()} you specified did not match the calculated checksum.`,
  );
}

/** Writes the parts one after the other to `path`; returns the checksum of the whole. */
async function joinParts(
  parts: readonly UploadedPart[],
  path: string,
  { checksum, checksumType }: MultipartUpload,
): Promise<Partial<Record<ChecksumName, string>>> {
  const digest = checksum === undefined ? undefined : createDigest(checksum);
  const file = createWriteStream(path);
  // Errors of the disk come out of `finished`.
  file.on('error', () => undefined);
  for (const part of parts) {
    for await (const chunk of createReadStream(part.body.path)) {
      const bytes = chunk as Buffer;
      if (checksumType === 'FULL_OBJECT') {
        digest?.update(bytes);
      }
      if (!file.write(bytes)) {
        await once(file, 'drain');
      }
    }
  }
  file.end();
  await finished(file);
  if (checksum === undefined || digest === undefined) {
    return {};
  }
  if (checksumType === 'FULL_OBJECT') {
    return { [checksum]: digest.finish() };
  }
  const sums = parts.map((part) => Buffer.from(part.body.checksums[checksum] ?? '', 'base64'));
  return { [checksum]: `${sumBytes(checksum, Buffer.concat(sums))}-${parts.length}` };
}
