import { civilFromDays, daysFromCivil, type CivilDay } from './civil-day.js';
import type { NodeConfig } from './node.js';

/** How long a batch may be. */
export const batchSizes = ['hour', 'day', 'month', 'year'] as const;

export type BatchSize = (typeof batchSizes)[number];

/** A span of time: from `start` on, before `end`; both in milliseconds since 1970, UTC. */
export interface TimeWindow {
  readonly start: number;
  readonly end: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Civil extends CivilDay {
  readonly msOfDay: number;
}

function toCivil(ms: number): Civil {
  const days = Math.floor(ms / day);
  return { ...civilFromDays(days), msOfDay: ms - days * day };
}

function fromMonths(months: number): number {
  return daysFromCivil(Math.floor(months / 12), (((months % 12) + 12) % 12) + 1, 1) * day;
}

/** Returns the last start of a batch that is not after the moment. */
export function truncateTime(ms: number, size: BatchSize): number {
  return offsetTime(ms, size, 0);
}

/** Returns the start of the batch that lies `count` batches after the one with the moment in it. */
export function offsetTime(ms: number, size: BatchSize, count: number): number {
  switch (size) {
    case 'hour':
      return (Math.floor(ms / hour) + count) * hour;
    case 'day':
      return (Math.floor(ms / day) + count) * day;
    case 'month': {
      const { year, month } = toCivil(ms);
      return fromMonths(year * 12 + month - 1 + count);
    }
    case 'year':
      return fromMonths((toCivil(ms).year + count) * 12);
  }
}

/** Returns the first start of a batch that is not before the moment. */
function ceilTime(ms: number, size: BatchSize): number {
  const start = truncateTime(ms, size);
  return start === ms ? ms : offsetTime(ms, size, 1);
}

/** Returns the moment `count` units before, with its time of day: a month before 31 March is the last of February. */
export function timeBefore(ms: number, size: BatchSize, count: number): number {
  if (size === 'hour') return ms - count * hour;
  if (size === 'day') return ms - count * day;
  const civil = toCivil(ms);
  const months = civil.year * 12 + civil.month - 1 - count * (size === 'year' ? 12 : 1);
  const first = fromMonths(months);
  const last = fromMonths(months + 1) - day;
  return Math.min(first + (civil.day - 1) * day, last) + civil.msOfDay;
}

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)(?::?(\d\d)(?::?(\d\d)(?:\.(\d{1,6}))?)?)?)?(?:(Z)|([+-])(\d\d):?(\d\d))?$/i;

/**
 * Returns the moment that a text in ISO format names, in milliseconds since 1970; `undefined` if it names none. Without a
 * zone it is UTC, as in dbt.
 */
export function parseTime(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (match === null) return undefined;
  const at = (index: number): number => Number(match[index] ?? 0);
  const [year, month, dayOfMonth] = [at(1), at(2), at(3)];
  const days = daysFromCivil(year, month, dayOfMonth);
  const civil = toCivil(days * day);
  const exists =
    year >= 1 && month >= 1 && month <= 12 && civil.month === month && civil.day === dayOfMonth;
  if (!exists || at(4) > 23 || at(5) > 59 || at(6) > 59) return undefined;
  const ms = match[7] === undefined ? 0 : Math.floor(Number(`0.${match[7]}`) * 1000);
  const offset = (match[9] === '-' ? -1 : 1) * (at(10) * hour + at(11) * minute);
  return days * day + at(4) * hour + at(5) * minute + at(6) * 1000 + ms - offset;
}

const pad = (value: number, length = 2): string => String(value).padStart(length, '0');

