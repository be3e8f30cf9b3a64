import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

let project: TestProject;
afterEach(() => {
  project.remove();
});

const config = [
  'name: shop',
  'models:',
  '  shop:',
  "    +materialized: \"{{ 'table' if target.name == 'prod' else 'view' }}\"",
  'vars:',
  '  least: 0',
  'target: prod',
  'targets:',
  '  prod: { type: duckdb, path: shop.duckdb, schema: prod }',
  '  ci: { type: duckdb, path: shop.duckdb, schema: ci }',
  '  far: { type: duckdb, path: far.duckdb, schema: ci }',
  '',
].join('\n');

/** `orders` → `large` (a macro and a variable) → `totals`; `lone` stands apart. */
const shop = {
  'stedi_project.yml': config,
  'models/orders.sql':
    "{{ config(tags=['raw']) }}\nselect 1 as id, 10 as price union all select 2, 20\n",
  'models/large.sql':
    "select id, {{ cents('price') }} as cents\nfrom {{ ref('orders') }}\nwhere price > {{ var('least') }}\n",
  'models/totals.sql': "select count(*) as n, 'a  b' as label from {{ ref('large') }}",
  'models/lone.sql': 'select 1 as id\n',
  'models/schema.yml': [
    'models:',
    '  - name: orders',
    '    columns:',
    '      - name: id',
    '        data_tests: [not_null, unique]',
    '  - name: large',
    '    columns:',
    '      - name: id',
    '        data_tests:',
    "          - relationships: { arguments: { to: ref('orders'), field: id } }",
    '',
  ].join('\n'),
  'macros/money.sql':
    '{% macro cents(column) %}{{ times(column, 100) }}{% endmacro %}\n{% macro times(x, y) %}({{ x }} * {{ y }}){% endmacro %}\n',
  'selectors.yml': [
    'selectors:',
    '  - name: upstream',
    '    definition: { method: fqn, value: totals, parents: true, parents_depth: 1 }',
    '  - name: mixed',
    '    description: all but what is raw',
    '    definition:',
    '      union:',
    '        - method: selector',
    '          value: upstream',
    '        - "lone"',
    '        - tag: raw',
    '        - exclude: ["large"]',
    '',
  ].join('\n'),
};

/** A project that is built, with a copy of its artifacts in `prod_state`. */
function builtShop(changes: Readonly<Record<string, string>> = {}): void {
  project = createProject({ ...shop, ...changes });
  const { code, stderr } = project.run(['build', '--quiet']);
  expect([code, stderr]).toEqual([0, '']);
  cpSync(join(project.root, 'target'), join(project.root, 'prod_state'), { recursive: true });
}

const list = (...args: readonly string[]): readonly string[] => {
  const { stdout, stderr, code } = project.run(['ls', '--output', 'name', ...args]);
  expect(stderr).not.toContain('error[');
  expect(code).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
};

const changed = (...args: readonly string[]): readonly string[] =>
  list('--state', 'prod_state', '--resource-type', 'model', '--select', ...args);

interface RunResultsFile {
  readonly args: Readonly<Record<string, unknown>>;
  readonly results: readonly { readonly unique_id: string; readonly status: string }[];
}

const statuses = (): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (project.json('target/run_results.json') as RunResultsFile).results.map((each) => [
      each.unique_id.split('.')[2] ?? '',
      each.status,
    ]),
  );

