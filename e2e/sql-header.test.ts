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
  'models/dropping.sql': "{{ config(sql_header='drop table if exists a') }}\nselect 1 as n",
  'models/after_dropping.sql': "select * from {{ ref('dropping') }}",
  'models/m.yml': [
    'models:',
    '  - name: a',
    '    config: { contract: { enforced: true } }',
    '    columns: [{ name: n, data_type: integer, data_tests: [unique] }, { name: added, data_type: date }]',
  ].join('\n'),
};

describe("a sql_header in a project in DuckDB's own SQL", () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('runs before its model, in its session; one that removes fails alone', () => {
    for (const summary of [/2 built, 1 failed, 1 skipped/u, /2 built, 1 failed, 1 skipped/u]) {
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

  it('runs before what `show` shows', () => {
    const shown = project.run(['show', 'a', '--output', 'json']);
    expect(JSON.parse(shown.stdout)).toMatchObject({ show: [{ n: 42 }] });
    expect(project.run(['show', 'dropping'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('DROP is not run') as string,
    });
  });
});
