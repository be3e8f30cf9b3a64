import {
  AthenaClient,
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.js';
import { startEmulator } from '../index.js';

/* The whole local Athena with the real SDK: what the API makes of what the engine does. */

let emulator: Emulator;
let client: AthenaClient;

beforeAll(async () => {
  emulator = await startEmulator();
  emulator.objects.createBucket('lake');
  emulator.glue.createDatabase({ Name: 'shop' });
  client = new AthenaClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
});

afterAll(async () => {
  client.destroy();
  await emulator.close();
});

async function start(sql: string, parameters?: readonly string[]): Promise<string> {
  const { QueryExecutionId } = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ...(parameters && { ExecutionParameters: [...parameters] }),
      QueryExecutionContext: { Database: 'shop' },
      ResultConfiguration: { OutputLocation: 's3://lake/results/' },
    }),
  );
  return QueryExecutionId!;
}

async function finish(id: string): Promise<QueryExecution> {
  for (;;) {
    const { QueryExecution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    );
    if (QueryExecution?.Status?.CompletionDateTime !== undefined) return QueryExecution;
  }
}

async function run(sql: string): Promise<QueryExecution> {
  return finish(await start(sql));
}

async function results({ QueryExecutionId }: QueryExecution) {
  return client.send(new GetQueryResultsCommand({ QueryExecutionId }));
}

async function read(key: string): Promise<string> {
  return Buffer.from(await emulator.objects.read('lake', key)).toString();
}

describe('the API on the real engine', () => {
  test('a SELECT: rows, columns and the CSV say the same', async () => {
    const query = await run(
      "SELECT 1 AS i, 'a' AS s, CAST(NULL AS varchar) AS n, ARRAY[1, 2] AS a, 1.5E0 AS d",
    );
    expect(query.Status?.StateChangeReason).toBeUndefined();
    const { ResultSet, UpdateCount } = await results(query);
    expect(ResultSet?.Rows?.[1]?.Data).toEqual([
      { VarCharValue: '1' },
      { VarCharValue: 'a' },
      {},
      { VarCharValue: '[1, 2]' },
      { VarCharValue: '1.5' },
    ]);
    expect(ResultSet?.ResultSetMetadata?.ColumnInfo?.map(({ Name, Type }) => [Name, Type])).toEqual(
      [
        ['i', 'integer'],
        ['s', 'varchar'],
        ['n', 'varchar'],
        ['a', 'array'],
        ['d', 'double'],
      ],
    );
    expect(UpdateCount).toBe(0);
    expect(await read(`results/${query.QueryExecutionId}.csv`)).toBe(
      '"i","s","n","a","d"\n"1","a",,"[1, 2]","1.5"\n',
    );
  });

  test('CTAS, INSERT and DROP: counts, files, manifests', async () => {
    const made = await run('CREATE TABLE shop.t AS SELECT n FROM UNNEST(sequence(1, 7)) AS x(n)');
    expect(made.Status?.StateChangeReason).toBeUndefined();
    expect(made).toMatchObject({
      StatementType: 'DDL',
      SubstatementType: 'CREATE_TABLE_AS_SELECT',
      ResultConfiguration: {
        OutputLocation: `s3://lake/results/tables/${made.QueryExecutionId}`,
      },
    });
    expect((await results(made)).UpdateCount).toBe(7);
    const manifest = await read(`results/tables/${made.QueryExecutionId}-manifest.csv`);
    expect(manifest).toMatch(
      new RegExp(`^s3://lake/results/tables/${made.QueryExecutionId}/[^/\\n]+\\n$`),
    );

    const added = await run('INSERT INTO shop.t VALUES 8, 9');
    expect((await results(added)).UpdateCount).toBe(2);
    expect(added.Statistics?.DataManifestLocation).toBe(
      `s3://lake/results/${added.QueryExecutionId}-manifest.csv`,
    );

    const counted = await run('SELECT count(*) FROM shop.t');
    expect((await results(counted)).ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue).toBe('9');
    expect(counted.Statistics?.DataScannedInBytes).toBeGreaterThan(0);

    const shown = await run('SHOW TABLES');
    expect((await results(shown)).ResultSet?.Rows).toEqual([{ Data: [{ VarCharValue: 't' }] }]);
    expect(await read(`results/${shown.QueryExecutionId}.txt`)).toBe('t');

    const dropped = await run('DROP TABLE shop.t');
    expect(dropped).toMatchObject({ StatementType: 'DDL', Status: { State: 'SUCCEEDED' } });
    expect((await results(dropped)).ResultSet?.Rows).toEqual([]);
  });

  test('an Iceberg table: counts, but no manifest', async () => {
    const made = await run(
      "CREATE TABLE shop.ice WITH (table_type = 'ICEBERG', location = 's3://lake/ice/', is_external = false) AS SELECT 1 AS n",
    );
    expect(made.Status?.StateChangeReason).toBeUndefined();
    const merged = await run(
      'MERGE INTO shop.ice t USING (VALUES 1, 2) AS s(n) ON t.n = s.n WHEN NOT MATCHED THEN INSERT (n) VALUES (s.n)',
    );
    expect((await results(merged)).UpdateCount).toBe(1);
    const added = await run('INSERT INTO shop.ice VALUES 3');
    for (const { QueryExecutionId: id, Statistics } of [made, added]) {
      expect(Statistics?.DataManifestLocation).toBeUndefined();
      expect(emulator.objects.head('lake', `results/${id}-manifest.csv`)).toBeUndefined();
    }
  });

  test('prepared statements, in SQL', async () => {
    await run('PREPARE twice FROM SELECT ? * 2, ?');
    const query = await run("EXECUTE twice USING 21, 'a, b'");
    expect((await results(query)).ResultSet?.Rows?.[1]?.Data).toEqual([
      { VarCharValue: '42' },
      { VarCharValue: 'a, b' },
    ]);
  });

  test('what does not parse is not started', async () => {
    await expect(start('SELECT FROM WHERE')).rejects.toMatchObject({
      name: 'InvalidRequestException',
      AthenaErrorCode: 'MALFORMED_QUERY',
    });
  });

  test('a table that is not there: user error 1301, with the place', async () => {
    const { Status } = await run('SELECT * FROM shop.nowhere');
    expect(Status).toMatchObject({
      State: 'FAILED',
      StateChangeReason: expect.stringMatching(/^TABLE_NOT_FOUND: line 1:15: /) as string,
      AthenaError: { ErrorCategory: 2, ErrorType: 1301, Retryable: false },
    });
  });

  test('a stopped query does not keep the engine busy', async () => {
    const id = await start(
      'SELECT sum(a.n * b.n * c.n) FROM UNNEST(sequence(1, 10000)) AS a(n) CROSS JOIN UNNEST(sequence(1, 10000)) AS b(n) CROSS JOIN UNNEST(sequence(1, 10000)) AS c(n)',
    );
    await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
    expect((await finish(id)).Status?.State).toBe('CANCELLED');
    expect((await run('SELECT 1')).Status?.State).toBe('SUCCEEDED');
  });

  test('many at once, all seen by one call', async () => {
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => start(`SELECT ${index} AS n`)),
    );
    await Promise.all(ids.map(finish));
    const { QueryExecutions } = await client.send(
      new BatchGetQueryExecutionCommand({ QueryExecutionIds: ids }),
    );
    expect(QueryExecutions?.map(({ Status }) => Status?.State)).toEqual(ids.map(() => 'SUCCEEDED'));
  });
});