describe('state', () => {
  it('sees no change in another target, in comments and white space', () => {
    builtShop();
    expect(changed('state:modified')).toEqual([]);
    expect(changed('state:modified', '--target', 'ci')).toEqual([]);
    expect(changed('state:unmodified')).toEqual(['large', 'lone', 'orders', 'totals']);
    project.write(
      'models/totals.sql',
      "-- one row\nselect\n  count(*) as n, /* a label */\n  'a  b' as label\nfrom {{ref('large')}} {# nothing #}\n",
    );
    project.write(
      'macros/money.sql',
      '{% macro cents(column) %}{# money #}{{ times(column, 100) }}{% endmacro %}\n{% macro times(x, y) %}({{ x }} * {{ y }}){% endmacro %}\n',
    );
    expect(changed('state:modified')).toEqual([]);
  });

  it('sees changes of body, configuration, relation, macros and variables', () => {
    builtShop();
    expect(changed('state:modified', '--vars', '{least: 15}')).toEqual(['large']);
    expect(changed('state:modified+', '--vars', '{least: 15}')).toEqual(['large', 'totals']);
    project.write('macros/money.sql', shop['macros/money.sql'].replace('{{ x }} *', '{{ x }} +'));
    expect(changed('state:modified')).toEqual(['large']);
    expect(changed('state:modified.macros')).toEqual(['large']);
    expect(changed('state:modified.body')).toEqual([]);
    project.write('models/totals.sql', shop['models/totals.sql'].replace('a  b', 'a b'));
    expect(changed('state:modified.body')).toEqual(['totals']);
    project.write(
      'models/lone.sql',
      "{{ config(materialized='table', alias='alone') }}\nselect 1 as id\n",
    );
    expect(changed('state:modified.configs')).toEqual(['lone']);
    expect(changed('state:modified.relation')).toEqual(['lone']);
    project.write('models/fresh.sql', 'select 1 as id\n');
    expect(changed('state:new')).toEqual(['fresh']);
    expect(changed('state:old')).toEqual(['large', 'lone', 'orders', 'totals']);
    expect(changed('state:modified.body')).toEqual(['fresh', 'lone', 'totals']);
  });

  it('reads the results of an earlier run', () => {
    builtShop();
    project.write('models/orders.sql', 'select 1 as id, 10 as price union all select 1, 20\n');
    expect(project.run(['build']).code).toBe(1);
    expect(list('--state', 'target', '--select', 'result:fail')).toEqual(['unique_orders_id']);
    expect(
      list('--state', 'target', '--select', 'result:skipped', '--resource-type', 'model'),
    ).toEqual(expect.arrayContaining(['large', 'totals']));
  });

  it('says what is missing', () => {
    project = createProject(shop);
    const none = project.run(['ls', '--select', 'state:modified']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("'state' compares with another state, and none was given");
    const empty = project.run(['ls', '--state', 'models', '--select', 'state:new']);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain("error[state-unreadable]: 'models' holds no manifest.json");
    const freshness = project.run(['ls', '--select', 'source_status:fresher+']);
    expect(freshness.code).toBe(2);
    expect(freshness.stderr).toContain(
      'name a folder with an earlier sources.json: --state <folder>',
    );
  });
});

describe('--defer', () => {
  const ci = ['--target', 'ci', '--state', 'prod_state', '--defer'];

  it('reads what is neither selected nor built here from the other state', () => {
    builtShop();
    const { code, stderr } = project.run(['build', '--select', 'totals', ...ci]);
    expect([code, stderr]).toEqual([0, '']);
    expect(project.read('target/compiled/shop/models/totals.sql')).toMatch(/prod"?\."?large/u);
    expect(project.rows('select n from ci.totals')).toEqual([{ n: 2 }]);

    // What is built here goes before, unless the other state is favoured.
    project.write('models/large.sql', 'select 1 as id, 2 as cents\n');
    expect(project.run(['run', '--select', 'large', ...ci]).code).toBe(0);
    const own = project.run(['compile', '--select', 'totals', ...ci]);
    expect(own.stdout).toMatch(/ci"?\."?large/u);
    const favoured = project.run(['compile', '--select', 'totals', ...ci, '--favor-state']);
    expect(favoured.stdout).toMatch(/prod"?\."?large/u);
    // What is selected is read where it is built.
    const both = project.run(['compile', '--select', 'large', 'totals', ...ci, '--favor-state']);
    expect(both.stdout).toMatch(/ci"?\."?large/u);
  });

  it('tests a model of its own against a deferred one', () => {
    builtShop();
    const { code, stderr } = project.run(['build', '--select', 'large', ...ci]);
    expect([code, stderr]).toEqual([0, '']);
    expect(statuses()).toMatchObject({
      large: 'success',
      relationships_large_id__id__ref_orders_: 'pass',
    });
  });

  it('says what it cannot reach', () => {
    builtShop();
    const far = [
      'build',
      '--select',
      'totals',
      '--target',
      'far',
      '--state',
      'prod_state',
      '--defer',
    ];
    const { code, stderr } = project.run(far);
    expect(code).toBe(2);
    expect(stderr).toContain('error[defer-unreachable]');
    const bare = project.run(['build', '--defer']);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain('--defer needs another state to defer to');
  });
});

describe('retry', () => {
  it('runs again what failed and what was skipped because of it, with the flags of that run', () => {
    project = createProject({
      ...shop,
      'models/large.sql': "select cast('x' as integer) as id from {{ ref('orders') }}\n",
    });
    const run = ['build', '--exclude', 'lone', '--target', 'ci', '--vars', '{least: 5}'];
    expect(project.run(run).code).toBe(1);
    const before = statuses();
    expect(before).toMatchObject({ orders: 'success', large: 'error', totals: 'skipped' });

    project.write('models/large.sql', shop['models/large.sql']);
    const again = project.run(['retry']);
    expect([again.code, again.stderr]).toEqual([0, '']);
    const after = project.json('target/run_results.json') as RunResultsFile;
    expect(Object.keys(statuses()).sort()).toEqual([
      'large',
      'relationships_large_id__id__ref_orders_',
      'totals',
    ]);
    expect(after.args).toMatchObject({ which: 'build', target: 'ci', vars: { least: 5 } });
    expect(project.rows('select n from ci.totals')).toEqual([{ n: 2 }]);

    const nothing = project.run(['retry']);
    expect(nothing.code).toBe(0);
    expect(nothing.stdout).toContain('Nothing to retry');
  });

  it('runs a model again with all tests that hold it back', () => {
    project = createProject({
      ...shop,
      'models/orders.sql': 'select 1 as id, 10 as price union all select 1, 20\n',
    });
    expect(
      project.run(['build', '--select', 'orders', '--indirect-selection', 'cautious']).code,
    ).toBe(1);
    project.write('models/orders.sql', shop['models/orders.sql']);
    expect(project.run(['retry']).code).toBe(0);
    expect(statuses()).toMatchObject({
      orders: 'success',
      not_null_orders_id: 'pass',
      unique_orders_id: 'pass',
    });
    expect(project.rows('select count(*) as n from prod.orders')).toEqual([{ n: 2 }]);
  });

  it('needs an earlier run', () => {
    project = createProject(shop);
    const { code, stderr } = project.run(['retry']);
    expect(code).toBe(2);
    expect(stderr).toContain(
      "error[state-unreadable]: 'target' holds no run_results.json to retry",
    );
  });
});

describe('selectors.yml', () => {
  it('selects by name, and lets names be combined', () => {
    project = createProject(shop);
    const models = ['--resource-type', 'model'];
    expect(list('--selector', 'upstream', ...models)).toEqual(['large', 'totals']);
    expect(list('--selector', 'mixed', ...models)).toEqual(['lone', 'orders', 'totals']);
    expect(list('--select', 'selector:mixed,tag:raw', ...models)).toEqual(['orders']);
    const slip = project.run(['ls', '--selector', 'mixd']);
    expect(slip.code).toBe(2);
    expect(slip.stderr).toContain("did you mean 'mixed'?");
  });

  it('takes the default where nothing is selected', () => {
    project = createProject({
      ...shop,
      'selectors.yml': 'selectors:\n  - name: usual\n    default: true\n    definition: "lone"\n',
    });
    expect(list()).toEqual(['lone']);
    expect(list('--select', 'totals')).toEqual(['totals']);
  });
});

describe('ls', () => {
  it('prints the keys asked for', () => {
    project = createProject(shop);
    const { stdout } = project.run([
      ...['ls', '--select', 'totals', '--output', 'json'],
      ...['--output-keys', 'name config.materialized raw_code'],
    ]);
    expect(JSON.parse(stdout)).toEqual({
      name: 'totals',
      'config.materialized': 'table',
      raw_code: shop['models/totals.sql'].trim(),
    });
    const slip = project.run(['ls', '--output', 'json', '--output-keys', 'nmae']);
    expect(slip.code).toBe(2);
    expect(slip.stderr).toContain("did you mean 'name'?");
  });

  it('chooses tests by their parents', () => {
    project = createProject(shop);
    const tests = (...args: readonly string[]) => list(...args, '--resource-type', 'test');
    expect(tests('--select', 'large')).toEqual(['relationships_large_id__id__ref_orders_']);
    expect(list('--select', 'large', '--indirect-selection', 'cautious')).toEqual(['large']);
    expect(list('--select', 'large', '--indirect-selection', 'empty')).toEqual(['large']);
    expect(tests('--select', 'large', '--indirect-selection', 'buildable')).toHaveLength(1);
    expect(list('--select', 'large', '--exclude-resource-type', 'test')).toEqual(['large']);
  });
});
