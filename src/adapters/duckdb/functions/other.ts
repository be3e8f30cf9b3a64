import { refuseAll, type FunctionFamily } from './rule.js';

/** Functions of Trino that have no place in a model that also runs on DuckDB. */
export const otherFunctions: FunctionFamily = {
  name: 'other',
  rules: {
    ...refuseAll(
      `approx_set empty_approx_set merge make_set_digest merge_set_digest hash_counts intersection_cardinality
      jaccard_index qdigest_agg tdigest_agg value_at_quantile values_at_quantiles quantile_at_value`,
      'sketches have no counterpart',
      'use approx_distinct or approx_percentile',
    ),
    ...refuseAll(
      'bar color render rgb',
      'colours are for a terminal',
      'format the result elsewhere',
    ),
    ...refuseAll(
      'current_catalog current_schema current_user current_path current_role current_groups',
      'it depends on who runs the model',
      'use {{ target }} or a variable',
    ),
    ...refuseAll(
      'classifier match_number first last prev next permute',
      'row pattern recognition is not supported',
      'use window functions (lag, lead, sum … OVER)',
    ),
    ...refuseAll('version', 'it depends on the engine'),
  },
};
