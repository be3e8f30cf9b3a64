import {
  CreateWorkGroupCommand,
  UpdateWorkGroupCommand,
  AthenaClient,
} from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { QueryEnd } from '../../../../emulator/index.js';
import type { StatementRequest } from './query-runner.js';
import { openLocalRunner, type LocalRunner } from './testing/open-local-runner.js';

/** Queries that the local Athena lets fail, or loses: what is sent again, and what is said. */
let local: LocalRunner;

beforeEach(async () => {
  local = await openLocalRunner();
});
afterEach(() => local.close());

const run = (sql: string, request: Partial<StatementRequest> = {}) => local.run(sql, request);

async function failureOf(sql: string, request: Partial<StatementRequest> = {}) {
  const done = await run(sql, request);
  if (done.ok) throw new Error('expected a failure');
  return done.failure.diagnostic;
}

/** Asked before a statement is sent again: the same, as for a query that only reads. */
const again = (sql: string): Pick<StatementRequest, 'nextAttempt'> => ({
  nextAttempt: () => Promise.resolve({ ok: true, value: sql }),
});

const starts = (): number =>
  local.emulator.calls.filter(({ operation }) => operation === 'StartQueryExecution').length;

describe('a query that fails', () => {
  const failed = (
    category: 1 | 2 | 3,
    type: number,
    reason: string,
    retryable = false,
  ): QueryEnd => ({
    state: 'FAILED',
    category,
    type,
    reason,
    retryable,
  });

  it.each<[string, QueryEnd]>([
    ['that Athena calls retryable', failed(1, 5, 'Query was rejected for now', true)],
    ['inside Athena', failed(1, 100, 'GENERIC_INTERNAL_ERROR: nothing of yours')],
    ['for a throttled S3', failed(2, 1403, 'S3 SlowDown')],
    ['for another writer’s commit', failed(1, 233, 'ICEBERG_COMMIT_ERROR: somebody was faster')],
  ])('%s is sent again, and all of its attempts are accounted for', async (_, end) => {
    const fault = local.emulator.failQuery({ match: /^select/, when: 'before', end });
    const sql = 'select 1 as id';
    const done = await run(sql, again(sql));
    expect(done).toMatchObject({ ok: true });
    expect(fault.failed).toEqual([sql]);
    expect(starts()).toBe(2);
    expect(local.account.response()).toMatchObject({ statements: 2 });
    if (done.ok) expect(done.value.queryIds).toHaveLength(2);
  });

  it.each<[string, QueryEnd, string]>([
    ['a user’s error', failed(2, 1006, 'SYNTAX_ERROR: no'), 'engine-error'],
    [
      'a user’s error that calls itself retryable',
      failed(2, 1110, 'TABLE_NOT_FOUND: t', true),
      'engine-error',
    ],
    [
      '#1820: exhausted resources',
      failed(1, 3, 'Query exhausted resources at this scale factor'),
      'query-limit',
    ],
    ['#1813: a timeout', failed(1, 206, 'Query timeout'), 'query-limit'],
    ['too many versions of a Glue table', failed(2, 1402, 'Too many versions'), 'engine-error'],
    ['missing permission', failed(2, 1500, 'Insufficient permissions'), 'access-denied'],
  ])('by %s is sent once', async (_, end, code) => {
    local.emulator.failQuery({ nth: 'every', when: 'before', end });
    const sql = 'select 1 as id';
    expect((await failureOf(sql, again(sql))).code).toBe(code);
    expect(starts()).toBe(1);
  });

  it('again and again is given up', async () => {
    local.emulator.failQuery({ nth: 'every', when: 'before', end: failed(1, 100, 'internal') });
    const sql = 'select 1 as id';
    expect((await failureOf(sql, again(sql))).message).toContain('internal');
    expect(starts()).toBe(4);
  });

  it('after its effect, and may not be sent again, is not', async () => {
    await run(
      "create table orders with (external_location = 's3://lake/orders/') as select 1 as id",
    );
    const fault = local.emulator.failQuery({
      match: /^insert/,
      when: 'after',
      end: failed(1, 100, 'GENERIC_INTERNAL_ERROR: lost', true),
    });
    await failureOf('insert into orders values (2)');
    expect(fault.failed).toHaveLength(1);
    const read = await run('select count(*) as n from orders');
    if (!read.ok) throw new Error(read.failure.diagnostic.message);
    expect(await local.runner.readRows(read.value, { limit: null })).toMatchObject({
      ok: true,
      value: { rows: [[2]] },
    });
  });
});

