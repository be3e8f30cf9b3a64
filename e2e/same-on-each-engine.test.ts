import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandOutcome } from './testing/project.js';
import { engines, type EngineProject } from './testing/each-engine.js';

/** One project with what the language has; each step of its story must end in the same way on every engine. */
const files: Readonly<Record<string, string>> = {
  'stedi_project.yml': `name: shop
version: 1.2.0
vars: { limit_of_orders: 100 }
on-run-start: "{% if flags.WHICH != 'seed' %}insert into {{ ref('log_of_runs').render() }} select 'start {{ flags.WHICH }}'{% endif %}"
on-run-end: "{% if flags.WHICH == 'build' %}insert into {{ ref('log_of_runs').render() }} select 'end {{ results | selectattr('status', 'equalto', 'success') | list | length }}'{% endif %}"
models:
  shop:
    +persist_docs: { relation: true, columns: true }
    staging: { +schema: staging, +materialized: view }
seeds:
  shop:
    orders: { +delimiter: ';', +column_types: { amount: 'decimal(10,2)', at: timestamp } }
`,
  'seeds/orders.csv':
    'id;customer;amount;at;note\n1;ann;10.50;2024-01-01 05:00:00;"a; b"\n2;bob;20.00;2024-01-02 06:30:00;\n3;ann;5.25;2024-02-29 23:59:59;it\'s\n4;cy;0.00;2024-03-01 00:00:00;ü\n',
  'seeds/log_of_runs.csv': 'what\nseed\n',
  'macros/names.sql':
    "{% macro generate_schema_name(custom_schema_name, node) %}{{ target.schema ~ ('_' ~ custom_schema_name | trim if custom_schema_name else '') }}{% endmacro %}\n{% macro generate_alias_name(custom_alias_name=none, node=none) %}{{ custom_alias_name or (node.name | replace('stg_', 's_')) ~ ('_v' ~ node.version if node.version else '') }}{% endmacro %}\n",
  'macros/money.sql':
    "{% macro cents(column) %}{{ return(adapter.dispatch('cents', 'shop')(column)) }}{% endmacro %}\n{% macro default__cents(column) %}cast(round({{ column }} * 100) as bigint){% endmacro %}\n{% macro grow(n) %}{% do run_query('insert into ' ~ ref('log_of_runs') ~ ' select \\'operation ' ~ n ~ '\\'') %}{% endmacro %}\n",
  'tests/generic/at_most.sql':
    '{% test at_most(model, column_name, most=100) %}select {{ column_name }} from {{ model }} where {{ column_name }} > {{ most }}{% endtest %}\n',
  'tests/no_empty_customer.sql':
    "{{ config(severity='warn') }}\nselect * from {{ ref('stg_orders') }} where customer = 'cy'\n",
  'models/staging/stg_orders.sql':
    "select id, customer, {{ cents('amount') }} as cents, at, {{ dbt.date_trunc('month', 'at') }} as month, nullif(note, '') as note from {{ source('web', 'orders') }}\n",
  'models/eph.sql':
    "{{ config(materialized='ephemeral') }}\nselect *, {{ dbt.datediff(\"timestamp '2024-01-01 00:00:00'\", 'at', 'day') }} as days from {{ ref('stg_orders') }}\n",
  'models/eph2.sql':
    "{{ config(materialized='ephemeral') }}\nselect *, {{ dbt.hash('customer') }} as hashed, {{ dbt.split_part('customer', \"'n'\", 1) }} as part from {{ ref('eph') }}\n",
  'models/totals.sql':
    "{{ config(materialized='table', post_hook=\"insert into {{ ref('log_of_runs').render() }} select 'after {{ this.identifier }}'\") }}\nselect customer, count(*) as orders, sum(cents) as cents, max(days) as days, max(hashed) as hashed, max(part) as part, {{ dbt.listagg('note', \"','\", 'order by note') }} as notes\nfrom {{ ref('eph2') }} group by customer\n",
  // The hook changes what is then merged into; id 1 comes back from nowhere, because later builds read ids above 2 alone.
  'models/merged.sql':
    "{{ config(materialized='incremental', pre_hook='{% if is_incremental() %}delete from {{ this }} where id = 1{% endif %}', unique_key='id', incremental_strategy='merge', merge_exclude_columns=['first_seen'], incremental_predicates=[\"DBT_INTERNAL_DEST.id < 1000\"]) }}\nselect id, cents, '{{ var('stamp', 'one') }}' as first_seen, '{{ var('stamp', 'one') }}' as last_seen from {{ ref('stg_orders') }}{% if is_incremental() %} where id > 2{% endif %}\n",
  'models/replaced.sql':
    "{{ config(materialized='incremental', unique_key=['customer'], incremental_strategy='delete+insert', on_schema_change='append_new_columns') }}\nselect customer, id, '{{ var('stamp', 'one') }}' as stamp{% if var('stamp', 'one') == 'two' %}, cents{% endif %} from {{ ref('stg_orders') }}{% if is_incremental() %} where customer = 'ann'{% endif %}\n",
  'models/versioned_v1.sql': "select id from {{ ref('stg_orders') }}\n",
  'models/versioned_v2.sql': "select id, customer from {{ ref('stg_orders') }}\n",
  'models/reads_versions.sql':
    "select a.id, b.customer from {{ ref('versioned', v=1) }} a join {{ ref('versioned') }} b on a.id = b.id\n",
  'models/analyst.yml': `
sources:
  - name: web
    schema: "{{ target.schema }}"
    config:
      freshness: { warn_after: { count: 1, period: day }, error_after: { count: 100000, period: day } }
      loaded_at_field: at
    tables:
      - name: orders
        columns: [{ name: id, data_tests: [unique, not_null] }]
groups:
  - name: finance
    owner: { email: finance@example.com }
models:
  - name: stg_orders
    description: "{{ doc('orders') }}"
    config: { group: finance, access: protected }
    columns:
      - name: id
        description: The number of the order
        data_tests: [unique, not_null]
      - name: cents
        data_tests:
          - at_most: { arguments: { most: 2000 }, config: { severity: warn } }
          - at_most: { name: few_above_1000, arguments: { most: 1000 }, config: { warn_if: '>5', error_if: '>10' } }
      - name: customer
        data_tests:
          - accepted_values: { arguments: { values: [ann, bob] }, config: { where: "customer <> 'cy'" } }
          - not_null: { config: { limit: 1 } }
  - name: totals
    config: { contract: { enforced: true } }
    columns:
      - { name: customer, data_type: varchar, constraints: [{ type: not_null }] }
      - { name: orders, data_type: bigint }
      - { name: cents, data_type: bigint }
      - { name: days, data_type: bigint }
      - { name: hashed, data_type: varchar }
      - { name: part, data_type: varchar }
      - { name: notes, data_type: varchar }
  - name: merged
    columns:
      - name: id
        data_tests:
          - relationships: { arguments: { to: ref('stg_orders'), field: id } }
  - name: versioned
    latest_version: 2
    versions: [{ v: 1 }, { v: 2 }]
unit_tests:
  - name: sums
    model: totals
    given:
      - input: ref('eph2')
        rows:
          - { customer: ann, cents: 1, days: 3, note: x }
          - { customer: ann, cents: 2, days: 2, note: y }
    expect: { rows: [{ customer: ann, orders: 2, cents: 3, notes: 'x,y' }] }
exposures:
  - name: board
    type: dashboard
    owner: { email: finance@example.com }
    depends_on: [ref('totals')]
snapshots:
  - name: by_time
    relation: ref('totals_of')
    config: { unique_key: id, strategy: timestamp, updated_at: at, hard_deletes: invalidate }
  - name: by_check
    relation: ref('totals_of')
    config: { unique_key: id, strategy: check, check_cols: [cents], hard_deletes: new_record }
`,
  'models/totals_of.sql':
    "{{ config(materialized='table') }}\nselect id, cents{% if var('stamp', 'one') == 'two' %} + 1{% endif %} as cents, at from {{ ref('stg_orders') }}{% if var('stamp', 'one') == 'two' %} where id > 1{% endif %}\n",
  'models/docs.md': '{% docs orders %}\nAll orders, **each once**.\n{% enddocs %}\n',
};