describe('prepared statements', () => {
  const rowsOf = async (sql: string, parameters?: readonly string[]) => {
    const { ResultSet } = await results(await finish(await start(sql, parameters)));
    return ResultSet?.Rows?.slice(1).map(({ Data }) =>
      Data?.map(({ VarCharValue }) => VarCharValue),
    );
  };

  test('select, insert, create tables and unload, with values in SQL or in the request', async () => {
    for (const sql of [
      "CREATE TABLE seats WITH (external_location = 's3://lake/seats/') AS SELECT 1 AS id, CAST('a' AS varchar) AS name",
      'PREPARE add_seat FROM INSERT INTO seats SELECT CAST(? AS integer), ?',
      'PREPARE by_name FROM SELECT id FROM seats WHERE name = ? OR id > ? ORDER BY id',
      "PREPARE copy_seats FROM CREATE TABLE copies WITH (external_location = 's3://lake/copies/') AS SELECT * FROM seats WHERE id < ?",
      "PREPARE unload_seats FROM UNLOAD (SELECT * FROM seats WHERE id = ?) TO 's3://lake/unloaded/' WITH (format = 'PARQUET')",
      "EXECUTE add_seat USING 2, 'it''s'",
    ]) {
      expect((await run(sql)).Status, sql).toMatchObject({ State: 'SUCCEEDED' });
    }
    // A value that is no expression is a text.
    expect((await finish(await start('EXECUTE add_seat', ['3', 'c d']))).Status?.State).toBe(
      'SUCCEEDED',
    );
    expect(await rowsOf("EXECUTE by_name USING 'it''s', 2")).toEqual([['2'], ['3']]);
    expect(await rowsOf('EXECUTE by_name', ['c d', '5'])).toEqual([['3']]);
    expect((await run('EXECUTE copy_seats USING 1 + 2')).SubstatementType).toBe(
      'CREATE_TABLE_AS_SELECT',
    );
    expect(await rowsOf('SELECT count(*) FROM copies')).toEqual([['2']]);
    await run('EXECUTE unload_seats USING 2');
    expect(emulator.objects.list('lake', 'unloaded/')).not.toEqual([]);
    const short = await run("EXECUTE by_name USING 'x'");
    expect(short.Status?.StateChangeReason).toContain(
      'Incorrect number of parameters: expected 2 but found 1',
    );
    expect((await run('DEALLOCATE PREPARE by_name')).Status?.State).toBe('SUCCEEDED');
    await expect(start("EXECUTE by_name USING 'x', 1")).rejects.toThrow('was not found');
  });

  test('are of four kinds, and must be statements', async () => {
    await expect(start('PREPARE drops FROM DROP TABLE seats')).rejects.toThrow('can be prepared');
    await expect(start('PREPARE shows FROM SHOW TABLES')).rejects.toThrow('can be prepared');
    await expect(start('PREPARE typo FROM SELEC 1')).rejects.toThrow('not supported');
    await expect(start('DROP TABLE seats?', ['x'])).rejects.toThrow();
  });
});
