import { afterEach, describe, expect, it } from 'vitest';
import { createQueryPoller } from './query-poller.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { createScriptedAthena, running, succeeded, type Look } from './testing/scripted-athena.js';
import {
  startScriptedAws,
  type Answer,
  type ScriptedAws,
  type ScriptedCall,
} from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

/** Starts an Athena with as many queries, `q1`, `q2`… */
async function serve(
  count: number,
  look: Look,
  intercept: (call: ScriptedCall) => Answer | undefined = () => undefined,
) {
  const athena = createScriptedAthena(look);
  const ids = Array.from({ length: count }, (_, index) => {
    const input = { ClientRequestToken: String(index), QueryString: 'select 1' };
    athena.answer({ operation: 'StartQueryExecution', input, body: '', url: '', count: 1 });
    return `q${index + 1}`;
  });
  const server = await startScriptedAws((call) => intercept(call) ?? athena.answer(call));
  aws = server;
  test = openTestApi(server.endpoint);
  const poller = createQueryPoller(test.api);
  const batches = (): readonly (readonly string[])[] =>
    server.calls.flatMap(({ input }) => {
      const asked = input['QueryExecutionIds'] as readonly string[] | undefined;
      return asked === undefined ? [] : [asked];
    });
  return { poller, ids, batches, athena, timing: test.timing, api: test.api };
}

describe('the poller', () => {
  it('looks at all queries together, fifty in a call at most, below the quota', async () => {
    const { poller, ids, batches, timing, api } = await serve(120, ({ looks }) =>
      looks > 30 ? succeeded : running,
    );
    const results = await Promise.all(ids.map((id) => poller.wait(id)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(Math.max(...batches().map((each) => each.length))).toBe(50);
    expect(api.counts.get('athena.GetQueryExecution') ?? 0).toBeLessThan(20);
    const calls = api.counts.get('athena.BatchGetQueryExecution') ?? 0;
    // Fifteen a second of the account's twenty. The first look is no exception.
    expect(calls).toBeLessThanOrEqual(timing.now() / 66 + 3);
    expect(calls).toBeLessThan(120);
  });

  it('gives each query its own end', async () => {
    const { poller, ids } = await serve(3, ({ id, looks }) =>
      looks >= Number(id.slice(1)) ? succeeded : running,
    );
    const order: string[] = [];
    await Promise.all(
      ids.map(async (id) => {
        const result = await poller.wait(id);
        if (result.ok) order.push(result.value.QueryExecutionId ?? '');
      }),
    );
    expect(order).toEqual(['q1', 'q2', 'q3']);
  });

  it('asks again for queries that a batch left out, in the end alone', async () => {
    const { poller, ids, api } = await serve(3, ({ id, looks }) => {
      if (id !== 'q2') return looks > 20 ? succeeded : running;
      // Batches leave it out; the fourth look at it is one at it alone.
      return looks <= 3 ? undefined : succeeded;
    });
    const results = await Promise.all(ids.map((id) => poller.wait(id)));
    expect(results.map((result) => result.ok && result.value.QueryExecutionId)).toEqual(ids);
    expect(api.counts.get('athena.GetQueryExecution')).toBeGreaterThanOrEqual(1);
  });

  it.each(['AccessDeniedException', 'InvalidRequestException'])(
    'looks at queries alone after %s of a batch',
    async (code) => {
      const { poller, ids } = await serve(
        2,
        ({ looks }) => (looks > 3 ? succeeded : running),
        ({ operation }) =>
          operation === 'BatchGetQueryExecution' ? { error: { code } } : undefined,
      );
      const results = await Promise.all(ids.map((id) => poller.wait(id)));
      expect(results.every((result) => result.ok)).toBe(true);
    },
  );

  it('fails only the query that it may not see', async () => {
    const { poller, ids } = await serve(
      2,
      ({ looks }) => (looks > 5 ? succeeded : running),
      ({ operation, input }) => {
        if (operation === 'BatchGetQueryExecution')
          return { error: { code: 'InvalidRequestException' } };
        return input['QueryExecutionId'] === 'q1'
          ? { error: { code: 'InvalidRequestException', message: 'q1 was not found' } }
          : undefined;
      },
    );
    const results = await Promise.all(ids.map((id) => poller.wait(id)));
    expect(results).toMatchObject([
      { ok: false, error: { message: 'q1 was not found' } },
      { ok: true, value: { QueryExecutionId: 'q2' } },
    ]);
  });

  it('fails all when the credentials have expired', async () => {
    const { poller, ids } = await serve(
      3,
      () => running,
      ({ operation }) =>
        operation === 'BatchGetQueryExecution'
          ? { error: { code: 'ExpiredTokenException' } }
          : undefined,
    );
    const results = await Promise.all(ids.map((id) => poller.wait(id)));
    expect(results.map((result) => !result.ok && result.error.kind)).toEqual([
      'expired',
      'expired',
      'expired',
    ]);
  });

  it('lets go of one query and goes on with the others', async () => {
    const stop = new AbortController();
    const { poller, ids } = await serve(2, ({ id, looks }) => {
      if (id === 'q1' && looks === 3) stop.abort();
      return id === 'q2' && looks > 10 ? succeeded : running;
    });
    const [first = '', second = ''] = ids;
    const results = await Promise.all([
      poller.wait(first, { signal: stop.signal }),
      poller.wait(second),
    ]);
    expect(results).toMatchObject([
      { ok: false, error: { kind: 'cancelled', subject: 'q1' } },
      { ok: true, value: { QueryExecutionId: 'q2' } },
    ]);
  });

  it('begins anew after it had nothing to look at', async () => {
    const { poller } = await serve(2, () => succeeded);
    expect(await poller.wait('q1')).toMatchObject({ ok: true });
    expect(await poller.wait('q2')).toMatchObject({ ok: true });
    expect(await poller.wait('q1', { signal: AbortSignal.abort() })).toMatchObject({ ok: false });
  });
});
