import { localTimestampText } from '../translate/cast-text.js';
import { sql, stringSql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { fixedOffset, readZone, zonedType } from '../translate/zone.js';
import { isNull, typedNull, withLocalTime } from './datetime-moment.js';
import {
  literalString,
  macro,
  refuse,
  refuseOpenType,
  rewrite,
  type FunctionCall,
  type FunctionRule,
  type Rewritten,
} from './rule.js';

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

/** Moments and durations as text of a fixed form. */
export const datetimeIsoRules: Readonly<Record<string, FunctionRule>> = {
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
  parse_duration: macro(`(text) AS CASE
    WHEN regexp_full_match(text, '\\s*\\d+(\\.\\d+)?\\s*(ns|us|ms|s|m|h|d)\\s*') THEN to_milliseconds(stedi_trino.nearest_integer(
      CAST(regexp_extract(text, '[0-9.]+') AS DOUBLE) * CASE regexp_extract(text, '[a-z]+')
        WHEN 'ns' THEN 0.000001e0 WHEN 'us' THEN 0.001e0 WHEN 'ms' THEN 1e0 WHEN 's' THEN 1000e0
        WHEN 'm' THEN 60000e0 WHEN 'h' THEN 3600000e0 ELSE 86400000e0 END))
    WHEN text IS NOT NULL THEN stedi_trino.fail('not a duration: ' || text, to_milliseconds(0)) END`),
  human_readable_seconds: macro(`(seconds) AS CASE
    WHEN isfinite(seconds) THEN stedi_trino.readable_seconds(stedi_trino.nearest_integer(abs(seconds)))
    WHEN seconds IS NOT NULL THEN stedi_trino.fail('Invalid argument found: ' || seconds, '') END`),
};

/** Macros that the rules of this file call. */
export const datetimeIsoMacros: Readonly<Record<string, readonly string[]>> = {
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
