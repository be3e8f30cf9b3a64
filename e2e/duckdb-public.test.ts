import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What public projects of dbt-duckdb use, in a small project of our own. Expectations are what dbt-duckdb 1.10 gives. */
const files = {
  'dbt_project.yml':
    'name: shop\nprofile: shop\nmacro-paths: [macros, ../beside]\nmodels: { shop: { +materialized: table } }',
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: { type: duckdb, path: shop.duckdb, threads: 1 }',
  '.dbtignore': '# not ready\ndrafts/\n*_old.sql\n',
  'models/drafts/half.sql': '{% endif %}',
  'models/orders_old.sql': '{{ nothing }}',
  'dbt_packages/mocks/dbt_project.yml': 'name: mocks\n',
  'dbt_packages/mocks/macros/source.sql':
    '{% macro source(of, table) %}{{ return(builtins.source(of, table)) }}{% endmacro %}',
  'macros/ref.sql':
    '{% macro ref(name) %}{{ return(builtins.ref(name).include(database=false)) }}{% endmacro %}',
  'macros/holds.sql': [
    '{% test holds(model, column_name, format) %}select * from {{ model }} where {{ format }}{% endtest %}',
    "{% test asks(model) %}{% set found = run_query('select 1') %}select {% if execute %}{{ found.columns[0].values()[0] }}{% endif %} where false{% endtest %}",
  ].join('\n'),
  'seeds/codes.csv': [
    'zip,amount,seen,price,word,nothing',
    '00123,2.0,2024-01-01T12:00:00.5Z,1_000.5,null,',
    '7,1.5e3,2024-01-02T12:00:00+02:00,12345678901234567.25,b,',
  ].join('\n'),
  'files/part_1.csv': 'id\n1\n',
  'files/part_2.csv': 'id\n2\n',
  'models/sources.yml':
    "sources: [{ name: raw, meta: { external_location: 'files/{name}.csv' }, tables: [{ name: part_1 }] }]",
  'models/parts.sql': [
    '{{ config(pre_hook="""',
    "  set variable parts = (select array_agg(file) from glob('files/part_*.csv') as t(file))",
    '""") }}',
    "select id, {'n': id} as packed from read_csv(getvariable('parts'))",
  ].join('\n'),
  'models/counts.sql':
    "select count(*) as n, (select count(*) from {{ mocks.source('raw', 'part_1') }}) as one from {{ ref('parts') }}",
  'models/pivoted.sql':
    "select {% if execute %}{{ run_query('select 1').columns[0].values()[0] }}{% endif %} as a from {{ ref('parts') }}",
  'models/inline.sql':
    "{{ config(materialized='ephemeral') }}\nselect {% if execute %}{{ run_query('select 1') | length }}{% endif %} as a",
  'models/after_pivoted.sql': "select * from {{ ref('pivoted') }}",
  'models/with_inline.sql': "select * from {{ ref('inline') }}",
  'models/by_time.sql':
    "{{ config(materialized='incremental', incremental_strategy='by_time', unique_key='id') }}\nselect id from {{ ref('parts') }}",
  'models/models.yml': [
    'models:',
    '  - name: parts',
    '    data_tests: [asks]',
    '    columns: [{ name: id, data_tests: [unique, { holds: { format: id > 9 } }] }]',
  ].join('\n'),
};

interface Results {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

describe('a project like those of dbt-duckdb that are public', () => {
  let project: TestProject;
  const statuses = (): Readonly<Record<string, string>> =>
    Object.fromEntries(
      (project.json('target/run_results.json') as Results).results.map((each) => [
        each.unique_id.replace(/^(\w+)\.shop\.(\w+)(?:\.\w+)?$/u, '$1 $2'),
        each.status,
      ]),
    );

  beforeAll(() => {
    project = createProject(files);
    const built = project.run(['build']);
    expect(built.code, built.stderr).toBe(1);
    expect(built.stderr).toContain(
      "'../beside' leads out of the project folder, and is passed over",
    );
  });
  afterAll(() => project.remove());

  it('is built but for what asks the warehouse while it compiles, and what reads that', () => {
    expect(statuses()).toEqual({
      'seed codes': 'success',
      'model parts': 'success',
      'test unique_parts_id': 'pass',
      'test holds_parts_id__id_9': 'pass',
      'test asks_parts_': 'error',
      'model counts': 'success',
      'model by_time': 'success',
      'model pivoted': 'error',
      'model after_pivoted': 'skipped',
      'model with_inline': 'error',
    });
  });

  it('has seeds with the types and values of dbt', () => {
    const [types] = project.rows(
      `select string_agg(data_type, ', ' order by column_index) as t from duckdb_columns() where table_name = 'codes'`,
    );
    expect(types).toEqual({ t: 'INTEGER, INTEGER, TIMESTAMP, DOUBLE, VARCHAR, INTEGER' });
    expect(
      project.rows(
        'select zip, amount, seen::varchar as seen, price, word, nothing from codes order by zip',
      ),
    ).toEqual([
      {
        zip: 7,
        amount: 1500,
        seen: '2024-01-02 12:00:00',
        price: 12345678901234568,
        word: 'b',
        nothing: null,
      },
      {
        zip: 123,
        amount: 2,
        seen: '2024-01-01 12:00:00.5',
        price: 1000.5,
        word: 'null',
        nothing: null,
      },
    ]);
  });

  it('reads files that a hook names, and has macros in the place of dbt’s functions', () => {
    expect(project.rows('select n::integer as n, one::integer as one from counts')).toEqual([
      { n: 2, one: 1 },
    ]);
    expect(project.read('target/compiled/shop/models/counts.sql')).toContain('from "main"."parts"');
  });

  it('compiles all but those, and says why', () => {
    const compiled = project.run(['compile']);
    expect(compiled.code).toBe(1);
    expect(compiled.stderr).toContain("error[template-unsupported]: 'run_query' is not supported");
    expect(compiled.stderr).toContain('models/pivoted.sql:1:27');
    expect(project.exists('target/compiled/shop/models/pivoted.sql')).toBe(false);
  });

  it('tells of a strategy that does not exist when a table is added to', () => {
    expect(project.run(['run', '--select', 'by_time']).code).toBe(1);
    expect(statuses()).toEqual({ 'model by_time': 'error' });
  });
});
