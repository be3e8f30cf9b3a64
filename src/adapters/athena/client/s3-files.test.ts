import { afterEach, describe, expect, it } from 'vitest';
import { createS3Files, formatS3Location, parseS3Location, type S3Files } from './s3-files.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { startScriptedAws, type Script, type ScriptedAws } from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

async function serve(script: Script): Promise<S3Files> {
  aws = await startScriptedAws(script);
  test = openTestApi(aws.endpoint);
  return createS3Files(test.api);
}

const at = { bucket: 'lake', key: 'runs/1.json' };

function listing(keys: readonly string[], next?: string): string {
  const contents = keys.map(
    (key) =>
      `<Contents><Key>${key}</Key><Size>3</Size><ETag>"e"</ETag><LastModified>2026-01-02T03:04:05.000Z</LastModified></Contents>`,
  );
  const more =
    next === undefined
      ? '<IsTruncated>false</IsTruncated>'
      : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
  return `<ListBucketResult>${contents.join('')}${more}</ListBucketResult>`;
}

describe('S3 addresses', () => {
  it.each([
    ['s3://lake/a/b.json', { bucket: 'lake', key: 'a/b.json' }],
    ['s3://lake/', { bucket: 'lake', key: '' }],
    ['s3://lake', { bucket: 'lake', key: '' }],
    ['https://lake/a', undefined],
    ['s3:///a', undefined],
  ])('reads %s', (uri, expected) => {
    expect(parseS3Location(uri)).toEqual(expected);
  });

  it('writes them', () => {
    expect(formatS3Location(at)).toBe('s3://lake/runs/1.json');
  });
});

describe('objects in S3', () => {
  it('lists all pages', async () => {
    const files = await serve(({ url }) => ({
      body: url.includes('continuation-token') ? listing(['b']) : listing(['a'], 'more'),
    }));
    expect(await files.list({ bucket: 'lake', key: 'runs/' })).toEqual({
      ok: true,
      value: ['a', 'b'].map((key) => ({
        key,
        sizeBytes: 3,
        etag: '"e"',
        lastModified: new Date('2026-01-02T03:04:05Z'),
      })),
    });
    expect(aws?.calls[0]?.url).toContain('prefix=runs%2F');
  });

  it('lists page by page, and ends after an error', async () => {
    const files = await serve(({ count }) =>
      count === 1
        ? { body: listing(['a'], 'more') }
        : { error: { code: 'AccessDenied', status: 403 } },
    );
    const pages = [];
    for await (const page of files.listPages({ bucket: 'lake', key: '' })) pages.push(page);
    expect(pages).toMatchObject([
      { ok: true, value: [{ key: 'a' }] },
      { ok: false, error: { kind: 'denied' } },
    ]);
  });

  it('lists folders', async () => {
    const files = await serve(() => ({
      body: '<ListBucketResult><CommonPrefixes><Prefix>runs/a/</Prefix></CommonPrefixes></ListBucketResult>',
    }));
    const folders = await files.listFolders({ bucket: 'lake', key: 'runs/' });
    expect(folders).toEqual({ ok: true, value: ['runs/a/'] });
    expect(aws?.calls[0]?.url).toContain('delimiter=%2F');
  });

  it('reads a JSON file, or says that there is none', async () => {
    const files = await serve(({ count }) =>
      count === 1 ? { body: '{"a": 1}' } : { error: { code: 'NoSuchKey', status: 404 } },
    );
    expect(await files.getJson(at)).toEqual({ ok: true, value: { value: { a: 1 }, etag: '"e1"' } });
    expect(await files.getJson(at)).toEqual({ ok: true, value: undefined });
  });

  it('refuses a file that is no JSON', async () => {
    const files = await serve(() => ({ body: '{"a":' }));
    expect(await files.getJson(at)).toMatchObject({
      ok: false,
      error: { code: 'InvalidJson', subject: 's3://lake/runs/1.json' },
    });
  });

  it('does not take a missing bucket for a missing file', async () => {
    const files = await serve(() => ({ error: { code: 'NoSuchBucket', status: 404 } }));
    expect(await files.getJson(at)).toMatchObject({ ok: false, error: { code: 'NoSuchBucket' } });
  });

  it('writes a JSON file, and not over another where it must not', async () => {
    const files = await serve(({ count }) =>
      count === 1 ? { body: '' } : { error: { code: 'PreconditionFailed', status: 412 } },
    );
    expect(await files.putJson(at, { a: 1 })).toEqual({ ok: true, value: 'written' });
    const again = await files.putJson(at, { a: 1 }, { onlyIfAbsent: true });
    expect(again).toEqual({ ok: true, value: 'exists' });
    expect(aws?.calls.map((call) => call.operation)).toEqual(['PutObject', 'PutObject']);
  });

  it.each([
    ['written', '{"a": 1}'],
    ['exists', '{"a": 2}'],
  ])('settles a write whose answer was lost: %s', async (outcome, there) => {
    const files = await serve(({ operation, count }) => {
      if (operation === 'GetObject') return { body: there };
      return count === 1 ? 'drop' : { error: { code: 'PreconditionFailed', status: 412 } };
    });
    const done = await files.putJson(at, { a: 1 }, { onlyIfAbsent: true });
    expect(done).toEqual({ ok: true, value: outcome });
  });

  it('deletes a thousand in a call, waits when S3 says to, and again what failed for the moment', async () => {
    const keys = Array.from({ length: 1200 }, (_, index) => `k${index}`);
    const error = (key: string, code: string) =>
      `<Error><Key>${key}</Key><Code>${code}</Code><Message>because</Message></Error>`;
    const files = await serve(({ count }) => {
      if (count === 1) return { error: { code: 'SlowDown', status: 503 } };
      if (count === 2) {
        const errors =
          error('k7', 'InternalError') + error('k8', 'SlowDown') + error('k9', 'AccessDenied');
        return { body: `<DeleteResult>${errors}</DeleteResult>` };
      }
      return { body: '<DeleteResult></DeleteResult>' };
    });
    expect(await files.remove('lake', keys)).toEqual({
      ok: true,
      value: [{ key: 'k9', code: 'AccessDenied', message: 'because' }],
    });
    const sent = aws?.calls.map((call) => [...call.body.matchAll(/<Key>/g)].length);
    expect(sent).toEqual([1000, 1000, 200, 2]);
    expect(test?.timing.sleeps.length).toBeGreaterThanOrEqual(2);
  });
});
