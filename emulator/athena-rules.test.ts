import {
  AthenaClient,
  CreateDataCatalogCommand,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
  type StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GetTableVersionsCommand,
  GlueClient,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEmulator, type Emulator } from './index.js';

/*
 * The rules of Athena that the local Athena must keep, one by one, in the order in which they were written down for this
 * project: API, dialects, CTAS and INSERT, Iceberg, Hive tables and views. The list is whole: a rule is a case here, or it
 * is in `outside` with the reason why nothing of the local Athena can break it. Where the text of an error is not sourced,
 * the case looks at its class alone, and the code that raises it says so.
 */

let emulator: Emulator;
let athena: AthenaClient;
let glue: GlueClient;

beforeAll(async () => {
  emulator = await startEmulator({
    rateLimits: { ListEngineVersions: { perSecond: 1, burst: 1 } },
  });
  const client = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  athena = new AthenaClient(client);
  glue = new GlueClient(client);
  emulator.objects.createBucket('lake');
  emulator.glue.createDatabase({ Name: 'db' });
});
afterAll(async () => {
  athena.destroy();
  glue.destroy();
  await emulator.close();
});

type Request = Partial<StartQueryExecutionInput>;

/** Starts a statement and returns its id. */
async function start(sql: string, request: Request = {}): Promise<string> {
  const { QueryExecutionId = '' } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      QueryExecutionContext: { Database: 'db' },
      ResultConfiguration: { OutputLocation: 's3://lake/results/' },
      ...request,
    }),
  );
  return QueryExecutionId;
}

/** Runs a statement to its end. */
async function finish(sql: string, request?: Request): Promise<QueryExecution> {
  const QueryExecutionId = await start(sql, request);
  for (;;) {
    const { QueryExecution: query = {} } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    if (!['QUEUED', 'RUNNING'].includes(query.Status?.State ?? '')) return query;
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}

/** Runs a statement, which must succeed. */
async function run(sql: string, request?: Request): Promise<QueryExecution> {
  const query = await finish(sql, request);
  expect(query.Status?.StateChangeReason ?? 'SUCCEEDED', sql).toBe('SUCCEEDED');
  return query;
}

/** Returns the rows of a statement's result as `a|b`, the header included. */
async function shown(sql: string, request?: Request): Promise<readonly string[]> {
  const { QueryExecutionId } = await run(sql, request);
  const rows: string[] = [];
  for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId })) {
    for (const { Data = [] } of page.ResultSet?.Rows ?? []) {
      rows.push(Data.map(({ VarCharValue }) => VarCharValue ?? 'NULL').join('|'));
    }
  }
  return rows;
}

/** Returns the rows of a query as `a|b`. */
const rows = async (sql: string): Promise<readonly string[]> => (await shown(sql)).slice(1);

/** Returns `category/type reason` of a statement that fails, or `code reason` of one that is not started. */
async function failure(sql: string, request?: Request): Promise<string> {
  try {
    const { Status } = await finish(sql, request);
    const { ErrorCategory = '-', ErrorType = '-' } = Status?.AthenaError ?? {};
    return `${ErrorCategory}/${ErrorType} ${Status?.StateChangeReason ?? Status?.State ?? ''}`;
  } catch (error) {
    return `${(error as Error).name} ${(error as Error).message}`;
  }
}

const json = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";
let count = 0;
/** Returns a name that no other case has. */
const fresh = (): string => `t${++count}`;
const iceberg = (name: string): string =>
  `table_type = 'ICEBERG', is_external = false, location = 's3://lake/${name}/'`;
const keys = (prefix: string): readonly string[] =>
  emulator.objects.list('lake', prefix).map(({ key }) => key);
const put = (key: string, text: string): Promise<unknown> =>
  emulator.objects.put('lake', key, Buffer.from(text));
const token = (text: string): string => text.padEnd(32, '-');

type Case = readonly [rule: string, show: () => Promise<void>];

