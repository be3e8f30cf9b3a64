import type { CallExpression, Expression, Span } from '../../../core/sql-syntax.js';
import { booleanType } from '../types/common.js';
import { enterSubquery } from './check-correlation.js';
import { translateCase } from './conditional.js';
import {
  translateArray,
  translateField,
  translateName,
  translateRow,
  translateSubscript,
} from './constructor.js';
import { translateCast } from './cast.js';
import { failedValue, makeValue, type Context, type Value } from './context.js';
import { joinSql, operand, raw, sql, type Sql } from './fragment.js';
import { translateJson } from './json.js';
import { translateLiteral } from './literal.js';
import { translateQuantified } from './quantified.js';
import { translateArithmetic, translateConcat, translateUnary } from './arithmetic.js';
import {
  translateBetween,
  translateComparison,
  translateDistinctFrom,
  translateInList,
  translateLike,
} from './predicate.js';
import { reportMismatch } from './report-mismatch.js';
import type { Scope } from './scope.js';

/** Returns a call that stands for a form with a syntax of its own. */
function callOf(name: string, args: readonly Expression[], span: Span): CallExpression {
  const { start, end } = span;
  return {
    kind: 'call',
    name,
    nameSpan: { start, end },
    args,
    star: false,
    distinct: false,
    orderBy: [],
    start,
    end,
  };
}

/** Translates a subquery that stands for one value. */
function translateScalarQuery(
  context: Context,
  syntax: Expression & { kind: 'subquery' },
  scope: Scope,
): Value {
  const inner = enterSubquery(scope, 'scalar', syntax.query, syntax);
  const query = context.query(syntax.query, inner);
  const [column, more] = query.columns;
  if (!query.open && (column === undefined || more !== undefined)) {
    context.report(
      'sql-unsupported',
      `expected a subquery of one column, found ${query.columns.length}`,
      syntax,
    );
    return failedValue(syntax);
  }
  const printed = { parts: ['(', query.sql, ')'], atomic: true };
  return makeValue(printed, column && !more ? column.type : { kind: 'any' }, syntax);
}

/** Translates an expression. Every kind of the tree has its case: what is not here does not pass. */
export function translateExpression(context: Context, syntax: Expression, scope: Scope): Value {
  switch (syntax.kind) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'string':
    case 'binary':
    case 'typed':
    case 'interval':
      return translateLiteral(context, syntax);
    case 'name':
      return translateName(context, syntax, scope);
    case 'field':
      return translateField(context, syntax, scope);
    case 'unary':
      return translateUnary(context, syntax, scope);
    case 'arithmetic':
      return translateArithmetic(context, syntax, scope);
    case 'concat':
      return translateConcat(context, syntax, scope);
    case 'comparison':
      return translateComparison(context, syntax, scope);
    case 'logical':
    case 'not':
      return translateLogical(context, syntax, scope);
    case 'is-null': {
      const value = context.expression(syntax.operand, scope);
      const words = raw(syntax.negated ? 'IS NOT NULL' : 'IS NULL');
      return makeValue(sql`${value.sql} ${words}`, booleanType, syntax, [value]);
    }
    case 'distinct-from':
      return translateDistinctFrom(context, syntax, scope);
    case 'between':
      return translateBetween(context, syntax, scope);
    case 'in-list':
      return translateInList(context, syntax, scope);
    case 'in-subquery':
    case 'quantified':
      return translateQuantified(context, syntax, scope);
    case 'like':
      return translateLike(context, syntax, scope);
    case 'exists': {
      const inner = enterSubquery(scope, 'exists', syntax.query, syntax);
      const query = context.query(syntax.query, inner);
      return makeValue({ parts: ['EXISTS (', query.sql, ')'], atomic: true }, booleanType, syntax);
    }
    case 'subquery':
      return translateScalarQuery(context, syntax, scope);
    case 'case':
      return translateCase(context, syntax, scope);
    case 'cast':
      return translateCast(context, syntax, scope);
    case 'call':
      return context.call(syntax, scope);
    case 'row':
      return translateRow(context, syntax, scope);
    case 'array':
      return translateArray(context, syntax, scope);
    case 'subscript':
      return translateSubscript(context, syntax, scope);
    case 'extract':
      return translateExtract(context, syntax, scope);
    case 'trim': {
      const name = { both: 'trim', leading: 'ltrim', trailing: 'rtrim' }[syntax.side];
      const args = [syntax.operand, ...(syntax.characters ? [syntax.characters] : [])];
      return context.call(callOf(name, args, syntax), scope);
    }
    case 'at-time-zone': {
      // at_timezone(date, …) is a call that Athena knows.
      const { type } = context.expression(syntax.operand, scope);
      if (type.kind === 'date') return reportMismatch(context, 'AT TIME ZONE', [type], syntax);
      return context.call(callOf('at_timezone', [syntax.operand, syntax.zone], syntax), scope);
    }
    case 'json-path':
    case 'json-object':
    case 'json-array':
      return translateJson(context, syntax, scope);
    case 'lambda':
      context.report(
        'sql-unsupported',
        'a lambda may stand only as the argument of a function',
        syntax,
      );
      return failedValue(syntax);
  }
}

