import { callSql, sql } from '../translate/fragment.js';
import { failurePrefix, limitPrefix } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { rewrite, same, type FunctionFamily } from './rule.js';

/** HUGEINT is the type of DuckDB's sums. */
const integerTypes = ['TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'HUGEINT'];

const byZero = (value: string): string => `stedi_trino.fail('Division by zero', ${value})`;

/** What the macros for operands of unknown type do with decimals: DuckDB would have rounded them before. */
const unknownDecimals = (operator: string): string =>
  `(a DECIMAL, b DECIMAL) AS ${limitSql('open-type', `typeof(a) || ' ${operator} ' || typeof(b)`, 'a')}`;

/**
 * Macros for what operators, casts and subscripts mean in Trino. `fail` ends the statement with a message; it is typed
 * like `value`, is not volatile (DuckDB's TRY refuses volatile functions such as error()), and is not evaluated early.
 * `refuse` does the same where TRY must not turn the failure into NULL: only DuckDB fails there, or Trino's TRY lets such an
 * error through. An error about a name of a time zone is one that passes DuckDB's TRY and says what it was given.
 */
export const semanticsMacros: FunctionFamily = {
  name: 'semantics',
  rules: {
    grouping: rewrite(
      (call) =>
        sql`CAST(${callSql(
          'grouping',
          call.args.map((argument) => argument.sql),
        )} AS INTEGER)`,
    ),
    uuid: same(),
  },
  macros: {
    fail: [
      `(message, value) AS list_extract([value], CAST('${failurePrefix}' || message AS BIGINT))`,
    ],
    refuse: [
      `(message, value) AS list_extract([value], epoch_us(timezone('${failurePrefix}' || message, TIMESTAMP '1970-01-01 00:00:00')))`,
    ],
    // The same for what DuckDB alone cannot compute; see `engine-limits.ts`.
    limit: [
      `(name, detail, value) AS list_extract([value], epoch_us(timezone('${limitPrefix}' || name || ': ' || coalesce(detail, ''), TIMESTAMP '1970-01-01 00:00:00')))`,
    ],
    no_nan: [`(x) AS CASE WHEN isnan(x) THEN ${limitSql('nan-quantified', "''", 'x')} ELSE x END`],
    divide_integers: [
      `(a, b) AS CASE WHEN a IS NULL THEN NULL WHEN b = 0 THEN ${byZero('a')} ELSE a // b END`,
      `(a, b, least) AS CASE WHEN a IS NULL THEN NULL WHEN b = 0 THEN ${byZero('a')}
        WHEN b = -1 AND a = least THEN stedi_trino.refuse('The quotient is out of range', a) ELSE a // b END`,
    ],
    // DuckDB fails on the least integer and -1.
    modulus_of_integers: [
      `(a, b) AS CASE WHEN a IS NULL THEN NULL WHEN b = 0 THEN ${byZero('a')} WHEN b = -1 THEN b - b ELSE a % b END`,
    ],
    // To Trino's TRY a zero is none of its errors here, unlike that of `%`.
    mod_of_integers: [
      `(a, b) AS CASE WHEN a IS NULL THEN NULL WHEN b = 0 THEN stedi_trino.refuse('Division by zero', a)
        ELSE stedi_trino.modulus_of_integers(a, b) END`,
    ],
    // `%` of decimals; of floating point numbers it is DuckDB's own.
    modulus: [
      `(a, b) AS CASE WHEN a IS NULL THEN NULL WHEN b = 0 THEN ${byZero('a % b')} ELSE a % b END`,
    ],
    // Operands whose types only DuckDB knows.
    divide: [
      ...integerTypes.map((type) => `(a ${type}, b ${type}) AS stedi_trino.divide_integers(a, b)`),
      '(a FLOAT, b FLOAT) AS a / b',
      '(a DOUBLE, b DOUBLE) AS a / b',
      unknownDecimals('/'),
    ],
    modulus_of_any: [
      ...integerTypes.map(
        (type) => `(a ${type}, b ${type}) AS stedi_trino.modulus_of_integers(a, b)`,
      ),
      '(a FLOAT, b FLOAT) AS a % b',
      '(a DOUBLE, b DOUBLE) AS a % b',
      unknownDecimals('%'),
    ],
    // Days between dates are an interval; a number of days cannot be added to a date.
    minus: [
      '(a DATE, b DATE) AS to_milliseconds(86400000 * (a - b))',
      `(a DATE, b BIGINT) AS stedi_trino.refuse('Cannot subtract a number from a date: write date_add(…)', a)`,
      '(a DATE, b INTERVAL) AS stedi_trino.add_to_date(a, -b)',
      '(a, b) AS a - b',
    ],
    plus: [
      `(a DATE, b BIGINT) AS stedi_trino.refuse('Cannot add a number to a date: write date_add(…)', a)`,
      `(a BIGINT, b DATE) AS stedi_trino.refuse('Cannot add a date to a number: write date_add(…)', b)`,
      '(a DATE, b INTERVAL) AS stedi_trino.add_to_date(a, b)',
      '(a INTERVAL, b DATE) AS stedi_trino.add_to_date(b, a)',
      '(a, b) AS a + b',
    ],
    // A decimal as a whole number of its last digit, for exact division, and back.
    unscaled: [`(value) AS CAST(replace(CAST(value AS VARCHAR), '.', '') AS HUGEINT)`],
    with_point: [
      `(value, scale) AS CASE WHEN value < 0 THEN '-' ELSE '' END ||
        left(stedi_trino.with_zeros(abs(value), scale + 1), -scale) || '.' ||
        right(stedi_trino.with_zeros(abs(value), scale + 1), scale)`,
    ],
    // The same as `divide_rounded(a * factor, b)` where the factor, ten to the power of `shift`, leaves no room: as on paper,
    // as many digits at a time as the divisor leaves.
    divide_shifted: [
      `(a, b, shift) AS list_extract(list_transform([struct_pack(a := a, b := b)], lambda stedi_d: CASE
        WHEN stedi_d.a IS NULL OR stedi_d.b IS NULL THEN NULL
        WHEN stedi_d.b = 0 THEN stedi_trino.fail('Division by zero', stedi_d.a)
        WHEN stedi_trino.digits_of(stedi_d.b) > 37 THEN ${limitSql('digits', "'the divisor has 38 of them'", 'stedi_d.a')}
        ELSE sign(stedi_d.a) * sign(stedi_d.b) * stedi_trino.rounded_quotient(stedi_trino.long_division(
          abs(stedi_d.a), abs(stedi_d.b), shift, 38 - stedi_trino.digits_of(stedi_d.b)), abs(stedi_d.b)) END), 1)`,
    ],
    divide_beyond: [
      `(a, b) AS CASE WHEN a IS NULL OR b IS NULL THEN NULL
        WHEN b = 0 THEN stedi_trino.fail('Division by zero', a)
        ELSE stedi_trino.fail('Decimal overflow', a) END`,
    ],
    digits_of: ['(value) AS length(CAST(abs(value) AS VARCHAR))'],
    power_of_ten: [`(exponent) AS CAST('1' || repeat('0', exponent) AS HUGEINT)`],
    // The quotient and the rest after `shift` more digits of zero, `size` of them at a time.
    long_division: [
      `(a, b, shift, size) AS list_reduce(
        [struct_pack(quotient := a // b, rest := a % b, digits := 0)] || list_transform(range(0, shift, size),
          lambda stedi_from: struct_pack(quotient := CAST(0 AS HUGEINT), rest := CAST(0 AS HUGEINT), digits := least(size, shift - stedi_from))),
        lambda stedi_done, stedi_next: struct_pack(
          quotient := stedi_trino.longer_quotient(stedi_done.quotient, stedi_next.digits)
            + stedi_done.rest * stedi_trino.power_of_ten(stedi_next.digits) // b,
          rest := stedi_done.rest * stedi_trino.power_of_ten(stedi_next.digits) % b, digits := 0))`,
    ],
    longer_quotient: [
      `(quotient, digits) AS CASE WHEN quotient = 0 THEN quotient
        WHEN stedi_trino.digits_of(quotient) + digits > 38 THEN ${limitSql('digits', "'a quotient'", 'quotient')}
        ELSE quotient * stedi_trino.power_of_ten(digits) END`,
    ],
    rounded_quotient: [
      '(division, b) AS division.quotient + CASE WHEN division.rest >= b - division.rest THEN 1 ELSE 0 END',
    ],
    // By the factor, where the dividend leaves room for it.
    divide_wide: [
      `(a, b, shift, factor, most) AS CASE WHEN abs(a) <= most THEN stedi_trino.divide_rounded(a * factor, b)
        ELSE stedi_trino.divide_shifted(a, b, shift) END`,
    ],
    with_zeros: [
      `(value, size) AS repeat('0', size - length(CAST(value AS VARCHAR))) || CAST(value AS VARCHAR)`,
    ],
    divide_rounded: [
      `(a, b) AS CASE WHEN a IS NULL THEN NULL
        WHEN b = 0 THEN stedi_trino.fail('Division by zero', a)
        ELSE a // b + CASE WHEN abs(a % b) >= abs(b) - abs(a % b) THEN sign(a) * sign(b) ELSE 0 END END`,
    ],
    // The escape character must be one character, and stand before itself, % or _.
    like_escape: [
      `(value, pattern, marker) AS CASE
        WHEN length(marker) <> 1 THEN stedi_trino.fail('Escape string must be a single character', true)
        WHEN regexp_full_match(replace(pattern, marker || marker, ''),
          '([^' || regexp_escape(marker) || ']|' || regexp_escape(marker) || '[%_])*', 's')
        THEN like_escape(value, pattern, marker)
        WHEN value IS NULL OR pattern IS NULL OR marker IS NULL THEN NULL
        ELSE stedi_trino.fail('Escape character must be followed by ''%'', ''_'' or the escape character itself', true) END`,
    ],
    // Whether all are true, where null is neither.
    all_true: [
      `(items) AS CASE WHEN list_contains(items, false) THEN false
        WHEN len(list_filter(items, lambda stedi_item: stedi_item IS NULL)) > 0 THEN NULL
        WHEN items IS NULL THEN NULL ELSE true END`,
    ],
    // Where two arrays differ, or one has a null: a place that both have, else null.
    first_difference: [
      `(a, b) AS list_filter(range(1, least(len(a), len(b)) + 1), lambda stedi_place:
        list_extract(a, stedi_place) IS NULL OR list_extract(b, stedi_place) IS NULL OR
        list_extract(a, stedi_place) <> list_extract(b, stedi_place))[1]`,
    ],
    has_null: ['(items) AS len(list_filter(items, lambda stedi_item: stedi_item IS NULL)) > 0'],
    array_subscript: [
      `(items, i) AS CASE WHEN i BETWEEN 1 AND len(items) THEN list_extract(items, i)
        WHEN i IS NULL OR items IS NULL THEN NULL
        ELSE stedi_trino.fail(CASE WHEN i = 0 THEN 'SQL array indices start at 1'
          WHEN i < 0 THEN 'Array subscript is negative: ' || i
          ELSE 'Array subscript out of bounds: ' || i END, list_extract(items, 1)) END`,
    ],
    map_subscript: [
      `(entries, key) AS CASE WHEN map_contains(entries, key) AND NOT stedi_trino.is_nan(key)
        THEN list_extract(map_extract(entries, key), 1)
        WHEN key IS NULL OR entries IS NULL THEN NULL
        ELSE stedi_trino.fail('Key not present in map: ' || key, list_extract(map_extract(entries, key), 1)) END`,
    ],
    any_subscript: [
      `(items, i) AS CASE WHEN i BETWEEN 1 AND len(items) THEN list_extract(items, i)
        WHEN i IS NULL OR items IS NULL THEN NULL
        ELSE stedi_trino.fail('Array subscript out of bounds: ' || i, list_extract(items, 1)) END`,
    ],
  },
};
