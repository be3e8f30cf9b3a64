import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Templates in properties files of a dbt project: what is expected is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: shop
profile: shop
vars: { n: 3, flag: true, text: blue, many: [a, b], nothing: null, ver: 2, dict: { x: 1 } }
`,
  'profiles.yml': `
shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb, threads: 1 } } }
`,
  'models/one.sql': "select 3 as id, 'x blue' as name",
  'models/two_v1.sql': 'select 1 as id, 2 as extra',
  'models/two_v2.sql': 'select 1 as id',
  'models/three.sql': "select id from {{ ref('one') }} where id < {{ var('n') }} + 1",
  'macros/m.sql': '{% macro m(a) %}1{% endmacro %}',
  'models/schema.yml': `
groups:
  - name: "{{ 'g' ~ var('n') }}"
    owner: { name: "{{ var('text') }}", email: "{{ target.name }}@example.org" }
models:
  - name: "{{ 'o' ~ 'ne' }}"
    meta:
      n: "{{ var('n') }}"
      text: "x {{ var('text') }}"
      many: "{{ var('many') }}"
      deep: { list: ["{{ var('n') }}", "{{ 1 + 1 }}"] }
      nothing: "{{ var('nothing') }}"
      dict: "{{ var('dict') }}"
      brace: "{{ '{{ var(1) }}' }}"
      description: "{{ var('n') }}"
      tests: "{{ var('n') }}"
    docs: { show: "{{ not var('flag') }}", node_color: "{{ var('text') }}" }
    group: "{{ 'g' ~ var('n') }}"
    access: "{{ 'public' }}"
    columns:
      - name: "{{ 'id' }}"
        data_type: "{{ 'integer' }}"
        quote: "{{ var('flag') }}"
        meta: { n: "{{ var('n') }}", description: "{{ var('text') }}" }
        tags: ["{{ var('text') }}"]
      - { name: name, tags: "{{ var('many') }}" }
  - name: two
    latest_version: "{{ var('ver') }}"
    columns: [{ name: id }]
    versions:
      - v: "{{ var('n') - 2 }}"
        config: { meta: { v: "{{ var('n') }}" } }
        columns: [{ include: "{{ 'all' }}" }, { name: extra, meta: { n: "{{ var('n') }}" } }]
      - v: 2
sources:
  - name: "{{ 'src' ~ var('n') }}"
    tags: ["{{ var('text') }}"]
    meta: { description: "{{ var('n') }}" }
    quoting: { identifier: "{{ var('flag') }}" }
    tables:
      - name: "{{ 't' ~ var('n') }}"
        columns: [{ name: "{{ 'c' ~ var('n') }}", meta: { n: "{{ var('n') }}" } }]
macros:
  - name: m
    meta: { n: "{{ var('n') }}" }
    docs: { show: "{{ not var('flag') }}" }
    arguments: [{ name: "{{ 'a' }}", type: "{{ 'int' }}", description: "a {{ var('n') }}" }]
exposures:
  - name: "{{ 'e' ~ var('n') }}"
    label: "L {{ var('n') }}"
    type: "{{ 'dashboard' }}"
    maturity: "{{ 'high' }}"
    url: "https://{{ target.name }}.example.org"
    owner: { name: "{{ var('text') }}", email: "{{ var('text') }}@example.org", team: "{{ var('n') }}" }
    meta: { n: "{{ var('n') }}" }
    tags: ["{{ var('text') }}"]
    depends_on: ["ref('{{ 'three' }}')"]
unit_tests:
  - name: "{{ 'u' ~ var('n') }}"
    model: "{{ 'three' }}"
    given:
      - input: ref('{{ 'one' }}')
        rows: [{ id: "{{ var('n') }}", name: "x {{ var('text') }}" }, { id: "{{ 4 }}" }]
    expect: { rows: [{ id: "{{ var('n') }}" }, { id: 4 }] }
    overrides: { vars: { n: "{{ var('n') + 1 }}" } }
