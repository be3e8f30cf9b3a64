import { formatNumberMacros, formatNumberRule } from './format-number.js';
import { ipAddressMacros } from './ip-address.js';
import { formatType } from '../../../core/sql-type.js';
import { sql, stringSql } from '../translate/fragment.js';
import { partsOf } from '../types/common.js';
import { limitSql } from './engine-limits.js';
import { dataSizeMacros, dataSizeRules } from './data-size.js';
import { formatCall, formatMacros } from './format.js';
import { refusal, rewrite, type FunctionFamily } from './rule.js';

const decimalNumber = String.raw`([0-9]+[.]?[0-9]*|[.][0-9]+)`;

/** Ends the statement as Trino's casts do. */
function cannotCast(text: string, type: string, example: string): string {
  return `stedi_trino.fail('Cannot cast ''' || ${text} || ''' to ${type}', ${example})`;
}

/**
 * The text of a number as Trino prints doubles: one digit before the point, at least one after it, and an exponent
 * (`1.5E0`). DuckDB prints the same digits with or without an exponent, which `text` holds without its sign.
 */
const doubleText = `(text) AS list_transform([text], lambda stedi_text: stedi_trino.scientific(
    split_part(split_part(stedi_text, 'e', 1), '.', 1),
    split_part(split_part(stedi_text, 'e', 1), '.', 2),
    coalesce(TRY_CAST(split_part(stedi_text, 'e', 2) AS INTEGER), 0)))[1]`;

const scientific = `(whole, fraction, exponent) AS
    left(ltrim(whole || fraction, '0'), 1) || '.' ||
    CASE WHEN rtrim(substr(ltrim(whole || fraction, '0'), 2), '0') = '' THEN '0'
      ELSE rtrim(substr(ltrim(whole || fraction, '0'), 2), '0') END || 'E' ||
    (exponent + CASE WHEN whole = '0' THEN length(ltrim(fraction, '0')) - length(fraction) - 1
      ELSE length(whole) - 1 END)`;

/** The text of a double or real, from DuckDB's text of it. Of a real Trino shows seven digits. A macro's argument is copied to each place, so it is named once. */
const floatText = `list_transform([value], lambda stedi_value: CASE CAST(stedi_value AS VARCHAR)
    WHEN 'nan' THEN 'NaN' WHEN '-nan' THEN 'NaN' WHEN 'inf' THEN 'Infinity' WHEN '-inf' THEN '-Infinity' WHEN '0.0' THEN '0E0' WHEN '-0.0' THEN '-0E0'
    WHEN '5e-324' THEN '4.9E-324' WHEN '-5e-324' THEN '-4.9E-324'
    ELSE CASE WHEN CAST(stedi_value AS VARCHAR)[1] = '-' THEN '-' ELSE '' END || stedi_trino.double_text(ltrim(
      CASE WHEN typeof(stedi_value) = 'FLOAT' THEN printf('%.6e', CAST(CAST(stedi_value AS VARCHAR) AS DOUBLE)) ELSE CAST(stedi_value AS VARCHAR) END, '-')) END)[1]`;

/** Types whose text DuckDB prints as Trino does. */
const plainTypes = `'BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'VARCHAR', 'DATE', 'UUID', '"NULL"'`;

/** The text of a boolean, as a number. */
const booleanDigit = `WHEN typeof(value) = 'BOOLEAN' THEN CASE CAST(value AS VARCHAR) WHEN 'true' THEN '1' WHEN 'false' THEN '0' END`;

