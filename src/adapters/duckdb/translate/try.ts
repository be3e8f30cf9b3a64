import { sql, type Sql } from './fragment.js';

/**
 * Returns an expression that is NULL where `value` fails. DuckDB computes what occurs twice in an expression beforehand,
 * outside of TRY, where it fails after all; what stands in a lambda it leaves there. `name` is the lambda's parameter.
 */
export function trySql(value: Sql, name: Sql): Sql {
  return sql`list_transform([0], lambda ${name}: TRY(${value}))[1]`;
}

/** The same for what is made of an operand that may not fail: TRY_CAST guards the cast alone. */
export function tryBodySql(operand: Sql, name: Sql, body: Sql): Sql {
  return sql`list_transform([${operand}], lambda ${name}: TRY(${body}))[1]`;
}
