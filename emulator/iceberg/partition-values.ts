import { murmur3 } from './murmur3.js';
import type { Transform } from './partition-spec.js';
import { quoteText } from '../../src/adapters/duckdb/quote.js';

/*
 * Values of partition fields. In DuckDB's SQL they are texts in one spelling per type ("canonical"): days and microseconds
 * since 1970 as numbers, bytes as hexadecimal digits, everything else as DuckDB prints it.
 */

/** A value as manifests hold it: dates in days, timestamps in microseconds, decimals as unscaled big-endian bytes. */
export type PartitionValue = null | boolean | number | bigint | string | Buffer;

/** The canonical text of an expression of an Iceberg type, in SQL. */
export function canonicalSql(expression: string, type: string): string {
  if (type === 'date') return `CAST(${expression} - DATE '1970-01-01' AS VARCHAR)`;
  if (type.startsWith('timestamp')) return `CAST(epoch_us(${expression}) AS VARCHAR)`;
  if (type === 'binary' || type.startsWith('fixed[')) return `hex(${expression})`;
  return `CAST(${expression} AS VARCHAR)`;
}

function floorTo(expression: string, width: number): string {
  return `(${expression} - ((${expression} % ${width}) + ${width}) % ${width})`;
}

/** Whether SQL cannot compute the transform, so that `transformValue` must, value by value. */
export function isComputedHere(transform: Transform, type: string): boolean {
  return (
    transform.kind === 'bucket' || (transform.kind === 'truncate' && type.startsWith('decimal('))
  );
}

/** The canonical text of the transformed value, in SQL; where `isComputedHere`, that of the value itself. */
export function transformSql(transform: Transform, expression: string, type: string): string {
  if (isComputedHere(transform, type)) return canonicalSql(expression, type);
  const moment = type === 'timestamptz' ? `(${expression} AT TIME ZONE 'UTC')` : expression;
  switch (transform.kind) {
    case 'year':
      return `CAST(year(${moment}) - 1970 AS VARCHAR)`;
    case 'month':
      return `CAST((year(${moment}) - 1970) * 12 + month(${moment}) - 1 AS VARCHAR)`;
    case 'day':
      return canonicalSql(`CAST(${moment} AS DATE)`, 'date');
    case 'hour':
      return `CAST(${floorTo(`epoch_us(${moment})`, 3_600_000_000)} // 3600000000 AS VARCHAR)`;
    case 'truncate':
      if (type === 'string') return `substring(${expression}, 1, ${transform.width})`;
      if (type === 'binary') return `substring(hex(${expression}), 1, ${transform.width * 2})`;
      return `CAST(${floorTo(`CAST(${expression} AS HUGEINT)`, transform.width)} AS VARCHAR)`;
    default:
      return canonicalSql(expression, type);
  }
}

/** The digits of a decimal's canonical text as one number: `-1.50` is -150. */
function unscaled(text: string): bigint {
  return BigInt(text.replace('.', ''));
}

function decimalOf(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const cut = digits.length - scale;
  const text = scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return value < 0n ? `-${text}` : text;
}

function decimalScale(type: string): number {
  return Number(/,\s*(\d+)\)$/.exec(type)?.[1] ?? 0);
}

/** Two's complement, big-endian; as few bytes as hold the value, or `size`. */
function bigEndian(value: bigint, size?: number): Buffer {
  let length = size ?? 1;
  if (size === undefined) {
    while (BigInt.asIntN(length * 8, value) !== value) length += 1;
  }
  const hex = BigInt.asUintN(length * 8, value).toString(16);
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex');
}

/** The bytes that the bucket transform hashes (specification, appendix B). */
function hashedBytes(text: string, type: string): Buffer {
  if (type === 'string') return Buffer.from(text, 'utf8');
  if (type === 'binary' || type.startsWith('fixed[')) return Buffer.from(text, 'hex');
  if (type.startsWith('decimal(')) return bigEndian(unscaled(text));
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(text));
  return bytes;
}

