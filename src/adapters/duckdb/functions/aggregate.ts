import { checksumMacros, checksumRule } from './checksum.js';
import type { SqlType } from '../../../core/sql-type.js';
import { callSql, joinSql, raw, sql, stringSql, type Sql } from '../translate/fragment.js';
import { limitCall, macroCall } from '../translate/macro-call.js';
import { plainCast } from '../translate/plain-cast.js';
import { canCoerce } from '../types/coercion.js';
import { isFloating, isInteger, partsOf } from '../types/common.js';
import { limitSql } from './engine-limits.js';
import { numericHistogramMacros, numericHistogramRule } from './numeric-histogram.js';
import {
  literalString,
  refuse,
  refusal,
  rewrite,
  same,
  type FunctionCall,
  type FunctionFamily,
  type FunctionRule,
  type Rewritten,
} from './rule.js';

/** Returns the value as exactly this type, where DuckDB has it. */
function castTo(value: Sql, type: SqlType): Sql {
  const cast = plainCast(value, type);
  return 'parts' in cast ? cast : value;
}

function argumentsOf(call: FunctionCall): readonly Sql[] {
  return call.args.map((argument) => argument.sql);
}

/** `{key: k, value: v}` */
function entrySql(key: Sql, value: Sql): Sql {
  return { parts: ['struct_pack(key := ', key, ', value := ', value, ')'], atomic: true };
}

/** DuckDB sums integers into HUGEINT and reals into DOUBLE. The cast fails on overflow, as Trino does. */
function sum(call: FunctionCall): Rewritten {
  const { type, sql: value } = call.arg(0);
  if (type.kind === 'interval day to second') {
    const total = castTo(call.aggregate('sum', [callSql('epoch_ms', [value])]), { kind: 'bigint' });
    return sql`to_microseconds(${total} * 1000)`;
  }
  if (type.kind === 'interval year to month') {
    return sql`to_months(${castTo(call.aggregate('sum', [macroCall('interval_months', [value])]), { kind: 'integer' })})`;
  }
  const total = call.aggregate('sum', [value]);
  if (type.kind === 'any') return macroCall('sum_of_any', [total]);
  // Ten thousand million values of at most 28 digits stay below 38.
  if (type.kind === 'decimal' && type.precision > 28) return macroCall('sum_of_decimals', [total]);
  // Over a window Trino does not find that a sum leaves the range.
  if (isInteger(type) && call.syntax.over !== undefined) return macroCall('sum_over', [total]);
  return isInteger(type) || type.kind === 'real' ? castTo(total, call.type) : total;
}

/** Averages of decimals stay decimals, rounded half up; those of reals stay reals. */
function avg(call: FunctionCall): Rewritten {
  const { type, sql: value } = call.arg(0);
  if (type.kind === 'decimal') {
    const quotient = macroCall('divide_rounded', [
      macroCall('unscaled', [call.aggregate('sum', [value])]),
      sql`CAST(${call.aggregate('count', [value])} AS HUGEINT)`,
    ]);
    const digits =
      type.scale === 0 ? quotient : macroCall('with_point', [quotient, raw(String(type.scale))]);
    const count = call.aggregate('count', [value]);
    return sql`CASE WHEN ${count} > 0 THEN ${castTo(digits, type)} END`;
  }
  if (type.kind === 'interval day to second') {
    const ms = call.aggregate('avg', [callSql('epoch_ms', [value])]);
    return sql`to_microseconds(CAST(round(${ms}) AS BIGINT) * 1000)`;
  }
  if (type.kind === 'interval year to month') {
    const months = call.aggregate('avg', [macroCall('interval_months', [value])]);
    return sql`to_months(CAST(round(${months}) AS INTEGER))`;
  }
  if (type.kind === 'any') return call.aggregate('avg', [macroCall('no_decimal', [value])]);
  const average = call.aggregate('avg', [value]);
  return type.kind === 'real' ? castTo(average, type) : average;
}

/**
 * A variance or the like. DuckDB fails on values that are not finite, or leaves them out; in Trino they make the result
 * `hollow`, from a `fewest` number of values on. Integers and decimals are finite.
 */
