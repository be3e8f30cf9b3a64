import { isDeepStrictEqual } from 'node:util';
import type { AwsApi, CallOptions } from './api-call.js';
import type { ApiOperation, ApiResult } from './api-error.js';
import { sendInBatches } from './batches.js';
import { readPages, type Page } from './pages.js';

/** An address in S3. A key that ends in `/`, or is empty, is a folder. */
export interface S3Location {
  readonly bucket: string;
  readonly key: string;
}

export interface S3File {
  readonly key: string;
  readonly sizeBytes: number;
  readonly lastModified: Date;
  /** With its quotes. */
  readonly etag: string;
}

/** An object that could not be deleted, with S3's reason. */
export interface S3Failure {
  readonly key: string;
  readonly code: string;
  readonly message: string;
}

/** Objects in S3: lists, small JSON files, deletes. What is not there is a value, not an error. */
export interface S3Files {
  /** Returns all objects whose key starts with the location's. */
  list(prefix: S3Location, options?: CallOptions): Promise<ApiResult<readonly S3File[]>>;
  /** The same, a thousand at a time, for prefixes that may hold many; ends after an error. */
  listPages(
    prefix: S3Location,
    options?: CallOptions,
  ): AsyncGenerator<ApiResult<readonly S3File[]>>;
  /** Returns the keys of the folders directly below, each with its `/` at the end. */
  listFolders(prefix: S3Location, options?: CallOptions): Promise<ApiResult<readonly string[]>>;
  /** Returns a JSON file's value, or `undefined` if there is no such object. */
  getJson(
    at: S3Location,
    options?: CallOptions,
  ): Promise<ApiResult<{ readonly value: unknown; readonly etag: string } | undefined>>;
  /** Returns a small text file, or `undefined` if there is no such object. */
  getText(at: S3Location, options?: CallOptions): Promise<ApiResult<string | undefined>>;
  /**
   * Writes a JSON file, at once for every reader. `exists`: the condition did not hold, and nothing was written.
   * `onlyIfAbsent` writes only where there is no object, `ifMatch` only in place of the object with this ETag.
   */
  putJson(
    at: S3Location,
    value: unknown,
    options?: CallOptions & { readonly onlyIfAbsent?: boolean; readonly ifMatch?: string },
  ): Promise<ApiResult<'written' | 'exists'>>;
  /** Deletes any number of objects; returns those that could not be. An object that is not there counts as deleted. */
  remove(
    bucket: string,
    keys: readonly string[],
    options?: CallOptions,
  ): Promise<ApiResult<readonly S3Failure[]>>;
}

/** DeleteObjects takes that many keys (S3 API, DeleteObjects). */
const keysPerCall = 1000;

