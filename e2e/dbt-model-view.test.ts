import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What templates ask of their own node; what is expected is what dbt 1.10 with dbt-duckdb makes of the same files. */
const files = {
  'dbt_project.yml': `
name: shop
profile: shop
models:
  shop:
    +materialized: table
`,
  'profiles.yml': `
shop:
  target: dev
  outputs:
    dev: { type: duckdb, path: shop.duckdb, threads: 1 }
`,
  'macros/kind.sql': '{% macro kind() %}{{ return(model.config.materialized) }}{% endmacro %}',
  'macros/generate_schema_name.sql': `{% macro generate_schema_name(custom_schema_name, node) %}
{{ return('staged' if node.path.startswith('staging/') else target.schema) }}
{% endmacro %}`,
  'models/staging/orders.sql': `
{% if kind() != 'table' %}{{ exceptions.raise_compiler_error('expected a table') }}{% endif %}
select 1 as id, '{{ model.path }}' as path
`,
  'models/asks.sql': `{{ config(materialized='incremental', unique_key='id') }}
select 1 as id, '{{ config.get("unique_key") }}' as one, '{{ model.config.unique_key }}' as of_model,
  '{{ config.get("on_schema_change", "x") }}' as osc, {{ config.get('full_refresh', 'x') is none }} as is_none,
  {{ model.config.schema is defined }} as has_schema, {{ model.version is defined }} as has_version
from {{ ref('orders') }}
`,
  'models/part.sql': "{{ config(materialized='ephemeral') }} select 1 as id\n",
  'models/names.sql': `select '{{ ref("part").identifier }}' as part, '{{ target.profile_name }}/{{ target.target_name }}' as target from {{ ref('part') }}\n`,
  // Its rows are what it is told wrongly: the build fails for one.
  'macros/told.sql': `{% test told(model, expected) %}
{% set told = [config.get('severity'), config.get('limit', 9), config.get('warn_if'), config.get('where')] | join('/') %}
select 1 as wrong from {{ model }} where {{ "'" ~ told ~ "'" }} != '{{ expected }}'
{% endtest %}`,
  'models/schema.yml': `
models:
  - name: names
    data_tests:
      - told: { name: told_defaults, arguments: { expected: 'ERROR/None/!= 0/None' } }
      - told:
          name: told_settings
          arguments: { expected: 'warn/3/>1/None' }
          config: { severity: warn, limit: 3, warn_if: '>1', error_if: '>0' }
  - name: described
    description: all of it
    config: { meta: { owner: ann }, group: sales }
    columns:
      - { name: id, data_type: integer, description: the key, config: { tags: [key] } }
      - { name: of }
groups: [{ name: sales, owner: { name: ann } }]
`,
  'models/described.sql': `
{% set of_id = model.columns['id'] | default({}) %}
select {{ model.columns | length }} as id, '{{ model.columns | join(',') }}' as of,
  '{{ of_id.data_type }} {{ of_id.description }} {{ of_id.tags | default([]) | join }}' as of_id,
  '{{ model.description }}/{{ model.meta.owner }}/{{ model.group }}/{{ model.access }}' as said,
  '{{ model.relation_name }}' as relation_name, '{{ model.patch_path }}' as patch_path,
  {{ model.depends_on.nodes | default([]) | length if model.depends_on else 0 }} as parents, {{ model.refs | default([]) | length }} as refs
from {{ ref('orders') }}
`,
  'models/of_hooks.sql': `{{ config(materialized='table', pre_hook=["select 1", {"sql": "select 'a'", "transaction": false}]) }}
select '{{ config.get("pre_hook", "none") | replace("'", "") }}' as pre, '{{ config.get("pre-hook", "none") }}' as of_key,
  '{{ config.get("post_hook", "none") }}{{ config.require("post_hook") if execute }}' as post,
  '{% for hook in config.get("pre_hook", []) %}{{ hook.sql | length }} {{ hook.transaction }};{% endfor %}' as each
`,
  'models/hooked.sql': `{{ config(
  pre_hook=[
    "create table if not exists log as select 'inner' as made_by",
    {"sql": "create table if not exists log as select 'outer' as made_by", "transaction": false},
    before_begin("insert into log values ('before begin')"),
  ],
  post_hook=[
    after_commit("insert into log select 'last of ' || count(*) from log"),
    in_transaction("insert into log select '{{ model.config.materialized }} of ' || count(*) from log"),
  ]) }}
select 1 as a
`,
};

describe('what templates ask of their own node', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
    expect(project.run(['build'])).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());

  it('is known while files are parsed, also in macros, and names schemas', () => {
    expect(project.rows('select path from staged.orders')).toEqual([
      { path: 'staging/orders.sql' },
    ]);
  });

  it('is what YAML says of it, its name and what it reads', () => {
    expect(project.rows('select * from described')).toEqual([
      {
        id: 2,
        of: 'id,of',
        of_id: 'integer the key key',
        said: 'all of it/ann/sales/protected',
        relation_name: '"shop"."main"."described"',
        patch_path: 'shop://models/schema.yml',
        parents: 1,
        refs: 1,
      },
    ]);
  });

  it('is named by its CTE where it is ephemeral', () => {
    expect(project.rows('select part from names')).toEqual([{ part: '__dbt__cte__part' }]);
  });

  it('knows the profile and its output', () => {
    expect(project.rows('select target from names')).toEqual([{ target: 'shop/dev' }]);
  });

  it('is the configuration with its defaults, and a key as it is written', () => {
    expect(project.rows('select * exclude (id) from asks')).toEqual([
      {
        one: 'id',
        of_model: 'id',
        osc: 'ignore',
        is_none: true,
        has_schema: false,
        has_version: false,
      },
    ]);
  });

  it('knows its hooks by the names of arguments, not by those of YAML', () => {
    expect(project.rows('select * from of_hooks')).toEqual([
      {
        pre: '[Hook(sql=select 1, transaction=True, index=None), Hook(sql="select a", transaction=False, index=None)]',
        of_key: 'none',
        post: '[][]',
        each: '8 True;10 False;',
      },
    ]);
  });

  it('is rendered in hooks, which run in the order of their transactions', () => {
    expect(project.rows('select made_by from log order by rowid')).toEqual([
      { made_by: 'outer' },
      { made_by: 'before begin' },
      { made_by: 'table of 2' },
      { made_by: 'last of 3' },
    ]);
  });
});
