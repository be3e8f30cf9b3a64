import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketEncryptionCommand,
  GetBucketLocationCommand,
  DeleteBucketLifecycleCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketVersioningCommand,
  PutBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
  UploadPartCopyCommand,
  type ChecksumAlgorithm,
  type ListObjectsV2CommandOutput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startLocal, type Local } from '../testing/start-local.js';

const Bucket = 'lake';
let local: Local;
let s3: S3Client;

beforeAll(async () => {
  local = await startLocal();
  s3 = new S3Client({ ...local.client, forcePathStyle: true });
});
afterAll(() => local.close());
beforeEach(async () => {
  for (const name of local.objects.buckets.keys()) {
    local.objects.list(name, '').forEach((object) => local.objects.remove(name, object.key));
    local.objects.deleteBucket(name);
  }
  await s3.send(new CreateBucketCommand({ Bucket }));
});

async function put(Key: string, Body = 'x'): Promise<string> {
  const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  return ETag ?? '';
}

async function get(Key: string): Promise<string> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  return (await Body?.transformToString()) ?? '';
}

describe('buckets', () => {
  test('keep rules of what expires', async () => {
    const read = () => s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
    expect(await errorOf(read())).toContain('NoSuchLifecycleConfiguration');
    const put = (rules: LifecycleRule[]) =>
      s3.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket,
          LifecycleConfiguration: { Rules: rules },
        }),
      );
    const rule: LifecycleRule = {
      ID: 'results',
      Status: 'Enabled',
      Filter: { Prefix: 'results/' },
      Expiration: { Days: 7 },
    };
    expect(await errorOf(put([{ Status: 'Enabled', Filter: { Prefix: '' } }]))).toContain(
      'MalformedXML',
    );
    await put([rule, { ...rule, ID: 'old', Status: 'Disabled' }]);
    expect((await read()).Rules).toEqual([rule, { ...rule, ID: 'old', Status: 'Disabled' }]);
    await s3.send(new DeleteBucketLifecycleCommand({ Bucket }));
    expect(await errorOf(read())).toContain('NoSuchLifecycleConfiguration');
  });

  test('are made, listed, described and removed when empty', async () => {
    await s3.send(new CreateBucketCommand({ Bucket: 'another' }));
    const { Buckets } = await s3.send(new ListBucketsCommand({}));
    expect(Buckets?.map((bucket) => bucket.Name)).toEqual(['another', 'lake']);
    await s3.send(new HeadBucketCommand({ Bucket }));
    const location = await s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(location.LocationConstraint).toBeUndefined();
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBeUndefined();
    const { ServerSideEncryptionConfiguration: encryption } = await s3.send(
      new GetBucketEncryptionCommand({ Bucket }),
    );
    expect(encryption?.Rules?.[0]?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm).toBe('AES256');
    expect((await s3.send(new GetBucketAclCommand({ Bucket }))).Grants).toHaveLength(1);
    await s3.send(new DeleteBucketCommand({ Bucket: 'another' }));
    expect(await errorOf(s3.send(new HeadBucketCommand({ Bucket: 'another' })))).toContain(
      'NotFound',
    );
  });

  test('refuse what S3 refuses', async () => {
    await put('k');
    expect(await errorOf(s3.send(new DeleteBucketCommand({ Bucket })))).toContain('BucketNotEmpty');
    expect(await errorOf(s3.send(new CreateBucketCommand({ Bucket })))).toContain(
      'BucketAlreadyOwnedByYou',
    );
    expect(await errorOf(s3.send(new CreateBucketCommand({ Bucket: 'Not_A_Name' })))).toContain(
      'InvalidBucketName',
    );
    const missing = new PutObjectCommand({ Bucket: 'nowhere', Key: 'k', Body: 'x' });
    expect(await errorOf(s3.send(missing))).toContain('NoSuchBucket');
  });

  test('answer at bucket.localhost, too', async () => {
    await put('a/b c.txt', 'virtual');
    const virtual = new S3Client(local.client);
    virtual.middlewareStack.add(
      (next) => (args) => {
        const request = args.request as { headers: Record<string, string>; path: string };
        request.headers['host'] = 'lake.localhost';
        request.path = request.path.replace('/lake', '');
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
    const { Body } = await virtual.send(new GetObjectCommand({ Bucket, Key: 'a/b c.txt' }));
    expect(await Body?.transformToString()).toBe('virtual');
  });
});

