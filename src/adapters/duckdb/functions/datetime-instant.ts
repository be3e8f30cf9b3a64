import type { SqlType } from '../../../core/sql-type.js';
import { raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { macroCall, openMacroCall } from '../translate/macro-call.js';
import { instantOf, readZone, zonedType } from '../translate/zone.js';
import { bigintType } from '../types/common.js';
import { isNull, typedNull, utcTime, withLocalTime } from './datetime-moment.js';
import {
  literalInteger,
  literalString,
  refusal,
  refuse,
  refuseOpenType,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionRule,
  type Refusal,
  type Rewritten,
} from './rule.js';

const nanosHint = 'divide by 1e9 and use from_unixtime';

/** What a zone's argument says: a zone, an expression, or why it is none. */
type ZoneArgument = { readonly zone: string } | { readonly expression: Sql } | Refusal;

function readZoneArgument(argument: Argument): ZoneArgument {
  const text = literalString(argument);
  if (text === undefined) {
    const { syntax } = argument;
    const isSession = syntax.kind === 'call' && syntax.name === 'current_timezone';
    return isSession ? { zone: 'UTC' } : { expression: argument.sql };
  }
  const zone = readZone(text);
  return zone === undefined
    ? refusal(`'${text}' is not a time zone that is known here`, undefined, argument.syntax)
    : { zone };
}

function precisionOf(type: SqlType): number {
  return type.kind === 'timestamp' ? type.precision : 3;
}

function atTimezone(call: FunctionCall): Rewritten {
  const [moment, argument] = [call.arg(0), call.arg(1)];
  if (moment.type.kind === 'time') return refusal('times with a time zone are not supported');
  if (moment.type.kind === 'any') return refuseOpenType(moment);
  const precision = precisionOf(moment.type);
  if (isNull(moment) || isNull(argument)) {
    const type = zonedType(precision, 'UTC');
    return { sql: typedNull(type), type };
  }
  const read = readZoneArgument(argument);
  if ('refusal' in read) return read;
  if ('zone' in read) return { sql: moment.sql, type: zonedType(precision, read.zone) };
  return {
    sql: macroCall('checked_zone', [moment.sql, read.expression]),
    type: zonedType(precision, undefined),
  };
}

function withTimezone(call: FunctionCall): Rewritten {
  const [moment, argument] = [call.arg(0), call.arg(1)];
  if (moment.type.kind === 'any') return refuseOpenType(moment);
  const precision = precisionOf(moment.type);
  if (isNull(moment) || isNull(argument)) {
    const type = zonedType(precision, 'UTC');
    return { sql: typedNull(type), type };
  }
  const read = readZoneArgument(argument);
  if ('refusal' in read) return read;
  if ('zone' in read) {
    const origin = sql`timezone('UTC', ${moment.sql})`;
    return { sql: instantOf(moment.sql, read.zone, origin), type: zonedType(precision, read.zone) };
  }
  const instant = macroCall('kept_clock', [moment.sql, read.expression]);
  return { sql: instant, type: zonedType(precision, undefined) };
}

function fromUnixtime(call: FunctionCall): Rewritten {
  const [seconds, zone, minutes] = call.args;
  const instant = macroCall('unix_instant', [call.arg(0).sql]);
  if (seconds === undefined || call.args.some(isNull)) {
    const type = zonedType(3, 'UTC');
    return { sql: typedNull(type), type };
  }
  if (zone === undefined) return { sql: instant, type: zonedType(3, 'UTC') };
  if (minutes !== undefined) {
    const offset = [literalInteger(zone), literalInteger(minutes)];
    const [hours, rest] = offset;
    if (hours === undefined || rest === undefined) {
      return refusal('its offset is not literal', 'use AT TIME ZONE', zone.syntax);
    }
    const total = hours * 60 + rest;
    const text = `${total < 0 ? '-' : '+'}${pad(Math.trunc(Math.abs(total) / 60))}:${pad(Math.abs(total) % 60)}`;
    const read = readZone(text);
    return read === undefined
      ? refusal(`'${text}' is not an offset`, undefined, zone.syntax)
      : { sql: instant, type: zonedType(3, read) };
  }
  const read = readZoneArgument(zone);
  if ('refusal' in read) return read;
  if ('zone' in read) return { sql: instant, type: zonedType(3, read.zone) };
  const checked = macroCall('supported_zone', [instant, read.expression]);
  return { sql: checked, type: zonedType(3, undefined) };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** The current time in UTC, cut to as many digits of a second as the call asks for. */
function current(
  call: FunctionCall,
  make: (utc: Sql, precision: number) => { readonly sql: Sql; readonly type: SqlType },
): Rewritten {
  const precision = call.args.length === 0 ? 3 : literalInteger(call.args[0]);
  if (precision === undefined || precision > 6) {
    return refusal('more than six digits of a second are not supported');
  }
  const step = raw(String(10 ** (6 - precision)));
  const now = sql`timezone('UTC', now())`;
  return make(precision === 6 ? now : macroCall('bucket_time', [now, step]), precision);
}

const now = rewrite((call) =>
  current(call, (utc, precision) => ({
    sql: sql`timezone('UTC', ${utc})`,
    type: zonedType(precision, 'UTC'),
  })),
);

/** Moments: the current time, the seconds of Unix, ISO 8601, and time zones. The session's time zone is UTC. */
export const datetimeInstantRules: Readonly<Record<string, FunctionRule>> = {
  now,
  current_timestamp: now,
  current_date: rewrite(() => sql`CAST(timezone('UTC', now()) AS DATE)`),
  current_time: refuse('times with a time zone are not supported', 'use LOCALTIME'),
  current_timezone: rewrite(() => stringSql('UTC')),
  localtime: rewrite((call) =>
    current(call, (utc, precision) => ({
      sql: sql`CAST(${utc} AS TIME)`,
      type: { kind: 'time', precision, withZone: false },
    })),
  ),
  localtimestamp: rewrite((call) =>
    current(call, (utc, precision) => ({
      sql: utc,
      type: { kind: 'timestamp', precision, withZone: false },
    })),
  ),
  date: rewrite((call) => {
    const argument = call.arg(0);
    return isNull(argument) ? typedNull(call.type) : call.cast(argument, { kind: 'date' });
  }),
  last_day_of_month: rewrite((call) => {
    const argument = call.arg(0);
    if (isNull(argument)) return typedNull(call.type);
    return withLocalTime(argument, (local) => sql`last_day(${local})`);
  }),
  at_timezone: rewrite(atTimezone),
  with_timezone: rewrite(withTimezone),
  from_unixtime: rewrite(fromUnixtime),
  from_unixtime_nanos: refuse('DuckDB counts microseconds, not nanoseconds', nanosHint),
  to_unixtime: rewrite((call) => {
    const argument = call.arg(0);
    if (isNull(argument)) return typedNull(call.type);
    if (argument.type.kind === 'any') {
      return openMacroCall('any_unix_seconds', [], [argument.sql]);
    }
    return sql`epoch_us(${utcTime(argument)}) / 1e6`;
  }),
  to_milliseconds: rewrite((call) => {
    const argument = call.arg(0);
    return isNull(argument) ? typedNull(bigintType) : sql`epoch_ms(${argument.sql})`;
  }),
};

/** Macros that the rules of this file and the casts of times call. */
export const datetimeInstantMacros: Readonly<Record<string, readonly string[]>> = {
  // Where a clock shows a time twice, Trino takes the earlier instant, by the offset of the day before; DuckDB the later.
  zoned_instant: [
    `(t, zone) AS list_transform([{'later': timezone(zone, t), 'clock': t}], lambda stedi_x: least(stedi_x.later,
      CASE WHEN timezone(zone, stedi_trino.instant_before(stedi_x.later, stedi_x.clock, zone)) = stedi_x.clock
      THEN stedi_trino.instant_before(stedi_x.later, stedi_x.clock, zone) END))[1]`,
  ],
  instant_before: [
    `(later, clock, zone) AS timezone('UTC', clock - (timezone(zone, later - to_hours(24))
      - timezone('UTC', later - to_hours(24))))`,
  ],
  // The offset of another instant is kept where the clock shows the time by it, as Joda-Time does.
  moved_instant: [
    `(t, zone, origin) AS list_transform([{'clock': t, 'kept': timezone('UTC', t - (timezone(zone, origin) - timezone('UTC', origin)))}],
      lambda stedi_m: CASE WHEN timezone(zone, stedi_m.kept) = stedi_m.clock THEN stedi_m.kept
        ELSE stedi_trino.zoned_instant(stedi_m.clock, zone) END)[1]`,
  ],
  kept_clock: [
    `(t, zone) AS CASE WHEN contains(zone, '/') THEN stedi_trino.moved_instant(t, zone, timezone('UTC', t))
      ELSE stedi_trino.parsed_instant(t, zone) END`,
  ],
  shown_instant: [
    `(t, zone) AS CASE WHEN timezone(zone, stedi_trino.zoned_instant(t, zone)) = t THEN stedi_trino.zoned_instant(t, zone)
      ELSE stedi_trino.fail('The clocks of ' || zone || ' do not show ' || t, stedi_trino.zoned_instant(t, zone)) END`,
  ],
  // An error if there is no such zone; the instant stays the same.
  checked_zone: [
    `(instant, zone) AS CASE
      WHEN stedi_trino.parsed_instant(timezone('UTC', instant), zone) IS NOT NULL THEN instant END`,
  ],
  // The same for from_unixtime, whose error about a zone Trino's TRY lets through.
  supported_zone: [
    `(instant, zone) AS CASE WHEN zone IS NULL THEN NULL
      WHEN TRY(stedi_trino.parsed_instant(TIMESTAMP '2000-01-01', zone)) IS NULL
        THEN stedi_trino.refuse('Time zone not supported: ' || zone, TIMESTAMPTZ '1970-01-01 00:00:00+00')
      ELSE instant END`,
  ],
  nearest_integer: ['(x) AS CAST(floor(x + 0.5e0) AS BIGINT)'],
  unix_instant: [
    `(seconds) AS make_timestamptz(1000 * stedi_trino.nearest_integer(
      CASE WHEN isnan(CAST(seconds AS DOUBLE)) THEN 0e0 ELSE CAST(seconds AS DOUBLE) * 1000 END))`,
  ],
  any_unix_seconds: [
    '(t DATE) AS epoch_us(t) / 1e6',
    '(t TIMESTAMP) AS epoch_us(t) / 1e6',
    `(t TIMESTAMPTZ) AS epoch_us(timezone('UTC', t)) / 1e6`,
  ],
};
