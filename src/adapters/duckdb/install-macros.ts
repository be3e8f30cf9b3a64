import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import { failure, success, type Result } from '../../core/result.js';
import type { Connection } from './connection.js';
import { quoteName, quoteText } from './quote.js';

/** The macros that translated SQL calls, and what a session needs to be set to. */
export interface DuckDbMacros {
  /** Changes whenever the statements do. */
  readonly version: string;
  /** The schema that holds them. */
  readonly schema: string;
  /** `CREATE OR REPLACE MACRO` statements with names qualified by the schema; they can be repeated. */
  readonly statements: readonly string[];
  /** `SET` statements for every connection. */
  readonly sessionStatements?: readonly string[];
}

/** Returns the version of the macros in the warehouse; `undefined` if there are none. */
async function installedVersion(connection: Connection, version: string): Promise<unknown> {
  const result = await connection.query(`select ${version}()`, { limit: 1 });
  return result.ok ? result.value.rows[0]?.[0] : undefined;
}

function describeFailure(diagnostic: Diagnostic): Diagnostic {
  if (!/storage version/i.test(diagnostic.message)) return diagnostic;
  const message = "the warehouse file has an older format than stedi-sql needs, DuckDB's v1.4.0";
  return errorDiagnostic('connection-failed', message, {
    hint: "move the file away and run 'stedi-sql build', or choose another `path:`; to keep its tables, COPY FROM DATABASE into a file that was attached with (STORAGE_VERSION 'v1.4.0')",
  });
}

/**
 * Puts the macros into the warehouse, in one transaction, unless these very ones are there. Nothing is dropped, not even
 * macros that are no longer used: a table of the user's whose default calls one would go with it.
 * Codes: `connection-failed`, `engine-error`.
 */
export async function installMacros(
  connection: Connection,
  { version, schema, statements }: DuckDbMacros,
  { database, readOnly }: { readonly database: string; readonly readOnly: boolean },
): Promise<Result<null>> {
  const place = `${quoteName(database)}.${quoteName(schema)}`;
  const versionMacro = `${place}."version"`;
  if ((await installedVersion(connection, versionMacro)) === version) return success(null);
  if (readOnly) {
    const message = 'the warehouse was not built by this version of stedi-sql';
    const hint = "run 'stedi-sql build' to bring it up to date";
    return failure([errorDiagnostic('connection-failed', message, { hint })]);
  }
  const all = [
    'begin transaction',
    `create schema if not exists ${place}`,
    ...statements,
    `create or replace macro ${versionMacro}() as ${quoteText(version)}`,
    'commit',
  ];
  for (const statement of all) {
    const done = await connection.run(statement);
    if (done.ok) continue;
    await connection.run('rollback');
    return failure([describeFailure(done.failure.diagnostic)]);
  }
  return success(null);
}
