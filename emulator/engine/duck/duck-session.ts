import type { DuckDBMaterializedResult } from '@duckdb/node-api';
import { readEngineError } from '../../../src/adapters/duckdb/engine-error.js';
import { EngineError } from '../../core/engine.js';
import type { DuckSession } from '../../core/table-format.js';
import { cancelledError, emulatorLimitation, userError, type ErrorKind } from '../errors.js';
import type { DuckInstance } from './duck-instance.js';

/** A statement's connection, with what only the engine needs. */
export interface StatementSession extends DuckSession {
  /** Runs a query and returns DuckDB's own result. */
  result(sql: string): Promise<DuckDBMaterializedResult>;
  close(): Promise<void>;
}

/** How often a statement that is to stop is interrupted: the first time may come before DuckDB has begun it. */
const interruptEveryMs = 20;

/** What DuckDB's errors at run time are called on Athena, by their text. The first that fits counts. */
const runtimeErrors: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/^landing file .* cannot hold /s, 'HIVE_BAD_DATA'],
  [/^(?:Malformed JSON|JSON transform error|landing file)/, 'HIVE_CURSOR_ERROR'],
  [/^"maximum_object_size"/, 'HIVE_CURSOR_ERROR'],
  [/^[A-Z][A-Z_]+: /, ''],
  [/division by zero/i, 'DIVISION_BY_ZERO'],
  [
    /^Could not convert|^Cannot cast|^Conversion|^invalid .* field format|^date field value/i,
    'INVALID_CAST_ARGUMENT',
  ],
  [/out of range|overflow/i, 'NUMERIC_VALUE_OUT_OF_RANGE'],
  [/more than one row returned by a subquery/i, 'SUBQUERY_MULTIPLE_ROWS'],
];

function kindOf(code: string): ErrorKind {
  if (code === 'DIVISION_BY_ZERO') return 'division';
  if (code === 'INVALID_CAST_ARGUMENT') return 'cast';
  return code.startsWith('HIVE_') ? 'data' : 'other';
}

/** Returns an exception of DuckDB as Athena's error. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  const { type, reason, advice, limit } = readEngineError(error);
  if (type === 'INTERRUPT') return cancelledError();
  if (limit !== undefined) return emulatorLimitation(reason);
  const [, code] = runtimeErrors.find(([pattern]) => pattern.test(reason)) ?? [];
  if (code === '') return userError(kindOf(reason.split(':')[0] ?? ''), reason);
  if (code !== undefined) return userError(kindOf(code), `${code}: ${reason}`);
  const isRuntime = ['Conversion', 'Out of Range', 'Invalid Input'].includes(type);
  const text = advice === undefined ? reason : `${reason} (${advice})`;
  // What a translated statement should never cause is told with DuckDB's words: it is a gap of the emulator.
  return isRuntime
    ? userError('other', `INVALID_FUNCTION_ARGUMENT: ${text}`)
    : new EngineError(1, 100, `GENERIC_INTERNAL_ERROR: (local Athena) ${type}: ${text}`);
}

/** Opens a statement's connection. Stopping the signal interrupts what runs and refuses what comes after. */
export async function openSession(
  instance: DuckInstance,
  signal: AbortSignal,
): Promise<StatementSession> {
  const opened = await instance.open();
  const { connection } = opened;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    if (signal.aborted) throw cancelledError();
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection.interrupt();
      timer = setInterval(() => connection.interrupt(), interruptEveryMs);
    };
    signal.addEventListener('abort', interrupt, { once: true });
    try {
      return await work();
    } catch (error) {
      throw toEngineError(error);
    } finally {
      clearInterval(timer);
      signal.removeEventListener('abort', interrupt);
    }
  };
  return {
    query: (sql) => attempt(async () => (await connection.runAndReadAll(sql)).getRowObjectsJson()),
    run: (sql) =>
      attempt(async () => {
        const reader = await connection.runAndReadAll(sql);
        if (reader.rowsChanged > 0) return reader.rowsChanged;
        // DuckDB answers COPY and CREATE TABLE AS with a row that counts.
        const [row] = reader.columnNames()[0] === 'Count' ? reader.getRows() : [];
        return Number(row?.[0] ?? 0);
      }),
    result: (sql) => attempt(() => connection.run(sql)),
    close: () => opened.close(),
  };
}
