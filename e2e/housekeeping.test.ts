import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { bin, createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

const one = { 'stedi_project.yml': plainConfig, 'models/one.sql': 'select 1 as id\n' };

describe('init', () => {
  it('starts a project that builds at once', () => {
    project = createProject({});
    const { code, stdout } = project.run(['init', 'my_shop']);
    expect(code).toBe(0);
    expect(stdout).toContain('Next: cd my_shop && stedi-sql build');
    const build = project.run(['build', '--project-dir', 'my_shop']);
    expect(build.stderr).toBe('');
    expect(build.code).toBe(0);
  });

  it('overwrites nothing', () => {
    project = createProject({ 'stedi_project.yml': 'name: mine\n' });
    const { code, stderr } = project.run(['init']);
    expect(code).toBe(2);
    expect(stderr).toContain('stedi_project.yml');
    expect(project.list('.')).toEqual(['stedi_project.yml']);
    expect(project.read('stedi_project.yml')).toBe('name: mine\n');
  });
});

describe('clean', () => {
  it('removes what the command wrote, and keeps the warehouse', () => {
    project = createProject(one);
    expect(project.run(['build']).code).toBe(0);
    project.write('target/notes.txt', 'mine');
    expect(project.exists('logs/stedi.log')).toBe(true);
    project.write('logs/mine.log', 'mine');
    expect(project.run(['clean']).code).toBe(0);
    expect(project.list('logs')).toEqual(['mine.log']);
    expect(project.list('target')).toEqual(['notes.txt', 'warehouse.duckdb']);
    expect(project.run(['clean', '--warehouse']).code).toBe(0);
    expect(project.list('target')).toEqual(['notes.txt']);
  });

  it.each(['.', '..', '/tmp', 'models/../..'])('refuses target-path %s', (targetPath) => {
    project = createProject({
      ...one,
      'stedi_project.yml': `name: shop\ntarget-path: ${targetPath}\n`,
      'compiled/keep.sql': 'mine',
      'manifest.json': 'mine',
    });
    const { code } = project.run(['clean']);
    expect(code).toBe(2);
    expect(project.exists('compiled/keep.sql')).toBe(true);
    expect(project.exists('manifest.json')).toBe(true);
  });

  it('has nothing to do where nothing was built', () => {
    project = createProject(one);
    expect(project.run(['clean']).code).toBe(0);
  });
});

describe('debug', () => {
  it('says that all is well', () => {
    project = createProject(one);
    const { code, stdout } = project.run(['debug']);
    expect(code).toBe(0);
    expect(stdout).toContain('All checks passed');
  });

  it('says what is wrong and how to mend it', () => {
    project = createProject({ ...one, 'stedi_project.yml': 'name: shop\nmodls:\n  x: 1\n' });
    const broken = project.run(['debug']);
    expect(broken.code).toBe(2);
    expect(broken.stderr).toContain("did you mean 'models'?");
  });
});

describe('bad surroundings', () => {
  it('says that there is no project', () => {
    project = createProject({});
    const { code, stderr } = project.run(['build']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[project-not-found]');
  });

  // Root writes everywhere.
  it.skipIf(process.getuid?.() === 0)('says that the target folder is read-only', () => {
    project = createProject({ ...one, 'target/keep': '' });
    chmodSync(join(project.root, 'target'), 0o555);
    const { code, stderr } = project.run(['compile']);
    chmodSync(join(project.root, 'target'), 0o755);
    expect(code).toBe(2);
    expect(stderr).toContain('error[write-failed]');
    expect(stderr).not.toContain('    at ');
  });

  it('says that a file stands where the target folder should be', () => {
    project = createProject({ ...one, target: 'a file' });
    const { code, stderr } = project.run(['compile']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[write-failed]');
    expect(stderr).not.toContain('    at ');
  });
});

describe('a bug', () => {
  const stumble = (env: NodeJS.ProcessEnv): string => {
    project = createProject({});
    const module = pathToFileURL(join(dirname(bin), '../dist/cli/internal-error.js')).href;
    project.write(
      'stumble.mjs',
      `import { reportInternalError } from '${module}'; reportInternalError(new TypeError('oops s3cret'));`,
    );
    return spawnSync(process.execPath, ['stumble.mjs'], {
      cwd: project.root,
      encoding: 'utf8',
      env: { ...process.env, FORCE_COLOR: '0', ...env },
    }).stderr;
  };

  it('is told apart from mistakes, without a stack and without secrets', () => {
    const text = stumble({ STEDI_ENV_SECRET_X: 's3cret' });
    expect(text).toContain(
      'error[internal]: stedi-sql stopped because of a bug: TypeError: oops *****',
    );
    expect(text).toContain('STEDI_DEBUG=1');
    expect(text).not.toContain('    at ');
  });

  it('shows its stack to who asks for it', () => {
    expect(stumble({ STEDI_DEBUG: '1' })).toContain('    at ');
  });
});

describe('secrets', () => {
  it.each(['STEDI_ENV_SECRET_TOKEN', 'DBT_ENV_SECRET_TOKEN'])(
    'are never printed or written: %s',
    (name) => {
      const secret = 's3cret\'"\\é';
      project = createProject({
        ...one,
        'models/two.sql': `select '${secret.replaceAll("'", "''")}' as leaked, cast('x' as bigint) as id\n`,
      });
      const env = { [name]: secret };
      const outputs = [
        project.run(['build'], { env }),
        project.run(['compile'], { env }),
        project.run(['show', 'two'], { env }),
        project.run(['show', '--inline', `select '${secret.replaceAll("'", "''")}' as x`], { env }),
        project.run(['build', '--log-format', 'json'], { env }),
        project.run(['ls', '--output', 'json'], { env }),
      ].map(({ stdout, stderr }) => stdout + stderr);
      const files = project
        .list('target')
        .filter((path) => !path.startsWith('warehouse'))
        .map((path) => project.read(`target/${path}`));
      expect(files.length).toBeGreaterThan(3);
      for (const text of [...outputs, ...files]) {
        expect(text).not.toContain('s3cret');
        expect(text).not.toBe('');
      }
      expect(outputs[3]).toContain('*****');
    },
  );
});

describe('Ctrl-C', () => {
  it('stops the running query, writes the artifacts and exits 130', async () => {
    project = createProject({
      ...one,
      'stedi_project.yml': `${plainConfig}  `,
      'models/endless.sql': [
        'select sum(a * b * c) as n',
        'from unnest(sequence(1, 10000)) as x(a)',
        'cross join unnest(sequence(1, 10000)) as y(b)',
        'cross join unnest(sequence(1, 10000)) as z(c)',
        '',
      ].join('\n'),
      'models/after.sql': "select * from {{ ref('endless') }}\n",
    });
    const { code, stdout } = await project.start(
      ['run', '--threads', '1', '--select', 'one', 'endless+'],
      {
        signalWhen: /nodes to run/u,
      },
    );
    expect(code).toBe(130);
    expect(stdout).toContain('Cancelled after');
    const { results } = project.json('target/run_results.json') as { results: unknown[] };
    expect(results).toHaveLength(3);
  });
});
