import type { Expression } from '../../../core/sql-syntax.js';
import { raw, sql, type Sql } from './fragment.js';
import { nodesOfKind } from './syntax-nodes.js';

/** Whether an expression is the same in each row: it names no column, and no query. */
export function isConstant(syntax: Expression): boolean {
  const has = (kind: Expression['kind']): boolean => nodesOfKind(syntax, kind).length > 0;
  if (has('subquery') || has('exists') || has('in-subquery') || has('quantified')) return false;
  const parameters = nodesOfKind<Expression, 'lambda'>(syntax, 'lambda')
    .flatMap((lambda) => lambda.parameters)
    .map(({ value }) => value);
  return nodesOfKind<Expression, 'name'>(syntax, 'name').every(({ name }) =>
    parameters.includes(name.value),
  );
}

/** What keeps DuckDB from finding out a value before the query runs. */
const notYetKnown = raw('random()');

/** Returns the fragment with another one in place of each `notYetKnown`. */
function replaceNotYetKnown(fragment: Sql, other: Sql): Sql {
  if (fragment === notYetKnown) return other;
  const parts = fragment.parts.map((part) =>
    typeof part === 'object' && 'parts' in part ? replaceNotYetKnown(part, other) : part,
  );
  return { ...fragment, parts };
}

/**
 * Returns an expression that is NULL where `value` fails. DuckDB computes what occurs twice in an expression beforehand,
 * outside of TRY, where it fails after all; what stands in a lambda it leaves there. `name` is the lambda's parameter.
 *
 * Athena finds out what is inside of TRY when the query runs, and not before. DuckDB would find out a constant beforehand, and
 * leave out the operands beside one that is NULL, which may fail. It does not with `random()`, which a TRY around it must
 * not see: there the parameter does the same.
 */
export function trySql(value: Sql, name: Sql, syntax: Expression): Sql {
  const item = isConstant(syntax) ? notYetKnown : raw('0');
  const guarded = replaceNotYetKnown(value, name);
  return sql`list_transform([${item}], lambda ${name}: TRY(${guarded}))[1]`;
}

/** The same for what is made of an operand that may not fail: TRY_CAST guards the cast alone. */
export function tryBodySql(operand: Sql, name: Sql, body: Sql): Sql {
  return sql`list_transform([${operand}], lambda ${name}: TRY(${body}))[1]`;
}
