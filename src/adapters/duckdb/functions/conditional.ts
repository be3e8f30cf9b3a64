import { callSql, joinSql, sql } from '../translate/fragment.js';
import { trySql } from '../translate/try.js';
import { compareValues } from '../translate/compare.js';
import {
  refusal,
  rewrite,
  type FunctionCall,
  type FunctionFamily,
  type Rewritten,
} from './rule.js';

/** DuckDB's nullif takes NaN for equal to NaN, and compares rows and arrays in its own way. */
function nullif(call: FunctionCall): Rewritten {
  const [value, other] = [call.arg(0), call.arg(1)];
  const isPlain = ![value, other].some(({ type }) =>
    ['real', 'double', 'char', 'array', 'map', 'row'].includes(type.kind),
  );
  const equal = compareValues('=', value, other);
  if (equal === undefined) return refusal('its arguments cannot be compared', 'add a CAST');
  return isPlain
    ? callSql('nullif', [value.sql, other.sql])
    : sql`CASE WHEN ${equal} THEN NULL ELSE ${value.sql} END`;
}

/** Trino's conditional functions, which have the form of a call. */
export const conditionalFunctions: FunctionFamily = {
  name: 'conditional',
  rules: {
    coalesce: rewrite((call) =>
      callSql(
        'coalesce',
        call.args.map((argument) => argument.sql),
      ),
    ),
    if: rewrite((call) => {
      const [condition, then, otherwise] = call.args.map((argument) => argument.sql);
      if (condition === undefined || then === undefined) return joinSql([]);
      return otherwise === undefined
        ? sql`CASE WHEN ${condition} THEN ${then} END`
        : sql`CASE WHEN ${condition} THEN ${then} ELSE ${otherwise} END`;
    }),
    nullif: rewrite(nullif, { returns: ([first]) => first }),
    try: rewrite((call) => {
      const { sql: value, syntax } = call.arg(0);
      const endsAloud =
        syntax.kind === 'json-path' &&
        [syntax.onError, syntax.onEmpty].some((behavior) => behavior?.kind === 'error');
      return endsAloud
        ? refusal('it does not catch the errors of JSON functions', 'use NULL ON ERROR', syntax)
        : trySql(value, call.freshName('try'), syntax);
    }),
  },
};
