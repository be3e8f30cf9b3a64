import { formatType, type SqlType } from '../../core/sql-type.js';

/** A value as the engine casts it to the column's type, or what was expected of it. */
export type SeedValue = { readonly text: string } | { readonly expected: string };

const integerRanges: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [-128n, 127n],
  smallint: [-32768n, 32767n],
  integer: [-2147483648n, 2147483647n],
  bigint: [-9223372036854775808n, 9223372036854775807n],
};

const booleans: ReadonlyMap<string, string> = new Map([
  ['true', 'true'],
  ['t', 'true'],
  ['1', 'true'],
  ['false', 'false'],
  ['f', 'false'],
  ['0', 'false'],
]);

const largestReal = 3.4028234663852886e38;

/** The parts of a number in the decimal system, without zeros that say nothing. */
export interface NumberParts {
  readonly sign: '' | '-';
  readonly whole: string;
  readonly fraction: string;
  /** `null` without one. */
  readonly exponent: string | null;
}

/** Returns the parts of a number as people write it; `undefined` for anything else. */
export function readNumber(text: string): NumberParts | undefined {
  const { groups } =
    /^(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d+))?$/u.exec(
      text,
    ) ?? {};
  if (groups === undefined) return undefined;
  return {
    sign: groups['sign'] === '-' ? '-' : '',
    whole: (groups['whole'] ?? '').replace(/^0+(?=\d)/u, '') || '0',
    fraction: (groups['fraction'] ?? '').replace(/0+$/u, ''),
    exponent: groups['exponent'] ?? null,
  };
}

/** Returns whether a day is in the calendar, with the Gregorian rule for all years, as Trino reckons. */
export function isDay(year: number, month: number, day: number): boolean {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1];
  return year > 0 && days !== undefined && day >= 1 && day <= days;
}

/** A day, and the time of day if there is one. */
export interface Moment {
  readonly date: string;
  /** `hh:mm:ss`; `null` without a time. */
  readonly time: string | null;
  readonly hasSeconds: boolean;
  /** The digits behind the second, without zeros that say nothing. */
  readonly fraction: string;
}

/** Returns a day such as `2024-02-29`, with or without a time behind a space or `T`; `undefined` for anything else. */
export function readMoment(text: string): Moment | undefined {
  const match =
    /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)(?:[ T](?<hour>\d\d):(?<minute>\d\d)(?::(?<second>\d\d)(?:\.(?<fraction>\d+))?)?)?$/u.exec(
      text,
    );
  const {
    year = '',
    month = '',
    day = '',
    hour,
    minute,
    second,
    fraction = '',
  } = match?.groups ?? {};
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined || minute === undefined) {
    return { date, time: null, hasSeconds: false, fraction: '' };
  }
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second ?? 0) > 59) return undefined;
  return {
    date,
    time: `${hour}:${minute}:${second ?? '00'}`,
    hasSeconds: second !== undefined,
    fraction: fraction.replace(/0+$/u, ''),
  };
}

function readInteger(text: string, kind: string): SeedValue {
  if (!/^[+-]?\d+$/u.test(text)) return { expected: `a whole number (${kind})` };
  const value = BigInt(text.replace(/^\+/u, ''));
  const [least, most] = integerRanges[kind] ?? [value, value];
  if (value < least || value > most) return { expected: `a ${kind}, from ${least} to ${most}` };
  return { text: String(value) };
}

function readDecimal(text: string, precision: number, scale: number): SeedValue {
  const parts = readNumber(text);
  const type = formatType({ kind: 'decimal', precision, scale });
  if (parts === undefined || parts.exponent !== null) return { expected: `a number (${type})` };
  const { sign, whole, fraction } = parts;
  const digits = whole === '0' ? 0 : whole.length;
  if (fraction.length > scale || digits > precision - scale) {
    return {
      expected: `a ${type}, with at most ${precision - scale} digits before the point and ${scale} behind it`,
    };
  }
  return { text: `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}` };
}

function readFloat(text: string, kind: 'real' | 'double'): SeedValue {
  const parts = readNumber(text);
  if (parts === undefined) return { expected: `a number (${kind})` };
  const size = Math.abs(Number(text));
  if (!Number.isFinite(size) || (kind === 'real' && size > largestReal)) {
    return { expected: `a ${kind}, which holds no number as large as this` };
  }
  const { sign, whole, fraction, exponent } = parts;
  const point = fraction === '' ? '' : `.${fraction}`;
  return { text: `${sign}${whole}${point}${exponent === null ? '' : `e${exponent}`}` };
}

/**
 * Returns a value of the file as its type takes it without loss: numbers without zeros that say nothing, times to the
 * second. Of values that are no text, spaces around them do not count.
 */
export function readSeedValue(raw: string, type: SqlType): SeedValue {
  const text = raw.trim();
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return readInteger(text, type.kind);
    case 'decimal':
      return readDecimal(text, type.precision, type.scale);
    case 'real':
    case 'double':
      return readFloat(text, type.kind);
    case 'boolean': {
      const value = booleans.get(text.toLowerCase());
      return value === undefined ? { expected: 'true or false' } : { text: value };
    }
    case 'date': {
      const moment = readMoment(text);
      return moment === undefined || moment.time !== null
        ? { expected: 'a date, such as 2024-02-29' }
        : { text: moment.date };
    }
    case 'timestamp': {
      const moment = readMoment(text);
      if (moment === undefined || moment.fraction.length > type.precision) {
        return {
          expected: `a timestamp, such as 2024-02-29 12:30:00, with at most ${type.precision} digits behind the second`,
        };
      }
      const fraction = moment.fraction === '' ? '' : `.${moment.fraction}`;
      return { text: `${moment.date} ${moment.time ?? '00:00:00'}${fraction}` };
    }
    case 'varchar':
    case 'char':
      if (type.length !== undefined && Array.from(raw).length > type.length) {
        return { expected: `at most ${type.length} characters` };
      }
      return { text: raw };
    default:
      throw new Error(`a seed has no columns of the type ${type.kind}`);
  }
}
