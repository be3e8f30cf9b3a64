import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

const files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': `
shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb, threads: 1 } } }
`,
  'macros/m.sql': `{% macro raises() %}{{ exceptions.raise_compiler_error('the reason') }}{% endmacro %}
{% macro undefined_name() %}{{ nothing.x }}{% endmacro %}
{% macro wrong_sql() %}{% do run_query('select * from nothing') %}{% endmacro %}
{% macro well() %}{% do run_query('select 1') %}{% endmacro %}
`,
};

/** The exit codes are those of dbt 1.10 on the same files. */
describe('run-operation ends', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it.each([
    ['raises', 1, 'macros/m.sql:1:'],
    ['undefined_name', 1, 'macros/m.sql:2:'],
    ['wrong_sql', 1, 'nothing'],
    ['there_is_none', 2, "'there_is_none'"],
    ['well', 0, ''],
  ])('the macro %s with %i', (macro, code, told) => {
    const result = project.run(['run-operation', macro]);
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(told);
  });
});
