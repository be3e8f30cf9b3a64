import {
  DuckDBBitValue,
  DuckDBBlobValue,
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBIntervalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  DuckDBUUIDValue,
} from '@duckdb/node-api';
import type { SqlType } from '../../../core/sql-type.js';

/** A value as `fixtures/trino-functions/README.md` writes it. */
export type Canonical =
  | null
  | boolean
  | string
  | readonly Canonical[]
  | { readonly hex: string }
  | { readonly map: readonly (readonly [Canonical, Canonical])[] }
  | { readonly row: readonly Canonical[] };

const dayMs = 86_400_000;

function pad(value: number | bigint, length = 2): string {
  return value.toString().padStart(length, '0');
}

function formatDays(days: number): string {
  const date = new Date(days * dayMs);
  const year = date.getUTCFullYear();
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  const text = sign + pad(Math.abs(year), 4);
  return `${text}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())}`;
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  return value >= 0n ? value / divisor : -((-value + divisor - 1n) / divisor);
}

function formatTime(micros: bigint, precision: number): string {
  const seconds = micros / 1_000_000n;
  const fraction = pad(micros % 1_000_000n, 6);
  const shown = precision === 0 ? '' : `.${fraction.padEnd(precision, '0').slice(0, precision)}`;
  return `${pad(seconds / 3600n)}:${pad((seconds / 60n) % 60n)}:${pad(seconds % 60n)}${shown}`;
}

function formatMicros(micros: bigint, precision: number): string {
  const perDay = 86_400_000_000n;
  const days = floorDivide(micros, perDay);
  return `${formatDays(Number(days))} ${formatTime(micros - days * perDay, precision)}`;
}

/** Returns the offset of a zone at an instant, in seconds: local times of long ago have odd ones. */
function zoneOffsetSeconds(zone: string, micros: bigint): number {
  const fixed = /^([+-])(\d{2}):(\d{2})$/.exec(zone);
  if (fixed) {
    const seconds = (Number(fixed[2]) * 60 + Number(fixed[3])) * 60;
    return fixed[1] === '-' ? -seconds : seconds;
  }
  const name = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' })
    .formatToParts(new Date(Number(micros / 1000n)))
    .find((part) => part.type === 'timeZoneName')?.value;
  const match = /GMT([+-])(\d{2}):(\d{2})(?::(\d{2}))?/.exec(name ?? '');
  if (!match) return 0;
  const seconds = (Number(match[2]) * 60 + Number(match[3])) * 60 + Number(match[4] ?? 0);
  return match[1] === '-' ? -seconds : seconds;
}

function formatZoned(micros: bigint, precision: number, zone: string): string {
  const local = micros + BigInt(zoneOffsetSeconds(zone, micros)) * 1_000_000n;
  return `${formatMicros(local, precision)} ${zone}`;
}

function formatInterval(value: DuckDBIntervalValue): string {
  if (value.months !== 0) {
    const sign = value.months < 0 ? '-' : '';
    const months = Math.abs(value.months);
    return `${sign}${Math.trunc(months / 12)}-${months % 12}`;
  }
  const micros = BigInt(value.days) * 86_400_000_000n + value.micros;
  const sign = micros < 0n ? '-' : '';
  const absolute = micros < 0n ? -micros : micros;
  return `${sign}${absolute / 86_400_000_000n} ${formatTime(absolute % 86_400_000_000n, 3)}`;
}

function formatNumber(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Returns the shortest digits that name a 32-bit float. */
function formatReal(value: number): string {
  for (let digits = 1; digits <= 9; digits++) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === Math.fround(value)) return formatNumber(text);
  }
  return formatNumber(value);
}

function formatDecimal(value: DuckDBDecimalValue): string {
  const digits = (value.value < 0n ? -value.value : value.value)
    .toString()
    .padStart(value.scale + 1, '0');
  const sign = value.value < 0n ? '-' : '';
  return value.scale === 0
    ? sign + digits
    : `${sign}${digits.slice(0, -value.scale)}.${digits.slice(-value.scale)}`;
}

