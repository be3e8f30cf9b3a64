import { callSql, sql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { isInteger } from '../types/common.js';
import { refusal, refuseOpenType, rewrite, type Argument, type FunctionRule } from './rule.js';
import { timesWord } from './word.js';

/** The factor of each hash, which a null counts for by itself. */
const prime = '11400714785074694791';

/** Returns the bytes that Trino hashes of a value, as digits of which two are a byte; `undefined` for types that are not supported. */
function hashedDigits({ sql: value, type }: Argument): Sql | undefined {
  const ofNumber = (number: Sql): Sql =>
    macroCall('bigint_digits', [sql`CAST(${number} AS BIGINT)`]);
  if (isInteger(type)) return ofNumber(value);
  switch (type.kind) {
    case 'boolean':
      return ofNumber(value);
    case 'date':
      return ofNumber(sql`${value} - DATE '1970-01-01'`);
    case 'timestamp':
      return type.withZone || type.precision > 6
        ? undefined
        : ofNumber(callSql('epoch_us', [value]));
    case 'decimal':
      return type.precision > 18 ? undefined : ofNumber(macroCall('unscaled', [value]));
    case 'double':
      return macroCall('double_digits', [value]);
    case 'real':
      return ofNumber(macroCall('real_bits', [value]));
    case 'varchar':
      return sql`hex(encode(${value}))`;
    case 'char':
      return sql`hex(encode(rtrim(${value}, ' ')))`;
    case 'varbinary':
      return callSql('hex', [value]);
    default:
      return undefined;
  }
}

/** `checksum`: the sum of the xxHash64 of each value times a prime, without what is beyond 64 bits; the order of rows does not count. */
export const checksumRule: FunctionRule = rewrite((call) => {
  const argument = call.arg(0);
  if (argument.type.kind === 'any') return refuseOpenType(argument);
  const digits =
    argument.type.kind === 'unknown' ? sql`CAST(NULL AS VARCHAR)` : hashedDigits(argument);
  if (digits === undefined) {
    return refusal(
      'its hash of values of this type has no counterpart',
      'compare counts and sums',
      argument.syntax,
    );
  }
  return macroCall('word_bytes', [call.aggregate('sum', [macroCall('checksum_word', [digits])])]);
});

/** Macros of `checksumRule`. */
export const checksumMacros: Readonly<Record<string, readonly string[]>> = {
  // The least byte first.
  reversed_digits: [
    `(digits) AS list_transform([digits], lambda stedi_digits: array_to_string(list_transform([15, 13, 11, 9, 7, 5, 3, 1],
      lambda stedi_at: substr(stedi_digits, stedi_at, 2)), ''))[1]`,
  ],
  bigint_digits: [
    '(value) AS stedi_trino.reversed_digits(hex(stedi_trino.to_big_endian_64(value)))',
  ],
  // Both zeros are one.
  double_digits: [
    `(value) AS stedi_trino.reversed_digits(hex(stedi_trino.to_ieee754_64(CASE WHEN value = 0 THEN 0e0 ELSE value END)))`,
  ],
  real_bits: [
    `(value) AS stedi_trino.from_big_endian_32(stedi_trino.to_ieee754_32(CASE WHEN value = 0 THEN CAST(0 AS FLOAT) ELSE value END))`,
  ],
  checksum_word: [
    `(digits) AS list_transform([digits], lambda stedi_hashed: CASE WHEN stedi_hashed IS NULL THEN CAST(${prime} AS HUGEINT)
      ELSE ${timesWord('stedi_trino.xxhash_of(stedi_hashed)', prime)} END)[1]`,
  ],
  word_bytes: [
    `(total) AS unhex(stedi_trino.reversed_digits(lpad(to_hex(CAST(total & 18446744073709551615::HUGEINT AS UBIGINT)), 16, '0')))`,
  ],
};
