import {
  AthenaClient,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { describe, expect, it } from 'vitest';
import { startEmulator } from '../index.js';
import { token, openAthena, type Case, type Request } from './open-athena.js';

const { start, finish, run, shown, rows, failure, fresh, keys, athena } = await openAthena();

const rules: readonly Case[] = [
  [
    'QueryString has 1 to 262144 bytes of UTF-8',
    async () => {
      const long = (bytes: number): string => `SELECT '${'é'.repeat((bytes - 10) / 2)}'`;
      expect(await failure('')).toMatch(/^InvalidRequestException/);
      expect(await failure(`${long(262_146)} `)).toMatch(/^InvalidRequestException .*262144/);
      expect((await finish(long(262_142))).Status?.State).toBe('SUCCEEDED');
    },
  ],
  [
    'ClientRequestToken has 32 to 128 characters; the same gives the same query, other parameters are an error',
    async () => {
      expect(await failure('SELECT 1', { ClientRequestToken: 'short' })).toMatch(/^InvalidRequest/);
      expect(await failure('SELECT 1', { ClientRequestToken: 'x'.repeat(129) })).toMatch(
        /^InvalidRequest/,
      );
      const ClientRequestToken = token('same');
      const first = await start('SELECT 1', { ClientRequestToken });
      expect(await start('SELECT 1', { ClientRequestToken })).toBe(first);
      expect(await failure('SELECT 2', { ClientRequestToken })).toContain(
        'Idempotent parameters do not match',
      );
    },
  ],
  [
    'ResultReuseByAge.MaxAgeInMinutes is 0 to 10080',
    async () => {
      const reuse = (MaxAgeInMinutes: number): Request => ({
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes },
        },
      });
      expect(await failure('SELECT 1', reuse(10_081))).toMatch(/^InvalidRequestException/);
      expect(await failure('SELECT 1', reuse(-1))).toMatch(/^InvalidRequestException/);
      await run('SELECT 1', reuse(10_080));
    },
  ],
  [
    'errors are InvalidRequestException with AthenaErrorCode, TooManyRequestsException with Reason, InternalServerException',
    async () => {
      const refused = await start('SELEC 1').catch((error: unknown) => error);
      expect(refused).toMatchObject({
        name: 'InvalidRequestException',
        AthenaErrorCode: 'MALFORMED_QUERY',
      });
      const QueryExecutionId = '00000000-0000-0000-0000-000000000000';
      const commands = [
        new GetQueryExecutionCommand({ QueryExecutionId }),
        new StopQueryExecutionCommand({ QueryExecutionId }),
      ];
      for (const command of commands) {
        const error = await athena.send(command as never).catch((each: unknown) => each);
        expect(error).toMatchObject({ name: 'InvalidRequestException' });
      }
    },
  ],
  [
    'calls over an API rate get ThrottlingException: Rate exceeded',
    async () => {
      const limited = await startEmulator({
        rateLimits: { StartQueryExecution: { perSecond: 1, burst: 1 } },
        quotas: { dml: 1 },
        latency: () => ({ queueMs: 5000, planningMs: 0, runMs: 0 }),
      });
      limited.objects.createBucket('lake');
      const client = new AthenaClient({
        endpoint: limited.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        maxAttempts: 1,
      });
      const send = (): Promise<unknown> =>
        client
          .send(
            new StartQueryExecutionCommand({
              QueryString: 'SELECT 1',
              ResultConfiguration: { OutputLocation: 's3://lake/results/' },
            }),
          )
          .catch((error: unknown) => error);
      await send();
      expect(await send()).toMatchObject({ name: 'ThrottlingException', message: 'Rate exceeded' });
      client.destroy();
      await limited.close();
    },
  ],
  [
    'queued and running queries count against the quota of DML or DDL; one over gets TooManyRequestsException',
    async () => {
      const small = await startEmulator({
        quotas: { dml: 1, ddl: 1 },
        latency: () => ({ queueMs: 5000, planningMs: 0, runMs: 0 }),
      });
      small.objects.createBucket('lake');
      const client = new AthenaClient({
        endpoint: small.endpoint,
        region: 'us-east-1',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        maxAttempts: 1,
      });
      const send = (QueryString: string): Promise<unknown> =>
        client
          .send(
            new StartQueryExecutionCommand({
              QueryString,
              ResultConfiguration: { OutputLocation: 's3://lake/results/' },
            }),
          )
          .then(
            () => 'started',
            (error: unknown) => error,
          );
      expect(await send('SELECT 1')).toBe('started');
      // A CTAS is DML, for quotas, too.
      expect(await send('CREATE TABLE db.x AS SELECT 1 AS a')).toMatchObject({
        name: 'TooManyRequestsException',
        Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED',
      });
      expect(await send('CREATE DATABASE other')).toBe('started');
      expect(await send('DROP DATABASE other')).toMatchObject({ name: 'TooManyRequestsException' });
      client.destroy();
      await small.close();
    },
  ],
  [
    'a query is QUEUED, RUNNING, and SUCCEEDED, FAILED or CANCELLED in the end; transient errors move RUNNING back to QUEUED; FAILED is terminal',
    async () => {
      const failed = await finish('SELECT 1 / (x - 1) FROM (VALUES 1) AS t (x)');
      expect(failed.Status?.State).toBe('FAILED');
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId: failed.QueryExecutionId }),
      );
      expect(QueryExecution?.Status?.State).toBe('FAILED');
    },
  ],
  [
    'AthenaError has ErrorCategory, ErrorType, Retryable and ErrorMessage, by the types of the reference',
    async () => {
      const { Status } = await finish('SELECT * FROM no_such_table');
      expect(Status?.AthenaError).toMatchObject({
        ErrorCategory: 2,
        ErrorType: 1301,
        Retryable: false,
        ErrorMessage: expect.stringContaining('TABLE_NOT_FOUND') as string,
      });
      const name = fresh();
      await run(`CREATE VIEW ${name}_v AS SELECT 1 AS a`);
      const wrong: readonly (readonly [string, string])[] = [
        [`SELECT CAST('x' AS integer)`, '2/1100'],
        [`CREATE TABLE ${name} WITH (nope = 1) AS SELECT 1 AS a`, '2/1103'],
        [`SELECT no_such_function(1)`, '2/1303'],
        [`CREATE TABLE ${name} AS SELECT uuid() AS a`, '2/1200'],
        [`CREATE VIEW ${name}_v AS SELECT 1 AS a`, '2/1110'],
      ];
      for (const [sql, type] of wrong) expect(await failure(sql), sql).toMatch(`${type} `);
    },
  ],
  [
    // Athena's guide counts CTAS as DML, and so do its quotas; it is shown as DDL, and EXPLAIN as DML (measured).
    'StatementType is DDL, DML or UTILITY; a CTAS counts as DML',
    async () => {
      const name = fresh();
      const types = [];
      for (const sql of [
        `CREATE TABLE ${name} AS SELECT 1 AS a`,
        `SELECT 1`,
        `SHOW TABLES`,
        `DESCRIBE ${name}`,
        `EXPLAIN SELECT 1`,
        `DROP TABLE ${name}`,
      ]) {
        types.push((await run(sql)).StatementType);
      }
      expect(types).toEqual(['DDL', 'DML', 'UTILITY', 'UTILITY', 'DML', 'DDL']);
    },
  ],
  [
    'Statistics have the times of each stage, DataScannedInBytes, DataManifestLocation and ResultReuseInformation',
    async () => {
      const name = fresh();
      const { Statistics } = await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      expect(Statistics).toMatchObject({
        EngineExecutionTimeInMillis: expect.any(Number) as number,
        DataScannedInBytes: 0,
        DataManifestLocation: expect.stringMatching(/-manifest\.csv$/) as string,
        TotalExecutionTimeInMillis: expect.any(Number) as number,
        QueryQueueTimeInMillis: expect.any(Number) as number,
        ServiceProcessingTimeInMillis: expect.any(Number) as number,
        ResultReuseInformation: { ReusedPreviousResult: false },
      });
      const read = await run(`SELECT a FROM ${name}`);
      expect(read.Statistics?.DataScannedInBytes).toBeGreaterThan(0);
      expect(read.Statistics?.QueryPlanningTimeInMillis).toBeGreaterThanOrEqual(0);
    },
  ],
  [
    'GetQueryResults pages by 1 to 1000 rows; the first row of DML is the header, DDL, UTILITY and EXPLAIN have none',
    async () => {
      const { QueryExecutionId } = await run(
        'SELECT x AS Value FROM UNNEST(sequence(1, 3)) AS t(x)',
      );
      const page = await athena.send(
        new GetQueryResultsCommand({ QueryExecutionId, MaxResults: 2 }),
      );
      expect(page.ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue)).toEqual([
        'Value',
        '1',
      ]);
      const next = await athena.send(
        new GetQueryResultsCommand({ QueryExecutionId, NextToken: page.NextToken }),
      );
      expect(next.ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue)).toEqual(['2', '3']);
      for (const MaxResults of [0, 1001]) {
        const error = await athena
          .send(new GetQueryResultsCommand({ QueryExecutionId, MaxResults }))
          .catch((each: unknown) => each);
        expect(error).toMatchObject({ name: 'InvalidRequestException' });
      }
      expect(await shown('SHOW DATABASES')).toContain('db');
      expect((await shown('SHOW DATABASES'))[0]).not.toBe('database_name');
    },
  ],
  [
    'NULL is a datum without a value; UpdateCount is set for CTAS, INSERT, UPDATE; DATA_MANIFEST is for CTAS, UNLOAD, INSERT; types are bare names',
    async () => {
      const name = fresh();
      const made = await run(`CREATE TABLE ${name} AS SELECT 1 AS a UNION ALL SELECT 2`);
      const of = (query: QueryExecution, type?: 'DATA_MANIFEST') =>
        athena.send(
          new GetQueryResultsCommand({
            QueryExecutionId: query.QueryExecutionId,
            ...(type && { QueryResultType: type }),
          }),
        );
      expect((await of(made)).UpdateCount).toBe(2);
      expect((await of(made, 'DATA_MANIFEST')).ResultSet?.Rows).toHaveLength(1);
      const selected = await run(
        "SELECT CAST(NULL AS integer) AS n, ARRAY[1] AS a, ROW(1) AS r, MAP(ARRAY['k'], ARRAY[1]) AS m, current_timestamp AS t",
      );
      const { ResultSet } = await of(selected);
      expect(ResultSet?.Rows?.[1]?.Data?.[0]).toEqual({});
      expect(ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Type }) => Type)).toEqual([
        'integer',
        'array',
        'row',
        'map',
        'timestamp with time zone',
      ]);
      const refused = await of(selected, 'DATA_MANIFEST').catch((error: unknown) => error);
      expect(refused).toMatchObject({ name: 'InvalidRequestException' });
    },
  ],
  [
    'texts: [a, b] for arrays, {k=v} for maps and rows, bytes in hex, yyyy-MM-dd HH:mm:ss.SSS, the zone at the end',
    async () => {
      expect(
        await rows(
          "SELECT ARRAY['a', 'b'], MAP(ARRAY['k'], ARRAY[1]), X'61 7a', TIMESTAMP '2024-02-29 01:02:03.400', from_unixtime(0) AT TIME ZONE 'America/New_York'",
        ),
      ).toEqual([
        '[a, b]|{k=1}|61 7a|2024-02-29 01:02:03.400|1969-12-31 19:00:00.000 America/New_York',
      ]);
    },
  ],
  [
    'result files: id.csv with .metadata for DML, id.txt for DDL, id-manifest.csv for CTAS and INSERT, kept for those that failed',
    async () => {
      const select = await run('SELECT 1 AS a');
      expect(keys(`results/${select.QueryExecutionId ?? ''}`)).toEqual([
        `results/${select.QueryExecutionId ?? ''}.csv`,
        `results/${select.QueryExecutionId ?? ''}.csv.metadata`,
      ]);
      const ddl = await run('SHOW TABLES');
      expect(keys(`results/${ddl.QueryExecutionId ?? ''}`)).toContain(
        `results/${ddl.QueryExecutionId ?? ''}.txt`,
      );
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 2 AS a`);
      const failed = await finish(
        `INSERT INTO ${name} SELECT 1 / (x - 1) FROM (VALUES 1) AS t (x)`,
      );
      expect(failed.Status?.State).toBe('FAILED');
      expect(failed.Statistics?.DataManifestLocation).toMatch(/-manifest\.csv$/);
    },
  ],
  [
    'a workgroup that enforces its settings wins over the client, silently; one with managed results may have no OutputLocation',
    async () => {
      const query = await run('SELECT 1', { WorkGroup: 'strict' });
      expect(query.ResultConfiguration?.OutputLocation).toMatch(/^s3:\/\/lake\/strict\//);
      await athena.send(
        new CreateWorkGroupCommand({
          Name: 'managed',
          Configuration: { ManagedQueryResultsConfiguration: { Enabled: true } },
        }),
      );
      const managed = await run('SELECT 1', {
        WorkGroup: 'managed',
        ResultConfiguration: undefined,
      });
      expect(managed.ResultConfiguration?.OutputLocation).toBeUndefined();
    },
  ],
];

describe('1.1 API', () => {
  it.each(rules)('%s', (_rule, show) => show());
});
