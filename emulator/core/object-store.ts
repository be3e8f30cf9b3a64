/** An object as the store holds it. */
export interface StoredObject {
  readonly bucket: string;
  readonly key: string;
  readonly size: number;
  /** With its quotes, as S3 sends it. */
  readonly etag: string;
  readonly lastModified: Date;
  readonly contentType: string;
  /** `x-amz-meta-…` without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  /** `x-amz-checksum-…` without the prefix, base64. */
  readonly checksums: Readonly<Record<string, string>>;
  /** `content-encoding`, `cache-control`, `content-disposition`… */
  readonly systemHeaders: Readonly<Record<string, string>>;
  /** A local file with the bytes. It never changes, so a query may read it while the object is replaced or removed. */
  readonly path: string;
}

/** What is stored: bytes, or a local file that the store takes over (it is moved). */
export type ObjectBody = Uint8Array | { readonly path: string };

export interface PutOptions {
  readonly contentType?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly checksums?: Readonly<Record<string, string>>;
  readonly etag?: string;
  /** `content-encoding`, `cache-control`, `content-disposition`…, given back with the object. */
  readonly systemHeaders?: Readonly<Record<string, string>>;
  /**
   * Called at the very moment of the put with the object that it would replace; what it throws keeps the put from
   * happening. This is how conditional writes are atomic.
   */
  readonly guard?: (current: StoredObject | undefined) => void;
}

/**
 * The objects of the emulated S3, shared by its API and by the engine. A put is atomic: old or new, never a part.
 * Methods throw `ServiceError` with S3's code: `NoSuchBucket`, `NoSuchKey`, `BucketNotEmpty`…
 */
export interface ObjectStore {
  createBucket(name: string): void;
  deleteBucket(name: string): void;
  readonly buckets: ReadonlyMap<string, { readonly name: string; readonly createdAt: Date }>;
  put(bucket: string, key: string, body: ObjectBody, options?: PutOptions): Promise<StoredObject>;
  head(bucket: string, key: string): StoredObject | undefined;
  /** In the order of the keys' UTF-8 bytes. */
  list(bucket: string, prefix: string): readonly StoredObject[];
  remove(bucket: string, key: string): void;
  read(bucket: string, key: string): Promise<Uint8Array>;
  /** Returns a path for a file that may become an object; the store removes it with everything else in `close`. */
  scratchPath(suffix: string): string;
  /** Removes everything from the disk. */
  close(): void;
}
