import type {
  ArithmeticExpression,
  ConcatExpression,
  Expression,
  UnaryExpression,
} from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { commonType } from '../types/coercion.js';
import { anyType, asDecimal, isFloating, isInteger, isNumeric } from '../types/common.js';
import { duckDbType } from '../types/duckdb-type.js';
import { coerceValue, widenInteger } from './cast.js';
import { failedValue, freeName, makeValue, type Context, type Value } from './context.js';
import { raw, sql, type Sql } from './fragment.js';
import { translateNumber } from './literal.js';
import { callOnOpenTypes, limitCall, macroCall } from './macro-call.js';
import { guardNulls } from './null-guard.js';
import { afterNulls, joinNullParts, mayLackDigits, mayOverflow } from './overflow.js';
import { reportMismatch } from './report-mismatch.js';
import type { Scope } from './scope.js';
import { combineTimes } from './time-arithmetic.js';

/** Translates a sign. A minus before a number belongs to the number. */
export function translateUnary(context: Context, syntax: UnaryExpression, scope: Scope): Value {
  if (syntax.operator === '-' && syntax.operand.kind === 'number') {
    return translateNumber(context, syntax.operand, { negative: true }, syntax);
  }
  const value = context.expression(syntax.operand, scope);
  const fits =
    isNumeric(value.type) ||
    ['any', 'interval day to second', 'interval year to month'].includes(value.type.kind);
  if (!fits) return reportMismatch(context, syntax.operator, [value.type], syntax);
  const isMinus = syntax.operator === '-';
  const made = makeValue(isMinus ? sql`-${value.sql}` : value.sql, value.type, syntax, [value]);
  return { ...made, mayOverflow: made.mayOverflow || (isMinus && mayOverflow(syntax, value.type)) };
}

type Decimal = SqlType & { kind: 'decimal' };

interface DecimalPair {
  readonly left: Decimal;
  readonly right: Decimal;
}

function decimalResult(
  operator: ArithmeticExpression['operator'],
  { left, right }: DecimalPair,
): Decimal {
  const make = (precision: number, scale: number): Decimal => ({
    kind: 'decimal',
    precision: Math.min(38, precision),
    scale,
  });
  const scale = Math.max(left.scale, right.scale);
  const whole = Math.max(left.precision - left.scale, right.precision - right.scale);
  switch (operator) {
    case '+':
    case '-':
      return make(whole + scale + 1, scale);
    case '*':
      return make(left.precision + right.precision, left.scale + right.scale);
    case '/':
      return make(left.precision + right.scale + Math.max(0, right.scale - left.scale), scale);
    case '%':
      return make(
        Math.min(left.precision - left.scale, right.precision - right.scale) + scale,
        scale,
      );
  }
}

/** By how many digits the dividend is moved to the left before it is divided. */
function shiftOf(from: DecimalPair, result: Decimal): number {
  return result.scale + from.right.scale - from.left.scale;
}

/**
 * Decimal division: both sides become whole numbers of the result's last digit, and half a digit is rounded away from
 * zero. A dividend that would be moved by 38 digits or more is out of range, also 0. Source: Trino's `DecimalOperators.divide`.
 */
function divideDecimals(left: Value, right: Value, from: DecimalPair, result: Decimal): Sql {
  const shift = shiftOf(from, result);
  const numerator = macroCall('unscaled', [left.sql]);
  const factor = raw(`CAST(1${'0'.repeat(shift)} AS HUGEINT)`);
  const most = raw(`CAST(${'9'.repeat(Math.max(0, 38 - shift))} AS HUGEINT)`);
  const isNarrow = from.left.precision + shift <= 38;
  const divisor = macroCall('unscaled', [right.sql]);
  const places = raw(String(shift));
  const quotient =
    shift === 0
      ? macroCall('divide_rounded', [numerator, divisor])
      : isNarrow
        ? macroCall('divide_rounded', [sql`${numerator} * ${factor}`, divisor])
        : shift < 38
          ? macroCall('divide_wide', [numerator, divisor, places, factor, most])
          : macroCall('divide_beyond', [numerator, divisor]);
  const digits =
    result.scale === 0 ? quotient : macroCall('with_point', [quotient, raw(String(result.scale))]);
  return sql`CAST(${digits} AS ${raw(`DECIMAL(${result.precision}, ${result.scale})`)})`;
}

/**
 * An operand of + or - that gets more digits after its point than it may have room for: DuckDB fails, which TRY would take for
 * NULL, and Trino does not if the result has room.
 */