type Row = Readonly<Record<string, unknown>>;

/** What of a row is the same wherever and whenever it is made: times without their last zeros, nothing of when a run was. */
function comparable(row: Row): Row {
  const ofRun = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from'];
  const kept = Object.entries(row).filter(([key]) => !ofRun.includes(key));
  return Object.fromEntries(
    kept.map(([key, value]) => {
      if (key === 'dbt_valid_to') return [key, value === null ? null : 'ended'];
      return [key, typeof value === 'string' ? value.replace(/(:\d\d)\.0+$/, '$1') : value];
    }),
  );
}

describe('a project on each engine', () => {
  let projects: readonly EngineProject[] = [];
  beforeAll(async () => {
    projects = await Promise.all(engines.map(([, create]) => create(files)));
  });
  afterAll(() => Promise.all(projects.map((each) => each.close())));

  /** Runs the command on every engine; returns how it ended, which must be the same. */
  async function run(...args: readonly string[]): Promise<CommandOutcome> {
    const outcomes = await Promise.all(projects.map((each) => each.run(args)));
    const [first, second] = outcomes;
    expect(second?.code, `${String(first?.stderr)}${String(second?.stderr)}`).toBe(first?.code);
    return first!;
  }

  /** Returns what run_results.json has of each node: its status, and the count of failing rows. */
  function results(): Readonly<Record<string, string>> {
    const [first, second] = projects.map(({ project }) => {
      const { results: all } = project.json('target/run_results.json') as {
        results: { unique_id: string; status: string; failures: number | null }[];
      };
      const nodes = all.filter(({ unique_id: id }) => !id.startsWith('operation.'));
      const told = nodes.map(({ unique_id: id, status, failures }): [string, string] => [
        id.replace(/^(test\..*)\.[0-9a-f]{10}$/, '$1'),
        failures ? `${status} ${failures}` : status,
      ]);
      return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
    });
    expect(second).toEqual(first);
    return first!;
  }

  /** Returns the rows of a query, in its order, with what is the same wherever they are made. */
  async function rows(sql: string): Promise<readonly Row[]> {
    const [first, second] = await Promise.all(projects.map((each) => each.rows(sql)));
    expect(second?.map(comparable)).toEqual(first?.map(comparable));
    return first!.map(comparable);
  }

  const all = (name: string, order: string): Promise<readonly Row[]> =>
    rows(`select * from {{ ref('${name}') }} order by ${order}`);

  it('is built, tested and snapshotted', async () => {
    expect((await run('seed')).code).toBe(0);
    expect((await run('build')).code).toBe(0);
    const told = results();
    expect(
      new Set(Object.values(told).filter((status) => status !== 'success' && status !== 'pass')),
    ).toEqual(new Set(['no-op', 'warn 1']));
    expect(told).toMatchObject({
      'test.shop.no_empty_customer': 'warn 1',
      'unit_test.shop.totals.sums': 'pass',
      'snapshot.shop.by_check': 'success',
    });
    expect(await all('totals', 'customer')).toEqual([
      expect.objectContaining({
        customer: 'ann',
        orders: 2,
        cents: 1575,
        days: 59,
        part: 'a',
        notes: "a; b,it's",
      }),
      expect.objectContaining({
        customer: 'bob',
        orders: 1,
        cents: 2000,
        days: 1,
        part: 'bob',
        notes: '',
      }),
      expect.objectContaining({
        customer: 'cy',
        orders: 1,
        cents: 0,
        days: 60,
        part: 'cy',
        notes: 'ü',
      }),
    ]);
    expect(await all('stg_orders', 'id')).toHaveLength(4);
    expect(await all('reads_versions', 'id')).toHaveLength(4);
  });

  it('is built on what is there, with the hooks', async () => {
    expect(
      (await run('build', '--exclude', 'resource_type:seed', '--vars', '{stamp: two}')).code,
    ).toBe(0);
    results();
    const merged = (id: number, cents: number, last: string): Row => ({
      id,
      cents,
      first_seen: 'one',
      last_seen: last,
    });
    expect(await all('merged', 'id')).toEqual([
      merged(2, 2000, 'one'),
      merged(3, 525, 'two'),
      merged(4, 0, 'two'),
    ]);
    const replaced = (customer: string, id: number, stamp: string, cents: number | null): Row => ({
      customer,
      id,
      stamp,
      cents,
    });
    expect(await all('replaced', 'id')).toEqual([
      replaced('ann', 1, 'two', 1050),
      replaced('bob', 2, 'one', null),
      replaced('ann', 3, 'two', 525),
      replaced('cy', 4, 'one', null),
    ]);
    expect((await all('by_time', 'id')).map(({ id, dbt_valid_to: to }) => [id, to])).toEqual([
      [1, 'ended'],
      [2, null],
      [3, null],
      [4, null],
    ]);
    // One row is gone, which is a row of its own, and three have changed.
    const deleted = (await all('by_check', 'id, dbt_is_deleted, cents')).filter(
      ({ dbt_valid_to: to }) => to === null,
    );
    expect(deleted.map(({ id, cents, dbt_is_deleted: gone }) => [id, cents, gone])).toEqual([
      [1, 1050, 'True'],
      [2, 2001, 'False'],
      [3, 526, 'False'],
      [4, 1, 'False'],
    ]);
  });

  it('runs operations, hooks and freshness', async () => {
    expect((await run('run-operation', 'grow', '--args', '{n: 3}')).code).toBe(0);
    expect((await run('source', 'freshness')).stdout).toContain('1 warned of');
    expect(
      await rows(
        "select what, count(*) as times from {{ ref('log_of_runs') }} group by what order by what",
      ),
    ).toEqual([
      { what: 'after totals', times: 2 },
      { what: 'end 10', times: 1 },
      { what: 'end 12', times: 1 },
      { what: 'operation 3', times: 1 },
      { what: 'seed', times: 1 },
      { what: 'start build', times: 1 },
    ]);
  });

  it('is held back by a test, and tried again', async () => {
    const broken =
      "{{ config(materialized='table') }}\nselect id, cents, at, nullif(customer, 'bob') as customer from {{ ref('stg_orders') }}\n";
    const yaml =
      'models: [{ name: totals_of, columns: [{ name: customer, data_tests: [not_null] }] }]\n';
    for (const { project } of projects) {
      project.write('models/totals_of.sql', broken);
      project.write('models/totals_of.yml', yaml);
    }
    const held = await run('build', '--select', 'totals_of+');
    expect(held.code, held.stderr).toBe(1);
    expect(results()).toEqual({
      'model.shop.totals_of': 'error',
      'snapshot.shop.by_check': 'skipped',
      'snapshot.shop.by_time': 'skipped',
      'test.shop.not_null_totals_of_customer': 'fail 1',
    });
    // The table is the one of the build before: it has no such column.
    expect(Object.keys((await all('totals_of', 'id'))[0]!)).toEqual(['id', 'cents', 'at']);
    for (const { project } of projects)
      project.write('models/totals_of.sql', broken.replace("nullif(customer, 'bob')", 'customer'));
    expect((await run('retry')).code).toBe(0);
    expect(results()).toEqual({
      'model.shop.totals_of': 'success',
      'snapshot.shop.by_check': 'success',
      'snapshot.shop.by_time': 'success',
      'test.shop.not_null_totals_of_customer': 'pass',
    });
  });

  it('has a catalog with descriptions, and is built without rows', async () => {
    expect((await run('docs', 'generate')).code).toBe(0);
    const [first, second] = projects.map(({ project }) => {
      const { nodes } = project.json('target/catalog.json') as {
        nodes: Readonly<
          Record<
            string,
            {
              metadata: { comment: string | null };
              columns: Readonly<Record<string, { comment: string | null }>>;
            }
          >
        >;
      };
      return Object.entries(nodes)
        .map(([id, { metadata, columns }]) => [
          id,
          metadata.comment,
          Object.entries(columns).map(([name, { comment }]) => [name, comment]),
        ])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
    });
    expect(second).toEqual(first);
    expect(first).toContainEqual([
      'model.shop.stg_orders',
      'All orders, **each once**.',
      [
        ['id', 'The number of the order'],
        ...['customer', 'cents', 'at', 'month', 'note'].map((name) => [name, null]),
      ],
    ]);
    const kept = ['resource_type:seed', 'resource_type:snapshot'];
    const empty = await run('build', '--empty', '--exclude', ...kept);
    expect(empty.code, empty.stderr).toBe(0);
    expect(await all('totals', 'customer')).toEqual([]);
  });
});

