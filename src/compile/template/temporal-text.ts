import { civilFromDays, daysFromCivil } from '../../core/civil-day.js';
import { TemplateProblem } from './template-problem.js';

/** A date and time of day. */
export interface DateParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** Returns the days since 1970-01-01 in the Gregorian calendar. */
export function daysOf(year: number, month: number, day: number): bigint {
  return BigInt(daysFromCivil(year, month, day));
}

/** Returns the date and time of a moment in microseconds since 1970. */
export function partsOf(micros: bigint): DateParts {
  const perDay = 86_400_000_000n;
  const rest = ((micros % perDay) + perDay) % perDay;
  const seconds = Number(rest / 1_000_000n);
  return {
    ...civilFromDays(Number((micros - rest) / perDay)),
    hour: Math.floor(seconds / 3600),
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
    microsecond: Number(rest % 1_000_000n),
  };
}

function pad(value: number, length = 2): string {
  return String(value).padStart(length, '0');
}

/** Returns Python's `isoformat`; a date has no time. */
export function isoText(
  parts: DateParts,
  {
    type,
    utc,
    separator,
  }: { readonly type: 'date' | 'datetime'; readonly utc: boolean; readonly separator: string },
): string {
  const date = `${pad(parts.year, 4)}-${pad(parts.month)}-${pad(parts.day)}`;
  if (type === 'date') return date;
  const fraction = parts.microsecond > 0 ? `.${pad(parts.microsecond, 6)}` : '';
  const time = `${pad(parts.hour)}:${pad(parts.minute)}:${pad(parts.second)}${fraction}`;
  return `${date}${separator}${time}${utc ? '+00:00' : ''}`;
}

function unsupported(directive: string, where: string): never {
  throw new TemplateProblem('template-unsupported', `${where}() does not support '${directive}'`, {
    hint: 'put the text together from year, month, day, hour, minute and second',
  });
}

/** Returns Python's `strftime` in the C locale. Throws `template-unsupported` for rare directives. */
export function formatTime(
  format: string,
  parts: DateParts,
  { weekday, utc }: { readonly weekday: number; readonly utc: boolean },
): string {
  const dayOfYear =
    Number(daysOf(parts.year, parts.month, parts.day) - daysOf(parts.year, 1, 1)) + 1;
  const month = months[parts.month - 1] ?? '';
  const weekdayName = weekdays[weekday] ?? '';
  const hour12 = parts.hour % 12 === 0 ? 12 : parts.hour % 12;
  const values: Readonly<Record<string, () => string>> = {
    Y: () => String(parts.year),
    y: () => pad(parts.year % 100),
    m: () => pad(parts.month),
    d: () => pad(parts.day),
    e: () => String(parts.day).padStart(2),
    H: () => pad(parts.hour),
    I: () => pad(hour12),
    M: () => pad(parts.minute),
    S: () => pad(parts.second),
    f: () => pad(parts.microsecond, 6),
    p: () => (parts.hour < 12 ? 'AM' : 'PM'),
    j: () => pad(dayOfYear, 3),
    B: () => month,
    b: () => month.slice(0, 3),
    h: () => month.slice(0, 3),
    A: () => weekdayName,
    a: () => weekdayName.slice(0, 3),
    u: () => String(weekday + 1),
    w: () => String((weekday + 1) % 7),
    U: () => pad(Math.floor((dayOfYear + 6 - ((weekday + 1) % 7)) / 7)),
    W: () => pad(Math.floor((dayOfYear + 6 - weekday) / 7)),
    F: () => isoText(parts, { type: 'date', utc, separator: '' }),
    T: () => `${pad(parts.hour)}:${pad(parts.minute)}:${pad(parts.second)}`,
    R: () => `${pad(parts.hour)}:${pad(parts.minute)}`,
    D: () => `${pad(parts.month)}/${pad(parts.day)}/${pad(parts.year % 100)}`,
    z: () => (utc ? '+0000' : ''),
    Z: () => (utc ? 'UTC' : ''),
    '%': () => '%',
  };
  return format.replace(/%([\s\S]?)/gu, (directive, letter: string) =>
    Object.hasOwn(values, letter) ? (values[letter]?.() ?? '') : unsupported(directive, 'strftime'),
  );
}

const readers: Readonly<
  Record<
    string,
    readonly [
      pattern: string,
      part: keyof DateParts | 'monthName' | 'monthShort' | 'zone' | 'year2',
    ]
  >
> = {
  Y: ['(\\d{4})', 'year'],
  y: ['(\\d{2})', 'year2'],
  m: ['(1[0-2]|0[1-9]|[1-9])', 'month'],
  d: ['(3[01]|[12]\\d|0[1-9]|[1-9])', 'day'],
  H: ['(2[0-3]|[01]\\d|\\d)', 'hour'],
  M: ['([0-5]\\d|\\d)', 'minute'],
  S: ['([0-5]\\d|\\d)', 'second'],
  f: ['(\\d{1,6})', 'microsecond'],
  B: [`(${months.join('|')})`, 'monthName'],
  b: [`(${months.map((name) => name.slice(0, 3)).join('|')})`, 'monthShort'],
  z: ['(Z|[-+]00:?00)', 'zone'],
};

/** Returns what a text says by Python's `strptime`. Throws `template-error` if it does not fit the format. */
export function parseTime(
  text: string,
  format: string,
): { readonly parts: DateParts; readonly utc: boolean } {
  const found: string[] = [];
  const source = format.replace(/%([\s\S]?)|\s+|[\s\S]/gu, (piece, letter: string | undefined) => {
    if (letter === undefined)
      return /\s/.test(piece) ? '\\s+' : piece.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    if (letter === '%') return '%';
    const reader = Object.hasOwn(readers, letter) ? readers[letter] : undefined;
    if (reader === undefined) return unsupported(piece, 'strptime');
    if (found.includes(reader[1])) {
      throw new TemplateProblem(
        'template-error',
        `strptime(): '${piece}' stands twice in the format`,
      );
    }
    found.push(reader[1]);
    return reader[0];
  });
  const match = new RegExp(`^${source}$`, 'iu').exec(text);
  if (match === null) {
    throw new TemplateProblem('template-error', `'${text}' does not fit the format '${format}'`);
  }
  const values = new Map(found.map((part, index) => [part, match[index + 1] ?? '']));
  const number = (part: string, fallback: number): number => {
    const given = values.get(part);
    return given === undefined ? fallback : Number(given);
  };
  const named = (values.get('monthName') ?? values.get('monthShort'))?.toLowerCase();
  const short = number('year2', -1);
  const century = short < 69 ? 2000 : 1900;
  return {
    utc: values.has('zone'),
    parts: {
      year: short >= 0 ? century + short : number('year', 1900),
      month:
        named === undefined
          ? number('month', 1)
          : months.findIndex((name) => name.toLowerCase().startsWith(named)) + 1,
      day: number('day', 1),
      hour: number('hour', 0),
      minute: number('minute', 0),
      second: number('second', 0),
      microsecond: Number((values.get('microsecond') ?? '0').padEnd(6, '0')),
    },
  };
}
