import type {
  CommonTable,
  Expression,
  Query,
  QueryBody,
  SetOperation,
  ValuesBody,
} from '../../../core/sql-syntax.js';
import { commonType } from '../types/coercion.js';
import { anyType, unknownType } from '../types/common.js';
import { checkCorrelatedValues } from './check-correlation.js';
import { coerceValue } from './cast.js';
import { coerceQuery } from './coerce-query.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { identifierSql, rowField } from './constructor.js';
import { makeValue, type Context, type TranslatedQuery, type Value } from './context.js';
import { joinSql, markedSql, nameSql, raw, type Sql } from './fragment.js';
import { requireGroupable } from './grouping.js';
import { reportMismatch } from './report-mismatch.js';
import { countedRecursion, isRecursive, requireStepTypes } from './recursive-table.js';
import { isOrderedInside } from './order.js';
import { findTable, qualifiedNameSql, renameColumns } from './relation.js';
import type { Column, RelationColumns, Scope } from './scope.js';
import { orderItemSql, requireDistinctOrder, translateSelect } from './select.js';
import { tiesSql } from './with-ties.js';

/** A translated body, and the scope for the ORDER BY after it. */
interface TranslatedBody extends TranslatedQuery {
  readonly orderScope: Scope;
  /** What a SELECT DISTINCT selects, stars left out. */
  readonly distinctOutputs?: readonly Value[];
  /** Of a SELECT: returns it with further columns. */
  readonly sqlWith?: (more: readonly Sql[]) => Sql;
}

/** How a query is to be printed. */
export interface QueryOptions {
  /** VALUES alone, without names for its columns. */
  readonly bareValues?: boolean;
}

function resultScope(scope: Scope, result: RelationColumns): Scope {
  return { ...scope, relations: [{ names: [], ...result }], outer: scope };
}

function columnAt(context: Context, rows: readonly (readonly Value[])[], index: number): Column {
  const cells = rows.flatMap((row) => row[index] ?? []);
  const type = cells.reduce((merged, cell) => {
    const common = commonType(merged, cell.type);
    if (common === undefined) reportMismatch(context, 'VALUES', [merged, cell.type], cell.syntax);
    return common ?? anyType;
  }, unknownType);
  return { type };
}

/** Returns the values of one row of VALUES. An expression of type row gives one for each field. */
function valuesOfRow(context: Context, row: Expression, scope: Scope): readonly Value[] {
  if (row.kind === 'row') return row.items.map((cell) => context.expression(cell, scope));
  const value = context.expression(row, scope);
  if (value.type.kind !== 'row') return [value];
  return value.type.fields.map((field, index) =>
    makeValue(rowField(value.sql, rowFieldName(field.name, index)), field.type, row, [value]),
  );
}

function translateValues(
  context: Context,
  syntax: ValuesBody,
  scope: Scope,
  options: QueryOptions,
): TranslatedBody {
  const rows = syntax.rows.map((row) => valuesOfRow(context, row, scope));
  checkCorrelatedValues(context, syntax, scope);
  const width = rows[0]?.length ?? 0;
  const uneven = syntax.rows.find((_, index) => rows[index]?.length !== width);
  if (uneven) {
    context.report('sql-syntax', `expected ${width} values, as in the first row`, uneven);
  }
  const columns = Array.from({ length: width }, (_, index) => columnAt(context, rows, index));
  const printed = rows.map((row): Sql => {
    const cells = row.map((cell, index) => coerceValue(cell, columns[index]?.type ?? anyType));
    return markedSql(
      { parts: ['(', joinSql(cells), ')'], atomic: true },
      row[0]?.syntax.start ?? 0,
    );
  });
  const values: Sql = { parts: ['VALUES ', joinSql(printed)], atomic: false };
  const names = columns.map((_, index) => nameSql(`_col${index}`));
  return {
    sql: options.bareValues
      ? values
      : { parts: ['SELECT * FROM (', values, ') AS _values(', joinSql(names), ')'], atomic: false },
    columns,
    open: false,
    orderScope: resultScope(scope, { columns, open: false }),
  };
}

