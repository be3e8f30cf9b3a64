import { builtin, callableOf, type BoundArguments } from './arguments.js';
import {
  formatTime,
  isoText,
  parseTime,
  partsOf,
  daysOf,
  type DateParts,
} from './temporal-text.js';
import { TemplateProblem } from './template-problem.js';
import { isNone, isObject, none, typeName, type ObjectValue, type Value } from './values.js';

/** A point in time or a span, as Python's `datetime` has them: microseconds since 1970, or of the span. */
export interface Temporal {
  readonly type: 'date' | 'datetime' | 'timedelta';
  readonly micros: bigint;
  /** The zone is UTC; without it the time is naive. */
  readonly utc: boolean;
}

const second = 1_000_000n;
const day = 86_400n * second;
/** The years 1 to 9999, as in Python. */
const earliest = daysOf(1, 1, 1) * day;
const latest = daysOf(10_000, 1, 1) * day;

function fail(message: string): never {
  throw new TemplateProblem('template-error', message);
}

/** The time as `{{ run_started_at }}` and the like have it. */
export const utcZone: ObjectValue = {
  kind: 'object',
  typeName: 'timezone',
  text: 'UTC',
  memberNames: () => [],
  member: () => undefined,
};

function method(name: string, signature: string, call: (args: BoundArguments) => Value): Value {
  return callableOf(name, builtin(signature, call));
}

function whole(value: bigint, unit: bigint): bigint {
  return value >= 0n ? value / unit : -((-value + unit - 1n) / unit);
}

/** Returns a moment, date or span as a value. Throws `template-error` for years that Python does not have. */
export function temporalValue(temporal: Temporal): ObjectValue {
  const { type, micros, utc } = temporal;
  if (type !== 'timedelta' && (micros < earliest || micros >= latest)) {
    fail('the date is beyond the years 1 to 9999');
  }
  const isSpan = type === 'timedelta';
  const members = isSpan ? spanMembers(micros) : momentMembers({ ...temporal, type });
  return {
    kind: 'object',
    typeName: type,
    text: isSpan ? spanText(micros) : isoText(partsOf(micros), { type, utc, separator: ' ' }),
    memberNames: () => [...members.keys()],
    member: (name) => members.get(name)?.(),
    temporal: { type, micros, utc },
  };
}

/** A date or a moment. */
type Moment = Temporal & { readonly type: 'date' | 'datetime' };

type Members = ReadonlyMap<string, () => Value>;

function momentMembers({ type, micros, utc }: Moment): Members {
  const parts = partsOf(micros);
  const number =
    (name: keyof DateParts): (() => Value) =>
    () =>
      BigInt(parts[name]);
  const weekday = Number((((whole(micros, day) + 3n) % 7n) + 7n) % 7n);
  const replace = (args: BoundArguments): Value => {
    const pick = (name: keyof DateParts): number => args.integer(name, parts[name]);
    const zone = args.optional('tzinfo');
    return momentOf(
      type,
      {
        year: pick('year'),
        month: pick('month'),
        day: pick('day'),
        hour: pick('hour'),
        minute: pick('minute'),
        second: pick('second'),
        microsecond: pick('microsecond'),
      },
      zone === undefined ? utc : checkZone(zone),
    );
  };
  const common: [string, () => Value][] = [
    ['year', number('year')],
    ['month', number('month')],
    ['day', number('day')],
    [
      'strftime',
      () =>
        method('strftime', 'format', (args) =>
          formatTime(args.text('format'), parts, { weekday, utc }),
        ),
    ],
    [
      'isoformat',
      () =>
        method('isoformat', 'sep?', (args) =>
          isoText(parts, { type, utc, separator: args.text('sep', 'T') }),
        ),
    ],
    ['weekday', () => method('weekday', '', () => BigInt(weekday))],
    ['isoweekday', () => method('isoweekday', '', () => BigInt(weekday + 1))],
    ['toordinal', () => method('toordinal', '', () => whole(micros, day) + 719_163n)],
    [
      'replace',
      () =>
        method('replace', 'year? month? day? hour? minute? second? microsecond? tzinfo?', replace),
    ],
  ];
  if (type === 'date') return new Map(common);
  return new Map<string, () => Value>([
    ...common,
    ['hour', number('hour')],
    ['minute', number('minute')],
    ['second', number('second')],
    ['microsecond', number('microsecond')],
    ['tzinfo', () => (utc ? utcZone : none)],
    [
      'date',
      () =>
        method('date', '', () =>
          temporalValue({ type: 'date', micros: whole(micros, day) * day, utc: false }),
        ),
    ],
    ['timestamp', () => method('timestamp', '', () => Number(micros) / 1e6)],
    [
      'astimezone',
      () =>
        method('astimezone', 'tz?', (args) => {
          if (!utc) return unsupported('astimezone() of a time without a zone');
          checkZone(args.value('tz'));
          return temporalValue({ type, micros, utc });
        }),
    ],
  ]);
}

function unsupported(what: string): never {
  throw new TemplateProblem('template-unsupported', `${what} is not supported`, {
    hint: "only UTC is known here; convert in SQL: at_timezone(…, 'Europe/Oslo')",
  });
}

