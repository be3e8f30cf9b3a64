import type {
  FrameBound,
  SortItem,
  WindowReference,
  WindowSpecification,
} from '../../../core/sql-syntax.js';
import { identifierSql } from './constructor.js';
import type { Context } from './context.js';
import { joinSql, operand, raw, type Sql } from './fragment.js';
import type { Scope } from './scope.js';

/** Returns `expression [DESC] NULLS LAST`: Trino puts nulls last in both directions unless told otherwise. */
export function sortItemSql(printed: Sql, item: SortItem): Sql {
  const direction = item.descending ? ' DESC' : '';
  const nulls = item.nulls === 'first' ? 'NULLS FIRST' : 'NULLS LAST';
  return { parts: [printed, `${direction} ${nulls}`], atomic: false };
}

/** Returns `ORDER BY …`, or nothing. */
export function orderBySql(
  context: Context,
  items: readonly SortItem[],
  scope: Scope,
): readonly Sql[] {
  if (items.length === 0) return [];
  const printed = items.map((item) =>
    sortItemSql(context.expression(item.expression, scope).sql, item),
  );
  return [{ parts: ['ORDER BY ', joinSql(printed)], atomic: false }];
}

function boundSql(context: Context, bound: FrameBound, scope: Scope): Sql {
  switch (bound.kind) {
    case 'unbounded-preceding':
      return raw('UNBOUNDED PRECEDING');
    case 'unbounded-following':
      return raw('UNBOUNDED FOLLOWING');
    case 'current-row':
      return raw('CURRENT ROW');
    case 'preceding':
    case 'following': {
      const value = context.expression(bound.value, scope);
      return { parts: [operand(value.sql), ` ${bound.kind.toUpperCase()}`], atomic: false };
    }
  }
}

/** Returns `([base] [PARTITION BY …] [ORDER BY …] [frame])`. */
export function windowSql(context: Context, window: WindowSpecification, scope: Scope): Sql {
  const clauses: Sql[] = [];
  if (window.base) clauses.push(identifierSql(window.base));
  if (window.partitionBy.length > 0) {
    const keys = window.partitionBy.map((each) => context.expression(each, scope).sql);
    clauses.push({ parts: ['PARTITION BY ', joinSql(keys)], atomic: false });
  }
  clauses.push(...orderBySql(context, window.orderBy, scope));
  if (window.frame) {
    const { unit, from, to } = window.frame;
    const bounds = [from, ...(to ? [to] : [])].map((bound) => boundSql(context, bound, scope));
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
