import { formatType, type SqlType } from './sql-type.js';

const integers: readonly SqlType['kind'][] = ['tinyint', 'smallint', 'integer', 'bigint'];

/**
 * Returns whether every value of a column may keep its meaning in the other type without rows being written anew: what
 * Iceberg calls promotion. Source: Iceberg specification, "Schema Evolution"; Athena User Guide, "ALTER TABLE CHANGE COLUMN".
 */
export function isWidening(from: SqlType, to: SqlType): boolean {
  const [low, high] = [integers.indexOf(from.kind), integers.indexOf(to.kind)];
  if (low >= 0 && high >= 0) return low < high;
  if (from.kind === 'real') return to.kind === 'double';
  return (
    from.kind === 'decimal' &&
    to.kind === 'decimal' &&
    from.scale === to.scale &&
    from.precision < to.precision
  );
}

/** Returns whether the type and all its parts are known. */
export function isKnownType(type: SqlType): boolean {
  switch (type.kind) {
    case 'any':
    case 'unknown':
      return false;
    case 'array':
      return isKnownType(type.element);
    case 'map':
      return isKnownType(type.key) && isKnownType(type.value);
    case 'row':
      return type.fields.every((field) => isKnownType(field.type));
    default:
      return true;
  }
}

/** Returns whether two columns are of the same type. */
export function isSameType(left: SqlType, right: SqlType): boolean {
  return formatType(left) === formatType(right);
}
