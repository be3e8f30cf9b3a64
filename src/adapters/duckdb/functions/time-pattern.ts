import { refusal, type Refusal } from './rule.js';
import type { FormatPart } from './time-format.js';

/** In full; the first three letters are the short name. */
export const monthNames =
  'January February March April May June July August September October November December'.split(
    ' ',
  );
/** From Monday on; the first three letters are the short name. */
export const dayNames = 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(' ');

/** Joda-Time reads names in full or short, as they are written, in lower and in upper case. */
function namePattern(names: readonly string[]): string {
  const short = names.map((name) => name.slice(0, 3));
  const all = [...names, ...short].flatMap((name) => [
    name,
    name.toLowerCase(),
    name.toUpperCase(),
  ]);
  return [...new Set(all)].join('|');
}

const namePatterns = {
  month: namePattern(monthNames),
  'day-of-week': namePattern(dayNames),
  'half-day': 'AM|am|PM|pm',
};

function escapePattern(text: string): string {
  const escaped = text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return /[A-Za-z]/.test(text) ? `(?i:${escaped})` : escaped;
}

function startsWithDigit(part: FormatPart | undefined): boolean {
  if (part === undefined) return false;
  if (part.kind === 'literal') return /^\d/.test(part.text);
  return part.kind !== 'text' && part.kind !== 'zone';
}

/** Digits: as many as there are, up to `most`. Before another digit that leaves no choice. */
function digits(most: number, next: FormatPart | undefined): string {
  return startsWithDigit(next) ? `\\d{${most}}` : `\\d{1,${most}}`;
}

/** What a group of the regular expression holds. */
export type Field =
  | 'year'
  | 'short-year'
  | 'weekyear'
  | 'month'
  | 'month-name'
  | 'day'
  | 'day-of-year'
  | 'week'
  | 'day-of-week'
  | 'day-name'
  | 'hour'
  | 'clock-hour'
  | 'half-hour'
  | 'half-clock-hour'
  | 'half-day'
  | 'minute'
  | 'second'
  | 'fraction'
  | 'zone';

/** The group that reads a part; `undefined` where it is not supported. */
function readPart(
  part: Exclude<FormatPart, { kind: 'literal' }>,
  next: FormatPart | undefined,
): { readonly field: Field; readonly pattern: string } | undefined {
  switch (part.kind) {
    case 'number': {
      const { field } = part;
      if (field === 'century') return undefined;
      const sign = field === 'year' || field === 'weekyear' ? '[+-]?' : '';
      return {
        field: field === 'year-of-era' ? 'year' : field,
        pattern: sign + digits(part.most, next),
      };
    }
    case 'two-digit-year':
      if (part.field === 'weekyear') return undefined;
      return { field: 'short-year', pattern: part.lenient ? '[+-]?\\d{1,9}' : '\\d{2}' };
    case 'text': {
      if (part.field === 'era') return undefined;
      const names = {
        month: 'month-name',
        'day-of-week': 'day-name',
        'half-day': 'half-day',
      } as const;
      return { field: names[part.field], pattern: namePatterns[part.field] };
    }
    case 'fraction':
      return { field: 'fraction', pattern: digits(part.most, next) };
    case 'zone':
      if (part.style === 'name') return undefined;
      return {
        field: 'zone',
        pattern:
          part.style === 'id'
            ? 'UTC|[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]*)+'
            : '[Zz]|[+-]\\d{2}(?::?\\d{2})?',
      };
  }
}

/** A compiled format: a regular expression with a group for each field, and the fields' names in order. */
export interface CompiledFormat {
  readonly pattern: string;
  readonly fields: readonly Field[];
  readonly pivot: 'mysql' | 'clock';
}

/** Compiles the parts of a format, or says why it is not supported. */
export function compileFormat(parts: readonly FormatPart[]): CompiledFormat | Refusal {
  const fields: Field[] = [];
  let pattern = '';
  for (const [index, part] of parts.entries()) {
    if (part.kind === 'literal') {
      pattern += escapePattern(part.text);
      continue;
    }
    const read = readPart(part, parts[index + 1]);
    if (read === undefined) {
      return refusal('its format has a part (era, century, zone name) that is not supported');
    }
    fields.push(read.field);
    pattern += `(${read.pattern})`;
  }
  const isMySql = parts.some((part) => part.kind === 'two-digit-year' && part.pivot === 'mysql');
  return { pattern: `^(${pattern})$`, fields, pivot: isMySql ? 'mysql' : 'clock' };
}

/** Fields of which a format may have one of each line. */
const exclusive: readonly (readonly Field[])[] = [
  ['year', 'short-year', 'weekyear'],
  ['month', 'month-name'],
  ['day'],
  ['day-of-year'],
  ['week'],
  ['day-of-week', 'day-name'],
  ['hour', 'clock-hour', 'half-hour', 'half-clock-hour'],
  ['half-day'],
  ['minute'],
  ['second'],
  ['fraction'],
  ['zone'],
];

/** Returns why fields do not make a date together, as far as is supported; `undefined` if they do. */
export function findConflict(fields: readonly Field[]): string | undefined {
  const has = (...names: readonly Field[]): boolean => names.some((name) => fields.includes(name));
  const repeated = exclusive.find(
    (names) => fields.filter((field) => names.includes(field)).length > 1,
  );
  if (repeated !== undefined) return `its format has two parts for the ${repeated[0] ?? ''}`;
  const byWeek = has('weekyear', 'week');
  if (byWeek && (!has('weekyear') || has('month', 'month-name', 'day', 'day-of-year'))) {
    return 'its format mixes weeks with other parts of a date';
  }
  if (has('day-of-year') && (has('month', 'month-name', 'day') || !has('year', 'short-year'))) {
    return 'its format mixes the day of the year with other parts of a date';
  }
  if (has('day-of-week', 'day-name') && !byWeek && !has('day')) {
    return 'its format has a day of the week without a date';
  }
  return undefined;
}
