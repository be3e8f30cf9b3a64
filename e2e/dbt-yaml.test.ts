import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What YAML means in the files of a dbt project: what is expected is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: spelt
version: 1.0
profile: spelt
vars:
  octal: 017
  text: 0o17
  grouped: 1_000
  span: 1:30
  word: yes
  letter: y
  exponent: 1e3
  moment: 2024-01-01T10:00:00Z
models:
  spelt:
    +enabled: on
    +meta: { moment: 2024-01-01T10:00:00Z }
`,
  'profiles.yml': `
spelt: { target: dev, outputs: { dev: { type: duckdb, path: spelt.duckdb, threads: 1 } } }
`,
  'models/printed.sql': `{{ config(materialized='table') }}
{% set names = ['octal', 'text', 'grouped', 'span', 'word', 'letter', 'exponent', 'moment'] %}
select '{% for name in names %}{{ var(name) }};{% endfor %}' as vars, '{{ config.get('meta').moment }}' as meta,
  '{{ fromyaml('a: off').a }}' as read
`,
  'models/given.sql': `select cast('2024-01-01' as varchar) as t, 1 as i`,
  'models/copied.sql': `select * from {{ ref('given') }}`,
  'models/schema.yml': `
models:
  - name: given
    columns:
      - name: t
        data_tests:
          - accepted_values: { arguments: { values: [2024-01-01, 2024-01-01T10:00:00, no, 1.0, 017] } }
unit_tests:
  - name: spellings
    model: copied
    given:
      - input: ref('given')
        rows:
          - { t: 2024-01-01, i: 1 }
          - { t: 2024-01-01 10:00:00, i: 2 }
          - { t: 2024-1-1T10:00:00Z, i: 3 }
          - { t: 2024-01-01 10:00:00.5 +2, i: 4 }
          - { t: yes, i: on }
          - { t: 1.0, i: 017 }
          - { t: 0.00001, i: 1:30 }
          - { t: 1e3, i: 1_000 }
    expect:
      format: csv
      rows: |
        t,i
        2024-01-01,1
        2024-01-01T10:00:00,2
        2024-01-01T10:00:00+00:00,3
        2024-01-01T10:00:00.500000+02:00,4
        true,1
        1.0,15
        1e-05,90
        1e3,1000
`,
};

describe('the YAML of dbt projects', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  it('is YAML 1.1, as Python reads it', () => {
    expect(project.run(['build'])).toMatchObject({ code: 0 });
    expect(project.rows('select * from printed')).toEqual([
      {
        vars: '15;0o17;1000;90;True;y;1e3;2024-01-01 10:00:00+00:00;',
        meta: '2024-01-01T10:00:00+00:00',
        read: 'False',
      },
    ]);
    const sql = project.list('target/compiled').find((path) => path.includes('accepted_values'));
    expect(sql).toContain(
      'accepted_values_given_t__2024_01_01__2024_01_01_10_00_00__False__1_0__15',
    );
    expect(project.read(`target/compiled/${sql ?? ''}`)).toContain(
      "('2024-01-01', '2024-01-01 10:00:00', 'False', '1.0', '15')",
    );
  });

  it('says where templates see another type than in dbt', () => {
    const { stderr } = project.run(['parse']);
    expect(stderr).toContain("is the text '2024-01-01T10:00:00+00:00' here, but a point in time");
    expect(stderr).toContain('dbt_project.yml:13:11');
    // Neither the meta nor the rows of unit tests differ.
    expect(stderr.split('yaml-ambiguous')).toHaveLength(2);
  });

  it('reads --vars and --args in the same way', () => {
    project.run(['build', '--select', 'printed', '--vars', '{word: off, octal: 0b11}']);
    const [row] = project.rows('select vars from printed');
    expect(row?.['vars']).toContain('3;0o17;1000;90;False;');
  });

  it('refuses days that are not in the calendar', () => {
    const { code, stderr } = project.run(['parse', '--vars', '{moment: 2024-02-30}']);
    expect({ code, stderr }).toMatchObject({ code: 2 });
    expect(stderr).toContain('there is no day 2024-02-30');
  });

  it('takes the last of keys that stand twice, with a warning at its place', () => {
    const twice = createProject({
      'dbt_project.yml': 'name: twice\nprofile: twice\nvars: { a: 1 }\nvars: { a: 2 }\n',
      'profiles.yml':
        'twice: { target: dev, target: prod, outputs: { prod: { type: duckdb, path: a.duckdb } } }\n',
      'models/one.sql': "select {{ var('a') }} as id, {{ var('b') }} as b",
      'models/schema.yml':
        'models:\n  - { name: lost }\nmodels:\n  - name: one\n    description: first\n    description: second\n',
    });
    try {
      const { code, stderr } = twice.run(['compile', '--vars', '{b: 1, b: 3}']);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(twice.read('target/compiled/twice/models/one.sql')).toBe('select 2 as id, 3 as b\n');
      const { nodes } = twice.json('target/manifest.json') as {
        readonly nodes: Readonly<Record<string, { readonly description: string }>>;
      };
      expect(nodes['model.twice.one']?.description).toBe('second');
      for (const place of [
        'dbt_project.yml:4:1',
        'profiles.yml:1:23',
        '--vars:1:8',
        'models/schema.yml:3:1',
        'models/schema.yml:6:5',
      ]) {
        expect(stderr).toContain(`the last one counts, as in dbt\n  ${place}`);
      }
    } finally {
      twice.remove();
    }
  });
});