const api: readonly Case[] = [
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
      await athena.send(
        new CreateWorkGroupCommand({
          Name: 'strict',
          Configuration: {
            EnforceWorkGroupConfiguration: true,
            ResultConfiguration: { OutputLocation: 's3://lake/strict/' },
          },
        }),
      );
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

const dialects: readonly Case[] = [
  [
    'DDL quotes with backticks, SELECT, CTAS and views with double quotes, each with reserved words of its own',
    async () => {
      const name = fresh();
      const ddl = (table: string, column = 'a'): string =>
        `CREATE EXTERNAL TABLE ${table} (${column} int) ${json} LOCATION 's3://lake/${name}/'`;
      expect(await failure(ddl(`"${name}"`))).toMatch(/ParseException|mismatched|line 1/);
      await run(ddl(`\`${name}\``, '`date`'));
      expect(await failure(ddl(`${name}_2`, 'date'))).toMatch(/line 1|ParseException/);
      expect(await failure(`SELECT \`date\` FROM ${name}`)).toMatch(/line 1:8/);
      expect(await rows(`SELECT "date" FROM "${name}"`)).toEqual([]);
      expect(await failure('SELECT 1 AS table')).toMatch(/line 1/);
      expect(await shown('SELECT 1 AS date')).toEqual(['date', '1']);
    },
  ],
  [
    'names that start with _ need backticks in DDL, those that start with a digit double quotes in DML',
    async () => {
      const name = fresh();
      const ddl = (table: string): string =>
        `CREATE EXTERNAL TABLE ${table} (a int) ${json} LOCATION 's3://lake/${name}/'`;
      expect(await failure(ddl(`_${name}`))).toMatch(/line 1|ParseException/);
      await run(ddl(`\`_${name}\``));
      expect(await failure(`CREATE VIEW 1${name} AS SELECT 1 AS a`)).toMatch(/line 1/);
      await run(`CREATE VIEW "1${name}" AS SELECT 1 AS a`);
      expect(await rows(`SELECT * FROM "1${name}"`)).toEqual(['1']);
    },
  ],
  [
    'names are lower case once a statement runs; headings keep the case of the query',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name.toUpperCase()} AS SELECT 1 AS FirstName`);
      expect(emulator.glue.getTable('db', name).StorageDescriptor?.Columns?.[0]?.Name).toBe(
        'firstname',
      );
      expect(await shown(`SELECT FIRSTNAME AS FirstName FROM ${name}`)).toEqual(['FirstName', '1']);
    },
  ],
  [
    'names have at most 255 characters, and no special ones but _',
    async () => {
      expect(await failure(`CREATE TABLE ${'x'.repeat(256)} AS SELECT 1 AS a`)).toMatch(/^[2I]/);
      expect(await failure('CREATE DATABASE `a-b`')).toMatch(/^2/);
      expect(await failure('CREATE VIEW "a-b" AS SELECT 1 AS a')).toMatch(/^2/);
      const ddl = `CREATE EXTERNAL TABLE \`a-b\` (a int) ${json} LOCATION 's3://lake/ab/'`;
      expect(await failure(ddl)).toMatch(/^2/);
    },
  ],
  [
    'DDL says int, float, string, binary where DML says integer, real, varchar, varbinary; only texts are cast to string',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int, b float, c string, d binary) ${json} LOCATION 's3://lake/${name}/'`,
      );
      const ddl = (type: string): string =>
        `CREATE EXTERNAL TABLE ${name}_2 (a ${type}) ${json} LOCATION 's3://lake/${name}/'`;
      for (const type of ['real', 'varbinary', 'varchar']) {
        expect(await failure(ddl(type)), type).toMatch(/^(2|Invalid)/);
      }
      expect(await failure('SELECT CAST(1 AS string)')).toMatch(/^2/);
      expect(await rows("SELECT CAST('x' AS varchar), CAST(1 AS integer)")).toEqual(['x|1']);
    },
  ],
  [
    'decimal has at most 38 digits, char 1 to 255 and varchar 1 to 65535 characters',
    async () => {
      const ddl = (type: string): string =>
        `CREATE EXTERNAL TABLE ${fresh()} (a ${type}) ${json} LOCATION 's3://lake/limits/'`;
      for (const type of [
        'decimal(39, 0)',
        'char(0)',
        'char(256)',
        'varchar(0)',
        'varchar(65536)',
      ]) {
        expect(await failure(ddl(type)), type).toMatch(/^(2|Invalid)/);
      }
      for (const type of ['decimal(38, 2)', 'char(255)', 'varchar(65535)']) await run(ddl(type));
      expect(await failure('SELECT CAST(1 AS decimal(39, 0))')).toMatch(/^2/);
    },
  ],
  [
    'time, timestamp with time zone, uuid and json have no type in tables: NOT_SUPPORTED: Unsupported Hive type',
    async () => {
      for (const value of ['uuid()', "TIME '01:02:03'", 'current_timestamp', "json_parse('1')"]) {
        for (const properties of ['', `WITH (${iceberg('typeless')})`]) {
          expect(
            await failure(`CREATE TABLE ${fresh()} ${properties} AS SELECT ${value} AS a`),
            value,
          ).toMatch(/^2\/\d+ NOT_SUPPORTED: /);
        }
      }
      expect(await failure(`CREATE TABLE ${fresh()} AS SELECT uuid() AS a`)).toContain(
        '2/1200 NOT_SUPPORTED: Unsupported Hive type: uuid',
      );
    },
  ],
  [
    'DDL finds schema.table in the catalog of the request; DML takes "catalog"."db"."table"',
    async () => {
      await athena.send(
        new CreateDataCatalogCommand({
          Name: 'other',
          Type: 'GLUE',
          Parameters: { 'catalog-id': '210987654321' },
        }),
      );
      const other = emulator.glueOf('210987654321');
      other.createDatabase({ Name: 'db' });
      const name = fresh();
      const ddl = `CREATE EXTERNAL TABLE db.${name} (a int) ${json} LOCATION 's3://lake/${name}/'`;
      await run(ddl, { QueryExecutionContext: { Catalog: 'other', Database: 'db' } });
      expect(other.findTable('db', name)).toBeDefined();
      expect(emulator.glue.findTable('db', name)).toBeUndefined();
      await run(`CREATE TABLE "other"."db"."${name}_2" AS SELECT 1 AS a`);
      await run(`INSERT INTO "other"."db"."${name}_2" VALUES (2)`);
      expect(await rows(`SELECT count(*) FROM other.db.${name}_2`)).toEqual(['2']);
      expect(await failure(`SELECT * FROM nowhere.db.${name}`)).toContain(
        "Catalog 'nowhere' not found",
      );
    },
  ],
  [
    'MERGE, INSERT, CTAS, CREATE VIEW and DROP VIEW quote as DML, DROP TABLE and ALTER as DDL',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE "db"."${name}" WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      await run(`INSERT INTO "db"."${name}" SELECT 2`);
      await run(
        `MERGE INTO "db"."${name}" t USING (SELECT 3 AS a) s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a)`,
      );
      await run(`CREATE VIEW "db"."${name}_v" AS SELECT a FROM "${name}"`);
      await run(`DROP VIEW "db"."${name}_v"`);
      expect(await failure(`ALTER TABLE "db"."${name}" ADD COLUMNS (b int)`)).toMatch(/line 1/);
      expect(await failure(`DROP TABLE "db"."${name}"`)).toMatch(/line 1/);
      await run(`ALTER TABLE \`db\`.\`${name}\` ADD COLUMNS (b int)`);
      await run(`DROP TABLE \`db\`.\`${name}\``);
    },
  ],
  [
    'OPTIMIZE and VACUUM take no quotes',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      for (const sql of [
        `OPTIMIZE "db"."${name}" REWRITE DATA USING BIN_PACK`,
        `VACUUM "db"."${name}"`,
      ]) {
        expect(await failure(sql), sql).toMatch(/line 1/);
      }
      await run(`OPTIMIZE db.${name} REWRITE DATA USING BIN_PACK`);
      await run(`VACUUM db.${name}`);
    },
  ],
  [
    'a comment may lead CREATE and SELECT, but not ALTER, VACUUM, OPTIMIZE, DROP or MSCK; a semicolon may end a statement',
    async () => {
      const name = fresh();
      await run(`-- c\nCREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a;`);
      await run(`-- c\nSELECT 1;`);
      for (const sql of [
        `ALTER TABLE ${name} ADD COLUMNS (b int)`,
        `VACUUM ${name}`,
        `OPTIMIZE ${name} REWRITE DATA USING BIN_PACK`,
        `MSCK REPAIR TABLE ${name}`,
        `DROP TABLE ${name}`,
      ]) {
        expect(await failure(`-- c\n${sql}`), sql).not.toMatch(/SUCCEEDED/);
      }
    },
  ],
  [
    'CTAS is CREATE TABLE name [WITH (…)] AS query [WITH [NO] DATA]: no OR REPLACE, no TEMPORARY; only views are replaced',
    async () => {
      const name = fresh();
      for (const words of ['OR REPLACE TABLE', 'TEMPORARY TABLE', 'TEMP TABLE']) {
        expect(await failure(`CREATE ${words} ${name} AS SELECT 1 AS a`)).toMatch(/^Invalid/);
      }
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a WITH NO DATA`);
      expect(await rows(`SELECT * FROM ${name}`)).toEqual([]);
      await run(`CREATE OR REPLACE VIEW ${name}_v AS SELECT 1 AS a`);
      await run(`CREATE OR REPLACE VIEW ${name}_v AS SELECT 2 AS a`);
    },
  ],
  [
    'unsupported DDL is refused, all of the list',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${json} LOCATION 's3://lake/${name}/'`,
      );
      for (const sql of [
        `CREATE TABLE x LIKE ${name}`,
        `CREATE INDEX i ON ${name} (a)`,
        `DROP INDEX i ON ${name}`,
        'CREATE ROLE r',
        'DROP ROLE r',
        'GRANT ROLE r TO USER u',
        'REVOKE ROLE r FROM USER u',
        `GRANT SELECT ON ${name} TO u`,
        `REVOKE SELECT ON ${name} FROM u`,
        'SHOW ROLES',
        'SHOW CURRENT ROLES',
        'SET ROLE r',
        'START TRANSACTION',
        'COMMIT',
        'ROLLBACK',
        `LOCK TABLE ${name} SHARED`,
        `UNLOCK TABLE ${name}`,
        'LOCK DATABASE db SHARED',
        'UNLOCK DATABASE db',
        `SHOW STATS FOR ${name}`,
        `SHOW GRANTS ON ${name}`,
        `SHOW LOCKS ${name}`,
        'SHOW TRANSACTIONS',
        'SHOW COMPACTIONS',
        `SHOW INDEX ON ${name}`,
        `IMPORT TABLE ${name} FROM 's3://lake/x/'`,
        `EXPORT TABLE ${name} TO 's3://lake/x/'`,
        'CREATE TEMPORARY MACRO m (x int) x + 1',
        'DROP TEMPORARY MACRO m',
        'DESCRIBE DATABASE db',
        `ALTER TABLE ${name} RENAME TO x`,
        `ALTER TABLE ${name} SET SERDEPROPERTIES ('a' = 'b')`,
        `ALTER TABLE ${name} CONCATENATE`,
        `ALTER TABLE ${name} COMPACT 'major'`,
        `ALTER TABLE ${name} TOUCH`,
        `ALTER TABLE ${name} CLUSTERED BY (a) INTO 4 BUCKETS`,
        `ALTER TABLE ${name} NOT CLUSTERED`,
        `ALTER TABLE ${name} EXCHANGE PARTITION (p = 1) WITH TABLE x`,
        `ALTER TABLE ${name} ARCHIVE PARTITION (p = 1)`,
        `ALTER TABLE ${name} UNARCHIVE PARTITION (p = 1)`,
        `ALTER TABLE ${name} SET FILEFORMAT PARQUET`,
        'DESCRIBE INPUT s',
        'DESCRIBE OUTPUT s',
        'CALL p(1)',
      ]) {
        expect(await failure(sql), sql).toMatch(/^(2\/|InvalidRequestException)/);
      }
    },
  ],
  [
    'UPDATE, DELETE and MERGE on Hive tables are refused',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      for (const sql of [
        `UPDATE ${name} SET a = 2`,
        `DELETE FROM ${name}`,
        `MERGE INTO ${name} t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE`,
      ]) {
        expect(await failure(sql), sql).toMatch(/^2\/1200 NOT_SUPPORTED/);
      }
    },
  ],
  [
    'LIMIT is at most 2147483647, a function has at most 127 arguments, files that start with _ or . are not seen',
    async () => {
      expect(await failure('SELECT 1 LIMIT 2147483648')).toMatch(/^(2|Invalid)/);
      expect(await rows('SELECT 1 LIMIT 2147483647')).toEqual(['1']);
      const call = (count: number): string =>
        `SELECT greatest(${Array.from({ length: count }, (_, index) => index).join(', ')})`;
      expect(await failure(call(128))).toMatch(/^2/);
      expect(await rows(call(127))).toEqual(['126']);
      const name = fresh();
      for (const file of ['a.json', '_b.json', '.c.json', '_d/e.json']) {
        await put(`${name}/${file}`, '{"a": 1}\n');
      }
      await run(`CREATE EXTERNAL TABLE ${name} (a int) ${json} LOCATION 's3://lake/${name}/'`);
      expect(await rows(`SELECT count(*) FROM ${name}`)).toEqual(['1']);
    },
  ],
  [
    'parameters are for SELECT, INSERT, CTAS and UNLOAD alone',
    async () => {
      const name = fresh();
      const ExecutionParameters = ['1'];
      await run(`CREATE TABLE ${name} AS SELECT ? AS a`, { ExecutionParameters });
      await run(`INSERT INTO ${name} SELECT ?`, { ExecutionParameters });
      await run(`SELECT ?`, { ExecutionParameters });
      await run(`UNLOAD (SELECT ? AS a) TO 's3://lake/${name}_u/' WITH (format = 'JSON')`, {
        ExecutionParameters,
      });
      expect(await failure(`DELETE FROM ${name} WHERE a = ?`, { ExecutionParameters })).toMatch(
        /^InvalidRequestException/,
      );
    },
  ],
];