function roomy(
  context: Context,
  value: Value,
  from: Decimal,
  result: Decimal,
  operator: string,
): Sql {
  const fits = from.precision - from.scale + result.scale <= 38;
  if (operator === '*' || fits || from.scale === result.scale) return value.sql;
  const name = freeName(context, `wide${value.syntax.start}_${value.syntax.end}`);
  const fitting = sql`TRY_CAST(${name} AS ${raw(`DECIMAL(38, ${result.scale})`)})`;
  const failure = limitCall('digits', sql`CAST(${name} AS VARCHAR)`, fitting);
  return sql`list_transform([${value.sql}], lambda ${name}: CASE WHEN ${name} IS NOT NULL AND ${fitting} IS NULL THEN ${failure} ELSE ${fitting} END)[1]`;
}

/** DuckDB keeps results of decimals of up to 18 digits in 18 digits, unless one side has more. `operator` is `+`, `-` or `*`. */
function combineDecimals(
  context: Context,
  operator: string,
  left: Value,
  right: Value,
  from: DecimalPair,
  result: Decimal,
): Sql {
  const [l, r] = [
    roomy(context, left, from.left, result, operator),
    roomy(context, right, from.right, result, operator),
  ];
  if (l !== left.sql || r !== right.sql) return sql`${l} ${raw(operator)} ${r}`;
  const isShort = from.left.precision <= 18 && from.right.precision <= 18;
  if (!isShort || result.precision <= 18) {
    return sql`${left.sql} ${raw(operator)} ${right.sql}`;
  }
  const wide = sql`CAST(${left.sql} AS ${raw(`DECIMAL(19, ${from.left.scale})`)})`;
  const type = raw(`DECIMAL(${result.precision}, ${result.scale})`);
  return sql`CAST(${wide} ${raw(operator)} ${right.sql} AS ${type})`;
}

/** Whether the remainder of two decimals takes more digits than DuckDB has; it would calculate with doubles. */
export function isRemainderTooWide(left: SqlType, right: SqlType): boolean {
  const [l, r] = [asDecimal(left), asDecimal(right)];
  if (l === undefined || r === undefined) return false;
  return Math.max(l.precision - l.scale, r.precision - r.scale) + Math.max(l.scale, r.scale) > 38;
}

/** A NULL beside a decimal counts as one of one digit. */
function resultWithNull({ operator, left }: ArithmeticExpression, decimal: Decimal): Decimal {
  const digit: Decimal = { kind: 'decimal', precision: 1, scale: 0 };
  const isLeft = left.kind === 'null';
  return decimalResult(operator, {
    left: isLeft ? digit : decimal,
    right: isLeft ? decimal : digit,
  });
}

function isNonZeroNumber(syntax: Expression): boolean {
  if (syntax.kind === 'unary') return isNonZeroNumber(syntax.operand);
  return syntax.kind === 'number' && Number(syntax.text) !== 0;
}

/** The least integers, whose division by -1 Trino ends with an error that its TRY lets through; that of bigints it catches. */
const leastIntegers: Readonly<Record<string, string>> = {
  tinyint: '-128',
  smallint: '-32768',
  integer: '-2147483648',
};

function combineIntegers(
  syntax: ArithmeticExpression,
  left: Value,
  right: Value,
  type: SqlType,
): Sql {
  const [l, r] = [widenInteger(left, type), widenInteger(right, type)];
  const isSafe = isNonZeroNumber(syntax.right) && syntax.right.kind === 'number';
  if (syntax.operator === '/') {
    const least = leastIntegers[type.kind];
    if (isSafe) return sql`${l} // ${r}`;
    return macroCall('divide_integers', [l, r, ...(least === undefined ? [] : [raw(least)])]);
  }
  if (syntax.operator === '%') {
    return isSafe ? sql`${l} % ${r}` : macroCall('modulus_of_integers', [l, r]);
  }
  return sql`${l} ${raw(syntax.operator)} ${r}`;
}

function combineNumbers(
  context: Context,
  syntax: ArithmeticExpression,
  left: Value,
  right: Value,
): Value {
  const { operator } = syntax;
  const type = commonType(left.type, right.type) ?? anyType;
  const value = (printed: Sql, resultType: SqlType): Value =>
    makeValue(printed, resultType, syntax, [left, right]);
  if (isInteger(type)) {
    if (operator === '/') {
      context.warnOfDifference?.(
        "a whole number divided by a whole number is a whole number in Athena's SQL, and a fraction in DuckDB's own",
        syntax,
        'for the fraction, divide a decimal or double: write 100.0, or cast(… as double)',
      );
    }
    return value(combineIntegers(syntax, left, right, type), type);
  }
  const [l, r] = [coerceValue(left, type), coerceValue(right, type)];
  if (isFloating(type)) return value(sql`${l} ${raw(operator)} ${r}`, type);
  const leftDecimal = asDecimal(left.type);
  const rightDecimal = asDecimal(right.type);
  if (leftDecimal && rightDecimal) {
    const pair = { left: leftDecimal, right: rightDecimal };
    const result = decimalResult(operator, pair);
    if (operator === '/') return value(divideDecimals(left, right, pair, result), result);
    if (operator === '%') return value(macroCall('modulus', [left.sql, right.sql]), result);
    return value(combineDecimals(context, operator, left, right, pair, result), result);
  }
  // Something is not known: the macros choose by the types that DuckDB finds.
  const bothOpen = left.type.kind === 'any' && right.type.kind === 'any';
  if (operator === '+' && bothOpen) return value(callOnOpenTypes('plus', [left, right]), anyType);
  if (operator === '-' && bothOpen) return value(callOnOpenTypes('minus', [left, right]), anyType);
  if (operator === '/') return value(callOnOpenTypes('divide', [left, right]), anyType);
  if (operator === '%') return value(callOnOpenTypes('modulus_of_any', [left, right]), anyType);
  return value(
    sql`${l} ${raw(operator)} ${r}`,
    isFloating(left.type) || isFloating(right.type) ? anyType : type,
  );
}

