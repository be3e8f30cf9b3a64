import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Table } from '@aws-sdk/client-glue';
import type { SqlType } from '../../../src/core/sql-type.js';
import { loadNodeApi } from '../../../src/adapters/duckdb/node-api.js';
import type { GlueCatalog } from '../../core/glue-catalog.js';
import type { ObjectStore } from '../../core/object-store.js';
import type {
  DuckSession,
  FormatColumn,
  FormatContext,
  NewTable,
  ReadOptions,
  TableFormat,
} from '../../core/table-format.js';
import { createGlueCatalog } from '../../glue/glue-catalog.js';
import { createObjectStore } from '../../s3/object-store.js';
import { createIcebergFormat } from '../iceberg-format.js';
import { addressOf } from '../location.js';
import type { TableMetadata } from '../metadata.js';
import { loadState } from '../table-state.js';

export type Row = Readonly<Record<string, unknown>>;

/** An Iceberg format over empty stores, with a clock that a test sets: bucket `lake`, database `db`. */
export interface TestLake {
  readonly objects: ObjectStore;
  readonly glue: GlueCatalog;
  readonly duck: DuckSession;
  readonly format: TableFormat;
  readonly context: FormatContext;
  /** Moves the format's clock to this many milliseconds from now. */
  moveClock(ms: number): void;
  /** Creates a table at `s3://lake/<name>/`. */
  create(name: string, table: Partial<NewTable>, sql?: string): Promise<void>;
  table(name: string): Table;
  metadata(name: string): Promise<TableMetadata>;
  append(name: string, sql: string): Promise<void>;
  /** The rows of a table without `$path`; `sql` is a query over `t`. */
  rows(name: string, options?: ReadOptions & { readonly sql?: string }): Promise<readonly Row[]>;
  paths(name: string): Promise<readonly string[]>;
  /** Addresses of all objects. */
  addresses(): readonly string[];
  close(): void;
}

export const types = {
  integer: { kind: 'integer' },
  bigint: { kind: 'bigint' },
  real: { kind: 'real' },
  double: { kind: 'double' },
  boolean: { kind: 'boolean' },
  date: { kind: 'date' },
  varchar: { kind: 'varchar' },
  varbinary: { kind: 'varbinary' },
  timestamp: { kind: 'timestamp', precision: 6, withZone: false },
} as const satisfies Record<string, SqlType>;

export function column(name: string, type: SqlType, comment?: string): FormatColumn {
  return { name, type, ...(comment !== undefined && { comment }) };
}

export async function openTestLake(
  options: { readonly vacuumFileLimit?: number } = {},
): Promise<TestLake> {
  const folder = mkdtempSync(join(tmpdir(), 'iceberg-'));
  const objects = createObjectStore(folder);
  objects.createBucket('lake');
  const glue = createGlueCatalog();
  glue.createDatabase({ Name: 'db' });
  const instance = await loadNodeApi().DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const query: DuckSession['query'] = async (sql) =>
    (await connection.runAndReadAll(sql)).getRowObjectsJson();
  const duck: DuckSession = {
    query,
    run: async (sql) => Number((await query(sql))[0]?.['Count'] ?? 0),
  };
  await duck.run("SET TimeZone = 'UTC'");
  let shift = 0;
  const format = createIcebergFormat({ ...options, now: () => new Date(Date.now() + shift) });
  const context: FormatContext = {
    objects,
    glue,
    duck,
    queryId: randomUUID(),
    signal: new AbortController().signal,
  };
  const table = (name: string): Table => glue.getTable('db', name);
  const read = async (name: string, readOptions: ReadOptions): Promise<string> =>
    (await format.read(context, table(name), readOptions)).sql;
  return {
    objects,
    glue,
    duck,
    format,
    context,
    table,
    moveClock: (ms) => {
      shift = ms;
    },
    async create(name, overrides, sql) {
      const defaults: NewTable = {
        database: 'db',
        name,
        columns: [column('id', types.integer)],
        partitioning: [],
        location: `s3://lake/${name}/`,
        properties: {},
        dialect: sql === undefined ? 'ddl' : 'ctas',
      };
      const table = { ...defaults, ...overrides };
      if (sql === undefined) await format.create(context, table);
      else await format.createAs(context, table, sql);
    },
    metadata: async (name) => (await loadState(context, table(name))).metadata,
    async append(name, sql) {
      await format.append(context, table(name), sql);
    },
    async rows(
      name,
      { sql = 'SELECT * EXCLUDE ("$path") FROM t ORDER BY ALL', ...readOptions } = {},
    ) {
      return duck.query(`WITH t AS (${await read(name, readOptions)}) ${sql}`);
    },
    async paths(name) {
      const sql = `SELECT DISTINCT "$path" AS path FROM (${await read(name, {})}) ORDER BY 1`;
      return (await duck.query(sql)).map((row) => String(row['path']));
    },
    addresses: () => objects.list('lake', '').map(addressOf),
    close() {
      connection.closeSync();
      instance.closeSync();
      objects.close();
    },
  };
}
