import { bindLambda } from '../translate/bind-lambda.js';
import { raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { structSql } from '../translate/struct.js';
import { anyType, sameType } from '../types/common.js';
import { sortedSql } from './array-order.js';
import { isNested, nullable } from './collection.js';
import { isNull, typedNull } from './datetime-moment.js';
import {
  refusal,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Refusal,
  type Rewritten,
} from './rule.js';

/** A translated lambda. */
export interface Lambda extends NonNullable<Argument['lambda']> {
  readonly first: Sql;
  readonly second: Sql;
  readonly third: Sql;
}

/** Applies `write` to the lambda at `index`; a variable or anything else in its place is refused. */
export function withLambda(
  call: FunctionCall,
  index: number,
  write: (lambda: Lambda) => Rewritten,
): Rewritten {
  const argument = call.arg(index);
  if (argument.lambda === undefined) {
    return refusal('it takes a lambda', 'write x -> …', argument.syntax);
  }
  const [first = raw('_'), second = raw('_'), third = raw('_')] = argument.lambda.parameters;
  return write({ ...argument.lambda, first, second, third });
}

/** The name of a lambda's parameter for one more value; it is free where the parameter is. */
function related(parameter: Sql, word: string): Sql {
  return { parts: [parameter, `_${word}`], atomic: true };
}

/** Whether a lambda's body is nothing but its parameter. */
function isOnly(body: Sql, parameter: Sql): boolean {
  if (body === parameter) return true;
  const inner = body.parts.filter((part) => typeof part === 'string' || 'parts' in part);
  const [only] = inner;
  return (
    inner.length === 1 && typeof only === 'object' && 'parts' in only && isOnly(only, parameter)
  );
}

/** A function whose lambda takes one element: DuckDB's with another name. */
function each(name: string): FunctionRule {
  return nullable((call) => sql`${raw(name)}(${call.arg(0).sql}, ${call.arg(1).sql})`);
}

/** any_match and its like, by three-valued logic. */
function match(name: string): FunctionRule {
  return nullable((call) =>
    macroCall(name, [sql`list_transform(${call.arg(0).sql}, ${call.arg(1).sql})`]),
  );
}

/**
 * array_sort. With a comparator the elements are inserted one after the other, in the order of arguments in which Java's
 * binary insertion calls it, so that elements that it calls equal keep their order.
 */
function sort(call: FunctionCall): Rewritten {
  const items = call.arg(0);
  if (call.args.length === 1) return sortedSql(items);
  return withLambda(call, 1, (lambda) => {
    const { first, second } = lambda;
    const sorted = related(first, 'sorted');
    const before = macroCall('comes_before', [bindLambda(lambda, [sql`${first}[1]`, second])]);
    const insert = sql`list_filter(${sorted}, lambda ${second}: NOT ${before}) || ${first} || list_filter(${sorted}, lambda ${second}: ${before})`;
    const singles = sql`list_transform(${items.sql}, lambda ${first}: [${first}])`;
    return sql`CASE WHEN len(${items.sql}) > 1 THEN list_reduce(${singles}, lambda ${sorted}, ${first}: ${insert}) ELSE ${items.sql} END`;
  });
}

function zipWith(call: FunctionCall): Rewritten {
  const [left, right] = [call.arg(0).sql, call.arg(1).sql];
  return withLambda(call, 2, (lambda) => {
    const body = bindLambda(lambda, [sql`${lambda.first}[1]`, sql`${lambda.first}[2]`]);
    return sql`CASE WHEN ${left} IS NOT NULL AND ${right} IS NOT NULL THEN list_transform(list_zip(${left}, ${right}), lambda ${lambda.first}: ${body}) END`;
  });
}

/** A pair of a state of `reduce` and an element. */
function stateSql(state: Sql, item: Sql): Sql {
  return structSql(['state', 'item'], [state, item]);
}

/** The state of `reduce` after the last element. */
function reducedState(call: FunctionCall, lambda: Lambda): Sql | Refusal {
  const [items, start] = [call.arg(0), call.arg(1)];
  const [state = anyType, element = anyType] = lambda.parameterTypes;
  const { first, second } = lambda;
  const initial = state.kind === 'any' ? start.sql : call.cast(start, state);
  if ('refusal' in initial) return initial;
  if (sameType(state, element) && state.kind !== 'any' && !isNested(state)) {
    // With a constant initial state of its own, DuckDB 1.5 takes the columns in the lambda's body from other rows.
    return sql`list_reduce([${initial}] || ${items.sql}, lambda ${first}, ${second}: ${lambda.body})`;
  }
  // DuckDB's reduce has states of the elements' type, so the elements become pairs of a state and an element.
  const typed =
    state.kind === 'any'
      ? sql`CASE WHEN true THEN ${initial} ELSE ${bindLambda(lambda, [initial, sql`list_extract(${items.sql}, 1)`])} END`
      : initial;
  const pairs = sql`[${stateSql(typed, raw('NULL'))}] || list_transform(${items.sql}, lambda ${second}: ${stateSql(raw('NULL'), second)})`;
  const body = bindLambda(lambda, [
    sql`struct_extract(${first}, 'state')`,
    sql`struct_extract(${second}, 'item')`,
  ]);
  return sql`struct_extract(list_reduce(${pairs}, lambda ${first}, ${second}: ${stateSql(body, raw('NULL'))}), 'state')`;
}

function reduce(call: FunctionCall): Rewritten {
  const items = call.arg(0);
  if (isNull(items)) return typedNull(call.type);
  return withLambda(call, 2, (step) =>
    withLambda(call, 3, (output) => {
      const state = reducedState(call, step);
      if ('refusal' in state) return state;
      if (isOnly(output.body, output.first)) return state;
      return sql`CASE WHEN ${items.sql} IS NOT NULL THEN list_transform([${state}], lambda ${output.first}: ${output.body})[1] END`;
    }),
  );
}

/** Functions of arrays that take lambdas. */
export const lambdaFunctions: FunctionFamily = {
  name: 'lambda',
  rules: {
    all_match: match('all_true_of'),
    any_match: match('any_true_of'),
    array_sort: nullable(sort),
    filter: each('list_filter'),
    none_match: match('none_true_of'),
    reduce: rewrite(reduce),
    transform: each('list_transform'),
    zip_with: nullable(zipWith),
  },
  macros: {
    all_true_of: [
      '(results) AS list_reduce(results, lambda stedi_all, stedi_result: stedi_all AND stedi_result, true)',
    ],
    any_true_of: [
      '(results) AS list_reduce(results, lambda stedi_any, stedi_result: stedi_any OR stedi_result, false)',
    ],
    none_true_of: ['(results) AS NOT stedi_trino.any_true_of(results)'],
    comes_before: [
      `(order_of) AS CASE order_of WHEN -1 THEN true WHEN 0 THEN false WHEN 1 THEN false
        ELSE stedi_trino.fail('Lambda comparator must return either -1, 0, or 1', true) END`,
    ],
  },
};
