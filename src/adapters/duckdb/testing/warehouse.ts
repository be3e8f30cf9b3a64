import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type {
  Adapter,
  Dialect,
  EngineFailure,
  EngineResult,
  Session,
} from '../../../core/adapter.js';
import { failure, type Result } from '../../../core/result.js';
import type { Relation } from '../../../core/relation.js';
import type { DuckDbConfig } from '../config.js';
import { openDuckDb, type DuckDbMacros } from '../index.js';
import { quoteRelation } from '../quote.js';
import { duckDbWriters } from '../writers.js';

/** A dialect for tests whose statements are DuckDB's already. */
export const plainDialect: Dialect = {
  name: 'duckdb',
  renderRelation: quoteRelation,
  translate: () => failure([]),
  writers: duckDbWriters,
  isolation: () => 'transaction',
};

/** No macros but the version. */
export const noMacros: DuckDbMacros = { version: '0', schema: 'test_macros', statements: [] };

/** Never aborted. */
export const calm = new AbortController().signal;

/** A temporary project folder. */
export interface Folder {
  readonly root: string;
  /** Writes a file below the folder and returns its absolute path. */
  write(path: string, content: string | Buffer): string;
  /** Opens the folder's warehouse. */
  open(config?: Partial<DuckDbConfig>, macros?: DuckDbMacros): Promise<Result<Adapter>>;
  remove(): void;
}

/** Makes a temporary project folder. */
export function createFolder(): Folder {
  const root = mkdtempSync(join(tmpdir(), 'stedi-duckdb-'));
  return {
    root,
    write(path, content) {
      const absolute = join(root, path);
      mkdirSync(dirname(absolute), { recursive: true });
      writeFileSync(absolute, content);
      return absolute;
    },
    open: (config = {}, macros = noMacros) =>
      openDuckDb(
        { path: 'target/warehouse.duckdb', root, ...config },
        { dialect: plainDialect, macros },
      ),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Returns the value of a result that must be one. */
export function valueOf<T>(result: Result<T> | EngineResult<T>): T {
  if (result.ok) return result.value;
  const problem = 'failure' in result ? result.failure.diagnostic : result.diagnostics;
  throw new Error(JSON.stringify(problem));
}

/** Returns the failure of a result that must be one. */
export function failureOf(result: EngineResult<unknown>): EngineFailure {
  if (result.ok) throw new Error(`expected a failure, got ${JSON.stringify(result.value)}`);
  return result.failure;
}

/** Returns a relation of the schema `lake`. */
export function relationOf(identifier: string, schema = 'lake'): Relation {
  return { database: 'warehouse', schema, identifier };
}

/** Returns the rows of a query. */
export async function rowsOf(
  session: Session,
  sql: string,
): Promise<readonly (readonly unknown[])[]> {
  return valueOf(await session.query(sql, { limit: null, signal: calm })).rows;
}