const writing: readonly Case[] = [
  [
    'CTAS takes its properties, of its table type, and no others',
    async () => {
      const make = (properties: string): Promise<string> =>
        failure(`CREATE TABLE ${fresh()} WITH (${properties}) AS SELECT 1 AS a, 2 AS b`);
      for (const properties of [
        "unknown = 'x'",
        "table_type = 'DELTA'",
        "location = 's3://lake/p1/'",
        "partitioning = ARRAY['b']",
        "table_type = 'ICEBERG'",
        "table_type = 'ICEBERG', location = 's3://lake/p2/', is_external = true",
        `${iceberg('p3')}, partitioned_by = ARRAY['b']`,
        `${iceberg('p4')}, bucketed_by = ARRAY['a'], bucket_count = 2`,
        `${iceberg('p5')}, external_location = 's3://lake/p5x/'`,
        "format = 'XML'",
        `${iceberg('p6')}, format = 'JSON'`,
        "bucketed_by = ARRAY['a']",
        "format = 'TEXTFILE', field_delimiter = '||'",
        "write_compression = 'SNAPPY', parquet_compression = 'GZIP'",
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 23",
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 0",
      ]) {
        expect(await make(properties), properties).toMatch(/^2\/(1103|1200) /);
      }
      for (const properties of [
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 22",
        "format = 'TEXTFILE', field_delimiter = '|'",
        "bucketed_by = ARRAY['a'], bucket_count = 2",
        "partitioned_by = ARRAY['b']",
        `${iceberg('p7')}, format = 'parquet', partitioning = ARRAY['bucket(a, 4)'], optimize_rewrite_data_file_threshold = 5, vacuum_min_snapshots_to_keep = 2, vacuum_max_snapshot_age_seconds = 600`,
      ]) {
        expect(await make(properties), properties).toContain('SUCCEEDED');
      }
    },
  ],
  [
    'the place of a new table must be empty: HIVE_PATH_ALREADY_EXISTS, ICEBERG_FILESYSTEM_ERROR',
    async () => {
      const name = fresh();
      await put(`${name}/old`, 'x');
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
        ),
      ).toContain(
        `HIVE_PATH_ALREADY_EXISTS: Target directory for table 'db.${name}' already exists`,
      );
      expect(
        await failure(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`),
      ).toContain('ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location');
    },
  ],
  [
    'a CTAS or INSERT that fails leaves its files, and later queries on Hive tables read them',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
      );
      await finish(
        `INSERT INTO ${name} SELECT x FROM (SELECT 5 AS x UNION ALL SELECT 1 / (y - 1) FROM (VALUES 1) AS t (y))`,
      );
      expect(keys(`${name}/`)).toHaveLength(2);
    },
  ],
  [
    'two CTAS into one place are not kept apart: their rows are there twice',
    async () => {
      const name = fresh();
      const into = (table: string): string =>
        `CREATE TABLE ${table} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`;
      const ended = await Promise.all([failure(into(`${name}a`)), failure(into(`${name}b`))]);
      // Whoever looks first finds the place empty; there is no lock.
      const made = ended.filter((each) => each.includes('SUCCEEDED')).length;
      expect(made).toBeGreaterThanOrEqual(1);
      expect(keys(`${name}/`)).toHaveLength(made);
    },
  ],
  [
    'an enforcing workgroup refuses external_location; without it rows go to <output>/tables/<query id>/',
    async () => {
      const name = fresh();
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
          { WorkGroup: 'strict' },
        ),
      ).toContain('enforces a centralized output location');
      const { QueryExecutionId = '' } = await run(`CREATE TABLE ${name} AS SELECT 1 AS a`, {
        WorkGroup: 'strict',
      });
      expect(keys(`strict/tables/${QueryExecutionId}/`)).toHaveLength(1);
    },
  ],
  [
    'partition columns of Hive tables are the last of the SELECT, in order; ORDER BY in a CTAS has no effect',
    async () => {
      const make = (columns: string): string =>
        `CREATE TABLE ${fresh()} WITH (partitioned_by = ARRAY['p', 'q']) AS SELECT ${columns} ORDER BY 1`;
      expect(await failure(make('1 AS p, 2 AS q, 3 AS a'))).toContain('HIVE_COLUMN_ORDER_MISMATCH');
      expect(await failure(make('3 AS a, 1 AS q, 2 AS p'))).toContain('HIVE_COLUMN_ORDER_MISMATCH');
      await run(make('3 AS a, 1 AS p, 2 AS q'));
    },
  ],
  [
    'a CTAS or INSERT has at most 100 open writers: partitions times buckets, Hive and Iceberg',
    async () => {
      // 35 partitions of 3 buckets each; the limits of either kind alone are shown in emulator/engine and emulator/iceberg.
      const query = `SELECT x AS a, y AS p FROM UNNEST(sequence(1, 6)) AS t (x), UNNEST(sequence(1, 35)) AS u (y)`;
      expect(
        await failure(
          `CREATE TABLE ${fresh()} WITH (partitioned_by = ARRAY['p'], bucketed_by = ARRAY['a'], bucket_count = 3) AS ${query}`,
        ),
      ).toContain(
        'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets',
      );
      const name = fresh();
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (${iceberg(name)}, partitioning = ARRAY['a', 'p']) AS ${query}`,
        ),
      ).toContain('ICEBERG_TOO_MANY_OPEN_PARTITIONS');
    },
  ],
  [
    'INSERT into bucketed Hive tables is refused',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (bucketed_by = ARRAY['a'], bucket_count = 4) AS SELECT 1 AS a`,
      );
      expect(await failure(`INSERT INTO ${name} VALUES (1)`)).toMatch(/^2\/.*bucketed tables/);
    },
  ],
  [
    'INSERT into a Hive table adds files and registers partitions; one deleted from Glue alone comes back with its old files',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (partitioned_by = ARRAY['p'], external_location = 's3://lake/${name}/') AS SELECT 1 AS a, 'x' AS p`,
      );
      emulator.glue.deletePartitions('db', name, [['x']]);
      expect(await rows(`SELECT * FROM ${name}`)).toEqual([]);
      await run(`INSERT INTO ${name} VALUES (2, 'x')`);
      expect([...(await rows(`SELECT a FROM ${name}`))].sort()).toEqual(['1', '2']);
    },
  ],
];

