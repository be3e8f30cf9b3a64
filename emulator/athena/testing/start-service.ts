import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type {
  GetQueryExecutionOutput,
  GetQueryResultsOutput,
  QueryExecution,
  StartQueryExecutionInput,
} from '@aws-sdk/client-athena';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { ObjectStore } from '../../core/object-store.js';
import { ServiceError } from '../../core/service.js';
import { createGlueCatalog } from '../../glue/glue-catalog.js';
import { createObjectStore } from '../../s3/object-store.js';
import { createAthenaService, type AthenaOptions } from '../index.js';
import { createFakeEngine, type FakeEngine } from './fake-engine.js';

/** The API on a fake engine, with a bucket `lake`. */
export interface Bench {
  readonly engine: FakeEngine;
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  /** Does a call; rejects with `ServiceError`. */
  call<Output = object>(operation: string, input?: object): Promise<Output>;
  /** Starts a statement, with results in `s3://lake/results/` unless `request` says otherwise, and returns its id. */
  start(sql: string, request?: Partial<StartQueryExecutionInput>): Promise<string>;
  /** Returns a query as GetQueryExecution shows it. */
  look(id: string): Promise<QueryExecution>;
  /** Starts a statement and waits for its end. */
  run(sql: string, request?: Partial<StartQueryExecutionInput>): Promise<QueryExecution>;
  /** Returns the rows of a page as texts. */
  rows(id: string, page?: object): Promise<readonly (readonly (string | undefined)[])[]>;
  /** Returns an object's text. */
  read(key: string): Promise<string>;
  close(): Promise<void>;
}

export function startService(options: Pick<AthenaOptions, 'latency' | 'quotas'> = {}): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'athena-api-'));
  const objects = createObjectStore(folder);
  const glue = createGlueCatalog();
  const engine = createFakeEngine();
  const service = createAthenaService({ objects, glue, engine, ...options });
  objects.createBucket('lake');

  const call = async <Output>(operation: string, input: object = {}) =>
    (await service.handle(operation, { ...input }, { accessKey: undefined })) as Output;
  const start = async (sql: string, request: Partial<StartQueryExecutionInput> = {}) => {
    const { QueryExecutionId: id } = await call<{ QueryExecutionId: string }>(
      'StartQueryExecution',
      {
        QueryString: sql,
        ClientRequestToken: randomUUID(),
        ResultConfiguration: { OutputLocation: 's3://lake/results' },
        ...request,
      },
    );
    return id;
  };
  const look = async (id: string) =>
    (await call<GetQueryExecutionOutput>('GetQueryExecution', { QueryExecutionId: id }))
      .QueryExecution ?? {};
  return {
    engine,
    objects,
    glue,
    call,
    start,
    look,
    run: async (sql, request) => {
      const id = await start(sql, request);
      for (;;) {
        const query = await look(id);
        const state = query.Status?.State;
        if (state !== 'QUEUED' && state !== 'RUNNING') return query;
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    rows: async (id, page = {}) => {
      const output = await call<GetQueryResultsOutput>('GetQueryResults', {
        QueryExecutionId: id,
        ...page,
      });
      return (output.ResultSet?.Rows ?? []).map(({ Data = [] }) =>
        Data.map(({ VarCharValue }) => VarCharValue),
      );
    },
    read: async (key) => Buffer.from(await objects.read('lake', key)).toString(),
    close: async () => {
      await service.close?.();
      objects.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Returns the error that a call answers with. */
export async function errorOf(call: Promise<unknown>): Promise<ServiceError> {
  const answer = await call.then(
    () => 'no error',
    (error: unknown) => error,
  );
  if (answer instanceof ServiceError) return answer;
  throw new Error(`expected a ServiceError, found ${String(answer)}`);
}