/** Trino's conversion functions, and the macros of its casts (`translate/cast.ts`). */
export const conversionFunctions: FunctionFamily = {
  name: 'conversion',
  rules: {
    format: rewrite(formatCall),
    format_number: formatNumberRule,
    ...dataSizeRules,
    typeof: rewrite((call) => {
      const { type, syntax } = call.arg(0);
      const isOpen = partsOf(type).some(
        (part) => part.kind === 'any' || (part.kind === 'varchar' && part.inexact === true),
      );
      if (isOpen) {
        return refusal('the type of its argument could not be found out', 'write the type', syntax);
      }
      const name = stringSql(formatType(type));
      // The argument stays, because an aggregate in it makes one row of many.
      return syntax.kind === 'call' || syntax.kind === 'arithmetic'
        ? sql`CASE WHEN ${call.arg(0).sql} IS NULL THEN ${name} ELSE ${name} END`
        : name;
    }),
  },
  macros: {
    ...dataSizeMacros,
    // A real beyond the bigints is the greatest or the least of them.
    real_to_bigint: [
      `(x) AS CASE WHEN isnan(x) THEN ${cannotCast("'NaN'", 'bigint', '0')} WHEN x >= 9223372036854775807::FLOAT THEN 9223372036854775807
        WHEN x <= (-9223372036854775808)::FLOAT THEN -9223372036854775808 ELSE CAST(round(x) AS BIGINT) END`,
    ],
    ...formatMacros,
    double_text: [doubleText],
    scientific: [scientific],
    float_to_varchar: [`(value) AS ${floatText}`],
    // Whose type only DuckDB knows. Every branch must make sense to it for every type.
    any_to_varchar: [
      `(value) AS CASE WHEN typeof(value) IN (${plainTypes}) THEN CAST(value AS VARCHAR)
        WHEN typeof(value) LIKE 'DECIMAL(%' THEN stedi_trino.decimal_to_varchar(value)
        WHEN typeof(value) IN ('DOUBLE', 'FLOAT') THEN stedi_trino.float_to_varchar(value)
        ELSE ${limitSql('open-type', "'a cast of ' || typeof(value) || ' to varchar'", "''")} END`,
    ],
    any_to_bounded: [
      `(value, size, type) AS CASE WHEN typeof(value) = 'VARCHAR' THEN left(CAST(value AS VARCHAR), size)
        ELSE stedi_trino.fitting_text(stedi_trino.any_to_varchar(value), size, type) END`,
    ],
    any_to_char: [
      `(value, size, type) AS CASE WHEN typeof(value) = 'VARCHAR' THEN rpad(left(CAST(value AS VARCHAR), size), size, ' ')
        ELSE ${limitSql('open-type', "'a cast of ' || typeof(value) || ' to ' || type", "''")} END`,
    ],
    // DuckDB leaves out the zero before the point when the type has no digits there.
    decimal_to_varchar: [
      `(value) AS CASE WHEN CAST(value AS VARCHAR)[1] = '.' THEN '0' || CAST(value AS VARCHAR)
        WHEN left(CAST(value AS VARCHAR), 2) = '-.' THEN '-0' || substr(CAST(value AS VARCHAR), 2) ELSE CAST(value AS VARCHAR) END`,
    ],
    ...ipAddressMacros,
    ...formatNumberMacros,
    fitting_text: [
      `(text, size, type) AS list_transform([text], lambda stedi_text: CASE WHEN length(stedi_text) <= size THEN stedi_text
        ELSE stedi_trino.fail('Value ' || stedi_text || ' cannot be represented as ' || type, stedi_text) END)[1]`,
    ],
    // Trino's TRY catches that of numbers alone.
    fitting_text_of_others: [
      `(text, size, type) AS list_transform([text], lambda stedi_text: CASE WHEN length(stedi_text) <= size THEN stedi_text
        ELSE stedi_trino.refuse('Value ' || stedi_text || ' cannot be represented as ' || type, stedi_text) END)[1]`,
    ],
    integer_text: [
      `(text, type) AS CASE WHEN regexp_full_match(text, '[+-]?[0-9]+') OR text IS NULL THEN text
        ELSE ${cannotCast('text', `' || type || '`, 'text')} END`,
    ],
    decimal_text: [
      `(text, type) AS CASE WHEN regexp_full_match(text, '[+-]?${decimalNumber}([eE][+-]?[0-9]+)?') OR text IS NULL THEN text
        ELSE ${cannotCast('text', `' || type || '`, 'text')} END`,
    ],
    // Java's syntax of a double, but for the hexadecimal one.
    double_from_text: [
      `(text, type) AS CASE
        WHEN regexp_full_match(trim(text, chr(9) || chr(10) || chr(13) || ' '), '[+-]?(NaN|Infinity|${decimalNumber}([eE][+-]?[0-9]+)?[dDfF]?)') OR text IS NULL
        THEN regexp_replace(trim(text, chr(9) || chr(10) || chr(13) || ' '), '([0-9.])[dDfF]$', '\\1')
        ELSE ${cannotCast('text', `' || type || '`, 'text')} END`,
    ],
    boolean_from_text: [
      `(text) AS CASE WHEN lower(text) IN ('t', 'true', '1') THEN true WHEN lower(text) IN ('f', 'false', '0') THEN false
        WHEN text IS NULL THEN NULL ELSE ${cannotCast('text', 'BOOLEAN', 'true')} END`,
    ],
    // Casts of values whose type only DuckDB knows.
    any_to_boolean: [
      '(value VARCHAR) AS stedi_trino.boolean_from_text(value)',
      '(value) AS CAST(value AS BOOLEAN)',
    ],
    any_to_integer: [
      `(value) AS CASE WHEN typeof(value) = 'VARCHAR' THEN stedi_trino.integer_text(CAST(value AS VARCHAR), 'an integer')
        WHEN typeof(value) IN ('DOUBLE', 'FLOAT') THEN CAST(CAST(round(CAST(CAST(value AS VARCHAR) AS DOUBLE)) AS HUGEINT) AS VARCHAR)
        ${booleanDigit} ELSE CAST(value AS VARCHAR) END`,
    ],
    any_to_decimal: [
      `(value) AS CASE WHEN typeof(value) = 'VARCHAR' THEN stedi_trino.decimal_text(CAST(value AS VARCHAR), 'decimal')
        ${booleanDigit} ELSE CAST(value AS VARCHAR) END`,
    ],
    any_to_double: [
      `(value FLOAT) AS CAST(CAST(value AS DOUBLE) AS VARCHAR)`,
      ...['DOUBLE', 'HUGEINT'].map((type) => `(value ${type}) AS CAST(value AS VARCHAR)`),
      `(value) AS CASE WHEN typeof(value) = 'VARCHAR' THEN stedi_trino.double_from_text(CAST(value AS VARCHAR), 'double')
        ${booleanDigit} ELSE CAST(value AS VARCHAR) END`,
    ],
    // A double too large for a real becomes infinite.
    double_to_real: [
      `(value) AS CASE WHEN abs(value) >= 3.4028235677973366e38 AND NOT isnan(value)
        THEN CAST(CASE WHEN value > 0 THEN 'Infinity' ELSE '-Infinity' END AS FLOAT) ELSE CAST(value AS FLOAT) END`,
    ],
    declared: [
      `(value, type) AS CASE WHEN typeof(value) = type THEN value
        ELSE stedi_trino.refuse('Expected a value of type ' || type || ', found ' || typeof(value), value) END`,
    ],
  },
};
