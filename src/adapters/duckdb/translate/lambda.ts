import type { LambdaExpression } from '../../../core/sql-syntax.js';
import type { SqlType } from '../../../core/sql-type.js';
import type { Argument } from '../functions/rule.js';
import { anyType } from '../types/common.js';
import { freeName, type Context } from './context.js';
import { joinSql, type Sql } from './fragment.js';
import type { LambdaParameter, Scope } from './scope.js';

/**
 * Translates a lambda whose parameters have these types. Parameters get names that no column has, made from the lambda's
 * depth, so that equal lambdas (in SELECT and GROUP BY) stay equal.
 */
export function translateLambda(
  context: Context,
  syntax: LambdaExpression,
  parameterTypes: readonly SqlType[],
  scope: Scope,
): Argument {
  const depth = scope.lambdaDepth + 1;
  const parameters: Sql[] = [];
  const known = new Map<string, LambdaParameter>(scope.lambdaParameters);
  syntax.parameters.forEach(({ value }, index) => {
    const name = /^[a-z_]\w*$/i.test(value) ? value.toLowerCase() : 'x';
    const sql = freeName(context, `${name}_${depth}_${index + 1}`);
    parameters.push(sql);
    known.set(value.toLowerCase(), { sql, type: parameterTypes[index] ?? anyType });
  });
  const body = context.expression(syntax.body, {
    ...scope,
    lambdaParameters: known,
    lambdaDepth: depth,
  });
  return {
    sql: { parts: ['lambda ', joinSql(parameters), ': ', body.sql], atomic: false },
    type: { kind: 'function', parameters: parameterTypes, result: body.type },
    syntax,
    volatile: body.volatile,
    mayFail: body.mayFail,
    mayOverflow: body.mayOverflow,
    failed: body.failed,
    lambda: { parameters, parameterTypes, body: body.sql, bodyType: body.type },
  };
}

/** The type of a lambda before it is translated: only the number of its parameters is known. */
export function lambdaShape(syntax: LambdaExpression): SqlType {
  return {
    kind: 'function',
    parameters: syntax.parameters.map(() => anyType),
    result: anyType,
  };
}
