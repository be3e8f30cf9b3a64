import type { SqlType } from '../../../core/sql-type.js';
import { raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';

const utcNames =
  /^(?:utc|z|ut|uct|gmt|gmt0|greenwich|universal|zulu|etc\/(?:utc|uct|gmt0?|greenwich|universal|zulu))$/i;

function formatOffset(sign: string, hours: number, minutes: number): string | undefined {
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  if (hours === 0 && minutes === 0) return 'UTC';
  return `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function isRegion(name: string): boolean {
  if (!/^[A-Z][A-Za-z]+(?:\/[A-Z][\w+-]*)+$/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/**
 * Returns a time zone as Trino shows it (`UTC`, `+05:30`, `America/New_York`), or `undefined` if it is none of these.
 * Trino's few names without a region ('Japan') are not known here.
 */
export function readZone(text: string): string | undefined {
  if (utcNames.test(text)) return 'UTC';
  const offset = /^(?:UTC|GMT|UT)?([+-])(\d{2}):?(\d{2})$/.exec(text);
  if (offset) return formatOffset(offset[1] ?? '+', Number(offset[2]), Number(offset[3]));
  // By POSIX, the sign of these names is the other way round.
  const etc = /^Etc\/GMT([+-])(\d{1,2})$/.exec(text);
  if (etc) return formatOffset(etc[1] === '+' ? '-' : '+', Number(etc[2]), 0);
  return isRegion(text) ? text : undefined;
}

/** Returns the minutes that a zone of fixed offset is ahead of UTC, else `undefined`. */
export function fixedOffset(zone: string): number | undefined {
  if (zone === 'UTC') return 0;
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (match === null) return undefined;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

function shift(timestamp: Sql, minutes: number): Sql {
  if (minutes === 0) return timestamp;
  return minutes > 0
    ? sql`${timestamp} + to_minutes(${raw(String(minutes))})`
    : sql`${timestamp} - to_minutes(${raw(String(-minutes))})`;
}

/** Returns what the clocks of `zone` show at an instant, as a timestamp without zone. */
export function clockTime(instant: Sql, zone: string): Sql {
  const offset = fixedOffset(zone);
  if (offset === undefined) return sql`timezone(${stringSql(zone)}, ${instant})`;
  return shift(sql`timezone('UTC', ${instant})`, offset);
}

/**
 * Returns the instant at which the clocks of `zone` show a timestamp. If there are two: the one with the offset of
 * `origin`, the instant that the timestamp was made of, else the earlier one.
 */
export function instantOf(timestamp: Sql, zone: string, origin?: Sql): Sql {
  const offset = fixedOffset(zone);
  if (offset !== undefined) return sql`timezone('UTC', ${shift(timestamp, -offset)})`;
  const name = stringSql(zone);
  return origin === undefined
    ? macroCall('zoned_instant', [timestamp, name])
    : macroCall('moved_instant', [timestamp, name, origin]);
}

/** Returns the type of timestamps with time zone that all show this zone; `undefined`: not known. */
export function zonedType(precision: number, zone: string | undefined): SqlType {
  return { kind: 'timestamp', precision, withZone: true, ...(zone !== undefined && { zone }) };
}

/**
 * Returns the zone that all values of a type show: UTC for timestamps without zone, which get it when they are turned
 * into timestamps with zone. `undefined` if it is not known.
 */
export function zoneOf(type: SqlType): string | undefined {
  if (type.kind !== 'timestamp' && type.kind !== 'date') return undefined;
  return type.kind === 'timestamp' && type.withZone ? type.zone : 'UTC';
}
