/** A field of a date or time that a format prints or reads as a number. */
export type NumberField =
  | 'year'
  | 'year-of-era'
  | 'century'
  | 'weekyear'
  | 'month'
  | 'day'
  | 'day-of-year'
  | 'week'
  | 'day-of-week'
  /** 0 to 23. */
  | 'hour'
  /** 1 to 24. */
  | 'clock-hour'
  /** 0 to 11. */
  | 'half-hour'
  /** 1 to 12. */
  | 'half-clock-hour'
  | 'minute'
  | 'second';

/** A part of a format. */
export type FormatPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** Printed with at least `width` digits, read with at most `most`. */
  | {
      readonly kind: 'number';
      readonly field: NumberField;
      readonly width: number;
      readonly most: number;
    }
  /** `lenient`: other than two digits are read as the year itself. The pivot is fixed, or follows the clock. */
  | {
      readonly kind: 'two-digit-year';
      readonly field: 'year' | 'weekyear';
      readonly lenient: boolean;
      readonly pivot: 'mysql' | 'clock';
    }
  | {
      readonly kind: 'text';
      readonly field: 'month' | 'day-of-week' | 'half-day' | 'era';
      readonly long: boolean;
    }
  /** Digits after the second; what is printed beyond milliseconds is zero. */
  | { readonly kind: 'fraction'; readonly width: number; readonly most: number }
  | { readonly kind: 'zone'; readonly style: 'offset' | 'colon-offset' | 'id' | 'name' };

/** The parts of a format, or what is wrong with it. */
export type ReadFormat = { readonly parts: readonly FormatPart[] } | { readonly problem: string };

function number(field: NumberField, width: number, most: number): FormatPart {
  return { kind: 'number', field, width, most };
}

function text(field: 'month' | 'day-of-week' | 'half-day' | 'era', long: boolean): FormatPart {
  return { kind: 'text', field, long };
}

const colon: FormatPart = { kind: 'literal', text: ':' };
const clock12 = number('half-clock-hour', 2, 2);
const clock24 = number('hour', 2, 2);
const minute = number('minute', 2, 2);
const second = number('second', 2, 2);

/** Source: Trino's `DateTimeFunctions.createDateTimeFormatter`. */
const mysqlSpecifiers: Readonly<Record<string, readonly FormatPart[]>> = {
  a: [text('day-of-week', false)],
  b: [text('month', false)],
  c: [number('month', 1, 2)],
  d: [number('day', 2, 2)],
  e: [number('day', 1, 2)],
  f: [{ kind: 'fraction', width: 6, most: 9 }],
  H: [clock24],
  h: [clock12],
  I: [clock12],
  i: [minute],
  j: [number('day-of-year', 3, 3)],
  k: [number('hour', 1, 2)],
  l: [number('half-clock-hour', 1, 2)],
  M: [text('month', true)],
  m: [number('month', 2, 2)],
  p: [text('half-day', true)],
  r: [
    clock12,
    colon,
    minute,
    colon,
    second,
    { kind: 'literal', text: ' ' },
    text('half-day', true),
  ],
  S: [second],
  s: [second],
  T: [clock24, colon, minute, colon, second],
  v: [number('week', 2, 2)],
  W: [text('day-of-week', true)],
  x: [number('weekyear', 4, 4)],
  Y: [number('year', 4, 4)],
  y: [{ kind: 'two-digit-year', field: 'year', lenient: false, pivot: 'mysql' }],
};

function mergeLiterals(parts: readonly FormatPart[]): readonly FormatPart[] {
  return parts.reduce<FormatPart[]>((merged, part) => {
    const last = merged.at(-1);
    if (part.kind === 'literal' && last?.kind === 'literal') {
      merged[merged.length - 1] = { kind: 'literal', text: last.text + part.text };
    } else {
      merged.push(part);
    }
    return merged;
  }, []);
}

