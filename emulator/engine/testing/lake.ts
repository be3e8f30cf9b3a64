import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGlueCatalog } from '../../glue/glue-catalog.js';
import { createObjectStore } from '../../s3/object-store.js';
import type { Engine, StatementOutcome, StatementRequest } from '../../core/engine.js';
import { EngineError } from '../../core/engine.js';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { ObjectStore } from '../../core/object-store.js';
import { createEngine } from '../index.js';

/** An engine over an empty lake: bucket `lake`, database `db`. */
export interface Lake {
  readonly engine: Engine;
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  put(key: string, content: string | Uint8Array): Promise<void>;
  keys(prefix?: string): readonly string[];
  run(sql: string, request?: Partial<StatementRequest>): Promise<StatementOutcome>;
  /** Runs statements one after another. */
  runAll(statements: readonly string[]): Promise<void>;
  /** The rows as `a|b`, NULL as `NULL`. */
  rows(sql: string, request?: Partial<StatementRequest>): Promise<readonly string[]>;
  /** `category/type message` of a statement that fails. */
  failure(sql: string, request?: Partial<StatementRequest>): Promise<string>;
  close(): Promise<void>;
}

/** Opens a lake in a temporary folder. */
export async function openLake(): Promise<Lake> {
  const objects = createObjectStore(mkdtempSync(join(tmpdir(), 'stedi-lake-')));
  const glue = createGlueCatalog();
  objects.createBucket('lake');
  glue.createDatabase({ Name: 'db' });
  const engine = await createEngine({ objects, glue });
  let count = 0;
  const run: Lake['run'] = (sql, request = {}) =>
    engine.execute({
      queryId: `query-${++count}`,
      sql,
      catalog: 'AwsDataCatalog',
      database: 'db',
      parameters: [],
      outputLocation: 's3://lake/results/',
      enforcesOutput: false,
      signal: new AbortController().signal,
      ...request,
    });
  return {
    engine,
    objects,
    glue,
    async put(key, content) {
      await objects.put('lake', key, typeof content === 'string' ? Buffer.from(content) : content);
    },
    keys: (prefix = '') => objects.list('lake', prefix).map(({ key }) => key),
    run,
    async runAll(statements) {
      for (const statement of statements) await run(statement);
    },
    async rows(sql, request) {
      const { rows } = await run(sql, request);
      return rows.map((row) => row.map((value) => value ?? 'NULL').join('|'));
    },
    async failure(sql, request) {
      try {
        await run(sql, request);
      } catch (error) {
        if (error instanceof EngineError) return `${error.category}/${error.type} ${error.message}`;
        throw error;
      }
      return 'no failure';
    },
    async close() {
      await engine.close();
      objects.close();
    },
  };
}
