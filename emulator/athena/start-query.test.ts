import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { EngineError } from '../core/engine.js';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench = startService();
afterEach(async () => {
  await bench.close();
  bench = startService();
});

const slow = { queueMs: 0, planningMs: 0, runMs: 3_600_000 };

describe('what is not started', () => {
  test.each([
    ['no text', '', {}, 'INVALID_INPUT', /'queryString'.*greater than or equal to 1/],
    ['too long a text', 'ä'.repeat(131_073), {}, 'INVALID_INPUT', /less than or equal to 262144/],
    [
      'no token',
      'SELECT 1',
      { ClientRequestToken: undefined },
      'INVALID_INPUT',
      /^clientRequestToken is null or empty$/,
    ],
    [
      'too short a token',
      'SELECT 1',
      { ClientRequestToken: 'short' },
      'INVALID_INPUT',
      /'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32$/,
    ],
    ['an unknown workgroup', 'SELECT 1', { WorkGroup: 'none' }, 'INVALID_INPUT', /not found/],
    [
      'no output location',
      'SELECT 1',
      { ResultConfiguration: {} },
      'INVALID_INPUT',
      /^No output location provided\./,
    ],
    [
      'a location that is none',
      'SELECT 1',
      { ResultConfiguration: { OutputLocation: 'lake' } },
      'INVALID_INPUT',
      /^outputLocation is not a valid S3 path\.$/,
    ],
    [
      'a bucket that is not there',
      'SELECT 1',
      { ResultConfiguration: { OutputLocation: 's3://nowhere/x' } },
      'INVALID_INPUT',
      /^Unable to verify\/create output bucket nowhere$/,
    ],
    ['no SQL', 'SELEKT 1', {}, 'MALFORMED_QUERY', /^line 1:1: mismatched input 'SELEKT 1'$/],
    [
      'parameters where none may stand',
      'DROP TABLE ?',
      { ExecutionParameters: ['t'] },
      'INVALID_INPUT',
      /only for SELECT/,
    ],
    [
      'too old a result',
      'SELECT 1',
      {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 10_081 },
        },
      },
      'INVALID_INPUT',
      /less than or equal to 10080$/,
    ],
  ])('%s', async (_, sql, request, code, message) => {
    const error = await errorOf(bench.start(sql, request));
    expect(error.code).toBe('InvalidRequestException');
    expect(error.message).toMatch(message);
    expect(error.fields).toMatchObject({ AthenaErrorCode: code, ErrorCode: code });
    expect(bench.engine.requests).toEqual([]);
  });

  test('a text of just 262144 bytes is', async () => {
    const sql = `SELECT '${'ä'.repeat(131_067)}'`;
    expect(Buffer.byteLength(sql)).toBe(262_143);
    expect((await bench.run(`${sql} `)).Status?.State).toBe('SUCCEEDED');
  });

  test('anything in a disabled workgroup', async () => {
    await bench.call('UpdateWorkGroup', { WorkGroup: 'primary', State: 'DISABLED' });
    expect((await errorOf(bench.start('SELECT 1'))).message).toBe('WorkGroup is disabled.');
  });
});

describe('ClientRequestToken', () => {
  const ClientRequestToken = randomUUID();

  test('starts one query however often it comes, whatever became of the query', async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1301, 'TABLE_NOT_FOUND: line 1:15: Table does not exist');
    });
    const first = await bench.run('SELECT * FROM t', { ClientRequestToken });
    const second = await bench.start('SELECT * FROM t', { ClientRequestToken });
    expect(second).toBe(first.QueryExecutionId);
    expect(bench.engine.requests).toHaveLength(1);
  });

  test('still answers when the quota is used up', async () => {
    await bench.close();
    bench = startService({ latency: () => slow, quotas: { dml: 1 } });
    const id = await bench.start('SELECT 1', { ClientRequestToken });
    expect(await bench.start('SELECT 1', { ClientRequestToken })).toBe(id);
  });

  test.each([
    ['text', 'SELECT 2', {}],
    ['database', 'SELECT 1', { QueryExecutionContext: { Database: 'db' } }],
    ['catalog', 'SELECT 1', { QueryExecutionContext: { Catalog: 'AWSDATACATALOG' } }],
    ['output', 'SELECT 1', { ResultConfiguration: { OutputLocation: 's3://lake/other' } }],
  ])('is refused with another %s', async (_, sql, request) => {
    await bench.start('SELECT 1', {
      ClientRequestToken,
      QueryExecutionContext: { Catalog: 'AwsDataCatalog' },
    });
    const error = await errorOf(
      bench.start(sql, {
        ClientRequestToken,
        QueryExecutionContext: { Catalog: 'AwsDataCatalog' },
        ...request,
      }),
    );
    expect(error.message).toBe('Idempotent parameters do not match');
    expect(error.fields['AthenaErrorCode']).toBe('IDEMPOTENT_PARAMETER_MISMATCH');
  });
});

