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