function ofFinite(
  call: FunctionCall,
  hollow: 'NaN' | 'NULL',
  fewest: number,
  write: (args: readonly Sql[]) => Sql,
): Sql {
  const args = argumentsOf(call);
  if (!call.args.some(({ type }) => isFloating(type) || type.kind === 'any')) return write(args);
  const isFinite = joinSql(
    args.map((each) => sql`isfinite(CAST(${each} AS DOUBLE))`),
    ' AND ',
  );
  const isHollow = call.aggregate('bool_or', [sql`NOT ${isFinite}`]);
  const finite = write(args.map((each) => sql`CASE WHEN ${isFinite} THEN ${each} END`));
  if (hollow === 'NULL') return sql`CASE WHEN ${isHollow} THEN NULL ELSE ${finite} END`;
  const count = call.aggregate('count', args.slice(0, 1));
  const nan = sql`CASE WHEN ${count} >= ${raw(String(fewest))} THEN CAST('NaN' AS DOUBLE) END`;
  return sql`CASE WHEN ${isHollow} THEN ${nan} ELSE ${finite} END`;
}

/** A measure of one column. */
function spread(name: string, fewest: number): FunctionRule {
  return rewrite((call) => ofFinite(call, 'NaN', fewest, (args) => call.aggregate(name, args)));
}

/** NaN is never the greatest nor the least, unless there is nothing else. */
function extreme(name: 'max' | 'min'): FunctionRule {
  return rewrite((call) => {
    const { type, sql: value } = call.arg(0);
    const count = call.args[1];
    if (count !== undefined) {
      if (['array', 'map', 'row', 'json'].includes(type.kind)) {
        return refusal('with a number of values it is not supported for rows, arrays and maps');
      }
      // Where Trino puts NaN, and which of the zeros comes first, hangs on the order of rows.
      const mayBeNan = isFloating(type) || type.kind === 'any';
      const compared = mayBeNan ? macroCall('ordered_number', [value]) : value;
      return call.aggregate(name, [compared, macroCall('positive_count', [count.sql])]);
    }
    if (type.kind === 'array' && partsOf(type.element).length === 1) {
      return call.aggregate(name, [macroCall('without_null', [value])]);
    }
    if (['array', 'map', 'row'].includes(type.kind)) {
      return refusal(
        'it is not supported for rows and nested arrays',
        `use ${name}_by or row_number()`,
      );
    }
    const found = call.aggregate(name, [value]);
    const mayBeNan = isFloating(type) || type.kind === 'any';
    if (!mayBeNan || name === 'min') return found;
    const ofNumbers = call.aggregate(name, [macroCall('not_nan', [value])]);
    return callSql('coalesce', [ofNumbers, found]);
  });
}

/** A key by which DuckDB orders doubles as Trino does. */
function orderKey(name: 'max_by' | 'min_by', type: SqlType, value: Sql): Sql {
  if (!isFloating(type)) return value;
  const isNan = name === 'max_by' ? sql`NOT isnan(${value})` : sql`isnan(${value})`;
  const key: Sql = {
    parts: ['struct_pack(rank := ', isNan, ', value := ', value, ')'],
    atomic: true,
  };
  return sql`CASE WHEN ${value} IS NOT NULL THEN ${key} END`;
}

/** DuckDB's arg_max leaves out rows whose result is null; Trino does not. */
function extremeBy(name: 'max_by' | 'min_by'): FunctionRule {
  const builtIn = name === 'max_by' ? 'arg_max' : 'arg_min';
  return rewrite((call) => {
    const [value, by, count] = call.args;
    if (value === undefined || by === undefined) return refusal('it takes two arguments');
    const key = orderKey(name, by.type, by.sql);
    if (count === undefined) return call.aggregate(`${builtIn}_null`, [value.sql, key]);
    const wrapped: Sql = { parts: ['struct_pack(value := ', value.sql, ')'], atomic: true };
    const picked = call.aggregate(builtIn, [
      wrapped,
      key,
      macroCall('positive_count', [count.sql]),
    ]);
    const item = call.freshName('item');
    const found = sql`list_transform(${picked}, lambda ${item}: struct_extract(${item}, 'value'))`;
    // Trino ends with a fault of its own.
    if (value.type.kind === 'row') {
      const missing = sql`${value.sql} IS NULL AND ${by.sql} IS NOT NULL`;
      const hasMissing = call.aggregate('bool_or', [missing]);
      const failure = limitCall('null-rows', raw("''"), raw('NULL'));
      return sql`CASE WHEN ${hasMissing} THEN ${failure} ELSE ${found} END`;
    }
    return found;
  });
}