const icebergRules: readonly Case[] = [
  [
    'DDL takes whitelisted properties alone; EXTERNAL is refused for Iceberg and required otherwise',
    async () => {
      const name = fresh();
      const ddl = (rest: string, external = ''): string =>
        `CREATE ${external} TABLE ${name} (a int, ts timestamp) LOCATION 's3://lake/${name}/' ${rest}`;
      const properties = "TBLPROPERTIES ('table_type' = 'ICEBERG'";
      expect(await failure(ddl(`${properties})`, 'EXTERNAL'))).toContain(
        'External keyword not supported for table type ICEBERG',
      );
      expect(await failure(ddl(''))).toContain('External keyword required');
      expect(await failure(ddl(`${properties}, 'mine' = '1')`))).toContain(
        'Unsupported table property key: mine',
      );
      await run(ddl(`${properties}, 'vacuum_min_snapshots_to_keep' = '2')`));
    },
  ],
  [
    'transforms are year, month, day, hour, bucket, truncate; the number is first in DDL and last in CTAS',
    async () => {
      const ddl = (field: string): string => {
        const name = fresh();
        return `CREATE TABLE ${name} (id int, s string, ts timestamp) PARTITIONED BY (${field}) LOCATION 's3://lake/${name}/' TBLPROPERTIES ('table_type' = 'ICEBERG')`;
      };
      for (const each of [
        'year(ts)',
        'month(ts)',
        'day(ts)',
        'hour(ts)',
        'bucket(16, id)',
        'truncate(2, s)',
      ]) {
        await run(ddl(each));
      }
      expect(await failure(ddl('bucket(id, 16)'))).toMatch(/^(2|Invalid)/);
      expect(await failure(ddl('week(ts)'))).toMatch(/^(2|Invalid)/);
      const ctas = (field: string): string => {
        const name = fresh();
        return `CREATE TABLE ${name} WITH (${iceberg(name)}, partitioning = ARRAY['${field}']) AS SELECT 1 AS id`;
      };
      await run(ctas('bucket(id, 16)'));
      expect(await failure(ctas('bucket(16, id)'))).toMatch(/^2/);
    },
  ],
  [
    'tables are of version 2; of two writers at once the later fails with ICEBERG_COMMIT_ERROR, type 233, if it cannot be redone',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      const address = emulator.glue.getTable('db', name).Parameters?.['metadata_location'] ?? '';
      const metadata: unknown = JSON.parse(
        Buffer.from(
          await emulator.objects.read('lake', address.replace('s3://lake/', '')),
        ).toString(),
      );
      expect(metadata).toMatchObject({ 'format-version': 2 });
      const ended = await Promise.all(
        Array.from({ length: 6 }, (_, index) => failure(`UPDATE ${name} SET a = ${index + 10}`)),
      );
      expect(ended.some((each) => each.includes('SUCCEEDED'))).toBe(true);
      for (const each of ended.filter((one) => !one.includes('SUCCEEDED'))) {
        expect(each).toMatch(/\/233 ICEBERG_COMMIT_ERROR/);
      }
    },
  ],
  [
    'ALTER adds, drops, changes (wider, renamed, moved) columns, renames the table, sets and unsets properties, and nothing else',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a, CAST(1 AS real) AS b, CAST(1 AS decimal(5, 2)) AS c`,
      );
      for (const change of [
        'ADD COLUMNS (d string)',
        'CHANGE COLUMN a a bigint',
        'CHANGE COLUMN b b double',
        'CHANGE COLUMN c c decimal(9, 2)',
        'CHANGE COLUMN d e string',
        'CHANGE COLUMN e e string FIRST',
        'DROP COLUMN e',
        "SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = '3')",
        "UNSET TBLPROPERTIES ('vacuum_min_snapshots_to_keep')",
      ]) {
        await run(`ALTER TABLE ${name} ${change}`);
      }
      for (const change of [
        'CHANGE COLUMN a a int',
        'CHANGE COLUMN a a string',
        "SET TBLPROPERTIES ('mine' = '1')",
        'REPLACE COLUMNS (z int)',
        "SET LOCATION 's3://lake/elsewhere/'",
        "ADD PARTITION (a = '1')",
        "DROP PARTITION (a = '1')",
        "PARTITION (a = '1') RENAME TO PARTITION (a = '2')",
      ]) {
        expect(await failure(`ALTER TABLE ${name} ${change}`), change).toMatch(/^(2|Invalid)/);
      }
      expect(await failure(`SHOW PARTITIONS ${name}`)).toMatch(/^2/);
      expect(await failure(`MSCK REPAIR TABLE ${name}`)).toMatch(/^2/);
      await run(`CREATE DATABASE IF NOT EXISTS db2`);
      await run(`ALTER TABLE ${name} RENAME TO db2.${name}`);
      expect(emulator.glue.findTable('db2', name)).toBeDefined();
    },
  ],
  [
    'DROP TABLE and DROP DATABASE CASCADE remove the files of Iceberg tables, and only the entry of external ones',
    async () => {
      await run('CREATE DATABASE dropped');
      await run(`CREATE TABLE dropped.ice WITH (${iceberg('dropped_ice')}) AS SELECT 1 AS a`);
      await run(
        "CREATE TABLE dropped.hive WITH (external_location = 's3://lake/dropped_hive/') AS SELECT 1 AS a",
      );
      expect(await failure('DROP DATABASE dropped')).toMatch(/^2/);
      await run('DROP DATABASE dropped CASCADE');
      expect(keys('dropped_ice/')).toEqual([]);
      expect(keys('dropped_hive/')).toHaveLength(1);
    },
  ],
  [
    'MERGE: the first WHEN that fits wins; a target row that matches two source rows is an error; INSERT columns have no prefix',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS id, 'old' AS v`);
      const merge = (source: string, rest: string): string =>
        `MERGE INTO ${name} t USING (${source}) s ON t.id = s.id ${rest}`;
      await run(
        merge(
          "SELECT 1 AS id, 'new' AS v",
          "WHEN MATCHED AND s.v = 'new' THEN UPDATE SET v = 'first' WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)",
        ),
      );
      expect(await rows(`SELECT v FROM ${name}`)).toEqual(['first']);
      expect(
        await failure(
          merge(
            "SELECT * FROM (VALUES (1, 'a'), (1, 'b')) AS x (id, v)",
            'WHEN MATCHED THEN DELETE',
          ),
        ),
      ).toContain('more than one');
      expect(
        await failure(
          merge(
            "SELECT 2 AS id, 'x' AS v",
            'WHEN NOT MATCHED THEN INSERT (t.id, t.v) VALUES (s.id, s.v)',
          ),
        ),
      ).toMatch(/line 1/);
    },
  ],
  [
    'metadata tables $files, $manifests, $history, $partitions, $snapshots, $refs; FOR TIMESTAMP and VERSION AS OF',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      await run(`INSERT INTO ${name} VALUES (2)`);
      for (const each of ['files', 'manifests', 'history', 'partitions', 'snapshots', 'refs']) {
        expect((await rows(`SELECT * FROM "${name}$${each}"`)).length, each).toBeGreaterThan(0);
      }
      const [first = ''] = await rows(
        `SELECT snapshot_id FROM "${name}$snapshots" ORDER BY committed_at`,
      );
      expect(await rows(`SELECT a FROM ${name} FOR VERSION AS OF ${first}`)).toEqual(['1']);
      expect(
        await failure(
          `SELECT a FROM ${name} FOR TIMESTAMP AS OF TIMESTAMP '2001-01-01 00:00:00 UTC'`,
        ),
      ).toMatch(/^2/);
    },
  ],
  [
    'timestamps have 3 digits in Hive tables and 6 in Iceberg tables; others are refused',
    async () => {
      const make = (precision: number, properties = ''): string =>
        `CREATE TABLE ${fresh()} ${properties} AS SELECT CAST('2024-01-01' AS timestamp(${precision})) AS a`;
      expect(await failure(make(6))).toContain(
        'Incorrect timestamp precision for timestamp(6); the configured precision is MILLISECONDS',
      );
      await run(make(3));
      expect(await failure(make(3, `WITH (${iceberg(fresh())})`))).toContain(
        'Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)" instead',
      );
      await run(make(6, `WITH (${iceberg(fresh())})`));
    },
  ],
];

