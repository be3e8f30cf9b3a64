import type { SimpleTypeName, SqlType } from '../../../core/sql-type.js';

/** Returns the type without parameters of that name. */
export function simpleType(kind: SimpleTypeName): SqlType {
  return { kind };
}

export const anyType = simpleType('any');
export const unknownType = simpleType('unknown');
export const booleanType = simpleType('boolean');
export const integerType = simpleType('integer');
export const bigintType = simpleType('bigint');
export const doubleType = simpleType('double');
export const varcharType: SqlType = { kind: 'varchar' };
export const jsonType = simpleType('json');

const integerDigits: Readonly<Record<string, number>> = {
  tinyint: 3,
  smallint: 5,
  integer: 10,
  bigint: 19,
};

/** Returns whether the type is tinyint, smallint, integer or bigint. */
export function isInteger(type: SqlType): boolean {
  return type.kind in integerDigits;
}

/** Returns whether the type is real or double. */
export function isFloating(type: SqlType): boolean {
  return type.kind === 'real' || type.kind === 'double';
}

/** Returns whether the type is a number. */
export function isNumeric(type: SqlType): boolean {
  return isInteger(type) || isFloating(type) || type.kind === 'decimal';
}

/** Returns whether the type, or a part of it, could not be found out. */
export function isOpen(type: SqlType): boolean {
  return partsOf(type).some((part) => part.kind === 'any');
}

/** Returns the type and the types it is made of. */
export function partsOf(type: SqlType): readonly SqlType[] {
  if (type.kind === 'array') return [type, ...partsOf(type.element)];
  if (type.kind === 'map') return [type, ...partsOf(type.key), ...partsOf(type.value)];
  if (type.kind === 'row') return [type, ...type.fields.flatMap((field) => partsOf(field.type))];
  return [type];
}

/** Returns the decimal type that holds every value of an integer type; decimals stay as they are. */
export function asDecimal(type: SqlType): (SqlType & { kind: 'decimal' }) | undefined {
  if (type.kind === 'decimal') return type;
  const precision = integerDigits[type.kind];
  return precision === undefined ? undefined : { kind: 'decimal', precision, scale: 0 };
}

/**
 * Returns whether a number must be cast before it meets decimals of 38 digits. DuckDB would find a type for all of them by
 * itself, one that has too few digits after the point: `coalesce(1.5, CAST(2 AS decimal))` would be 2.
 */
export function mustWiden(from: SqlType, target: SqlType): boolean {
  return (
    target.kind === 'decimal' &&
    target.precision === 38 &&
    target.scale > 0 &&
    asDecimal(from) !== undefined &&
    !sameType(from, target)
  );
}

/** Returns whether two types are the same. Zones that are merely known do not make a difference, nor do fields' names. */
export function sameType(left: SqlType, right: SqlType): boolean {
  if (left.kind !== right.kind) return false;
  switch (left.kind) {
    case 'decimal':
      return (
        right.kind === 'decimal' && left.precision === right.precision && left.scale === right.scale
      );
    case 'varchar':
    case 'char':
      return 'length' in right || 'length' in left
        ? 'length' in right && 'length' in left && left.length === right.length
        : true;
    case 'time':
    case 'timestamp':
      return (
        (right.kind === 'time' || right.kind === 'timestamp') &&
        left.precision === right.precision &&
        left.withZone === right.withZone
      );
    case 'array':
      return right.kind === 'array' && sameType(left.element, right.element);
    case 'map':
      return (
        right.kind === 'map' && sameType(left.key, right.key) && sameType(left.value, right.value)
      );
    case 'row':
      return (
        right.kind === 'row' &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, index) => {
          const other = right.fields[index];
          return other !== undefined && sameType(field.type, other.type);
        })
      );
    default:
      return true;
  }
}