function listagg(call: FunctionCall): Rewritten {
  const { withinGroup, over } = call.syntax;
  if (over !== undefined) return refusal('it takes no OVER');
  const [value] = call.args;
  if (value?.type.kind === 'char') {
    return refusal('it takes varchar, not char', 'cast the char to varchar', value.syntax);
  }
  const separator = stringSql(literalString(call.args[1]) ?? '');
  const text = call.aggregate('string_agg', [call.arg(0).sql, separator], {
    orderBy: withinGroup ?? [],
  });
  // What is cut by ON OVERFLOW TRUNCATE is an error here.
  return macroCall('listed', [text]);
}

/**
 * Trino's sketch gives, for few values, the value at the place `floor(p × n)` of the sorted values; so does this for
 * any number of them, exactly.
 */
function approxPercentile(call: FunctionCall): Rewritten {
  const [value, percentage, third] = call.args;
  if (value === undefined || percentage === undefined || third !== undefined) {
    return refusal('with weights or an accuracy it is not supported', 'leave them out');
  }
  const list = call.aggregate('array_agg', [value.sql], { filter: sql`${value.sql} IS NOT NULL` });
  const name = percentage.type.kind === 'array' ? 'values_at' : 'value_at';
  const sorted = callSql('list_sort', [list]);
  const values = isFloating(value.type) ? macroCall('finite_items', [sorted]) : sorted;
  return macroCall(name, [values, percentage.sql]);
}

function reduceAgg(call: FunctionCall): Rewritten {
  const [value, initial, input] = call.args;
  if (value === undefined || initial === undefined || input === undefined) {
    return refusal('it takes four arguments');
  }
  const state = initial.type;
  if (!canCoerce(value.type, state) || state.kind === 'any') {
    return refusal(
      'the values must have the type of the state',
      'cast the values to the type of the initial state',
      value.syntax,
    );
  }
  const list = call.aggregate('array_agg', [castTo(value.sql, state)], {
    filter: sql`${value.sql} IS NOT NULL`,
  });
  // The initial state as the first item: see `reduce`.
  return sql`list_reduce([${castTo(initial.sql, state)}] || ${list}, ${input.sql})`;
}

