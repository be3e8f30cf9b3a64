import type {
  BetweenExpression,
  ComparisonExpression,
  DistinctFromExpression,
  InListExpression,
  LikeExpression,
} from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { commonType, commonTypeOf } from '../types/coercion.js';
import { booleanType, isFloating } from '../types/common.js';
import { coerceValue } from './cast.js';
import { compareValues, isFiniteLiteral } from './compare.js';
import { makeValue, type Context, type Value } from './context.js';
import { joinSql, operand, raw, sql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { guardNulls } from './null-guard.js';
import { afterNulls } from './overflow.js';
import { reportMismatch } from './report-mismatch.js';
import type { Scope } from './scope.js';

function hasRelations(scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.relations.length > 0 || hasRelations(scope.outer));
}

/**
 * Whether Trino evaluates the right side first: it writes `a > b` as `b < a`, and `NOT a < b` as `a >= b` but for numbers that may
 * be NaN.
 */
function isTurned(
  context: Context,
  syntax: ComparisonExpression,
  left: Value,
  right: Value,
): boolean {
  const { operator } = syntax;
  if (operator === '=' || operator === '<>') return false;
  const mayBeNaN = isFloating(left.type) || isFloating(right.type);
  return operator.startsWith('>') !== (context.negated.has(syntax) && !mayBeNaN);
}

/** Translates `= <> < <= > >=`. */
export function translateComparison(
  context: Context,
  syntax: ComparisonExpression,
  scope: Scope,
): Value {
  const left = context.expression(syntax.left, scope);
  const right = context.expression(syntax.right, scope);
  const compared = compareValues(syntax.operator, left, right);
  if (compared === undefined) {
    return reportMismatch(context, syntax.operator, [left.type, right.type], syntax);
  }
  const [first, second] = isTurned(context, syntax, left, right) ? [right, left] : [left, right];
  const write = (one: Value, other: Value): Sql =>
    compareValues(syntax.operator, first === left ? one : other, first === left ? other : one) ??
    compared;
  // A condition over several tables is one of a join, whose keys Trino evaluates for all rows.
  const mayJoin = scope.relations.length > 1 || hasRelations(scope.outer);
  const printed = mayJoin
    ? compared
    : guardNulls(context, [first, afterNulls([first], second)], ([one = first, other = second]) =>
        write(one, other),
      );
  return makeValue(printed, booleanType, syntax, [left, right]);
}

/** Translates IS [NOT] DISTINCT FROM. */
export function translateDistinctFrom(
  context: Context,
  syntax: DistinctFromExpression,
  scope: Scope,
): Value {
  const left = context.expression(syntax.left, scope);
  const right = context.expression(syntax.right, scope);
  const type = commonType(left.type, right.type);
  if (type === undefined) {
    return reportMismatch(context, 'IS DISTINCT FROM', [left.type, right.type], syntax);
  }
  const words = raw(syntax.negated ? 'IS NOT DISTINCT FROM' : 'IS DISTINCT FROM');
  return makeValue(
    sql`${coerceValue(left, type)} ${words} ${coerceValue(right, type)}`,
    booleanType,
    syntax,
    [left, right],
  );
}

function negate(condition: Sql, negated: boolean): Sql {
  return negated ? sql`NOT ${condition}` : condition;
}

/** Translates BETWEEN as the two comparisons that it stands for, where these are not plain. */
export function translateBetween(context: Context, syntax: BetweenExpression, scope: Scope): Value {
  const [value, low, high] = [syntax.operand, syntax.low, syntax.high].map((each) =>
    context.expression(each, scope),
  ) as [Value, Value, Value];
  const type = commonTypeOf([value.type, low.type, high.type]);
  if (type === undefined) {
    return reportMismatch(context, 'BETWEEN', [value.type, low.type, high.type], syntax);
  }
  const atLeast = compareValues('>=', value, low);
  const atMost = compareValues('<=', value, high);
  if (atLeast === undefined || atMost === undefined) {
    return reportMismatch(context, 'BETWEEN', [value.type, low.type, high.type], syntax);
  }
  const isPlain =
    value.volatile ||
    (!['row', 'array', 'char'].includes(type.kind) &&
      (!isFloating(type) || isFiniteLiteral(syntax.high)));
  const both = guardNulls(
    context,
    [value, afterNulls([value], low), afterNulls([value], high)],
    ([known = value, least = low, most = high]) =>
      isPlain
        ? sql`${coerceValue(known, type)} BETWEEN ${coerceValue(least, type)} AND ${coerceValue(most, type)}`
        : sql`${compareValues('>=', known, least) ?? atLeast} AND ${compareValues('<=', known, most) ?? atMost}`,
    { among: 1 },
  );
  return makeValue(negate(both, syntax.negated), booleanType, syntax, [value, low, high]);
}

