import type { ArithmeticExpression, Expression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { asDecimal, isInteger } from '../types/common.js';
import type { Value } from './context.js';
import { joinSql, plainText, sql, type Sql } from './fragment.js';
import { isNeverNull, mayEndQuery } from './null-guard.js';
import { isConstant } from './try.js';

/** How far the integer types reach, without their signs. */
const integerReach: Readonly<Record<string, bigint>> = {
  tinyint: 2n ** 7n,
  smallint: 2n ** 15n,
  integer: 2n ** 31n,
  bigint: 2n ** 63n,
};

/** Returns the value of a sum or product of integers that are written out, else `undefined`. */
function knownInteger(syntax: Expression): bigint | undefined {
  if (syntax.kind === 'number' && syntax.numeric === 'integer' && /^\d+$/.test(syntax.text)) {
    return BigInt(syntax.text);
  }
  if (syntax.kind === 'unary') {
    const value = knownInteger(syntax.operand);
    return value !== undefined && syntax.operator === '-' ? -value : value;
  }
  if (syntax.kind !== 'arithmetic') return undefined;
  const [left, right] = [knownInteger(syntax.left), knownInteger(syntax.right)];
  if (left === undefined || right === undefined) return undefined;
  switch (syntax.operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return undefined;
  }
}

/** Whether `+ - *` of two numbers, or a minus before one, may be out of the range of its type for the values of a row. */
export function mayOverflow(
  syntax: Expression & { readonly kind: 'arithmetic' | 'unary' },
  type: SqlType,
): boolean {
  if (type.kind === 'any') return true;
  const reach = integerReach[type.kind];
  if (reach === undefined || !isInteger(type)) return false;
  const known = knownInteger(syntax);
  return known === undefined || known < -reach || known >= reach;
}

/** Whether a result of decimals may take more than the 38 digits that there are. */
export function mayLackDigits(
  operator: ArithmeticExpression['operator'],
  left: SqlType,
  right: SqlType,
): boolean {
  const [l, r] = [asDecimal(left), asDecimal(right)];
  if (l === undefined || r === undefined || operator === '%') return false;
  const scale = Math.max(l.scale, r.scale);
  const whole = Math.max(l.precision - l.scale, r.precision - r.scale);
  if (operator === '*') return l.precision + r.precision > 38;
  if (operator === '/') return l.precision + r.scale + Math.max(0, r.scale - l.scale) > 38;
  return whole + scale + 1 > 38;
}

/** A longer operand is not written twice. In code units. */
const longest = 100;

/**
 * Returns what an operand is NULL with, where it does not fail: of a sum of columns these columns. `undefined` if that cannot be
 * said in a few words.
 */
export function nullParts(value: Value): readonly Sql[] | undefined {
  if (value.nullParts !== undefined) return value.nullParts;
  if (isNeverNull(value)) return [];
  return value.volatile || plainText(value.sql).length > longest ? undefined : [value.sql];
}

/** Returns the parts of both, each once. */
export function joinNullParts(left: Value, right: Value): readonly Sql[] | undefined {
  const [l, r] = [nullParts(left), nullParts(right)];
  if (l === undefined || r === undefined) return undefined;
  return [...new Map([...l, ...r].map((part) => [plainText(part), part])).values()];
}

/** Whether nothing in an expression is computed before all of its columns are read. */
function isOneStep(syntax: Expression): boolean {
  const isPlain = (each: Expression): boolean =>
    ['name', 'field', 'number'].includes(each.kind) ||
    (each.kind === 'unary' && each.operand.kind === 'number');
  return syntax.kind === 'arithmetic' && isPlain(syntax.left) && isPlain(syntax.right);
}

/**
 * Returns an operand whose arithmetic may be out of range, so that it waits for those before it: Trino does not evaluate it where
 * one of them is NULL, and DuckDB would fail. A plain column, a constant and arithmetic of doubles stay as they are, and so cost
 * nothing. Where the operands before it take many words it stays, too: DuckDB fails then, and says what to do.
 */
export function afterNulls<Operand extends Value>(
  before: readonly Value[],
  value: Operand,
): Operand {
  if (!value.mayOverflow || value.failed || isConstant(value.syntax)) return value;
  // What may end the query for other reasons is guarded as a whole.
  if (mayEndQuery(value.syntax, value)) return value;
  const parts = before.map(nullParts);
  if (before.some(({ failed }) => failed) || parts.some((each) => each === undefined)) {
    return value;
  }
  const waited = new Map(
    parts.flatMap((each) => each ?? []).map((part) => [plainText(part), part]),
  );
  // It is NULL by itself, and cannot fail, where it is computed of a NULL.
  if (isOneStep(value.syntax)) {
    nullParts(value)?.forEach((part) => waited.delete(plainText(part)));
  }
  const tests = [...waited.values()].map((part) => sql`${part} IS NULL`);
  if (tests.length === 0) return value;
  const guarded: Sql = {
    parts: ['CASE WHEN ', joinSql(tests, ' OR '), ' THEN NULL ELSE ', value.sql, ' END'],
    atomic: true,
  };
  return { ...value, sql: guarded };
}
