import type { BatchGetQueryExecutionOutput } from '@aws-sdk/client-athena';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError } from '../core/engine.js';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench = startService();
afterEach(async () => {
  await bench.close();
  bench = startService();
});

async function restart(options: Parameters<typeof startService>[0]): Promise<void> {
  await bench.close();
  bench = startService(options);
}

/** Waits until a query is in this state. */
async function reach(id: string, state: string): Promise<void> {
  while ((await bench.look(id)).Status?.State !== state) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

describe('the life of a query', () => {
  test('is QUEUED, RUNNING, SUCCEEDED, with the time of each', async () => {
    await restart({ latency: () => ({ queueMs: 30, planningMs: 20, runMs: 40 }) });
    const id = await bench.start('SELECT 1', {
      QueryExecutionContext: { Catalog: 'AwsDataCatalog', Database: 'Shop' },
    });
    expect((await bench.look(id)).Status).toEqual({
      State: 'QUEUED',
      SubmissionDateTime: expect.any(Date) as Date,
    });
    await reach(id, 'RUNNING');
    expect(bench.engine.requests).toHaveLength(0);
    await reach(id, 'SUCCEEDED');
    const query = await bench.look(id);
    expect(query).toMatchObject({
      Query: 'SELECT 1',
      StatementType: 'DML',
      SubstatementType: 'SELECT',
      WorkGroup: 'primary',
      EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
      QueryExecutionContext: { Catalog: 'awsdatacatalog', Database: 'Shop' },
    });
    const times = query.Statistics!;
    // Timers may be early by a millisecond.
    expect(times.QueryQueueTimeInMillis).toBeGreaterThanOrEqual(29);
    expect(times.QueryPlanningTimeInMillis).toBeGreaterThanOrEqual(19);
    expect(times.EngineExecutionTimeInMillis).toBeGreaterThanOrEqual(58);
    expect(times.TotalExecutionTimeInMillis).toBe(
      times.QueryQueueTimeInMillis! +
        times.EngineExecutionTimeInMillis! +
        times.ServiceProcessingTimeInMillis!,
    );
  });

  test('statements run at the same time', async () => {
    // Each waits for the other.
    const waiting: (() => void)[] = [];
    bench.engine.answer(async () => {
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) waiting.forEach((release) => release());
      });
      return {};
    });
    const queries = await Promise.all([bench.run('SELECT 1'), bench.run('SELECT 2')]);
    expect(queries.map(({ Status }) => Status?.State)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  test('a failure has its category, type and reason', async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1301, 'TABLE_NOT_FOUND: line 1:15: Table t does not exist', true);
    });
    const { Status, QueryExecutionId } = await bench.run('SELECT * FROM t');
    expect(Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: 'TABLE_NOT_FOUND: line 1:15: Table t does not exist',
      AthenaError: {
        ErrorCategory: 2,
        ErrorType: 1301,
        Retryable: true,
        ErrorMessage: 'TABLE_NOT_FOUND: line 1:15: Table t does not exist',
      },
      CompletionDateTime: expect.any(Date) as Date,
    });
    expect((await errorOf(bench.rows(QueryExecutionId!))).message).toBe(
      'Query did not finish successfully. Final query state: FAILED',
    );
    expect(bench.objects.list('lake', '')).toEqual([]);
  });

  test('a fault of the engine is an internal error that is not tried again', async () => {
    bench.engine.answer(() => {
      throw new TypeError('no such thing');
    });
    expect((await bench.run('SELECT 1')).Status?.AthenaError).toMatchObject({
      ErrorCategory: 1,
      ErrorType: 100,
      Retryable: false,
      ErrorMessage: expect.stringMatching(
        /^GENERIC_INTERNAL_ERROR: TypeError: no such thing/,
      ) as string,
    });
  });

  test.each([
    [
      'CREATE TABLE t AS SELECT 1 a',
      /^X: y\. You may need to manually clean the data at location 's3:\/\/lake\/results\/tables\/[0-9a-f-]{36}' before retrying\. Athena will not delete data in your account\.$/,
    ],
    [
      'INSERT INTO t SELECT 1',
      /^X: y\. If a data manifest file was generated at 's3:\/\/lake\/results\/[0-9a-f-]{36}-manifest\.csv', you may need to manually clean the data from locations specified in the manifest\. Athena will not delete data in your account\.$/,
    ],
    ['UPDATE t SET a = 1', /^X: y$/],
  ])('%s that fails says what it may have left', async (sql, reason) => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1000, 'X: y');
    });
    expect((await bench.run(sql)).Status?.StateChangeReason).toMatch(reason);
  });
});

describe('StopQueryExecution', () => {
  const cancelled = { State: 'CANCELLED', StateChangeReason: 'Query cancelled by user' };

  test('in the queue: the engine never sees the statement', async () => {
    await restart({ latency: () => ({ queueMs: 3_600_000, planningMs: 0, runMs: 0 }) });
    const id = await bench.start('INSERT INTO t SELECT 1');
    await bench.call('StopQueryExecution', { QueryExecutionId: id });
    expect((await bench.look(id)).Status).toMatchObject(cancelled);
    expect((await bench.look(id)).Status).not.toHaveProperty('AthenaError');
    expect(bench.engine.requests).toEqual([]);
    expect((await errorOf(bench.rows(id))).fields['AthenaErrorCode']).toBe('RESULT_NOT_FOUND');
  });

  test('while it runs: the engine is told, and what it answers then does not count', async () => {
    bench.engine.answer(async ({ signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { rows: [['late']] };
    });
    const id = await bench.start('SELECT 1');
    await reach(id, 'RUNNING');
    expect(bench.engine.requests).toHaveLength(1);
    await bench.call('StopQueryExecution', { QueryExecutionId: id });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await bench.look(id)).Status).toMatchObject(cancelled);
    expect(bench.objects.list('lake', '')).toEqual([]);
  });

  test('after the end: nothing changes', async () => {
    const { QueryExecutionId } = await bench.run('SELECT 1');
    await bench.call('StopQueryExecution', { QueryExecutionId });
    expect((await bench.look(QueryExecutionId!)).Status?.State).toBe('SUCCEEDED');
  });

  test('of an unknown query', async () => {
    const error = await errorOf(bench.call('StopQueryExecution', { QueryExecutionId: 'none' }));
    expect(error.fields['AthenaErrorCode']).toBe('QUERY_EXECUTION_NOT_FOUND');
  });
});

