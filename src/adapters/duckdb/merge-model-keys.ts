import type { JsonValue } from '../../core/node.js';

/** The configuration of models that dbt-duckdb has for what a merge does, besides dbt's own. */
export const mergeModelKeys: Readonly<Record<string, JsonValue>> = {
  merge_update_condition: {
    type: 'string',
    description:
      "incremental, `merge`, in DuckDB's own SQL: the condition on which a row is updated whose key is there; `DBT_INTERNAL_DEST` is the table, `DBT_INTERNAL_SOURCE` the query.",
  },
  merge_insert_condition: {
    type: 'string',
    description:
      "incremental, `merge`, in DuckDB's own SQL: the condition on which a row is added whose key is new, in terms of `DBT_INTERNAL_SOURCE`.",
  },
};