/** Whether Trino cannot tell which operator is meant, because one side is NULL. */
function isAmbiguousNull(
  operator: ArithmeticExpression['operator'],
  left: SqlType,
  right: SqlType,
): boolean {
  if (left.kind !== 'unknown' && right.kind !== 'unknown') return false;
  if (left.kind === right.kind) return true;
  const other = left.kind === 'unknown' ? right : left;
  return operator === '*' && (other.kind === 'double' || other.kind === 'bigint');
}

/** Translates `+ - * / %`. */
export function translateArithmetic(
  context: Context,
  syntax: ArithmeticExpression,
  scope: Scope,
): Value {
  const left = context.expression(syntax.left, scope);
  const right = context.expression(syntax.right, scope);
  const isNumber = (type: SqlType): boolean =>
    isNumeric(type) || type.kind === 'any' || type.kind === 'unknown';
  if (isAmbiguousNull(syntax.operator, left.type, right.type)) {
    return reportMismatch(context, syntax.operator, [left.type, right.type], syntax);
  }
  const times = combineTimes(syntax.operator, left, right);
  if (times !== undefined && 'refused' in times) {
    context.report(
      'sql-unsupported',
      `${syntax.operator} is not supported here: ${times.refused}`,
      syntax,
      times.hint,
    );
    return failedValue(syntax);
  }
  if (times !== undefined) {
    const guarded = guardNulls(context, [left, right], ([l = left, r = right]) => {
      const again = combineTimes(syntax.operator, l, r);
      return again !== undefined && 'sql' in again ? again.sql : times.sql;
    });
    return makeValue(guarded, times.type, syntax, [left, right]);
  }
  if (!isNumber(left.type) || !isNumber(right.type)) {
    return reportMismatch(context, syntax.operator, [left.type, right.type], syntax);
  }
  if (left.type.kind === 'unknown' || right.type.kind === 'unknown') {
    const known = left.type.kind === 'unknown' ? right.type : left.type;
    const type = known.kind === 'decimal' ? resultWithNull(syntax, known) : known;
    const name = duckDbType(type);
    const nothing = raw(name === undefined ? 'NULL' : `CAST(NULL AS ${name})`);
    return makeValue(nothing, type, syntax, [left, right]);
  }
  if (syntax.operator === '%' && isRemainderTooWide(left.type, right.type)) {
    context.report(
      'sql-unsupported',
      `% of ${formatType(left.type)} and ${formatType(right.type)} is not supported: together they have more than 38 digits`,
      syntax,
      'cast one of them to a shorter decimal',
    );
    return failedValue(syntax);
  }
  const waiting = afterNulls([left], right);
  const combined = combineNumbers(context, syntax, left, waiting);
  const guarded = guardNulls(context, [left, waiting], ([l = left, r = waiting]) =>
    l === left ? combined.sql : combineNumbers(context, syntax, l, r).sql,
  );
  const divides = syntax.operator === '/' || syntax.operator === '%';
  const mayFail = divides && !isFloating(combined.type) && !isNonZeroNumber(syntax.right);
  const overflows = divides
    ? mayLackDigits(syntax.operator, left.type, right.type)
    : mayOverflow(syntax, combined.type) || mayLackDigits(syntax.operator, left.type, right.type);
  const parts = joinNullParts(left, right);
  return {
    ...combined,
    sql: guarded,
    mayFail: combined.mayFail || mayFail,
    mayOverflow: combined.mayOverflow || overflows,
    ...(parts !== undefined && { nullParts: parts }),
  };
}

/** Translates `||`: text, binary data, arrays, and an element at either end of an array. */
export function translateConcat(context: Context, syntax: ConcatExpression, scope: Scope): Value {
  return context.call(
    {
      kind: 'call',
      name: 'concat',
      nameSpan: syntax,
      args: [syntax.left, syntax.right],
      star: false,
      distinct: false,
      orderBy: [],
      start: syntax.start,
      end: syntax.end,
    },
    scope,
  );
}
