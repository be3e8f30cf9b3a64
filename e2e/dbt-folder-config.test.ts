import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Configuration of a dbt project by folder: what is expected is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: shop
profile: shop
models:
  shop: { +tags: [all] }
  unused: { +enabled: false }
  kept: { +schema: other }
snapshots:
  kept: { past: { +enabled: false } }
on-run-start: ['create table if not exists {{ target.schema }}.audit (a int)']
on-run-end: ["insert into {{ target.schema }}.audit select count(*) from {{ ref('one') }}"]
`,
  'profiles.yml': `
shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb, threads: 1 } } }
`,
  'models/one.sql': 'select 1 as id',
  'analyses/look.sql': "select * from {{ ref('one') }}",
  'dbt_packages/unused/dbt_project.yml': `
name: unused
on-run-start: ['create table from_unused (a int)']
on-run-end: ["insert into from_unused select count(*) from {{ ref('gone') }}"]
`,
  'dbt_packages/unused/models/gone.sql': 'select 1 as id',
  'dbt_packages/kept/dbt_project.yml': `
name: kept
on-run-start: ['create table if not exists from_kept (a int)']
`,
  'dbt_packages/kept/models/two.sql': 'select 2 as id',
  'dbt_packages/kept/models/schema.yml': `
unit_tests:
  - { name: gives_two, model: two, given: [], expect: { rows: [{ id: 2 }] } }
`,
  'dbt_packages/kept/snapshots/past.sql': `
{% snapshot past %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select 1 as id{% endsnapshot %}
`,
};

interface Entry {
  readonly refs: readonly { readonly name: string }[];
  readonly depends_on: { readonly nodes: readonly string[] };
  readonly tags: readonly string[];
  readonly schema: string;
  readonly unrendered_config: unknown;
  readonly compiled_path: string;
}

interface Manifest {
  readonly nodes: Readonly<Record<string, Entry>>;
  readonly disabled: Readonly<Record<string, unknown>>;
  readonly unit_tests: Readonly<Record<string, Entry>>;
  readonly parent_map: Readonly<Record<string, readonly string[]>>;
  readonly child_map: Readonly<Record<string, readonly string[]>>;
}

describe('the configuration of a dbt project by folder', () => {
  let project: TestProject;
  let manifest: Manifest;
  beforeAll(() => {
    project = createProject(files);
    expect(project.run(['build'])).toMatchObject({ code: 0 });
    manifest = project.json('target/manifest.json') as Manifest;
  });
  afterAll(() => project.remove());

  it('switches the hooks of a package off with its models', () => {
    const made = project
      .rows(
        'select table_name from duckdb_tables() union all select view_name from duckdb_views() where not internal',
      )
      .map((row) => row['table_name']);
    expect(made).toContain('audit');
    expect(made).toContain('from_kept');
    expect(made).not.toContain('from_unused');
    expect(Object.keys(manifest.disabled).sort()).toEqual([
      'model.unused.gone',
      'operation.unused.unused-on-run-end-0',
      'operation.unused.unused-on-run-start-0',
      'snapshot.kept.past',
    ]);
  });

  it('switches snapshots of a package off', () => {
    const results = project.json('target/run_results.json') as {
      readonly results: readonly { readonly unique_id: string }[];
    };
    const ids = results.results.map((each) => each.unique_id);
    expect(ids).toContain('model.kept.two');
    expect(ids).not.toContain('snapshot.kept.past');
  });

  it('is for hooks and analyses what it is for models', () => {
    const end = manifest.nodes['operation.shop.shop-on-run-end-0'];
    expect(end).toMatchObject({
      tags: ['on-run-end', 'all'],
      refs: [{ name: 'one' }],
      depends_on: { nodes: ['model.shop.one'] },
    });
    expect(manifest.nodes['operation.kept.kept-on-run-start-0']?.schema).toBe('main_other');
    expect(manifest.nodes['analysis.shop.look']?.tags).toEqual(['all']);
    const analyses = ['--resource-type', 'analysis', '--output', 'name'];
    expect(project.run(['ls', '--select', 'tag:all', ...analyses]).stdout).toBe('look\n');
    expect(manifest.child_map['model.shop.one']).toEqual([
      'analysis.shop.look',
      'operation.shop.shop-on-run-end-0',
    ]);
    expect(manifest.parent_map['operation.shop.shop-on-run-end-0']).toEqual(['model.shop.one']);
  });

  it('stands in the manifest as it is written, also of what comes from a package', () => {
    expect(manifest.nodes['model.kept.two']?.unrendered_config).toEqual({ schema: 'other' });
    expect(manifest.unit_tests['unit_test.kept.two.gives_two']?.schema).toBe('main_other');
    expect(project.exists('target/compiled/kept/models/schema.yml/models/gives_two.sql')).toBe(
      true,
    );
  });
});
