import type { DuckDBConnection } from '@duckdb/node-api';
import type { BoundQuery, QueryBinder, TypedColumn } from '../../../core/adapter.js';
import type { DiagnosticCode } from '../../../core/diagnostic-codes.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { Relation } from '../../../core/relation.js';
import { locateOffset, readEngineError, type EngineError } from '../engine-error.js';
import { loadNodeApi } from '../node-api.js';
import { openProfileSession } from '../open-profile-session.js';
import type { ProfileSession } from '../profile-session.js';
import { openQuerySession } from './open-query-session.js';
import { searchPathStatements } from '../search-path.js';
import { quoteName, quoteRelation, quoteSchema } from '../quote.js';
import { duckDbType } from '../types/duckdb-type.js';
import { readDuckDbType } from '../types/read-duckdb-type.js';

/** What of DuckDB's complaints speaks of the query alone, and not of what is not there in an empty database. */
const speaking: readonly (readonly [RegExp, DiagnosticCode])[] = [
  [/^Referenced column "|does not have a column named "|^Could not find key "/, 'column-not-found'],
  [/^Ambiguous reference to column/, 'column-ambiguous'],
  [
    /^No function matches|^Cannot compare values|^Cannot mix values|^Cannot combine/,
    'sql-type-mismatch',
  ],
  [/must appear in the GROUP BY clause|^(?:WHERE|GROUP BY) clause cannot contain/, 'sql-syntax'],
  [/^Set operations can only apply to expressions with the same number/, 'sql-syntax'],
];

/**
 * Whether all variables that a query reads are set. What a hook of the run sets is not set here: neither files nor types
 * that hang on it are known.
 */
function readsOnly(sql: string, variables: readonly string[]): boolean {
  const read = [...sql.matchAll(/\bgetvariable\s*\(\s*(?:'(\w+)'\s*\))?/giu)];
  return read.every(([, name]) => name !== undefined && variables.includes(name.toLowerCase()));
}

/** Returns what is wrong with a query; `null` where DuckDB only misses what a warehouse may have. */
function codeOf({ type, reason }: EngineError): DiagnosticCode | null {
  if (type === 'Parser') return 'sql-syntax';
  if (type !== 'Binder') return null;
  return speaking.find(([pattern]) => pattern.test(reason))?.[1] ?? null;
}

function describeFailure(error: unknown, sql: string, path: string): BoundQuery {
  const engineError = readEngineError(error, { isTranslated: false });
  const { reason, advice, offset } = engineError;
  const code = codeOf(engineError);
  if (code === null) return { ok: false, problem: null };
  const position = offset === undefined ? undefined : locateOffset(sql, offset);
  const location = { path, ...position };
  const problem = errorDiagnostic(code, reason, { location, hint: advice });
  return { ok: false, problem, ...(position && { position }) };
}

/** Returns the columns with types as DuckDB writes them: the names in a struct are in quotes only where they must be. */
async function spellTypes(
  connection: DuckDBConnection,
  sql: string,
  columns: readonly TypedColumn[],
): Promise<readonly TypedColumn[]> {
  if (!columns.some(({ nativeType }) => nativeType?.includes('"'))) return columns;
  const described = await connection.runAndReadAll(`describe ${sql}`).catch(() => undefined);
  const rows = described?.getRows() ?? [];
  return columns.map((column, index) => {
    const nativeType = rows[index]?.[1];
    return typeof nativeType === 'string' ? { ...column, nativeType } : column;
  });
}

/** Tables tell columns of one name apart as DuckDB does when it makes one of a query. */
function distinctNames(columns: readonly TypedColumn[]): readonly string[] {
  const used = new Set<string>();
  return columns.map(({ name = 'column' }) => {
    let own = name;
    for (let at = 1; used.has(own.toLowerCase()); at += 1) own = `${name}_${at}`;
    used.add(own.toLowerCase());
    return own;
  });
}

/**
 * Returns a DuckDB in memory that tells the columns of queries. `database` is the target's, and `root` the project folder,
 * whose files queries may read. Codes of problems: `sql-syntax`, `sql-type-mismatch`, `column-not-found`, `column-ambiguous`.
 */
export async function openBinder(options: {
  readonly database: string;
  readonly root: string;
  readonly session?: ProfileSession | undefined;
}): Promise<QueryBinder> {
  const { database, root, session } = options;
  const api = loadNodeApi();
  const instance = await api.DuckDBInstance.create(':memory:', {
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const catalog = database === 'memory' ? [] : [`attach ':memory:' as ${quoteName(database)}`];
  for (const statement of [
    'set errors_as_json = true',
    "set TimeZone = 'UTC'",
    ...searchPathStatements(root),
    ...catalog,
    `use ${quoteName(database)}`,
  ]) {
    await connection.run(statement);
  }
  if (session) {
    // What cannot be loaded or set is told of by whoever opens the warehouse.
    await openProfileSession(connection, { ...session, attach: [] }, { root, readOnly: true });
  }
  const attached = new Set([database]);

  async function declare(relation: Relation, columns: readonly TypedColumn[]): Promise<void> {
    const names = distinctNames(columns);
    const defined = columns.flatMap(({ nativeType, type }, index) => {
      const text = nativeType ?? duckDbType(type);
      return text === undefined ? [] : [`${quoteName(names[index] ?? '')} ${text}`];
    });
    // A relation of which not all is known would make right queries look wrong.
    if (defined.length < columns.length || columns.length === 0) return;
    if (!attached.has(relation.database)) {
      attached.add(relation.database);
      await connection.run(`attach ':memory:' as ${quoteName(relation.database)}`);
    }
    await connection.run(`create schema if not exists ${quoteSchema(relation)}`);
    await connection.run(
      `create or replace table ${quoteRelation(relation)} (${defined.join(', ')})`,
    );
  }

  return {
    declare: (relation, columns) => declare(relation, columns).catch(() => undefined),
    async bind(sql, { path, before = [] }) {
      const session = await openQuerySession(connection, before);
      if (session === undefined) return { ok: false, problem: null };
      if (!readsOnly(sql, session.variables)) {
        await session.close();
        return { ok: false, problem: null };
      }
      try {
        const prepared = await connection.prepare(sql);
        const columns = Array.from({ length: prepared.columnCount }, (_, index): TypedColumn => {
          const type = prepared.columnType(index);
          const nativeType = type.alias ?? type.toString();
          return { name: prepared.columnName(index), type: readDuckDbType(nativeType), nativeType };
        });
        prepared.destroySync();
        return { ok: true, columns: await spellTypes(connection, sql, columns) };
      } catch (error) {
        return describeFailure(error, sql, path);
      } finally {
        await session.close();
      }
    },
    close() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
