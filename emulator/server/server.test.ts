import {
  BatchCreatePartitionCommand,
  GetDatabasesCommand,
  GetTableCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startLocal, type Local } from '../testing/start-local.js';
import { createTokenBucket } from './token-bucket.js';

let local: Local;
let glue: GlueClient;
let s3: S3Client;

beforeEach(async () => {
  local = await startLocal({ rateLimits: { GetDatabases: { perSecond: 0, burst: 2 } } });
  glue = new GlueClient(local.client);
  s3 = new S3Client({ ...local.client, forcePathStyle: true });
  local.objects.createBucket('lake');
  local.glue.createDatabase({ Name: 'db' });
  local.glue.createTable('db', { Name: 't', PartitionKeys: [{ Name: 'k', Type: 'string' }] });
});
afterEach(() => local.close());

const update = (): UpdateTableCommand =>
  new UpdateTableCommand({
    DatabaseName: 'db',
    TableInput: { Name: 't', PartitionKeys: [{ Name: 'k', Type: 'string' }] },
    VersionId: '0',
  });

describe('calls', () => {
  test('are numbered and logged in order, failed ones too', async () => {
    await glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 't' }));
    await errorOf(glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 'absent' })));
    await s3.send(new PutObjectCommand({ Bucket: 'lake', Key: 'a/b', Body: 'x' }));
    await new STSClient(local.client).send(new GetCallerIdentityCommand({}));
    expect(local.calls).toEqual([
      { number: 1, service: 'glue', operation: 'GetTable', subject: 'db.t' },
      { number: 2, service: 'glue', operation: 'GetTable', subject: 'db.absent' },
      { number: 3, service: 's3', operation: 'PutObject', subject: 'lake/a/b' },
      { number: 4, service: 'sts', operation: 'GetCallerIdentity', subject: '' },
    ]);
  });

  test('are held up as long as the hook takes', async () => {
    let release: (() => void) | undefined;
    local.setHook(
      () =>
        new Promise((resolve) => {
          release = () => resolve(undefined);
        }),
    );
    const sent = glue.send(update());
    while (release === undefined) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(local.glue.getTable('db', 't').VersionId).toBe('0');
    release();
    await sent;
    expect(local.glue.getTable('db', 't').VersionId).toBe('1');
  });

  test('fail by a fault before their effect, and after it', async () => {
    const error = { status: 500, code: 'InternalServiceException', message: 'injected' };
    local.setHook(() => ({ before: error }));
    expect(await errorOf(glue.send(update()))).toBe('InternalServiceException: injected');
    expect(local.glue.getTable('db', 't').VersionId).toBe('0');
    let versionAtEffect = '';
    local.setHook(() => ({
      after: error,
      onEffect: () => {
        versionAtEffect = local.glue.getTable('db', 't').VersionId ?? '';
      },
    }));
    expect(await errorOf(glue.send(update()))).toBe('InternalServiceException: injected');
    expect([versionAtEffect, local.glue.getTable('db', 't').VersionId]).toEqual(['1', '1']);
  });

  test('lose their connection before their effect, and after it', async () => {
    local.setHook(() => ({ before: 'drop' }));
    await expect(glue.send(update())).rejects.toThrow(/hang up|ECONNRESET/);
    expect(local.glue.getTable('db', 't').VersionId).toBe('0');
    local.setHook(() => ({ after: 'drop' }));
    await expect(glue.send(update())).rejects.toThrow(/hang up|ECONNRESET/);
    expect(local.glue.getTable('db', 't').VersionId).toBe('1');
    const put = new PutObjectCommand({ Bucket: 'lake', Key: 'k', Body: 'x' });
    await expect(s3.send(put)).rejects.toThrow(/hang up|ECONNRESET/);
    expect(local.objects.head('lake', 'k')?.size).toBe(1);
    local.setHook(undefined);
    await glue.send(new GetDatabasesCommand({}));
  });

  test('fail in S3 as S3 does', async () => {
    local.setHook(() => ({ before: { status: 503, code: 'SlowDown', message: 'slower' } }));
    const read = new GetObjectCommand({ Bucket: 'lake', Key: 'k' });
    expect(await errorOf(s3.send(read))).toBe('SlowDown: slower');
    local.setHook(() => ({
      before: { status: 400, code: 'ExpiredToken', message: 'The provided token has expired.' },
    }));
    expect(await errorOf(s3.send(read))).toBe('ExpiredToken: The provided token has expired.');
  });

  test('fail in part, where they are batches', async () => {
    const failEntries = { indexes: [1], code: 'InternalServiceException', message: 'injected' };
    local.setHook(() => ({ failEntries }));
    const { Errors } = await glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName: 'db',
        TableName: 't',
        PartitionInputList: ['a', 'b', 'c'].map((value) => ({ Values: [value] })),
      }),
    );
    expect(Errors).toEqual([
      {
        PartitionValues: ['b'],
        ErrorDetail: { ErrorCode: 'InternalServiceException', ErrorMessage: 'injected' },
      },
    ]);
    expect(local.glue.listPartitions('db', 't').map((each) => each.Values?.[0])).toEqual([
      'a',
      'c',
    ]);
    local.setHook(() => ({ failEntries: { ...failEntries, indexes: [0] } }));
    const alone = await glue.send(
      new BatchCreatePartitionCommand({
        DatabaseName: 'db',
        TableName: 't',
        PartitionInputList: [{ Values: ['d'] }],
      }),
    );
    expect(alone.Errors).toMatchObject([{ PartitionValues: ['d'] }]);
    local.setHook(() => ({ failEntries }));
    await local.objects.put('lake', 'x', Buffer.from('x'));
    await local.objects.put('lake', 'y', Buffer.from('y'));
    const deleted = await s3.send(
      new DeleteObjectsCommand({
        Bucket: 'lake',
        Delete: { Objects: [{ Key: 'x' }, { Key: 'y' }] },
      }),
    );
    expect(deleted.Errors).toMatchObject([{ Key: 'y', Code: 'InternalServiceException' }]);
    expect(local.objects.list('lake', '').map((object) => object.key)).toEqual(['y']);
  });

  test('are throttled beyond their rate', async () => {
    await glue.send(new GetDatabasesCommand({}));
    await glue.send(new GetDatabasesCommand({}));
    expect(await errorOf(glue.send(new GetDatabasesCommand({})))).toBe(
      'ThrottlingException: Rate exceeded',
    );
    await glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 't' }));
  });

  test('need credentials', async () => {
    const answers = await Promise.all([
      fetch(`${local.endpoint}/lake/k`),
      fetch(`${local.endpoint}/`, {
        method: 'POST',
        headers: { 'x-amz-target': 'AWSGlue.GetDatabases' },
        body: '{}',
      }),
      fetch(`${local.endpoint}/`, {
        method: 'POST',
        body: new URLSearchParams({ Action: 'GetCallerIdentity' }),
      }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([403, 403, 403]);
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    expect(texts[0]).toContain('<Code>AccessDenied</Code>');
    expect(texts[1]).toContain('"__type":"MissingAuthenticationTokenException"');
    expect(texts[2]).toContain('<Code>MissingAuthenticationToken</Code>');
  });

  test('of other services and operations are refused by name', async () => {
    const call = async (target: string): Promise<string> => {
      const answer = await fetch(local.endpoint, {
        method: 'POST',
        headers: {
          'x-amz-target': target,
          authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/glue/aws4_request',
        },
        body: '{}',
      });
      return `${answer.status} ${answer.headers.get('x-amzn-errortype') ?? ''}`;
    };
    expect(await call('AWSGlue.StartJobRun')).toBe('400 UnknownOperationException');
    expect(await call('DynamoDB_20120810.GetItem')).toBe('400 UnknownOperationException');
    expect(await call('AWSGlue.constructor')).toBe('400 UnknownOperationException');
  });
});

describe('an upload that breaks off', () => {
  test('has no effect and is no call', async () => {
    const { connect } = await import('node:net');
    const { port } = new URL(local.endpoint);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => {
        socket.write(
          'PUT /lake/part HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n' +
            'authorization: AWS4-HMAC-SHA256 Credential=local/x\r\n\r\nonly this',
          () => socket.destroy(),
        );
      });
      socket.on('close', () => resolve());
    });
    await glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 't' }));
    expect(local.calls.map((call) => call.operation)).toEqual(['GetTable']);
    expect(local.objects.head('lake', 'part')).toBeUndefined();
  });
});

describe('createTokenBucket', () => {
  test('lets a burst through and fills up with time', () => {
    const takes = createTokenBucket({ perSecond: 2, burst: 3 });
    expect([0, 0, 0, 0].map(takes)).toEqual([true, true, true, false]);
    expect([400, 600, 600].map(takes)).toEqual([false, true, false]);
    expect([10_000, 10_000, 10_000, 10_000].map(takes)).toEqual([true, true, true, false]);
  });
});