/** Returns a value of DuckDB's as Trino's recorded answers write it; `type` is the type that Trino gave it. */
export function toCanonical(value: unknown, type: SqlType): Canonical {
  if (value === null || value === undefined) return null;
  if (typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') {
    return type.kind === 'real' ? formatReal(value) : formatNumber(value);
  }
  if (typeof value === 'string') return value;
  const precision = 'precision' in type ? type.precision : 3;
  if (value instanceof DuckDBDecimalValue) return formatDecimal(value);
  if (value instanceof DuckDBBlobValue) return { hex: Buffer.from(value.bytes).toString('hex') };
  if (value instanceof DuckDBDateValue) return formatDays(value.days);
  if (value instanceof DuckDBTimeValue) return formatTime(value.micros, precision);
  if (value instanceof DuckDBTimestampValue) return formatMicros(value.micros, precision);
  if (value instanceof DuckDBTimestampTZValue) {
    const zone = type.kind === 'timestamp' ? (type.zone ?? 'UTC') : 'UTC';
    return formatZoned(value.micros, precision, zone);
  }
  if (value instanceof DuckDBIntervalValue) {
    if (type.kind === 'interval year to month' && value.months === 0) return '0-0';
    return formatInterval(value);
  }
  if (value instanceof DuckDBUUIDValue) return value.toString();
  if (value instanceof DuckDBListValue) {
    const element: SqlType = type.kind === 'array' ? type.element : { kind: 'any' };
    return value.items.map((item) => toCanonical(item, element));
  }
  if (value instanceof DuckDBMapValue) {
    const [key, item]: readonly [SqlType, SqlType] =
      type.kind === 'map' ? [type.key, type.value] : [{ kind: 'any' }, { kind: 'any' }];
    const entries = value.entries.map(
      (entry) => [toCanonical(entry.key, key), toCanonical(entry.value, item)] as const,
    );
    return { map: sortEntries(entries) };
  }
  if (value instanceof DuckDBStructValue) {
    const fields = Object.values(value.entries);
    return {
      row: fields.map((field, index) =>
        toCanonical(
          field,
          type.kind === 'row' ? (type.fields[index]?.type ?? { kind: 'any' }) : { kind: 'any' },
        ),
      ),
    };
  }
  if (value instanceof DuckDBBitValue) return value.toString();
  throw new TypeError(`no canonical form for ${Object.prototype.toString.call(value)}`);
}

function sortEntries(
  entries: readonly (readonly [Canonical, Canonical])[],
): readonly (readonly [Canonical, Canonical])[] {
  const text = (entry: readonly [Canonical, Canonical]): string => JSON.stringify(entry[0]);
  return [...entries].sort((left, right) => (text(left) < text(right) ? -1 : 1));
}

function isNear(left: string, right: string, type: SqlType): boolean {
  const [a, b] = [Number(left), Number(right)];
  if (left === right || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (!Number.isFinite(a) || !Number.isFinite(b)) return false;
  // Java prints two digits at least, of which the last one need not be needed.
  if (type.kind === 'real' && Math.fround(a) === Math.fround(b)) return true;
  const tolerance = type.kind === 'real' ? 4 * 2 ** -23 : 16 * Number.EPSILON;
  return Math.abs(a - b) <= tolerance * Math.max(Math.abs(a), Math.abs(b));
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}

/** Returns whether two canonical values are equal; doubles may differ in their last digits. */
export function sameCanonical(left: Canonical, right: Canonical, type: SqlType): boolean {
  if (typeof left === 'string' && typeof right === 'string') {
    if (type.kind === 'double' || type.kind === 'real') return isNear(left, right, type);
    return left === right;
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') {
    return left === right;
  }
  const all = (
    lefts: readonly Canonical[],
    rights: readonly Canonical[],
    typeAt: (index: number) => SqlType,
  ): boolean =>
    lefts.length === rights.length &&
    lefts.every((item, index) => sameCanonical(item, rights[index] ?? null, typeAt(index)));
  if (isList(left) && isList(right)) {
    return all(left, right, () => (type.kind === 'array' ? type.element : { kind: 'any' }));
  }
  if (isList(left) || isList(right)) return false;
  if ('map' in left && 'map' in right) {
    const flat = (entries: readonly (readonly [Canonical, Canonical])[]): readonly Canonical[] =>
      entries.flat();
    return all(flat(sortEntries(left.map)), flat(sortEntries(right.map)), (index) =>
      type.kind === 'map' ? (index % 2 === 0 ? type.key : type.value) : { kind: 'any' },
    );
  }
  if ('row' in left && 'row' in right) {
    return all(left.row, right.row, (index) =>
      type.kind === 'row' ? (type.fields[index]?.type ?? { kind: 'any' }) : { kind: 'any' },
    );
  }
  return JSON.stringify(left) === JSON.stringify(right);
}
