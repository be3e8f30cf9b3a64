import { afterEach, describe, expect, it } from 'vitest';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

const orders = `select * from (values (1, 10, 'a'), (2, null, 'b'), (3, null, 'c'), (3, 5, 'd')) as t (id, amount, status)\n`;

/** A project with the model `orders`, whose column `amount` has nulls, and `files` besides. */
function createOrders(files: Readonly<Record<string, string>>): TestProject {
  project = createProject({
    'stedi_project.yml': plainConfig,
    'models/orders.sql': orders,
    ...files,
  });
  return project;
}

/** Returns the YAML of data tests of `orders.amount`. */
function amountTests(...tests: readonly string[]): Readonly<Record<string, string>> {
  const list = tests.map((test) => `          - ${test}\n`).join('');
  return {
    'models/m.yml': `models:\n  - name: orders\n    columns:\n      - name: amount\n        data_tests:\n${list}`,
  };
}

interface Result {
  readonly unique_id: string;
  readonly status: string;
  readonly failures: number | null;
  readonly message: string;
  readonly relation_name: string | null;
}

function resultsOf(of: TestProject): readonly Result[] {
  return (of.json('target/run_results.json') as { results: Result[] }).results;
}

describe('a data test', () => {
  it.each<[string, string, string | null, number]>([
    ['{}', 'fail', 'Got 2 results, configured to fail if != 0', 2],
    ['{ severity: WARN }', 'warn', 'Got 2 results, configured to warn if != 0', 2],
    ['{ error_if: "> 2" }', 'warn', 'Got 2 results, configured to warn if != 0', 2],
    ['{ error_if: "> 2", warn_if: "between 3 and 9" }', 'pass', null, 0],
    ['{ severity: warn, error_if: "> 1", warn_if: "> 9" }', 'pass', null, 0],
    ['{ limit: 1 }', 'fail', 'Got 1 result, configured to fail if != 0', 1],
    ['{ where: "id < 3" }', 'fail', 'Got 1 result, configured to fail if != 0', 1],
    ['{ fail_calc: "count(*) * 10" }', 'fail', 'Got 20 results, configured to fail if != 0', 20],
  ])('with the configuration %s ends in %s', (config, status, message, failures) => {
    const tested = createOrders(amountTests(`not_null: { config: ${config} }`));
    tested.run(['build']);
    expect(resultsOf(tested)[0]).toMatchObject({ status, message, failures });
  });

  it('shows its first rows, and the files to look at', () => {
    const sql = "{{ config(severity='warn') }}\nselect id, status from {{ ref('orders') }}\n";
    const { stderr, code } = createOrders({ 'tests/all.sql': sql }).run(['build']);
    expect(code).toBe(0);
    expect(stderr).toContain(
      [
        '  Got 4 results, configured to warn if != 0',
        '  | id | status |',
        '  | -: | ------ |',
        '  |  1 | a      |',
      ].join('\n'),
    );
    expect(stderr).toContain('target/compiled/shop/tests/all.sql');
  });

  it('points at a wrong fail_calc', () => {
    const sql = "{{ config(fail_calc='sum(amuont)') }}\nselect amount from {{ ref('orders') }}\n";
    const { stderr, code } = createOrders({ 'tests/sum.sql': sql }).run(['build']);
    expect(code).toBe(2);
    expect(stderr).toContain("in 'fail_calc: sum(amuont)' of test 'sum'");
    expect(stderr).toContain('tests/sum.sql:1:11');
  });

  it('fails where its fail_calc is null', () => {
    const sql =
      "{{ config(fail_calc='sum(id)') }}\nselect id from {{ ref('orders') }} where false\n";
    const { stderr, code } = createOrders({ 'tests/sum.sql': sql }).run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[test-invalid]');
    expect(stderr).toContain('coalesce(sum(…), 0)');
  });
});

describe('store_failures', () => {
  it('keeps the failing rows of a model that is not published', () => {
    const tested = createOrders(
      amountTests('not_null: { name: kept, config: { store_failures: true, alias: bad } }'),
    );
    const { stderr, code } = tested.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('rows in: main_dbt_test__audit.bad');
    expect(tested.rows('select count(*) as n from main_dbt_test__audit.bad')).toEqual([{ n: 2 }]);
    // Whole rows, as dbt keeps them.
    expect(tested.rows('select * from main_dbt_test__audit.bad order by id limit 1')).toEqual([
      { id: 2, status: 'b', amount: null },
    ]);
    expect(resultsOf(tested)[0]?.relation_name).toMatch(/"main_dbt_test__audit"."bad"$/);
    tested.write('models/orders.sql', orders.replaceAll('null', '1'));
    expect(tested.run(['build']).code).toBe(0);
    expect(tested.rows('select count(*) as n from main_dbt_test__audit.bad')).toEqual([{ n: 0 }]);
  });

  it('keeps them of rows that a transaction rolls back', () => {
    const tested = createOrders({
      'models/events.sql':
        "{{ config(materialized='incremental') }}\nselect id, amount from {{ ref('orders') }}\n" +
        '{% if is_incremental() %}where true{% else %}where false{% endif %}\n',
      'models/m.yml':
        'models:\n  - name: events\n    columns:\n      - name: amount\n        data_tests:\n' +
        '          - not_null: { name: kept, config: { store_failures_as: table, schema: bad } }\n',
    });
    expect(tested.run(['build']).code).toBe(0);
    expect(tested.run(['build']).code).toBe(1);
    expect(tested.rows('select count(*) as n from main.events')).toEqual([{ n: 0 }]);
    expect(tested.rows('select count(*) as n from main_bad.kept')).toEqual([{ n: 2 }]);
  });

  it('keeps them as a view where they read what is published', () => {
    const tested = createOrders(
      amountTests('not_null: { name: kept, config: { store_failures_as: view } }'),
    );
    expect(tested.run(['run']).code).toBe(0);
    expect(tested.run(['test']).code).toBe(1);
    const kinds = "select table_type as t from information_schema.tables where table_name = 'kept'";
    expect(tested.rows(kinds)).toEqual([{ t: 'VIEW' }]);
  });
});

