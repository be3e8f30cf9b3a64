import type { SqlType } from '../../../core/sql-type.js';
import { callSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { callOnOpenTypes, macroCall } from '../translate/macro-call.js';
import { isRemainderTooWide } from '../translate/arithmetic.js';
import { isFiniteLiteral } from '../translate/compare.js';
import { plainCast } from '../translate/plain-cast.js';
import { isFloating, isInteger } from '../types/common.js';
import { limitSql } from './engine-limits.js';
import { normalMacros, normalRules } from './normal-distribution.js';
import {
  literalInteger,
  refuseOpenType,
  macro,
  refuse,
  refusal,
  rewrite,
  same,
  type FunctionCall,
  type FunctionFamily,
  type ReturnRule,
  type Rewritten,
} from './rule.js';

const nan = `CAST('NaN' AS DOUBLE)`;
const infinity = `CAST('Infinity' AS DOUBLE)`;
const noBeta = 'its last digits hang on a gamma function that DuckDB computes in another way';
const betaHint = 'compute it on Athena, in a model of its own';
const digits = '0123456789abcdefghijklmnopqrstuvwxyz';

/** An exponent that is written out is finite: it costs nothing more. */
function power(call: FunctionCall): Rewritten {
  const [base, exponent] = [call.arg(0), call.arg(1)];
  return isFiniteLiteral(exponent.syntax)
    ? callSql('pow', [base.sql, exponent.sql])
    : call.stableArgs((args) => macroCall('power_of', args));
}

/** Functions that are not a number where DuckDB fails. */
function within(condition: string, value: string): string {
  return `(x) AS CASE WHEN ${condition} THEN ${value} WHEN x IS NULL THEN NULL ELSE ${nan} END`;
}

function logarithm(name: string): string {
  return `(x) AS CASE WHEN x > 0 THEN ${name}(x) WHEN x = 0 THEN -${infinity} WHEN x IS NULL THEN NULL ELSE ${nan} END`;
}

/** Returns the value as exactly this type. */
function castTo(value: Sql, type: SqlType): Sql {
  const cast = plainCast(value, type);
  return 'parts' in cast ? cast : value;
}

type Decimal = SqlType & { kind: 'decimal' };

/** The type of a decimal rounded to a whole number: one more digit before the point, as it may be needed. */
const wholeDecimal: ReturnRule = ([type]) =>
  type?.kind === 'decimal'
    ? {
        kind: 'decimal',
        precision: type.precision - type.scale + Math.min(type.scale, 1),
        scale: 0,
      }
    : type?.kind === 'any'
      ? undefined
      : type;

function roundedDecimal(type: Decimal, places: number | undefined): Decimal {
  if (places === undefined) {
    const precision = type.precision - type.scale + Math.min(type.scale, 1);
    return { kind: 'decimal', precision, scale: 0 };
  }
  return { kind: 'decimal', precision: Math.min(38, type.precision + 1), scale: type.scale };
}

/**
 * Cuts digits of a decimal off. DuckDB's functions give zero, even for NULL, where as many digits are cut off as the type has before
 * the point: there they get a type with more.
 */
function cutDigits(name: 'round' | 'trunc', value: Sql, type: Decimal, places: number): Sql {
  const cut = (operand: Sql): Sql => sql`${raw(name)}(${operand}, ${raw(String(places))})`;
  const digits = type.precision - type.scale;
  if (-places < digits) {
    const result = cut(value);
    // Rounded up, the greatest decimals have a digit too many.
    return name === 'round' && type.precision === 38 ? macroCall('fit_digits', [result]) : result;
  }
  if (-places > digits) return sql`CASE WHEN ${value} IS NOT NULL THEN 0 END`;
  return name === 'round' && type.precision < 38
    ? cut(sql`CAST(${value} AS ${raw(`DECIMAL(${type.precision + 1}, ${type.scale})`)})`)
    : macroCall('without_digits', [
        value,
        raw(String(digits)),
        raw(name === 'round' ? 'true' : 'false'),
      ]);
}

function roundDecimal(call: FunctionCall, type: Decimal): Rewritten {
  const value = call.arg(0).sql;
  const placesArgument = call.args[1];
  const places = literalInteger(placesArgument);
  if (placesArgument !== undefined && places === undefined) {
    return refusal(
      'the number of places of a decimal must be a literal',
      'round a double instead: CAST(… AS double)',
      placesArgument.syntax,
    );
  }
  const target = roundedDecimal(type, placesArgument && places);
  if ((places ?? 0) >= type.scale) return { sql: castTo(value, target), type: target };
  const rounded = cutDigits('round', value, type, places ?? 0);
  return { sql: castTo(rounded, target), type: target };
}

function round(call: FunctionCall): Rewritten {
  const { type, sql: value } = call.arg(0);
  const places = call.args[1]?.sql;
  if (type.kind === 'decimal') return roundDecimal(call, type);
  if (isInteger(type)) {
    return places === undefined
      ? { sql: value, type }
      : { sql: castTo(macroCall('round_integer', [value, places]), type), type };
  }
  if (isFloating(type)) {
    return places === undefined
      ? sql`round(${value})`
      : castTo(macroCall('round_float', [value, places]), type);
  }
  // Of an unknown type: places before the point are another matter for each type.
  if (places === undefined) return sql`round(${value})`;
  return (literalInteger(call.args[1]) ?? -1) >= 0
    ? sql`round(${value}, ${places})`
    : refuseOpenType(call.arg(0));
}

function truncate(call: FunctionCall): Rewritten {
  const { type, sql: value } = call.arg(0);
  const placesArgument = call.args[1];
  const places = literalInteger(placesArgument);
  if (placesArgument !== undefined && places === undefined) {
    return refusal('the number of places must be a literal', undefined, placesArgument.syntax);
  }
  if (type.kind !== 'decimal') {
    return placesArgument === undefined
      ? sql`trunc(${value})`
      : refusal(
          'the type of its argument could not be found out',
          'add a CAST',
          call.arg(0).syntax,
        );
  }
  const target: SqlType =
    places === undefined
      ? { kind: 'decimal', precision: Math.max(1, type.precision - type.scale), scale: 0 }
      : type;
  if (places !== undefined && places >= type.scale) return { sql: value, type };
  return { sql: castTo(cutDigits('trunc', value, type, places ?? 0), target), type: target };
}

/** floor and ceiling: whole decimals need a type of their own. */
function toWhole(name: 'floor' | 'ceil'): (call: FunctionCall) => Rewritten {
  return (call) => {
    const { type, sql: value } = call.arg(0);
    if (type.kind === 'any') return callOnOpenTypes(`${name}_of_any`, [call.arg(0)]);
    if (isInteger(type)) return { sql: value, type };
    const whole = sql`${raw(name)}(${value})`;
    return type.kind === 'decimal' ? castTo(whole, call.type) : whole;
  };
}

/** Bodies of a macro for numbers whose type only DuckDB knows. A decimal it would have rounded before. */
function ofAnyNumber(name: string, integer: string, floating: string): readonly string[] {
  return [
    ...['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'].map(
      (type) => `(x ${type}) AS ${integer}`,
    ),
    ...['FLOAT', 'DOUBLE'].map((type) => `(x ${type}) AS ${floating}`),
    `(x DECIMAL) AS ${limitSql('open-type', `'${name} of ' || typeof(x)`, 'x')}`,
  ];
}

function sign(call: FunctionCall): Rewritten {
  const { type, sql: value } = call.arg(0);
  if (type.kind === 'decimal') {
    const target: SqlType = { kind: 'decimal', precision: 1, scale: 0 };
    return { sql: castTo(sql`sign(${value})`, target), type: target };
  }
  if (isInteger(type)) return castTo(sql`sign(${value})`, type);
  return type.kind === 'any'
    ? callOnOpenTypes('sign_of_any', [call.arg(0)])
    : macroCall('sign_of_float', [value]);
}

function mod(call: FunctionCall): Rewritten {
  const [left, right] = [call.arg(0), call.arg(1)];
  if (isFloating(left.type) || isFloating(right.type)) return sql`${left.sql} % ${right.sql}`;
  if (isRemainderTooWide(left.type, right.type)) {
    return refusal(
      'together its decimals have more than 38 digits',
      'cast one of them to a shorter decimal',
    );
  }
  const isKnown = [left, right].every(({ type }) => type.kind !== 'any');
  const areIntegers = isInteger(left.type) && isInteger(right.type);
  return isKnown
    ? macroCall(areIntegers ? 'mod_of_integers' : 'modulus', [left.sql, right.sql])
    : callOnOpenTypes('modulus_of_any', [left, right]);
}

/** Random numbers; with bounds the first is included and the second is not. */
function random(call: FunctionCall): Rewritten {
  const [first, second] = call.args;
  if (first === undefined) return sql`random()`;
  const open = call.args.find((argument) => argument.type.kind === 'any');
  if (open !== undefined) return refuseOpenType(open);
  const [start, stop] = second === undefined ? [raw('0'), first.sql] : [first.sql, second.sql];
  const message =
    second === undefined ? 'bound must be positive' : 'start value must be less than stop value';
  const picked = macroCall('random_between', [start, stop, stringSql(message)]);
  return castTo(picked, call.type);
}

/** Trino's mathematical functions. */
export const mathFunctions: FunctionFamily = {
  name: 'math',
  rules: {
    abs: same(),
    acos: macro(within('x BETWEEN -1 AND 1', 'acos(x)')),
    asin: macro(within('x BETWEEN -1 AND 1', 'asin(x)')),
    atan: same(),
    atan2: same(),
    beta_cdf: refuse(noBeta, betaHint),
    cbrt: same(),
    ceil: rewrite(toWhole('ceil'), { returns: wholeDecimal }),
    ceiling: rewrite(toWhole('ceil'), { returns: wholeDecimal }),
    cos: macro(within('isfinite(x)', 'cos(x)')),
    cosh: same(),
    cosine_similarity: macro(
      `(x, y) AS CASE WHEN x IS NULL OR y IS NULL THEN NULL
        WHEN stedi_trino.has_null(map_values(x)) OR stedi_trino.has_null(map_values(y)) THEN NULL
        ELSE coalesce(list_sum(list_transform(map_keys(x), lambda stedi_key:
          coalesce(list_extract(map_extract(x, stedi_key), 1) * list_extract(map_extract(y, stedi_key), 1), 0))), 0)
          / (stedi_trino.sparse_length(x) * stedi_trino.sparse_length(y)) END`,
    ),
    degrees: same(),
    e: rewrite(() => raw('2.718281828459045e0')),
    exp: same(),
    floor: rewrite(toWhole('floor'), { returns: wholeDecimal }),
    from_base: macro(
      `(text, radix) AS CASE WHEN text IS NULL OR radix IS NULL THEN NULL
        WHEN radix NOT BETWEEN 2 AND 36 THEN stedi_trino.fail('Radix must be between 2 and 36', CAST(0 AS BIGINT))
        WHEN regexp_full_match(text, '[+-]?[0-9a-zA-Z]+') AND
          len(list_filter(string_split(ltrim(lower(text), '+-'), ''), lambda stedi_digit: strpos('${digits}', stedi_digit) > radix)) = 0
        THEN CAST(CASE WHEN left(text, 1) = '-' THEN -1 ELSE 1 END *
          list_reduce(list_transform(string_split(ltrim(lower(text), '+-'), ''),
            lambda stedi_digit: CAST(strpos('${digits}', stedi_digit) - 1 AS HUGEINT)),
            lambda stedi_sum, stedi_digit: stedi_sum * radix + stedi_digit) AS BIGINT)
        ELSE stedi_trino.fail('Not a valid base-' || radix || ' number: ' || text, CAST(0 AS BIGINT)) END`,
    ),
    infinity: rewrite(() => raw(infinity)),
    inverse_beta_cdf: refuse(noBeta, betaHint),
    is_finite: same('isfinite'),
    is_infinite: same('isinf'),
    is_nan: same('isnan'),
    ln: macro(logarithm('ln')),
    log: macro('(b, x) AS stedi_trino.ln(x) / stedi_trino.ln(b)'),
    log10: macro(logarithm('log10')),
    log2: macro(logarithm('log2')),
    mod: rewrite(mod, {
      returns: ([left, right]) =>
        left?.kind === 'decimal' && right?.kind === 'decimal'
          ? {
              kind: 'decimal',
              precision:
                Math.min(left.precision - left.scale, right.precision - right.scale) +
                Math.max(left.scale, right.scale),
              scale: Math.max(left.scale, right.scale),
            }
          : undefined,
    }),
    nan: rewrite(() => raw(nan)),
    ...normalRules,
    pi: same(),
    pow: rewrite(power),
    power: rewrite(power),
    radians: same(),
    rand: rewrite(random),
    random: rewrite(random),
    round: rewrite(round),
    sign: rewrite(sign),
    sin: macro(within('isfinite(x)', 'sin(x)')),
    sinh: same(),
    sqrt: macro(within('x >= 0', 'sqrt(x)')),
    tan: macro(within('isfinite(x)', 'tan(x)')),
    tanh: same(),
    to_base: macro(
      `(number, radix) AS CASE WHEN number IS NULL OR radix IS NULL THEN NULL
        WHEN radix NOT BETWEEN 2 AND 36 THEN stedi_trino.fail('Radix must be between 2 and 36', '')
        WHEN number = -9223372036854775807 - 1 THEN '-' || lower(to_base(-(number // radix), CAST(radix AS INTEGER))
          || to_base(-(number % radix), CAST(radix AS INTEGER)))
        WHEN number < 0 THEN '-' || lower(to_base(-number, CAST(radix AS INTEGER)))
        ELSE lower(to_base(number, CAST(radix AS INTEGER))) END`,
    ),
    truncate: rewrite(truncate),
    width_bucket: macro(
      `(operand, bound1, bound2, buckets) AS CASE
        WHEN operand IS NULL OR bound1 IS NULL OR bound2 IS NULL OR buckets IS NULL THEN NULL
        WHEN buckets <= 0 THEN stedi_trino.fail('bucketCount must be greater than 0', CAST(0 AS BIGINT))
        WHEN isnan(operand) THEN stedi_trino.fail('operand must not be NaN', CAST(0 AS BIGINT))
        WHEN NOT isfinite(bound1) THEN stedi_trino.fail('first bound must be finite', CAST(0 AS BIGINT))
        WHEN NOT isfinite(bound2) THEN stedi_trino.fail('second bound must be finite', CAST(0 AS BIGINT))
        WHEN bound1 = bound2 THEN stedi_trino.fail('bounds cannot equal each other', CAST(0 AS BIGINT))
        WHEN bound1 < bound2 THEN CASE WHEN operand < bound1 THEN CAST(0 AS BIGINT) WHEN operand >= bound2 THEN CAST(buckets + 1 AS BIGINT)
          ELSE CAST(floor(buckets * (operand - bound1) / (bound2 - bound1) + 1) AS BIGINT) END
        ELSE CASE WHEN operand > bound1 THEN CAST(0 AS BIGINT) WHEN operand <= bound2 THEN CAST(buckets + 1 AS BIGINT)
          ELSE CAST(floor(buckets * (bound1 - operand) / (bound1 - bound2) + 1) AS BIGINT) END END`,
      `(operand, bins) AS CASE WHEN operand IS NULL OR bins IS NULL THEN NULL
        WHEN len(bins) = 0 THEN stedi_trino.fail('Bins cannot be an empty array', CAST(0 AS BIGINT))
        WHEN isnan(operand) THEN stedi_trino.fail('Operand cannot be NaN', CAST(0 AS BIGINT))
        WHEN len(list_filter(bins, lambda stedi_bin: isfinite(stedi_bin))) < len(bins) THEN stedi_trino.fail('Bin values must be finite', CAST(0 AS BIGINT))
        WHEN list_sort(bins) <> bins THEN stedi_trino.fail('Bin values are not sorted in ascending order', CAST(0 AS BIGINT))
        ELSE len(list_filter(bins, lambda stedi_bin: stedi_bin <= operand)) END`,
    ),
    wilson_interval_lower: macro(
      `(successes, trials, z) AS stedi_trino.wilson_interval(successes, trials, z, -1)`,
    ),
    wilson_interval_upper: macro(
      `(successes, trials, z) AS stedi_trino.wilson_interval(successes, trials, z, 1)`,
    ),
  },
  macros: {
    ...normalMacros,
    // 1 to an infinite power is not a number in Java, nor is it to one that is none; in C it is 1.
    power_of: [
      `(base, exponent) AS pow(CASE WHEN abs(base) = 1 AND NOT isfinite(exponent) THEN ${nan} ELSE base END, exponent)`,
    ],
    // DuckDB rounds what is not finite to zero.
    round_float: [
      '(x, places) AS CASE WHEN places IS NULL THEN NULL WHEN isfinite(x) THEN round(x, places) ELSE x END',
    ],
    fit_digits: [
      `(x) AS CASE WHEN length(replace(ltrim(CAST(x AS VARCHAR), '-'), '.', '')) > 38 THEN stedi_trino.fail('Value out of range', x) ELSE x END`,
    ],
    // Of decimals with so many digits before the point.
    without_digits: [
      `(x, digits, rounds) AS CASE WHEN rounds AND length(split_part(ltrim(CAST(x AS VARCHAR), '-'), '.', 1)) = digits
          AND ltrim(CAST(x AS VARCHAR), '-') >= '5'
        THEN stedi_trino.fail('Value out of range', 0) WHEN x IS NOT NULL THEN 0 END`,
    ],
    round_integer: [
      `(x, places) AS CASE WHEN x IS NULL OR places IS NULL THEN NULL WHEN places >= 0 THEN CAST(x AS HUGEINT)
        WHEN places < -19 THEN 0
        ELSE sign(x) * ((abs(CAST(x AS HUGEINT)) + CAST(pow(10, -places) AS HUGEINT) // 2) // CAST(pow(10, -places) AS HUGEINT))
          * CAST(pow(10, -places) AS HUGEINT) END`,
    ],
    ceil_of_any: ofAnyNumber('ceiling', 'x', 'ceil(x)'),
    floor_of_any: ofAnyNumber('floor', 'x', 'floor(x)'),
    sign_of_any: ofAnyNumber('sign', 'sign(x)', 'CASE WHEN isnan(x) THEN x ELSE sign(x) END'),
    sign_of_float: ['(x) AS CASE WHEN isnan(x) THEN x ELSE sign(x) END'],
    random_between: [
      `(start, stop, message) AS CASE WHEN start < stop THEN start + floor(random() * (stop - start))
        WHEN start IS NULL OR stop IS NULL THEN NULL ELSE stedi_trino.fail(message, CAST(0 AS DOUBLE)) END`,
    ],
    sparse_length: [
      '(x) AS sqrt(coalesce(list_sum(list_transform(map_values(x), lambda stedi_value: stedi_value * stedi_value)), 0))',
    ],
    wilson_interval: [
      `(successes, trials, z, direction) AS CASE WHEN successes IS NULL OR trials IS NULL OR z IS NULL THEN NULL
        WHEN successes < 0 THEN stedi_trino.fail('number of successes must not be negative', CAST(0 AS DOUBLE))
        WHEN trials <= 0 THEN stedi_trino.fail('number of trials must be positive', CAST(0 AS DOUBLE))
        WHEN successes > trials THEN stedi_trino.fail('number of successes must not be larger than number of trials', CAST(0 AS DOUBLE))
        WHEN z < 0 THEN stedi_trino.fail('z-score must not be negative', CAST(0 AS DOUBLE))
        ELSE (CAST(successes AS DOUBLE) / trials + z * z / (2 * trials)
          + direction * z * sqrt(CAST(successes AS DOUBLE) / trials * (1 - CAST(successes AS DOUBLE) / trials) / trials + z * z / (4 * CAST(trials AS DOUBLE) * trials)))
          / (1 + z * z / trials) END`,
    ],
  },
};