`,
};

type Entry = Readonly<Record<string, unknown>>;
type Manifest = Readonly<Record<string, Readonly<Record<string, Entry>>>>;

describe('templates in the properties files of a dbt project', () => {
  let project: TestProject;
  let manifest: Manifest;

  beforeAll(() => {
    project = createProject(files);
    const parsed = project.run(['parse']);
    expect(parsed.code, parsed.stderr).toBe(0);
    manifest = JSON.parse(project.read('target/manifest.json')) as Manifest;
  });

  afterAll(() => {
    project.remove();
  });

  it('give values of models, columns and versions', () => {
    const meta = {
      n: 3,
      text: 'x blue',
      many: ['a', 'b'],
      deep: { list: [3, '2'] },
      nothing: null,
      dict: { x: 1 },
      brace: '{{ var(1) }}',
      description: "{{ var('n') }}",
      tests: "{{ var('n') }}",
    };
    expect(manifest['nodes']?.['model.shop.one']).toMatchObject({
      meta,
      config: { meta },
      unrendered_config: { meta },
      docs: { show: false, node_color: 'blue' },
      group: 'g3',
      access: 'public',
      columns: {
        id: {
          name: 'id',
          data_type: 'integer',
          quote: true,
          meta: { n: 3, description: 'blue' },
          tags: ['blue'],
        },
        name: { tags: ['a', 'b'] },
      },
    });
    expect(manifest['nodes']?.['model.shop.two.v1']).toMatchObject({
      version: 1,
      latest_version: 2,
      meta: { v: 3 },
      columns: { id: {}, extra: { meta: { n: 3 } } },
    });
  });

  it('give values of sources, groups, macros and exposures', () => {
    expect(manifest['sources']?.['source.shop.src3.t3']).toMatchObject({
      tags: ['blue'],
      source_meta: { description: 3 },
      quoting: { identifier: true },
      columns: { c3: { meta: { n: 3 } } },
    });
    expect(manifest['groups']?.['group.shop.g3']).toMatchObject({
      owner: { name: 'blue', email: 'dev@example.org' },
    });
    expect(manifest['macros']?.['macro.shop.m']).toMatchObject({
      meta: { n: 3 },
      docs: { show: false },
      arguments: [{ name: 'a', type: 'int', description: 'a 3' }],
    });
    expect(manifest['exposures']?.['exposure.shop.e3']).toMatchObject({
      label: 'L 3',
      type: 'dashboard',
      maturity: 'high',
      url: 'https://dev.example.org',
      owner: { name: 'blue', email: 'blue@example.org', team: 3 },
      meta: { n: 3 },
      tags: ['blue'],
      depends_on: { nodes: ['model.shop.three'] },
    });
  });

  it('give rows and variables of unit tests', () => {
    expect(manifest['unit_tests']?.['unit_test.shop.three.u3']).toMatchObject({
      given: [{ input: "ref('one')", rows: [{ id: 3, name: 'x blue' }, { id: '4' }] }],
      expect: { rows: [{ id: 3 }, { id: 4 }] },
      overrides: { vars: { n: 4 } },
    });
    const build = project.run(['build', '--select', '+three']);
    expect(build.code, build.stdout + build.stderr).toBe(0);
    expect(build.stdout + build.stderr).toContain('u3');
  });

  it('that dbt refuses are refused at their places', () => {
    const refused = [
      [`quote: "{{ var('n') }}"`, 'config-invalid-value'],
      [`meta: { a: "{{ ref('one') }}" }`, 'template-forbidden'],
      [`meta: { a: "{{ var('gone') }}" }`, 'var-undefined'],
      [`meta: { a: "{{ nope }}" }`, 'template-undefined'],
      [`meta: { a: "{{ var('n') " }`, 'template-syntax'],
    ] as const;
    for (const [entry, code] of refused) {
      const broken = createProject({
        ...files,
        'models/schema.yml': `models:\n  - name: one\n    columns:\n      - name: id\n        ${entry}\n`,
      });
      const run = broken.run(['parse']);
      broken.remove();
      expect(run.code).toBe(2);
      expect(run.stderr).toContain(`error[${code}]`);
      expect(run.stderr).toContain('models/schema.yml:5:');
    }
  });
});
