import type { DateUnit, ProjectedColumn } from '../../../core/partition-projection.js';

/** Finds the values of a projected partition column in paths. */
export interface ValueMatcher {
  /** The regular expression of a value in a path. */
  readonly pattern: string;
  /** Whether a value that was found so is one that the projection makes. */
  matches(value: string): boolean;
}

/** Letters of a Java date format, with the digits they stand for. */
const dateLetters: Readonly<Record<string, string>> = {
  yyyy: '\\d{4}',
  MM: '\\d{2}',
  dd: '\\d{2}',
  HH: '\\d{2}',
  mm: '\\d{2}',
  ss: '\\d{2}',
};

const unitMs: Readonly<Record<Exclude<DateUnit, 'YEARS' | 'MONTHS'>, number>> = {
  WEEKS: 7 * 86_400_000,
  DAYS: 86_400_000,
  HOURS: 3_600_000,
  MINUTES: 60_000,
  SECONDS: 1000,
};

/** A Java date format. */
interface DateFormat {
  readonly pattern: string;
  /** Returns the moment (UTC) that a text in this format begins; `undefined` for any other text. */
  readonly read: (text: string) => Date | undefined;
}

/** Returns a text as a regular expression that matches it alone. */
export function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Returns a format of years, months, days, hours, minutes and seconds in digits; `undefined` for any other. */
export function readDateFormat(format: string): DateFormat | undefined {
  const letters: string[] = [];
  let isKnown = true;
  const pattern = [...format.matchAll(/'([^']*)'|([A-Za-z])\2*|[^A-Za-z']+|'/g)]
    .map(([text, quoted, letter]) => {
      if (quoted !== undefined) return escapePattern(quoted === '' ? "'" : quoted);
      if (letter === undefined) return escapePattern(text);
      const digits = dateLetters[text];
      isKnown &&= digits !== undefined && !letters.includes(text);
      letters.push(text);
      return `(${digits ?? ''})`;
    })
    .join('');
  if (!isKnown || !letters.includes('yyyy')) return undefined;
  const expression = new RegExp(`^${pattern}$`);
  return {
    pattern: pattern.replace(/\((?=\\d)/g, '(?:'),
    read(text) {
      const match = expression.exec(text);
      if (match === null) return undefined;
      const of = (letter: string, otherwise: number): number => {
        const index = letters.indexOf(letter);
        return index === -1 ? otherwise : Number(match[index + 1]);
      };
      const [year, month, day] = [of('yyyy', 0), of('MM', 1), of('dd', 1)];
      const moment = new Date(
        Date.UTC(year, month - 1, day, of('HH', 0), of('mm', 0), of('ss', 0)),
      );
      const isReal =
        moment.getUTCFullYear() === year &&
        moment.getUTCMonth() === month - 1 &&
        moment.getUTCDate() === day;
      return isReal ? moment : undefined;
    },
  };
}

function truncate(moment: Date, unit: DateUnit): Date {
  const year = moment.getUTCFullYear();
  if (unit === 'YEARS') return new Date(Date.UTC(year, 0));
  if (unit === 'MONTHS') return new Date(Date.UTC(year, moment.getUTCMonth()));
  const step = unit === 'WEEKS' ? unitMs.DAYS : unitMs[unit];
  return new Date(Math.floor(moment.getTime() / step) * step);
}

function shift(moment: Date, count: number, unit: DateUnit): Date {
  if (unit !== 'YEARS' && unit !== 'MONTHS') {
    return new Date(moment.getTime() + count * unitMs[unit]);
  }
  const months = unit === 'YEARS' ? count * 12 : count;
  const first = new Date(moment);
  first.setUTCDate(1);
  first.setUTCMonth(first.getUTCMonth() + months);
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(moment.getUTCDate(), last));
  return first;
}

/** Returns the moment of a bound: a date in the format, or `NOW` with a difference. */
function readBound(text: string, format: DateFormat, now: Date): Date | undefined {
  const [, sign = '', count = '0', name = ''] =
    /^NOW(?:\s*([+-])\s*(\d+)\s*([A-Z]+?)S?)?$/i.exec(text) ?? [];
  if (!/^NOW/i.test(text)) return format.read(text);
  const unit = name === '' ? 'DAYS' : (`${name.toUpperCase()}S` as DateUnit);
  return shift(now, Number(sign + count), unit);
}

function isStep(low: Date, value: Date, { interval, unit }: { interval: number; unit: DateUnit }) {
  if (unit !== 'YEARS' && unit !== 'MONTHS') {
    return (value.getTime() - low.getTime()) % (interval * unitMs[unit]) === 0;
  }
  const months =
    (value.getUTCFullYear() - low.getUTCFullYear()) * 12 +
    (value.getUTCMonth() - low.getUTCMonth());
  const isFirst = truncate(value, unit).getTime() === value.getTime();
  return isFirst && months % (interval * (unit === 'YEARS' ? 12 : 1)) === 0;
}

/**
 * Returns what finds a column's values in paths at the moment `now`; `undefined` for what only the engine's planner can do:
 * injected values, and formats of dates that are not digits alone.
 */
export function matchProjected(column: ProjectedColumn, now: Date): ValueMatcher | undefined {
  switch (column.type) {
    case 'enum':
      return { pattern: '[^/]*', matches: (value) => column.values.includes(value) };
    case 'integer': {
      const [low, high] = column.range;
      const { interval, digits } = column;
      return {
        pattern: '[^/]*',
        matches(text) {
          const value = Number(text);
          const sign = value < 0 ? '-' : '';
          const isSpelled = text === sign + String(Math.abs(value)).padStart(digits, '0');
          return isSpelled && value >= low && value <= high && (value - low) % interval === 0;
        },
      };
    }
    case 'date': {
      const format = readDateFormat(column.format);
      const [low, high] = column.range.map((each) => format && readBound(each, format, now));
      if (format === undefined || low === undefined || high === undefined) return undefined;
      const [from, to] = [truncate(low, column.unit), truncate(high, column.unit)];
      return {
        pattern: format.pattern,
        matches(text) {
          const value = format.read(text);
          return value !== undefined && value >= from && value <= to && isStep(from, value, column);
        },
      };
    }
    case 'injected':
      return undefined;
  }
}

/**
 * Returns what reads the values of partition columns from a path that begins as the template says: `s3://b/${year}/${month}/`.
 * `undefined` for other paths, and where a value is none of its column.
 */
export function matchTemplate(
  template: string,
  names: readonly string[],
  matchers: ReadonlyMap<string, ValueMatcher | undefined>,
): (path: string) => readonly string[] | undefined {
  const order: string[] = [];
  const pattern = template
    .split(/(\$\{[^}]+\})/)
    .map((part) => {
      const [, name] = /^\$\{([^}]+)\}$/.exec(part) ?? [];
      if (name === undefined) return escapePattern(part);
      order.push(name.toLowerCase());
      return `(${matchers.get(name.toLowerCase())?.pattern ?? '[^/]*'})`;
    })
    .join('');
  const expression = new RegExp(`^${pattern}/`);
  return (path) => {
    const match = expression.exec(path);
    if (match === null) return undefined;
    const values = names.map((name) => match[order.indexOf(name) + 1] ?? '');
    return names.every((name, index) => matchers.get(name)?.matches(values[index] ?? '') === true)
      ? values
      : undefined;
  };
}
