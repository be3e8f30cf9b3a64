import type {
  Expression,
  GroupBy,
  GroupingElement,
  Select,
  SelectItem,
  SortItem,
} from '../../../core/sql-syntax.js';
import { suggest } from '../../../core/suggest.js';
import { checkCorrelatedSelect } from './check-correlation.js';
import { identifierSql, qualifiersOf, rowField } from './constructor.js';
import type { Context, Value } from './context.js';
import { booleanType, isFloating } from '../types/common.js';
import { rowFieldName } from '../types/duckdb-type.js';
import { joinSql, markedSql, nameSql, operand, plainText, raw, sql, type Sql } from './fragment.js';
import { requireGroupable } from './grouping.js';
import { isOrderedInside, requireOrderable, sortItemSql, windowSql } from './order.js';
import { filteringTerms } from './quantified.js';
import { nodesOfKind } from './syntax-nodes.js';
import { translateFrom, type TranslatedRelation } from './relation.js';
import {
  findRelation,
  resolveName,
  type Column,
  type LambdaParameter,
  type RelationColumns,
  type Scope,
} from './scope.js';

/** What a select item gives. */
interface Output extends RelationColumns {
  readonly sql: Sql;
  /** The expression of an item that is no star. */
  readonly value?: Value;
}

/** A translated SELECT, and the scope in which its ORDER BY is read. */
export interface TranslatedSelect extends RelationColumns {
  readonly sql: Sql;
  readonly orderScope: Scope;
  /** The expressions of a SELECT DISTINCT: its ORDER BY may use nothing else. */
  readonly distinctOutputs?: readonly Value[];
  /** Returns the SELECT with further columns after its own. */
  readonly sqlWith: (more: readonly Sql[]) => Sql;
}

/** Returns the name that Trino gives a column: its alias, the last of the names it consists of, or none. */
export function columnName(item: SelectItem & { kind: 'expression' }): string | undefined {
  if (item.alias) return item.alias.value;
  if (item.expression.kind === 'name') return item.expression.name.value;
  if (item.expression.kind === 'field' && qualifiersOf(item.expression) !== undefined) {
    return item.expression.field.value;
  }
  return undefined;
}

function translateItem(
  context: Context,
  item: SelectItem & { kind: 'expression' },
  index: number,
  scope: Scope,
): Output {
  const value = context.expression(item.expression, scope);
  const name = columnName(item);
  const alias = item.alias ? identifierSql(item.alias) : nameSql(name ?? `_col${index}`);
  const keepsName = item.alias === undefined && item.expression.kind === 'name';
  return {
    sql: keepsName ? value.sql : joinSql([value.sql, alias], ' AS '),
    columns: [{ ...(name !== undefined && { name }), type: value.type }],
    open: false,
    value,
  };
}

/** Translates `*`. Columns of USING come first, as in Trino. */
function translateStar(
  context: Context,
  item: SelectItem & { kind: 'star' },
  from: TranslatedRelation,
  relationCount: number,
): Output {
  const open = from.relations.some((relation) => relation.open);
  const all = from.relations.flatMap((relation) => relation.columns);
  if (from.relations.length === 0) context.report('sql-syntax', '* needs a FROM clause', item);
  if (from.using.length === 0) return { sql: raw('*'), columns: all, open };
  if (relationCount > 1) {
    context.report(
      'sql-unsupported',
      '* over a JOIN with USING next to other relations is not supported',
      item,
      'name the columns, or write CROSS JOIN instead of the comma',
    );
  }
  const names = from.using.filter(
    ({ value }, index) =>
      from.using.findIndex((other) => other.value.toLowerCase() === value.toLowerCase()) === index,
  );
  const list = joinSql(names.map(identifierSql));
  return {
    sql: { parts: [list, ', * EXCLUDE (', list, ')'], atomic: false },
    columns: all,
    open,
  };
}

