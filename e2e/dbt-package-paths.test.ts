import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** Paths of what comes from a package; what is expected is what dbt 1.10 says of the same files. */
const files = {
  'dbt_project.yml': 'name: shop\nprofile: shop\n',
  'profiles.yml': `
shop: { target: dev, outputs: { dev: { type: duckdb, path: shop.duckdb, threads: 1 } } }
`,
  'packages.yml': 'packages: [{ local: tools }]\n',
  'models/own.sql': "select * from {{ ref('tools', 'of_package') }}\n",
  'tools/dbt_project.yml': 'name: tools\nmodel-paths: [sql]\n',
  'tools/sql/sub/of_package.sql': "select 1 as id, '{{ model.original_file_path }}' as path\n",
  'tools/sql/schema.yml': `
models: [{ name: of_package, description: "{{ doc('text') }}", columns: [{ name: id, data_tests: [not_null] }] }]
`,
  'tools/sql/text.md': '{% docs text %}said{% enddocs %}\n',
  'tools/macros/one.sql': '{% macro one() %}1{% endmacro %}\n',
  'tools/tests/single.sql': "select * from {{ ref('of_package') }} where id = 2\n",
  'tools/analyses/looked.sql': 'select 1 as one\n',
  'tools/seeds/sown.csv': 'id\n1\n',
};

describe('paths of packages', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
    expect(project.run(['deps'])).toMatchObject({ code: 0 });
    expect(project.run(['build'])).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());

  const list = (...selected: string[]): readonly string[] =>
    project
      .run(['ls', '--output', 'path', '--select', ...selected])
      .stdout.trim()
      .split('\n');

  it('begin with the folder of the package in artifacts', () => {
    const { nodes, macros, docs } = project.json('target/manifest.json') as Record<
      'nodes' | 'macros' | 'docs',
      Record<string, Record<'path' | 'original_file_path' | 'patch_path' | 'compiled_path', string>>
    >;
    expect(nodes['model.tools.of_package']).toMatchObject({
      path: 'sub/of_package.sql',
      original_file_path: 'sql/sub/of_package.sql',
      patch_path: 'tools://sql/schema.yml',
      compiled_path: 'target/compiled/tools/sql/sub/of_package.sql',
    });
    expect(nodes['seed.tools.sown']).toMatchObject({
      path: 'sown.csv',
      original_file_path: 'seeds/sown.csv',
    });
    expect(nodes['test.tools.single']).toMatchObject({ path: 'single.sql' });
    expect(nodes['analysis.tools.looked']).toMatchObject({
      path: 'analysis/looked.sql',
      original_file_path: 'analyses/looked.sql',
      fqn: ['tools', 'analysis', 'looked'],
    });
    expect(macros['macro.tools.one']).toMatchObject({
      path: 'macros/one.sql',
      original_file_path: 'macros/one.sql',
    });
    expect(docs['doc.tools.text']).toMatchObject({
      path: 'text.md',
      original_file_path: 'sql/text.md',
    });
    expect(project.exists('target/compiled/tools/sql/sub/of_package.sql')).toBe(true);
    expect(project.rows('select path from of_package')).toEqual([
      { path: 'sql/sub/of_package.sql' },
    ]);
  });

  it('are selected by what the project has, too', () => {
    expect(list('package:tools').toSorted()).toEqual([
      'seeds/sown.csv',
      'sql/schema.yml',
      'sql/sub/of_package.sql',
      'tests/single.sql',
    ]);
    expect(list('path:models')).toEqual(['models/own.sql']);
    expect(list('package:this')).toEqual(['models/own.sql']);
    for (const path of ['path:sql', 'path:dbt_packages']) expect(list(path)).toEqual(['']);
  });

  it('lead from the project folder in messages', () => {
    project.write('tools/sql/sub/of_package.sql', 'select {{ nothing }} as id\n');
    expect(project.run(['compile']).stderr).toContain(
      'dbt_packages/tools/sql/sub/of_package.sql:1:11',
    );
  });
});
