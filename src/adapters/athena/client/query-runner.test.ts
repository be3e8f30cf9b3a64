import { afterEach, describe, expect, it } from 'vitest';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import { createQueryAccount, type QueryAccount } from './query-cost.js';
import { createQueryRunner, type FailedAttempt, type StatementRequest } from './query-runner.js';
import { statementToken } from './statement-token.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import {
  createScriptedAthena,
  failedWith,
  running,
  succeeded,
  type Look,
  type ScriptedAthena,
} from './testing/scripted-athena.js';
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

interface Bench {
  readonly athena: ScriptedAthena;
  readonly account: QueryAccount;
  readonly test: TestApi;
  readonly run: (
    request?: Partial<StatementRequest>,
  ) => ReturnType<ReturnType<typeof createQueryRunner>['run']>;
  readonly operations: () => readonly string[];
}

const identity = { invocationId: 'run-1', node: 'model.stedi.orders', ordinal: 1 };

/** Starts an Athena whose looks show what `look` says; `intercept` may answer a call in its place. */
async function serve(
  look: Look,
  intercept: (call: ScriptedCall, athena: ScriptedAthena) => Answer | undefined = () => undefined,
): Promise<Bench> {
  const athena = createScriptedAthena(look);
  const server = await startScriptedAws((call) => intercept(call, athena) ?? athena.answer(call));
  aws = server;
  test = openTestApi(server.endpoint);
  const runner = createQueryRunner(test.api);
  const account = createQueryAccount({ pricePerTb: 5 });
  return {
    athena,
    account,
    test,
    run: (request) =>
      runner.run({ sql: 'create table t as select 1', identity, ...request }, account),
    operations: () => server.calls.map((call) => call.operation),
  };
}

const internalError = failedWith('GENERIC_INTERNAL_ERROR: x', { type: 9999, category: 1 });
const conflict = failedWith('ICEBERG_COMMIT_ERROR: x', { type: 233, category: 2 });
const typo = failedWith('COLUMN_NOT_FOUND: line 1:8: x', { type: 1006, category: 2 });

describe('a statement', () => {
  it('runs to its end with two calls where one look suffices', async () => {
    const { run, operations, account } = await serve(() => succeeded);
    const result = await run({
      catalog: 'AwsDataCatalog',
      database: 'lake',
      workGroup: 'team',
      outputLocation: 's3://results/',
    });
    expect(result).toEqual({
      ok: true,
      value: {
        queryId: 'q1',
        queryIds: ['q1'],
        sql: 'create table t as select 1',
        statementType: 'DML',
        substatementType: 'CREATE_TABLE_AS_SELECT',
        statistics: { queueMs: 10, planningMs: 20, engineMs: 30, totalMs: 70, bytesScanned: 1000 },
      },
    });
    expect(operations()).toEqual(['StartQueryExecution', 'GetQueryExecution']);
    expect(aws?.calls[0]?.input).toEqual({
      QueryString: 'create table t as select 1',
      ClientRequestToken: statementToken(identity, 1),
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'lake' },
      WorkGroup: 'team',
      ResultConfiguration: { OutputLocation: 's3://results/' },
    });
    expect(account.response()).toMatchObject({
      query_ids: 'q1',
      statements: 1,
      bytes_scanned: 1000,
    });
  });

  it('leaves to the workgroup what is not said', async () => {
    const { run } = await serve(() => succeeded);
    await run();
    expect(aws?.calls[0]?.input).not.toHaveProperty('WorkGroup');
    expect(aws?.calls[0]?.input).not.toHaveProperty('ResultConfiguration');
  });

  it('is looked at often at first, and less and less', async () => {
    const looks: number[] = [];
    const bench = await serve(({ looks: count }) => {
      looks.push(bench.test.timing.now());
      return count > 400 ? succeeded : running;
    });
    await bench.run();
    const gaps = looks.slice(1).map((at, index) => at - (looks[index] ?? 0));
    expect(looks[0]).toBe(50);
    expect(gaps[0]).toBe(50);
    // A fiftieth of the time that it has run, never longer than a second, and two after a minute.
    for (const [index, gap] of gaps.entries()) {
      const elapsed = looks[index] ?? 0;
      const longest = elapsed > 60_000 ? 2000 : 1000;
      expect(gap).toBeCloseTo(Math.min(longest, Math.max(50, elapsed / 50)), 5);
    }
    expect(gaps.at(-1)).toBe(2000);
  });

  it('that cannot be read is refused at its place', async () => {
    const { run } = await serve(
      () => succeeded,
      () => ({
        error: {
          code: 'InvalidRequestException',
          message: "line 2:1: mismatched input 'form'. Expecting: ',', 'FROM', <EOF>",
          fields: { AthenaErrorCode: 'MALFORMED_QUERY' },
        },
      }),
    );
    expect(await run({ sql: 'select 1\nform t' })).toEqual({
      ok: false,
      failure: {
        diagnostic: {
          code: 'engine-error',
          severity: 'error',
          message: "mismatched input 'form'. Expecting: ',', 'FROM', <EOF>",
        },
        position: { line: 2, column: 1 },
        statement: 'select 1\nform t',
        cancelled: false,
      },
    });
  });

  it('that is too long is not sent', async () => {
    const { run, operations } = await serve(() => succeeded);
    // Bytes, not characters.
    const fits = `select  '${'é'.repeat(131_067)}'`;
    expect(await run({ sql: fits })).toMatchObject({ ok: true });
    expect(await run({ sql: `${fits}x` })).toMatchObject({
      ok: false,
      failure: {
        diagnostic: {
          code: 'query-limit',
          message: 'expected a statement of at most 262144 bytes, found one of 262145',
        },
      },
    });
    expect(operations().filter((each) => each === 'StartQueryExecution')).toHaveLength(1);
  });
});

