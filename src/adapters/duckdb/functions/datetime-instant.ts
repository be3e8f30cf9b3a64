import type { SqlType } from '../../../core/sql-type.js';
import { raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { localTimestampText } from '../translate/cast-text.js';
import { macroCall } from '../translate/macro-call.js';
import { fixedOffset, instantOf, readZone, zonedType } from '../translate/zone.js';
import { bigintType } from '../types/common.js';
import { isNull, localTime, typedNull, utcTime, withLocalTime } from './datetime-moment.js';
import {
  literalInteger,
  literalString,
  macro,
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
  const checked = macroCall('checked_zone', [instant, read.expression]);
  return { sql: checked, type: zonedType(3, undefined) };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** Returns the zone of a literal in ISO 8601, as the value shows it; `undefined` if the text is not known. */
function zoneOfIsoLiteral(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const found = /T.*?([+-]\d{2}(?::?\d{2})?|Z)$/i.exec(text)?.[1];
  if (found === undefined) return 'UTC';
  return readZone(/^[+-]\d\d$/.test(found) ? `${found}:00` : found);
}

function toIso8601(call: FunctionCall): Rewritten {
  const moment = call.arg(0);
  const { type } = moment;
  if (isNull(moment)) return typedNull(call.type);
  if (type.kind === 'date') return macroCall('format_time', [moment.sql, stringSql('%Y-%m-%d')]);
  if (type.kind !== 'timestamp') return refuseOpenType(moment);
  return withLocalTime(moment, (local) => {
    const text = localTimestampText(local, type.precision, 'T');
    if (!type.withZone) return text;
    const offset = fixedOffset(type.zone ?? 'UTC');
    if (offset === undefined) {
      return sql`${text} || ${macroCall('iso_offset', [local, moment.sql])}`;
    }
    return sql`${text} || ${stringSql(offset === 0 ? 'Z' : (type.zone ?? ''))}`;
  });
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
    if (argument.type.kind === 'any') return macroCall('unix_seconds', [argument.sql]);
    return sql`epoch_us(${utcTime(argument)}) / 1e6`;
  }),
  from_iso8601_timestamp: rewrite((call) => {
    const argument = call.arg(0);
    const zone = isNull(argument) ? 'UTC' : zoneOfIsoLiteral(literalString(argument));
    const type = zonedType(3, zone);
    if (isNull(argument)) return { sql: typedNull(type), type };
    return { sql: macroCall('iso_instant', [argument.sql]), type };
  }),
  from_iso8601_timestamp_nanos: refuse(
    'DuckDB counts microseconds, not nanoseconds',
    'use from_iso8601_timestamp',
  ),
  from_iso8601_date: macro(`(text) AS stedi_trino.iso_date(text)`),
  to_iso8601: rewrite(toIso8601),
  to_milliseconds: rewrite((call) => {
    const argument = call.arg(0);
    return isNull(argument) ? typedNull(bigintType) : sql`epoch_ms(${argument.sql})`;
  }),
  parse_duration: macro(`(text) AS CASE
    WHEN regexp_full_match(text, '\\s*\\d+(\\.\\d+)?\\s*(ns|us|ms|s|m|h|d)\\s*') THEN to_milliseconds(stedi_trino.round_half_away(
      CAST(regexp_extract(text, '[0-9.]+') AS DOUBLE) * CASE regexp_extract(text, '[a-z]+')
        WHEN 'ns' THEN 0.000001e0 WHEN 'us' THEN 0.001e0 WHEN 'ms' THEN 1e0 WHEN 's' THEN 1000e0
        WHEN 'm' THEN 60000e0 WHEN 'h' THEN 3600000e0 ELSE 86400000e0 END))
    WHEN text IS NOT NULL THEN stedi_trino.fail('not a duration: ' || text, to_milliseconds(0)) END`),
  human_readable_seconds: macro(`(seconds) AS CASE
    WHEN isfinite(seconds) THEN stedi_trino.readable_seconds(stedi_trino.round_half_away(abs(seconds)))
    WHEN seconds IS NOT NULL THEN stedi_trino.fail('Invalid argument found: ' || seconds, '') END`),
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
  round_half_away: ['(x) AS CAST(floor(x + 0.5e0) AS BIGINT)'],
  unix_instant: [
    `(seconds) AS make_timestamptz(1000 * stedi_trino.round_half_away(
      CASE WHEN isnan(CAST(seconds AS DOUBLE)) THEN 0e0 ELSE CAST(seconds AS DOUBLE) * 1000 END))`,
  ],
  unix_seconds: [
    '(t DATE) AS epoch_us(t) / 1e6',
    '(t TIMESTAMP) AS epoch_us(t) / 1e6',
    `(t TIMESTAMPTZ) AS epoch_us(timezone('UTC', t)) / 1e6`,
  ],
  iso_offset: [
    `(shown, instant) AS CASE WHEN stedi_trino.offset_minutes(shown, instant) = 0 THEN 'Z'
      ELSE stedi_trino.offset_text(shown, instant, ':') END`,
  ],
  iso_date: [
    `(text) AS CASE
      WHEN regexp_full_match(text, '[+-]?\\d{1,9}(-\\d{1,2}(-\\d{1,2})?)?') THEN make_date(
        CAST(regexp_extract(text, '^([+-]?\\d+)', 1) AS INTEGER),
        coalesce(TRY_CAST(regexp_extract(text, '^[+-]?\\d+-(\\d+)', 1) AS INTEGER), 1),
        coalesce(TRY_CAST(regexp_extract(text, '^[+-]?\\d+-\\d+-(\\d+)', 1) AS INTEGER), 1))
      WHEN regexp_full_match(text, '[+-]?\\d{1,9}-\\d{3}') THEN stedi_trino.ordinal_date(
        CAST(regexp_extract(text, '^([+-]?\\d+)', 1) AS INTEGER), CAST(right(text, 3) AS INTEGER))
      WHEN regexp_full_match(text, '[+-]?\\d{1,9}-W\\d{1,2}(-\\d)?') THEN stedi_trino.week_date(
        CAST(regexp_extract(text, '^([+-]?\\d+)', 1) AS INTEGER),
        CAST(regexp_extract(text, 'W(\\d+)', 1) AS INTEGER),
        coalesce(TRY_CAST(regexp_extract(text, 'W\\d+-(\\d)', 1) AS INTEGER), 1))
      WHEN text IS NOT NULL THEN stedi_trino.fail('Invalid format: ' || text, DATE '1970-01-01') END`,
  ],
  iso_time_ms: [
    `(text) AS CASE
      WHEN text = '' THEN 0
      WHEN regexp_full_match(text, '\\d{1,2}(:\\d{1,2}(:\\d{1,2}([.,]\\d{1,9})?)?)?') THEN stedi_trino.clock_ms(
        CAST(regexp_extract(text, '^(\\d+)', 1) AS BIGINT),
        coalesce(TRY_CAST(regexp_extract(text, '^\\d+:(\\d+)', 1) AS BIGINT), 0),
        coalesce(TRY_CAST(regexp_extract(text, '^\\d+:\\d+:(\\d+)', 1) AS BIGINT), 0),
        CAST(rpad(left(regexp_extract(text, '[.,](\\d+)', 1), 3), 3, '0') AS BIGINT))
      ELSE stedi_trino.fail('Invalid format: ' || text, CAST(0 AS BIGINT)) END`,
  ],
  iso_instant: [
    `(text) AS CASE WHEN regexp_full_match(text, '[^Tt]+([Tt][^TtZz+-]*([Zz]|[+-]\\d{2}(:?\\d{2})?)?)?')
      THEN stedi_trino.parsed_instant(
        CAST(stedi_trino.iso_date(regexp_extract(text, '^[^Tt]+')) AS TIMESTAMP)
          + to_milliseconds(stedi_trino.iso_time_ms(regexp_extract(text, '[Tt]([^Zz+-]*)', 1))),
        coalesce(nullif(regexp_extract(text, '[Tt][^Zz+-]*([Zz+-].*)$', 1), ''), 'z'))
      WHEN text IS NOT NULL THEN stedi_trino.fail('Invalid format: ' || text, TIMESTAMPTZ '1970-01-01 00:00:00+00') END`,
  ],
  counted: [
    `(count, noun) AS CASE WHEN count = 0 THEN NULL ELSE count || ' ' || noun || CASE WHEN count = 1 THEN '' ELSE 's' END END`,
  ],
  readable_seconds: [
    `(n) AS coalesce(nullif(concat_ws(', ', stedi_trino.counted(n // 604800, 'week'),
      stedi_trino.counted(n // 86400 % 7, 'day'), stedi_trino.counted(n // 3600 % 24, 'hour'),
      stedi_trino.counted(n // 60 % 60, 'minute'), stedi_trino.counted(n % 60, 'second')), ''), '0 seconds')`,
  ],
};
