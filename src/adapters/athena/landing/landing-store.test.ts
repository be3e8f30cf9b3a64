import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocal, type Local } from '../../../../emulator/testing/start-local.js';
import { LandingFailure, type LandingStore } from '../../../core/landing-store.js';
import { openAthenaClient, type AthenaClient } from '../client/open-client.js';
import { createS3LandingStore, type S3LandingOptions } from './landing-store.js';

let local: Local;
let client: AthenaClient;

beforeEach(async () => {
  local = await startLocal();
  local.objects.createBucket('lake');
  client = openAthenaClient({ region: 'eu-central-1', endpoint: local.endpoint });
});
afterEach(async () => {
  client.close();
  await local.close();
});

const partBytes = 5 * 2 ** 20;
const digest = 'ab'.repeat(32);
const key = `landing/customer/${digest}.json`;

function openStore(options: Partial<S3LandingOptions> = {}): LandingStore {
  const store = createS3LandingStore(client.api, {
    location: 's3://lake/landing/customer/',
    rejects: 's3://lake/tables/.stedi-sql/shop/rejects/customer',
    now: () => new Date(),
    partBytes,
    ...options,
  });
  if (!store.ok) throw new Error(JSON.stringify(store.diagnostics));
  return store.value;
}

const keys = (): readonly string[] => local.objects.list('lake', '').map((each) => each.key);
const operations = (): readonly string[] => local.calls.map(({ operation }) => operation);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Distinct bytes, so that parts in another order would be found. */
function bytesOf(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

async function write(store: LandingStore, content: Buffer, piece = 100_000): Promise<void> {
  const output = store.openOutput(digest);
  for (let at = 0; at < content.length; at += piece) {
    output.append(content.subarray(at, at + piece));
    await output.drain();
  }
  await output.commit();
  await output.discard();
}

describe('a landing in S3', () => {
  it('puts what fits into one part in one call', async () => {
    await write(openStore(), Buffer.from('{"a":1}\n'));
    expect(operations()).toEqual(['PutObject']);
    expect(Buffer.from(await local.objects.read('lake', key)).toString()).toBe('{"a":1}\n');
    expect(local.objects.head('lake', key)?.contentType).toBe('application/json');
  });

  it.each([
    ['a part and a bit', partBytes + 1],
    ['exactly two parts', 2 * partBytes],
    ['six parts', 5 * partBytes + 12_345],
  ])('uploads %s, shown when it is complete', async (_, length) => {
    const content = bytesOf(length);
    const seen = new Set<string>();
    local.setHook(({ operation }) => {
      if (operation !== 'CompleteMultipartUpload') for (const each of keys()) seen.add(each);
      return undefined;
    });
    await write(openStore(), content);
    expect([...seen]).toEqual([]);
    expect(sha256(await local.objects.read('lake', key))).toBe(sha256(content));
    expect(operations().filter((each) => each === 'UploadPart')).toHaveLength(
      Math.ceil(length / partBytes),
    );
  });

  it('takes a record that is longer than parts', async () => {
    const content = bytesOf(3 * partBytes + 7);
    await write(openStore(), content, content.length);
    expect(sha256(await local.objects.read('lake', key))).toBe(sha256(content));
  });

  it('finds what was landed, with its rejects', async () => {
    const store = openStore();
    expect(await store.find(digest)).toBeUndefined();
    await write(store, Buffer.from('x'));
    const { output, rejects } = store.addressesOf(digest);
    expect(output).toBe(`s3://lake/${key}`);
    expect(await store.find(digest)).toEqual({ output, rejects: null });
    const file = store.openRejects(digest);
    file.append(Buffer.from('{}\n'));
    await file.commit();
    expect(await store.find(digest)).toEqual({ output, rejects });
    expect(rejects).toBe(
      `s3://lake/tables/.stedi-sql/shop/rejects/customer/${digest}.rejects.jsonl`,
    );
  });

  it.each([10, partBytes + 10])(
    'lands the same %i bytes once, at the same time too',
    async (length) => {
      const content = bytesOf(length);
      const store = openStore();
      const [first, second] = [store.openOutput(digest), store.openOutput(digest)];
      for (const output of [first, second]) {
        output.append(content);
        await output.drain();
      }
      await first.commit();
      const { etag, lastModified } = local.objects.head('lake', key)!;
      await second.commit();
      expect(local.objects.head('lake', key)).toMatchObject({ etag, lastModified });
      expect(await uploadsLeft()).toEqual([]);
    },
  );

  it.each([10, partBytes + 10])(
    'survives lost answers and throttling with %i bytes',
    async (length) => {
      const content = bytesOf(length);
      const failed = new Set<string>();
      local.setHook(({ operation }) => {
        if (failed.has(operation)) return undefined;
        failed.add(operation);
        return operation === 'UploadPart'
          ? {
              before: {
                status: 503,
                code: 'SlowDown',
                message: 'Please reduce your request rate.',
              },
            }
          : { after: 'drop' };
      });
      await write(openStore(), content);
      expect(sha256(await local.objects.read('lake', key))).toBe(sha256(content));
    },
  );

  it('leaves nothing of an output that is discarded', async () => {
    const output = openStore().openOutput(digest);
    output.append(bytesOf(3 * partBytes));
    await output.discard();
    expect(keys()).toEqual([]);
    expect(await uploadsLeft()).toEqual([]);
  });

  it('says what failed, when it is next used', async () => {
    local.setHook(({ operation }) =>
      operation === 'UploadPart'
        ? {
            before: {
              status: 403,
              code: 'AccessDenied',
              message:
                'User: arn:aws:iam::1:user/u is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::lake/x"',
            },
          }
        : undefined,
    );
    const output = openStore().openOutput(digest);
    output.append(bytesOf(partBytes));
    await expect(output.commit()).rejects.toThrow(LandingFailure);
    await expect(output.commit()).rejects.toMatchObject({ diagnostic: { code: 'access-denied' } });
    await output.discard();
    expect(await uploadsLeft()).toEqual([]);
  });

  it('aborts uploads that were left behind, its own and old ones alone', async () => {
    const begin = async (name: string): Promise<void> => {
      const begun = await client.api.call(
        { service: 's3', operation: 'CreateMultipartUpload', subject: name },
        (s3, http) => s3.createMultipartUpload({ Bucket: 'lake', Key: name }, http),
      );
      expect(begun.ok).toBe(true);
    };
    await begin(key);
    await begin('landing/customer/other.json');
    await begin(`landing/other/${digest}.json`);
    await openStore().prepare();
    expect(await uploadsLeft()).toHaveLength(3);
    const tomorrow = new Date(Date.now() + 25 * 60 * 60 * 1000);
    await openStore({ now: () => tomorrow }).prepare();
    expect(await uploadsLeft()).toEqual([
      'landing/customer/other.json',
      `landing/other/${digest}.json`,
    ]);
  });

  it('lands without the right to look for uploads, but not without a bucket', async () => {
    local.setHook(() => ({
      before: { status: 403, code: 'AccessDenied', message: 'Access Denied' },
    }));
    await openStore().prepare();
    local.setHook(undefined);
    await expect(openStore({ location: 's3://nowhere/x' }).prepare()).rejects.toThrow(/nowhere/);
  });

  it.each([
    [{ location: 'data/landing' }, 'land-target-invalid'],
    [{ location: 's3://lake/tables' }, 'land-folders-overlap'],
    [{ location: 's3://lake' }, 'land-folders-overlap'],
  ])('refuses %j', (options, code) => {
    const rejects = 's3://lake/tables/.stedi-sql/shop/rejects/customer';
    const now = (): Date => new Date();
    const store = createS3LandingStore(client.api, { rejects, now, ...options });
    expect(store.diagnostics.map((each) => each.code)).toEqual([code]);
  });
});

async function uploadsLeft(): Promise<readonly string[]> {
  const listed = await client.api.call(
    { service: 's3', operation: 'ListMultipartUploads', subject: 'lake' },
    (s3, http) => s3.listMultipartUploads({ Bucket: 'lake' }, http),
  );
  if (!listed.ok) throw new Error(listed.error.message);
  return (listed.value.Uploads ?? []).map(({ Key }) => Key ?? '').sort();
}
