import type { SqlType } from '../../../core/sql-type.js';
import { coerceValue } from './cast.js';
import { freeName, type Context, type TranslatedQuery } from './context.js';
import { joinSql, nameSql, type Sql } from './fragment.js';

/**
 * Returns the query with its columns as the types that Trino gives them where they meet others (in a set operation, in
 * IN), or `undefined` if DuckDB does that by itself. `change` may do more with a column.
 */
export function coerceQuery(
  context: Context,
  query: TranslatedQuery,
  types: readonly SqlType[],
  change: (column: Sql, type: SqlType) => Sql = (column) => column,
): Sql | undefined {
  if (query.open) return undefined;
  const inner = query.columns.map((_, index) => freeName(context, `c${index}`));
  const outer = query.columns.map((column, index): Sql => {
    const type = types[index] ?? column.type;
    const name = inner[index] ?? nameSql('');
    return change(coerceValue({ sql: name, type: column.type }, type), type);
  });
  if (outer.every((column, index) => column === inner[index])) return undefined;
  const printed = outer.map((column, index) =>
    joinSql([column, nameSql(query.columns[index]?.name ?? `_col${index}`)], ' AS '),
  );
  return {
    parts: [
      'SELECT ',
      joinSql(printed),
      ' FROM (',
      query.sql,
      ') AS ',
      freeName(context, 'side'),
      '(',
      joinSql(inner),
      ')',
    ],
    atomic: false,
  };
}