describe.each(engines)('a source whose types nothing declares, on %s', (_, create) => {
  it('has those of the warehouse: they are cast to what a table stores, and new columns have them', async () => {
    const on = await create({
      'models/raw.sql':
        "{{ config(materialized='table', table_type='hive', schema='raw') }}\nselect 1 as id, timestamp '2024-01-01 00:00:00.123' as at\n",
      'models/kept.sql':
        "{{ config(materialized='table') }}\nselect * from {{ source('web', 'raw') }}\n",
      'models/added.sql':
        "{{ config(materialized='incremental', on_schema_change='append_new_columns') }}\nselect id from {{ source('web', 'raw') }}\n",
      'models/web.yml':
        'sources: [{ name: web, schema: "{{ target.schema }}_raw", tables: [{ name: raw }] }]\n',
    });
    const build = async (...select: readonly string[]): Promise<void> => {
      const { code, stderr } = await on.run(['run', '--select', ...select]);
      expect(code, stderr).toBe(0);
    };
    await build('raw');
    await build('kept', 'added');
    on.project.write(
      'models/added.sql',
      on.project.read('models/added.sql').replace('id', 'id, at'),
    );
    await build('added');
    const rows = await on.rows("select id, at from {{ ref('added') }} order by at nulls first");
    expect(rows.map(comparable)).toEqual([
      { id: 1, at: null },
      { id: 1, at: expect.stringMatching(/^2024-01-01 00:00:00\.123(000)?$/) as unknown },
    ]);
    await on.close();
  });
});