describe('a query that is stopped', () => {
  it('at the workgroup’s limit of bytes says which limit, and what was read is paid for', async () => {
    const client = new AthenaClient({
      region: 'us-east-1',
      endpoint: local.emulator.endpoint,
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await client.send(
      new CreateWorkGroupCommand({
        Name: 'small',
        Configuration: { BytesScannedCutoffPerQuery: 10_000_000 },
      }),
    );
    const rows = Array.from({ length: 4 }, () => `${'x'.repeat(3_000_000)}\n`).join('');
    await local.emulator.objects.put('lake', 'big/rows.txt', Buffer.from(rows));
    await run("create external table big (a string) location 's3://lake/big/'");
    const reads = 'select length(a) as n from big';
    const stopped = await failureOf(reads, { workGroup: 'small', ...again(reads) });
    expect(stopped).toMatchObject({
      code: 'query-limit',
      message: expect.stringContaining('Bytes scanned limit was exceeded') as string,
      hint: expect.stringContaining('limit of bytes per query') as string,
    });
    expect(local.account.response()['bytes_scanned']).toBe(12_000_004);
    const writes = await failureOf(
      "create table copy with (external_location = 's3://lake/copy/') as select * from big",
      {
        workGroup: 'small',
      },
    );
    expect(writes.code).toBe('query-limit');
    expect(local.emulator.glue.findTable('shop', 'copy')).toBeUndefined();
    await client.send(new UpdateWorkGroupCommand({ WorkGroup: 'small', State: 'DISABLED' }));
    expect(await failureOf('select 1', { workGroup: 'small' })).toMatchObject({
      code: 'workgroup-invalid',
      message: expect.stringMatching(/disabled/i) as string,
    });
    client.destroy();
  });

  it('by somebody else is not sent again', async () => {
    const end = { state: 'CANCELLED', reason: 'Query cancelled by user' } as const;
    local.emulator.failQuery({ when: 'before', end });
    const sql = 'select 1 as id';
    expect((await failureOf(sql, again(sql))).message).toContain('stopped by somebody else');
    expect(starts()).toBe(1);
  });
});

describe('a query that Athena loses', () => {
  it('is told of with its id, alone and among others', async () => {
    local.emulator.failQuery({
      match: /lost/,
      nth: 'every',
      when: 'after',
      end: { state: 'VANISHED' },
    });
    const sql = 'select 1 as lost';
    expect(await failureOf(sql, again(sql))).toMatchObject({
      code: 'engine-error',
      message: expect.stringMatching(
        /was not found; the query [0-9a-f-]{36} may still be running/,
      ) as string,
    });
    expect(starts()).toBe(1);
    const several = await Promise.all([run(sql), run('select 2'), run('select 3')]);
    expect(several.map(({ ok }) => ok)).toEqual([false, true, true]);
  });

  it('for a moment, in answers that leave some out, is waited for', async () => {
    local.emulator.setHook(({ operation, number }) =>
      operation === 'BatchGetQueryExecution' && number % 4 !== 0
        ? {
            failEntries: {
              indexes: [0],
              code: number % 2 === 0 ? 'INTERNAL_FAILURE' : 'ThrottlingException',
              message: 'Rate exceeded',
            },
          }
        : undefined,
    );
    const done = await Promise.all(['a', 'b', 'c', 'd'].map((name) => run(`select 1 as ${name}`)));
    expect(done.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(starts()).toBe(4);
  });
});
