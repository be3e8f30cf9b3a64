import type { Expression, Query, SortItem } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import type { Context, Value } from './context.js';
import { joinSql, nameSql, plainText, raw, type Sql } from './fragment.js';
import { sortItemSql } from './order.js';
import type { RelationColumns, Scope } from './scope.js';

/** What `FETCH FIRST n ROWS WITH TIES` is written over. */
interface TiedBody extends RelationColumns {
  readonly sql: Sql;
  readonly sqlWith?: (more: readonly Sql[]) => Sql;
  readonly orderScope: Scope;
  readonly distinctOutputs?: readonly Value[];
}

/** A key of the order: a column of the result, or one that is added to it. */
interface Key {
  readonly column?: number;
  readonly value?: Value;
  readonly type: SqlType;
}

/** Returns the place of the result's column that an ORDER BY item stands for, by number, by name or, in a SELECT DISTINCT, by its text. */
function findColumn(context: Context, expression: Expression, body: TiedBody): number | undefined {
  if (body.open) return undefined;
  if (expression.kind === 'number') {
    const place = Number(expression.text) - 1;
    return body.columns[place] === undefined ? undefined : place;
  }
  if (expression.kind === 'name') {
    const name = expression.name.value.toLowerCase();
    const place = body.columns.findIndex((column) => column.name?.toLowerCase() === name);
    if (place >= 0) return place;
  }
  const outputs = body.distinctOutputs;
  // With a star, places are not those of the list of expressions.
  if (outputs === undefined || outputs.length !== body.columns.length) return undefined;
  const text = plainText(context.expression(expression, body.orderScope).sql).toLowerCase();
  const place = outputs.findIndex((output) => plainText(output.sql).toLowerCase() === text);
  return place < 0 ? undefined : place;
}

function findKey(context: Context, { expression }: SortItem, body: TiedBody): Key {
  const column = findColumn(context, expression, body);
  if (column !== undefined) return { column, type: body.columns[column]?.type ?? { kind: 'any' } };
  if (body.open && expression.kind === 'number') {
    context.report(
      'sql-unsupported',
      'WITH TIES by the number of a column needs a relation whose columns are known',
      expression,
      'name the column',
    );
  }
  if (body.distinctOutputs !== undefined) {
    context.report(
      'sql-unsupported',
      'WITH TIES of a SELECT DISTINCT by an expression beside a star is not supported',
      expression,
      'name the columns, and order by one of them',
    );
  }
  const value = context.expression(expression, body.orderScope);
  return { value, type: value.type };
}

/**
 * Returns the rows of `FETCH FIRST n ROWS WITH TIES` as a query without ORDER BY, and the keys to put after that: DuckDB has no
 * such clause, so the rows are ranked by the keys, which become columns of a query inside. Skipped rows (OFFSET) count, as they do
 * in Trino. `undefined` if Trino takes no ties there, which is reported.
 */
export function tiesSql(
  context: Context,
  syntax: Query,
  body: TiedBody,
): { readonly sql: Sql; readonly keys: readonly Sql[] } | undefined {
  const problem =
    syntax.orderBy.length === 0
      ? 'FETCH FIRST … WITH TIES needs an ORDER BY'
      : Number(syntax.limit) < 1
        ? 'FETCH FIRST … WITH TIES takes a number of rows that is greater than zero'
        : undefined;
  if (problem !== undefined) {
    context.report('sql-syntax', problem, syntax);
    return undefined;
  }
  const keys = syntax.orderBy.map((item) => findKey(context, item, body));
  const columnSql = (index: number): Sql => raw(`stedi_column_${index + 1}`);
  const keySql = (key: Key, index: number): Sql =>
    key.column === undefined ? raw(`stedi_key_${index + 1}`) : columnSql(key.column);
  const added = keys.flatMap((key, index) => (key.value ? [{ key, index, value: key.value }] : []));
  const more = added.map(({ key, index, value }) =>
    joinSql([value.sql, keySql(key, index)], ' AS '),
  );
  const inner =
    body.sqlWith?.(more) ??
    (more.length === 0
      ? body.sql
      : { parts: ['SELECT *, ', joinSql(more), ' FROM (', body.sql, ')'], atomic: false });
  const ordered = keys.map((key, index) => {
    const item = syntax.orderBy[index];
    return item === undefined
      ? keySql(key, index)
      : sortItemSql(keySql(key, index), item, key.type);
  });
  const addedNames = added.map(({ key, index }) => keySql(key, index));
  const outputs = body.columns.map(({ name }, index) =>
    joinSql([columnSql(index), nameSql(name ?? `_col${index}`)], ' AS '),
  );
  const renamed = joinSql([...body.columns.map((_, index) => columnSql(index)), ...addedNames]);
  const last = BigInt(syntax.limit ?? 1) + BigInt(syntax.offset ?? 0);
  const selected: Sql = body.open
    ? { parts: ['* EXCLUDE (', joinSql(addedNames), ')'], atomic: false }
    : joinSql(outputs);
  const list: readonly (string | Sql)[] = body.open ? [] : ['(', renamed, ')'];
  return {
    keys: ordered,
    sql: {
      parts: [
        ...['SELECT ', selected, ' FROM (', inner, ') AS stedi_tied', ...list],
        ...[' QUALIFY rank() OVER (ORDER BY ', joinSql(ordered), `) <= ${last}`],
      ],
      atomic: false,
    },
  };
}
