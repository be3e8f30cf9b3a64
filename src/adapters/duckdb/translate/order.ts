import type {
  Expression,
  FrameBound,
  SortItem,
  WindowFrame,
  WindowReference,
  WindowSpecification,
} from '../../../core/sql-syntax.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { isFloating, isInteger, isNumeric, partsOf } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { identifierSql } from './constructor.js';
import type { Context } from './context.js';
import { joinSql, operand, raw, sql, stringSql, type Sql } from './fragment.js';
import { requireGroupable } from './grouping.js';
import { limitCall, macroCall } from './macro-call.js';
import type { Scope } from './scope.js';

/**
 * Returns `expression [DESC] NULLS LAST`: Trino puts nulls last in both directions unless told otherwise. What is not a
 * number is the greatest, as in DuckDB, but next to the nulls if these come first.
 */
export function sortItemSql(printed: Sql, item: SortItem, type: SqlType): Sql {
  const direction = item.descending ? ' DESC' : '';
  const nulls = item.nulls === 'first' ? 'NULLS FIRST' : 'NULLS LAST';
  const key: Sql = {
    parts: [withoutNullInside(printed, type), `${direction} ${nulls}`],
    atomic: false,
  };
  if (item.nulls !== 'first' || !isFloating(type)) return key;
  const opposite = item.descending ? '' : ' DESC';
  return { parts: ['isnan(', printed, `)${opposite} NULLS FIRST, `, key], atomic: false };
}

/** Whether a null is inside of a value of an array or row; `undefined` for what holds no values. */
function hasNullInside(value: Sql, type: SqlType, depth = 1): Sql | undefined {
  const isMissing = (part: Sql, partType: SqlType, level: number): Sql => {
    const inside = hasNullInside(part, partType, level);
    return inside === undefined ? sql`${part} IS NULL` : sql`${part} IS NULL OR ${inside}`;
  };
  if (type.kind === 'array') {
    const item = raw(`stedi_part${depth}`);
    return sql`len(list_filter(${value}, lambda ${item}: ${isMissing(item, type.element, depth + 1)})) > 0`;
  }
  if (type.kind !== 'row') return undefined;
  const fields = type.fields.map((field, index) =>
    isMissing(
      sql`struct_extract(${value}, ${stringSql(rowFieldName(field.name, index))})`,
      field.type,
      depth,
    ),
  );
  return joinSql(fields.map(operand), ' OR ');
}

/** Whether values of a type are ordered by the values inside of them. */
export function isOrderedInside(type: SqlType): boolean {
  return type.kind === 'array' || type.kind === 'row';
}

/**
 * Returns a key to sort by. Where Trino compares an array or a row with a null inside with one that is the same so far, it
 * fails; DuckDB has an order for all of them. So a null inside ends the query.
 */
export function withoutNullInside(key: Sql, type: SqlType): Sql {
  const inside = hasNullInside(key, type);
  if (inside === undefined) return key;
  const failure = limitCall('null-inside', sql`CAST(${key} AS VARCHAR)`, key);
  return sql`CASE WHEN ${key} IS NOT NULL AND ${operand(inside)} THEN ${failure} ELSE ${key} END`;
}

/** Types that have no order, and what to order by instead. */
const orderInstead: Readonly<Partial<Record<SqlType['kind'], string>>> = {
  json: 'json_format(…)',
  map: 'a key: element_at(…, key)',
  geometry: 'ST_AsText(…)',
  sphericalgeography: 'ST_AsText(to_geometry(…))',
  bingtile: 'bing_tile_quadkey(…)',
};

/** Reports a value of a type that has no order. */
export function requireOrderable(context: Context, type: SqlType, syntax: Expression): void {
  const wrong = partsOf(type).find(({ kind }) => orderInstead[kind] !== undefined);
  if (wrong === undefined) return;
  context.report(
    'sql-type-mismatch',
    `Athena cannot order by values of type ${formatType(type)}`,
    syntax,
    `order by ${orderInstead[wrong.kind] ?? ''}`,
  );
}

/** Returns `ORDER BY …`, or nothing. */
export function orderBySql(
  context: Context,
  items: readonly SortItem[],
  scope: Scope,
): readonly Sql[] {
  if (items.length === 0) return [];
  const printed = items.map((item) => {
    const value = context.expression(item.expression, scope);
    requireOrderable(context, value.type, item.expression);
    return sortItemSql(value.sql, item, value.type);
  });
  return [{ parts: ['ORDER BY ', joinSql(printed)], atomic: false }];
}

