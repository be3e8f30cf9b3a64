import { joinSql, operand, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall, withKnownType } from '../translate/macro-call.js';
import { fixedOffset } from '../translate/zone.js';
import { limitSql } from './engine-limits.js';
import { hasZone, isNull, localTime, typedNull } from './datetime-moment.js';
import {
  literalString,
  refusal,
  refuseOpenType,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionRule,
  type Refusal,
  type Rewritten,
} from './rule.js';
import {
  readJodaFormat,
  readMySqlFormat,
  type FormatPart,
  type NumberField,
  type ReadFormat,
} from './time-format.js';

/** Text of strftime's format, or an expression. */
type Piece = { readonly strftime: string } | { readonly expression: Sql };

/** DuckDB's specifiers, by the width that they print. */
const specifiers: Readonly<Partial<Record<NumberField, Readonly<Record<number, string>>>>> = {
  year: { 4: '%Y' },
  'year-of-era': { 4: '%Y' },
  weekyear: { 4: '%G' },
  month: { 1: '%-m', 2: '%m' },
  day: { 1: '%-d', 2: '%d' },
  'day-of-year': { 1: '%-j', 3: '%j' },
  week: { 2: '%V' },
  'day-of-week': { 1: '%u' },
  hour: { 1: '%-H', 2: '%H' },
  'half-clock-hour': { 1: '%-I', 2: '%I' },
  minute: { 1: '%-M', 2: '%M' },
  second: { 1: '%-S', 2: '%S' },
};

/** What is printed of a field that strftime does not print at a width. */
const expressions: Readonly<Record<NumberField, (local: Sql) => Sql>> = {
  year: (local) => sql`year(${local})`,
  'year-of-era': (local) => sql`year(${local})`,
  century: (local) => sql`year(${local}) // 100`,
  weekyear: (local) => sql`isoyear(${local})`,
  month: (local) => sql`month(${local})`,
  day: (local) => sql`day(${local})`,
  'day-of-year': (local) => sql`dayofyear(${local})`,
  week: (local) => sql`week(${local})`,
  'day-of-week': (local) => sql`isodow(${local})`,
  hour: (local) => sql`hour(${local})`,
  'clock-hour': (local) => sql`(hour(${local}) + 23) % 24 + 1`,
  'half-hour': (local) => sql`hour(${local}) % 12`,
  'half-clock-hour': (local) => sql`(hour(${local}) + 11) % 12 + 1`,
  minute: (local) => sql`minute(${local})`,
  second: (local) => sql`second(${local})`,
};

const textSpecifiers = {
  month: { true: '%B', false: '%b' },
  'day-of-week': { true: '%A', false: '%a' },
  'half-day': { true: '%p', false: '%p' },
} as const;

function padded(value: Sql, width: number): Piece {
  return { expression: sql`printf('${raw(`%0${width}d`)}', ${value})` };
}

function printZone(
  style: 'offset' | 'colon-offset' | 'id' | 'name',
  moment: Argument,
  local: Sql,
): Piece | Refusal {
  const zone = moment.type.kind === 'timestamp' ? moment.type.zone : undefined;
  if (!hasZone(moment) || zone === undefined) {
    return refusal(
      'its format prints a time zone, and the value has none',
      undefined,
      moment.syntax,
    );
  }
  if (style === 'id') return { strftime: zone };
  const offset = fixedOffset(zone);
  if (style === 'name') {
    return offset !== undefined && zone !== 'UTC'
      ? { strftime: zone }
      : refusal("names of time zones ('z') are not supported", "use 'ZZZ', or 'ZZ' for the offset");
  }
  const colon = style === 'colon-offset' ? ':' : '';
  if (offset === undefined) {
    return { expression: macroCall('offset_text', [local, moment.sql, stringSql(colon)]) };
  }
  const minutes = Math.abs(offset);
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = two(Math.trunc(minutes / 60));
  return { strftime: `${offset < 0 ? '-' : '+'}${hours}${colon}${two(minutes % 60)}` };
}

function printPart(part: FormatPart, moment: Argument, local: Sql): Piece | Refusal {
  switch (part.kind) {
    case 'literal':
      return { strftime: part.text.replaceAll('%', '%%') };
    case 'number': {
      const specifier = specifiers[part.field]?.[part.width];
      return specifier === undefined
        ? padded(expressions[part.field](local), part.width)
        : { strftime: specifier };
    }
    case 'two-digit-year':
      return part.field === 'year' ? { strftime: '%y' } : padded(sql`isoyear(${local}) % 100`, 2);
    case 'text':
      return part.field === 'era'
        ? { strftime: 'AD' }
        : { strftime: textSpecifiers[part.field][part.long ? 'true' : 'false'] };
    case 'fraction':
      return part.width < 3
        ? { expression: sql`left(strftime(${local}, '%g'), ${raw(String(part.width))})` }
        : { strftime: `%g${'0'.repeat(part.width - 3)}` };
    case 'zone':
      return printZone(part.style, moment, local);
  }
}

