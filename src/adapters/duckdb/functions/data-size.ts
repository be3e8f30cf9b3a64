import { limitSql } from './engine-limits.js';
import { nullableMacro } from './collection.js';
import type { FunctionRule } from './rule.js';

/** The units of a size, from a byte on: each is 1024 of the one before it. */
const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

const unitCases = units
  .map((unit, power) => `WHEN '${unit}' THEN CAST(${2n ** BigInt(10 * power)} AS HUGEINT)`)
  .join(' ');

const size = String.raw`(?:[0-9]+[.]?[0-9]*|[.][0-9]+)`;

/** Reads sizes such as `2.5MB` as numbers of bytes; what is less than a byte is cut off. */
export const dataSizeRules: Readonly<Record<string, FunctionRule>> = {
  parse_data_size: nullableMacro('size_of_text'),
  parse_presto_data_size: nullableMacro('size_of_text'),
};

/** Macros of `dataSizeRules`. */
export const dataSizeMacros: Readonly<Record<string, readonly string[]>> = {
  size_of_text: [
    `(text) AS list_transform([text], lambda stedi_size: CASE
      WHEN regexp_full_match(stedi_size, '${size}(${units.join('|')})')
        THEN stedi_trino.size_in_bytes(
          split_part(regexp_replace(stedi_size, '[a-zA-Z]+', ''), '.', 1),
          split_part(regexp_replace(stedi_size, '[a-zA-Z]+', ''), '.', 2),
          stedi_trino.size_unit(regexp_extract(stedi_size, '[a-zA-Z]+')))
      WHEN regexp_matches(stedi_size, '[^\\x00-\\x7F]')
        THEN ${limitSql('other-digits', 'stedi_size', 'CAST(0 AS DECIMAL(38, 0))')}
      WHEN stedi_size IS NOT NULL
        THEN stedi_trino.fail('Invalid data size: ' || stedi_size, CAST(0 AS DECIMAL(38, 0))) END)[1]`,
  ],
  size_unit: [`(unit) AS CASE unit ${unitCases} END`],
  // Of the digits before and after the point.
  size_in_bytes: [
    `(whole, fraction, unit) AS CASE
      WHEN coalesce(TRY_CAST('0' || whole AS HUGEINT) <= 99999999999999999999999999999999999999 // unit, false)
        THEN CAST(CAST('0' || whole AS HUGEINT) * unit + stedi_trino.fraction_of(fraction, unit) AS DECIMAL(38, 0))
      ELSE stedi_trino.refuse('Decimal overflow', CAST(0 AS DECIMAL(38, 0))) END`,
  ],
  // The whole part of a fraction of a number: twelve digits at a time, from the last on, so that no product has more than 38.
  fraction_of: [
    `(digits, number) AS list_reduce([CAST(0 AS HUGEINT)] || list_transform(range(CAST(ceil(length(digits) / 12e0) AS BIGINT), 0, -1), lambda stedi_place:
        CAST(rpad(substr(digits, stedi_place * 12 - 11, 12), 12, '0') AS HUGEINT)),
      lambda stedi_rest, stedi_part: (stedi_part * number + stedi_rest) // 1000000000000)`,
  ],
};
