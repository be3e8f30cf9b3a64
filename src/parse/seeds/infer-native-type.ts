import type { SqlType } from '../../core/sql-type.js';
import { inferType } from './infer-type.js';
import { isDay } from './seed-value.js';

const integer: SqlType = { kind: 'integer' };
const double: SqlType = { kind: 'double' };
const timestamp: SqlType = { kind: 'timestamp', precision: 6, withZone: false };

/** A number as Python's `Decimal` reads it. */
const number =
  /^[+-]?(?=\.?\d)(?<whole>[\d_]*)(?:\.(?<fraction>[\d_]*))?(?:[eE](?<exponent>[+-]?\d+))?$/u;
const infinity = /^[+-]?inf(?:inity)?$/iu;
/** A day, and a time behind a space, as `strptime` reads `%Y-%m-%d %H:%M:%S`. */
const plainDay = /^(?<year>\d{4})-(?<month>\d\d?)-(?<day>\d\d?)$/u;
const plainTime = /^(?<date>\S+) (?<time>\d\d?:\d\d?:\d\d?)$/u;
/** A moment in the long form of ISO 8601. */
const isoTime =
  /^(?<date>\d{4}-\d\d-\d\d)T(?<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|[+-]\d\d(?::?\d\d)?)?$/u;

function isPlainDay(text: string): boolean {
  const { year, month, day } = plainDay.exec(text)?.groups ?? {};
  return isDay(Number(year), Number(month), Number(day));
}

function isMoment(pattern: RegExp, text: string): boolean {
  const { date = '', time = '' } = pattern.exec(text)?.groups ?? {};
  const [hour = 24, minute = 60, second = 0] = time.split(':').map(Number);
  return isPlainDay(date) && hour < 24 && minute < 60 && second < 60;
}

/** Returns whether a number has digits behind the point once its exponent is reckoned in; `1.50e1` and `2.0` have none. */
function hasFraction(text: string): boolean {
  const { whole = '', fraction = '', exponent = '0' } = number.exec(text)?.groups ?? {};
  const digits = `${whole}${fraction}`.replaceAll('_', '');
  const behind = fraction.replaceAll('_', '').length - Number(exponent);
  const zeros = /0*$/u.exec(digits)?.[0].length ?? 0;
  return /[1-9]/u.test(digits) && behind > zeros;
}

function fitsInteger(text: string): boolean {
  const value = Number(text.replaceAll('_', ''));
  return value >= -2147483648 && value <= 2147483647;
}

/**
 * Returns the type that dbt gives a seed's column where the SQL is the engine's own: `integer` for numbers without digits
 * behind the point and where there is no value, `double` for other numbers, `boolean`, `date`, `timestamp`, else `varchar`. Where
 * dbt's type cannot hold the values, so that its seed fails, the type that `inferType` gives. Source: dbt-common's
 * `agate_helper`, whose testers are tried in this order on all values of a column.
 */
export function inferNativeType(raw: readonly string[]): SqlType {
  const values = raw.map((value) => value.trim());
  const all = (test: (value: string) => boolean): boolean => values.every(test);
  if (all((value) => number.test(value) || infinity.test(value))) {
    if (values.some(hasFraction)) return double;
    return all(fitsInteger) ? integer : inferType(raw);
  }
  if (all(isPlainDay)) return { kind: 'date' };
  if (all((value) => isMoment(plainTime, value))) return timestamp;
  if (all((value) => isMoment(isoTime, value))) return timestamp;
  if (all((value) => /^(?:true|false)$/iu.test(value))) return { kind: 'boolean' };
  return { kind: 'varchar' };
}