describe('BytesScannedCutoffPerQuery', () => {
  test.each([
    [10_000_000, 'SUCCEEDED'],
    [10_000_001, 'CANCELLED'],
  ])('%d bytes: %s', async (scannedBytes, state) => {
    await bench.call('UpdateWorkGroup', {
      WorkGroup: 'primary',
      ConfigurationUpdates: { BytesScannedCutoffPerQuery: 10_000_000 },
    });
    bench.engine.answer(() => ({ scannedBytes }));
    const { Status } = await bench.run('SELECT 1');
    expect(Status?.State).toBe(state);
    if (state === 'CANCELLED') {
      expect(Status?.StateChangeReason).toBe('Bytes scanned limit was exceeded');
    }
    expect(bench.engine.requests[0]?.scannedBytesLimit).toBe(10_000_000);
  });

  test('an engine that stops at the limit cancels as well', async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1014, 'Bytes scanned limit was exceeded');
    });
    expect((await bench.run('INSERT INTO t SELECT 1')).Status?.State).toBe('CANCELLED');
  });
});

describe('result reuse', () => {
  const reuse = {
    ResultReuseConfiguration: {
      ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
    },
  };
  const isReused = async (sql: string, request: object = {}) => {
    bench.engine.answer(() => ({ rows: [['1']], scannedBytes: 5 }));
    await bench.run(sql);
    // So that a result is older than 0 minutes.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const second = await bench.run(sql, { ...reuse, ...request });
    expect(await bench.rows(second.QueryExecutionId!)).toEqual([[], ['1']]);
    return second.Statistics?.ResultReuseInformation?.ReusedPreviousResult;
  };

  test('gives the earlier rows and scans nothing', async () => {
    expect(await isReused('SELECT a FROM t')).toBe(true);
    expect(bench.engine.requests).toHaveLength(1);
    const third = await bench.run('SELECT a FROM t', reuse);
    expect(third.Statistics?.DataScannedInBytes ?? 0).toBe(0);
  });

  test.each([
    ['not asked for', 'SELECT a FROM t', { ResultReuseConfiguration: undefined }],
    ['another database', 'SELECT a FROM t', { QueryExecutionContext: { Database: 'x' } }],
    [
      'another place for results',
      'SELECT a FROM t',
      { ResultConfiguration: { OutputLocation: 's3://lake/other' } },
    ],
    [
      'too old',
      'SELECT a FROM t',
      {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 0 },
        },
      },
    ],
    ['a function that changes', 'SELECT now()', {}],
    ['LIMIT without ORDER BY', 'SELECT a FROM t LIMIT 1', {}],
  ])('not if %s', async (_, sql, request) => {
    expect(await isReused(sql, request)).toBe(false);
  });

  test('with LIMIT and ORDER BY', async () => {
    expect(await isReused("SELECT a FROM t ORDER BY a LIMIT 1 -- 'now()'")).toBe(true);
  });
});

test('BatchGetQueryExecution answers for those that there are', async () => {
  const { QueryExecutionId: id } = await bench.run('SELECT 1');
  const output = await bench.call<BatchGetQueryExecutionOutput>('BatchGetQueryExecution', {
    QueryExecutionIds: [id, 'none'],
  });
  expect(output.QueryExecutions).toEqual([await bench.look(id!)]);
  expect(output.UnprocessedQueryExecutionIds).toEqual([
    {
      QueryExecutionId: 'none',
      ErrorCode: 'QUERY_EXECUTION_NOT_FOUND',
      ErrorMessage: 'QueryExecution none was not found',
    },
  ]);
  const tooMany = Array.from({ length: 51 }, () => 'x');
  const error = await errorOf(bench.call('BatchGetQueryExecution', { QueryExecutionIds: tooMany }));
  expect(error.message).toMatch(/'queryExecutionIds'.*less than or equal to 50$/);
});

test('GetQueryRuntimeStatistics tells times and rows', async () => {
  bench.engine.answer(() => ({ rows: [['1'], ['2']], scannedBytes: 7 }));
  const { QueryExecutionId } = await bench.run('SELECT 1');
  expect(await bench.call('GetQueryRuntimeStatistics', { QueryExecutionId })).toMatchObject({
    QueryRuntimeStatistics: {
      Timeline: { QueryQueueTimeInMillis: expect.any(Number) as number },
      Rows: { InputBytes: 7, OutputRows: 2 },
    },
  });
});

test('closing stops what runs', async () => {
  await restart({ latency: () => ({ queueMs: 3_600_000, planningMs: 0, runMs: 0 }) });
  const id = await bench.start('SELECT 1');
  await bench.close();
  expect((await bench.look(id)).Status?.State).toBe('CANCELLED');
});
