/**
 * Names of dbt's own macros that templates call, without those that only its materializations use. Source: dbt-core 1.10,
 * `macros` of a manifest.
 */
export const dbtMacroNames: ReadonlySet<string> = new Set([
  ...['after_commit', 'any_value', 'array_append', 'array_concat', 'array_construct'],
  ...['before_begin', 'bool_or', 'cast', 'cast_bool_to_text', 'concat', 'convert_datetime'],
  ...['create_schema', 'create_table_as', 'create_view_as', 'current_timestamp'],
  ...['current_timestamp_backcompat', 'current_timestamp_in_utc_backcompat', 'date', 'date_spine'],
  ...['date_trunc', 'dateadd', 'datediff', 'dates_in_range', 'default_last_day', 'drop_relation'],
  ...['drop_relation_if_exists', 'equals', 'escape_single_quotes', 'except'],
  ...['generate_alias_name', 'generate_database_name', 'generate_schema_name'],
  ...['generate_schema_name_for_env', 'generate_series', 'get_columns_in_query'],
  ...['get_columns_in_relation', 'get_intervals_between', 'get_or_create_relation'],
  ...['get_powers_of_two', 'get_quoted_csv', 'get_where_subquery', 'hash', 'in_transaction'],
  ...['intersect', 'is_incremental', 'last_day', 'length', 'listagg', 'load_cached_relation'],
  ...['load_relation', 'make_hook_config', 'make_temp_relation', 'noop_statement'],
  ...['partition_range', 'persist_docs', 'position', 'py_current_timestring', 'replace', 'right'],
  ...['run_hooks', 'run_query', 'safe_cast', 'set_sql_header', 'should_full_refresh'],
  ...['should_store_failures', 'snapshot_get_time', 'split_part', 'statement', 'string_literal'],
  ...['truncate_relation', 'type_bigint', 'type_boolean', 'type_float', 'type_int'],
  ...['type_numeric', 'type_string', 'type_timestamp'],
]);