/** Joins what strftime prints to as few calls as there can be. */
function joinPieces(pieces: readonly Piece[], local: Sql): Sql {
  const calls: Sql[] = [];
  let format = '';
  const flush = (): void => {
    if (format !== '') calls.push(macroCall('format_time', [local, stringSql(format)]));
    format = '';
  };
  for (const piece of pieces) {
    if ('strftime' in piece) {
      format += piece.strftime;
      continue;
    }
    flush();
    calls.push(piece.expression);
  }
  flush();
  return calls.length === 1 ? joinSql(calls) : joinSql(calls.map(operand), ' || ');
}

function print(parts: readonly FormatPart[], moment: Argument, local: Sql): Sql | Refusal {
  const pieces: Piece[] = [];
  for (const part of parts) {
    const piece = printPart(part, moment, local);
    if ('refusal' in piece) return piece;
    pieces.push(piece);
  }
  return joinPieces(pieces, local);
}

function format(call: FunctionCall, read: (format: string) => ReadFormat): Rewritten {
  const [moment, argument] = [call.arg(0), call.arg(1)];
  if (isNull(moment) || isNull(argument)) return typedNull(call.type);
  const text = literalString(argument);
  if (text === undefined) {
    return refusal(
      'its format is not a literal',
      'write the format as text, with CASE for several',
      argument.syntax,
    );
  }
  const found = read(text);
  if ('problem' in found) return refusal(found.problem, undefined, argument.syntax);
  if (moment.type.kind === 'any' && found.parts.some(({ kind }) => kind === 'zone')) {
    return refuseOpenType(moment);
  }
  if (moment.type.kind === 'any') {
    const name = raw('stedi_moment');
    const printed = print(found.parts, moment, macroCall('any_local_millis', [name]));
    return 'refusal' in printed ? printed : withKnownType(moment.sql, name, printed);
  }
  const local = localTime(moment);
  if ('refusal' in local) return local;
  const { type } = moment;
  const isFiner = type.kind === 'timestamp' && type.precision > 3;
  return print(found.parts, moment, isFiner ? macroCall('round_to_millis', [local]) : local);
}

/** date_format and format_datetime, whose formats are compiled to strftime's. */
export const datetimeFormatRules: Readonly<Record<string, FunctionRule>> = {
  date_format: rewrite((call) => format(call, readMySqlFormat)),
  format_datetime: rewrite((call) => format(call, readJodaFormat)),
};

/** Macros that print dates, times and intervals. */
export const datetimeFormatMacros: Readonly<Record<string, readonly string[]>> = {
  // Trino prints the nearest millisecond, which may be the next day's.
  round_to_millis: [`(t) AS date_trunc('milliseconds', t + INTERVAL 500 MICROSECOND)`],
  any_local_millis: [
    '(t DATE) AS t',
    '(t TIMESTAMP) AS stedi_trino.round_to_millis(t)',
    `(t TIMESTAMPTZ) AS stedi_trino.round_to_millis(timezone('UTC', t))`,
  ],
  // strftime prints the years before the first in another way than Trino.
  format_time: [
    `(t, format) AS CASE WHEN year(t) < 1
      THEN ${limitSql('early-dates', 'CAST(t AS VARCHAR)', "''")} ELSE strftime(t, format) END`,
  ],
  // The year has a sign if it has not four digits.
  time_text: [
    `(t, format) AS CASE WHEN year(t) BETWEEN 0 AND 9999 THEN strftime(t, '%Y' || format)
      ELSE printf('%s%04d', CASE WHEN year(t) < 0 THEN '-' ELSE '+' END, abs(year(t))) || strftime(t, format) END`,
  ],
  clock_text: [`(t, format) AS strftime(DATE '1970-01-01' + t, format)`],
  day_second_text: [
    `(i) AS printf('%s%d %02d:%02d:%02d.%03d', CASE WHEN epoch_ms(i) < 0 THEN '-' ELSE '' END,
      abs(epoch_ms(i)) // 86400000, abs(epoch_ms(i)) // 3600000 % 24, abs(epoch_ms(i)) // 60000 % 60,
      abs(epoch_ms(i)) // 1000 % 60, abs(epoch_ms(i)) % 1000)`,
  ],
  year_month_text: [
    `(i) AS printf('%s%d-%d', CASE WHEN stedi_trino.interval_months(i) < 0 THEN '-' ELSE '' END,
      abs(stedi_trino.interval_months(i)) // 12, abs(stedi_trino.interval_months(i)) % 12)`,
  ],
  offset_text: [
    `(shown, instant, colon) AS CASE WHEN stedi_trino.offset_minutes(shown, instant) < 0 THEN '-' ELSE '+' END
      || printf('%02d', abs(stedi_trino.offset_minutes(shown, instant)) // 60) || colon
      || printf('%02d', abs(stedi_trino.offset_minutes(shown, instant)) % 60)`,
  ],
};
