import {
  AthenaClient,
  CreateDataCatalogCommand,
  CreateWorkGroupCommand,
  GetQueryExecutionCommand,
  paginateGetQueryResults,
  StartQueryExecutionCommand,
  type QueryExecution,
  type StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { afterAll, expect } from 'vitest';
import { startEmulator, type Emulator } from '../index.js';

/*
 * The rules of Athena that the local Athena must keep, one by one, in the order in which they were written down for this
 * project, a file for each chapter: API, dialects, CTAS and INSERT, Iceberg, Hive tables and views. The list is whole: a
 * rule is a case, or it stands in `not-shown.test.ts` with the reason why nothing of the local Athena can break it. Where
 * the text of an error is not sourced, the case looks at its class alone, and the code that raises it says so.
 */

/** A rule, and what shows that it is kept. */
export type Case = readonly [rule: string, show: () => Promise<void>];

export type Request = Partial<StartQueryExecutionInput>;

/** What the cases do with a local Athena. */
export interface OpenAthena {
  readonly emulator: Emulator;
  readonly athena: AthenaClient;
  readonly glue: GlueClient;
  /** Starts a statement and returns its id. */
  readonly start: (sql: string, request?: Request) => Promise<string>;
  /** Runs a statement to its end. */
  readonly finish: (sql: string, request?: Request) => Promise<QueryExecution>;
  /** Runs a statement, which must succeed. */
  readonly run: (sql: string, request?: Request) => Promise<QueryExecution>;
  /** Returns the rows of a statement's result as `a|b`, the header included. */
  readonly shown: (sql: string, request?: Request) => Promise<readonly string[]>;
  /** Returns the rows of a query as `a|b`. */
  readonly rows: (sql: string) => Promise<readonly string[]>;
  /** Returns `category/type reason` of a statement that fails, or `code reason` of one that is not started. */
  readonly failure: (sql: string, request?: Request) => Promise<string>;
  /** Returns the keys of the bucket's objects below a prefix. */
  readonly keys: (prefix: string) => readonly string[];
  readonly put: (key: string, text: string) => Promise<unknown>;
  /** Returns a name that no other case has. */
  readonly fresh: () => string;
}

/** The SerDe of JSON tables. */
export const json = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";

/** Returns the properties of an Iceberg table of this name. */
export const iceberg = (name: string): string =>
  `table_type = 'ICEBERG', is_external = false, location = 's3://lake/${name}/'`;

/** Returns a ClientRequestToken of the length that is asked for. */
export const token = (text: string): string => text.padEnd(32, '-');

/** The account that the data catalog `other` belongs to. */
export const otherAccount = '210987654321';

/**
 * Starts a local Athena for the cases of the file that calls it: with the bucket `lake`, the database `db` here and in the
 * catalog `other` of another account, and the workgroup `strict`, which enforces its settings.
 */
export async function openAthena(): Promise<OpenAthena> {
  const emulator = await startEmulator({
    rateLimits: { ListEngineVersions: { perSecond: 1, burst: 1 } },
  });
  const client = {
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const athena = new AthenaClient(client);
  const glue = new GlueClient(client);
  emulator.objects.createBucket('lake');
  emulator.glue.createDatabase({ Name: 'db' });
  await athena.send(
    new CreateWorkGroupCommand({
      Name: 'strict',
      Configuration: {
        EnforceWorkGroupConfiguration: true,
        ResultConfiguration: { OutputLocation: 's3://lake/strict/' },
      },
    }),
  );
  await athena.send(
    new CreateDataCatalogCommand({
      Name: 'other',
      Type: 'GLUE',
      Parameters: { 'catalog-id': otherAccount },
    }),
  );
  emulator.glueOf(otherAccount).createDatabase({ Name: 'db' });
  afterAll(async () => {
    athena.destroy();
    glue.destroy();
    await emulator.close();
  });

  const start: OpenAthena['start'] = async (sql, request = {}) => {
    const { QueryExecutionId = '' } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        QueryExecutionContext: { Database: 'db' },
        ResultConfiguration: { OutputLocation: 's3://lake/results/' },
        ...request,
      }),
    );
    return QueryExecutionId;
  };
  const finish: OpenAthena['finish'] = async (sql, request) => {
    const QueryExecutionId = await start(sql, request);
    for (;;) {
      const { QueryExecution: query = {} } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      );
      if (!['QUEUED', 'RUNNING'].includes(query.Status?.State ?? '')) return query;
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
  };
  const run: OpenAthena['run'] = async (sql, request) => {
    const query = await finish(sql, request);
    expect(query.Status?.StateChangeReason ?? 'SUCCEEDED', sql).toBe('SUCCEEDED');
    return query;
  };
  const shown: OpenAthena['shown'] = async (sql, request) => {
    const { QueryExecutionId } = await run(sql, request);
    const rows: string[] = [];
    for await (const page of paginateGetQueryResults({ client: athena }, { QueryExecutionId })) {
      for (const { Data = [] } of page.ResultSet?.Rows ?? []) {
        rows.push(Data.map(({ VarCharValue }) => VarCharValue ?? 'NULL').join('|'));
      }
    }
    return rows;
  };
  let count = 0;
  return {
    emulator,
    athena,
    glue,
    start,
    finish,
    run,
    shown,
    rows: async (sql) => (await shown(sql)).slice(1),
    async failure(sql, request) {
      try {
        const { Status } = await finish(sql, request);
        const { ErrorCategory = '-', ErrorType = '-' } = Status?.AthenaError ?? {};
        return `${ErrorCategory}/${ErrorType} ${Status?.StateChangeReason ?? Status?.State ?? ''}`;
      } catch (error) {
        return `${(error as Error).name} ${(error as Error).message}`;
      }
    },
    keys: (prefix) => emulator.objects.list('lake', prefix).map(({ key }) => key),
    put: (key, text) => emulator.objects.put('lake', key, Buffer.from(text)),
    fresh: () => `t${++count}`,
  };
}
