import type { CaseExpression, Expression } from '../../../core/sql-syntax.js';
import { commonType, commonTypeOf } from '../types/coercion.js';
import { anyType, unknownType } from '../types/common.js';
import { coerceValue } from './cast.js';
import { compareValues } from './compare.js';
import { makeValue, type Context, type Value } from './context.js';
import { joinSql, sql, type Sql } from './fragment.js';
import { reportMismatch } from './report-mismatch.js';
import type { Scope } from './scope.js';

/** Reports a condition that is not boolean. */
function requireBoolean(context: Context, value: Value, syntax: Expression): void {
  if (!['boolean', 'any', 'unknown'].includes(value.type.kind)) {
    context.report('sql-type-mismatch', `expected a condition, found ${value.type.kind}`, syntax);
  }
}

/** Translates CASE. The operand of a simple CASE becomes a comparison in each branch. */
export function translateCase(context: Context, syntax: CaseExpression, scope: Scope): Value {
  const subject = syntax.operand && context.expression(syntax.operand, scope);
  const branches = syntax.branches.map(({ when, then }) => ({
    when: context.expression(when, scope),
    then: context.expression(then, scope),
  }));
  const otherwise = syntax.otherwise && context.expression(syntax.otherwise, scope);
  const results = [...branches.map(({ then }) => then), ...(otherwise ? [otherwise] : [])];
  const type = commonTypeOf([unknownType, ...results.map((value) => value.type)]);
  if (type === undefined) {
    return reportMismatch(
      context,
      'CASE',
      results.map((value) => value.type),
      syntax,
    );
  }
  const printed = branches.map(({ when, then }): Sql => {
    if (subject === undefined) requireBoolean(context, when, when.syntax);
    else if (commonType(subject.type, when.type) === undefined) {
      reportMismatch(context, 'CASE', [subject.type, when.type], when.syntax);
    }
    const condition = subject === undefined ? when.sql : compareValues('=', subject, when);
    return sql`WHEN ${condition ?? when.sql} THEN ${coerceValue(then, type)}`;
  });
  const tail = otherwise ? sql` ELSE ${coerceValue(otherwise, type)}` : joinSql([]);
  const values = [
    ...(subject ? [subject] : []),
    ...branches.flatMap(({ when, then }) => [when, then]),
    ...(otherwise ? [otherwise] : []),
  ];
  const simple = printed.length === 0 ? anyType : type;
  return makeValue(
    { parts: ['CASE ', joinSql(printed, ' '), tail, ' END'], atomic: true },
    simple,
    syntax,
    values,
  );
}
