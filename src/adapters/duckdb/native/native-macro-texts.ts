/** A span of time as an interval: `n` of its parts. DuckDB has no interval of quarters that it multiplies. */
const addTo =
  "{% set one = {'quarter': '3 month'}.get(datepart | lower, '1 ' ~ datepart) %}({{ from_date_or_timestamp }} + cast({{ interval }} as bigint) * interval '{{ one }}')";

/**
 * dbt's cross-database macros in DuckDB's own SQL, where they differ from those for Athena, with the meaning that
 * dbt-duckdb 1.10 gives them.
 */
export const nativeMacroTexts: Readonly<Record<string, string>> = {
  any_value: '(expression) %}arbitrary({{ expression }})',
  array_append: '(array, new_element) %}list_append({{ array }}, {{ new_element }})',
  array_concat: '(array_1, array_2) %}list_concat({{ array_1 }}, {{ array_2 }})',
  array_construct:
    "(inputs=[], data_type='integer') %}{% if inputs %}[{{ inputs | join(', ') }}]{% else %}cast([] as {{ data_type }}[]){% endif %}",
  current_timestamp: '() %}now()',
  date_spine:
    "(datepart, start_date, end_date) %}select {{ dbt.dateadd(datepart, 'steps.step', start_date) }} as date_{{ datepart }} from (select unnest(range({{ dbt.datediff(start_date, end_date, datepart) }})) as step) as steps",
  dateadd: `(datepart, interval, from_date_or_timestamp) %}${addTo}`,
  // Of weeks, dbt counts the Sundays between two days, and one less where the second moment is before the first.
  datediff:
    "(first_date, second_date, datepart) %}{% set first = 'cast(' ~ first_date ~ ' as timestamp)' %}{% set second = 'cast(' ~ second_date ~ ' as timestamp)' %}{% if datepart | lower == 'week' %}(date_diff('day', {{ first }}, {{ second }}) // 7 + cast(dayofweek({{ first }}) > dayofweek({{ second }}) as integer) - cast({{ first }} > {{ second }} as integer)){% else %}date_diff('{{ datepart }}', {{ first }}, {{ second }}){% endif %}",
  generate_series:
    '(upper_bound) %}select generate_series as generated_number from generate_series(1, {{ upper_bound }})',
  hash: '(field) %}md5(cast({{ field }} as TEXT))',
  last_day:
    "(date, datepart) %}cast({{ dbt.dateadd(datepart, 1, dbt.date_trunc(datepart, date)) }} - interval '1 day' as date)",
  listagg:
    "(measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none) %}{% set order = ' ' ~ order_by_clause if order_by_clause else '' %}{% if limit_num %}array_to_string(array_agg({{ measure }}{{ order }})[1:{{ limit_num }}], {{ delimiter_text }}){% else %}string_agg({{ measure }}, {{ delimiter_text }}{{ order }}){% endif %}",
  position: '(substring_text, string_text) %}position({{ substring_text }} in {{ string_text }})',
  right: '(string_text, length_expression) %}right({{ string_text }}, {{ length_expression }})',
  // dbt-duckdb has none that gives NULL: a value that cannot be cast is an error.
  safe_cast: '(field, type) %}cast({{ field }} as {{ type }})',
  snapshot_get_time: '() %}cast(now() as timestamp)',
  split_part:
    '(string_text, delimiter_text, part_number) %}string_split({{ string_text }}, {{ delimiter_text }})[{{ part_number }}]',
  type_float: '() %}float',
  type_numeric: '() %}numeric(28,6)',
  type_string: '() %}TEXT',
};
