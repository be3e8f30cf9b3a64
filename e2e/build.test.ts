import { afterEach, describe, expect, it } from 'vitest';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

/** Two models, one on the other, with tests that pass. */
const shop = {
  'stedi_project.yml': plainConfig,
  'models/orders.sql': "select 1 as id, 'a' as item union all select 2, 'b'\n",
  'models/totals.sql': "-- one row\nselect count(*) as n from {{ ref('orders') }}\n",
  'models/schema.yml': [
    'models:',
    '  - name: orders',
    '    columns:',
    '      - name: id',
    '        data_tests: [not_null, unique]',
    '',
  ].join('\n'),
};

interface RunResultsFile {
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

/** What is read of the log's events. */
interface StartEvent {
  readonly info: { readonly name: string };
  readonly data: { readonly node_info?: { readonly node_name: string } };
}

const statuses = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (project.json('target/run_results.json') as RunResultsFile).results.map((each) => [
      each.unique_id.split('.')[2] ?? '',
      each.status,
    ]),
  );

const showTotals = (): unknown =>
  JSON.parse(
    project.run(['show', '--inline', 'select * from main.totals', '--output', 'json']).stdout,
  );

describe('build', () => {
  it('builds, tests, sums up and writes the artifacts', () => {
    project = createProject(shop);
    const { code, stdout, stderr } = project.run(['build']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/ OK {5}table {10}main\.orders \.+ \[2 rows in \d+\.\d\ds\]/u);
    expect(stdout).toMatch(/^ {2}orders {2}table {2}2 rows {2,}\d+\.\d\ds$/mu);
    expect(stdout).toContain('Models: 2 built\nTests:  2 passed\nDone in ');
    expect(stdout).toContain('Next: stedi-sql show totals --limit 10\n');
    expect(project.list('target').filter((path) => !path.startsWith('warehouse'))).toEqual([
      '.cache/parse/properties.cache',
      'compiled/shop/models/orders.sql',
      'compiled/shop/models/schema.yml/not_null_orders_id.sql',
      'compiled/shop/models/schema.yml/unique_orders_id.sql',
      'compiled/shop/models/totals.sql',
      'manifest.json',
      'run/shop/models/orders.sql',
      'run/shop/models/schema.yml/not_null_orders_id.sql',
      'run/shop/models/schema.yml/unique_orders_id.sql',
      'run/shop/models/totals.sql',
      'run_results.json',
      'timings.json',
    ]);
    expect(project.read('target/compiled/shop/models/totals.sql')).toMatch(/^-- one row\nselect/u);
    expect(JSON.stringify(project.json('target/manifest.json'))).not.toContain(project.root);
    expect(statuses()).toEqual({
      orders: 'success',
      totals: 'success',
      not_null_orders_id: 'pass',
      unique_orders_id: 'pass',
    });
  });

  it('keeps the published table when a test fails, and skips what depends on it', () => {
    project = createProject(shop);
    expect(project.run(['build']).code).toBe(0);
    project.write(
      'models/orders.sql',
      "select 1 as id, 'a' as item union all select 1, 'b' union all select 3, 'c'\n",
    );
    const { code, stdout, stderr } = project.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('FAIL unique_orders_id (models/schema.yml:5)');
    expect(stderr).toContain('target/compiled/shop/models/schema.yml/unique_orders_id.sql');
    expect(stdout).toMatch(/Tests: {2}1 passed, 1 failed\nFailed after/u);
    expect(statuses()).toMatchObject({ unique_orders_id: 'fail', totals: 'skipped' });
    expect(showTotals()).toEqual({ show: [{ n: 2 }] });
    expect(stdout).toContain('Next: stedi-sql show unique_orders_id\n');

    const rows = project.run(['show', 'unique_orders_id', '--output', 'json']);
    expect(rows.stdout).toContain('"show"');
    expect((JSON.parse(rows.stdout) as { show: unknown[] }).show).toHaveLength(1);
  });

  it('publishes first with --no-audit-gate', () => {
    project = createProject({
      ...shop,
      'models/orders.sql': 'select 1 as id union all select 1\n',
    });
    const { code } = project.run(['build', '--no-audit-gate']);
    expect(code).toBe(1);
    const { stdout } = project.run([
      'show',
      '--inline',
      'select count(*) as n from main.orders',
      '--output',
      'json',
    ]);
    expect(JSON.parse(stdout)).toEqual({ show: [{ n: 2 }] });
  });

  it('maps an error of the engine to the line of the model, and goes on with the rest', () => {
    project = createProject({
      ...shop,
      'models/orders.sql': "select\n  cast('x' as bigint) as id\n",
      'models/other.sql': 'select 1 as id\n',
    });
    const { code, stdout, stderr } = project.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[engine-error]');
    expect(stderr).toContain('models/orders.sql:2:');
    expect(stdout).toContain('Models: 1 built, 1 failed, 1 skipped');
    expect(stdout).toContain('Next: stedi-sql compile --select orders\n');
    expect(statuses()).toMatchObject({ orders: 'error', totals: 'skipped', other: 'success' });
  });

  it('stops before it touches anything when a ref is misspelt', () => {
    project = createProject({
      ...shop,
      'models/totals.sql': "select *\nfrom {{ ref('ordrs') }}\n",
    });
    const { code, stderr } = project.run(['build']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[ref-not-found]');
    expect(stderr).toContain('models/totals.sql:2:');
    expect(stderr).toContain("hint: did you mean 'orders'?");
    expect(project.exists('target')).toBe(false);
  });

  it('touches nothing on a dry run', () => {
    project = createProject(shop);
    const text = project.run(['build', '--dry-run']);
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^1\. main\.orders \(table\)$/mu);
    expect(text.stdout).toContain('test unique_orders_id');
    const json = project.run(['run', '--dry-run', '--output', 'json']);
    expect(json.code).toBe(0);
    expect((JSON.parse(json.stdout) as { nodes: unknown[] }).nodes).toHaveLength(2);
    expect(project.exists('target')).toBe(false);
  });

  it('builds a selection', () => {
    project = createProject(shop);
    expect(project.run(['build', '--select', 'orders', '--exclude', 'unique_orders_id']).code).toBe(
      0,
    );
    expect(statuses()).toEqual({ orders: 'success', not_null_orders_id: 'pass' });
  });

  it('warns of a selection without nodes, and exits 0', () => {
    project = createProject(shop);
    const { code, stderr } = project.run(['build', '--select', 'ordrs']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning[selection-empty]');
    expect(stderr).toContain("did you mean 'orders'?");
  });

  it('says that a project has no models', () => {
    project = createProject({ 'stedi_project.yml': 'name: empty\n' });
    const { code, stderr } = project.run(['build']);
    expect(stderr).toContain("project 'empty' has no models yet");
    expect(code).toBe(0);
  });

  it('takes variables from the command line', () => {
    project = createProject({
      'stedi_project.yml': 'name: shop\nvars:\n  wanted: 1\n',
      'models/one.sql': "select {{ var('wanted') }} as id\n",
    });
    expect(project.run(['run', '--vars', '{wanted: 7}']).code).toBe(0);
    expect(project.read('target/compiled/shop/models/one.sql')).toBe('select 7 as id\n');
    const { code, stderr } = project.run(['run', '--vars', '[1, 2]']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[vars-invalid]');
  });

  it('stops at the first failure with --fail-fast', () => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/a.sql': "select cast('x' as bigint) as id\n",
      'models/b.sql': 'select 1 as id\n',
    });
    expect(project.run(['run', '--fail-fast', '--threads', '1']).code).toBe(1);
    expect(statuses()).toMatchObject({ a: 'error', b: 'skipped' });
  });

  it("starts first what took longest in the other state's run, where it never ran here", () => {
    const model = 'select 1 as id\n';
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/a.sql': model,
      'models/b.sql': model,
      'models/c.sql': model,
    });
    expect(project.run(['parse']).code).toBe(0);
    project.write('state/manifest.json', project.read('target/manifest.json'));
    const took = (name: string, seconds: number): object => ({
      unique_id: `model.shop.${name}`,
      status: 'success',
      execution_time: seconds,
    });
    const results = [took('a', 1), took('b', 2), took('c', 3)];
    project.write('state/run_results.json', JSON.stringify({ results }));
    const options = ['--threads', '2', '--state', 'state', '--log-format', 'json'];
    const events = project
      .run(['run', ...options])
      .stdout.trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as StartEvent);
    const started = events.flatMap(({ info, data }) =>
      info.name === 'LogStartLine' ? (data.node_info?.node_name ?? []) : [],
    );
    // Two start at once; by their names it would be c that waits for a thread.
    expect([...started.slice(0, 2).sort(), ...started.slice(2)]).toEqual(['b', 'c', 'a']);
  });

  it('prints errors only with --quiet', () => {
    project = createProject(shop);
    expect(project.run(['build', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    project.write('models/orders.sql', 'select null as id\n');
    const { code, stdout, stderr } = project.run(['--quiet', 'build']);
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('FAIL not_null_orders_id');
  });

  it('logs JSON lines', () => {
    project = createProject(shop);
    const { code, stdout, stderr } = project.run(['build', '--log-format', 'json']);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    const names = stdout
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { info: { name: string } }).info.name);
    expect(names).toContain('LogModelResult');
    // The log file tells the same, and more.
    const logged = project
      .read('logs/stedi.log')
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { info: { name: string } }).info.name);
    expect(logged.filter((name) => names.includes(name))).toEqual(names);
    expect(logged).toContain('SQLQuery');
    expect(names.at(-1)).toBe('CommandCompleted');
  });

  it('runs models alone, and tests alone', () => {
    project = createProject(shop);
    expect(project.run(['run']).code).toBe(0);
    expect(Object.keys(statuses()).sort()).toEqual(['orders', 'totals']);
    expect(project.run(['test']).code).toBe(0);
    expect(Object.keys(statuses()).sort()).toEqual(['not_null_orders_id', 'unique_orders_id']);
  });
});
