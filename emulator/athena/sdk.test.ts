import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AthenaClient,
  GetQueryExecutionCommand,
  InvalidRequestException,
  ListTableMetadataCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
  TooManyRequestsException,
  type StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGlueCatalog } from '../glue/glue-catalog.js';
import { createGlueService } from '../glue/glue-service.js';
import { createLakeFormationService } from '../lakeformation/lakeformation-service.js';
import { createObjectStore } from '../s3/object-store.js';
import { createS3Service } from '../s3/s3-service.js';
import { createCallGate } from '../server/call-gate.js';
import { startHttpServer, type HttpServer } from '../server/http-server.js';
import { createStsService } from '../sts/sts-service.js';
import { createAthenaService } from './index.js';
import { column, createFakeEngine } from './testing/fake-engine.js';

/* What the real SDK makes of the answers, over HTTP. */

const folder = mkdtempSync(join(tmpdir(), 'athena-sdk-'));
const objects = createObjectStore(folder);
const glue = createGlueCatalog();
const engine = createFakeEngine();
const athena = createAthenaService({
  objects,
  glue,
  engine,
  quotas: { ddl: 0 },
  latency: (sql) => ({ queueMs: 0, planningMs: 0, runMs: sql.includes('slow') ? 3_600_000 : 0 }),
});
let server: HttpServer;
let client: AthenaClient;

beforeAll(async () => {
  objects.createBucket('lake');
  server = await startHttpServer(
    {
      athena,
      glue: createGlueService(glue),
      lakeformation: createLakeFormationService(glue),
      s3: createS3Service(objects),
      sts: createStsService(),
    },
    createCallGate({}),
    0,
  );
  client = new AthenaClient({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await athena.close?.();
  await server.close();
  objects.close();
  rmSync(folder, { recursive: true, force: true });
});

async function start(sql: string, request: Partial<StartQueryExecutionInput> = {}) {
  const output = await client.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: 's3://lake/results/' },
      ...request,
    }),
  );
  return output.QueryExecutionId!;
}

async function finish(id: string) {
  for (;;) {
    const { QueryExecution } = await client.send(
      new GetQueryExecutionCommand({ QueryExecutionId: id }),
    );
    if (QueryExecution?.Status?.CompletionDateTime !== undefined) return QueryExecution;
  }
}

test('a query from its start to its last page; the SDK makes the token', async () => {
  engine.answer(() => ({
    columns: [column('n')],
    rows: Array.from({ length: 25 }, (_, index) => [index % 2 === 0 ? `${index}` : null]),
  }));
  const id = await start('SELECT n FROM t');
  const query = await finish(id);
  expect(query.Status?.State).toBe('SUCCEEDED');
  expect(query.Status?.SubmissionDateTime).toBeInstanceOf(Date);
  const values: (string | undefined)[] = [];
  const pages = paginateGetQueryResults({ client, pageSize: 10 }, { QueryExecutionId: id });
  for await (const { ResultSet } of pages) {
    for (const row of ResultSet?.Rows ?? []) values.push(row.Data?.[0]?.VarCharValue);
  }
  expect(values).toHaveLength(26);
  expect(values.slice(0, 4)).toEqual(['n', '0', undefined, '2']);
});

test('errors come with their class and fields', async () => {
  const refused = await start('SELEKT 1').catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(InvalidRequestException);
  expect(refused).toMatchObject({ AthenaErrorCode: 'MALFORMED_QUERY' });
  const crowded = await start('DROP TABLE t').catch((error: unknown) => error);
  expect(crowded).toBeInstanceOf(TooManyRequestsException);
  expect(crowded).toMatchObject({ Reason: 'CONCURRENT_QUERY_LIMIT_EXCEEDED' });
});

test('a stopped query is cancelled', async () => {
  const id = await start('SELECT slow');
  await client.send(new StopQueryExecutionCommand({ QueryExecutionId: id }));
  expect((await finish(id)).Status).toMatchObject({
    State: 'CANCELLED',
    StateChangeReason: 'Query cancelled by user',
  });
});

test('dates of tables are dates', async () => {
  glue.createDatabase({ Name: 'shop' });
  glue.createTable('shop', { Name: 'orders' });
  const { TableMetadataList } = await client.send(
    new ListTableMetadataCommand({ CatalogName: 'AwsDataCatalog', DatabaseName: 'shop' }),
  );
  expect(TableMetadataList?.[0]?.CreateTime).toBeInstanceOf(Date);
});
