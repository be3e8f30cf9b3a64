import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Templates in the configuration of a dbt project: what is expected is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: kinds
profile: kinds
vars: { lit: false, declared: true }
models:
  kinds:
    +flag: "{{ var('flag') }}"
    +negated: "{{ not var('flag') }}"
    +year: "{{ var('year') }}"
    +sum: "{{ var('year') + 1 }}"
    +names: "{{ var('names') }}"
    +nothing: "{{ var('nothing', none) }}"
    +constant: "{{ 1 + 1 }}"
    +two: "{{ var('year') }}{{ var('year') }}"
    +blank: "{{ var('year') }} "
    +number: "{{ env_var('NOT_SET', '12') | as_number }}"
    +native: "{{ env_var('NOT_SET', '[1, 2]') | as_native }}"
    +word: "{{ env_var('NOT_SET', '12') }}"
    +equal: "{{ target.name == 'dev' }}"
    +branch: "{% if target.name == 'dev' %}true{% else %}false{% endif %}"
    # The project file does not know its own variables.
    +own: "{{ var('declared', false) }}"
    +schema: "{{ var('nothing', none) }}"
    +tags: "{{ var('names') }}"
`,
  'profiles.yml': `
kinds: { target: dev, outputs: { dev: { type: duckdb, path: kinds.duckdb, threads: 1 } } }
`,
  'models/printed.sql': `
{%- set keys = ['flag', 'negated', 'year', 'sum', 'names', 'nothing', 'constant', 'two', 'blank', 'number', 'native', 'word', 'equal', 'branch', 'own', 'said'] -%}
{% for key in keys %}{% set value = config.get(key) -%}
-- {{ key }}: {{ value | string }}{{ ' (text)' if value is string }}
{% endfor %}select * from {{ source('raw', 't') }}`,
  'models/schema.yml': `
models:
  - name: printed
    config: { said: "{{ var('lit') }}", alias: "{{ var('nothing', none) }}" }
sources:
  - name: raw
    schema: "{{ var('nothing', none) }}"
    database: "{{ var('nothing', none) }}"
    meta: { flag: "{{ var('lit') }}" }
    tables:
      - name: t
        identifier: "{{ var('year') }}"
`,
};

interface Entry {
  readonly tags: readonly string[];
  readonly relation_name: string;
  readonly meta: unknown;
}

describe('templates in the configuration of a dbt project', () => {
  let project: TestProject;

  beforeAll(() => {
    project = createProject(files);
  });

  afterAll(() => {
    project.remove();
  });

  it('give the values that they print alone, and texts otherwise', () => {
    const vars = '{flag: false, year: 2024, names: [a, b]}';
    const run = project.run(['compile', '--vars', vars]);
    expect(run.code, run.stderr).toBe(0);
    expect(project.read('target/compiled/kinds/models/printed.sql').trim().split('\n')).toEqual([
      '-- flag: False',
      '-- negated: True',
      '-- year: 2024',
      '-- sum: 2025',
      "-- names: ['a', 'b']",
      '-- nothing: None',
      '-- constant: 2 (text)',
      '-- two: 20242024 (text)',
      '-- blank: 2024  (text)',
      '-- number: 12',
      '-- native: [1, 2]',
      '-- word: 12 (text)',
      '-- equal: True',
      '-- branch: true (text)',
      '-- own: False',
      '-- said: False',
      'select * from "kinds"."raw"."2024"',
    ]);
    const { nodes, sources } = JSON.parse(project.read('target/manifest.json')) as {
      readonly nodes: Readonly<Record<string, Entry>>;
      readonly sources: Readonly<Record<string, Entry>>;
    };
    expect(nodes['model.kinds.printed']?.tags).toEqual(['a', 'b']);
    expect(nodes['model.kinds.printed']?.relation_name).toBe('"kinds"."main"."printed"');
    expect(sources['source.kinds.raw.t']?.meta).toEqual({ flag: false });
  });

  it('are told that the project file does not know its variables', () => {
    const run = project.run(['parse', '--vars', '{year: 2024, names: [a]}']);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('error[var-undefined]');
    expect(run.stderr).toContain('var() knows --vars alone, as in dbt');
  });
});
