import type { Expression } from '../../../core/sql-syntax.js';
import type { EngineLimitName } from '../functions/engine-limits.js';
import { callSql, joinSql, raw, sql, stringSql, type Sql } from './fragment.js';

/** The schema of the warehouse that holds the macros. */
export const macroSchema = 'stedi_trino';

/** What the macro `fail` puts before its messages, so that they can be told from DuckDB's own about failed casts. */
export const failurePrefix = `${macroSchema}: `;

/** What the macro `limit` puts before a limit's name and its detail. */
export const limitPrefix = `${macroSchema} limit `;

/** Returns the call of one of our macros. */
export function macroCall(name: string, args: readonly Sql[]): Sql {
  return callSql(`${macroSchema}."${name}"`, args);
}

/** Returns what ends the query because of a limit of DuckDB's. `detail` is text; it counts as of the type of `value`. */
export function limitCall(name: EngineLimitName, detail: Sql, value: Sql): Sql {
  return macroCall('limit', [stringSql(name), detail, value]);
}

/**
 * Returns `body`, in which `name` stands for a value whose type DuckDB knows. A macro whose bodies differ by type must be
 * called on such a name: DuckDB chooses among them before it knows the types of aggregates and window functions.
 */
export function withKnownType(value: Sql, name: Sql, body: Sql): Sql {
  return sql`list_transform([${value}], lambda ${name}: ${body})[1]`;
}

/** The same for the arguments of one call: `open` are those whose types decide, after others whose types do not. */
export function openMacroCall(name: string, fixed: readonly Sql[], open: readonly Sql[]): Sql {
  const fields = open.map((value, index): Sql => ({
    parts: [`'v${index}': `, value],
    atomic: false,
  }));
  const names = open.map((_, index) => raw(`stedi_open.v${index}`));
  const values: Sql = { parts: ['{', joinSql(fields), '}'], atomic: true };
  return withKnownType(values, raw('stedi_open'), macroCall(name, [...fixed, ...names]));
}

/** Whether DuckDB knows the type of an expression when it chooses among a macro's bodies: a column's or a literal's. */
function hasPlainType(syntax: Expression): boolean {
  switch (syntax.kind) {
    case 'name':
    case 'number':
    case 'typed':
    case 'cast':
      return true;
    case 'field':
      return hasPlainType(syntax.base);
    case 'unary':
      return hasPlainType(syntax.operand);
    default:
      return false;
  }
}

/** Calls a macro whose bodies differ by the types of all its arguments; directly, where these are plain. */
export function callOnOpenTypes(
  name: string,
  args: readonly { readonly sql: Sql; readonly syntax: Expression }[],
): Sql {
  const values = args.map((argument) => argument.sql);
  return args.every((argument) => hasPlainType(argument.syntax))
    ? macroCall(name, values)
    : openMacroCall(name, [], values);
}
