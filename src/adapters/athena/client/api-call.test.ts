import { afterEach, describe, expect, it } from 'vitest';
import type { ApiResult } from './api-error.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { startScriptedAws, type Answer, type ScriptedAws } from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

/** Starts a server that answers the calls with these, and with the last of them ever after. */
async function serve(...answers: readonly Answer[]): Promise<TestApi> {
  aws = await startScriptedAws(
    ({ count }) => answers[Math.min(count, answers.length) - 1] ?? { body: {} },
  );
  test = openTestApi(aws.endpoint);
  return test;
}

function getTable({ api }: TestApi, signal?: AbortSignal): Promise<ApiResult<unknown>> {
  return api.call(
    { service: 'glue', operation: 'GetTable', subject: 'lake.orders' },
    async (client, http) =>
      (await client.getTable({ DatabaseName: 'lake', Name: 'orders' }, http)).Table?.Name,
    { signal },
  );
}

const fine: Answer = { body: { Table: { Name: 'orders' } } };
const failing = (code: string, status = 400, fields: object = {}): Answer => ({
  error: { code, status, fields: { ...fields } },
});

describe('the door to AWS', () => {
  it('returns the answer of the SDK', async () => {
    const door = await serve(fine);
    expect(await getTable(door)).toEqual({ ok: true, value: 'orders' });
    expect([...door.api.counts]).toEqual([['glue.GetTable', 1]]);
  });

  it.each([
    ['throttling', failing('ThrottlingException')],
    ['S3 throttling', failing('SlowDown', 503)],
    ['an unknown code with status 429', failing('TooMuch', 429)],
    ['a failure of the service', failing('InternalServiceException', 500)],
    ['an unknown failure of the service', failing('Odd', 502)],
    ['a broken connection', 'drop'],
    ['another call that changes the table', failing('ConcurrentModificationException')],
    ['a clock that is off', failing('RequestTimeTooSkewed', 403)],
  ] as const)('sends the call again after %s', async (_, answer) => {
    const door = await serve(answer, answer, fine);
    expect(await getTable(door)).toEqual({ ok: true, value: 'orders' });
    expect(door.api.counts.get('glue.GetTable')).toBe(3);
  });

  it.each([
    ['a refusal', failing('EntityNotFoundException'), 'refused', 'EntityNotFoundException'],
    ['a missing permission', failing('AccessDeniedException'), 'denied', 'AccessDeniedException'],
    ['an unknown 403', failing('Odd', 403), 'denied', 'Odd'],
    [
      'a key that AWS does not know',
      failing('UnrecognizedClientException'),
      'credentials',
      'UnrecognizedClientException',
    ],
  ] as const)('does not send the call again after %s', async (_, answer, kind, code) => {
    const door = await serve(answer, fine);
    expect(await getTable(door)).toMatchObject({
      ok: false,
      error: {
        service: 'glue',
        operation: 'GetTable',
        subject: 'lake.orders',
        kind,
        code,
        attempts: 1,
        mayHaveHappened: false,
      },
    });
    expect(door.timing.sleeps).toEqual([]);
  });

  it('waits longer each time, any part of the bound, and gives up after five minutes of throttling', async () => {
    const door = await serve(failing('ThrottlingException'));
    const result = await getTable(door);
    expect(result).toMatchObject({
      ok: false,
      error: { kind: 'throttled', mayHaveHappened: false },
    });
    // Half of 250, 500, 1000… 20,000 ms; the rate limiter's waits are shorter than 300 ms.
    const waits = door.timing.sleeps.filter((ms) => ms === 125 || ms >= 500);
    expect(waits.slice(0, 8)).toEqual([125, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(door.timing.now()).toBeGreaterThan(280_000);
    expect(door.timing.now()).toBeLessThanOrEqual(305_000);
  });

  it('gives up after two minutes of failures, and tells that the call may have happened', async () => {
    const door = await serve(failing('InternalServiceException', 500));
    expect(await getTable(door)).toMatchObject({
      ok: false,
      error: { kind: 'transient', status: 500, mayHaveHappened: true },
    });
    expect(door.timing.now()).toBeLessThanOrEqual(120_000);
  });

  it('waits without end for a place among the queries', async () => {
    aws = await startScriptedAws(({ operation, count }) =>
      count < 330
        ? {
            error: {
              code: 'TooManyRequestsException',
              fields: { Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' },
            },
          }
        : { body: operation === 'StartQueryExecution' ? { QueryExecutionId: 'q' } : {} },
    );
    test = openTestApi(aws.endpoint);
    const result = await test.api.call(
      { service: 'athena', operation: 'StartQueryExecution', subject: 'select 1' },
      (client, http) => client.startQueryExecution({ QueryString: 'select 1' }, http),
    );
    expect(result).toMatchObject({ ok: true, value: { QueryExecutionId: 'q' } });
    expect(test.timing.now()).toBeGreaterThan(310_000);
  });

  it('takes an address where nobody listens for a wrong one', async () => {
    const gone = await startScriptedAws(() => fine);
    await gone.close();
    test = openTestApi(gone.endpoint);
    expect(await getTable(test)).toMatchObject({
      ok: false,
      error: { kind: 'unreachable', code: 'ECONNREFUSED', attempts: 3, mayHaveHappened: false },
    });
  });

  it('asks for credentials anew, once, when they have expired', async () => {
    const door = await serve(failing('ExpiredTokenException'), fine);
    expect(await getTable(door)).toEqual({ ok: true, value: 'orders' });
    expect(door.renewed).toEqual(['glue']);
  });

  it('says so when new credentials have expired as well', async () => {
    const door = await serve(failing('ExpiredTokenException'));
    expect(await getTable(door)).toMatchObject({
      ok: false,
      error: { kind: 'expired', attempts: 2 },
    });
  });

  it('sends nothing once it is stopped', async () => {
    const door = await serve(fine);
    expect(await getTable(door, AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { kind: 'cancelled', attempts: 0, mayHaveHappened: false },
    });
    expect(door.api.counts.size).toBe(0);
  });

  it('breaks off a call that has no answer, which may have happened', async () => {
    const stop = new AbortController();
    aws = await startScriptedAws(() => {
      stop.abort();
      return 'hang';
    });
    test = openTestApi(aws.endpoint);
    expect(await getTable(test, stop.signal)).toMatchObject({
      ok: false,
      error: { kind: 'cancelled', attempts: 1, mayHaveHappened: true },
    });
  });

  it('breaks off while it waits to send a call again', async () => {
    const stop = new AbortController();
    aws = await startScriptedAws(({ count }) => {
      if (count === 3) stop.abort();
      return failing('ThrottlingException');
    });
    test = openTestApi(aws.endpoint);
    expect(await getTable(test, stop.signal)).toMatchObject({
      ok: false,
      error: { kind: 'cancelled', attempts: 3 },
    });
  });

  it('lets mistakes of its own through', async () => {
    const door = await serve(fine);
    await expect(
      door.api.call({ service: 'glue', operation: 'GetTable', subject: '' }, () => {
        throw new TypeError('oops');
      }),
    ).rejects.toThrow('oops');
  });
});
