import type { SqlType } from '../../core/sql-type.js';
import { readMoment, readNumber, readSeedValue } from './seed-value.js';

const varchar: SqlType = { kind: 'varchar' };
const bigint: SqlType = { kind: 'bigint' };

/** A double gives back every number with so many digits. */
const safeDigits = 15;
/** A decimal has no more. */
const mostDigits = 38;

/**
 * A number that is nothing else: no zero in front, as article numbers and zip codes have, no plus, and an exponent only
 * behind a point, because `12e5` may be a code.
 */
const plainNumber = /^-?(?:0|[1-9]\d*)?(?:(?<=\d)|\.\d+(?:[eE][+-]?\d+)?)$/u;

function inferNumber(values: readonly string[]): SqlType {
  let whole = 0;
  let fraction = 0;
  let isSafe = true;
  let hasExponent = false;
  for (const value of values) {
    const parts = readNumber(value);
    if (parts === undefined) return varchar;
    whole = Math.max(whole, parts.whole === '0' ? 0 : parts.whole.length);
    fraction = Math.max(fraction, parts.fraction.length);
    hasExponent ||= parts.exponent !== null;
    const digits = `${parts.whole}${parts.fraction}`.replace(/^0+/u, '').length;
    isSafe &&= digits <= safeDigits && isInRange(value, digits);
  }
  const isWhole = values.every((value) => /^-?\d+$/u.test(value));
  if (isWhole) {
    if (values.every((value) => 'text' in readSeedValue(value, bigint))) return bigint;
    return whole <= mostDigits ? { kind: 'decimal', precision: mostDigits, scale: 0 } : varchar;
  }
  if (isSafe) return { kind: 'double' };
  if (hasExponent || whole + fraction > mostDigits) return varchar;
  return { kind: 'decimal', precision: mostDigits, scale: fraction };
}

/** Returns whether a double is near enough to a number: not infinite, and not zero or almost for what is not. */
function isInRange(value: string, digits: number): boolean {
  const size = Math.abs(Number(value));
  return Number.isFinite(size) && (digits === 0 || size > 1e-300);
}

function inferMoment(values: readonly string[]): SqlType {
  let fraction = 0;
  let days = 0;
  for (const value of values) {
    const moment = readMoment(value);
    if (moment === undefined) return varchar;
    if (moment.time === null) days += 1;
    else if (!moment.hasSeconds) return varchar;
    fraction = Math.max(fraction, moment.fraction.length);
  }
  if (days === values.length) return { kind: 'date' };
  if (days > 0 || fraction > 6) return varchar;
  return { kind: 'timestamp', precision: fraction > 3 ? 6 : 3, withZone: false };
}

/**
 * Returns the type that all values of a column show; nulls are not among them. `bigint` for whole numbers, `double` for
 * others, a `decimal` where these would lose digits, `boolean` for true and false, `date`, `timestamp`; `varchar` for
 * anything else, for a mixture, and where there is no value.
 */
export function inferType(raw: readonly string[]): SqlType {
  const values = raw.map((value) => value.trim());
  const [first] = values;
  if (first === undefined) return varchar;
  if (plainNumber.test(first)) {
    return values.every((value) => plainNumber.test(value)) ? inferNumber(values) : varchar;
  }
  if (/^(?:true|false)$/iu.test(first)) {
    return values.every((value) => /^(?:true|false)$/iu.test(value))
      ? { kind: 'boolean' }
      : varchar;
  }
  return inferMoment(values);
}
