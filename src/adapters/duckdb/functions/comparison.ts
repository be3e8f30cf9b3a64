import { callSql, joinSql, operand, raw, sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { isFloating, partsOf } from '../types/common.js';
import {
  refusal,
  rewrite,
  type FunctionCall,
  type FunctionFamily,
  type Rewritten,
} from './rule.js';

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
    return call.stableArgs((args) => {
      const [first] = args;
      if (first === undefined || args.length === 1) return first ?? raw('NULL');
      const mayBeNan = isFloating(call.type) || call.type.kind === 'any';
      const compared = mayBeNan ? args.map((each) => macroCall('not_nan', [each])) : args;
      const found = mayBeNan
        ? callSql('coalesce', [callSql(name, compared), first])
        : callSql(name, compared);
      const missing = joinSql(
        args.map((each) => sql`${operand(each)} IS NULL`),
        ' OR ',
      );
      return sql`CASE WHEN NOT (${missing}) THEN ${found} END`;
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
