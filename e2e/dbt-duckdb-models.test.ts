import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Models whose query needs what runs in their session before it. */
const files = {
  'dbt_project.yml': 'name: p\nprofile: p\nmodels: { p: { +materialized: table } }\n',
  'profiles.yml':
    'p: { target: dev, outputs: { dev: { type: duckdb, path: w.duckdb, schema: main } } }',
  'models/a.sql': [
    '{% call set_sql_header(config) %}',
    'create or replace temp macro twice(x) as 2 * x;',
    "set variable added = date '2024-01-02';",
    '{% endcall %}',
    "select twice(21) as n, getvariable('added') as added",
  ].join('\n'),
  'models/grows.sql': [
    "{{ config(materialized='incremental', on_schema_change='append_new_columns', sql_header='create or replace temp macro one() as 1;') }}",
    "select one() as n {% if is_incremental() %}, one() as more {% endif %} from {{ ref('a') }}",
  ].join('\n'),
  // Of dbt-duckdb with the same two runs: [1, 1], [2, 20], [3, 30].
  'models/merged.sql': [
    "{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id',",
    "  merge_update_condition='DBT_INTERNAL_SOURCE.n > DBT_INTERNAL_DEST.n or false',",
    "  merge_insert_condition='DBT_INTERNAL_SOURCE.n < 40') }}",
    '{% if is_incremental() %}select * from (values (1, 0), (2, 20), (3, 30), (4, 40)) as t (id, n)',
    '{% else %}select * from (values (1, 1), (2, 2)) as t (id, n){% endif %}',
  ].join('\n'),
  'models/dropping.sql': "{{ config(sql_header='drop table if exists a') }}\nselect 1 as n",
  'models/after_dropping.sql': "select * from {{ ref('dropping') }}",
  'models/m.yml': [
    'models:',
    '  - name: a',
    '    config: { contract: { enforced: true } }',
    '    columns: [{ name: n, data_type: integer, data_tests: [unique] }, { name: added, data_type: date }]',
  ].join('\n'),
};

describe("models in DuckDB's own SQL, as dbt-duckdb builds them", () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('runs before its model, in its session; one that removes fails alone', () => {
    for (const summary of [/3 built, 1 failed, 1 skipped/u, /3 built, 1 failed, 1 skipped/u]) {
      const built = project.run(['build']);
      expect(built).toMatchObject({ code: 1, stdout: expect.stringMatching(summary) as string });
      expect(built.stderr).toContain("sql_header of model 'dropping': DROP is not run");
      expect(built.stderr).toContain('models/dropping.sql:1:11');
    }
    expect(project.rows('select n, added::varchar as added from a')).toEqual([
      { n: 42, added: '2024-01-02' },
    ]);
    expect(project.rows('select n, more from grows order by more')).toEqual([
      { n: 1, more: 1 },
      { n: 1, more: null },
    ]);
  });

  it('merges on the conditions that dbt-duckdb has', () => {
    expect(project.rows('select id, n from merged order by id')).toEqual([
      { id: 1, n: 1 },
      { id: 2, n: 20 },
      { id: 3, n: 30 },
    ]);
  });

  it('runs before what `show` shows', () => {
    const shown = project.run(['show', 'a', '--output', 'json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ show: [{ n: 42 }] });
    expect(project.run(['show', 'dropping'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DROP is not run') as string,
    });
  });
});
