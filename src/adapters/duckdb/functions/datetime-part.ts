import { raw, sql, callSql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { isNull, typedNull, withLocalTime } from './datetime-moment.js';
import { refusal, refuseOpenType, rewrite, type FunctionRule } from './rule.js';

/** A rule for a part of a date or time. DuckDB's function of this name does the same for types without zone. */
function part(name: string): FunctionRule {
  return rewrite((call) => {
    const argument = call.arg(0);
    if (isNull(argument)) return typedNull(call.type);
    if (argument.type.kind === 'interval day to second') {
      return macroCall('interval_part', [raw(`'${name}'`), argument.sql]);
    }
    return withLocalTime(argument, (local) => callSql(name, [local]));
  });
}

function zonePart(divide: '//' | '%'): FunctionRule {
  return rewrite((call) => {
    const argument = call.arg(0);
    if (argument.type.kind === 'any') return refuseOpenType(argument);
    if (argument.type.kind === 'time') return refusal('times with a time zone are not supported');
    return withLocalTime(argument, (local) => {
      const minutes = macroCall('offset_minutes', [local, argument.sql]);
      return sql`${minutes} ${raw(divide)} 60`;
    });
  });
}

const day = part('day');
const dayOfWeek = part('isodow');
const dayOfYear = part('dayofyear');
const week = part('week');
const yearOfWeek = part('isoyear');

/** The parts of dates, times and intervals; EXTRACT calls them too. */
export const datetimePartRules: Readonly<Record<string, FunctionRule>> = {
  year: part('year'),
  quarter: part('quarter'),
  month: part('month'),
  week,
  week_of_year: week,
  day,
  day_of_month: day,
  day_of_week: dayOfWeek,
  dow: dayOfWeek,
  day_of_year: dayOfYear,
  doy: dayOfYear,
  year_of_week: yearOfWeek,
  yow: yearOfWeek,
  hour: part('hour'),
  minute: part('minute'),
  second: part('second'),
  millisecond: rewrite((call) => {
    const argument = call.arg(0);
    if (isNull(argument)) return typedNull(call.type);
    // DuckDB counts the seconds too.
    if (argument.type.kind === 'interval day to second') {
      return macroCall('interval_part', [raw(`'millisecond'`), argument.sql]);
    }
    return withLocalTime(argument, (local) => sql`millisecond(${local}) % 1000`);
  }),
  timezone_hour: zonePart('//'),
  timezone_minute: zonePart('%'),
};

/** Macros that the rules of this file call. Intervals of days and shorter are kept in milliseconds. */
export const datetimePartMacros: Readonly<Record<string, readonly string[]>> = {
  interval_part: [
    `(part, i) AS CASE part
      WHEN 'day' THEN epoch_ms(i) // 86400000
      WHEN 'hour' THEN epoch_ms(i) // 3600000 % 24
      WHEN 'minute' THEN epoch_ms(i) // 60000 % 60
      WHEN 'second' THEN epoch_ms(i) // 1000 % 60
      ELSE epoch_ms(i) % 1000 END`,
  ],
  offset_minutes: [`(shown, instant) AS date_sub('minute', timezone('UTC', instant), shown)`],
};
