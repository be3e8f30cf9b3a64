import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What dbt-duckdb's profiles and models say besides SQL: databases, settings, files, indexes, hooks. */
const files = {
  'shop/dbt_project.yml': [
    'name: shop',
    'profile: shop',
    'source-paths: [models]',
    'target-path: ../docs',
    'on-run-start:',
    '  - create table if not exists oth.main.rates as select 2 as rate',
    "  - set memory_limit = '1GB'",
    'models: { shop: { +materialized: table, +grants: { select: [everyone] } } }',
  ].join('\n'),
  'shop/profiles.yml': [
    'shop:',
    '  target: dev',
    '  outputs:',
    '    dev:',
    '      type: duckdb',
    '      path: my shop.duckdb',
    '      external_root: files',
    '      settings: { integer_division: true }',
    '      attach: [{ path: other.duckdb, alias: oth }]',
  ].join('\n'),
  'shop/dbt_packages/tools/dbt_project.yml': 'name: tools\n',
  'shop/dbt_packages/tools/macros/seven.sql': '{% macro seven() %}7{% endmacro %}',
  'shop/models/sources.yml':
    'sources: [{ name: oth, database: oth, schema: main, tables: [{ name: rates }] }]',
  'shop/models/orders.sql': [
    "{{ config(indexes=[{'columns': ['id'], 'unique': true}]) }}",
    "select range::integer as id, 'abc'[1 + range % 3] as kind, {{ tools.seven() }} / rate as amount",
    "from range(4), {{ source('oth', 'rates') }}",
  ].join('\n'),
  'shop/models/parts.sql':
    "{{ config(materialized='external', location='parts', options={'partition_by': 'kind', 'overwrite_or_ignore': 1}) }}\nselect * from {{ ref('orders') }}",
  'shop/models/plain.sql':
    "{{ config(materialized='external', format='csv', delimiter='|') }}\nselect * from {{ ref('orders') }}",
  'shop/models/none.sql':
    "{{ config(materialized='external') }}\nselect * from {{ ref('orders') }} where false",
  'shop/models/counts.sql':
    "select (select count(*) from {{ ref('parts') }}) as parts, (select sum(id) from {{ ref('plain') }}) as plain, (select count(*) from {{ ref('none') }}) as none",
  'shop/models/in_python.py': "def model(dbt, session):\n    return dbt.ref('orders')\n",
  'shop/models/after_python.sql': "select * from {{ ref('in_python') }}",
  'shop/models/dropping.sql': "{{ config(pre_hook='drop table gone') }}\nselect 1 as a",
  'shop/models/elsewhere.sql':
    "{{ config(database='oth', post_hook=\"copy {{ this }} to '{{ target.name }}.json'\") }}\nselect id from {{ ref('orders') }}",
  'shop/models/kinds.sql': [
    "{{ config(materialized='incremental', on_schema_change='append_new_columns') }}",
    "select id::hugeint as id, kind::enum('a', 'b', 'c') as kind",
    "{% if is_incremental() %}, {'n': id::uhugeint} as parts{% endif %}",
    "from {{ ref('orders') }}",
  ].join('\n'),
  'shop/models/halves.sql': "select id / 2 as half from {{ ref('orders') }}",
  'shop/models/unit_tests.yml':
    "unit_tests: [{ name: whole_halves, model: halves, given: [{ input: ref('orders'), rows: [{ id: 7 }] }], expect: { rows: [{ half: 3 }] } }]",
  'shop/models/models.yml': [
    'models:',
    '  - name: plain',
    '    columns: [{ name: id, data_tests: [unique] }]',
    '  - name: kinds',
    "    columns: [{ name: id, data_type: int128 }, { name: kind, data_type: \"ENUM( 'a','b','c')\" }]",
    '    config: { contract: { enforced: true } }',
  ].join('\n'),
};

describe("a project with dbt-duckdb's profile", () => {
  let project: TestProject;
  let statuses: Readonly<Record<string, string>>;
  const path = (name: string): string => join(project.root, name);

  beforeAll(() => {
    project = createProject(files);
    const built = project.run(['build', '--project-dir', 'shop']);
    expect(built.code, built.stderr).toBe(1);
    const results = JSON.parse(readFileSync(path('docs/run_results.json'), 'utf8')) as {
      readonly results: readonly { readonly unique_id: string; readonly status: string }[];
    };
    statuses = Object.fromEntries(
      results.results.map((each) => [each.unique_id.replace(/^\w+\.shop\./u, ''), each.status]),
    );
  });
  afterAll(() => project.remove());

  it('builds everything but what asks for Python, or removes what others made', () => {
    const other = Object.entries(statuses).filter(
      ([, status]) => status !== 'success' && status !== 'pass',
    );
    expect(Object.fromEntries(other)).toEqual({
      in_python: 'error',
      after_python: 'skipped',
      dropping: 'error',
    });
  });

  it('writes external models to files, and reads them from there', () => {
    expect(readFileSync(path('shop/files/plain.csv'), 'utf8').split('\n')[0]).toBe(
      'id|kind|amount',
    );
    expect(existsSync(path('shop/parts/kind=a'))).toBe(true);
    expect(existsSync(path('shop/dev.json'))).toBe(true);
    const shown = project.run([
      'show',
      '--project-dir',
      'shop',
      '--inline',
      "select c.*, o.amount, (select count(*) from oth.main.elsewhere) as others, (select count(*) from duckdb_indexes() where is_unique) as indexes from {{ ref('counts') }} c, {{ ref('orders') }} o limit 1",
      '--output',
      'json',
    ]);
    expect(JSON.parse(shown.stdout)).toEqual({
      show: [{ parts: 4, plain: 6, none: 0, amount: 3, others: 4, indexes: 1 }],
    });
  });

  it('adds columns of types that DuckDB alone has', () => {
    const file = readFileSync(path('shop/models/models.yml'), 'utf8');
    project.write('shop/models/models.yml', file.replace('enforced: true', 'enforced: false'));
    const run = ['run', '--project-dir', 'shop', '--select', 'kinds parts plain'];
    expect(project.run(run)).toMatchObject({ code: 0 });
    const shown = project.run([
      ...['show', '--project-dir', 'shop', '--output', 'json', '--inline'],
      "select typeof(id) as id, typeof(kind) as kind, typeof(parts) as parts, count(*)::int as n from {{ ref('kinds') }} group by all",
    ]);
    const row = { id: 'HUGEINT', kind: "ENUM('a', 'b', 'c')", parts: 'STRUCT(n UHUGEINT)', n: 8 };
    expect(JSON.parse(shown.stdout)).toEqual({ show: [row] });
  });

  it('keeps a target folder beside the project when it is cleaned: others may write there, too', () => {
    const { code, stderr } = project.run(['clean', '--project-dir', 'shop']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('../docs') as string,
    });
    expect(existsSync(path('docs/manifest.json'))).toBe(true);
  });

  it('is parsed, listed and compiled where its warehouse cannot be reached', () => {
    rmSync(path('shop/other.duckdb'));
    const profiles = readFileSync(path('shop/profiles.yml'), 'utf8');
    project.write('shop/profiles.yml', profiles.replace('my shop.duckdb', 'md:shop'));
    for (const command of ['ls', 'compile']) {
      const { code, stderr } = project.run([command, '--project-dir', 'shop']);
      expect({ command, code }).toEqual({ command, code: 0 });
      expect(stderr).toContain('MotherDuck is a service that is not reached');
    }
    const { code, stderr } = project.run(['build', '--project-dir', 'shop']);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('connection-failed') as string,
    });
  });
});
