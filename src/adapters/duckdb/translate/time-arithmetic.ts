import type { ArithmeticExpression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { isNumeric, simpleType } from '../types/common.js';
import type { Value } from './context.js';
import { raw, sql, type Sql } from './fragment.js';
import { macroCall, openMacroCall } from './macro-call.js';
import { clockTime, instantOf } from './zone.js';

/** A combination, or why it is not translated. */
export type CombinedTimes =
  | { readonly sql: Sql; readonly type: SqlType }
  | { readonly refused: string; readonly hint: string };

const daySecond = simpleType('interval day to second');
const yearMonth = simpleType('interval year to month');

function isInterval(type: SqlType): boolean {
  return type.kind === daySecond.kind || type.kind === yearMonth.kind;
}

/** The number of whole days of a literal interval (`interval '2' day`), else `undefined`. */
function literalDays(interval: Value): string | undefined {
  const { syntax } = interval;
  const isDays = syntax.kind === 'interval' && syntax.from === 'day' && !syntax.to;
  return isDays && !syntax.negative && /^\d{1,6}$/.test(syntax.value) ? syntax.value : undefined;
}

function addToDate(operator: '+' | '-', date: Value, interval: Value): Sql {
  if (interval.type.kind === 'interval year to month') {
    return sql`CAST(${date.sql} ${raw(operator)} ${interval.sql} AS DATE)`;
  }
  const days = literalDays(interval);
  if (days !== undefined) return sql`${date.sql} ${raw(operator)} ${raw(days)}`;
  const signed = operator === '-' ? sql`-${interval.sql}` : interval.sql;
  return macroCall('add_to_date', [date.sql, signed]);
}

function addToMoment(
  operator: '+' | '-',
  moment: Value,
  interval: Value,
): CombinedTimes | undefined {
  const { type } = moment;
  const isMonths = interval.type.kind === 'interval year to month';
  const plain = sql`${moment.sql} ${raw(operator)} ${interval.sql}`;
  if (type.kind === 'date') return { sql: addToDate(operator, moment, interval), type };
  if (type.kind === 'any') {
    const signed = operator === '-' ? sql`-${interval.sql}` : interval.sql;
    const sum = openMacroCall('any_add', [], [moment.sql, signed]);
    return { sql: sum, type };
  }
  if (type.kind === 'time') {
    if (isMonths) return undefined;
    return { sql: plain, type: { ...type, precision: Math.max(3, type.precision) } };
  }
  if (type.kind !== 'timestamp') return undefined;
  if (!isMonths) {
    return { sql: plain, type: { ...type, precision: Math.max(3, type.precision) } };
  }
  if (!type.withZone) return { sql: plain, type };
  if (type.zone === undefined) {
    return {
      refused: 'the months are counted in the time zone of the value, which could not be found out',
      hint: "say the zone: … AT TIME ZONE 'UTC'",
    };
  }
  const local = sql`${clockTime(moment.sql, type.zone)} ${raw(operator)} ${interval.sql}`;
  return { sql: instantOf(local, type.zone, moment.sql), type };
}

/** The time from `right` to `left`, in milliseconds as Trino rounds them. */
function subtractMoments(left: Value, right: Value): Sql | undefined {
  const kinds = [left.type.kind, right.type.kind];
  if (kinds.every((kind) => kind === 'date')) {
    return sql`to_milliseconds(86400000 * ${sql`${left.sql} - ${right.sql}`})`;
  }
  if (kinds.every((kind) => kind === 'time')) {
    return macroCall('clock_between', [right.sql, left.sql]);
  }
  const isMoment = (kind: string): boolean => kind === 'timestamp' || kind === 'date';
  const [leftKind = '', rightKind = ''] = kinds;
  if (!isMoment(rightKind) || !(isMoment(leftKind) || leftKind === 'any')) return undefined;
  const hasZone = (value: Value): boolean => value.type.kind === 'timestamp' && value.type.withZone;
  // DuckDB would take a timestamp without zone for one in the session's zone.
  const instant = (value: Value): Sql =>
    hasZone(value) ? sql`timezone('UTC', ${value.sql})` : value.sql;
  return macroCall('time_between', [instant(right), instant(left)]);
}

function scaleInterval(operator: '*' | '/', interval: Value, factor: Value): CombinedTimes {
  const name = interval.type.kind === 'interval year to month' ? 'months' : 'milliseconds';
  const verb = operator === '*' ? 'multiply' : 'divide';
  return { sql: macroCall(`${verb}_${name}`, [interval.sql, factor.sql]), type: interval.type };
}

/**
 * Combines dates, times and intervals: `date + interval`, `timestamp - timestamp`, `interval * number`. Returns
 * `undefined` if neither side is one, or if Athena does not combine the two.
 */
export function combineTimes(
  operator: ArithmeticExpression['operator'],
  left: Value,
  right: Value,
): CombinedTimes | undefined {
  const isNumber = (type: SqlType): boolean => isNumeric(type) || type.kind === 'any';
  if (operator === '*' || operator === '/') {
    if (isInterval(left.type) && isNumber(right.type)) return scaleInterval(operator, left, right);
    if (operator === '*' && isNumber(left.type) && isInterval(right.type)) {
      return scaleInterval(operator, right, left);
    }
    return undefined;
  }
  if (operator === '%') return undefined;
  if (isInterval(left.type) && left.type.kind === right.type.kind) {
    return { sql: sql`${left.sql} ${raw(operator)} ${right.sql}`, type: left.type };
  }
  if (isInterval(right.type) && !isInterval(left.type)) return addToMoment(operator, left, right);
  if (operator === '+' && isInterval(left.type) && !isInterval(right.type)) {
    return addToMoment('+', right, left);
  }
  if (operator === '+') return undefined;
  const between = subtractMoments(left, right);
  return between && { sql: between, type: daySecond };
}
