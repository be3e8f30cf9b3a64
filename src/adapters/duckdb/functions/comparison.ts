import { compareValues } from '../translate/compare.js';
import { callSql, joinSql, operand, raw, sql, type Sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { isFloating, partsOf } from '../types/common.js';
import {
  refusal,
  rewrite,
  type Argument,
  type FunctionCall,
  type FunctionFamily,
  type Refusal,
  type Rewritten,
} from './rule.js';

/** Returns the value, or null if one of the arguments is. */
function presentSql(args: readonly Sql[], value: Sql): Sql {
  const missing = joinSql(
    args.map((each) => sql`${operand(each)} IS NULL`),
    ' OR ',
  );
  return sql`CASE WHEN NOT (${missing}) THEN ${value} END`;
}

/** Compares arrays and rows one after the other, as Trino does: it fails where a null inside decides. */
function compareNested(
  call: FunctionCall,
  name: 'greatest' | 'least',
): ((args: readonly Sql[]) => Sql) | Refusal {
  const [best, next] = [call.freshName('best'), call.freshName('next')];
  const side = (printed: Sql): Argument => ({ ...call.arg(0), sql: printed, type: call.type });
  const compared = compareValues(name === 'least' ? '<=' : '>=', side(best), side(next));
  if (compared === undefined) return refusal('the order of these values is not supported');
  return (args) =>
    sql`list_reduce([${args}], lambda ${best}, ${next}: CASE WHEN ${compared} THEN ${best} ELSE ${next} END)`;
}

/**
 * greatest and least. DuckDB's leave nulls out; in Trino one null makes the result null. Not-a-number loses against any
 * number, while DuckDB takes it for the greatest.
 */
function extreme(name: 'greatest' | 'least'): (call: FunctionCall) => Rewritten {
  return (call) => {
    const [, ...parts] = partsOf(call.type);
    if ([call.type, ...parts].some(({ kind }) => kind === 'map' || kind === 'json')) {
      return refusal('maps and JSON have no order, as in Athena');
    }
    if (parts.some(isFloating)) {
      return refusal('of arrays and rows with floating point numbers it is not supported');
    }
    const nested = parts.length > 0 && call.args.length > 1 ? compareNested(call, name) : undefined;
    if (nested !== undefined && 'refusal' in nested) return nested;
    return call.stableArgs((args) => {
      const [first] = args;
      if (first === undefined || args.length === 1) return first ?? raw('NULL');
      if (nested !== undefined) return presentSql(args, nested(args));
      const mayBeNan = isFloating(call.type) || call.type.kind === 'any';
      const compared = mayBeNan ? args.map((each) => macroCall('not_nan', [each])) : args;
      const found = mayBeNan
        ? callSql('coalesce', [callSql(name, compared), first])
        : callSql(name, compared);
      return presentSql(args, found);
    });
  };
}

/** Trino's comparison functions. Operators are in `translate/compare.ts`. */
export const comparisonFunctions: FunctionFamily = {
  name: 'comparison',
  rules: {
    greatest: rewrite(extreme('greatest')),
    least: rewrite(extreme('least')),
  },
  macros: {
    // For any type: the text of NaN is tested, because isnan() takes only floating point numbers.
    not_nan: [
      `(x) AS CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT') AND CAST(x AS VARCHAR) IN ('nan', '-nan') THEN NULL ELSE x END`,
    ],
  },
};
