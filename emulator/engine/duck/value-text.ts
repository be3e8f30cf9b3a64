import type { DuckDBValue } from '@duckdb/node-api';
import type { NodeApi } from '../../../src/adapters/duckdb/node-api.js';
import { rowFieldName } from '../../../src/adapters/duckdb/types/duckdb-type.js';
import type { SqlType } from '../../../src/core/sql-type.js';

/*
 * Values as Athena's results spell them. Source: section 1.1 of athena.md (encodings that clients rely on); numbers as
 * Java prints them.
 */

/** Returns a number as Java's Double.toString does: `1.0E10` from 10^7 on and below 10^-3. */
function formatDouble(value: number, digits: string): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [, sign = '', whole = '', fraction = '', exponentText] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(digits) ?? [];
  const all = (whole + fraction).replace(/^0+/, '');
  const leadingZeros = (whole + fraction).length - all.length;
  const exponent = Number(exponentText ?? 0) + whole.length - 1 - leadingZeros;
  const significant = all.replace(/0+$/, '') || '0';
  if (exponent >= -3 && exponent < 7) {
    if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${significant}`;
    const padded = significant.padEnd(exponent + 1, '0');
    return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || '0'}`;
  }
  return `${sign}${significant[0] ?? ''}.${significant.slice(1) || '0'}E${exponent}`;
}

/** Returns the shortest digits that are the same single-precision number. */
function floatDigits(value: number): string {
  for (let precision = 1; precision < 9; precision++) {
    const digits = value.toPrecision(precision);
    if (Math.fround(Number(digits)) === value) return String(Number(digits));
  }
  return String(Number(value.toPrecision(9)));
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0');
}

interface Clock {
  readonly hour: number;
  readonly min: number;
  readonly sec: number;
  readonly micros: number;
}

function formatClock({ hour, min, sec, micros }: Clock, precision: number): string {
  const fraction = pad(micros, 6).padEnd(precision, '0').slice(0, precision);
  return `${pad(hour)}:${pad(min)}:${pad(sec)}${precision > 0 ? `.${fraction}` : ''}`;
}

function formatInterval(type: SqlType, months: number, days: number, micros: bigint): string {
  if (type.kind === 'interval year to month') {
    const sign = months < 0 ? '-' : '';
    return `${sign}${Math.floor(Math.abs(months) / 12)}-${Math.abs(months) % 12}`;
  }
  const total = BigInt(months * 30 + days) * 86_400_000_000n + micros;
  const size = total < 0n ? -total : total;
  const inDay = Number(size % 86_400_000_000n);
  const clock = {
    hour: Math.floor(inDay / 3_600_000_000),
    min: Math.floor(inDay / 60_000_000) % 60,
    sec: Math.floor(inDay / 1_000_000) % 60,
    micros: inDay % 1_000_000,
  };
  return `${total < 0n ? '-' : ''}${size / 86_400_000_000n} ${formatClock(clock, 3)}`;
}

function secondsPrecision(type: SqlType): number {
  return type.kind === 'timestamp' || type.kind === 'time' ? Math.min(type.precision, 9) : 3;
}

/** Returns a value that is not NULL. `type` is Athena's; DuckDB's value tells the rest. */
export function formatValue(api: NodeApi, value: DuckDBValue, type: SqlType): string {
  if (value === null) return 'null';
  if (typeof value === 'number') {
    if (type.kind === 'real') return formatDouble(value, floatDigits(value));
    return type.kind === 'double' ? formatDouble(value, String(value)) : String(value);
  }
  if (typeof value !== 'object') return String(value);
  if (value instanceof api.DuckDBTimestampValue) {
    const { date, time } = value.toParts();
    const day = api.DuckDBDateValue.fromParts(date).toString();
    const zone = type.kind === 'timestamp' && type.withZone ? ` ${type.zone ?? 'UTC'}` : '';
    return `${day} ${formatClock(time, secondsPrecision(type))}${zone}`;
  }
  if (value instanceof api.DuckDBTimestampTZValue) {
    const { date, time } = value.toParts();
    const day = api.DuckDBDateValue.fromParts(date).toString();
    return `${day} ${formatClock(time, secondsPrecision(type))} UTC`;
  }
  if (value instanceof api.DuckDBTimeValue) {
    return formatClock(value.toParts(), secondsPrecision(type));
  }
  if (value instanceof api.DuckDBIntervalValue) {
    return formatInterval(type, value.months, value.days, value.micros);
  }
  if (value instanceof api.DuckDBBlobValue) {
    return [...value.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }
  return formatCollection(api, value, type);
}

function formatCollection(api: NodeApi, value: DuckDBValue, type: SqlType): string {
  const unknown: SqlType = { kind: 'any' };
  if (value instanceof api.DuckDBListValue || value instanceof api.DuckDBArrayValue) {
    const element = type.kind === 'array' ? type.element : unknown;
    return `[${value.items.map((item) => formatValue(api, item, element)).join(', ')}]`;
  }
  if (value instanceof api.DuckDBMapValue) {
    const [key, item] = type.kind === 'map' ? [type.key, type.value] : [unknown, unknown];
    const entries = value.entries.map(
      (entry) => `${formatValue(api, entry.key, key)}=${formatValue(api, entry.value, item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  if (value instanceof api.DuckDBStructValue) {
    const fields = type.kind === 'row' ? type.fields : [];
    const entries = Object.entries(value.entries).map(([key, item], index) => {
      const name = fields[index]?.name ?? (key === '' ? rowFieldName(undefined, index) : key);
      return `${name}=${formatValue(api, item, fields[index]?.type ?? unknown)}`;
    });
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}
