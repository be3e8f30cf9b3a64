import { formatType, type SqlType } from '../../../core/sql-type.js';
import { isInteger, isNumeric } from '../types/common.js';
import { plainCast, type Castable, type CastResult } from './plain-cast.js';
import { raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { clockTime } from './zone.js';

/** Returns what strftime needs for the digits after the second, and how many of them are too many. */
function fractionFormat(precision: number): { readonly format: string; readonly surplus: number } {
  if (precision === 0) return { format: '%S', surplus: 0 };
  if (precision === 3) return { format: '%S.%g', surplus: 0 };
  return { format: '%S.%f', surplus: Math.max(0, 6 - precision) };
}

function dropEnd(text: Sql, count: number): Sql {
  return count === 0 ? text : sql`left(${text}, ${raw(String(-count))})`;
}

function timeText(value: Sql, type: SqlType & { kind: 'time' }): CastResult {
  if (type.withZone || type.precision > 6) return { refused: 'DuckDB cannot hold it' };
  const { format, surplus } = fractionFormat(type.precision);
  return dropEnd(macroCall('clock_text', [value, stringSql(`%H:%M:${format}`)]), surplus);
}

/** Returns the text of a timestamp. `separator` stands between the date and the time. */
export function localTimestampText(local: Sql, precision: number, separator = ' '): Sql {
  const { format, surplus } = fractionFormat(precision);
  const pattern = stringSql(`-%m-%d${separator}%H:%M:${format}`);
  return dropEnd(macroCall('time_text', [local, pattern]), surplus);
}

function timestampText(value: Sql, type: SqlType & { kind: 'timestamp' }): CastResult {
  if (type.precision > 6) return { refused: 'DuckDB cannot hold it' };
  if (!type.withZone) return localTimestampText(value, type.precision);
  if (type.zone === undefined) {
    return {
      refused:
        "its text has the time zone that the value shows, which could not be found out; say the zone: … AT TIME ZONE 'UTC'",
    };
  }
  const local = localTimestampText(clockTime(value, type.zone), type.precision);
  return sql`${local} || ${stringSql(` ${type.zone}`)}`;
}

/** Returns the whole text of a value, as Athena's cast to varchar prints it. */
function textOf(value: Castable): CastResult {
  const { type } = value;
  if (isInteger(type)) return plainCast(value.sql, { kind: 'varchar' });
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return value.sql;
    case 'boolean':
    case 'uuid':
      return plainCast(value.sql, { kind: 'varchar' });
    case 'decimal':
      return type.precision === type.scale
        ? macroCall('decimal_to_varchar', [value.sql])
        : plainCast(value.sql, { kind: 'varchar' });
    case 'real':
    case 'double':
      return macroCall('float_to_varchar', [value.sql]);
    case 'any':
      return macroCall('any_to_varchar', [value.sql]);
    case 'date':
      return macroCall('time_text', [value.sql, stringSql('-%m-%d')]);
    case 'time':
      return timeText(value.sql, type);
    case 'timestamp':
      return timestampText(value.sql, type);
    case 'interval day to second':
      return macroCall('day_second_text', [value.sql]);
    case 'interval year to month':
      return macroCall('year_month_text', [value.sql]);
    default:
      return { refused: 'its text is not translated yet' };
  }
}

/** Returns the text as a varchar(n) or char(n) holds it: a longer text is cut, any other value must fit. */
function fit(
  text: Sql,
  { sql: value, type: from }: Castable,
  target: SqlType & { kind: 'varchar' | 'char' },
): Sql {
  const { length } = target;
  if (length === undefined) return text;
  const size = raw(String(length));
  const isText = from.kind === 'varchar' || from.kind === 'char';
  if (from.kind === 'any') {
    const name = target.kind === 'char' ? 'any_to_char' : 'any_to_bounded';
    return macroCall(name, [value, size, stringSql(formatType(target))]);
  }
  if (!isText) {
    const name = isNumeric(from) ? 'fitting_text' : 'fitting_text_of_others';
    return macroCall(name, [text, size, stringSql(formatType(target))]);
  }
  const fits = isText && from.length !== undefined && from.length <= length;
  const cut = fits ? text : sql`left(${text}, ${size})`;
  return target.kind === 'char' ? sql`rpad(${cut}, ${size}, ' ')` : cut;
}

/** Casts to varchar and char. */
export function castToText(
  value: Castable,
  target: SqlType & { kind: 'varchar' | 'char' },
): CastResult {
  if (target.kind === 'char' && !['varchar', 'char', 'any'].includes(value.type.kind)) {
    return { forbidden: true };
  }
  if (['array', 'map', 'row', 'varbinary'].includes(value.type.kind)) return { forbidden: true };
  const text = textOf(value);
  return 'parts' in text ? fit(text, value, target) : text;
}
