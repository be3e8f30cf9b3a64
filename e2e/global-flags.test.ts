import { afterEach, describe, expect, it } from 'vitest';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

describe('--target-path', () => {
  it('is where artifacts go and are looked for', () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/one.sql': 'select 1 as id\n',
      'models/two.sql': "select 1 / (id - 1) as id from {{ ref('one') }}\n",
    });
    expect(project.run(['--target-path', 'out', 'build']).code).toBe(1);
    expect(project.list('target')).toEqual(['warehouse.duckdb']);
    for (const file of ['manifest.json', 'run_results.json', 'compiled/shop/models/one.sql']) {
      expect(project.exists(`out/${file}`)).toBe(true);
    }

    // Relative to the project folder, wherever the command is called, as in dbt; what is missing there is missing.
    const env = { DBT_TARGET_PATH: 'out' };
    expect(project.run(['retry']).stderr).toContain("'target' holds no run_results.json");
    project.write('models/two.sql', "select id from {{ ref('one') }}\n");
    const retried = project.run(['retry'], { env });
    expect({ ...retried, stdout: '' }).toEqual({ code: 0, stderr: '', stdout: '' });
    expect(retried.stdout).toContain('two');
    expect(retried.stdout).not.toMatch(/model one/u);

    // The second parse finds what the first one kept, in that folder alone.
    for (const args of [['parse'], ['parse']]) {
      const { stdout } = project.run([...args, '--target-path', 'out']);
      expect(stdout).toBe('Parsed 2 nodes to out/manifest.json.\n');
    }
    expect(project.exists('target/manifest.json')).toBe(false);
    expect(project.run(['parse']).stdout).toBe('Parsed 2 nodes to target/manifest.json.\n');
    expect(project.exists('target/manifest.json')).toBe(true);

    project.write('models/two.sql', "select id + 1 as id from {{ ref('one') }}\n");
    const modified = ['ls', '-s', 'state:modified', '--state', 'out', '--target-path', 'new'];
    expect(project.run(modified).stdout).toBe('shop.two\n');

    expect(project.run(['clean'], { env }).code).toBe(0);
    expect(project.exists('out')).toBe(false);
    expect(project.exists('target/manifest.json')).toBe(true);
    expect(project.run(['clean', '--target-path', '..']).code).toBe(2);
  });
});

/** A project that warns when it is parsed, and whose test warns. */
const warns = {
  'dbt_project.yml': 'name: shop\nprofile: shop\nmodels:\n  shop:\n    nowhere: { +tags: a }\n',
  'profiles.yml':
    'shop:\n  target: dev\n  outputs:\n    dev: { type: duckdb, path: shop.duckdb, threads: 1 }\n',
  'models/one.sql': 'select 1 as id union all select 1\n',
  'models/two.sql': "select * from {{ ref('one') }}\n",
  'models/schema.yml': `models:
  - name: one
    columns:
      - { name: id, data_tests: [{ unique: { config: { severity: warn } } }] }
`,
};

describe('--warn-error', () => {
  it.each<readonly [readonly string[], NodeJS.ProcessEnv]>([
    [['--warn-error'], {}],
    [[], { DBT_WARN_ERROR: '1' }],
    [['--warn-error-options', '{"include": ["config-unused"]}'], {}],
    [[], { DBT_WARN_ERROR_OPTIONS: '{"error": ["UnusedResourceConfigPath"]}' }],
  ])('%j %j: builds nothing where parsing warns', (args, env) => {
    project = createProject(warns);
    const warned = project.run(['build']);
    expect(warned.code).toBe(0);
    expect(warned.stderr).toContain('warning[config-unused]');
    project.remove();
    project = createProject(warns);
    for (const command of ['build', 'parse', 'ls']) {
      const refused = project.run([command, ...args], { env });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/error\[config-unused\][^\n]*\n +dbt_project.yml\n/u);
    }
    expect(project.exists('shop.duckdb')).toBe(false);
    expect(project.exists('target/manifest.json')).toBe(false);
  });

  it.each(['gated', '--no-audit-gate'])(
    'fails a test that warns, and what reads its model is skipped, as in dbt: %s',
    (gate) => {
      project = createProject(warns);
      const options = '{"error": "all", "silence": ["config-unused"]}';
      const args = gate === '--no-audit-gate' ? [gate] : [];
      const { code, stdout, stderr } = project.run([
        'build',
        ...args,
        '--warn-error-options',
        options,
      ]);
      expect(code).toBe(1);
      expect(stderr).not.toContain('config-unused');
      expect(stderr).toContain('Got 1 result, configured to fail if != 0');
      expect(stdout).toMatch(/FAIL +test +unique_one_id/u);
      expect(stdout).toMatch(/SKIP +view +main\.two/u);
      // What the author asked for stands in the manifest as before.
      expect(project.read('target/manifest.json')).toMatch(/"severity": ?"warn"/iu);
    },
  );

  it('is what flags of the project file say, and names that nothing has are told', () => {
    project = createProject({
      ...warns,
      'dbt_project.yml': `${warns['dbt_project.yml']}flags: { warn_error: true }\n`,
    });
    expect(project.run(['build']).code).toBe(2);
    const { code, stderr } = project.run([
      'parse',
      '--warn-error-options',
      '{"silence": ["Bogus"]}',
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain("warning[usage]: 'Bogus' under 'silence'");
  });
});