describe('a lost answer', () => {
  it.each([
    ['of a start, before it had its effect', false],
    ['of a start, after it had its effect', true],
  ])('%s, runs the statement once', async (_, effect) => {
    const { run, athena, operations } = await serve(
      () => succeeded,
      (call, inner) => {
        if (call.operation !== 'StartQueryExecution' || call.count > 1) return undefined;
        if (effect) inner.answer(call);
        return 'drop';
      },
    );
    expect(await run()).toMatchObject({ ok: true, value: { queryIds: ['q1'] } });
    expect(athena.queries).toHaveLength(1);
    expect(operations().slice(0, 2)).toEqual(['StartQueryExecution', 'StartQueryExecution']);
  });

  it('of a look does no harm', async () => {
    const { run } = await serve(
      () => succeeded,
      ({ operation, count }) => {
        if (operation !== 'GetQueryExecution' || count > 2) return undefined;
        return count === 1 ? 'drop' : { error: { code: 'ThrottlingException' } };
      },
    );
    expect(await run()).toMatchObject({ ok: true });
  });

  it('of a start, again and again, leaves nothing that runs', async () => {
    const bench = await serve(
      () => running,
      (call, inner) => {
        if (call.operation !== 'StartQueryExecution') return undefined;
        inner.answer(call);
        // The service answers again when the client has given up, and would stop what it may have started.
        return test?.timing.sleeps.at(-1) === 10_000
          ? undefined
          : { error: { code: 'InternalServerException', status: 500 } };
      },
    );
    expect(await bench.run()).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'engine-unreachable' }, cancelled: false },
    });
    expect(bench.athena.queries).toMatchObject([{ id: 'q1', stopped: true }]);
  });
});

describe('a failed query', () => {
  it('is run again as the caller says, with a token of its own', async () => {
    const { run, athena, account } = await serve(({ id }) =>
      id === 'q3' ? succeeded : internalError,
    );
    const asked: FailedAttempt[] = [];
    const result = await run({
      nextAttempt: (failed) => {
        asked.push(failed);
        return Promise.resolve({
          ok: true,
          value: `create table t as select ${failed.attempt + 1}`,
        });
      },
    });
    expect(result).toMatchObject({
      ok: true,
      value: {
        queryId: 'q3',
        queryIds: ['q1', 'q2', 'q3'],
        sql: 'create table t as select 3',
        statistics: { engineMs: 90, bytesScanned: 3000 },
      },
    });
    expect(asked).toMatchObject([
      { attempt: 1, reason: 'transient', failure: { statement: 'create table t as select 1' } },
      { attempt: 2, reason: 'transient' },
    ]);
    expect(athena.queries.map(({ sql, token }) => [sql, token])).toEqual(
      [1, 2, 3].map((attempt) => [
        `create table t as select ${attempt}`,
        statementToken(identity, attempt),
      ]),
    );
    expect(account.response()).toMatchObject({
      query_ids: 'q1, q2, q3',
      statements: 3,
      bytes_scanned: 3000,
      engine_ms: 90,
    });
  });

  it('is run again three times and no more', async () => {
    const { run, athena } = await serve(() => conflict);
    const reasons: string[] = [];
    const result = await run({
      nextAttempt: ({ reason }) => {
        reasons.push(reason);
        return Promise.resolve({ ok: true, value: 'insert into t select 1' });
      },
    });
    expect(reasons).toEqual(['conflict', 'conflict', 'conflict']);
    expect(athena.queries).toHaveLength(4);
    expect(result).toMatchObject({
      ok: false,
      failure: {
        diagnostic: { code: 'engine-error', message: 'ICEBERG_COMMIT_ERROR: x (query q4)' },
      },
    });
  });

  it('is not run again blindly', async () => {
    const { run, athena } = await serve(() => internalError);
    expect(await run({ sql: 'insert into t select 1' })).toMatchObject({ ok: false });
    expect(athena.queries).toHaveLength(1);
  });

  it('is not run again after a mistake of the user', async () => {
    const { run, athena, account } = await serve(() => typo);
    const nextAttempt = () => Promise.reject(new Error('must not be asked'));
    expect(await run({ nextAttempt })).toMatchObject({
      ok: false,
      failure: { position: { line: 1, column: 8 }, cancelled: false },
    });
    expect(athena.queries).toHaveLength(1);
    expect(account.response()).toMatchObject({ statements: 1, bytes_scanned: 1000, cost_usd: 0 });
  });

  it('stands when the caller does not want it to be run again', async () => {
    const { run } = await serve(() => internalError);
    expect(
      await run({ nextAttempt: () => Promise.resolve({ ok: true, value: undefined }) }),
    ).toMatchObject({ ok: false, failure: { diagnostic: { message: /GENERIC/ } } });
  });

  it('gives way to what kept the caller from preparing another attempt', async () => {
    const { run } = await serve(() => internalError);
    const failure = {
      diagnostic: errorDiagnostic('access-denied', 'no clone'),
      statement: '',
      cancelled: false,
    };
    const result = await run({ nextAttempt: () => Promise.resolve({ ok: false, failure }) });
    expect(result).toEqual({ ok: false, failure });
  });
});

