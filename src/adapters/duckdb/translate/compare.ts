import type { ComparisonOperator, Expression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { commonType, longestChar } from '../types/coercion.js';
import { isFloating } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { coerceValue } from './cast.js';
import type { Value } from './context.js';
import { joinSql, operand, raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { isConstantNull } from './null-guard.js';
import { plainCast } from './plain-cast.js';
import { isConstant } from './try.js';

/** One side of a comparison. */
interface Side {
  readonly sql: Sql;
  readonly type: SqlType;
  /** It is a number that is written out, so it is neither null nor NaN. */
  readonly isLiteral: boolean;
  /** It is the same in each row. */
  readonly isConstant?: boolean;
}

/** Whether an expression is a number that is written out. */
export function isFiniteLiteral(syntax: Expression): boolean {
  if (syntax.kind === 'unary') return isFiniteLiteral(syntax.operand);
  return syntax.kind === 'number';
}

/**
 * Nothing compares to NaN in Trino (but `<>` holds); to DuckDB NaN equals itself and is greater than all numbers. The
 * plain comparison stays in front, so that it can still be used for joins and filters.
 */
function compareFloats(operator: ComparisonOperator, left: Side, right: Side): Sql {
  const plain = sql`${left.sql} ${raw(operator)} ${right.sql}`;
  if (operator === '=' || operator === '<>') {
    if (left.isLiteral || right.isLiteral) return plain;
    const bothNan = sql`isnan(${left.sql}) AND isnan(${right.sql})`;
    return operator === '=' ? sql`${plain} AND NOT ${bothNan}` : sql`${plain} OR ${bothNan}`;
  }
  const isLess = operator === '<' || operator === '<=';
  const [greater, other] = isLess ? [right, left] : [left, right];
  if (greater.isLiteral) return plain;
  const isNan = sql`isnan(${greater.sql})`;
  return other.isLiteral
    ? sql`${plain} AND NOT ${isNan}`
    : sql`${plain} AND NOT ${sql`${isNan} AND ${sql`${other.sql} IS NOT NULL`}`}`;
}

/** Two values of char are equal when they are so without the spaces at their ends; in order they come with them. */
function compareChars(operator: ComparisonOperator, left: Side, right: Side, type: SqlType): Sql {
  const pad = (side: Side): Sql =>
    type.kind === 'char' && (type.length < longestChar || /^[<>]=?$/.test(operator))
      ? coerceValue(side, type)
      : sql`rtrim(${side.sql}, ' ')`;
  return sql`${pad(left)} ${raw(operator)} ${pad(right)}`;
}

function fieldOf(side: Side, index: number): Side {
  const field = side.type.kind === 'row' ? side.type.fields[index] : undefined;
  const name = rowFieldName(field?.name, index);
  const type: SqlType = field?.type ?? { kind: 'any' };
  return partOf(side, sql`struct_extract(${side.sql}, ${stringSql(name)})`, type);
}

/** A part of a constant that is NULL as a whole has no type to DuckDB, unless it is told. */
function partOf(whole: Side, part: Sql, type: SqlType): Side {
  const isConstant = whole.isConstant === true;
  const cast = isConstant ? plainCast(part, type) : part;
  return { sql: 'parts' in cast ? cast : part, type, isLiteral: false, isConstant };
}

function isEquality(operator: ComparisonOperator): boolean {
  return operator === '=' || operator === '<>';
}

function negated(equal: Sql | undefined): Sql | undefined {
  return equal && sql`NOT ${equal}`;
}

/** Rows are equal when their fields are; they are ordered by the first field that differs. */
function compareRows(
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  count: number,
  depth: number,
): Sql | undefined {
  if (operator === '<>') return negated(compareRows('=', left, right, count, depth));
  const fields = Array.from({ length: count }, (_, index) => ({
    left: fieldOf(left, index),
    right: fieldOf(right, index),
  }));
  if (operator === '=') {
    const equal = fields.map((field) => compareSides('=', field.left, field.right, depth));
    if (equal.some((each) => each === undefined)) return undefined;
    return joinSql(
      equal.flatMap((each) => (each ? [operand(each)] : [])),
      ' AND ',
    );
  }
  const strict = operator.startsWith('<') ? '<' : '>';
  const steps = fields.map((field, index): Sql | undefined => {
    const isLast = index === fields.length - 1;
    const before = compareSides(strict, field.left, field.right, depth);
    const after = compareSides(strict === '<' ? '>' : '<', field.left, field.right, depth);
    const last = compareSides(operator, field.left, field.right, depth);
    if (before === undefined || after === undefined || last === undefined) return undefined;
    const missing = sql`WHEN ${field.left.sql} IS NULL OR ${field.right.sql} IS NULL THEN stedi_trino.refuse('ROW comparison not supported for fields with null elements', true)`;
    return isLast
      ? joinSql([missing, sql`ELSE ${last}`], ' ')
      : joinSql([missing, sql`WHEN ${before} THEN true`, sql`WHEN ${after} THEN false`], ' ');
  });
  if (steps.some((step) => step === undefined)) return undefined;
  const whole = joinSql(
    steps.flatMap((step) => step ?? []),
    ' ',
  );
  const present = sql`${left.sql} IS NOT NULL AND ${right.sql} IS NOT NULL`;
  const chosen: Sql = { parts: ['CASE ', whole, ' END'], atomic: true };
  return sql`CASE WHEN ${present} THEN ${chosen} END`;
}

/** Arrays are ordered by the first element that differs, which must not be null, or by their lengths. */
function orderArrays(operator: ComparisonOperator, left: Side, right: Side): Sql {
  const place = macroCall('first_difference', [left.sql, right.sql]);
  const [l, r] = [left, right].map((side) => sql`list_extract(${side.sql}, ${place})`) as [
    Sql,
    Sql,
  ];
  return sql`CASE WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN NULL WHEN ${place} IS NULL THEN len(${left.sql}) ${raw(operator)} len(${right.sql}) WHEN ${l} IS NULL OR ${r} IS NULL THEN stedi_trino.refuse('ARRAY comparison not supported for arrays with null elements', true) ELSE ${l} ${raw(operator)} ${r} END`;
}

/** Arrays are equal when their elements are; a null element makes that unknown, unless others differ. */
function compareArrays(
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  depth: number,
): Sql | undefined {
  if (left.type.kind !== 'array' || right.type.kind !== 'array') return undefined;
  if (operator === '<>') return negated(compareArrays('=', left, right, depth));
  if (operator !== '=') {
    const isNested = [left.type.element, right.type.element].some((type) =>
      ['array', 'map', 'row', 'any', 'real', 'double'].includes(type.kind),
    );
    if (isNested) return undefined;
    return orderArrays(operator, left, right);
  }
  const index = raw(`stedi_index${depth}`);
  const item = (side: Side, type: SqlType): Side =>
    partOf(side, sql`list_extract(${side.sql}, ${index})`, type);
  const equal = compareSides(
    '=',
    item(left, left.type.element),
    item(right, right.type.element),
    depth + 1,
  );
  if (equal === undefined) return undefined;
  const pairs = sql`list_transform(range(1, len(${left.sql}) + 1), lambda ${index}: ${equal})`;
  return sql`CASE WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN NULL WHEN len(${left.sql}) <> len(${right.sql}) THEN false ELSE ${macroCall('all_true', [pairs])} END`;
}

/** Maps are equal when they have the same keys and, for each, equal values. The order of entries does not count. */
function compareMaps(
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  depth: number,
): Sql | undefined {
  if (left.type.kind !== 'map' || right.type.kind !== 'map') return undefined;
  if (operator === '<>') return negated(compareMaps('=', left, right, depth));
  if (operator !== '=') return undefined;
  const key = raw(`stedi_key${depth}`);
  const value = (side: Side, type: SqlType): Side =>
    partOf(side, sql`list_extract(map_extract(${side.sql}, ${key}), 1)`, type);
  const equal = compareSides(
    '=',
    value(left, left.type.value),
    value(right, right.type.value),
    depth + 1,
  );
  if (equal === undefined) return undefined;
  const each = sql`CASE WHEN map_contains(${right.sql}, ${key}) THEN ${equal} ELSE false END`;
  const pairs = sql`list_transform(map_keys(${left.sql}), lambda ${key}: ${each})`;
  return sql`CASE WHEN ${left.sql} IS NULL OR ${right.sql} IS NULL THEN NULL WHEN cardinality(${left.sql}) <> cardinality(${right.sql}) THEN false ELSE ${macroCall('all_true', [pairs])} END`;
}

function compareSides(
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  depth: number,
): Sql | undefined {
  const type = commonType(left.type, right.type);
  if (type === undefined) return undefined;
  const isChar = [left.type, right.type].some((each) => each.kind === 'char');
  if (isChar && ['char', 'varchar', 'any'].includes(type.kind)) {
    return compareChars(operator, left, right, type);
  }
  const mayBeNan = type.kind === 'any' && (isFloating(left.type) || isFloating(right.type));
  if (isFloating(type) || mayBeNan) {
    const coerced = (side: Side): Side => ({ ...side, sql: coerceValue(side, type) });
    return compareFloats(operator, coerced(left), coerced(right));
  }
  switch (type.kind) {
    case 'row':
      if (left.type.kind !== 'row' || right.type.kind !== 'row') break;
      return compareRows(operator, left, right, type.fields.length, depth);
    case 'array':
      if (left.type.kind !== 'array' || right.type.kind !== 'array') break;
      return compareArrays(operator, left, right, depth);
    case 'map':
      if (left.type.kind !== 'map' || right.type.kind !== 'map') break;
      return compareMaps(operator, left, right, depth);
    // Athena tells the same points apart that were made in other ways.
    case 'geometry':
    case 'sphericalgeography':
      return undefined;
    case 'bingtile':
    case 'json':
      // They have no order.
      if (!isEquality(operator)) return undefined;
      break;
    default:
      break;
  }
  return (
    compareWideDecimals(operator, left, right, type) ??
    sql`${coerceValue(left, type)} ${raw(operator)} ${coerceValue(right, type)}`
  );
}

/**
 * Compares decimals that have more than 38 digits together. Trino casts neither to the other's type if one is a constant; where
 * both are not it fails, as the cast does. What has too many digits before its point is beyond all values of the other.
 */
function compareWideDecimals(
  operator: ComparisonOperator,
  left: Side,
  right: Side,
  type: SqlType,
): Sql | undefined {
  const [l, r] = [left.type, right.type];
  if (type.kind !== 'decimal' || l.kind !== 'decimal' || r.kind !== 'decimal') return undefined;
  const digits = Math.max(l.precision - l.scale, r.precision - r.scale) + type.scale;
  if (digits <= 38 || l.scale === r.scale) return undefined;
  if (left.isConstant !== true && right.isConstant !== true) return undefined;
  const [wide, other] = l.scale < r.scale ? [left, right] : [right, left];
  const name = raw(`DECIMAL(38, ${type.scale})`);
  const fitting = sql`TRY_CAST(${wide.sql} AS ${name})`;
  const plain = (of: Side): Sql => (of === wide ? fitting : sql`CAST(${of.sql} AS ${name})`);
  const far = (of: Side): Sql => (of === wide ? of.sql : raw('0'));
  return sql`CASE WHEN ${wide.sql} IS NULL OR ${other.sql} IS NULL THEN NULL WHEN ${fitting} IS NULL THEN ${sql`${far(left)} ${raw(operator)} ${far(right)}`} ELSE ${sql`${plain(left)} ${raw(operator)} ${plain(right)}`} END`;
}

/** Compares two values as Trino does; `undefined` when their types do not meet. */
export function compareValues(
  operator: ComparisonOperator,
  left: Value,
  right: Value,
): Sql | undefined {
  const sideOf = (value: Value): Side => ({
    sql: value.sql,
    type: value.type,
    isLiteral: isFiniteLiteral(value.syntax),
    isConstant: isConstant(value.syntax) || isConstantNull(value.syntax),
  });
  return compareSides(operator, sideOf(left), sideOf(right), 1);
}