/** Whether a constant is in a list of constants and subqueries: Trino leaves out the subqueries then, which may fail. */
function isSettled({ operand: { kind, ...tested }, items }: InListExpression): boolean {
  const textOf = (syntax: object): string | undefined =>
    'text' in syntax && typeof syntax.text === 'string'
      ? syntax.text
      : 'value' in syntax && typeof syntax.value === 'string'
        ? syntax.value
        : undefined;
  return (
    (kind === 'number' || kind === 'string') &&
    items.some((item) => item.kind === 'subquery') &&
    items.some((item) => item.kind === kind && textOf(item) === textOf(tested))
  );
}

/** Translates IN (a, b). */
export function translateInList(context: Context, syntax: InListExpression, scope: Scope): Value {
  const value = context.expression(syntax.operand, scope);
  const items = syntax.items.map((item) => context.expression(item, scope));
  const type = commonTypeOf([value, ...items].map((each) => each.type));
  if (type === undefined) {
    return reportMismatch(
      context,
      'IN',
      [value, ...items].map((each) => each.type),
      syntax,
    );
  }
  const needsComparison =
    ['row', 'array', 'map', 'char'].includes(type.kind) ||
    // `IN ((SELECT 1))` is a list of one value, which DuckDB would take for `IN (SELECT 1)`.
    (syntax.items.length === 1 && syntax.items[0]?.kind === 'subquery') ||
    (isFloating(type) && !items.every((item) => isFiniteLiteral(item.syntax)));
  const equalities = items.map((item) => compareValues('=', value, item));
  if (equalities.some((each) => each === undefined)) {
    return reportMismatch(
      context,
      'IN',
      [value, ...items].map((each) => each.type),
      syntax,
    );
  }
  if (isSettled(syntax)) {
    return makeValue(raw(String(!syntax.negated)), booleanType, syntax, [value, ...items]);
  }
  const tested = guardNulls(
    context,
    [value, ...items.map((item) => afterNulls([value], item))],
    ([known = value, ...waiting]) =>
      needsComparison
        ? joinSql(
            waiting.flatMap((item) => {
              const equal = compareValues('=', known, item);
              return equal ? [operand(equal)] : [];
            }),
            ' OR ',
          )
        : sql`${coerceValue(known, type)} IN (${waiting.map((item) => coerceValue(item, type))})`,
    { among: 1 },
  );
  return makeValue(negate(tested, syntax.negated), booleanType, syntax, [value, ...items]);
}

/** Translates LIKE. */
export function translateLike(context: Context, syntax: LikeExpression, scope: Scope): Value {
  const value = context.expression(syntax.operand, scope);
  const pattern = context.expression(syntax.pattern, scope);
  const escape = syntax.escape && context.expression(syntax.escape, scope);
  const parts = [value, pattern, ...(escape ? [escape] : [])];
  const isText = (type: SqlType): boolean =>
    ['varchar', 'char', 'any', 'unknown'].includes(type.kind);
  if (!parts.every((part) => isText(part.type))) {
    return reportMismatch(
      context,
      'LIKE',
      parts.map((part) => part.type),
      syntax,
    );
  }
  const tested = guardNulls(context, parts, ([v = value, p = pattern, e]) =>
    e ? macroCall('like_escape', [v.sql, p.sql, e.sql]) : sql`${v.sql} LIKE ${p.sql}`,
  );
  return makeValue(negate(tested, syntax.negated), booleanType, syntax, parts);
}