/**
 * Trino evaluates AND and OR from left to right and stops when the result is clear; people rely on that
 * (`x <> 0 AND 1 / x > 1`). DuckDB may evaluate all terms, so a term that may fail waits for those before it.
 */
function guardTerms(values: readonly Value[], operator: 'and' | 'or'): readonly Sql[] {
  const [undecided, decided] =
    operator === 'and' ? ['IS NOT FALSE', 'false'] : ['IS NOT TRUE', 'true'];
  return values.map((value, index) => {
    const before = values.slice(0, index).filter((each) => !each.mayFail);
    if (!value.mayFail || before.length === 0) return operand(value.sql);
    const guard = joinSql(
      before.map((each) => operand(each.sql)),
      ` ${operator.toUpperCase()} `,
    );
    return sql`CASE WHEN ${guard} ${raw(undecided)} THEN ${value.sql} ELSE ${raw(decided)} END`;
  });
}

/** Notes the comparisons that a NOT turns round, through AND and OR. */
function negate(context: Context, condition: Expression): void {
  if (condition.kind === 'logical') condition.terms.forEach((term) => negate(context, term));
  if (['logical', 'comparison', 'not'].includes(condition.kind)) context.negated.add(condition);
}

function translateLogical(
  context: Context,
  syntax: Expression & { kind: 'logical' | 'not' },
  scope: Scope,
): Value {
  if (syntax.kind === 'not' && !context.negated.has(syntax)) negate(context, syntax.operand);
  const operands = syntax.kind === 'not' ? [syntax.operand] : syntax.terms;
  const values = operands.map((each) => context.expression(each, scope));
  const wrong = values.find(({ type }) => !['boolean', 'any', 'unknown'].includes(type.kind));
  if (wrong !== undefined) {
    const word = syntax.kind === 'not' ? 'NOT' : syntax.operator.toUpperCase();
    return reportMismatch(context, word, [wrong.type], wrong.syntax);
  }
  const terms = guardTerms(values, syntax.kind === 'not' ? 'and' : syntax.operator);
  const printed =
    syntax.kind === 'not'
      ? { parts: ['NOT ', joinSql(terms)], atomic: false }
      : joinSql(terms, ` ${syntax.operator.toUpperCase()} `);
  return makeValue(printed, booleanType, syntax, values);
}

/** The functions that EXTRACT's fields stand for. */
const extractFunctions: Readonly<Record<string, string>> = {
  year: 'year',
  quarter: 'quarter',
  month: 'month',
  week: 'week',
  day: 'day',
  day_of_month: 'day_of_month',
  day_of_week: 'day_of_week',
  dow: 'day_of_week',
  day_of_year: 'day_of_year',
  doy: 'day_of_year',
  year_of_week: 'year_of_week',
  yow: 'year_of_week',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
  timezone_hour: 'timezone_hour',
  timezone_minute: 'timezone_minute',
};

function translateExtract(
  context: Context,
  syntax: Expression & { kind: 'extract' },
  scope: Scope,
): Value {
  const name = extractFunctions[syntax.field];
  if (name === undefined) {
    context.report('sql-syntax', `there is no field '${syntax.field}' to extract`, syntax);
    return failedValue(syntax);
  }
  // hour(date) is a call that Athena knows, EXTRACT(HOUR FROM date) is none; so it is with the fields of a zone.
  const { type } = context.expression(syntax.operand, scope);
  const isWrong =
    (['hour', 'minute', 'second'].includes(name) && type.kind === 'date') ||
    (name.startsWith('timezone_') &&
      (type.kind === 'date' || (type.kind === 'timestamp' && !type.withZone)));
  if (isWrong) {
    return reportMismatch(context, `EXTRACT(${syntax.field.toUpperCase()})`, [type], syntax);
  }
  return context.call(callOf(name, [syntax.operand], syntax), scope);
}