describe.each(engines)('a model with statements before its own, on %s', (_, create) => {
  it('fails alone, with the next step', async () => {
    const on = await create({
      'models/headed.sql': "{{ config(sql_header='set time zone UTC;') }}\nselect 1 as id\n",
      'models/reader.sql': "select id from {{ ref('headed') }}\n",
      'models/other.sql': 'select 2 as id\n',
    });
    const { code, stdout, stderr } = await on.run(['run', '--no-color']);
    expect(code, stderr).toBe(1);
    expect(stdout).toContain('Models: 1 built, 1 failed, 1 skipped');
    expect(stderr).toMatch(/sql_header[^]*models\/headed\.sql:1:[^]*hint: /);
    expect(await on.rows("select id from {{ ref('other') }}")).toEqual([{ id: 2 }]);
    await on.close();
  });
});

describe.each(engines)('a snapshot of a table that is not built now, on %s', (_engine, create) => {
  it('keeps the columns that the table has', async () => {
    const engine = await create({
      'models/loaded.sql':
        "{{ config(materialized='table') }}\nselect 1 as id, 'a' as state, 'x' as more\n",
      'snapshots/kept.yml': `
snapshots:
  - name: kept
    relation: ref('loaded')
    config: { strategy: check, check_cols: all, unique_key: [id] }
`,
    });
    try {
      expect(await engine.run(['build'])).toMatchObject({ code: 0 });
      engine.project.write(
        'models/loaded.sql',
        "{{ config(materialized='table') }}\nselect 1 as id, 'b' as state\n",
      );
      expect(await engine.run(['snapshot'])).toMatchObject({ code: 0 });
      // The model's query is not what the table holds.
      expect(
        await engine.rows(
          "select id, state, more, dbt_valid_to is null as is_now from {{ ref('kept') }}",
        ),
      ).toEqual([{ id: 1, state: 'a', more: 'x', is_now: true }]);
      engine.project.write(
        'models/loaded.sql',
        "{{ config(materialized='table') }}\nselect 1 as id, 'b' as state, 'y' as more, 2 as late\n",
      );
      expect(await engine.run(['run'])).toMatchObject({ code: 0 });
      engine.project.write(
        'models/loaded.sql',
        "{{ config(materialized='table') }}\nselect 1 as id, 'b' as state\n",
      );
      expect(await engine.run(['snapshot'])).toMatchObject({ code: 0 });
      expect(
        await engine.rows("select more, late from {{ ref('kept') }} where dbt_valid_to is null"),
      ).toEqual([{ more: 'y', late: 2 }]);
    } finally {
      await engine.close();
    }
  });
});