describe('objects', () => {
  test('keep their bytes, type, metadata and headers', async () => {
    await s3.send(
      new PutObjectCommand({
        Bucket,
        Key: 'dir/ä b+c=1%2F.json',
        Body: '{"a":1}',
        ContentType: 'application/json',
        ContentEncoding: 'identity',
        Metadata: { source: 'test' },
      }),
    );
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key: 'dir/ä b+c=1%2F.json' }));
    expect(head).toMatchObject({
      ContentLength: 7,
      ContentType: 'application/json',
      ContentEncoding: 'identity',
      Metadata: { source: 'test' },
      ETag: `"${createHash('md5').update('{"a":1}').digest('hex')}"`,
    });
    expect(await get('dir/ä b+c=1%2F.json')).toBe('{"a":1}');
  });

  test('are read in ranges', async () => {
    await put('k', '0123456789');
    const read = async (Range: string): Promise<string> => {
      const { Body, ContentRange } = await s3.send(
        new GetObjectCommand({ Bucket, Key: 'k', Range }),
      );
      return `${ContentRange ?? ''} ${(await Body?.transformToString()) ?? ''}`;
    };
    expect(await read('bytes=2-4')).toBe('bytes 2-4/10 234');
    expect(await read('bytes=7-')).toBe('bytes 7-9/10 789');
    expect(await read('bytes=-3')).toBe('bytes 7-9/10 789');
    expect(await read('bytes=8-100')).toBe('bytes 8-9/10 89');
    expect(await errorOf(read('bytes=10-'))).toContain('InvalidRange');
  });

  test('are read under conditions', async () => {
    const ETag = await put('k');
    const read = (conditions: object): Promise<unknown> =>
      s3.send(new GetObjectCommand({ Bucket, Key: 'k', ...conditions }));
    await read({ IfMatch: ETag });
    expect(await errorOf(read({ IfMatch: '"other"' }))).toContain('PreconditionFailed');
    const notModified = { $metadata: { httpStatusCode: 304 } };
    await expect(read({ IfNoneMatch: ETag })).rejects.toMatchObject(notModified);
    expect(await errorOf(read({ IfUnmodifiedSince: new Date(0) }))).toContain('PreconditionFailed');
    await expect(read({ IfModifiedSince: new Date() })).rejects.toMatchObject(notModified);
    expect(await errorOf(get('absent'))).toBe('NoSuchKey: The specified key does not exist.');
  });

  test('come as a stream with a checksum after it, and an empty one, too', async () => {
    const big = Buffer.alloc(300_000, 'abc');
    for (const ChecksumAlgorithm of [
      'CRC32',
      'CRC32C',
      'SHA1',
      'SHA256',
    ] satisfies ChecksumAlgorithm[]) {
      await s3.send(
        new PutObjectCommand({
          Bucket,
          Key: 'stream',
          Body: Readable.from([big.subarray(0, 100_000), big.subarray(100_000)]),
          ContentLength: big.length,
          ChecksumAlgorithm,
        }),
      );
      const head = await s3.send(
        new HeadObjectCommand({ Bucket, Key: 'stream', ChecksumMode: 'ENABLED' }),
      );
      expect(head.ContentLength).toBe(big.length);
      expect(head.ContentEncoding).toBeUndefined();
      expect(head[`Checksum${ChecksumAlgorithm}`]).toMatch(/=$/);
      expect(await get('stream')).toBe(big.toString());
    }
    await put('empty', '');
    expect(await get('empty')).toBe('');
  });

  test('are refused with a wrong checksum or digest, and leave nothing', async () => {
    const wrong = { Bucket, Key: 'k', Body: 'hello' };
    for (const sum of [
      { ChecksumCRC32: 'AAAAAA==' },
      { ChecksumCRC64NVME: 'AAAAAAAAAAA=' },
      { ContentMD5: createHash('md5').update('other').digest('base64') },
    ]) {
      expect(await errorOf(s3.send(new PutObjectCommand({ ...wrong, ...sum })))).toContain(
        'BadDigest',
      );
    }
    expect(local.objects.head(Bucket, 'k')).toBeUndefined();
  });

  test('are written under conditions, exactly one of many at once', async () => {
    const write = (conditions: object, Body = 'x'): Promise<unknown> =>
      s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body, ...conditions }));
    expect(await errorOf(write({ IfMatch: '"some"' }))).toContain('NoSuchKey');
    const created = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => write({ IfNoneMatch: '*' }, String(index))),
    );
    expect(created.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    const ETag = local.objects.head(Bucket, 'k')?.etag;
    const changed = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => write({ IfMatch: ETag }, `next ${index}`)),
    );
    expect(changed.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await errorOf(write({ IfMatch: ETag }))).toContain('PreconditionFailed');
    const remove = (IfMatch: string): Promise<unknown> =>
      s3.send(new DeleteObjectCommand({ Bucket, Key: 'k', IfMatch }));
    expect(await errorOf(remove('"other"'))).toContain('PreconditionFailed');
    await remove(local.objects.head(Bucket, 'k')?.etag ?? '');
    expect(local.objects.head(Bucket, 'k')).toBeUndefined();
  });

  test('are copied, with conditions on both sides', async () => {
    const ETag = await put('from me', 'text');
    const copy = (more: object): Promise<unknown> =>
      s3.send(
        new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from%20me`, ...more }),
      );
    expect(await errorOf(copy({ CopySourceIfMatch: '"other"' }))).toContain('PreconditionFailed');
    await copy({ CopySourceIfMatch: ETag, IfNoneMatch: '*' });
    expect(await get('to')).toBe('text');
    expect(await errorOf(copy({ IfNoneMatch: '*' }))).toContain('PreconditionFailed');
    expect(await errorOf(copy({ CopySource: `${Bucket}/absent` }))).toContain('NoSuchKey');
  });

  test('stay readable where they were while they are replaced', async () => {
    await put('k', 'old');
    const old = local.objects.head(Bucket, 'k');
    await put('k', 'new');
    expect(readFileSync(old?.path ?? '', 'utf8')).toBe('old');
    expect(await get('k')).toBe('new');
  });

  test('are deleted, many at once', async () => {
    await Promise.all(['a', 'b&<>', ' c '].map((key) => put(key)));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'never there' }));
    const { Deleted } = await s3.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a' }, { Key: 'b&<>' }, { Key: ' c ' }, { Key: 'absent' }] },
      }),
    );
    expect(Deleted).toHaveLength(4);
    expect(local.objects.list(Bucket, '')).toEqual([]);
    const many = Array.from({ length: 1001 }, (_, index) => ({ Key: String(index) }));
    expect(
      await errorOf(s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: many } }))),
    ).toContain('MalformedXML');
  });
});

describe('listing', () => {
  const keys = ['a/1', 'a/2', 'a+b', 'b/c/3', 'z', 'ä', '\uffee', '😀'];

  test('goes in the order of UTF-8 bytes, page by page', async () => {
    await Promise.all(keys.map((key) => put(key)));
    const seen: string[] = [];
    let ContinuationToken: string | undefined;
    do {
      const page: ListObjectsV2CommandOutput = await s3.send(
        new ListObjectsV2Command({
          Bucket,
          MaxKeys: 3,
          ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
        }),
      );
      seen.push(...(page.Contents ?? []).map((object) => object.Key ?? ''));
      ContinuationToken = page.NextContinuationToken;
    } while (ContinuationToken !== undefined);
    expect(seen).toEqual(
      [...keys].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right))),
    );
  });

  test('folds what lies below a delimiter, across pages', async () => {
    await Promise.all(keys.map((key) => put(key)));
    const first = await s3.send(
      new ListObjectsV2Command({ Bucket, Delimiter: '/', MaxKeys: 2, EncodingType: 'url' }),
    );
    expect(first.Contents?.map((object) => object.Key)).toEqual(['a%2Bb']);
    expect(first.CommonPrefixes).toEqual([{ Prefix: 'a/' }]);
    expect(first).toMatchObject({ KeyCount: 2, IsTruncated: true });
    const second = await s3.send(
      new ListObjectsV2Command({
        Bucket,
        Delimiter: '/',
        ContinuationToken: first.NextContinuationToken,
      }),
    );
    expect(second.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    expect(second.Contents?.map((object) => object.Key)).toEqual(['z', 'ä', '\uffee', '😀']);
  });

  test('starts after a key, and knows the first version of the API', async () => {
    await Promise.all(keys.map((key) => put(key)));
    const after = await s3.send(new ListObjectsV2Command({ Bucket, StartAfter: 'b/c/3' }));
    expect(after.Contents?.[0]).toMatchObject({ Key: 'z', Size: 1, StorageClass: 'STANDARD' });
    const old = await s3.send(new ListObjectsCommand({ Bucket, Delimiter: '/', MaxKeys: 2 }));
    expect(old).toMatchObject({ IsTruncated: true, NextMarker: 'a/' });
    const next = await s3.send(
      new ListObjectsCommand({ Bucket, Delimiter: '/', Marker: 'a/', Prefix: '' }),
    );
    expect(next.CommonPrefixes).toEqual([{ Prefix: 'b/' }]);
    const none = await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 0 }));
    expect(none).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });
});

describe('multipart uploads', () => {
  const part = Buffer.alloc(5 * 1024 ** 2, 'p');

  async function start(Key: string): Promise<{ Bucket: string; Key: string; UploadId: string }> {
    const { UploadId } = await s3.send(
      new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'CRC32' }),
    );
    return { Bucket, Key, UploadId: UploadId ?? '' };
  }

  test('put the object when complete, and nothing before', async () => {
    const upload = await start('big');
    const one = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: part }));
    await put('source', '0123456789');
    const two = await s3.send(
      new UploadPartCopyCommand({
        ...upload,
        PartNumber: 2,
        CopySource: `${Bucket}/source`,
        CopySourceRange: 'bytes=3-5',
      }),
    );
    const listed = await s3.send(new ListPartsCommand(upload));
    expect(listed.Parts?.map((each) => each.Size)).toEqual([part.length, 3]);
    expect((await s3.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads).toHaveLength(1);
    expect(local.objects.head(Bucket, 'big')).toBeUndefined();
    const Parts = [
      { PartNumber: 1, ETag: one.ETag },
      { PartNumber: 2, ETag: two.CopyPartResult?.ETag },
    ];
    const done = await s3.send(
      new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }),
    );
    const sums = [part, Buffer.from('345')].map((each) => createHash('md5').update(each).digest());
    const md5 = createHash('md5').update(Buffer.concat(sums)).digest('hex');
    expect(done.ETag).toBe(`"${md5}-2"`);
    expect(done).toMatchObject({ ChecksumType: 'COMPOSITE' });
    expect(await get('big')).toBe(`${part.toString()}345`);
    expect(
      await errorOf(
        s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })),
      ),
    ).toContain('NoSuchUpload');
  });

  test('refuse parts that are small, unknown or out of order', async () => {
    const upload = await start('k');
    const tags = await Promise.all(
      [1, 2].map(async (PartNumber) => {
        const command = new UploadPartCommand({ ...upload, PartNumber, Body: 'small' });
        return { PartNumber, ETag: (await s3.send(command)).ETag };
      }),
    );
    const complete = (Parts: typeof tags): Promise<unknown> =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } }));
    expect(await errorOf(complete(tags))).toContain('EntityTooSmall');
    expect(await errorOf(complete([...tags].reverse()))).toContain('InvalidPartOrder');
    expect(await errorOf(complete([{ PartNumber: 3, ETag: '"a"' }]))).toContain('InvalidPart');
    await complete(tags.slice(0, 1));
    expect(await get('k')).toBe('small');
  });

  test('complete under a condition, and stay open where it fails', async () => {
    const upload = await start('k');
    const { ETag } = await s3.send(
      new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'uploaded' }),
    );
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await put('k', 'first');
    const complete = (more: object): Promise<unknown> =>
      s3.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload, ...more }));
    expect(await errorOf(complete({ IfNoneMatch: '*' }))).toContain('PreconditionFailed');
    expect(await get('k')).toBe('first');
    await complete({});
    expect(await get('k')).toBe('uploaded');
  });

  test('are aborted', async () => {
    const upload = await start('k');
    await s3.send(new AbortMultipartUploadCommand(upload));
    const late = new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' });
    expect(await errorOf(s3.send(late))).toContain('NoSuchUpload');
  });

  test('work as lib-storage does them', async () => {
    const Body = Readable.from([part, part, Buffer.from('end')]);
    const upload = new Upload({ client: s3, params: { Bucket, Key: 'lib', Body } });
    await upload.done();
    expect(local.objects.head(Bucket, 'lib')?.size).toBe(2 * part.length + 3);
    const { ChecksumCRC32 } = await s3.send(
      new HeadObjectCommand({ Bucket, Key: 'lib', ChecksumMode: 'ENABLED' }),
    );
    expect(ChecksumCRC32).toMatch(/-3$/);
    expect(await get('lib')).toHaveLength(2 * part.length + 3);
  });
});