function mergeColumns(
  context: Context,
  syntax: SetOperation,
  left: RelationColumns,
  right: RelationColumns,
): RelationColumns {
  if (left.open || right.open) {
    return {
      columns: left.columns.map(({ name }) => ({
        ...(name !== undefined && { name }),
        type: anyType,
      })),
      open: left.open,
    };
  }
  if (left.columns.length !== right.columns.length) {
    context.report(
      'sql-syntax',
      `expected ${left.columns.length} columns on both sides of ${syntax.operator.toUpperCase()}, found ${right.columns.length}`,
      syntax.right,
    );
  }
  const columns = left.columns.map((column, index): Column => {
    const other = right.columns[index]?.type ?? anyType;
    const type = commonType(column.type, other);
    if (type === undefined) {
      const name = column.name ?? String(index + 1);
      context.report(
        'sql-type-mismatch',
        `column ${name} of ${syntax.operator.toUpperCase()} is ${column.type.kind} on one side and ${other.kind} on the other`,
        syntax.right,
        'add a CAST',
      );
    }
    return { ...(column.name !== undefined && { name: column.name }), type: type ?? anyType };
  });
  return { columns, open: false };
}

/** Returns one side of a set operation, its columns in the types of the whole. */
function sideSql(
  context: Context,
  body: QueryBody,
  side: TranslatedBody,
  merged: RelationColumns,
): Sql {
  const types = merged.columns.map((column) => column.type);
  const coerced = merged.open ? undefined : coerceQuery(context, side, types);
  if (coerced !== undefined) return coerced;
  return body.kind === 'set-operation' ? { parts: ['(', side.sql, ')'], atomic: true } : side.sql;
}

function translateSetOperation(
  context: Context,
  syntax: SetOperation,
  scope: Scope,
): TranslatedBody {
  const side: Scope = syntax.operator === 'union' ? { ...scope, inUnion: true } : scope;
  const left = translateBody(context, syntax.left, side, {});
  const right = translateBody(context, syntax.right, side, {});
  const merged = mergeColumns(context, syntax, left, right);
  if (syntax.distinct || syntax.operator !== 'union') {
    requireGroupable(
      context,
      merged.columns.map((column) => column.type),
      syntax.right,
    );
  }
  const words = `${syntax.operator.toUpperCase()}${syntax.distinct ? '' : ' ALL'}`;
  return {
    sql: joinSql(
      [
        sideSql(context, syntax.left, left, merged),
        markedSql(raw(words), syntax.right.start),
        sideSql(context, syntax.right, right, merged),
      ],
      ' ',
    ),
    ...merged,
    orderScope: resultScope(scope, merged),
  };
}

function translateBody(
  context: Context,
  syntax: QueryBody,
  scope: Scope,
  options: QueryOptions,
): TranslatedBody {
  switch (syntax.kind) {
    case 'select':
      return translateSelect(context, syntax, scope);
    case 'set-operation':
      return translateSetOperation(context, syntax, scope);
    case 'values':
      return translateValues(context, syntax, scope, options);
    case 'table': {
      const table = findTable(context, syntax.name, scope);
      const printed: Sql = {
        parts: ['SELECT * FROM ', qualifiedNameSql(syntax.name)],
        atomic: false,
      };
      return { sql: printed, ...table, orderScope: resultScope(scope, table) };
    }
    case 'nested': {
      const query = translateQuery(context, syntax.query, scope);
      return {
        ...query,
        sql: { parts: ['(', query.sql, ')'], atomic: true },
        orderScope: resultScope(scope, query),
      };
    }
  }
}

