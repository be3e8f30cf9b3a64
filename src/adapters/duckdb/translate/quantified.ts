import type {
  Expression,
  InSubqueryExpression,
  QuantifiedExpression,
} from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import { commonType } from '../types/coercion.js';
import { anyType, booleanType, isFloating } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { enterSubquery } from './check-correlation.js';
import { coerceValue } from './cast.js';
import { coerceQuery, type ColumnChanges } from './coerce-query.js';
import { compareValues } from './compare.js';
import {
  failedValue,
  makeValue,
  type Context,
  type TranslatedQuery,
  type Value,
} from './context.js';
import { joinSql, raw, sql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import { reportMismatch } from './report-mismatch.js';
import type { Scope } from './scope.js';
import { structSql } from './struct.js';

type Quantified = InSubqueryExpression | QuantifiedExpression;

/**
 * How a value meets the rows of a subquery:
 * - `filter`: it must equal one of them, or its row is left out. Null and NaN equal nothing.
 * - `membership`: it is one of them or not. Trino looks for the value itself here: NaN, and nulls inside of it, are found.
 * - `comparison`: with other operators than these.
 */
type Meeting = 'filter' | 'membership' | 'comparison';

/**
 * Returns the parts of a condition that Trino turns into joins: those of its ANDs that a row must meet to stay. In them
 * IN compares as `=` does, elsewhere it does not.
 */
export function filteringTerms(condition: Expression): readonly Expression[] {
  if (condition.kind === 'logical' && condition.operator === 'and') {
    return condition.terms.flatMap(filteringTerms);
  }
  return isMembership(condition) ? [condition] : [];
}

function isMembership(syntax: Expression): syntax is Quantified {
  if (syntax.kind === 'in-subquery') return !syntax.negated;
  return syntax.kind === 'quantified' && syntax.operator === '=' && syntax.quantifier === 'any';
}

function meetingOf(syntax: Quantified, scope: Scope): Meeting {
  if (scope.filters?.includes(syntax)) return 'filter';
  const isOther = syntax.kind === 'in-subquery' || isMembership(syntax);
  const isNone =
    syntax.kind === 'quantified' && syntax.operator === '<>' && syntax.quantifier === 'all';
  return isOther || isNone ? 'membership' : 'comparison';
}

function wordsOf(syntax: Quantified): string {
  if (syntax.kind === 'in-subquery') return syntax.negated ? 'NOT IN' : 'IN';
  return `${syntax.operator} ${syntax.quantifier.toUpperCase()}`;
}

/** DuckDB holds NaN equal to itself and greater than all else. */
const nanChanges: Readonly<Record<Meeting, ColumnChanges>> = {
  filter: {
    condition: (column, type) =>
      isFloating(type) ? sql`(${column} IS NULL OR NOT isnan(${column}))` : undefined,
  },
  membership: {},
  comparison: {
    change: (column, type) => (isFloating(type) ? macroCall('no_nan', [column]) : column),
  },
};

/** Returns the types in which both sides meet, or `undefined` after reporting that they do not. */
function meetingTypes(
  context: Context,
  syntax: Quantified,
  items: readonly Value[],
  query: TranslatedQuery,
): readonly SqlType[] | undefined {
  if (query.open) return items.map(() => anyType);
  if (query.columns.length !== items.length) {
    const expected = items.length === 1 ? 'one column' : `${items.length} columns`;
    context.report(
      'sql-type-mismatch',
      `expected a subquery of ${expected}, found ${query.columns.length}`,
      syntax,
    );
    return undefined;
  }
  const operator = syntax.kind === 'quantified' ? syntax.operator : '=';
  const types = items.map((item, index): SqlType | undefined => {
    const other = makeValue(raw('NULL'), query.columns[index]?.type ?? anyType, syntax);
    const type = commonType(item.type, other.type);
    if (type !== undefined && compareValues(operator, item, other) !== undefined) return type;
    reportMismatch(context, wordsOf(syntax), [item.type, other.type], syntax);
    return undefined;
  });
  const known = types.flatMap((type) => type ?? []);
  return known.length < types.length ? undefined : known;
}

/** Returns what keeps the translation from being faithful, if there is anything. */
function findObstacle(
  meeting: Meeting,
  types: readonly SqlType[],
  query: TranslatedQuery,
): string | undefined {
  if (types.length > 1 && meeting === 'comparison') return 'rows';
  if (types.length > 1 && meeting === 'membership' && query.open) {
    return 'rows, when not all columns of the subquery are known';
  }
  const isInterval = ({ kind }: SqlType): boolean => kind.startsWith('interval');
  if (meeting === 'comparison' && types.some(isInterval)) return 'intervals';
  const isNested = ({ kind }: SqlType): boolean =>
    ['row', 'map'].includes(kind) || (kind === 'array' && meeting !== 'membership');
  return types.some(isNested) ? 'arrays, maps and rows' : undefined;
}

/** Translates IN and comparisons with ANY or ALL of a subquery's rows. */
export function translateQuantified(context: Context, syntax: Quantified, scope: Scope): Value {
  const left: Expression = syntax.kind === 'quantified' ? syntax.left : syntax.operand;
  const inner = enterSubquery(scope, 'membership', syntax.query, syntax);
  const query = context.query(syntax.query, inner);
  const parts = left.kind === 'row' ? left.items : [left];
  const items = parts.map((item) => context.expression(item, scope));
  const types = meetingTypes(context, syntax, items, query);
  if (types === undefined) return failedValue(syntax);
  const meeting = meetingOf(syntax, scope);
  const obstacle = findObstacle(meeting, types, query);
  if (obstacle !== undefined) {
    context.report(
      'sql-unsupported',
      `${wordsOf(syntax)} with a subquery is not supported for ${obstacle}`,
      syntax,
      `write EXISTS (SELECT … WHERE a ${syntax.kind === 'quantified' ? syntax.operator : '='} b)`,
    );
    return failedValue(syntax);
  }
  const changes = nanChanges[meeting];
  const coerced = items.map((item, index): Sql => {
    const type = types[index] ?? anyType;
    const value = coerceValue(item, type);
    return changes.change?.(value, type) ?? value;
  });
  // DuckDB finds nulls inside of a structure, as Trino does, and does not find them inside of a tuple.
  const names = coerced.map((_, index) => rowFieldName(undefined, index));
  const isStructure = coerced.length > 1 && meeting === 'membership';
  const pack = (columns: readonly Sql[]): Sql => structSql(names, columns);
  const rows = coerceQuery(context, query, types, { ...changes, ...(isStructure && { pack }) });
  const tuple: Sql = { parts: ['(', joinSql(coerced), ')'], atomic: true };
  const tested = isStructure ? pack(coerced) : tuple;
  return makeValue(
    { parts: [tested, ` ${wordsOf(syntax)} (`, rows ?? query.sql, ')'], atomic: false },
    booleanType,
    syntax,
    items,
  );
}
