import type {
  Expression,
  IntervalLiteral,
  IntervalUnit,
  NumberLiteral,
  TypedLiteral,
} from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { simpleType, unknownType, booleanType } from '../types/common.js';
import { castLiteral } from './cast.js';
import { failedValue, makeValue, type Context, type Value } from './context.js';
import { raw, sql, stringSql, type Sql } from './fragment.js';
import { translateTimeLiteral } from './time-literal.js';

const smallestBigint = -(2n ** 63n);
const largestBigint = 2n ** 63n - 1n;

/** Translates a number; `negative` when a minus stands before it. */
export function translateNumber(
  context: Context,
  literal: NumberLiteral,
  { negative }: { readonly negative: boolean },
  syntax: Expression,
): Value {
  const sign = negative ? '-' : '';
  if (literal.numeric === 'double' && !Number.isFinite(Number(literal.text))) {
    context.report(
      'sql-syntax',
      `expected a number of type double, found ${sign}${literal.text}`,
      syntax,
    );
    return failedValue(syntax);
  }
  if (literal.numeric === 'double') {
    return makeValue(
      raw(`${sign}${literal.text}`, { atomic: !negative }),
      simpleType('double'),
      syntax,
    );
  }
  if (literal.numeric === 'decimal')
    return translateDecimal(context, literal.text, negative, syntax);
  const value = BigInt(`${sign}${literal.text}`);
  if (value < smallestBigint || value > largestBigint) {
    context.report(
      'sql-syntax',
      `expected a number of type bigint, found ${sign}${literal.text}`,
      syntax,
      `write DECIMAL '${sign}${literal.text}'`,
    );
    return failedValue(syntax);
  }
  const isSmall = value >= -(2n ** 31n) && value < 2n ** 31n;
  const type = simpleType(isSmall ? 'integer' : 'bigint');
  // DuckDB reads the digits first and the sign afterwards, which widens the smallest number of each type.
  const isSmallest = value === -(2n ** 31n) || value === smallestBigint;
  const printed = isSmallest
    ? raw(`CAST('${value}' AS ${isSmall ? 'INTEGER' : 'BIGINT'})`)
    : raw(value.toString(), { atomic: value >= 0n });
  return makeValue(printed, type, syntax);
}

function translateDecimal(
  context: Context,
  text: string,
  negative: boolean,
  syntax: Expression,
): Value {
  const [whole = '', fraction = ''] = text.split('.');
  const digits = (whole + fraction).replace(/^0+(?=.)/, '');
  const precision = Math.max(digits.length, fraction.length, 1);
  if (precision > 38) {
    context.report('sql-syntax', 'expected a decimal of at most 38 digits', syntax);
    return failedValue(syntax);
  }
  const sign = negative ? '-' : '';
  const number = `${sign}${whole.replace(/^0+(?=\d)/, '') || '0'}.${fraction}`;
  const type: SqlType = { kind: 'decimal', precision, scale: fraction.length };
  // DuckDB reads such a literal as a decimal too, but for one without digits after the point, or with so many that it takes
  // the zero before the point for a digit too many: that is a double.
  const printed =
    fraction === '' || fraction.length === 38
      ? raw(`CAST('${number}' AS DECIMAL(${precision}, ${fraction.length}))`)
      : raw(number, { atomic: !negative });
  return makeValue(printed, type, syntax);
}

const unitsInMs: Readonly<Record<Exclude<IntervalUnit, 'year' | 'month'>, bigint>> = {
  day: 86_400_000n,
  hour: 3_600_000n,
  minute: 60_000n,
  second: 1_000n,
};

/** Returns the number of months, or of milliseconds, of an interval; `undefined` if its text does not fit its units. */
function measureInterval(literal: IntervalLiteral): { months?: bigint; ms?: bigint } | undefined {
  const minus = /^-/.test(literal.value) ? -1n : 1n;
  const sign = literal.negative ? -minus : minus;
  const text = literal.value.replace(/^[+-]/, '');
  const to = literal.to ?? literal.from;
  if (literal.from === 'year' || literal.from === 'month') {
    if (to !== 'year' && to !== 'month') return undefined;
    const parts = text.split('-');
    if (parts.length > (literal.from === to ? 1 : 2) || parts.some((part) => !/^\d+$/.test(part))) {
      return undefined;
    }
    const [first = '0', second = '0'] = parts;
    const months = literal.from === 'month' ? BigInt(first) : BigInt(first) * 12n + BigInt(second);
    return { months: sign * months };
  }
  const units = ['day', 'hour', 'minute', 'second'] as const;
  const range = units.slice(
    units.indexOf(literal.from),
    units.findIndex((unit) => unit === to) + 1,
  );
  const match = /^(\d+(?:[ :]\d+)*)(?:\.(\d{1,3}))?$/.exec(text);
  const parts = match?.[1]?.split(/[ :]/) ?? [];
  const fraction = match?.[2];
  if (
    match === null ||
    parts.length > range.length ||
    (fraction !== undefined && to !== 'second')
  ) {
    return undefined;
  }
  const ms = parts.reduce(
    (sum, part, index) => {
      const unit = range[index];
      return unit === undefined ? sum : sum + BigInt(part) * unitsInMs[unit];
    },
    BigInt((fraction ?? '0').padEnd(3, '0')),
  );
  return { ms: sign * ms };
}

function translateInterval(context: Context, literal: IntervalLiteral): Value {
  const measure = measureInterval(literal);
  if (measure === undefined) {
    context.report('sql-syntax', `'${literal.value}' is not an interval of these units`, literal);
    return failedValue(literal);
  }
  return measure.months === undefined
    ? makeValue(
        raw(`to_microseconds(${(measure.ms ?? 0n) * 1000n})`),
        simpleType('interval day to second'),
        literal,
      )
    : makeValue(raw(`to_months(${measure.months})`), simpleType('interval year to month'), literal);
}

function translateTyped(context: Context, literal: TypedLiteral): Value {
  const { type, value } = literal;
  if (type === 'timestamp' || type === 'time' || type === 'date') {
    return translateTimeLiteral(context, literal, type);
  }
  if (type === 'decimal') {
    const [, sign, digits] = /^([+-]?)(\d+\.?\d*|\.\d+)$/.exec(value) ?? [];
    if (digits === undefined) {
      context.report('sql-syntax', `expected a decimal, found '${value}'`, literal);
      return failedValue(literal);
    }
    return translateDecimal(context, digits, sign === '-', literal);
  }
  if (type === 'char') {
    return makeValue(stringSql(value), { kind: 'char', length: Array.from(value).length }, literal);
  }
  return castLiteral(context, literal);
}

function binarySql(hex: string): Sql {
  return sql`from_hex(${stringSql(hex)})`;
}

type Literal = Expression & {
  kind: 'null' | 'boolean' | 'number' | 'string' | 'binary' | 'typed' | 'interval';
};

/** Translates a literal. */
export function translateLiteral(context: Context, literal: Literal): Value {
  switch (literal.kind) {
    case 'null':
      return makeValue(raw('NULL'), unknownType, literal);
    case 'boolean':
      return makeValue(raw(String(literal.value)), booleanType, literal);
    case 'number':
      return translateNumber(context, literal, { negative: false }, literal);
    case 'string':
      return makeValue(
        stringSql(literal.value),
        { kind: 'varchar', length: Array.from(literal.value).length },
        literal,
      );
    case 'binary':
      return makeValue(binarySql(literal.hex), simpleType('varbinary'), literal);
    case 'interval':
      return translateInterval(context, literal);
    case 'typed':
      return translateTyped(context, literal);
  }
}
