import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Macros as those of packages are: they ask the warehouse, and give their callers what is not defined. */
const files = {
  'dbt_project.yml': `
name: asking
profile: asking
on-run-end: ["{{ report_on(results) }}"]
seeds:
  asking:
    dropped:
      +post-hook: "{% do adapter.drop_relation(this.incorporate(type='table')) %}"
    looped:
      +post-hook: "{% set found = run_query('select 1 as n') %}{% if execute %}{% for row in found %}{{ row.n }}{% endfor %}{% endif %}"
`,
  'profiles.yml': `
asking:
  target: dev
  outputs:
    dev: { type: duckdb, path: asking.duckdb, threads: 1 }
`,
  'seeds/dropped.csv': 'id\n1\n',
  'seeds/looped.csv': 'id\n1\n',
  'seeds/kept.csv': 'id,name\n1,a\n2,b\n',
  'macros/values.sql': `{% macro listed(relation, default=none) %}
  {%- if not execute -%}
    {%- set default = [] if not default -%}
    {{ return(default) }}
  {%- endif -%}
  {{ return(run_query('select id from ' ~ relation).columns[0].values()) }}
{% endmacro %}`,
  'macros/report.sql': `{% macro report_on(results) %}
  {%- if execute -%}
    {%- for row in run_query('select 1 as n') -%}create table reported_{{ row.n }} (n int){%- endfor -%}
  {%- endif -%}
{% endmacro %}`,
  'models/listing.sql': `{% set ids = listed(ref('kept'), default=['x']) %}
select 1 as n {% for id in ids %}, {{ id }} as c{{ loop.index }}{% endfor %}
`,
  'models/named.sql': `{% set beside = this.incorporate(path={'identifier': 'other'}, type='view') %}
{% set made = api.Relation.create(database=target.database, schema='raw', identifier='t', type='table') %}
{% set short = api.Relation.create(identifier='t') %}
select
  '{{ beside }}' as beside,
  {{ beside.is_view }} as is_view,
  '{{ this.replace_path(schema='s') }}' as replaced,
  '{{ this.without_identifier() }}' as namespace,
  '{{ made }}' as made,
  '{{ made.schema }} {{ made.is_table }}' as parts,
  '{{ short }} {{ short.schema is none }}' as short
`,
  'models/reader.sql': "select id from {{ ref('kept') }}\n",
};

describe('templates that ask the warehouse in a project in DuckDB’s own SQL', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('are parsed as in dbt: nothing is executed, also in hooks', () => {
    expect(project.run(['parse'])).toMatchObject({ code: 0 });
  });

  it('fail alone when they are built', () => {
    const { code, stdout, stderr } = project.run(['build']);
    expect(code).toBe(1);
    const said = stdout + stderr;
    expect(said).toContain("'adapter.drop_relation' is not supported");
    expect(said).toContain("on-run-end 1 of 'asking': expected something to run over");
    expect(said).toContain('the rows of a query, which are not known here');
    const results = project.json('target/run_results.json') as {
      readonly results: readonly { readonly unique_id: string; readonly status: string }[];
    };
    const statuses = results.results
      .filter(({ unique_id: id }) => !id.startsWith('operation.'))
      .map(({ unique_id: id, status }) => [id.slice(-7), status]);
    expect(Object.fromEntries(statuses)).toEqual({
      dropped: 'error',
      '.looped': 'error',
      'ng.kept': 'success',
      listing: 'error',
      'g.named': 'success',
      '.reader': 'success',
    });
  });

  it('keep nothing from being built where they report on a run at its end', () => {
    expect(project.run(['build', '--select', 'reader']).code).toBe(1);
    const { results } = project.json('target/run_results.json') as {
      readonly results: readonly { readonly unique_id: string; readonly status: string }[];
    };
    expect(Object.fromEntries(results.map(({ unique_id: id, status }) => [id, status]))).toEqual({
      'model.asking.reader': 'success',
      'operation.asking.asking-on-run-end-0': 'error',
    });
  });

  it('name relations that nothing depends on', () => {
    expect(project.rows('select * from named')).toEqual([
      {
        beside: '"asking"."main"."other"',
        is_view: true,
        replaced: '"asking"."s"."named"',
        namespace: '"asking"."main"',
        made: '"asking"."raw"."t"',
        parts: 'raw True',
        short: '"t" True',
      },
    ]);
  });
});
