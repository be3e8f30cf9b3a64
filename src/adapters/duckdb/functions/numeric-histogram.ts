import { raw, sql } from '../translate/fragment.js';
import { macroCall } from '../translate/macro-call.js';
import { limitSql } from './engine-limits.js';
import { literalInteger, refusal, rewrite, type FunctionRule } from './rule.js';

const none = 'CAST(NULL AS MAP(DOUBLE, DOUBLE))';
/** Athena looks for buckets to merge whenever that many rows more than buckets have come, in the order in which they come. */
const buffered = 100;

/** numeric_histogram: values, merged by the pair that loses least until there are no more of them than buckets. */
export const numericHistogramRule: FunctionRule = rewrite((call) => {
  const buckets = literalInteger(call.arg(0));
  if (buckets === undefined) {
    return refusal(
      'its number of buckets is not a literal',
      'write the number',
      call.arg(0).syntax,
    );
  }
  const value = call.arg(1).sql;
  const weight = call.args[2]?.sql ?? raw('1e0');
  const pairs = call.aggregate(
    'array_agg',
    [sql`{'v': CAST(${value} AS DOUBLE), 'w': CAST(${weight} AS DOUBLE)}`],
    { filter: sql`${value} IS NOT NULL AND ${weight} IS NOT NULL` },
  );
  const histogram = macroCall('numeric_buckets', [pairs, raw(String(buckets))]);
  return call.arg(1).type.kind === 'real'
    ? sql`CAST(${histogram} AS MAP(FLOAT, FLOAT))`
    : histogram;
});

/** Macros of `numeric_histogram`. */
export const numericHistogramMacros: Readonly<Record<string, readonly string[]>> = {
  numeric_buckets: [
    `(pairs, buckets) AS list_transform([pairs], lambda stedi_rows: CASE WHEN stedi_rows IS NULL THEN NULL
      WHEN buckets < 2 THEN stedi_trino.fail('numeric_histogram bucket count must be greater than one', ${none})
      WHEN len(stedi_rows) > buckets + ${buffered} THEN ${limitSql('histogram-rows', 'CAST(len(stedi_rows) AS VARCHAR)', none)}
      WHEN len(list_filter(stedi_rows, lambda stedi_r: NOT abs(stedi_r.v) < 1e150 OR NOT stedi_r.w BETWEEN 1e-150 AND 1e150 OR CAST(stedi_r.v AS VARCHAR) = '-0.0')) > 0
      THEN ${limitSql('histogram-rows', "'a number that is -0.0, not finite or very large, or a weight of nothing'", none)}
      ELSE list_transform([stedi_trino.merged_buckets(list_sort(list_distinct(list_transform(stedi_rows, lambda stedi_r: stedi_r.v))), stedi_rows, buckets)],
        lambda stedi_b: map_from_entries(list_zip(stedi_b.v, stedi_b.w)))[1] END)[1]`,
  ],
  merged_buckets: [
    `(ordered, pairs, buckets) AS list_reduce(list_transform(range(0, greatest(len(ordered) - buckets, 0)), lambda stedi_i: {'v': CAST([] AS DOUBLE[]), 'w': CAST([] AS DOUBLE[])}),
      lambda stedi_so_far, stedi_next: stedi_trino.merge_buckets(stedi_so_far.v, stedi_so_far.w),
      {'v': ordered, 'w': list_transform(ordered, lambda stedi_v: list_sum(list_transform(list_filter(pairs, lambda stedi_p: stedi_p.v = stedi_v), lambda stedi_p: stedi_p.w)))})`,
  ],
  // The first of the neighbours that lose least become one.
  merge_buckets: [
    `(v, w) AS list_transform([list_transform(range(1, len(v)), lambda stedi_i: (w[stedi_i] + w[stedi_i + 1]) * ((v[stedi_i] - v[stedi_i + 1]) * (v[stedi_i] - v[stedi_i + 1]))
        * (w[stedi_i] * w[stedi_i + 1] / ((w[stedi_i] + w[stedi_i + 1]) * (w[stedi_i] + w[stedi_i + 1]))))], lambda stedi_losses:
      list_transform([list_position(stedi_losses, list_min(stedi_losses))], lambda stedi_at: {
        'v': v[1:stedi_at - 1] || [(v[stedi_at] * w[stedi_at] + v[stedi_at + 1] * w[stedi_at + 1]) / (w[stedi_at] + w[stedi_at + 1])] || v[stedi_at + 2:],
        'w': w[1:stedi_at - 1] || [w[stedi_at] + w[stedi_at + 1]] || w[stedi_at + 2:]})[1])[1]`,
  ],
};
