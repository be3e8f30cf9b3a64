import { daysFromCivil, civilFromDays } from '../core/civil-day.js';
import type { JsonValue } from '../core/node.js';

/** What a plain scalar is to PyYAML, which reads dbt's files. */
export interface ResolvedScalar {
  /** A date or time is the text in ISO form that dbt writes of it. */
  readonly value: JsonValue;
  /** What Python prints of a value that plain data does not hold as it is: `1.0`, `2024-01-01 10:00:00+00:00`. */
  readonly printed?: string;
  /** What Python's type of such a value is called in messages. */
  readonly kind?: 'a decimal number' | 'a date' | 'a point in time';
  /** Why there is no value. */
  readonly problem?: string;
}

// The patterns are those of YAML 1.1, as PyYAML has them: no exponent without a point and a sign, no `y` and `n`.
// Source: https://yaml.org/type/, PyYAML 6, `Resolver`.
const booleanPattern =
  /^(?:(yes|Yes|YES|true|True|TRUE|on|On|ON)|no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const floatPattern =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const integerPattern =
  /^(?:[-+]?0b[01_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const datePattern = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/;
const timePattern =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?$/;

/** Returns a number of digits to base 60: `1:30` is 90. */
function readSexagesimal(digits: string): number {
  return digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function readInteger(source: string): number {
  const text = source.replaceAll('_', '');
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  // Never -0, which is no whole number to Python.
  const value = digits.includes(':')
    ? readSexagesimal(digits)
    : /^0[0-7]+$/.test(digits)
      ? Number.parseInt(digits, 8)
      : Number(digits);
  return value === 0 ? 0 : sign * value;
}

function readFloat(source: string): number {
  const text = source.replaceAll('_', '').toLowerCase();
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits === '.inf') return sign * Infinity;
  if (digits === '.nan') return Number.NaN;
  return sign * (digits.includes(':') ? readSexagesimal(digits) : Number(digits));
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Returns a date as `2024-01-01`; `undefined` if the calendar does not have it. */
function writeDate(year: number, month: number, day: number): string | undefined {
  const back = civilFromDays(daysFromCivil(year, month, day));
  if (year < 1 || back.month !== month || back.day !== day) return undefined;
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

function resolveTime(source: string, match: RegExpExecArray): ResolvedScalar {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const [, , , , , , , fraction = '', zone, sign = '', zoneHour = '0', zoneMinute = '0'] = match;
  const date = writeDate(year, month, day);
  const offset = Number(zoneHour) * 60 + Number(zoneMinute);
  if (date === undefined || hour > 23 || minute > 59 || second > 59 || offset >= 24 * 60) {
    return { value: null, problem: `there is no time ${source}` };
  }
  const micros = fraction.slice(0, 6).padEnd(6, '0');
  // Python knows no negative zero: `-00:00` is UTC, too.
  const offsetSign = offset === 0 ? '+' : sign;
  const end =
    zone === undefined
      ? ''
      : zone === 'Z'
        ? '+00:00'
        : `${offsetSign}${two(Math.floor(offset / 60))}:${two(offset % 60)}`;
  const clock = `${two(hour)}:${two(minute)}:${two(second)}${Number(micros) === 0 ? '' : `.${micros}`}${end}`;
  return { value: `${date}T${clock}`, printed: `${date} ${clock}`, kind: 'a point in time' };
}

/** Returns a whole float as Python prints it; others are printed alike everywhere, but for long exponents. */
function printWhole(value: number): string {
  if (Math.abs(value) < 1e16) return `${Object.is(value, -0) ? '-0' : String(value)}.0`;
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return `${mantissa}e${exponent.length < 3 ? `${exponent.slice(0, 1)}0${exponent.slice(1)}` : exponent}`;
}

/**
 * Returns what a plain (unquoted) scalar is in YAML 1.1 as PyYAML reads it; `undefined` for a text. `fixtures/yaml-1-1`
 * holds what PyYAML says.
 */
export function resolveYaml11(source: string): ResolvedScalar | undefined {
  if (/^(?:~|null|Null|NULL|)$/.test(source)) return { value: null };
  const word = booleanPattern.exec(source);
  if (word !== null) return { value: word[1] !== undefined };
  const first = source.charCodeAt(0);
  // Digits, signs and the point: everything else is a text.
  if (first > 57 || first < 43 || first === 44 || first === 47) return undefined;
  if (integerPattern.test(source)) {
    const value = readInteger(source);
    return Number.isSafeInteger(value)
      ? { value }
      : { value, problem: `the number ${source} has too many digits to be kept exactly` };
  }
  if (floatPattern.test(source)) {
    const value = readFloat(source);
    if (!Number.isFinite(value)) return { value, problem: `'${source}' is not a finite number` };
    return Number.isInteger(value)
      ? { value, printed: printWhole(value), kind: 'a decimal number' }
      : { value };
  }
  const time = timePattern.exec(source);
  if (time !== null) return resolveTime(source, time);
  const day = datePattern.exec(source);
  if (day === null) return undefined;
  const date = writeDate(Number(day[1]), Number(day[2]), Number(day[3]));
  return date === undefined
    ? { value: null, problem: `there is no day ${source}` }
    : { value: date, printed: date, kind: 'a date' };
}