describe("a generic test of the project's own", () => {
  const atLeast = `{% test at_least(model, column_name, minimum=7, other=none) %}
{{ config(severity='warn') }}
select * from {{ model }} where {{ column_name }} < {{ minimum }}
{% if other is not none %}and id in (select id from {{ other }}){% endif %}
{% endtest %}
`;

  it('takes arguments, in both forms, defaults and refs', () => {
    const tested = createOrders({
      ...amountTests(
        'at_least',
        'at_least: { name: inline, minimum: 11, severity: error }',
        "at_least: { name: other, arguments: { other: ref('some'), minimum: 99 } }",
        'at_least: { name: filtered, arguments: { minimum: 99 }, config: { where: "id < 3" } }',
      ),
      'tests/generic/at_least.sql': atLeast,
      'models/some.sql': 'select 1 as id',
    });
    tested.run(['run']);
    tested.run(['test']);
    const found = resultsOf(tested).flatMap(({ unique_id: id, status, failures }) =>
      id.startsWith('test.') ? [[id.split('.')[2], status, failures]] : [],
    );
    expect(found.sort()).toEqual([
      ['at_least_orders_amount', 'warn', 1],
      ['filtered', 'warn', 1],
      ['inline', 'fail', 2],
      ['other', 'warn', 1],
    ]);
  });

  it('goes before the built-in one of its name', () => {
    const tested = createOrders({
      ...amountTests('not_null'),
      'macros/tests.sql':
        '{% test not_null(model, column_name) %}select 1 as one from {{ model }} where false{% endtest %}\n',
    });
    expect(tested.run(['build']).code).toBe(0);
  });

  it('is pointed at where it is asked for wrongly, and where it is wrong', () => {
    const tested = createOrders({
      ...amountTests('at_leest', 'at_least: { minimun: 1 }'),
      'tests/generic/at_least.sql': atLeast,
    });
    const asked = tested.run(['compile']);
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain("hint: did you mean 'at_least'?");
    expect(asked.stderr).toContain("the test at_least has no argument 'minimun'");
    expect(asked.stderr).toContain("hint: did you mean 'minimum'?");
    tested.write('models/m.yml', amountTests('at_least')['models/m.yml'] ?? '');
    tested.write(
      'tests/generic/at_least.sql',
      atLeast.replace('{{ model }}', "{{ exceptions.raise_compiler_error('broken') }}"),
    );
    const wrong = tested.run(['compile']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('tests/generic/at_least.sql:3:');
    expect(wrong.stderr).toContain('the test is asked for here');
  });
});

describe('a unit test', () => {
  const files = {
    'models/totals.sql': `{{ config(materialized='incremental') }}
with orders as (select * from {{ ref('orders') }})
select id, sum(amount) as total, '{{ var("label", "none") ~ env_var("SHOP_LABEL", "") }}' as label, {{ today() }} as day
from orders
where id in (select id from {{ source('raw', 'seen') }})
{% if is_incremental() %} and id > (select max(id) from {{ this }}) {% endif %}
group by id
`,
    'macros/today.sql': '{% macro today() %}current_date{% endmacro %}\n',
    'models/after.sql': "select id from {{ ref('totals') }}\n",
    'models/sources.yml': `sources:
  - name: raw
    tables: [{ name: seen, columns: [{ name: id, data_type: bigint }] }]
`,
    'tests/fixtures/some_orders.csv': 'id,amount\n1,5\n2,4\n2,\n',
  };
  const given = `    given:
      - { input: ref('orders'), format: csv, fixture: some_orders }
      - { input: "source('raw', 'seen')", format: sql, rows: "select 1 as id union all select 2" }
`;
  const unitTest = (expected: string, overrides = '{}'): string => `unit_tests:
  - name: sums
    model: totals
${given}      - { input: this, rows: [{ id: 1 }] }
    overrides: ${overrides}
    expect: { rows: [${expected}] }
`;

  it('passes without a warehouse, whatever the order of rows', () => {
    const tested = createOrders({
      ...files,
      'models/u.yml': unitTest(
        "{ total: 4, id: 2, label: xy, day: '2020-01-01' }, { id: 1, total: 5, label: xy, day: '2020-01-01' }",
        `{ macros: { today: "date '2020-01-01'" }, vars: { label: x }, env_vars: { SHOP_LABEL: y } }`,
      ),
    });
    const { stdout, stderr, code } = tested.run(['test', '--select', 'test_type:unit']);
    expect(stderr).toBe('');
    expect(code, stdout).toBe(0);
    expect(tested.list('.').filter((path) => path.endsWith('.duckdb'))).toEqual([]);
    expect(resultsOf(tested)).toMatchObject([
      { unique_id: 'unit_test.shop.totals.sums', status: 'pass' },
    ]);
    const manifest = tested.json('target/manifest.json') as {
      unit_tests: Record<string, unknown>;
      nodes: Record<string, unknown>;
    };
    expect(manifest.unit_tests['unit_test.shop.totals.sums']).toMatchObject({
      resource_type: 'unit_test',
      model: 'totals',
      depends_on: { nodes: ['model.shop.totals'] },
    });
    expect(Object.keys(manifest.nodes).filter((id) => id.startsWith('unit_test'))).toEqual([]);
  });

  it('shows what differs, and holds its model and what follows back', () => {
    const tested = createOrders({
      ...files,
      'models/u.yml': unitTest(
        '{ id: 2, total: 5 }, { id: 7, total: 1 }',
        '{ macros: { is_incremental: true } }',
      ),
    });
    const { stderr, code } = tested.run(['build', '--select', '+after']);
    expect(code).toBe(1);
    expect(stderr).toContain(
      [
        '  |     | id | total |',
        '  | --- | -- | ----- |',
        '  | →   | 2  | 5 → 4 |',
        '  | --- | 7  | 1     |',
      ].join('\n'),
    );
    const ended = Object.fromEntries(
      resultsOf(tested).map((each) => [each.unique_id, each.status]),
    );
    expect(ended).toEqual({
      'unit_test.shop.totals.sums': 'fail',
      'model.shop.orders': 'success',
      'model.shop.totals': 'skipped',
      'model.shop.after': 'skipped',
    });
  });

  it.each([['{ id: 1, totl: 1 }', "model 'totals' has no column 'totl'", "did you mean 'total'?"]])(
    'that expects %s is refused',
    (expected, message, hint) => {
      const tested = createOrders({ ...files, 'models/u.yml': unitTest(expected) });
      const { stderr, code } = tested.run(['test', '--select', 'test_type:unit']);
      expect(code).toBe(2);
      expect(stderr).toContain(message);
      expect(stderr).toContain(hint);
    },
  );

  it('needs neither network nor credentials for a target elsewhere', () => {
    const tested = createOrders({
      'stedi_project.yml': [
        'name: shop',
        'targets:',
        // Nobody listens there.
        '  lake: {type: athena, region: eu-central-1, endpoint: "http://127.0.0.1:9", s3_data_dir: "s3://lake/"}',
        '',
      ].join('\n'),
      'models/paid.sql': "select id from {{ ref('orders') }} where amount is not null\n",
      'models/u.yml': [
        'unit_tests:',
        '  - name: only_paid',
        '    model: paid',
        '    given:',
        "      - {input: ref('orders'), rows: [{id: 1, amount: 5}, {id: 2}]}",
        '    expect: {rows: [{id: 1}]}',
        '',
      ].join('\n'),
    });
    const { code, stdout, stderr } = tested.run(['test', '--select', 'test_type:unit']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('1 passed');
  });

  it('takes the types of a source from the warehouse where YAML has none', () => {
    const tested = createOrders({
      'seeds/stores.csv': 'id,opened_at\n1,2020-05-06 07:08:09\n',
      'models/s.yml': 'sources: [{ name: main, tables: [{ name: stores }] }]\n',
      'models/opened.sql':
        "select id, date_trunc('month', opened_at) as month from {{ source('main', 'stores') }}\n",
      'models/u.yml': `unit_tests:
  - name: months
    model: opened
    given: [{ input: "source('main', 'stores')", rows: [{ id: 1, opened_at: '2024-02-03 00:00:00' }] }]
    expect: { rows: [{ id: 1, month: '2024-02-01 00:00:00' }] }
`,
    });
    expect(tested.run(['seed']).code).toBe(0);
    const { stdout, code } = tested.run(['build', '--select', 'opened']);
    expect(code, stdout).toBe(0);
    expect(resultsOf(tested).map(({ status }) => status)).toEqual(['pass', 'success']);
  });

  it('must give rows for all that its model reads', () => {
    const yaml = unitTest('{ id: 1 }').replace(/ {6}- \{ input: "source.*\n/, '');
    const tested = createOrders({ ...files, 'models/u.yml': yaml });
    const { stderr, code } = tested.run(['test', '--select', 'test_type:unit']);
    expect(code).toBe(2);
    expect(stderr).toContain("gives no rows for source('raw', 'seen')");
  });
});