/** Whether a distance is written out as none: `0`, `DECIMAL '0.0'`, `INTERVAL '0' DAY`. */
function isZero(distance: Expression): boolean {
  switch (distance.kind) {
    case 'number':
      return Number(distance.text) === 0;
    case 'interval':
    case 'typed':
      return /^[\s+-]*0[0\s:.-]*$/.test(distance.value);
    case 'unary':
      return isZero(distance.operand);
    default:
      return false;
  }
}

/** Whether a distance is written out, as a number or an interval. */
function isWrittenOut(distance: Expression): boolean {
  return (
    ['number', 'interval', 'typed'].includes(distance.kind) ||
    (distance.kind === 'unary' && isWrittenOut(distance.operand))
  );
}

function boundSql(
  context: Context,
  bound: FrameBound,
  unit: WindowFrame['unit'],
  scope: Scope,
): Sql {
  switch (bound.kind) {
    case 'unbounded-preceding':
      return raw('UNBOUNDED PRECEDING');
    case 'unbounded-following':
      return raw('UNBOUNDED FOLLOWING');
    case 'current-row':
      return raw('CURRENT ROW');
    case 'preceding':
    case 'following': {
      // The same rows; DuckDB 1.5 leaves peers of the first row out of a frame that ends `0 PRECEDING`, now and then.
      if (unit === 'range' && isZero(bound.value)) return raw('CURRENT ROW');
      const value = context.expression(bound.value, scope);
      const { type } = value;
      if (unit !== 'range' && !isInteger(type) && type.kind !== 'any') {
        context.report(
          'sql-type-mismatch',
          `expected a whole number of ${unit}, found ${formatType(type)}`,
          bound.value,
        );
      }
      // DuckDB takes what is not known to be positive, and gives null.
      const distance =
        bound.value.kind === 'number' || type.kind.startsWith('interval')
          ? value.sql
          : macroCall('frame_distance', [value.sql]);
      return { parts: [operand(distance), ` ${bound.kind.toUpperCase()}`], atomic: false };
    }
  }
}

/** Reports a RANGE of a distance that does not fit what the window is ordered by. */
function requireRangeOrder(context: Context, window: WindowSpecification, scope: Scope): void {
  const [item] = window.orderBy;
  if (item === undefined) return;
  const { type } = context.expression(item.expression, scope);
  const isTime = ['date', 'time', 'timestamp'].includes(type.kind);
  for (const bound of [window.frame?.from, window.frame?.to]) {
    if (bound?.kind !== 'preceding' && bound?.kind !== 'following') continue;
    const distance = context.expression(bound.value, scope).type;
    const isInterval = distance.kind.startsWith('interval');
    const fits =
      [type.kind, distance.kind].includes('any') ||
      (isTime || type.kind.startsWith('interval')
        ? isInterval
        : isNumeric(type) && isNumeric(distance));
    if (fits) continue;
    context.report(
      'sql-type-mismatch',
      `a RANGE of ${formatType(distance)} does not fit an order by ${formatType(type)}`,
      bound.value,
    );
  }
}

/** Returns `([base] [PARTITION BY …] [ORDER BY …] [frame])`. */
export function windowSql(context: Context, window: WindowSpecification, scope: Scope): Sql {
  const clauses: Sql[] = [];
  if (window.base) clauses.push(identifierSql(window.base));
  if (window.partitionBy.length > 0) {
    const keys = window.partitionBy.map((each) => {
      const value = context.expression(each, scope);
      requireGroupable(context, [value.type], each);
      return withoutNullInside(value.sql, value.type);
    });
    clauses.push({ parts: ['PARTITION BY ', joinSql(keys)], atomic: false });
  }
  clauses.push(...orderBySql(context, window.orderBy, scope));
  if (window.frame) {
    const { unit, from, to } = window.frame;
    if (unit === 'range') requireRangeOrder(context, window, scope);
    if (unit === 'range' && to?.kind === 'preceding' && !isWrittenOut(to.value)) {
      context.report(
        'sql-unsupported',
        'a RANGE that ends PRECEDING by what is not written out is not supported: DuckDB leaves rows out of it now and then where it is zero',
        to.value,
        'write the distance as a number or an interval',
      );
    }
    const bounds = [from, ...(to ? [to] : [])].map((bound) =>
      boundSql(context, bound, unit, scope),
    );
    const range = joinSql(bounds, ' AND ');
    clauses.push({
      parts: [`${unit.toUpperCase()} ${to ? 'BETWEEN ' : ''}`, range],
      atomic: false,
    });
  }
  return { parts: ['(', joinSql(clauses, ' '), ')'], atomic: true };
}

/** Returns what follows OVER. */
export function windowReferenceSql(context: Context, window: WindowReference, scope: Scope): Sql {
  return window.kind === 'name' ? identifierSql(window.name) : windowSql(context, window, scope);
}