/** Reads a format of date_format and date_parse: MySQL's specifiers. */
export function readMySqlFormat(format: string): ReadFormat {
  const parts: FormatPart[] = [];
  const characters = Array.from(format);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character !== '%') {
      parts.push({ kind: 'literal', text: character });
      continue;
    }
    index++;
    const specifier = characters[index];
    if (specifier === undefined) return { problem: 'the format ends in %' };
    if ('DUuVwX'.includes(specifier)) return { problem: `Athena does not support %${specifier}` };
    parts.push(...(mysqlSpecifiers[specifier] ?? [{ kind: 'literal', text: specifier }]));
  }
  return parts.length === 0 ? { problem: 'the format is empty' } : { parts: mergeLiterals(parts) };
}

type JodaToken =
  | { readonly kind: 'letters'; readonly letter: string; readonly length: number }
  | { readonly kind: 'literal'; readonly text: string };

function tokenizeJoda(format: string): readonly JodaToken[] {
  const found = format.matchAll(/([A-Za-z])\1*|'((?:[^']|'')*)(?:'|$)|[^A-Za-z']+/g);
  return [...found].map(([whole, letter, quoted]): JodaToken => {
    if (letter !== undefined) return { kind: 'letters', letter, length: whole.length };
    if (quoted === undefined) return { kind: 'literal', text: whole };
    return { kind: 'literal', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") };
  });
}

function isNumericToken(token: JodaToken | undefined): boolean {
  if (token?.kind !== 'letters') return false;
  if ('cCxwyYDdehHKkmsSF'.includes(token.letter)) return true;
  return token.letter === 'M' && token.length <= 2;
}

const jodaNumbers: Readonly<Record<string, readonly [NumberField, number]>> = {
  d: ['day', 2],
  D: ['day-of-year', 3],
  e: ['day-of-week', 1],
  w: ['week', 2],
  H: ['hour', 2],
  k: ['clock-hour', 2],
  K: ['half-hour', 2],
  h: ['half-clock-hour', 2],
  m: ['minute', 2],
  s: ['second', 2],
};

const jodaYears: Readonly<Record<string, 'year' | 'year-of-era' | 'weekyear'>> = {
  y: 'year',
  Y: 'year-of-era',
  x: 'weekyear',
};

function readJodaToken(
  { letter, length }: { readonly letter: string; readonly length: number },
  next: JodaToken | undefined,
): FormatPart | undefined {
  const year = jodaYears[letter];
  if (year !== undefined) {
    if (length !== 2) return number(year, length, isNumericToken(next) ? length : 9);
    const field = year === 'weekyear' ? 'weekyear' : 'year';
    return { kind: 'two-digit-year', field, lenient: !isNumericToken(next), pivot: 'clock' };
  }
  const plain = jodaNumbers[letter];
  if (plain !== undefined) return number(plain[0], length, plain[1]);
  switch (letter) {
    case 'M':
      return length >= 3 ? text('month', length > 3) : number('month', length, 2);
    case 'E':
      return text('day-of-week', length > 3);
    case 'a':
      return text('half-day', true);
    case 'G':
      return text('era', false);
    case 'C':
      return number('century', length, length);
    case 'S':
      return { kind: 'fraction', width: length, most: length };
    case 'z':
      return { kind: 'zone', style: 'name' };
    case 'Z':
      return {
        kind: 'zone',
        style: length === 1 ? 'offset' : length === 2 ? 'colon-offset' : 'id',
      };
    default:
      return undefined;
  }
}

/** Reads a format of format_datetime and parse_datetime: a pattern of Joda-Time's `DateTimeFormat`. */
export function readJodaFormat(format: string): ReadFormat {
  const tokens = tokenizeJoda(format);
  const parts: FormatPart[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind === 'literal') {
      parts.push(token);
      continue;
    }
    const part = readJodaToken(token, tokens[index + 1]);
    if (part === undefined) return { problem: `'${token.letter}' is no letter of a pattern` };
    parts.push(part);
  }
  return parts.length === 0 ? { problem: 'the format is empty' } : { parts: mergeLiterals(parts) };
}