/** Trino's aggregate functions. */
export const aggregateFunctions: FunctionFamily = {
  name: 'aggregate',
  rules: {
    any_value: same(),
    approx_distinct: rewrite((call) => {
      const error = call.args[1];
      const number = error?.syntax.kind === 'number' ? Number(error.syntax.text) : NaN;
      if (error !== undefined && !(number >= 0.0040625 && number <= 0.26)) {
        return refusal('the standard error must be a number from 0.0040625 to 0.26');
      }
      // The exact number is within every error.
      return call.aggregate('count', [call.arg(0).sql], { distinct: true });
    }),
    approx_most_frequent: refuse(
      'its sketch has no counterpart',
      'GROUP BY the value, ORDER BY count(*) DESC and LIMIT',
    ),
    approx_percentile: rewrite(approxPercentile),
    arbitrary: same('any_value'),
    array_agg: same(),
    avg: rewrite(avg),
    bitwise_and_agg: rewrite((call) =>
      call.aggregate('bit_and', [castTo(call.arg(0).sql, { kind: 'bigint' })]),
    ),
    bitwise_or_agg: rewrite((call) =>
      call.aggregate('bit_or', [castTo(call.arg(0).sql, { kind: 'bigint' })]),
    ),
    bool_and: same(),
    bool_or: same(),
    checksum: checksumRule,
    corr: rewrite((call) =>
      ofFinite(call, 'NULL', 0, (args) => macroCall('defined', [call.aggregate('corr', args)])),
    ),
    count: rewrite((call) =>
      call.aggregate('count', call.args.length === 0 ? [raw('*')] : argumentsOf(call)),
    ),
    count_if: rewrite((call) => {
      const condition = call.arg(0).sql;
      return call.syntax.distinct
        ? call.aggregate('count', [sql`CASE WHEN ${condition} THEN true END`])
        : call.aggregate('count', [raw('*')], { filter: condition });
    }),
    covar_pop: same(),
    covar_samp: same(),
    every: same('bool_and'),
    geometric_mean: rewrite(
      (call) =>
        sql`exp(${call.aggregate('avg', [macroCall('ln', [castTo(call.arg(0).sql, { kind: 'double' })])])})`,
    ),
    // DuckDB's histogram takes not-a-number for another number.
    histogram: rewrite((call) => {
      const { type, sql: value } = call.arg(0);
      if (!partsOf(type).some(isFloating)) {
        return macroCall('counts', [call.aggregate('histogram', [value])]);
      }
      const list = call.aggregate('array_agg', [value], { filter: sql`${value} IS NOT NULL` });
      return macroCall('array_histogram', [list]);
    }),
    kurtosis: spread('kurtosis', 4),
    listagg: rewrite(listagg),
    map_agg: rewrite((call) => {
      const [key, value] = [call.arg(0).sql, call.arg(1).sql];
      const entries = call.aggregate('array_agg', [entrySql(key, value)], {
        filter: sql`${key} IS NOT NULL`,
      });
      return macroCall('map_of_entries', [entries]);
    }),
    map_union: rewrite((call) => {
      const map = call.arg(0).sql;
      const lists = call.aggregate('array_agg', [callSql('map_entries', [map])], {
        filter: sql`${map} IS NOT NULL`,
      });
      return macroCall('map_of_entries', [callSql('flatten', [lists])]);
    }),
    max: extreme('max'),
    max_by: extremeBy('max_by'),
    min: extreme('min'),
    min_by: extremeBy('min_by'),
    multimap_agg: rewrite((call) => {
      const [key, value] = [call.arg(0).sql, call.arg(1).sql];
      const entries = call.aggregate('array_agg', [entrySql(key, value)], {
        filter: sql`${key} IS NOT NULL`,
      });
      return macroCall('multimap_of_entries', [entries]);
    }),
    numeric_histogram: numericHistogramRule,
    reduce_agg: rewrite(reduceAgg),
    regr_intercept: rewrite((call) =>
      ofFinite(call, 'NULL', 0, (args) => call.aggregate('regr_intercept', args)),
    ),
    regr_slope: rewrite((call) =>
      ofFinite(call, 'NULL', 0, (args) =>
        macroCall('defined', [call.aggregate('regr_slope', args)]),
      ),
    ),
    // DuckDB corrects for the bias of a sample, Trino does not.
    skewness: rewrite((call) =>
      ofFinite(call, 'NaN', 3, (args) => {
        const count = call.aggregate('count', args);
        const corrected = call.aggregate('skewness', args);
        return sql`${corrected} * ${sql`${count} - 2`} / sqrt(${sql`${count} * ${sql`CAST(${count} AS DOUBLE) - 1`}`})`;
      }),
    ),
    stddev: spread('stddev_samp', 2),
    stddev_pop: spread('stddev_pop', 1),
    stddev_samp: spread('stddev_samp', 2),
    sum: rewrite(sum),
    var_pop: spread('var_pop', 1),
    var_samp: spread('var_samp', 2),
    variance: spread('var_samp', 2),
  },
  macros: {
    ...checksumMacros,
    ...numericHistogramMacros,
    // A sum of integers, which DuckDB gives as HUGEINT, must fit a bigint, as it must in Trino.
    sum_of_any: [
      `(total) AS CASE WHEN typeof(total) = 'HUGEINT' AND TRY_CAST(CAST(total AS VARCHAR) AS BIGINT) IS NULL AND total IS NOT NULL
        THEN stedi_trino.fail('bigint addition overflow', total) ELSE total END`,
    ],
    sum_over: [
      `(total) AS CASE WHEN total BETWEEN -9223372036854775808 AND 9223372036854775807 THEN CAST(total AS BIGINT)
        WHEN total IS NOT NULL THEN CAST(${limitSql('wrapped-sum', 'CAST(total AS VARCHAR)', 'total')} AS BIGINT) END`,
    ],
    sum_of_decimals: [
      `(total) AS CASE WHEN length(regexp_replace(CAST(total AS VARCHAR), '[-.]', '', 'g')) > 38
        THEN stedi_trino.fail('Decimal overflow', total) ELSE total END`,
    ],
    without_null: [
      `(items) AS CASE WHEN stedi_trino.has_null(items) THEN ${limitSql('null-inside', 'CAST(items AS VARCHAR)', 'items')}
        ELSE items END`,
    ],
    listed: [
      `(text) AS CASE WHEN strlen(text) > 1048576 THEN stedi_trino.fail('Concatenated string has the length in bytes larger than the maximum output length 1048576', text)
        ELSE text END`,
    ],
    no_decimal: [
      `(x) AS CASE WHEN typeof(x) LIKE 'DECIMAL(%'
        THEN ${limitSql('open-type', "'avg of ' || typeof(x)", 'x')} ELSE x END`,
    ],
    positive_count: [
      `(n) AS CASE WHEN n > 0 THEN n ELSE stedi_trino.fail('third argument of max_by/min_by must be a positive integer', n) END`,
    ],
    // Of sorted items the last is not a number or infinite if any is, or the first is.
    ordered_number: [
      `(value) AS CASE WHEN typeof(value) IN ('DOUBLE', 'FLOAT') AND CAST(value AS VARCHAR) IN ('nan', '-0.0')
        THEN ${limitSql('unordered-doubles', 'CAST(value AS VARCHAR)', 'value')} ELSE value END`,
    ],
    finite_items: [
      `(items) AS CASE WHEN isfinite(items[1]) AND isfinite(items[-1]) OR len(items) = 0 THEN items
        WHEN items IS NOT NULL THEN stedi_trino.fail('value must be finite', items) END`,
    ],
    value_at: [
      `(items, p) AS CASE WHEN p BETWEEN 0 AND 1 THEN list_extract(items, CAST(least(floor(p * len(items)), len(items) - 1) AS BIGINT) + 1)
        ELSE stedi_trino.fail('Percentile must be between 0 and 1', list_extract(items, 1)) END`,
    ],
    values_at: [
      `(items, percentages) AS CASE WHEN items IS NOT NULL THEN list_transform(percentages, lambda stedi_p: stedi_trino.value_at(items, stedi_p)) END`,
    ],
    // Not a number where Trino has no value. (Where an argument is not a number, DuckDB fails.)
    defined: ['(x) AS CASE WHEN isnan(x) THEN NULL ELSE x END'],
    counts: [
      `(buckets) AS map_from_entries(list_transform(map_entries(buckets), lambda stedi_entry:
        struct_pack(key := stedi_entry.key, value := CAST(stedi_entry.value AS BIGINT))))`,
    ],
    entry_keys: ['(entries) AS list_transform(entries, lambda stedi_entry: stedi_entry.key)'],
    // Of several entries with one key the first stays.
    map_of_entries: [
      `(entries) AS list_transform([entries], lambda stedi_entries: map_from_entries(
        CASE WHEN len(list_distinct(stedi_trino.entry_keys(stedi_entries))) = len(stedi_entries) THEN stedi_entries
        ELSE list_filter(stedi_entries, lambda stedi_entry, stedi_index:
          list_position(stedi_trino.entry_keys(stedi_entries), stedi_entry.key) = stedi_index) END))[1]`,
    ],
  },
};