/** Translates `t.*` and `row.*`. */
function translateQualifiedStar(
  context: Context,
  item: SelectItem & { kind: 'star' },
  base: Expression,
  scope: Scope,
): Output {
  const qualifiers = qualifiersOf(base);
  const relation =
    qualifiers &&
    findRelation(
      scope,
      qualifiers.map(({ value }) => value),
    );
  if (qualifiers !== undefined && relation !== undefined) {
    const name = joinSql([...qualifiers].reverse().map(identifierSql), '.');
    const hidden = (relation.hidden ?? []).map((column) => nameSql(column));
    const star: Sql = {
      parts: [name, '.*', ...(hidden.length > 0 ? [' EXCLUDE (', joinSql(hidden), ')'] : [])],
      atomic: true,
    };
    return renameStar(context, item, star, name, relation);
  }
  const [only] = qualifiers?.length === 1 ? (qualifiers ?? []) : [];
  if (only !== undefined && resolveName(scope, only.value).kind === 'missing') {
    const names = scope.relations.flatMap(({ names: [first] }) => first ?? []);
    const meant = suggest(only.value, names);
    context.report(
      'column-not-found',
      `there is no table or row '${only.value}' here`,
      base,
      meant === undefined ? undefined : `did you mean '${meant}'?`,
    );
    return { sql: raw('*'), columns: [], open: true };
  }
  const value = context.expression(base, scope);
  if (value.type.kind !== 'row') {
    if (!value.failed)
      context.report('sql-type-mismatch', 'expected a table or a row before .*', base);
    return { sql: raw('*'), columns: [], open: true };
  }
  const columns = value.type.fields.map(({ name, type }): Column => ({
    ...(name !== undefined && { name }),
    type,
  }));
  const fields = value.type.fields.map(({ name }, index): Sql => {
    const field = rowFieldName(name, index);
    const alias = item.aliases?.[index];
    return joinSql(
      [rowField(value.sql, field), alias ? identifierSql(alias) : nameSql(field)],
      ' AS ',
    );
  });
  return { sql: joinSql(fields), ...renamed(item, columns, false) };
}

function renamed(
  item: SelectItem & { kind: 'star' },
  columns: readonly Column[],
  open: boolean,
): RelationColumns {
  const { aliases } = item;
  if (aliases === undefined) return { columns, open };
  return {
    columns: columns.map((column, index) => {
      const name = aliases[index]?.value ?? column.name;
      return { ...(name !== undefined && { name }), type: column.type };
    }),
    open,
  };
}

function renameStar(
  context: Context,
  item: SelectItem & { kind: 'star' },
  star: Sql,
  base: Sql,
  relation: RelationColumns,
): Output {
  const { aliases } = item;
  if (aliases === undefined) return { sql: star, columns: relation.columns, open: relation.open };
  const names = relation.columns.flatMap((column) => column.name ?? []);
  if (relation.open || names.length !== aliases.length) {
    context.report(
      'sql-unsupported',
      relation.open
        ? 'AS (…) after .* needs a relation whose columns are known'
        : `expected ${names.length} column names, found ${aliases.length}`,
      item,
      'name the columns one by one',
    );
  }
  const columns = names.map((name, index): Sql => {
    const alias = aliases[index];
    const column: Sql = { parts: [base, '.', nameSql(name)], atomic: true };
    return alias ? joinSql([column, identifierSql(alias)], ' AS ') : column;
  });
  return { sql: joinSql(columns), ...renamed(item, relation.columns, relation.open) };
}

/** Whether an expression is a column's name, not an expression nor the field of a row. */
function isColumnReference(syntax: Expression, scope: Scope): boolean {
  if (syntax.kind === 'name') return true;
  const qualifiers = syntax.kind === 'field' ? qualifiersOf(syntax.base) : undefined;
  const names = qualifiers?.map(({ value }) => value);
  return names !== undefined && findRelation(scope, names) !== undefined;
}

function groupingElementSql(
  context: Context,
  element: GroupingElement,
  scope: Scope,
  outputs: readonly Output[],
): Sql {
  const key = (syntax: Expression): Sql => {
    const value = context.expression(syntax, scope);
    const output = syntax.kind === 'number' ? outputs[Number(syntax.text) - 1] : undefined;
    requireGroupable(context, [output?.value?.type ?? value.type], syntax);
    return value.sql;
  };
  const keys = (expressions: readonly Expression[]): Sql => joinSql(expressions.map(key));
  const inParentheses = (list: Sql): Sql => ({ parts: ['(', list, ')'], atomic: true });
  if (element.kind === 'simple') {
    const [only, ...more] = element.expressions;
    return only !== undefined && more.length === 0
      ? key(only)
      : inParentheses(keys(element.expressions));
  }
  const words = element.kind === 'grouping-sets' ? 'GROUPING SETS' : element.kind.toUpperCase();
  const wrong = element.sets.flat().find((each) => !isColumnReference(each, scope));
  if (wrong !== undefined) {
    context.report(
      'sql-syntax',
      `expected a column in ${words}, found an expression`,
      wrong,
      'compute it in a subquery, and group by its name',
    );
  }
  const sets = joinSql(element.sets.map((set) => inParentheses(keys(set))));
  return { parts: [`${words} (`, sets, ')'], atomic: true };
}

