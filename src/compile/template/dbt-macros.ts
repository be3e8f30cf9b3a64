/**
 * dbt's cross-database macros for Athena's SQL, the dialect that templates are written in: one text for each, under the
 * name that `dbt.x()` finds as `default__x`. A project may put its own `athena__x`, `trino__x` or `default__x` before it.
 */
export const dbtMacroTexts: Readonly<Record<string, string>> = {
  after_commit: '(sql) %}{{ make_hook_config(sql, inside_transaction=false) }}',
  any_value: '(expression) %}arbitrary({{ expression }})',
  array_append: '(array, new_element) %}{{ array }} || {{ new_element }}',
  array_concat: '(array_1, array_2) %}concat({{ array_1 }}, {{ array_2 }})',
  array_construct:
    "(inputs=[], data_type='integer') %}{% if inputs %}array[{{ inputs | join(', ') }}]{% else %}cast(array[] as array({{ data_type }})){% endif %}",
  before_begin: '(sql) %}{{ make_hook_config(sql, inside_transaction=false) }}',
  bool_or: '(expression) %}bool_or({{ expression }})',
  cast: '(field, type) %}cast({{ field }} as {{ type }})',
  cast_bool_to_text: '(field) %}cast({{ field }} as varchar)',
  concat: "(fields) %}{{ fields | join(' || ') }}",
  // Athena's current_timestamp has a zone, dbt's has none.
  current_timestamp: '() %}cast(current_timestamp as timestamp)',
  current_timestamp_backcompat: '() %}cast(current_timestamp as timestamp)',
  current_timestamp_in_utc_backcompat:
    "() %}cast(current_timestamp at time zone 'UTC' as timestamp)",
  date: '(year, month, day) %}{{ return("date \'%04d-%02d-%02d\'" % (year | int, month | int, day | int)) }}',
  date_spine:
    "(datepart, start_date, end_date) %}{% set step = {'week': \"interval '7' day\", 'quarter': \"interval '3' month\"}.get(datepart, \"interval '1' \" ~ datepart) %}select date_{{ datepart }} from unnest(sequence(cast({{ start_date }} as timestamp), cast({{ end_date }} as timestamp) - interval '1' second, {{ step }})) as date_spine (date_{{ datepart }})",
  date_trunc: "(datepart, date) %}date_trunc('{{ datepart }}', {{ date }})",
  dateadd:
    "(datepart, interval, from_date_or_timestamp) %}date_add('{{ datepart }}', {{ interval }}, {{ from_date_or_timestamp }})",
  // Counts the boundaries between two moments, as dbt says; Athena's date_diff counts whole units.
  datediff:
    "(first_date, second_date, datepart) %}date_diff('{{ datepart }}', date_trunc('{{ datepart }}', cast({{ first_date }} as timestamp)), date_trunc('{{ datepart }}', cast({{ second_date }} as timestamp)))",
  // dbt's flag that makes two NULLs equal is off unless a project sets it.
  equals: '(expr1, expr2) %}({{ expr1 }} = {{ expr2 }})',
  escape_single_quotes: '(expression) %}{{ expression | replace("\'", "\'\'") }}',
  except: '() %}except',
  generate_alias_name:
    "(custom_alias_name=none, node=none) %}{% if custom_alias_name %}{{ custom_alias_name | trim }}{% elif node.version %}{{ node.name ~ '_v' ~ (node.version | string | replace('.', '_')) }}{% else %}{{ node.name }}{% endif %}",
  generate_database_name:
    '(custom_database_name=none, node=none) %}{% if custom_database_name is none %}{{ target.database }}{% else %}{{ custom_database_name }}{% endif %}',
  generate_schema_name:
    '(custom_schema_name=none, node=none) %}{{ target.schema }}{% if custom_schema_name is not none %}_{{ custom_schema_name | trim }}{% endif %}',
  generate_schema_name_for_env:
    "(custom_schema_name, node=none) %}{% if target.name == 'prod' and custom_schema_name is not none %}{{ custom_schema_name | trim }}{% else %}{{ target.schema }}{% endif %}",
  generate_series:
    '(upper_bound) %}select generated_number from unnest(sequence(1, {{ upper_bound }})) as series (generated_number)',
  get_powers_of_two:
    "(upper_bound) %}{% if upper_bound <= 0 %}{{ exceptions.raise_compiler_error('upper bound must be positive') }}{% endif %}{% for n in range(1, 100) %}{% if upper_bound <= 2 ** n %}{{ return(n) }}{% endif %}{% endfor %}",
  hash: '(field) %}lower(to_hex(md5(to_utf8(cast({{ field }} as varchar)))))',
  in_transaction: '(sql) %}{{ make_hook_config(sql, inside_transaction=true) }}',
  intersect: '() %}intersect',
  last_day:
    "(date, datepart) %}cast(date_add('day', -1, date_add('{{ datepart }}', 1, date_trunc('{{ datepart }}', {{ date }}))) as date)",
  length: '(expression) %}length({{ expression }})',
  listagg:
    "(measure, delimiter_text=\"','\", order_by_clause=none, limit_num=none) %}{% set all = 'array_agg(' ~ measure ~ (' ' ~ order_by_clause if order_by_clause) ~ ')' %}array_join({% if limit_num %}slice({{ all }}, 1, {{ limit_num }}){% else %}{{ all }}{% endif %}, {{ delimiter_text }})",
  // What the configuration of a hook is read from.
  make_hook_config:
    "(sql, inside_transaction) %}{{ tojson({'sql': sql, 'transaction': inside_transaction}) }}",
  position: '(substring_text, string_text) %}strpos({{ string_text }}, {{ substring_text }})',
  replace: '(field, old_chars, new_chars) %}replace({{ field }}, {{ old_chars }}, {{ new_chars }})',
  right:
    "(string_text, length_expression) %}case when {{ length_expression }} = 0 then '' else substr({{ string_text }}, -1 * ({{ length_expression }})) end",
  safe_cast: '(field, type) %}try_cast({{ field }} as {{ type }})',
  set_sql_header: "(config) %}{{ config.set('sql_header', caller()) }}",
  should_store_failures: "() %}{{ return(config.get('store_failures', default=false)) }}",
  split_part:
    '(string_text, delimiter_text, part_number) %}{% if part_number | int < 0 %}element_at(split({{ string_text }}, {{ delimiter_text }}), {{ part_number }}){% else %}split_part({{ string_text }}, {{ delimiter_text }}, {{ part_number }}){% endif %}',
  string_literal: "(value) %}'{{ value }}'",
  type_bigint: '() %}bigint',
  type_boolean: '() %}boolean',
  type_float: '() %}double',
  type_int: '() %}integer',
  type_numeric: '() %}decimal(28,6)',
  type_string: '() %}varchar',
  type_timestamp: '() %}timestamp',
};
