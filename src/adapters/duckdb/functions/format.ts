import { formatType } from '../../../core/sql-type.js';
import { callSql, joinSql, operand, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { localTimestampText } from '../translate/cast-text.js';
import { macroCall } from '../translate/macro-call.js';
import { isFloating, isInteger } from '../types/common.js';
import {
  literalString,
  refusal,
  type Argument,
  type FunctionCall,
  type Rewritten,
} from './rule.js';

/** One `%…` of a format string of Java. */
interface Directive {
  readonly text: string;
  /** Counted from 0, when the directive names its argument: `%2$s`. */
  readonly index?: number;
  readonly flags: string;
  readonly width?: number;
  readonly precision?: number;
  readonly conversion: string;
}

const directivePattern = /%(?:(\d+)\$)?([-#+ 0,(<]*)(\d+)?(?:\.(\d+))?([a-zA-Z%])/g;

/** Returns the pieces of a format: plain text and directives; `undefined` if a `%` is no directive. */
function readFormat(format: string): readonly (string | Directive)[] | undefined {
  const pieces: (string | Directive)[] = [];
  let at = 0;
  for (const match of format.matchAll(directivePattern)) {
    const [text, index, flags = '', width, precision, conversion = ''] = match;
    pieces.push(format.slice(at, match.index), {
      text,
      ...(index !== undefined && { index: Number(index) - 1 }),
      flags,
      ...(width !== undefined && { width: Number(width) }),
      ...(precision !== undefined && { precision: Number(precision) }),
      conversion,
    });
    at = match.index + text.length;
  }
  pieces.push(format.slice(at));
  const isClean = pieces.every((piece) => typeof piece !== 'string' || !piece.includes('%'));
  return isClean ? pieces : undefined;
}

/** Puts commas, a sign and leading zeros into a number's text, as flags ask; `undefined` for flags that are not supported. */
function decorateNumber(text: Sql, { flags, width }: Directive): Sql | undefined {
  if (/[#( <]/.test(flags)) return undefined;
  const grouped = flags.includes(',') ? macroCall('group_digits', [text]) : text;
  const signed = flags.includes('+')
    ? sql`CASE WHEN left(${grouped}, 1) = '-' THEN ${grouped} ELSE '+' || ${grouped} END`
    : grouped;
  return flags.includes('0') && width !== undefined
    ? macroCall('zero_padded', [signed, raw(String(width))])
    : signed;
}

function padText(text: Sql, { flags, width }: Directive): Sql {
  if (width === undefined || flags.includes('0')) return text;
  // A text that is too long stays whole.
  const size = raw(String(width));
  return macroCall(flags.includes('-') ? 'padded_right' : 'padded_left', [text, size]);
}

/** `%s` and `%S`: the text that Java's `toString` gives. */
function textOf(argument: Argument): Sql | undefined {
  const { type } = argument;
  if (isInteger(type)) return sql`CAST(${argument.sql} AS VARCHAR)`;
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return argument.sql;
    case 'decimal':
      return macroCall('decimal_to_varchar', [argument.sql]);
    case 'boolean':
    case 'date':
    case 'uuid':
    case 'unknown':
    case 'json':
      return sql`CAST(${argument.sql} AS VARCHAR)`;
    case 'time':
      return type.withZone || type.precision > 6
        ? undefined
        : macroCall('java_time', [
            macroCall('clock_text', [argument.sql, stringSql('%H:%M:%S.%f')]),
          ]);
    case 'timestamp':
      return type.withZone || type.precision > 6
        ? undefined
        : macroCall('java_time', [localTimestampText(argument.sql, 6, 'T')]);
    case 'ipaddress':
      return macroCall('ip_text', [argument.sql]);
    case 'real':
    case 'double':
      return macroCall('java_double', [argument.sql]);
    default:
      return undefined;
  }
}

function directiveSql(directive: Directive, argument: Argument): Sql | undefined {
  const { conversion, precision, flags } = directive;
  if (flags.includes('<')) return undefined;
  switch (conversion) {
    case 's':
    case 'S': {
      const text = textOf(argument);
      if (text === undefined || /[^-]/.test(flags)) return undefined;
      const shown = sql`coalesce(${text}, 'null')`;
      const cut = precision === undefined ? shown : sql`left(${shown}, ${raw(String(precision))})`;
      return padText(conversion === 'S' ? callSql('upper', [cut]) : cut, directive);
    }
    case 'b':
    case 'B': {
      if (argument.type.kind !== 'boolean' || /[^-]/.test(flags) || precision !== undefined) {
        return undefined;
      }
      const word = sql`CASE WHEN ${argument.sql} THEN 'true' ELSE 'false' END`;
      return padText(conversion === 'B' ? callSql('upper', [word]) : word, directive);
    }
    case 'd': {
      if (!isInteger(argument.type) || precision !== undefined) return undefined;
      const number = decorateNumber(sql`CAST(${argument.sql} AS VARCHAR)`, directive);
      return number && padText(sql`coalesce(${number}, 'null')`, directive);
    }
    case 'x':
    case 'X': {
      if (!isInteger(argument.type) || flags !== '' || precision !== undefined) return undefined;
      // Negative numbers are shown as their two's complement, which DuckDB's hex() does for bigint only.
      const hex = sql`lower(hex(${argument.sql}))`;
      const isNatural = argument.syntax.kind === 'number';
      return isNatural
        ? padText(conversion === 'X' ? callSql('upper', [hex]) : hex, directive)
        : undefined;
    }
    case 'f': {
      if (!isFloating(argument.type) && argument.type.kind !== 'decimal') return undefined;
      const scale = precision ?? 6;
      if (scale > 18) return undefined;
      const fixed = isFloating(argument.type)
        ? macroCall(`fixed_${scale}`, [argument.sql])
        : sql`CAST(CAST(${argument.sql} AS ${raw(`DECIMAL(38, ${scale})`)}) AS VARCHAR)`;
      const number = decorateNumber(fixed, directive);
      return number && padText(sql`coalesce(${number}, 'null')`, directive);
    }
    default:
      return undefined;
  }
}

/** The numbers of digits that `%.nf` may have: one macro for each, because a macro cannot compute a type. */
const scales = Array.from({ length: 19 }, (_, index) => index);

/** Macros of `format`. Java rounds the digits that it would print of a double, half up. */
export const formatMacros: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    scales.map((scale): [string, readonly string[]] => [
      `fixed_${scale}`,
      [
        `(value) AS CASE WHEN isnan(value) THEN 'NaN' WHEN isinf(value) THEN stedi_trino.float_to_varchar(value)
          ELSE CAST(CAST(CAST(value AS VARCHAR) AS DECIMAL(38, ${scale})) AS VARCHAR) END`,
      ],
    ]),
  ),
  // Reversed, every three digits take a comma; the sign and what is behind the point stay as they are.
  group_digits: [
    `(text) AS CASE WHEN left(text, 1) = '-' THEN '-' ELSE '' END ||
      ltrim(reverse(regexp_replace(reverse(split_part(ltrim(text, '-'), '.', 1)), '(\\d{3})', '\\1,', 'g')), ',') ||
      CASE WHEN contains(text, '.') THEN '.' || split_part(text, '.', 2) ELSE '' END`,
  ],
  zero_padded: [
    `(text, size) AS CASE WHEN length(text) >= size THEN text
      WHEN left(text, 1) IN ('-', '+') THEN left(text, 1) || lpad(substr(text, 2), size - 1, '0')
      ELSE lpad(text, size, '0') END`,
  ],
  // Java counts UTF-16 code units: a character beyond them counts twice.
  code_units: [
    "(text) AS length(text) + length(regexp_replace(text, '[^\\x{10000}-\\x{10FFFF}]', '', 'g'))",
  ],
  padded_left: ["(text, size) AS repeat(' ', size - stedi_trino.code_units(text)) || text"],
  padded_right: ["(text, size) AS text || repeat(' ', size - stedi_trino.code_units(text))"],
  // Java's LocalTime.toString: no seconds where they are zero, and as many groups of three digits as it takes.
  java_time: [
    `(text) AS list_transform([text], lambda stedi_time: CASE WHEN ends_with(stedi_time, ':00.000000') THEN left(stedi_time, -10)
      WHEN ends_with(stedi_time, '.000000') THEN left(stedi_time, -7)
      WHEN ends_with(stedi_time, '000') THEN left(stedi_time, -3) ELSE stedi_time END)[1]`,
  ],
  // Java's Double.toString: an exponent only from ten million on, and below a thousandth.
  java_double: [
    `(value) AS CASE WHEN value = 0 THEN CASE WHEN CAST(value AS VARCHAR)[1] = '-' THEN '-0.0' ELSE '0.0' END
      WHEN isnan(value) THEN 'NaN'
      WHEN isinf(value) THEN CASE WHEN value > 0 THEN 'Infinity' ELSE '-Infinity' END
      WHEN abs(value) >= 1e-3 AND abs(value) < 1e7 THEN CAST(value AS VARCHAR)
      ELSE CASE WHEN value < 0 THEN '-' ELSE '' END || stedi_trino.double_text(CAST(abs(value) AS VARCHAR)) END`,
  ],
};

/** Translates `format`: the format must be a literal, with the directives s, d, x, f and b. */
export function formatCall(call: FunctionCall): Rewritten {
  const [format, ...values] = call.args;
  const text = literalString(format);
  if (format === undefined || text === undefined) {
    return refusal(
      'the format must be a literal',
      'write the format into the call',
      format?.syntax,
    );
  }
  const pieces = readFormat(text);
  if (pieces === undefined) return refusal('the format is not valid', undefined, format.syntax);
  let next = 0;
  const printed: Sql[] = [];
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      if (piece !== '') printed.push(stringSql(piece));
    } else if (piece.conversion === '%' || piece.conversion === 'n') {
      printed.push(stringSql(piece.conversion === '%' ? '%' : '\n'));
    } else {
      const index = piece.index ?? next++;
      const argument = values[index];
      if (argument === undefined) {
        return refusal(`there is no argument for ${piece.text}`, undefined, format.syntax);
      }
      const shown = directiveSql(piece, argument);
      if (shown === undefined) {
        return refusal(
          `${piece.text} is not supported for ${formatType(argument.type)}`,
          'use %s, %d and %.2f, or concatenate texts',
          argument.syntax,
        );
      }
      printed.push(shown);
    }
  }
  if (printed.length === 0) return stringSql('');
  return joinSql(printed.map(operand), ' || ');
}