/** Returns the parts of `s3://bucket/key`, or `undefined` for what is no such address. */
export function parseS3Location(uri: string): S3Location | undefined {
  const [, bucket, key = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/s.exec(uri) ?? [];
  return bucket === undefined ? undefined : { bucket, key };
}

/** Returns `s3://bucket/key`. */
export function formatS3Location({ bucket, key }: S3Location): string {
  return `s3://${bucket}/${key}`;
}

function s3(operation: string, at: S3Location): ApiOperation & { readonly service: 's3' } {
  return { service: 's3', operation, subject: formatS3Location(at) };
}

/** Returns the objects in S3. */
export function createS3Files(api: AwsApi): S3Files {
  function readPage(
    { bucket, key }: S3Location,
    token: string | undefined,
    {
      delimiter,
      options,
    }: { readonly delimiter?: string; readonly options?: CallOptions | undefined },
  ): Promise<ApiResult<Page<S3File> & { readonly folders: readonly string[] }>> {
    return api.call(
      s3('ListObjectsV2', { bucket, key }),
      async (client, http) => {
        const page = await client.listObjectsV2(
          {
            Bucket: bucket,
            Prefix: key,
            ...(token !== undefined && { ContinuationToken: token }),
            ...(delimiter !== undefined && { Delimiter: delimiter }),
          },
          http,
        );
        return {
          items: (page.Contents ?? []).map((each) => ({
            key: each.Key ?? '',
            sizeBytes: each.Size ?? 0,
            lastModified: each.LastModified ?? new Date(0),
            etag: each.ETag ?? '',
          })),
          folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix),
          next: page.IsTruncated === true ? page.NextContinuationToken : undefined,
        };
      },
      options,
    );
  }

  async function getObject(
    at: S3Location,
    options: CallOptions | undefined,
  ): Promise<ApiResult<{ readonly text: string; readonly etag: string } | undefined>> {
    const result = await api.call(
      s3('GetObject', at),
      async (client, http) => {
        const object = await client.getObject({ Bucket: at.bucket, Key: at.key }, http);
        // Read here: a connection that breaks amid the body is a call to repeat.
        return { text: (await object.Body?.transformToString()) ?? '', etag: object.ETag ?? '' };
      },
      options,
    );
    return !result.ok && result.error.code === 'NoSuchKey'
      ? { ok: true, value: undefined }
      : result;
  }

  const getJson: S3Files['getJson'] = async (at, options) => {
    const result = await getObject(at, options);
    if (!result.ok) return result;
    if (result.value === undefined) return { ok: true, value: undefined };
    const { text, etag } = result.value;
    try {
      return { ok: true, value: { value: JSON.parse(text) as unknown, etag } };
    } catch (error) {
      return {
        ok: false,
        error: {
          ...s3('GetObject', at),
          kind: 'refused',
          code: 'InvalidJson',
          message: `expected a JSON file: ${error instanceof Error ? error.message : String(error)}`,
          mayHaveHappened: false,
          attempts: 1,
        },
      };
    }
  };

  return {
    getJson,
    getText: async (at, options) => {
      const result = await getObject(at, options);
      return result.ok ? { ok: true, value: result.value?.text } : result;
    },
    list: (prefix, options) => readPages((token) => readPage(prefix, token, { options })),
    listPages: async function* (prefix, options) {
      let token: string | undefined;
      do {
        const page = await readPage(prefix, token, { options });
        yield page.ok ? { ok: true, value: page.value.items } : page;
        if (!page.ok) return;
        token = page.value.next;
      } while (token !== undefined);
    },
    listFolders: (prefix, options) =>
      readPages(async (token) => {
        const page = await readPage(prefix, token, { delimiter: '/', options });
        return page.ok
          ? { ok: true, value: { items: page.value.folders, next: page.value.next } }
          : page;
      }),
    putJson: async (at, value, options = {}) => {
      const body = JSON.stringify(value);
      const result = await api.call(
        s3('PutObject', at),
        (client, http) =>
          client.putObject(
            {
              Bucket: at.bucket,
              Key: at.key,
              Body: body,
              ContentType: 'application/json',
              ...(options.onlyIfAbsent === true && { IfNoneMatch: '*' }),
              ...(options.ifMatch !== undefined && { IfMatch: options.ifMatch }),
            },
            http,
          ),
        options,
      );
      if (result.ok) return { ok: true, value: 'written' };
      const { status, mayHaveHappened } = result.error;
      const gone = options.ifMatch !== undefined && status === 404;
      if (status !== 412 && !gone) return result;
      if (!mayHaveHappened) return { ok: true, value: 'exists' };
      // The answer to an earlier try was lost; if what lies there is ours, that one wrote it.
      const there = await getJson(at, options);
      if (!there.ok) return there;
      const ours = isDeepStrictEqual(there.value?.value, JSON.parse(body));
      return { ok: true, value: ours ? 'written' : 'exists' };
    },
    remove: async (bucket, keys, options) => {
      const result = await sendInBatches(keys, {
        api,
        size: keysPerCall,
        keyOf: (key) => key,
        options,
        send: async (batch) => {
          const sent = await api.call(
            s3('DeleteObjects', { bucket, key: batch[0] ?? '' }),
            (client, http) =>
              client.deleteObjects(
                {
                  Bucket: bucket,
                  Delete: { Objects: batch.map((Key) => ({ Key })), Quiet: true },
                },
                http,
              ),
            options,
          );
          if (!sent.ok) return sent;
          return {
            ok: true,
            value: (sent.value.Errors ?? [])
              .map(({ Key = '', Code = 'UnknownError', Message = Code }) => ({
                key: Key,
                code: Code,
                message: Message,
              }))
              .filter(({ code }) => code !== 'NoSuchKey'),
          };
        },
      });
      if (!result.ok) return result;
      return {
        ok: true,
        value: result.value.map(({ entry, code, message }) => ({ key: entry, code, message })),
      };
    },
  };
}
