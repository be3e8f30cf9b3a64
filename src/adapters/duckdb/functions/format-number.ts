import { raw, sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { isInteger } from '../types/common.js';
import { rewrite, type FunctionRule } from './rule.js';

/**
 * `format_number`: a number with three digits and a letter for its thousands. Trino cuts it to a bigint, divides it by 1,000 until it
 * is below that, and rounds that double half up by its exact value. It shows no more than two digits behind the point; one from ten on,
 * none from a hundred on, and always two below zero.
 */
export const formatNumberRule: FunctionRule = rewrite((call) => {
  const { sql: value, type } = call.arg(0);
  if (isInteger(type)) return macroCall('format_number', [sql`CAST(${value} AS BIGINT)`]);
  if (type.kind === 'unknown') return { sql: raw('CAST(NULL AS VARCHAR)'), type: call.type };
  return macroCall('format_number', [macroCall('cut_to_bigint', [sql`CAST(${value} AS DOUBLE)`])]);
});

/** The letters of the thousands, and how often each was divided. */
const units: readonly (readonly [string, number])[] = [
  ['K', 1],
  ['M', 2],
  ['B', 3],
  ['T', 4],
  ['Q', 5],
];

/** The exact value with 30 digits behind the point, of which those up to `places` are kept. */
const rounded = (places: number): string =>
  `CAST(CAST(round(CAST(format('{:.30f}', value) AS DECIMAL(38, 30)), ${places}) AS DECIMAL(38, ${places})) AS VARCHAR)`;

const divided = (times: number): string =>
  `CAST(stedi_number AS DOUBLE)${' / 1000e0'.repeat(times)}`;

/** Macros of `formatNumberRule`. */
export const formatNumberMacros: Readonly<Record<string, readonly string[]>> = {
  // As Java casts: not a number is zero, what is too large is the greatest.
  cut_to_bigint: [
    `(value) AS CASE WHEN isnan(value) THEN CAST(0 AS BIGINT)
      WHEN value >= 9223372036854775807e0 THEN CAST(9223372036854775807 AS BIGINT)
      WHEN value <= -9223372036854775808e0 THEN CAST(-9223372036854775807 AS BIGINT) - 1
      ELSE CAST(trunc(value) AS BIGINT) END`,
  ],
  three_digits: [
    `(value) AS CASE WHEN value < 10 THEN regexp_replace(${rounded(2)}, '\\.?0+$', '')
      WHEN value < 100 THEN regexp_replace(${rounded(1)}, '\\.0$', '') ELSE ${rounded(0)} END`,
  ],
  format_number: [
    `(value) AS list_transform([value], lambda stedi_number: CASE
      WHEN stedi_number > -1000 AND stedi_number < 1000 THEN CAST(stedi_number AS VARCHAR)
      ${units
        .map(([letter, times], index) => {
          const condition =
            index === units.length - 1
              ? 'stedi_number IS NOT NULL'
              : `abs(${divided(times)}) < 1000`;
          return `WHEN ${condition} THEN stedi_trino.three_digits(${divided(times)}) || '${letter}'`;
        })
        .join('\n      ')} END)[1]`,
  ],
};
