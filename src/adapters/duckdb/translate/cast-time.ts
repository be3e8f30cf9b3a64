import type { Expression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { plainCast, type Castable, type CastResult } from './plain-cast.js';
import { raw, sql, type Sql } from './fragment.js';
import { macroCall, openMacroCall } from './macro-call.js';
import { clockTime, readZone, zoneOf } from './zone.js';

type TimeType = Extract<SqlType, { precision: number; withZone: boolean }>;

/** The last digit of a time, in microseconds. */
function stepOf(target: TimeType): Sql {
  return raw(String(10 ** (6 - target.precision)));
}

/** Rounds a value, which has the target's zone or none, to fewer digits of a second. */
function round(value: Sql, from: SqlType, target: TimeType): Sql {
  const precision = 'precision' in from ? from.precision : 0;
  if (precision <= target.precision) return value;
  const name = from.kind === 'time' ? 'round_clock' : 'round_timestamp';
  return macroCall(name, [value, stepOf(target)]);
}

function castToDate(value: Castable, local: Sql): CastResult {
  switch (value.type.kind) {
    case 'varchar':
    case 'char':
      return macroCall('text_to_date', [value.sql]);
    case 'any':
      return openMacroCall('any_to_date', [], [value.sql]);
    case 'date':
      return value.sql;
    case 'timestamp':
      return plainCast(local, { kind: 'date' });
    default:
      return { forbidden: true };
  }
}

function castToTime(value: Castable, local: Sql, target: TimeType): CastResult {
  switch (value.type.kind) {
    case 'varchar':
    case 'char':
      return macroCall('text_to_clock', [value.sql, stepOf(target)]);
    case 'any':
      return openMacroCall('any_to_clock', [stepOf(target)], [value.sql]);
    case 'time':
      return round(value.sql, value.type, target);
    case 'timestamp':
      if (value.type.precision <= target.precision) return plainCast(local, target);
      return value.type.withZone
        ? macroCall('clock_of_instant', [local, stepOf(target)])
        : macroCall('clock_of_moment', [local, stepOf(target)]);
    default:
      return { forbidden: true };
  }
}

function castToTimestamp(value: Castable, local: Sql, target: TimeType): CastResult {
  const { type } = value;
  const moment = target.withZone ? 'instant' : 'timestamp';
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return macroCall(`text_to_${moment}`, [value.sql, stepOf(target)]);
    case 'any':
      return openMacroCall(`any_to_${moment}`, [stepOf(target)], [value.sql]);
    case 'date':
      return target.withZone
        ? sql`timezone('UTC', CAST(${value.sql} AS TIMESTAMP))`
        : plainCast(value.sql, target);
    case 'timestamp':
      if (!target.withZone) return round(local, type, target);
      if (!type.withZone) return sql`timezone('UTC', ${round(value.sql, type, target)})`;
      return type.precision <= target.precision
        ? value.sql
        : macroCall('round_instant', [value.sql, stepOf(target)]);
    case 'time':
      return { refused: 'it depends on the current date' };
    default:
      return { forbidden: true };
  }
}

/** Casts to date, time and timestamp. */
export function castTime(value: Castable, target: SqlType): CastResult {
  const { type } = value;
  const isTime = target.kind === 'time' || target.kind === 'timestamp';
  if (isTime && target.precision > 6) {
    return { refused: 'DuckDB counts microseconds' };
  }
  if (target.kind === 'time' && target.withZone) {
    return { refused: 'times with a time zone are not supported' };
  }
  const isZoned = type.kind === 'timestamp' && type.withZone;
  const keepsZone = target.kind === 'timestamp' && target.withZone;
  if (isZoned && !keepsZone && type.zone === undefined) {
    return {
      refused:
        "it depends on the time zone that this value shows, which could not be found out; say the zone: … AT TIME ZONE 'UTC'",
    };
  }
  const local = isZoned && type.zone !== undefined ? clockTime(value.sql, type.zone) : value.sql;
  if (!isTime) return castToDate(value, local);
  return target.kind === 'time'
    ? castToTime(value, local, target)
    : castToTimestamp(value, local, target);
}

/** Returns the target of a cast with the zone that the result shows, as far as it is known. */
export function castTimeType(target: SqlType, from: SqlType, syntax?: Expression): SqlType {
  if (target.kind !== 'timestamp' || !target.withZone || target.zone !== undefined) return target;
  if (syntax?.kind !== 'string') {
    const zone = from.kind === 'unknown' ? 'UTC' : zoneOf(from);
    return zone === undefined ? target : { ...target, zone };
  }
  const text = /^\s*[+-]?\d+-\d+-\d+(?: (?:[\d:.]*)\s*(.*?))?\s*$/.exec(syntax.value)?.[1] ?? '';
  const zone = text === '' ? 'UTC' : readZone(text);
  return zone === undefined ? target : { ...target, zone };
}