/** Translates a table of WITH, and tells what may be known of it. */
function translateCommonTable(
  context: Context,
  table: CommonTable,
  scope: Scope,
): { readonly sql: Sql; readonly result: RelationColumns } {
  const query = translateQuery(context, table.query, scope);
  const list = table.columns ? [raw('('), joinSql(table.columns.map(identifierSql)), raw(')')] : [];
  return {
    sql: markedSql(
      { parts: [identifierSql(table.name), ...list, ' AS (', query.sql, ')'], atomic: false },
      table.start,
    ),
    result: renameColumns(context, query, table.columns),
  };
}

/** Translates a table of WITH RECURSIVE: in its second part its name stands for the columns of the first. */
function translateRecursiveTable(
  context: Context,
  table: CommonTable,
  scope: Scope,
): { readonly sql: Sql; readonly result: RelationColumns } {
  const { body } = table.query;
  if (!isRecursive(context, table) || body.kind !== 'set-operation') {
    return translateCommonTable(context, table, scope);
  }
  const base = translateBody(context, body.left, scope, {});
  const result = renameColumns(context, base, table.columns);
  const inner = withTable(scope, table, result);
  const step = translateBody(context, body.right, inner, {});
  requireStepTypes(context, base, step, body.right);
  if (body.distinct) return { ...translateCommonTable(context, table, inner), result };
  return { sql: markedSql(countedRecursion(context, table, base, step), table.start), result };
}

/** Returns the scope with one more table of WITH. */
function withTable(scope: Scope, table: CommonTable, result: RelationColumns): Scope {
  const commonTables = new Map(scope.commonTables).set(table.name.value.toLowerCase(), result);
  return { ...scope, commonTables };
}

/** DuckDB orders the result of a set operation by its columns alone, not by expressions of them. */
function orderableBody(syntax: Query, body: TranslatedBody): Sql {
  const isSelect = syntax.body.kind === 'select';
  const isPlain =
    syntax.orderBy.every(({ expression }) => ['name', 'number'].includes(expression.kind)) &&
    (syntax.orderBy.length === 0 || !body.columns.some(({ type }) => isOrderedInside(type)));
  return isSelect || isPlain
    ? body.sql
    : { parts: ['SELECT * FROM (', body.sql, ')'], atomic: false };
}

/** Translates a query. `scope` is that of the query around it. */
export function translateQuery(
  context: Context,
  syntax: Query,
  scope: Scope,
  options: QueryOptions = {},
): TranslatedQuery {
  let inner = scope;
  const tables: Sql[] = [];
  for (const table of syntax.with?.tables ?? []) {
    const translate = syntax.with?.recursive ? translateRecursiveTable : translateCommonTable;
    const { sql, result } = translate(context, table, inner);
    tables.push(sql);
    inner = withTable(inner, table, result);
  }
  const body = translateBody(context, syntax.body, inner, options);
  const clauses: Sql[] = [];
  if (tables.length > 0) {
    const words = syntax.with?.recursive ? 'WITH RECURSIVE ' : 'WITH ';
    clauses.push({ parts: [words, joinSql(tables)], atomic: false });
  }
  const ties = syntax.withTies ? tiesSql(context, syntax, body) : undefined;
  clauses.push(ties?.sql ?? orderableBody(syntax, body));
  if (syntax.orderBy.length > 0) {
    const items = syntax.orderBy.map((item) => orderItemSql(context, item, body.orderScope, body));
    if (body.distinctOutputs) requireDistinctOrder(context, syntax.orderBy, body);
    const start = syntax.orderBy[0]?.start ?? syntax.start;
    const keys = joinSql(ties?.keys ?? items);
    clauses.push({ parts: [markedSql(raw('ORDER BY '), start), keys], atomic: false });
  }
  if (syntax.limit !== undefined && ties === undefined) clauses.push(raw(`LIMIT ${syntax.limit}`));
  if (syntax.offset !== undefined) clauses.push(raw(`OFFSET ${syntax.offset}`));
  return { sql: joinSql(clauses, ' '), columns: body.columns, open: body.open };
}
