import type {
  CommonTable,
  Query,
  QueryBody,
  RelationSyntax,
  Span,
} from '../../../core/sql-syntax.js';
import { formatType } from '../../../core/sql-type.js';
import { canCoerce } from '../types/coercion.js';
import { coerceQuery } from './coerce-query.js';
import { identifierSql } from './constructor.js';
import { freeName, type Context, type TranslatedQuery } from './context.js';
import { joinSql, raw, sql, stringSql, type Sql } from './fragment.js';
import { macroCall } from './macro-call.js';
import type { RelationColumns } from './scope.js';
import { nodesOfKind } from './syntax-nodes.js';

/** Trino gives up after so many steps; Athena has no way to allow more. */
const mostSteps = 10;

function countReferences(root: Span, name: string): number {
  return nodesOfKind<RelationSyntax, 'table'>(root, 'table').filter(
    ({ name: { parts } }) => parts.length === 1 && parts[0]?.value.toLowerCase() === name,
  ).length;
}

/**
 * Returns whether a table of WITH RECURSIVE refers to itself. Reports what Trino does not take: a table without names for
 * its columns, another form than a UNION of a first part and of one that refers to the table once.
 */
export function isRecursive(context: Context, table: CommonTable): boolean {
  const { name, columns, query } = table;
  if (columns === undefined) {
    context.report(
      'sql-syntax',
      `expected names for the columns of '${name.value}': WITH RECURSIVE needs them`,
      name,
      `write ${name.value}(a, b) AS (…)`,
    );
    return false;
  }
  const count = (root: Span): number => countReferences(root, name.value.toLowerCase());
  if (count(query) === 0) return false;
  const { body } = query;
  const isUnion =
    body.kind === 'set-operation' && body.operator === 'union' && query.with === undefined;
  if (isUnion && count(body.left) === 0 && count(body.right) === 1) {
    requirePlainStep(context, table, body.right);
    return true;
  }
  context.report(
    'sql-syntax',
    `expected the recursive '${name.value}' to be a UNION of a part without it and of one that reads it once`,
    name,
  );
  return false;
}

/** Whether a table is read in FROM, on a side of a join whose rows all go on. */
function isReadPlainly(body: QueryBody, name: string): boolean {
  const inRelation = (relation: RelationSyntax): boolean => {
    switch (relation.kind) {
      case 'table':
        return countReferences(relation, name) > 0;
      case 'aliased':
        return inRelation(relation.relation);
      case 'subquery':
        return isReadPlainly(relation.query.body, name);
      case 'join':
        return (
          (['inner', 'cross', 'left'].includes(relation.type) && inRelation(relation.left)) ||
          (['inner', 'cross', 'right'].includes(relation.type) && inRelation(relation.right))
        );
      case 'unnest':
        return false;
    }
  };
  switch (body.kind) {
    case 'select':
      return body.from.some(inRelation);
    case 'nested':
      return isReadPlainly(body.query.body, name);
    case 'set-operation':
      return (
        body.operator === 'union' &&
        [body.left, body.right].some((side) => isReadPlainly(side, name))
      );
    case 'table':
      return true;
    case 'values':
      return false;
  }
}

/** Reports a step that Trino does not take: the table in a subquery or behind an outer join, an order of the whole. */
function requirePlainStep(context: Context, { name, query }: CommonTable, step: QueryBody): void {
  if (query.orderBy.length > 0 || query.limit !== undefined || query.offset !== undefined) {
    context.report(
      'sql-unsupported',
      `a recursive query takes no ORDER BY, LIMIT or OFFSET of its own in Athena`,
      query.orderBy[0] ?? name,
      `put it where '${name.value}' is read`,
    );
  }
  // A table of WITH inside of the step may be what reads it.
  const hasTables = nodesOfKind<Query, 'query'>(step, 'query').some((each) => each.with);
  if (hasTables || isReadPlainly(step, name.value.toLowerCase())) return;
  context.report(
    'sql-unsupported',
    `Athena reads the recursive '${name.value}' in FROM only, and not on the side of an outer join that may have no row`,
    name,
    'join it by JOIN, or LEFT JOIN others to it',
  );
}

/** Reports columns of the step that Trino does not turn into those of the base. */
export function requireStepTypes(
  context: Context,
  base: RelationColumns,
  step: RelationColumns,
  at: Span,
): void {
  if (base.open || step.open) return;
  step.columns.forEach(({ type }, index) => {
    const wanted = base.columns[index]?.type;
    const isUncertain = type.kind === 'varchar' && type.inexact === true;
    if (wanted === undefined || isUncertain || canCoerce(type, wanted)) return;
    context.report(
      'sql-type-mismatch',
      `column ${index + 1} of a recursive query is ${formatType(wanted)} at first, and ${formatType(type)} then`,
      at,
      `in the first part write CAST(… AS ${formatType(type)})`,
    );
  });
}

/**
 * Returns the tables of WITH for a recursion by UNION ALL: one that counts its steps and ends the query when they are too
 * many, as Trino does, and after it the one that the author wrote.
 */
export function countedRecursion(
  context: Context,
  table: CommonTable,
  base: TranslatedQuery,
  step: TranslatedQuery,
): Sql {
  const name = identifierSql(table.name);
  const [counted, level, next, one] = ['counted', 'level', 'next', 'step'].map((each) =>
    freeName(context, `${table.name.value.replace(/\W/g, '_')}_${each}`),
  ) as [Sql, Sql, Sql, Sql];
  const columns = joinSql((table.columns ?? []).map(identifierSql));
  const authored: Sql = {
    parts: [name, '(', columns, ') AS (SELECT ', columns, ' FROM ', counted, ')'],
    atomic: false,
  };
  const types = base.columns.map(({ type }) => type);
  const stepSql = coerceQuery(context, step, types) ?? step.sql;
  const tooMany = macroCall('fail', [
    stringSql(`Recursion depth limit exceeded (${mostSteps})`),
    level,
  ]);
  const parts: readonly (string | Sql)[] = [
    counted,
    '(',
    columns,
    ', ',
    level,
    ') AS (SELECT *, 0 FROM (',
    base.sql,
    ') UNION ALL SELECT ',
    one,
    '.*, ',
    sql`CASE WHEN ${level} <= ${raw(String(mostSteps))} THEN ${level} ELSE ${tooMany} END`,
    ' FROM (WITH ',
    authored,
    ' ',
    stepSql,
    ') AS ',
    one,
    ' CROSS JOIN (SELECT max(',
    level,
    ') + 1 FROM ',
    counted,
    ') AS ',
    next,
    '(',
    level,
    ')), ',
    authored,
  ];
  return { parts, atomic: false };
}