describe('stopping', () => {
  it('stops a query that never ends, and counts what it took', async () => {
    const stop = new AbortController();
    const { run, athena, account } = await serve(({ looks }) => {
      if (looks === 5) stop.abort();
      return running;
    });
    expect(await run({ signal: stop.signal })).toMatchObject({
      ok: false,
      failure: { cancelled: true, diagnostic: { message: 'the statement was cancelled' } },
    });
    expect(athena.queries).toMatchObject([{ stopped: true }]);
    expect(account.response()).toMatchObject({ statements: 1 });
  });

  it('does not start what is stopped before', async () => {
    const { run, operations } = await serve(() => succeeded);
    expect(await run({ signal: AbortSignal.abort() })).toMatchObject({
      ok: false,
      failure: { cancelled: true },
    });
    expect(operations()).toEqual([]);
  });

  it('stops a query whose id it does not know yet: the token is sent again', async () => {
    const stop = new AbortController();
    const { run, athena, operations } = await serve(
      () => running,
      (call, inner) => {
        if (call.operation !== 'StartQueryExecution' || call.count > 1) return undefined;
        inner.answer(call);
        stop.abort();
        return 'hang';
      },
    );
    expect(await run({ signal: stop.signal })).toMatchObject({
      ok: false,
      failure: { cancelled: true },
    });
    expect(operations().slice(0, 3)).toEqual([
      'StartQueryExecution',
      'StartQueryExecution',
      'StopQueryExecution',
    ]);
    expect(athena.queries).toMatchObject([{ stopped: true }]);
  });

  it('tells the truth about a query that was faster', async () => {
    const stop = new AbortController();
    const { run } = await serve(
      ({ looks }) => (looks === 1 ? running : succeeded),
      ({ operation }) => {
        if (operation === 'GetQueryExecution') stop.abort();
        return operation === 'StopQueryExecution' ? { body: {} } : undefined;
      },
    );
    expect(await run({ signal: stop.signal })).toMatchObject({
      ok: true,
      value: { queryId: 'q1' },
    });
  });

  it('does not wait for an answer that does not come', async () => {
    const stop = new AbortController();
    const { run, test: door } = await serve(
      () => running,
      ({ operation }) => {
        if (operation === 'GetQueryExecution') stop.abort();
        return operation === 'StopQueryExecution'
          ? { error: { code: 'InternalServerException', status: 500 } }
          : undefined;
      },
    );
    expect(await run({ signal: stop.signal })).toMatchObject({
      ok: false,
      failure: { cancelled: true },
    });
    expect(door.timing.now()).toBeLessThanOrEqual(11_000);
  });

  it('stops a query that takes longer than it may', async () => {
    const { run, athena, test: door } = await serve(() => running);
    expect(await run({ timeoutMs: 30_000 })).toMatchObject({
      ok: false,
      failure: {
        cancelled: false,
        diagnostic: {
          code: 'query-limit',
          message: 'the query did not end within 30 s and was stopped (query q1)',
        },
      },
    });
    expect(athena.queries).toMatchObject([{ stopped: true }]);
    expect(door.timing.now()).toBeGreaterThanOrEqual(30_000);
  });

  it('tries to stop a query that can no longer be watched', async () => {
    const { run, operations } = await serve(
      () => running,
      ({ operation }) =>
        operation === 'GetQueryExecution'
          ? { error: { code: 'ExpiredTokenException', message: 'expired' } }
          : undefined,
    );
    expect(await run()).toMatchObject({
      ok: false,
      failure: {
        cancelled: false,
        diagnostic: {
          code: 'credentials-expired',
          message: 'the AWS credentials have expired: expired; the query q1 may still be running',
        },
      },
    });
    expect(operations()).toContain('StopQueryExecution');
  });
});
