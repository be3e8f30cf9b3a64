import { setMaxListeners } from 'node:events';
import type { DuckDBConnection, DuckDBMaterializedResult } from '@duckdb/node-api';
import type { NodeApi } from './node-api.js';
import type { EngineFailure, EngineResult, QueryRows } from '../../core/adapter.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { LineColumn } from '../../core/text-position.js';
import {
  codeOf,
  isDiskFull,
  locateOffset,
  namesCulprit,
  readEngineError,
  type EngineError,
} from './engine-error.js';
import { isLandingError, landingFailure } from './external-table/landing-failure.js';
import { findRaisedPlaces } from './raised-places.js';
import { columnsOf, createValueReader } from './values.js';

/** A connection whose failures are values. Statements run one after another. */
export interface Connection {
  /** Runs a statement and returns its whole, small result. */
  run(sql: string, signal?: AbortSignal): Promise<EngineResult<DuckDBMaterializedResult>>;
  /** Runs a query and returns at most `limit` rows. */
  query(
    sql: string,
    options: { readonly limit: number | null; readonly signal?: AbortSignal },
  ): Promise<EngineResult<QueryRows>>;
  /** Rolls back what was not committed. */
  close(): void;
}

/** How often a statement that is to stop is interrupted: the first time may come before DuckDB has begun it. */
const interruptEveryMs = 20;

function cancelledFailure(statement: string): EngineFailure {
  const diagnostic = errorDiagnostic('engine-error', 'the statement was cancelled');
  return { diagnostic, statement, cancelled: true };
}

/** Errors that DuckDB finds while it reads rows; their place may be one in the text of a view. */
const runtimeErrors: readonly string[] = ['Conversion', 'Out of Range', 'Invalid Input'];

/** Returns whether the statement has the name of a view in it. */
async function mayReadView(connection: DuckDBConnection, statement: string): Promise<boolean> {
  const reader = await connection.runAndReadAll(
    'select lower(view_name) from duckdb_views() where not internal',
  );
  const views = new Set(reader.getRows().map(([name]) => String(name)));
  // Names in quotes may hold anything; the others are words.
  const names = statement.toLowerCase().match(/"(?:[^"]|"")*"|\w+/g) ?? [];
  return names.some((name) => views.has(name.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"')));
}

/** Where the statement failed: the places are as many as may have. */
async function findPositions(
  connection: DuckDBConnection,
  statement: string,
  error: EngineError,
  macros: readonly string[],
): Promise<readonly LineColumn[]> {
  if (error.raised !== undefined) {
    const places = findRaisedPlaces(statement, error.raised, macros);
    return (await mayReadView(connection, statement).catch(() => true)) ? [] : places;
  }
  if (error.offset === undefined) return [];
  const position = locateOffset(statement, error.offset);
  const positions = position === undefined ? [] : [position];
  if (error.type === 'Parser' || namesCulprit(statement, error)) return positions;
  // A missing name that is not at its place is missing in a view that the statement reads.
  if (error.name !== undefined) return [];
  if (!runtimeErrors.includes(error.type)) return positions;
  return (await mayReadView(connection, statement).catch(() => true)) ? [] : positions;
}

/**
 * Returns an exception of DuckDB as a failure. Codes: `landing-unreadable`, `disk-full`, `engine-limit`,
 * `engine-error`.
 */
async function toFailure(
  connection: DuckDBConnection,
  error: unknown,
  { statement, root, macros }: Place & { readonly statement: string },
): Promise<EngineFailure> {
  const engineError = readEngineError(error, { isTranslated: macros !== null });
  const { type, reason, advice } = engineError;
  if (type === 'INTERRUPT') return cancelledFailure(statement);
  const base = { statement, cancelled: false };
  if (isLandingError(reason)) {
    return { ...base, diagnostic: await landingFailure(engineError, root) };
  }
  if (isDiskFull(engineError)) {
    const hint = 'free some space and try again; what was published stays as it was';
    return { ...base, diagnostic: errorDiagnostic('disk-full', reason, { hint }) };
  }
  const [position, ...others] = await findPositions(
    connection,
    statement,
    engineError,
    macros ?? [],
  );
  return {
    ...base,
    diagnostic: errorDiagnostic(codeOf(engineError), reason, { hint: advice }),
    ...(position && { position }),
    ...(others.length > 0 && { otherPositions: others }),
  };
}

/** What messages need. */
interface Place {
  /** The project folder, for paths. */
  readonly root: string;
  /** The statements that made our macros, whose failures have a place by what they say; `null` where the SQL is DuckDB's own. */
  readonly macros: readonly string[] | null;
}

/** Returns a connection over DuckDB's. */
export function createConnection(
  api: NodeApi,
  connection: DuckDBConnection,
  place: Place,
): Connection {
  /** Runs `work`; interrupts it when the signal says so. */
  async function attempt<T>(
    statement: string,
    signal: AbortSignal | undefined,
    work: () => Promise<T>,
  ): Promise<EngineResult<T>> {
    if (signal?.aborted === true) return { ok: false, failure: cancelledFailure(statement) };
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      connection.interrupt();
      timer = setInterval(() => connection.interrupt(), interruptEveryMs);
    };
    if (signal !== undefined) {
      // One signal stops all sessions of a run; Node takes more than ten of them for a leak.
      setMaxListeners(0, signal);
      signal.addEventListener('abort', interrupt, { once: true });
    }
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      clearInterval(timer);
      return { ok: false, failure: await toFailure(connection, error, { statement, ...place }) };
    } finally {
      clearInterval(timer);
      signal?.removeEventListener('abort', interrupt);
    }
  }

  return {
    run: (sql, signal) => attempt(sql, signal, () => connection.run(sql)),
    query: async (sql, { limit, signal }) => {
      const bounded = await attempt(sql, signal, () => boundQuery(api, connection, sql, limit));
      if (!bounded.ok) return bounded;
      const { statement, names } = bounded.value;
      return attempt(statement, signal, async () => {
        // Never as a stream: the binding ends a stream without a word where the engine fails in the middle of it.
        const result = await connection.run(statement);
        const readRows = createValueReader(api, result);
        const rows: (readonly unknown[])[] = [];
        for (const chunk of await result.fetchAllChunks()) rows.push(...readRows(chunk));
        return { columns: columnsOf(result, names), rows: rows.slice(0, limit ?? undefined) };
      });
    },
    close: () => connection.closeSync(),
  };
}

/** Returns the statement that gives at most `limit` rows, and the names that the author gave its columns. */
async function boundQuery(
  api: NodeApi,
  connection: DuckDBConnection,
  sql: string,
  limit: number | null,
): Promise<{ readonly statement: string; readonly names?: readonly string[] }> {
  if (limit === null) return { statement: sql };
  const prepared = await connection.prepare(sql);
  try {
    if (prepared.statementType !== api.StatementType.SELECT) return { statement: sql };
    const { columnCount } = prepared;
    return {
      statement: `select * from (\n${sql}\n) limit ${limit}`,
      // A subquery's columns of one name get numbers.
      names: Array.from({ length: columnCount }, (_, index) => prepared.columnName(index)),
    };
  } finally {
    prepared.destroySync();
  }
}
