import type { SqlType } from '../../../core/sql-type.js';
import { coerceValue } from './cast.js';
import { freeName, type Context, type TranslatedQuery } from './context.js';
import { joinSql, nameSql, type Sql } from './fragment.js';

/** What else is to happen to the columns of a query. */
export interface ColumnChanges {
  /** Returns the column as it is to be selected. */
  readonly change?: (column: Sql, type: SqlType) => Sql;
  /** Makes one column of all. */
  readonly pack?: (columns: readonly Sql[]) => Sql;
  /** Returns a condition that rows must meet because of this column, if there is one. */
  readonly condition?: (column: Sql, type: SqlType) => Sql | undefined;
}

/**
 * Returns the query with its columns in the types that Trino gives them where they meet others (in a set operation, in
 * IN), or `undefined` if DuckDB does all that by itself.
 */
export function coerceQuery(
  context: Context,
  query: TranslatedQuery,
  types: readonly SqlType[],
  { change = (column) => column, condition, pack }: ColumnChanges = {},
): Sql | undefined {
  if (query.open) return undefined;
  const typeAt = (index: number): SqlType => types[index] ?? { kind: 'any' };
  const inner = query.columns.map((_, index) => freeName(context, `c${index}`));
  const outer = inner.map((name, index) => {
    const type = query.columns[index]?.type ?? typeAt(index);
    return change(coerceValue({ sql: name, type }, typeAt(index)), typeAt(index));
  });
  const conditions = inner.flatMap((name, index) => condition?.(name, typeAt(index)) ?? []);
  const isSame = outer.every((column, index) => column === inner[index]);
  if (isSame && conditions.length === 0 && pack === undefined) return undefined;
  const names = query.columns.map((column, index) => nameSql(column.name ?? `_col${index}`));
  const selected = pack
    ? [pack(outer)]
    : outer.map((column, index) => joinSql([column, ...names.slice(index, index + 1)], ' AS '));
  const source = ['(', query.sql, ') AS ', freeName(context, 'side'), '(', joinSql(inner), ')'];
  const where = conditions.length > 0 ? [' WHERE ', joinSql(conditions, ' AND ')] : [];
  return { parts: ['SELECT ', joinSql(selected), ' FROM ', ...source, ...where], atomic: false };
}
