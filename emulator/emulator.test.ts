import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena';
import { CreateDatabaseCommand, GetTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEmulator, type Emulator } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'emulator-test-'));
let emulator: Emulator;
let athena: AthenaClient;
let glue: GlueClient;

beforeAll(async () => {
  writeFileSync(join(folder, 'mine.txt'), 'not the emulator’s');
  emulator = await startEmulator({ folder });
  const client = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  athena = new AthenaClient(client);
  glue = new GlueClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'lake' }));
  await s3.send(
    new PutObjectCommand({ Bucket: 'lake', Key: 'in/1.json', Body: '{"id":1}\n{"id":2}\n' }),
  );
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'db' } }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function run(QueryString: string): Promise<QueryExecution | undefined> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString,
      QueryExecutionContext: { Database: 'db' },
      ResultConfiguration: { OutputLocation: 's3://lake/results/' },
    }),
  );
  for (;;) {
    const { QueryExecution: query } = await athena.send(
      new GetQueryExecutionCommand({ QueryExecutionId }),
    );
    if (!['QUEUED', 'RUNNING'].includes(query?.Status?.State ?? '')) {
      return query;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the local Athena', () => {
  test('runs statements over objects that came through S3, and shows their tables in Glue', async () => {
    const created = await run(
      "CREATE EXTERNAL TABLE events (id int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/in/'",
    );
    expect(created?.Status).toMatchObject({ State: 'SUCCEEDED' });
    const built = await run(
      "CREATE TABLE totals WITH (table_type = 'ICEBERG', location = 's3://lake/totals/', is_external = false) AS SELECT sum(id) AS total FROM events",
    );
    expect(built?.Status).toMatchObject({ State: 'SUCCEEDED' });
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: 'db', Name: 'totals' }));
    expect(Table?.Parameters?.['metadata_location']).toMatch(/^s3:\/\/lake\/totals\/metadata\//);
    const query = await run('SELECT total FROM totals');
    const { ResultSet } = await athena.send(
      new GetQueryResultsCommand({ QueryExecutionId: query?.QueryExecutionId }),
    );
    expect(ResultSet?.Rows?.map((row) => row.Data?.[0]?.VarCharValue)).toEqual(['total', '3']);
  });

  test('sees every call of every service, and leaves nothing when it is closed', async () => {
    const services = new Set(emulator.calls.map((call) => call.service));
    expect([...services].sort()).toEqual(['athena', 'glue', 's3']);
    expect(emulator.calls.map((call) => call.number)).toEqual(
      emulator.calls.map((_, index) => index + 1),
    );
    expect(readdirSync(folder)).toHaveLength(2);
    await emulator.close();
    expect(readdirSync(folder)).toEqual(['mine.txt']);
    await expect(fetch(emulator.endpoint)).rejects.toThrow();
  });
});
