import type { SqlType } from '../../../core/sql-type.js';
import { raw, sql, type Sql } from '../translate/fragment.js';
import { clockTime } from '../translate/zone.js';
import { duckDbType } from '../types/duckdb-type.js';
import { refusal, type Argument, type Refusal } from './rule.js';

/** Returns the typed NULL that a call with a bare NULL gives. */
export function typedNull(type: SqlType): Sql {
  const name = duckDbType(type);
  return name === undefined ? raw('NULL') : sql`CAST(NULL AS ${raw(name)})`;
}

/** Returns whether an argument is a bare NULL. */
export function isNull(argument: Argument | undefined): boolean {
  return argument?.type.kind === 'unknown';
}

/** The refusal of a call that depends on the zone of a value, when the zone is not known. */
export function refuseOpenZone(argument: Argument): Refusal {
  return refusal(
    'it depends on the time zone that this value shows, which could not be found out',
    "say the zone: … AT TIME ZONE 'UTC'",
    argument.syntax,
  );
}

/**
 * Returns a date, time or timestamp as the clocks of its zone show it, without zone; what has no zone stays as it is.
 * A refusal if the zone is not known.
 */
export function localTime(argument: Argument): Sql | Refusal {
  const { type } = argument;
  if (type.kind !== 'timestamp' || !type.withZone) return argument.sql;
  return type.zone === undefined ? refuseOpenZone(argument) : clockTime(argument.sql, type.zone);
}

/** Returns a timestamp, with or without zone, as one in UTC without zone, for comparisons and differences. */
export function utcTime(argument: Argument): Sql {
  const { type } = argument;
  return type.kind === 'timestamp' && type.withZone
    ? sql`timezone('UTC', ${argument.sql})`
    : argument.sql;
}

/** Returns whether an argument is a timestamp with time zone. */
export function hasZone(argument: Argument): boolean {
  return argument.type.kind === 'timestamp' && argument.type.withZone;
}

/** Applies `body` to the local time of an argument, or passes the refusal on. */
export function withLocalTime(
  argument: Argument,
  body: (local: Sql) => Sql | { readonly sql: Sql; readonly type: SqlType } | Refusal,
): Sql | { readonly sql: Sql; readonly type: SqlType } | Refusal {
  const local = localTime(argument);
  return 'refusal' in local ? local : body(local);
}
