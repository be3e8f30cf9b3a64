import type { DuckDBDataChunk, DuckDBResult, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import type { NodeApi } from './node-api.js';

/** Turns the values of one result into JSON-safe values. */
export type ValueReader = (chunk: DuckDBDataChunk) => readonly (readonly unknown[])[];

/**
 * Gives the fields of rows names that differ: DuckDB leaves the fields of an unnamed `ROW(…)` without names, and the
 * binding would keep only the last of them. Athena shows such fields as `field0`, `field1`…
 */
function nameFields(api: NodeApi, type: DuckDBType): void {
  if (type instanceof api.DuckDBStructType) {
    const names = type.entryNames as string[];
    const seen = new Set<string>();
    names.forEach((name, index) => {
      if (name === '' || seen.has(name)) names[index] = `field${index}`;
      seen.add(names[index] ?? '');
    });
    type.entryTypes.forEach((entry) => nameFields(api, entry));
  } else if (type instanceof api.DuckDBListType || type instanceof api.DuckDBArrayType) {
    nameFields(api, type.valueType);
  } else if (type instanceof api.DuckDBMapType) {
    nameFields(api, type.keyType);
    nameFields(api, type.valueType);
  }
}

/** Returns the fraction of a second: milliseconds as Athena prints them, microseconds where there are any. */
function formatFraction(micros: number): string {
  const digits = String(micros).padStart(6, '0');
  return digits.endsWith('000') ? digits.slice(0, 3) : digits;
}

function formatClock({
  hour,
  min,
  sec,
  micros,
}: {
  readonly hour: number;
  readonly min: number;
  readonly sec: number;
  readonly micros: number;
}): string {
  const [hours, minutes, seconds] = [hour, min, sec].map((part) => String(part).padStart(2, '0'));
  return `${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${formatFraction(micros)}`;
}

/** Returns an interval as Athena prints it: `1-2` (years and months), `3 04:05:06.000` (days and time). */
function formatInterval(months: number, days: number, micros: bigint): string {
  const total = BigInt(days) * 86_400_000_000n + micros;
  const size = total < 0n ? -total : total;
  const parts: string[] = [];
  if (months !== 0) {
    const sign = months < 0 ? '-' : '';
    parts.push(`${sign}${Math.floor(Math.abs(months) / 12)}-${Math.abs(months) % 12}`);
  }
  if (months === 0 || total !== 0n) {
    const inDay = Number(size % 86_400_000_000n);
    const clock = formatClock({
      hour: Math.floor(inDay / 3_600_000_000),
      min: Math.floor(inDay / 60_000_000) % 60,
      sec: Math.floor(inDay / 1_000_000) % 60,
      micros: inDay % 1_000_000,
    });
    parts.push(`${total < 0n ? '-' : ''}${size / 86_400_000_000n} ${clock}`);
  }
  return parts.join(' ');
}

/** Returns a number that JSON can hold: a double as it is, what JSON has no number for as text. */
function toJsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

/** Returns the shortest number that is the same single-precision float. */
function shortenFloat(value: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return Number(value.toPrecision(9));
}

function toBigNumber(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** Returns the text of a map's key, as JSON needs it. */
function toKey(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function convert(api: NodeApi, value: DuckDBValue, type: DuckDBType): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'bigint') return toBigNumber(value);
  if (typeof value === 'number') {
    return toJsonNumber(
      type.typeId === api.DuckDBTypeId.FLOAT && Number.isFinite(value)
        ? shortenFloat(value)
        : value,
    );
  }
  if (value instanceof api.DuckDBDecimalValue) return value.toString();
  if (value instanceof api.DuckDBTimestampValue && value.isFinite) {
    const { date, time } = value.toParts();
    return `${api.DuckDBDateValue.fromParts(date).toString()} ${formatClock(time)}`;
  }
  if (value instanceof api.DuckDBTimestampTZValue && value.isFinite) {
    const { date, time } = value.toParts();
    return `${api.DuckDBDateValue.fromParts(date).toString()} ${formatClock(time)} UTC`;
  }
  if (value instanceof api.DuckDBTimeValue) return formatClock(value.toParts());
  if (value instanceof api.DuckDBIntervalValue) {
    return formatInterval(value.months, value.days, value.micros);
  }
  if (value instanceof api.DuckDBBlobValue) {
    return [...value.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
  }
  if (value instanceof api.DuckDBListValue || value instanceof api.DuckDBArrayValue) {
    const elementType = (type as { readonly valueType: DuckDBType }).valueType;
    return value.items.map((item) => convert(api, item, elementType));
  }
  if (value instanceof api.DuckDBStructValue && type instanceof api.DuckDBStructType) {
    return Object.fromEntries(
      type.entryNames.map((name, index) => [
        name,
        convert(api, value.entries[name] ?? null, type.entryTypes[index] ?? type),
      ]),
    );
  }
  if (value instanceof api.DuckDBMapValue && type instanceof api.DuckDBMapType) {
    return Object.fromEntries(
      value.entries.map((entry) => [
        toKey(convert(api, entry.key, type.keyType)),
        convert(api, entry.value, type.valueType),
      ]),
    );
  }
  return value.toString();
}

/** Returns the columns of a result, under other names if given; types in DuckDB's spelling. */
export function columnsOf(
  result: DuckDBResult,
  names: readonly string[] = result.columnNames(),
): readonly { readonly name: string; readonly type: string }[] {
  return names.map((name, index) => ({
    name,
    type: result.columnLogicalType(index).alias ?? result.columnType(index).toString(),
  }));
}

/**
 * Returns the reader of a result's rows. Values are JSON-safe: integers as numbers where a double holds them and as
 * text otherwise, decimals, dates and times as the text that Athena prints, arrays as arrays, maps and rows as objects,
 * bytes in hex, NaN and the infinities as text.
 */
export function createValueReader(api: NodeApi, result: DuckDBResult): ValueReader {
  const { columnCount } = result;
  return (chunk) => {
    const columns = Array.from({ length: columnCount }, (_, index) => {
      const vector = chunk.getColumnVector(index);
      nameFields(api, vector.type);
      return { vector, type: vector.type };
    });
    return Array.from({ length: chunk.rowCount }, (_, row) =>
      columns.map(({ vector, type }) => convert(api, vector.getItem(row), type)),
    );
  };
}
