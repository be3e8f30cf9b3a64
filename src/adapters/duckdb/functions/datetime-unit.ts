import type { SqlType } from '../../../core/sql-type.js';
import { callSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall, openMacroCall } from '../translate/macro-call.js';
import { instantOf } from '../translate/zone.js';
import {
  hasZone,
  isNull,
  localTime,
  refuseOpenZone,
  typedNull,
  utcTime,
  withLocalTime,
} from './datetime-moment.js';
import {
  literalInteger,
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

const timeUnits = ['millisecond', 'second', 'minute', 'hour'];
const dateUnits = ['day', 'week', 'month', 'quarter', 'year'];

/** Returns the unit of a call in lower case, or why the call cannot be translated. */
function readUnit(call: FunctionCall, moment: Argument): { readonly unit: string } | Refusal {
  const argument = call.arg(0);
  const unit = literalString(argument)?.toLowerCase();
  if (unit === undefined) {
    return refusal(
      'its unit is not a literal',
      "write the unit as text ('day'), with CASE for several",
      argument.syntax,
    );
  }
  const allowed =
    moment.type.kind === 'date'
      ? dateUnits
      : moment.type.kind === 'time'
        ? timeUnits
        : [...timeUnits, ...dateUnits];
  if (allowed.includes(unit)) return { unit };
  const reason = `'${unit}' is not a unit for ${moment.type.kind}`;
  return refusal(reason, `it takes ${allowed.join(', ')}`, argument.syntax);
}

function truncate(call: FunctionCall): Rewritten {
  const moment = call.arg(1);
  if (isNull(call.arg(0)) || isNull(moment)) return typedNull(call.type);
  const read = readUnit(call, moment);
  if ('refusal' in read) return read;
  const unit = stringSql(read.unit);
  const { type } = moment;
  if (type.kind === 'any') {
    return openMacroCall('any_truncate', [unit], [moment.sql]);
  }
  if (type.kind === 'date') return sql`CAST(date_trunc(${unit}, ${moment.sql}) AS DATE)`;
  if (type.kind === 'time') {
    return { sql: macroCall('truncate_clock', [unit, moment.sql]), type };
  }
  if (!hasZone(moment) || type.kind !== 'timestamp') {
    return { sql: sql`date_trunc(${unit}, ${moment.sql})`, type };
  }
  return withLocalTime(moment, (local) => {
    const { zone = 'UTC' } = type;
    const truncated = sql`date_trunc(${unit}, ${local})`;
    if (zone === 'UTC' || dateUnits.includes(read.unit)) {
      return { sql: instantOf(truncated, zone, moment.sql), type };
    }
    // Within a day the clock may show a time twice, so what is cut off is taken from the instant.
    return { sql: sql`${moment.sql} - ${sql`${local} - ${truncated}`}`, type };
  });
}

/** Returns the interval of `amount` units. DuckDB takes integers for days and longer units. */
function intervalOf(unit: string, amount: Argument): Sql {
  const literal = literalInteger(amount);
  const count =
    literal !== undefined && Math.abs(literal) < 2 ** 31
      ? amount.sql
      : sql`CAST(${amount.sql} AS ${raw(dateUnits.includes(unit) ? 'INTEGER' : 'BIGINT')})`;
  if (unit === 'quarter') return sql`to_months(3 * ${count})`;
  return callSql(`to_${unit}s`, [count]);
}

function addToDate(unit: string, amount: Argument, date: Sql): Sql {
  const literal = literalInteger(amount);
  if (literal !== undefined && (unit === 'day' || unit === 'week')) {
    const days = literal * (unit === 'week' ? 7 : 1);
    if (Math.abs(days) < 2 ** 31) {
      return sql`${date} ${raw(days < 0 ? '-' : '+')} ${raw(String(Math.abs(days)))}`;
    }
  }
  return sql`CAST(${date} + ${intervalOf(unit, amount)} AS DATE)`;
}

function add(call: FunctionCall): Rewritten {
  const [amount, moment] = [call.arg(1), call.arg(2)];
  if (isNull(call.arg(0)) || isNull(moment)) return typedNull(call.type);
  const read = readUnit(call, moment);
  if ('refusal' in read) return read;
  const { unit } = read;
  const { type } = moment;
  if (isNull(amount)) return { sql: typedNull(type), type };
  const interval = intervalOf(unit, amount);
  if (type.kind === 'any') {
    return openMacroCall('any_add', [], [moment.sql, interval]);
  }
  if (type.kind === 'date') return { sql: addToDate(unit, amount, moment.sql), type };
  if (type.kind === 'timestamp' && type.withZone && dateUnits.includes(unit)) {
    const local = localTime(moment);
    if ('refusal' in local) return local;
    return { sql: instantOf(sql`${local} + ${interval}`, type.zone ?? 'UTC', moment.sql), type };
  }
  const sum = sql`${moment.sql} + ${interval}`;
  const isCoarse = unit === 'millisecond' && 'precision' in type && type.precision < 3;
  if (!isCoarse) return { sql: sum, type };
  const step = raw(String(10 ** (6 - type.precision)));
  const round =
    type.kind === 'time' ? 'round_clock' : hasZone(moment) ? 'round_instant' : 'round_timestamp';
  return { sql: macroCall(round, [sum, step]), type };
}

/** Whether digits of a second beyond the milliseconds may be there, which date_diff does not see. */
function isFine(type: SqlType): boolean {
  return (type.kind === 'timestamp' || type.kind === 'time') && type.precision > 3;
}

function difference(call: FunctionCall): Rewritten {
  const [from, to] = [call.arg(1), call.arg(2)];
  if (isNull(call.arg(0)) || isNull(from) || isNull(to)) return typedNull(call.type);
  const open = [from, to].find((each) => each.type.kind === 'any');
  const read = readUnit(call, from.type.kind === 'any' ? to : from);
  if ('refusal' in read) return read;
  const unit = stringSql(read.unit);
  if (open !== undefined) {
    return [from, to].some(hasZone)
      ? refuseOpenType(open)
      : openMacroCall('any_complete_units', [unit], [from.sql, to.sql]);
  }
  const isLong = dateUnits.includes(read.unit);
  let [start, end] = [utcTime(from), utcTime(to)];
  if (isLong && from.type.kind === 'timestamp' && from.type.withZone) {
    // Days are counted on the clock of the first value.
    const { zone } = from.type;
    if (zone === undefined) return refuseOpenZone(from);
    const onClock = (each: Argument): Sql | Refusal =>
      localTime(hasZone(each) ? { ...each, type: from.type } : each);
    const locals = [onClock(from), onClock(to)] as const;
    if ('refusal' in locals[0]) return locals[0];
    if ('refusal' in locals[1]) return locals[1];
    [start, end] = locals;
  }
  const cut = (each: Argument, value: Sql): Sql => {
    if (!isFine(each.type)) return value;
    const millisecond = raw(`'millisecond'`);
    return each.type.kind === 'time'
      ? macroCall('truncate_clock', [millisecond, value])
      : callSql('date_trunc', [millisecond, value]);
  };
  return callSql('date_sub', [unit, cut(from, start), cut(to, end)]);
}

/** The functions that take a unit. DuckDB's date_sub counts complete units, as Trino's date_diff does. */
export const datetimeUnitRules: Readonly<Record<string, FunctionRule>> = {
  date_trunc: rewrite(truncate),
  date_add: rewrite(add),
  date_diff: rewrite(difference),
};

/**
 * Macros that the rules of this file and time arithmetic call. `step` is the last digit in microseconds. Those named any_
 * choose by the type that DuckDB knows, where the translation does not (call them by `openMacroCall`); a timestamp with
 * time zone in a table shows UTC.
 */
export const datetimeUnitMacros: Readonly<Record<string, readonly string[]>> = {
  floor_to: ['(value, step) AS value - ((value % step) + step) % step'],
  bucket_time: [
    `(t, step) AS time_bucket(to_microseconds(step), t, TIMESTAMP '1970-01-01 00:00:00')`,
  ],
  round_timestamp: ['(t, step) AS stedi_trino.bucket_time(t + to_microseconds(step // 2), step)'],
  round_clock: [
    `(t, step) AS CAST(stedi_trino.round_timestamp(DATE '1970-01-01' + t, step) AS TIME)`,
  ],
  round_instant: [
    `(t, step) AS timezone('UTC', stedi_trino.round_timestamp(timezone('UTC', t), step))`,
  ],
  truncate_clock: [`(unit, t) AS CAST(date_trunc(unit, DATE '1970-01-01' + t) AS TIME)`],
  any_truncate: [
    `(unit, t DATE) AS CAST(CASE WHEN unit IN ('day', 'week', 'month', 'quarter', 'year') THEN date_trunc(unit, t)
      ELSE stedi_trino.fail('''' || unit || ''' is not a unit for date', date_trunc('day', t)) END AS DATE)`,
    `(unit, t TIME) AS CASE WHEN unit IN ('hour', 'minute', 'second', 'millisecond') THEN stedi_trino.truncate_clock(unit, t)
      ELSE stedi_trino.fail('''' || unit || ''' is not a unit for time', t) END`,
    '(unit, t TIMESTAMP) AS date_trunc(unit, t)',
    `(unit, t TIMESTAMPTZ) AS timezone('UTC', date_trunc(unit, timezone('UTC', t)))`,
  ],
  add_to_date: [
    `(d, i) AS CASE WHEN epoch_ms(i) % 86400000 = 0 THEN CAST(d + i AS DATE)
      WHEN epoch_ms(i) IS NOT NULL THEN stedi_trino.fail('Cannot add hour, minutes or seconds to a date', DATE '1970-01-01') END`,
  ],
  any_add: [
    '(t DATE, i) AS stedi_trino.add_to_date(t, i)',
    '(t TIME, i) AS t + i',
    '(t TIMESTAMP, i) AS t + i',
    `(t TIMESTAMPTZ, i) AS timezone('UTC', timezone('UTC', t) + i)`,
  ],
  any_complete_units: [
    `(unit, a DATE, b DATE) AS CASE WHEN unit IN ('day', 'week', 'month', 'quarter', 'year') THEN date_sub(unit, a, b)
      ELSE stedi_trino.fail('''' || unit || ''' is not a unit for date', date_sub('day', a, b)) END`,
    '(unit, a TIME, b TIME) AS date_sub(unit, a, b)',
    `(unit, a TIMESTAMP, b TIMESTAMP) AS date_sub(unit, date_trunc('millisecond', a), date_trunc('millisecond', b))`,
    `(unit, a TIMESTAMPTZ, b TIMESTAMPTZ) AS date_sub(unit, date_trunc('millisecond', timezone('UTC', a)),
      date_trunc('millisecond', timezone('UTC', b)))`,
  ],
  clock_between: [
    `(a, b) AS to_microseconds(stedi_trino.floor_to(date_sub('microsecond', a, b) + 500, 1000))`,
  ],
  // DuckDB's to_milliseconds counts in doubles, which is not exact beyond 285 years.
  time_between: [
    `(a, b) AS to_microseconds(stedi_trino.floor_to(epoch_us(b) - epoch_us(a) + 500, 1000))`,
  ],
  multiply_milliseconds: [
    '(i, n) AS to_microseconds(CAST(trunc(epoch_ms(i) * CAST(n AS DOUBLE)) AS BIGINT) * 1000)',
  ],
  divide_milliseconds: [
    `(i, n) AS CASE WHEN n = 0 THEN stedi_trino.fail('Cannot divide by zero', i)
      ELSE to_microseconds(CAST(trunc(epoch_ms(i) / CAST(n AS DOUBLE)) AS BIGINT) * 1000) END`,
  ],
  interval_months: [`(i) AS 12 * date_part('year', i) + date_part('month', i)`],
  multiply_months: [
    '(i, n) AS to_months(CAST(trunc(stedi_trino.interval_months(i) * CAST(n AS DOUBLE)) AS INTEGER))',
  ],
  divide_months: [
    `(i, n) AS CASE WHEN n = 0 THEN stedi_trino.fail('Cannot divide by zero', i)
      ELSE to_months(CAST(trunc(stedi_trino.interval_months(i) / CAST(n AS DOUBLE)) AS INTEGER)) END`,
  ],
};