/** The transform of a canonical text, as a canonical text, where `isComputedHere`. */
export function transformValue(transform: Transform, text: string, type: string): string {
  if (transform.kind === 'bucket') {
    return String((murmur3(hashedBytes(text, type)) & 0x7fffffff) % transform.width);
  }
  const width = BigInt(transform.width);
  const value = unscaled(text);
  return decimalOf(value - (((value % width) + width) % width), decimalScale(type));
}

/** How many bytes hold a decimal of so many digits (specification, appendix A). */
export function decimalBytes(precision: number): number {
  return Math.ceil((precision * Math.log2(10) + 1) / 8);
}

/** Reads a canonical text as a value of a type. */
export function parsePartitionValue(text: string | null, type: string): PartitionValue {
  if (text === null) return null;
  if (type.startsWith('decimal(')) {
    return bigEndian(unscaled(text), decimalBytes(Number(/\d+/.exec(type)?.[0])));
  }
  if (type === 'string') return text;
  if (type === 'boolean') return text === 'true';
  if (type === 'long' || type.startsWith('timestamp')) return BigInt(text);
  if (type === 'binary' || type.startsWith('fixed[')) return Buffer.from(text, 'hex');
  if (text === 'inf' || text === '-inf') return text === 'inf' ? Infinity : -Infinity;
  return Number(text);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}

function humanText(value: PartitionValue, transform: Transform, type: string): string {
  if (typeof value === 'number') {
    if (type === 'date') return new Date(value * 86_400_000).toISOString().slice(0, 10);
    if (transform.kind === 'year') return String(1970 + value);
    if (transform.kind === 'month') {
      return `${1970 + Math.floor(value / 12)}-${twoDigits((((value % 12) + 12) % 12) + 1)}`;
    }
    if (transform.kind === 'hour') {
      return new Date(value * 3_600_000).toISOString().slice(0, 13).replace('T', '-');
    }
  }
  if (typeof value === 'bigint' && type.startsWith('timestamp')) {
    return new Date(Number(value / 1000n)).toISOString();
  }
  if (Buffer.isBuffer(value)) {
    return type.startsWith('decimal(') ? decimalText(value, type) : value.toString('base64');
  }
  return String(value);
}

function decimalText(value: Buffer, type: string): string {
  const bits = BigInt.asIntN(value.length * 8, BigInt(`0x${value.toString('hex')}`));
  return decimalOf(bits, decimalScale(type));
}

/** A partition's part of a data file's path, such as `ts_day=2024-01-31`; `null` for NULL. */
export function partitionPath(
  name: string,
  value: PartitionValue,
  transform: Transform,
  type: string,
): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(humanText(value, transform, type))}`;
}

/** The value as DuckDB's SQL, of the type `duckType`, for metadata tables. */
export function partitionValueSql(value: PartitionValue, type: string, duckType: string): string {
  if (value === null) return `CAST(NULL AS ${duckType})`;
  if (type === 'date') return `(DATE '1970-01-01' + ${Number(value)})`;
  if (type.startsWith('timestamp')) {
    return `CAST(make_timestamp(${String(value)}) AS ${duckType})`;
  }
  if (Buffer.isBuffer(value)) {
    return type.startsWith('decimal(')
      ? `CAST(${decimalText(value, type)} AS ${duckType})`
      : `unhex(${quoteText(value.toString('hex'))})`;
  }
  return `CAST(${quoteText(String(value))} AS ${duckType})`;
}

/**
 * The value as a column's type holds it now: the type may have been widened since the file was written (int to long, a
 * decimal of more digits).
 */
export function widenPartitionValue(value: PartitionValue, type: string): PartitionValue {
  if (typeof value === 'number' && type === 'long') return BigInt(value);
  if (Buffer.isBuffer(value) && type.startsWith('decimal(')) {
    return parsePartitionValue(decimalText(value, type), type);
  }
  return value;
}