describe('quotas', () => {
  test('count DML and DDL apart, queued and running, CTAS as DML', async () => {
    await bench.close();
    bench = startService({ latency: () => slow, quotas: { dml: 2, ddl: 1 } });
    const first = await bench.start('SELECT 1');
    await bench.start('CREATE TABLE t AS SELECT 1 a');
    await bench.start('DROP TABLE t');
    for (const sql of ['SELECT 2', 'INSERT INTO t SELECT 1', 'SHOW TABLES']) {
      const error = await errorOf(bench.start(sql));
      expect(error.code).toBe('TooManyRequestsException');
      expect(error.fields).toEqual({ Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' });
    }
    await bench.call('StopQueryExecution', { QueryExecutionId: first });
    await bench.start('SELECT 2');
  });

  test('a finished query counts no more', async () => {
    await bench.close();
    bench = startService({ quotas: { dml: 1 } });
    await bench.run('SELECT 1');
    expect((await bench.run('SELECT 2')).Status?.State).toBe('SUCCEEDED');
  });
});

describe('where results go', () => {
  const Configuration = { ResultConfiguration: { OutputLocation: 's3://lake/etl/' } };

  test('an enforcing workgroup overrides the request in silence', async () => {
    await bench.call('CreateWorkGroup', { Name: 'etl', Configuration });
    const query = await bench.run('SELECT 1', { WorkGroup: 'etl' });
    expect(query.ResultConfiguration?.OutputLocation).toBe(
      `s3://lake/etl/${query.QueryExecutionId}.csv`,
    );
    expect(bench.engine.requests[0]).toMatchObject({
      outputLocation: 's3://lake/etl/',
      enforcesOutput: true,
    });
  });

  test('another one only answers for what the request leaves out', async () => {
    await bench.call('CreateWorkGroup', {
      Name: 'etl',
      Configuration: { ...Configuration, EnforceWorkGroupConfiguration: false },
    });
    await bench.run('SELECT 1', { WorkGroup: 'etl' });
    await bench.run('SELECT 1', { WorkGroup: 'etl', ResultConfiguration: undefined });
    expect(bench.engine.requests.map((request) => request.outputLocation)).toEqual([
      's3://lake/results/',
      's3://lake/etl/',
    ]);
    expect(bench.engine.requests[0]?.enforcesOutput).toBe(false);
  });

  test('managed results need no location and leave no objects', async () => {
    await bench.call('CreateWorkGroup', {
      Name: 'managed',
      Configuration: { ManagedQueryResultsConfiguration: { Enabled: true } },
    });
    bench.engine.answer(() => ({ rows: [['1']] }));
    const query = await bench.run('SELECT 1', {
      WorkGroup: 'managed',
      ResultConfiguration: undefined,
    });
    expect(query.Status?.State).toBe('SUCCEEDED');
    expect(query.ManagedQueryResultsConfiguration).toEqual({ Enabled: true });
    expect(query.ResultConfiguration).toEqual({});
    expect(bench.objects.list('lake', '')).toEqual([]);
    expect(await bench.rows(query.QueryExecutionId!)).toEqual([[], ['1']]);
  });
});

test('the engine gets the context, the parameters as SQL and the default catalog', async () => {
  await bench.run('SELECT ?, ?', {
    ExecutionParameters: ['1', "it's"],
    QueryExecutionContext: { Database: 'Shop' },
  });
  expect(bench.engine.requests[0]).toMatchObject({
    sql: 'SELECT ?, ?',
    catalog: 'AwsDataCatalog',
    database: 'Shop',
    parameters: ['1', "'it''s'"],
  });
});

test('a database in backticks is the database', async () => {
  const QueryExecutionContext = { Database: '`shop`' };
  const query = await bench.run('SHOW TABLES', { QueryExecutionContext });
  expect(bench.engine.requests[0]?.database).toBe('shop');
  expect(query.QueryExecutionContext).toEqual(QueryExecutionContext);
});

test('the list has the newest first and pages', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 3; index += 1) ids.push(await bench.start(`SELECT ${index}`));
  const first = await bench.call<{ QueryExecutionIds: string[]; NextToken: string }>(
    'ListQueryExecutions',
    { MaxResults: 2 },
  );
  expect(first.QueryExecutionIds).toEqual([ids[2], ids[1]]);
  expect(
    await bench.call('ListQueryExecutions', { MaxResults: 2, NextToken: first.NextToken }),
  ).toEqual({ QueryExecutionIds: [ids[0]] });
});