/** Returns whether a zone is UTC; none is no zone. Others are `template-unsupported`. */
export function checkZone(zone: Value): boolean {
  if (isNone(zone)) return false;
  return zone === utcZone ? true : unsupported('a zone other than UTC');
}

function spanMembers(micros: bigint): Members {
  const days = whole(micros, day);
  const rest = micros - days * day;
  return new Map<string, () => Value>([
    ['days', () => days],
    ['seconds', () => rest / second],
    ['microseconds', () => rest % second],
    ['total_seconds', () => method('total_seconds', '', () => Number(micros) / 1e6)],
  ]);
}

function spanText(micros: bigint): string {
  const days = whole(micros, day);
  const rest = partsOf(micros - days * day);
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  const fraction = rest.microsecond > 0 ? `.${pad(rest.microsecond, 6)}` : '';
  const time = `${rest.hour}:${pad(rest.minute)}:${pad(rest.second)}${fraction}`;
  if (days === 0n) return time;
  return `${days} day${days === 1n || days === -1n ? '' : 's'}, ${time}`;
}

/** Returns the date or moment of the parts. Throws `template-error` for one that is not there. */
export function momentOf(type: 'date' | 'datetime', parts: DateParts, utc: boolean): ObjectValue {
  const { year, month, hour, minute } = parts;
  const days = daysOf(year, month, parts.day);
  const micros =
    days * day +
    BigInt(hour * 3600 + minute * 60 + parts.second) * second +
    BigInt(parts.microsecond);
  const found = partsOf(micros);
  const same = (Object.keys(parts) as (keyof DateParts)[]).every(
    (key) => parts[key] === found[key],
  );
  if (!same) fail(`there is no such ${type}: ${year}-${month}-${parts.day}`);
  return temporalValue({ type, micros, utc: type === 'datetime' && utc });
}

/** Returns the moment that a text has by Python's `strptime`. Throws `template-error`. */
export function readMoment(text: string, format: string): ObjectValue {
  const { parts, utc } = parseTime(text, format);
  return momentOf('datetime', parts, utc);
}

function temporalOf(value: Value): Temporal | undefined {
  return isObject(value) ? value.temporal : undefined;
}

/** Returns the result of an operator on times and spans; `undefined` if it has none. */
export function temporalOperator(name: string, left: Value, right: Value): Value | undefined {
  const [a, b] = [temporalOf(left), temporalOf(right)];
  const shift = (moment: Temporal, micros: bigint): Value =>
    temporalValue({
      ...moment,
      micros: moment.micros + (moment.type === 'date' ? whole(micros, day) * day : micros),
    });
  if (a !== undefined && b !== undefined) {
    if (name === 'Add' && b.type === 'timedelta') return shift(a, b.micros);
    if (name === 'Add' && a.type === 'timedelta') return shift(b, a.micros);
    if (name === 'Sub' && b.type === 'timedelta') {
      if (a.type !== 'date') return temporalValue({ ...a, micros: a.micros - b.micros });
      return shift(a, -(whole(b.micros, day) * day));
    }
    if (name === 'Sub' && a.type === b.type && a.utc === b.utc) {
      return temporalValue({ type: 'timedelta', micros: a.micros - b.micros, utc: false });
    }
    if (a.type === 'timedelta' && b.type === 'timedelta' && b.micros !== 0n) {
      if (name === 'Div') return Number(a.micros) / Number(b.micros);
      if (name === 'FloorDiv')
        return whole(a.micros * (b.micros < 0n ? -1n : 1n), b.micros < 0n ? -b.micros : b.micros);
    }
    return undefined;
  }
  const [span, count] = a === undefined ? [b, left] : [a, right];
  if (name === 'Mul' && span?.type === 'timedelta' && typeof count === 'bigint') {
    return temporalValue({ ...span, micros: span.micros * count });
  }
  if (name === 'FloorDiv' && a?.type === 'timedelta' && typeof right === 'bigint' && right > 0n) {
    return temporalValue({ ...a, micros: whole(a.micros, right) });
  }
  return undefined;
}

/** Returns the order of two times or spans; `undefined` if they are not two of one kind. */
export function compareTemporal(left: Value, right: Value): number | undefined {
  const [a, b] = [temporalOf(left), temporalOf(right)];
  if (a === undefined || b === undefined || a.type !== b.type || a.utc !== b.utc) return undefined;
  return a.micros < b.micros ? -1 : a.micros > b.micros ? 1 : 0;
}

/** Returns the number of microseconds that named parts of a span make. Throws `template-error`. */
export function spanMicros(parts: ReadonlyMap<string, Value>): bigint {
  const units = new Map([
    ['weeks', 7n * day],
    ['days', day],
    ['hours', 3600n * second],
    ['minutes', 60n * second],
    ['seconds', second],
    ['milliseconds', 1000n],
    ['microseconds', 1n],
  ]);
  let micros = 0n;
  for (const [name, value] of parts) {
    const unit = units.get(name) ?? fail(`timedelta() takes no argument named '${name}'`);
    if (typeof value === 'bigint') micros += value * unit;
    else if (typeof value === 'number' && Number.isFinite(value))
      micros += BigInt(Math.round(value * Number(unit)));
    else fail(`timedelta() expects numbers, found ${typeName(value)}`);
  }
  if (micros >= 1_000_000_000n * day || micros <= -1_000_000_000n * day)
    fail('the span is too long');
  return micros;
}
