import { callSql, type Sql } from './fragment.js';

/** The schema of the warehouse that holds the macros. */
export const macroSchema = 'stedi_trino';

/** What the macro `fail` puts before its messages, so that they can be told from DuckDB's own about failed casts. */
export const failurePrefix = `${macroSchema}: `;

/** Returns the call of one of our macros. */
export function macroCall(name: string, args: readonly Sql[]): Sql {
  return callSql(`${macroSchema}."${name}"`, args);
}
