import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startLocal, type Local } from '../../../../emulator/testing/start-local.js';
import type { SourceFile, SourceStore } from '../../../core/landing-store.js';
import { openAthenaClient, type AthenaClient } from '../client/open-client.js';
import { createS3SourceStore } from './source-store.js';

let local: Local;
let client: AthenaClient;
let store: SourceStore;

beforeEach(async () => {
  local = await startLocal();
  local.objects.createBucket('raw');
  client = openAthenaClient({ region: 'eu-central-1', endpoint: local.endpoint });
  store = createS3SourceStore(client.api, { files: client.files, windowBytes: 1000 });
});
afterEach(async () => {
  client.close();
  await local.close();
});

async function readAll(source: SourceFile, step: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let at = 0; at < source.size;) {
    const buffer = Buffer.alloc(step);
    const { bytesRead } = await source.read(buffer, 0, step, at);
    expect(bytesRead).toBeGreaterThan(0);
    pieces.push(buffer.subarray(0, bytesRead));
    at += bytesRead;
  }
  return Buffer.concat(pieces);
}

describe('sources in S3', () => {
  it('lists an object, or what lies below a prefix, without what engines pass over', async () => {
    for (const key of [
      'customer/a.json',
      'customer/deep/b.json',
      'customer/_SUCCESS',
      'customer/.tmp/c.json',
      'customer/folder/',
      'customer2/d.json',
      '_odd/e.json',
    ]) {
      await local.objects.put('raw', key, Buffer.from('{}'));
    }
    const files = ['s3://raw/customer/a.json', 's3://raw/customer/deep/b.json'];
    const ignored = ['s3://raw/customer/.tmp/c.json', 's3://raw/customer/_SUCCESS'];
    expect(await store.list('s3://raw/customer')).toEqual({ files, ignored });
    expect(await store.list('s3://raw/customer/')).toEqual({ files, ignored });
    expect(await store.list('s3://raw/customer/a.json')).toEqual({
      files: files.slice(0, 1),
      ignored: [],
    });
    expect(await store.list('s3://raw/_odd')).toMatchObject({ files: ['s3://raw/_odd/e.json'] });
    expect(await store.list('s3://raw/cust')).toEqual({ files: [], ignored: [] });
    expect((await store.list('s3://raw')).files).toHaveLength(3);
    expect([store.owns('s3://raw/x'), store.owns('raw/x')]).toEqual([true, false]);
  });

  it.each([1, 999, 1000, 1001, 3500])('reads an object of %i bytes', async (length) => {
    const content = createHash('sha256').update('x').digest();
    const bytes = Buffer.alloc(length, content);
    await local.objects.put('raw', 'a', bytes);
    const source = await store.open('s3://raw/a');
    expect(source.size).toBe(length);
    expect((await readAll(source, 300)).equals(bytes)).toBe(true);
    // As land does: once for the digest, once for the records.
    expect((await readAll(source, 256)).equals(bytes)).toBe(true);
    expect(await source.hasChanged()).toBe(false);
    await source.close();
  });

  it('asks for every window once, however small the reads', async () => {
    await local.objects.put('raw', 'a', Buffer.alloc(2500));
    const source = await store.open('s3://raw/a');
    await readAll(source, 100);
    expect(local.calls.filter(({ operation }) => operation === 'GetObject')).toHaveLength(3);
  });

  it('does not mix two versions of an object', async () => {
    await local.objects.put('raw', 'a', Buffer.alloc(2500, 'a'));
    const source = await store.open('s3://raw/a');
    await source.read(Buffer.alloc(10), 0, 10, 0);
    await local.objects.put('raw', 'a', Buffer.alloc(2500, 'b'));
    await expect(source.read(Buffer.alloc(10), 0, 10, 1500)).rejects.toThrow(
      "could not read 's3://raw/a': it changed while it was read",
    );
    expect(await source.hasChanged()).toBe(true);
  });

  it('says what is not there', async () => {
    await expect(store.open('s3://raw/none')).rejects.toThrow(
      "could not read 's3://raw/none': it does not exist",
    );
    await expect(store.list('s3://nowhere/x')).rejects.toThrow(/nowhere/);
    await expect(store.list('s3:///x')).rejects.toMatchObject({
      diagnostic: { code: 'land-input-unreadable' },
    });
  });
});
