import { joinSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { instantOf, readZone, zonedType } from '../translate/zone.js';
import { isNull, typedNull } from './datetime-moment.js';
import {
  literalString,
  refusal,
  rewrite,
  type FunctionCall,
  type FunctionRule,
  type Rewritten,
} from './rule.js';
import { readJodaFormat, readMySqlFormat, type ReadFormat } from './time-format.js';
import {
  compileFormat,
  dayNames,
  findConflict,
  monthNames,
  type CompiledFormat,
  type Field,
} from './time-pattern.js';

/** Returns the date that the groups of a match make, as Joda-Time completes it. */
function dateOf(
  fields: readonly Field[],
  group: (field: Field) => Sql,
  pivot: CompiledFormat['pivot'],
): Sql {
  const has = (...names: readonly Field[]): boolean => names.some((name) => fields.includes(name));
  const integer = (field: Field): Sql => sql`CAST(${group(field)} AS INTEGER)`;
  const year = has('short-year')
    ? macroCall(pivot === 'mysql' ? 'short_year' : 'short_year_now', [group('short-year')])
    : has('year')
      ? integer('year')
      : raw(has('month', 'month-name', 'day') ? '2000' : '1970');
  const weekday = has('day-name')
    ? macroCall('day_number', [group('day-name')])
    : has('day-of-week')
      ? integer('day-of-week')
      : undefined;
  if (has('weekyear')) {
    const week = has('week') ? integer('week') : raw('1');
    return macroCall('week_date', [integer('weekyear'), week, weekday ?? raw('1')]);
  }
  if (has('day-of-year')) return macroCall('ordinal_date', [year, integer('day-of-year')]);
  const month = has('month-name')
    ? macroCall('month_number', [group('month-name')])
    : has('month')
      ? integer('month')
      : raw('1');
  const date = sql`make_date(${year}, ${month}, ${has('day') ? integer('day') : raw('1')})`;
  // The day of the week comes last: it moves the date within its week.
  return weekday === undefined ? date : macroCall('weekday_of', [date, weekday]);
}

/** Returns the milliseconds of the day that the groups of a match make; `undefined` if the format has no time. */
function timeOf(fields: readonly Field[], group: (field: Field) => Sql): Sql | undefined {
  const has = (field: Field): boolean => fields.includes(field);
  const hourField = (['hour', 'clock-hour', 'half-hour', 'half-clock-hour'] as const).find(has);
  const isHalf = hourField === 'half-hour' || hourField === 'half-clock-hour';
  if (
    !hourField &&
    !['half-day', 'minute', 'second', 'fraction'].some((each) => has(each as Field))
  ) {
    return undefined;
  }
  const integer = (field: Field): Sql =>
    has(field) ? sql`CAST(${group(field)} AS BIGINT)` : raw('0');
  const hour =
    hourField === undefined || hourField === 'hour'
      ? integer('hour')
      : macroCall('hour_of', [stringSql(hourField), integer(hourField)]);
  const half =
    has('half-day') && (hourField === undefined || isHalf)
      ? sql`${hour} + 12 * CAST(lower(${group('half-day')}) = 'pm' AS BIGINT)`
      : hour;
  const ms = has('fraction')
    ? sql`CAST(rpad(left(${group('fraction')}, 3), 3, '0') AS BIGINT)`
    : raw('0');
  return macroCall('clock_ms', [half, integer('minute'), integer('second'), ms]);
}

/** Returns the zone that a literal text names by the group of the zone, if the text is known. */
function zoneOfLiteral(compiled: CompiledFormat, text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const index = compiled.fields.indexOf('zone');
  // JavaScript has no `(?i:…)`; a text that fits only without regard to case fails when it runs.
  const pattern = compiled.pattern.replaceAll('(?i:', '(?:');
  const found = new RegExp(pattern, 'i').exec(text)?.[index + 2];
  return found && readZone(/^[+-]\d\d$/.test(found) ? `${found}:00` : found);
}

function parse(
  call: FunctionCall,
  read: (format: string) => ReadFormat,
  { withZone }: { readonly withZone: boolean },
): Rewritten {
  const [value, argument] = [call.arg(0), call.arg(1)];
  const type = withZone ? zonedType(3, 'UTC') : call.type;
  if (isNull(value) || isNull(argument)) return { sql: typedNull(type), type };
  const format = literalString(argument);
  if (format === undefined) {
    return refusal(
      'its format is not a literal',
      'write the format as text, with CASE for several',
      argument.syntax,
    );
  }
  const found = read(format);
  if ('problem' in found) return refusal(found.problem, undefined, argument.syntax);
  const compiled = compileFormat(found.parts);
  if ('refusal' in compiled) return compiled;
  const conflict = findConflict(compiled.fields);
  if (conflict !== undefined) return refusal(conflict, undefined, argument.syntax);
  const { fields } = compiled;
  const names = joinSql(['matched', ...fields].map(stringSql));
  const matched = sql`regexp_extract(${value.sql}, ${stringSql(compiled.pattern)}, [${names}])`;
  const hasZoneField = fields.includes('zone');
  const parsed = call.once(matched, (match) => {
    const group = (field: Field | 'matched'): Sql =>
      sql`struct_extract(${match}, ${stringSql(field)})`;
    const date = sql`CAST(${dateOf(fields, group, compiled.pivot)} AS TIMESTAMP)`;
    const time = timeOf(fields, group);
    const local = time === undefined ? date : sql`${date} + to_milliseconds(${time})`;
    const moment = !withZone
      ? local
      : hasZoneField
        ? macroCall('parsed_instant', [local, group('zone')])
        : instantOf(local, 'UTC');
    const message = stringSql(`Invalid format: the text does not match '${format}'`);
    const failure = macroCall('fail', [message, typedNull(type)]);
    return sql`CASE WHEN ${group('matched')} <> '' THEN ${moment} WHEN ${group('matched')} = '' THEN ${failure} END`;
  });
  const zone = hasZoneField ? zoneOfLiteral(compiled, literalString(value)) : 'UTC';
  return { sql: parsed, type: withZone ? zonedType(3, zone) : call.type };
}

/** date_parse and parse_datetime, whose formats are compiled to a regular expression. */
export const datetimeParseRules: Readonly<Record<string, FunctionRule>> = {
  date_parse: rewrite((call) => parse(call, readMySqlFormat, { withZone: false })),
  parse_datetime: rewrite((call) => parse(call, readJodaFormat, { withZone: true })),
};

const shortNames = (names: readonly string[]): string =>
  names.map((name) => `'${name.slice(0, 3).toLowerCase()}'`).join(', ');

/** Macros that the rules of this file call. */
export const datetimeParseMacros: Readonly<Record<string, readonly string[]>> = {
  // Two digits stand for 1970 to 2069, as in Trino.
  short_year: [
    '(text) AS CAST(text AS INTEGER) + CASE WHEN CAST(text AS INTEGER) < 70 THEN 2000 ELSE 1900 END',
  ],
  // Joda-Time's patterns: two digits stand for the hundred years that began 80 years ago, other digits for themselves.
  short_year_now: [
    `(text) AS CASE WHEN regexp_full_match(text, '\\d{2}')
      THEN stedi_trino.year_from(CAST(text AS INTEGER), CAST(year(timezone('UTC', now())) AS INTEGER) - 80)
      ELSE CAST(text AS INTEGER) END`,
  ],
  year_from: ['(digits, low) AS low + (digits - low % 100 + 100) % 100'],
  month_number: [`(name) AS list_position([${shortNames(monthNames)}], lower(left(name, 3)))`],
  day_number: [`(name) AS list_position([${shortNames(dayNames)}], lower(left(name, 3)))`],
  weekday_of: [
    `(d, weekday) AS CASE WHEN weekday BETWEEN 1 AND 7
      THEN CAST(date_trunc('week', d) AS DATE) + CAST(weekday - 1 AS INTEGER)
      ELSE stedi_trino.fail('the day of a week must be from 1 to 7', d) END`,
  ],
  week_date: [
    `(y, week, weekday) AS CASE
      WHEN week BETWEEN 1 AND week(make_date(y, 12, 28)) AND weekday BETWEEN 1 AND 7
      THEN CAST(date_trunc('week', make_date(y, 1, 4)) AS DATE) + CAST(7 * week + weekday - 8 AS INTEGER)
      ELSE stedi_trino.fail('the year has no such week, or the week no such day', make_date(y, 1, 1)) END`,
  ],
  ordinal_date: [
    `(y, n) AS CASE WHEN n BETWEEN 1 AND dayofyear(make_date(y, 12, 31)) THEN make_date(y, 1, 1) + CAST(n - 1 AS INTEGER)
      ELSE stedi_trino.fail('the year has no such day', make_date(y, 1, 1)) END`,
  ],
  hour_of: [
    `(kind, h) AS CASE kind
      WHEN 'clock-hour' THEN CASE WHEN h BETWEEN 1 AND 24 THEN h % 24 ELSE stedi_trino.fail('the hour must be from 1 to 24', h) END
      WHEN 'half-hour' THEN CASE WHEN h BETWEEN 0 AND 11 THEN h ELSE stedi_trino.fail('the hour must be from 0 to 11', h) END
      ELSE CASE WHEN h BETWEEN 1 AND 12 THEN h % 12 ELSE stedi_trino.fail('the hour must be from 1 to 12', h) END END`,
  ],
  clock_ms: [
    `(h, m, s, ms) AS CASE WHEN h BETWEEN 0 AND 23 AND m BETWEEN 0 AND 59 AND s BETWEEN 0 AND 59
      THEN ((h * 60 + m) * 60 + s) * 1000 + ms
      ELSE stedi_trino.fail('the hour must be up to 23, the minute and the second up to 59', h) END`,
  ],
  // `zone` is Z, an offset with or without colon and minutes, or a region.
  parsed_instant: [
    `(t, zone) AS CASE WHEN lower(zone) IN ('z', 'utc') THEN timezone('UTC', t)
      WHEN regexp_matches(zone, '^[+-]')
      THEN timezone('UTC', t - to_minutes(CAST(left(zone, 1) || '1' AS INTEGER)
        * (60 * CAST(substr(zone, 2, 2) AS INTEGER) + coalesce(TRY_CAST(right(zone, 2) AS INTEGER), 0)
          * CAST(length(zone) > 3 AS INTEGER))))
      WHEN zone IS NULL THEN NULL
      ELSE stedi_trino.zoned_instant(t, zone) END`,
  ],
};