/** Returns `2024-01-31 12:00:00` or, with a fraction, `2024-01-31 12:00:00.250`: a timestamp's literal in SQL, in UTC. */
export function formatTime(ms: number): string {
  const { year, month, day: dayOfMonth, msOfDay } = toCivil(ms);
  const seconds = Math.floor(msOfDay / 1000);
  const fraction = msOfDay % 1000;
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${pad(year, 4)}-${pad(month)}-${pad(dayOfMonth)} ${clock.map((each) => pad(each)).join(':')}${fraction === 0 ? '' : `.${pad(fraction, 3)}`}`;
}

/** Returns the moment in ISO format with its zone, as dbt writes it to artifacts: `2024-01-31T12:00:00+00:00`. */
export function toIsoTime(ms: number): string {
  return `${formatTime(ms).replace(' ', 'T')}+00:00`;
}

/** Returns how dbt calls a batch: `2024`, `2024-01`, `2024-01-31`, `2024-01-31T12`. */
export function batchLabel(start: number, size: BatchSize): string {
  const length = { year: 4, month: 7, day: 10, hour: 13 }[size];
  return formatTime(start).replace(' ', 'T').slice(0, length);
}

/** What decides which batches a run of a model replaces. */
export interface BatchRequest {
  readonly size: BatchSize;
  /** The model's first moment. */
  readonly begin: number;
  readonly lookback: number;
  /** Its table is there, and is added to. */
  readonly isIncremental: boolean;
  /** What the command asks for, in place of what has to be done. */
  readonly asked?: TimeWindow;
  /** When the command began. */
  readonly now: number;
}

/**
 * Returns the batches of a run, the earliest first; none where the model begins after the end. dbt's rules: from `begin`
 * on, or the present batch and `lookback` before it, up to now; or the whole batches around the span that was asked for.
 * Source: dbt-core 1.10, `MicrobatchBuilder`.
 */
export function planBatches(request: BatchRequest): readonly TimeWindow[] {
  const { size, begin, lookback, isIncremental, asked, now } = request;
  const end = ceilTime(asked?.end ?? now, size);
  const start =
    asked !== undefined
      ? truncateTime(asked.start, size)
      : isIncremental
        ? // The end of the present batch is the start of the next one.
          offsetTime(end, size, -(lookback + 1))
        : truncateTime(begin, size);
  const batches: TimeWindow[] = [];
  for (let at = start; at < end; at = offsetTime(at, size, 1)) {
    batches.push({ start: at, end: offsetTime(at, size, 1) });
  }
  return batches;
}

/** Returns dbt's `model.batch.id`: `20240131`. */
export function batchId(start: number, size: BatchSize): string {
  return batchLabel(start, size).replaceAll('-', '');
}

/** Returns what two spans have in common; empty if they have nothing. */
export function intersectWindows(one: TimeWindow, other: TimeWindow): TimeWindow {
  const start = Math.max(one.start, other.start);
  return { start, end: Math.max(start, Math.min(one.end, other.end)) };
}

/** Returns the condition on the rows of a span, in the author's SQL. `eventTime` is a column, or what is computed of some. */
export function windowCondition(eventTime: string, { start, end }: TimeWindow): string {
  const at = (ms: number): string => `timestamp '${formatTime(ms)}'`;
  return `${eventTime} >= ${at(start)} and ${eventTime} < ${at(end)}`;
}

/** How a model is built in batches, from its configuration. */
export interface Microbatch {
  readonly eventTime: string;
  readonly size: BatchSize;
  readonly begin: number;
  readonly lookback: number;
}

/** Returns whether a model is built in batches of time. */
export function isMicrobatch({ materialized, incremental_strategy }: NodeConfig): boolean {
  return materialized === 'incremental' && incremental_strategy === 'microbatch';
}

/** Returns how a model is built in batches; `undefined` if it is not, or lacks what parsing has complained about. */
export function readMicrobatch(config: NodeConfig): Microbatch | undefined {
  const { event_time: eventTime, batch_size: size, begin, lookback } = config.extra;
  const known = batchSizes.find((each) => each === size);
  const start = typeof begin === 'string' ? parseTime(begin) : undefined;
  if (!isMicrobatch(config) || typeof eventTime !== 'string') return undefined;
  if (known === undefined || start === undefined) return undefined;
  return {
    eventTime,
    size: known,
    begin: start,
    lookback: typeof lookback === 'number' ? lookback : 1,
  };
}
