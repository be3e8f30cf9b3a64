import { callSql, type Sql } from './fragment.js';

/** The schema of the warehouse that holds the macros. */
export const macroSchema = 'stedi_trino';

/** Returns the call of one of our macros. */
export function macroCall(name: string, args: readonly Sql[]): Sql {
  return callSql(`${macroSchema}."${name}"`, args);
}