function groupBySql(
  context: Context,
  groupBy: GroupBy,
  scope: Scope,
  outputs: readonly Output[],
): Sql {
  if (groupBy.distinct && groupBy.elements.length > 1) {
    context.report('sql-unsupported', 'GROUP BY DISTINCT is not supported', groupBy);
  }
  return joinSql(
    groupBy.elements.map((element) => groupingElementSql(context, element, scope, outputs)),
  );
}

/**
 * In ORDER BY a name is first a column of the result. DuckDB does the same for a bare name, but not inside an
 * expression, so there the result's expression takes the name's place.
 */
function orderScopeOf(scope: Scope, outputs: readonly Output[]): Scope {
  const names = new Map<string, LambdaParameter>(scope.lambdaParameters);
  for (const { value, columns } of outputs) {
    const name = columns[0]?.name;
    if (value === undefined || name === undefined) continue;
    const isSameColumn =
      value.syntax.kind === 'name' && value.syntax.name.value.toLowerCase() === name.toLowerCase();
    if (!isSameColumn) names.set(name.toLowerCase(), { sql: operand(value.sql), type: value.type });
  }
  return { ...scope, lambdaParameters: names };
}

/** Reports grouping() in ORDER BY of a name that the result has too: Trino takes it for the result's, and fails. */
function requireGroupingOfSource(
  context: Context,
  expression: Expression,
  { columns }: RelationColumns,
): void {
  const calls = nodesOfKind<Expression, 'call'>(expression, 'call');
  for (const argument of calls
    .filter(({ name }) => name === 'grouping')
    .flatMap(({ args }) => args)) {
    if (argument.kind !== 'name') continue;
    const { value } = argument.name;
    if (!columns.some(({ name }) => name?.toLowerCase() === value.toLowerCase())) continue;
    context.report(
      'sql-unsupported',
      `Athena does not take grouping(${value}) in ORDER BY, where '${value}' is a column of the result`,
      argument,
      `select it, as in grouping(${value}) AS level, and order by that`,
    );
  }
}

/** Returns an ORDER BY item: the number of a column, the name of a column of the result, or an expression. */
export function orderItemSql(
  context: Context,
  item: SortItem,
  orderScope: Scope,
  columns: RelationColumns,
): Sql {
  const { expression } = item;
  if (expression.kind === 'name') {
    const { value: name } = expression.name;
    const [column, ...others] = columns.columns.filter(
      (each) => each.name?.toLowerCase() === name.toLowerCase(),
    );
    if (column !== undefined && others.length > 0) {
      context.report(
        'column-ambiguous',
        `more than one column of the result is named '${name}'`,
        expression,
        'give them different names, or order by the number of the column',
      );
    }
    if (column !== undefined) {
      requireOrderable(context, column.type, expression);
      return isOrderedInside(column.type)
        ? sortItemSql(context.expression(expression, orderScope).sql, item, column.type)
        : sortItemSql(identifierSql(expression.name), item, column.type);
    }
  }
  const numbered =
    expression.kind === 'number' && !columns.open
      ? columns.columns[Number(expression.text) - 1]
      : undefined;
  if (numbered !== undefined) {
    requireOrderable(context, numbered.type, expression);
    // Where nulls come first, so does NaN, which needs the column's name.
    if ((item.nulls === 'first' && isFloating(numbered.type)) || isOrderedInside(numbered.type)) {
      const { name } = numbered;
      const named = columns.columns.filter(
        (each) => each.name?.toLowerCase() === name?.toLowerCase(),
      );
      if (name !== undefined && named.length === 1) {
        if (isFloating(numbered.type)) return sortItemSql(nameSql(name), item, numbered.type);
        const { start, end } = expression;
        const byName: Expression = {
          ...{ kind: 'name', name: { value: name, quoted: true, start, end } },
          ...{ start, end },
        };
        return sortItemSql(context.expression(byName, orderScope).sql, item, numbered.type);
      }
      context.report(
        'sql-unsupported',
        isFloating(numbered.type)
          ? 'NULLS FIRST by the number of a column of floating-point numbers that has no name of its own'
          : 'an order by the number of a column of arrays or rows that has no name of its own is not supported',
        expression,
        'give the column a name with AS',
      );
    }
  }
  requireGroupingOfSource(context, expression, columns);
  const value = context.expression(expression, orderScope);
  requireOrderable(context, value.type, expression);
  // DuckDB refuses an order that is the same for all rows; Trino takes it.
  const isConstant = ['string', 'null', 'boolean'].includes(expression.kind);
  if (isConstant) return sortItemSql(sql`${value.sql} IS NULL`, item, booleanType);
  return sortItemSql(value.sql, item, value.type);
}

