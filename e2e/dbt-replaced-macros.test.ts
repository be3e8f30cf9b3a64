import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Macros that stand in the place of dbt's own; what is expected, but for the warning, is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: replacing
profile: replacing
models:
  replacing:
    silver: { +materialized: external }
`,
  'profiles.yml': `
replacing:
  target: dev
  outputs:
    dev: { type: duckdb, path: replacing.duckdb, threads: 1, external_root: files }
`,
  'files/silver/.keep': '',
  'macros/place.sql': `{%- macro external_location(relation, config) -%}
  {{- adapter.external_root() }}/{{ model.fqn[1] }}/{{ relation.identifier }}_at.{{ config.get('format', 'parquet') }}
{%- endmacro -%}`,
  'macros/tests.sql': `{% macro default__test_not_null(model, column_name) %}
select {{ column_name }} from {{ model }} where {{ column_name }} = 'missing'
{% endmacro %}
{% macro get_where_subquery(relation) %}
  {%- set where = config.get('where') -%}
  {%- if where -%}
    {% do return('(select * from ' ~ relation ~ ' where ' ~ (where | replace('__recent__', 'id > 1')) ~ ') recent') %}
  {%- endif -%}
  {% do return(relation) %}
{% endmacro %}`,
  'macros/names.sql':
    "{% macro default__generate_schema_name(custom_schema_name, node) %}{{ custom_schema_name or 'plain' }}{% endmacro %}",
  'macros/merge.sql':
    '{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, predicates) %}select 1{% endmacro %}',
  'models/silver/placed.sql': 'select 1 as id\n',
  'models/silver/written.sql':
    "{{ config(format='csv', location='{{ adapter.external_root() }}/{{ this.name }}.csv') }}\nselect 2 as id\n",
  'models/rows.sql':
    "select 1 as id, null as name union all select 2, 'b' union all select 2, 'c'\n",
  'models/schema.yml': `
models:
  - name: rows
    config: { schema: named }
    columns:
      - name: id
        data_tests:
          - unique: { config: { where: id < 2 and not (__recent__) } }
          - accepted_values: { arguments: { values: [2] }, config: { where: __recent__ } }
      - name: name
        data_tests: [not_null]
`,
};

describe('macros in the place of dbt’s own', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('say where files and relations lie, and what tests ask', () => {
    expect(project.run(['build'])).toMatchObject({ code: 0 });
    expect(project.exists('files/silver/placed_at.parquet')).toBe(true);
    expect(project.read('files/written.csv')).toBe('id\n2\n');
    expect(project.rows('select count(*) as n from named.rows')).toEqual([{ n: 3 }]);
    expect(project.rows('select id from plain.placed')).toEqual([{ id: 1 }]);
  });

  it('are warned of where dbt’s own is built in', () => {
    const { stderr } = project.run(['parse']);
    expect(stderr).toContain("macro 'duckdb__get_delete_insert_merge_sql' takes the place");
    expect(stderr).toContain('macros/merge.sql:1:10');
    expect(stderr).not.toContain("macro 'external_location'");
    expect(stderr).not.toContain("macro 'get_where_subquery'");
  });
});
