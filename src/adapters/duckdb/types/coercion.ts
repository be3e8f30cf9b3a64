import type { SqlType } from '../../../core/sql-type.js';
import { anyType, asDecimal, isFloating, isInteger, sameType } from './common.js';

const integerRank = ['tinyint', 'smallint', 'integer', 'bigint'];

function mergeDecimals(
  left: SqlType & { kind: 'decimal' },
  right: SqlType & { kind: 'decimal' },
): SqlType {
  const scale = Math.max(left.scale, right.scale);
  const digits = Math.max(left.precision - left.scale, right.precision - right.scale);
  return { kind: 'decimal', precision: Math.min(38, digits + scale), scale };
}

function mergeNumbers(left: SqlType, right: SqlType): SqlType | undefined {
  if (isInteger(left) && isInteger(right)) {
    return integerRank.indexOf(left.kind) >= integerRank.indexOf(right.kind) ? left : right;
  }
  if (isFloating(left) || isFloating(right)) {
    const numbers = [left, right].every((type) => isFloating(type) || asDecimal(type));
    if (!numbers) return undefined;
    return { kind: [left, right].some((type) => type.kind === 'double') ? 'double' : 'real' };
  }
  const leftDecimal = asDecimal(left);
  const rightDecimal = asDecimal(right);
  return leftDecimal && rightDecimal && mergeDecimals(leftDecimal, rightDecimal);
}

/** What Athena makes of a char and a varchar without a length. */
export const longestChar = 65_536;

function mergeTexts(left: SqlType, right: SqlType): SqlType | undefined {
  const isText = (type: SqlType): type is SqlType & { kind: 'varchar' | 'char' } =>
    type.kind === 'varchar' || type.kind === 'char';
  if (!isText(left) || !isText(right)) return undefined;
  const lengths = [left.length, right.length];
  const length = lengths.includes(undefined)
    ? undefined
    : Math.max(...lengths.map((each) => each ?? 0));
  if (left.kind === 'char' || right.kind === 'char') {
    return { kind: 'char', length: length ?? longestChar };
  }
  const inexact = [left, right].some((type) => type.kind === 'varchar' && type.inexact === true);
  if (length === undefined) return { kind: 'varchar', ...(inexact && { inexact }) };
  return { kind: 'varchar', length };
}

function mergeTimes(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.kind === 'date' && right.kind === 'timestamp') return mergeZone(right, left, right);
  if (right.kind === 'date' && left.kind === 'timestamp') return mergeZone(left, left, right);
  if (left.kind !== 'timestamp' && left.kind !== 'time') return undefined;
  if (right.kind !== left.kind) return undefined;
  const merged: SqlType = {
    kind: left.kind,
    precision: Math.max(left.precision, right.precision),
    withZone: left.withZone || right.withZone,
  };
  return mergeZone(merged, left, right);
}

/** The zone that values of a type show once they have one: what has none gets UTC. */
function shownZone(type: SqlType): string | undefined {
  return type.kind === 'timestamp' && type.withZone ? type.zone : 'UTC';
}

/** Notes the zone of the merged values, if both sides show the same. */
function mergeZone(merged: SqlType, left: SqlType, right: SqlType): SqlType {
  if (merged.kind !== 'timestamp' || !merged.withZone) return merged;
  const { kind, precision, withZone } = merged;
  const zone = shownZone(left);
  return zone !== undefined && zone === shownZone(right)
    ? { kind, precision, withZone, zone }
    : { kind, precision, withZone };
}

/**
 * Returns the type that values of both types become when they meet (in CASE, UNION, comparisons, arrays), or
 * `undefined` when Trino refuses to let them meet. `any` meets everything and gives `any`.
 */
export function commonType(left: SqlType, right: SqlType): SqlType | undefined {
  if (left.kind === 'any' || right.kind === 'any') return anyType;
  if (sameType(left, right)) return mergeZone(left, left, right);
  if (left.kind === 'unknown') return right;
  if (right.kind === 'unknown') return left;
  if (left.kind === 'array' && right.kind === 'array') {
    const element = commonType(left.element, right.element);
    return element && { kind: 'array', element };
  }
  if (left.kind === 'map' && right.kind === 'map') {
    const key = commonType(left.key, right.key);
    const value = commonType(left.value, right.value);
    return key && value && { kind: 'map', key, value };
  }
  if (left.kind === 'row' && right.kind === 'row') {
    if (left.fields.length !== right.fields.length) return undefined;
    const fields = left.fields.map((field, index) => {
      const other = right.fields[index];
      const type = other && commonType(field.type, other.type);
      const keepsName = field.name !== undefined && field.name === other?.name;
      return type && { ...(keepsName && { name: field.name }), type };
    });
    return fields.every((field) => field !== undefined) ? { kind: 'row', fields } : undefined;
  }
  return mergeNumbers(left, right) ?? mergeTexts(left, right) ?? mergeTimes(left, right);
}

/** Returns whether Trino turns a value of type `from` into `to` by itself. `any` on either side counts as yes. */
export function canCoerce(from: SqlType, to: SqlType): boolean {
  if (from.kind === 'any' || to.kind === 'any') return true;
  const common = commonType(from, to);
  if (common === undefined) return false;
  if (sameType(common, to)) return true;
  // A decimal's precision saturates at 38 digits, and a longer varchar is no obstacle to a parameter of bounded length.
  return from.kind === 'varchar' && to.kind === 'varchar' && !('length' in to);
}

/** Returns the common type of all, `any` for none, or `undefined` when they do not meet. */
export function commonTypeOf(types: readonly SqlType[]): SqlType | undefined {
  const [first, ...rest] = types;
  return rest.reduce<SqlType | undefined>(
    (merged, type) => merged && commonType(merged, type),
    first ?? anyType,
  );
}