const hive: readonly Case[] = [
  [
    'ADD and REPLACE COLUMNS do not work with date; ADD puts them before the partition columns',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${json} LOCATION 's3://lake/${name}/'`,
      );
      for (const verb of ['ADD', 'REPLACE']) {
        expect(await failure(`ALTER TABLE ${name} ${verb} COLUMNS (d date)`)).toMatch(/^2/);
      }
      await run(`ALTER TABLE ${name} ADD COLUMNS (b string)`);
      expect(await shown(`SELECT * FROM ${name}`)).toEqual(['a|b|p']);
    },
  ],
  [
    'REPLACE COLUMNS is for tables of LazySimpleSerDe',
    async () => {
      const name = fresh();
      await run(`CREATE EXTERNAL TABLE ${name} (a int) ${json} LOCATION 's3://lake/${name}/'`);
      await run(
        `CREATE EXTERNAL TABLE ${name}_l (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/${name}/'`,
      );
      await run(`ALTER TABLE ${name}_l REPLACE COLUMNS (b int)`);
      expect(await shown(`SELECT * FROM ${name}_l`)).toEqual(['b']);
    },
  ],
  [
    'schemas of partitions do not follow: HIVE_PARTITION_SCHEMA_MISMATCH for text formats, not for Parquet',
    async () => {
      for (const [storage, fails] of [
        [json, true],
        ['STORED AS PARQUET', false],
      ] as const) {
        const name = fresh();
        await run(
          `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${storage} LOCATION 's3://lake/${name}/'`,
        );
        await run(`ALTER TABLE ${name} ADD PARTITION (p = 1)`);
        await run(`ALTER TABLE ${name} CHANGE COLUMN a a string`);
        const ended = await failure(`SELECT * FROM ${name}`);
        expect(ended, storage).toContain(fails ? 'HIVE_PARTITION_SCHEMA_MISMATCH' : 'SUCCEEDED');
      }
    },
  ],
  [
    'LOCATION is a folder with a slash at its end: no file, no wildcard, // is one slash, all files below it are read',
    async () => {
      const name = fresh();
      await put(`${name}/a.json`, '{"a": 1}\n');
      await put(`${name}/deep/er/b.json`, '{"a": 2}\n');
      const ddl = (table: string, place: string): string =>
        `CREATE EXTERNAL TABLE ${table} (a int) ${json} LOCATION '${place}'`;
      expect(await failure(ddl(`${name}_w`, `s3://lake/${name}/*`))).toMatch(/^(2|Invalid)/);
      expect(await failure(ddl(`${name}_x`, `lake/${name}/`))).toMatch(/^(2|Invalid)/);
      await run(ddl(name, `s3://lake//${name}`));
      expect([...(await rows(`SELECT a FROM ${name}`))].sort()).toEqual(['1', '2']);
    },
  ],
  [
    'a view over what is missing or changed is stale; a recursive one is rejected',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      await run(`CREATE VIEW ${name}_v AS SELECT a FROM ${name}`);
      await run(`CREATE VIEW ${name}_w AS SELECT a FROM ${name}_v`);
      expect(
        await failure(`CREATE OR REPLACE VIEW ${name}_v AS SELECT a FROM ${name}_w`),
      ).toContain('VIEW_IS_RECURSIVE');
      await run(`DROP TABLE ${name}`);
      expect(await failure(`SELECT * FROM ${name}_v`)).toMatch(/^2\/1107 INVALID_VIEW/);
      await run(`CREATE TABLE ${name} AS SELECT CAST('x' AS varchar) AS a`);
      expect(await failure(`SELECT * FROM ${name}_v`)).toContain('is stale or in invalid state');
    },
  ],
  [
    'no view is made with a catalog of another account',
    async () => {
      const other = emulator.glueOf('210987654321');
      if (other.findTable('db', 'owned') === undefined) {
        await run('CREATE TABLE other.db.owned AS SELECT 1 AS a');
      }
      expect(await failure(`CREATE VIEW ${fresh()} AS SELECT a FROM other.db.owned`)).toMatch(
        /^2\/1200 /,
      );
      expect(await failure(`CREATE VIEW other.db.${fresh()} AS SELECT 1 AS a`)).toMatch(
        /^2\/1200 /,
      );
    },
  ],
  [
    'results are reused for the same text, catalog, database, place and workgroup, SELECTs alone, not for LIMIT without ORDER BY or what changes by itself',
    async () => {
      const reuse: Request = {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
        },
      };
      const again = async (sql: string, second: Request = {}): Promise<boolean> => {
        await run(sql, reuse);
        const { Statistics } = await run(sql, { ...reuse, ...second });
        return Statistics?.ResultReuseInformation?.ReusedPreviousResult ?? false;
      };
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      expect(await again(`SELECT a FROM ${name}`)).toBe(true);
      expect(await again(`SELECT a, 2 FROM ${name}`, { WorkGroup: 'strict' })).toBe(false);
      expect(
        await again(`SELECT a, 3 FROM db.${name}`, { QueryExecutionContext: { Database: 'db2' } }),
      ).toBe(false);
      expect(await again(`SELECT a FROM ${name} LIMIT 1`)).toBe(false);
      expect(await again(`SELECT a, random() FROM ${name}`)).toBe(false);
      expect(await again(`INSERT INTO ${name} VALUES (3)`)).toBe(false);
    },
  ],
  [
    "Glue's limits: expressions of 2048 characters, 25 partitions deleted and 100 created per call, pages of 100, old versions unless SkipArchive, errors in the body",
    async () => {
      const name = fresh();
      const table = { DatabaseName: 'db', TableName: name };
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p string) ${json} LOCATION 's3://lake/${name}/'`,
      );
      const refused = async (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => 'done',
          (error: unknown) => (error as Error).name,
        );
      const values = (length: number): { Values: string[] }[] =>
        Array.from({ length }, (_, index) => ({ Values: [String(index)] }));
      const invalid = 'ValidationException';
      expect(
        await refused(
          glue.send(
            new GetPartitionsCommand({ ...table, Expression: `p = '${'x'.repeat(2048)}'` }),
          ),
        ),
      ).toBe(invalid);
      expect(
        await refused(
          glue.send(new BatchDeletePartitionCommand({ ...table, PartitionsToDelete: values(26) })),
        ),
      ).toBe(invalid);
      expect(
        await refused(
          glue.send(new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(101) })),
        ),
      ).toBe(invalid);
      expect(
        await refused(glue.send(new GetTablesCommand({ DatabaseName: 'db', MaxResults: 101 }))),
      ).toBe(invalid);
      await glue.send(new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(2) }));
      const { Errors } = await glue.send(
        new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(3) }),
      );
      expect(Errors?.map(({ ErrorDetail }) => ErrorDetail?.ErrorCode)).toEqual([
        'AlreadyExistsException',
        'AlreadyExistsException',
      ]);
      const TableInput = { Name: name };
      await glue.send(
        new UpdateTableCommand({ DatabaseName: 'db', TableInput, SkipArchive: true }),
      );
      await glue.send(new UpdateTableCommand({ DatabaseName: 'db', TableInput }));
      const { TableVersions } = await glue.send(new GetTableVersionsCommand(table));
      expect(TableVersions?.map(({ VersionId }) => VersionId)).toEqual(['2', '1']);
    },
  ],
];

/** Rules that nothing here can keep or break. */
const outside: readonly (readonly [rule: string, why: string])[] = [
  [
    '1.1 transient errors move RUNNING back to QUEUED',
    'no statement here meets a transient error of itself; tests set such faults (failQuery)',
  ],
  ['1.1 the default of MaxAgeInMinutes is 60', 'no client of the project leaves it out'],
  ['1.1 DpuCount', 'only workgroups with reserved capacity have it, which the local Athena lacks'],
  [
    '1.2 rows and columns have at most 32 MB',
    'a limit of size that takes gigabytes to show; models that come near it are no case of the project',
  ],
  [
    '1.2 stored procedures',
    'CALL is refused with the unsupported DDL; there is no way to make one',
  ],
  [
    '1.3 ORDER BY in a CTAS is ignored',
    'no reader can tell: tables have no order; that it is taken is a case',
  ],
  [
    '1.3 INSERT into federated tables',
    'there are no federated catalogs here; a name in one is not found',
  ],
  [
    '1.3 a Hive CTAS without rows has no readable columns',
    'one observation, in no documentation; the local Athena makes a table of no rows, and the project writes none whose columns depend on it',
  ],
  [
    '1.4 Iceberg library 1.4.2, merge-on-read',
    'row changes are written by copying files (ADR 7): readers see the same rows',
  ],
  [
    '1.4 DDL on Iceberg tables that Lake Formation has registered',
    'registering places with Lake Formation is not emulated; the project publishes by UpdateTable and never by DDL of the published table',
  ],
  [
    '1.4 DROP of an Iceberg table runs into a timeout of 60 s',
    'reported, not documented; the project drops nothing by statement',
  ],
  [
    '1.4 S3 Tables',
    'no such catalog can be registered with the local Athena; the project refuses them',
  ],
  [
    '1.5 changes of a type need the table anew in most cases',
    'advice, no rule: the catalog takes every type, and reading decides, which the case about partitions shows',
  ],
  [
    '1.5 a file that is removed or replaced during a query fails it',
    'a statement reads the objects that are there when it begins; nothing is read later',
  ],
  [
    '1.5 not sourced: multi-statement input, CREATE OR REPLACE TABLE, a second table of a name, timeouts',
    'refused all the same, with texts that say where they come from; no case compares them',
  ],
];

describe.each([
  ['1.1 API', api],
  ['1.2 two dialects', dialects],
  ['1.3 CTAS and INSERT', writing],
  ['1.4 Iceberg', icebergRules],
  ['1.5 Hive tables, views, reuse, Glue', hive],
] as const)('%s', (_, cases) => {
  it.each(cases)('%s', (_rule, show) => show());
});

describe('not shown', () => {
  it.skip.each(outside)('%s: %s', () => undefined);
});

/** Rules that take too many files to be shown twice. */
const elsewhere: readonly (readonly [rule: string, test: string])[] = [
  [
    '1.4 OPTIMIZE does 100 partitions, then fails with ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED',
    'emulator/iceberg/maintenance.test.ts, "does 100 partitions, then asks for another run"',
  ],
];
describe('shown elsewhere', () => {
  it.skip.each(elsewhere)('%s: %s', () => undefined);
});