/** Reports an ORDER BY of a SELECT DISTINCT that uses what is not selected. */
export function requireDistinctOrder(
  context: Context,
  items: readonly SortItem[],
  body: RelationColumns & Pick<TranslatedSelect, 'distinctOutputs' | 'orderScope'>,
): void {
  if (body.open) return;
  const outputs = body.distinctOutputs ?? [];
  const isOutput = (name: string): boolean =>
    body.columns.some((column) => column.name?.toLowerCase() === name.toLowerCase());
  const textOf = (value: Value): string => plainText(value.sql).toLowerCase();
  for (const { expression } of items) {
    if (expression.kind === 'number') continue;
    const [name] = [qualifiersOf(expression)?.at(0)?.value];
    if (name !== undefined && isOutput(name)) continue;
    const names = nodesOfKind<Expression, 'name'>(expression, 'name');
    const isSelected =
      (expression.kind === 'name' || !names.some((each) => isOutput(each.name.value))) &&
      outputs.some(
        (output) => textOf(output) === textOf(context.expression(expression, body.orderScope)),
      );
    if (isSelected) continue;
    context.report(
      'sql-syntax',
      'expected a selected column: ORDER BY of a SELECT DISTINCT may use nothing else',
      expression,
      'select it, or order by the number of a column',
    );
  }
}

/** Translates a SELECT. `outer` is the scope of the query around it. */
export function translateSelect(context: Context, syntax: Select, outer: Scope): TranslatedSelect {
  const base: Scope = { ...outer, relations: [], outer };
  const from = translateFrom(context, syntax.from, base);
  const scope: Scope = { ...base, relations: from.relations };
  checkCorrelatedSelect(context, syntax, scope);
  let place = 0;
  const outputs = syntax.items.map((item): Output => {
    const output =
      item.kind === 'expression'
        ? translateItem(context, item, place, scope)
        : item.base === undefined
          ? translateStar(context, item, from, syntax.from.length)
          : translateQualifiedStar(context, item, item.base, scope);
    place += Math.max(1, output.columns.length);
    return { ...output, sql: markedSql(output.sql, item.start) };
  });
  if (syntax.distinct) {
    const types = outputs.flatMap((output) => output.columns.map((column) => column.type));
    requireGroupable(context, types, syntax.items[0] ?? syntax);
  }
  const selecting = (more: readonly Sql[]): Sql => ({
    parts: [
      markedSql(raw(syntax.distinct ? 'SELECT DISTINCT ' : 'SELECT '), syntax.start),
      joinSql([...outputs.map((output) => output.sql), ...more]),
    ],
    atomic: false,
  });
  const clauses: Sql[] = [];
  const clause = (words: string, body: Sql, at: number): void => {
    clauses.push({ parts: [markedSql(raw(words), at), ' ', body], atomic: false });
  };
  const [firstRelation] = syntax.from;
  if (firstRelation) clause('FROM', from.sql, firstRelation.start);
  if (syntax.where) {
    clause('WHERE', conditionSql(context, syntax.where, scope), syntax.where.start);
  }
  if (syntax.groupBy)
    clause('GROUP BY', groupBySql(context, syntax.groupBy, scope, outputs), syntax.groupBy.start);
  if (syntax.having) {
    clause('HAVING', conditionSql(context, syntax.having, scope), syntax.having.start);
  }
  const [firstWindow] = syntax.windows;
  if (firstWindow) {
    const windows = syntax.windows.map(({ name, window }) =>
      joinSql([identifierSql(name), windowSql(context, window, scope)], ' AS '),
    );
    clause('WINDOW', joinSql(windows), firstWindow.name.start);
  }
  const sqlWith = (more: readonly Sql[]): Sql => joinSql([selecting(more), ...clauses], ' ');
  return {
    sql: sqlWith([]),
    sqlWith,
    columns: outputs.flatMap((output) => output.columns),
    open: outputs.some((output) => output.open),
    orderScope: orderScopeOf(scope, outputs),
    ...(syntax.distinct && { distinctOutputs: outputs.flatMap((output) => output.value ?? []) }),
  };
}

function conditionSql(context: Context, condition: Expression, scope: Scope): Sql {
  const filters = filteringTerms(condition);
  const value = context.expression(condition, { ...scope, filters });
  if (!['boolean', 'any', 'unknown'].includes(value.type.kind)) {
    context.report(
      'sql-type-mismatch',
      `expected a condition, found ${value.type.kind}`,
      condition,
    );
  }
  return value.sql;
}
