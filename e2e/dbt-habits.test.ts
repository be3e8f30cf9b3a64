import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

/** What projects for dbt-duckdb write and dbt takes; what is expected, but for `asks_more`, is what dbt 1.10 makes of the same files. */
const files = {
  'dbt_project.yml': `
name: habits
profile: habits
vars:
  states: [open, closed]
models:
  habits:
    +tags: ['nightly', "{{ target.name }}"]
`,
  'profiles.yml': `
habits:
  target: dev
  outputs:
    dev: { type: duckdb, path: habits.duckdb, threads: 1 }
`,
  'seeds/orders.csv': 'id,region,state\n1,eu,open\n2,eu,closed\n1,us,open\n',
  // dbt says that the entry stands in the wrong place, and makes its tests all the same.
  'models/schema.yml': `
models:
  - name: orders
    columns:
      - name: state
        data_tests:
          - accepted_values:
              arguments: { values: "{{ var('states') }}" }
  - name: promised
    config: { contract: { enforced: true } }
    constraints:
      - { type: check, expression: '"from" is not null', columns: ['"from"'] }
    columns:
      - { name: from, data_type: varchar, quote: true }
`,
  'models/promised.sql': "{{ config(materialized='table') }}\nselect 'here' as \"from\"\n",
  'models/appended.sql': `{{ config(materialized='incremental', unique_key='') }}
select {{ 1 if is_incremental() else 0 }} as n
`,
  'models/kept.sql': `{{ config(materialized='incremental', unique_key='id', predicates=['id != 2']) }}
{% if is_incremental() %}
select 1 as id, 'new' as state union all select 2, 'new'
{% else %}
select 1 as id, 'old' as state union all select 2, 'old'
{% endif %}
`,
  'models/by_expression.sql': `{{ config(materialized='incremental', unique_key="id || '-' || region") }}
select id, region, '{{ 'new' if is_incremental() else 'old' }}' as state from {{ ref('orders') }}
{% if is_incremental() %} where region = 'us' {% endif %}
`,
  'models/by_nothing.sql': `{{ config(materialized='incremental', unique_key='nowhere') }}
select 1 as id
`,
  'models/asks.sql': `{{ config(materialized='table') }}
{% set there = adapter.get_relation(database=this.database, schema=this.schema, identifier=this.identifier) %}
select '{{ adapter.type() }}' as engine, '{{ there }}' as there, {{ load_relation(this) is none }} as is_new,
  {{ there is not none and there.is_table }} as is_table
`,
  'models/asks_more.sql': `{% if adapter.get_relation(this.database, this.schema, 'kept') %}
select 1 as n
{% else %}
select 2 as n
{% endif %}
`,
  // The table is named without ref(), as a table that something else loads.
  'snapshots/states.sql': `{% snapshot states %}
{{ config(target_schema=schema, unique_key="id || '-' || region", strategy='check', check_cols=['state']) }}
select * from {{ target.database }}.{{ target.schema }}.orders
{% endsnapshot %}
`,
};

describe('what dbt projects write by habit', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject(files);
  });
  afterAll(() => project.remove());

  const statuses = (): Record<string, string> => {
    const { results } = JSON.parse(project.read('target/run_results.json')) as {
      results: { unique_id: string; status: string }[];
    };
    return Object.fromEntries(
      results.map(({ unique_id: id, status }) => [id.split('.').slice(2, 3).join(), status]),
    );
  };

  it('takes Jinja in lists of tags', () => {
    const { stdout } = project.run(['ls', '--select', 'tag:dev', '--resource-type', 'model']);
    expect(stdout.trim().split('\n')).toHaveLength(7);
  });

  it('tests a seed that is described as a model, with the values of a variable', () => {
    expect(project.run(['seed'])).toMatchObject({ code: 0 });
    expect(project.run(['test', '--select', 'orders'])).toMatchObject({ code: 0 });
    expect(statuses()).toEqual({ accepted_values_orders_state___var_states_: 'pass' });
    const states = ['test', '--select', 'orders', '--vars', '{states: [open]}'];
    expect(project.run(states)).toMatchObject({ code: 1 });
  });

  it('builds and adds to tables by keys that are expressions, empty, or of rows that stay', () => {
    expect(project.run(['run', '--exclude', 'asks_more'])).toMatchObject({ code: 0 });
    // A key that is no column is told of, and fails where rows are added.
    expect(project.run(['run'])).toMatchObject({ code: 1 });
    expect(statuses()).toEqual({
      promised: 'success',
      appended: 'success',
      kept: 'success',
      by_expression: 'success',
      by_nothing: 'error',
      asks: 'success',
      asks_more: 'error',
    });
    expect(project.rows('select n from appended order by n')).toEqual([{ n: 0 }, { n: 1 }]);
    expect(project.rows('select id, state from kept order by all')).toEqual([
      { id: 1, state: 'new' },
      { id: 2, state: 'new' },
      { id: 2, state: 'old' },
    ]);
    expect(project.rows('select id, region, state from by_expression order by region, id')).toEqual(
      [
        { id: 1, region: 'eu', state: 'old' },
        { id: 2, region: 'eu', state: 'old' },
        { id: 1, region: 'us', state: 'new' },
      ],
    );
  });

  it('tells a model what its own relation is before it is built, and of no other', () => {
    expect(project.rows('select * from asks')).toEqual([
      { engine: 'duckdb', there: '"habits"."main"."asks"', is_new: false, is_table: true },
    ]);
    const { stderr } = project.run(['compile', '--select', 'asks_more']);
    expect(stderr).toContain(
      "'adapter.get_relation' is answered for the relation of the node itself alone",
    );
    expect(stderr).toContain('models/asks_more.sql:1:');
  });

  it('keeps the history of rows by an expression, of a table that is named in SQL', () => {
    expect(project.run(['snapshot', '-d'])).toMatchObject({ code: 0 });
    project.write('seeds/orders.csv', 'id,region,state\n1,eu,closed\n2,eu,closed\n1,us,open\n');
    expect(project.run(['seed'])).toMatchObject({ code: 0 });
    expect(project.run(['snapshot'])).toMatchObject({ code: 0 });
    expect(
      project.rows(
        'select id, region, state, dbt_valid_to is null as is_now from states order by all',
      ),
    ).toEqual([
      { id: 1, region: 'eu', state: 'closed', is_now: true },
      { id: 1, region: 'eu', state: 'open', is_now: false },
      { id: 1, region: 'us', state: 'open', is_now: true },
      { id: 2, region: 'eu', state: 'closed', is_now: true },
    ]);
    const ids = project.rows(
      "select dbt_scd_id = md5(concat_ws('|', id || '-' || region, dbt_valid_from::varchar)) as same from states",
    );
    expect(new Set(ids.map(({ same }) => same))).toEqual(new Set([true]));
  });
});

describe('what dbt projects say of how they run', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'dbt_project.yml': `
name: habits
profile: habits
query-comment: "{{ said_of(node) }}"
data_tests: { habits: { quiet: { +store_failures: false } } }
`,
      'profiles.yml': files['profiles.yml'],
      'models/later.sql': '\n',
      'models/numbers.sql': 'select * from range(3) as r(n)\n',
      'models/schema.yml':
        'models: [{ name: numbers, columns: [{ name: n, data_tests: [{ accepted_values: { arguments: { values: [0] } } }] }] }]\n',
      'tests/too_many.sql': "select n from {{ ref('numbers') }} where n > 1\n",
      'tests/quiet/also.sql': "select n from {{ ref('numbers') }}\n",
    });
  });
  afterAll(() => project.remove());

  it('is taken: comments of queries with Jinja, and files of models that hold nothing', () => {
    const { code, stderr } = project.run(['run']);
    expect(code).toBe(0);
    expect(stderr).toContain("'query-comment' has no effect");
    expect(stderr).toContain("model 'later' is empty and left out");
  });

  it('keeps the rows that fail its tests where it is asked to, but where the project says otherwise', () => {
    const kept = (): unknown =>
      project.rows("select table_name as t from duckdb_tables() where schema_name like '%audit'");
    expect(project.run(['test'])).toMatchObject({ code: 1 });
    expect(kept()).toEqual([]);
    expect(project.run(['test', '--store-failures'])).toMatchObject({ code: 1 });
    expect(kept()).toEqual(
      expect.arrayContaining([{ t: 'accepted_values_numbers_n__0' }, { t: 'too_many' }]),
    );
    expect(kept()).toHaveLength(2);
    expect(project.rows('select * from main_dbt_test__audit.too_many')).toEqual([{ n: 2 }]);
    const asked = { DBT_STORE_FAILURES: 'true' };
    expect(project.run(['test', '--select', 'too_many'], { env: asked })).toMatchObject({
      code: 1,
    });
    expect(JSON.stringify(project.json('target/run_results.json'))).toContain(
      '"store_failures":true',
    );
  });
});

describe('a seed whose file is no table', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'dbt_project.yml': 'name: habits\nprofile: habits\n',
      'profiles.yml': files['profiles.yml'],
      'seeds/ragged.csv': 'id,state\n1,open\n2,closed,late\n',
      'models/apart.sql': "select '{{ api.Column.translate_type('string') }}' as type_name\n",
      'models/reads.sql': "select id, state from {{ ref('ragged') }}\n",
    });
  });
  afterAll(() => project.remove());

  it('fails alone when it is built, and holds back what reads it', () => {
    expect(project.run(['run', '--select', 'apart'])).toMatchObject({ code: 0 });
    expect(project.rows('select * from apart')).toEqual([{ type_name: 'TEXT' }]);
    const { code, stderr } = project.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain("expected 2 values, as the first line of seed 'ragged' has, found 3");
    expect(stderr).toContain('seeds/ragged.csv:3:10');
    expect(project.json('target/run_results.json')).toMatchObject({
      results: [{ status: 'success' }, { status: 'error' }, { status: 'skipped' }],
    });
  });

  it('is read as it was built before', () => {
    const broken = 'id,state\n1,open\n2,closed,late\n';
    project.write('seeds/ragged.csv', 'id,state\n1,open\n');
    expect(project.run(['build'])).toMatchObject({ code: 0 });
    project.write('seeds/ragged.csv', broken);
    expect(project.run(['run'])).toMatchObject({ code: 0 });
    expect(project.rows('select * from reads')).toEqual([{ id: 1, state: 'open' }]);
  });
});

describe('a model that is not built now and whose own query cannot be looked at', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'dbt_project.yml': 'name: habits\nprofile: habits\nmodels: { +materialized: table }\n',
      'profiles.yml': files['profiles.yml'],
      'models/loaded.sql': "select 1 as id, date '2024-01-01' as day\n",
      'snapshots/kept.yml': `
snapshots:
  - name: kept
    relation: ref('loaded')
    config: { strategy: timestamp, updated_at: day, unique_key: [id] }
`,
    });
  });
  afterAll(() => project.remove());

  it('is read with the columns of its table', () => {
    expect(project.run(['run'])).toMatchObject({ code: 0 });
    // What loads the table in its place is not dbt: the model only passes it on.
    project.write('models/loaded.sql', 'select * from {{ target.schema }}.loaded\n');
    expect(project.run(['snapshot'])).toMatchObject({ code: 0 });
    expect(project.rows('select id, dbt_valid_to from kept')).toEqual([
      { id: 1, dbt_valid_to: null },
    ]);
  });
});

describe('what reads a table that is not built now', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'dbt_project.yml': 'name: habits\nprofile: habits\nmodels: { +materialized: table }\n',
      'profiles.yml': files['profiles.yml'],
      'seeds/states.csv': 'id,state\n1,open\n',
      'models/loaded.sql': "select 1 as id, date '2024-01-01' as day\n",
      'models/added.sql': `{{ config(materialized='incremental', on_schema_change='append_new_columns') }}
select * from {{ ref('states') }}
`,
      'models/more.yml': `
unit_tests:
  - name: takes_the_state
    model: added
    given: [{ input: ref('states'), rows: [{ id: 2, state: closed }] }]
    expect: { rows: [{ id: 2, state: closed }] }
`,
      'snapshots/kept.yml': `
snapshots:
  - name: kept
    relation: ref('loaded')
    config: { strategy: timestamp, updated_at: day, unique_key: [id] }
`,
    });
    expect(project.run(['build'])).toMatchObject({ code: 0 });
  });
  afterAll(() => project.remove());

  it('gives a snapshot the columns that the table got since', () => {
    project.write('models/loaded.sql', "select 1 as id, date '2024-01-03' as day, 'x' as more\n");
    expect(project.run(['run', '--select', 'loaded'])).toMatchObject({ code: 0 });
    // Its query has the column no longer, its table has.
    project.write('models/loaded.sql', "select 1 as id, date '2024-01-02' as day\n");
    expect(project.run(['snapshot'])).toMatchObject({ code: 0 });
    expect(project.rows('select id, more from kept where dbt_valid_to is null')).toEqual([
      { id: 1, more: 'x' },
    ]);
  });

  it('keeps no rows without a column that came while the run went on', () => {
    const alter = 'alter table {{ target.schema }}.loaded add column late int default 1';
    const config = project.read('dbt_project.yml');
    project.write('dbt_project.yml', `${config}on-run-start: ['${alter}']\n`);
    const { code, stdout, stderr } = project.run(['build', '--select', 'kept']);
    project.write('dbt_project.yml', config);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(
      'the query returns a column that was not known when the run began',
    );
    expect(stdout + stderr).toContain('late');
    expect(project.run(['snapshot'])).toMatchObject({ code: 0 });
    expect(project.rows('select day, late from kept order by day')).toEqual([
      { day: '2024-01-01', late: null },
      { day: '2024-01-03', late: null },
    ]);
  });

  it('adds the columns of a seed as it was loaded, and compiles as files are written', () => {
    project.write('seeds/states.csv', 'id,state,late\n2,closed,true\n');
    expect(project.run(['seed'])).toMatchObject({ code: 0 });
    project.write('seeds/states.csv', 'id,state\n1,open\n');
    expect(project.run(['run', '--select', 'added'])).toMatchObject({ code: 0 });
    expect(project.rows('select id, late from added order by id')).toEqual([
      { id: 1, late: null },
      { id: 2, late: true },
    ]);
    project.write('seeds/states.csv', 'id,state,early\n1,open,true\n');
    project.write('models/asks.sql', "select early from {{ ref('states') }}\n");
    expect(project.run(['compile'])).toMatchObject({ code: 0 });
    expect(project.run(['test', '--select', 'test_type:unit'])).toMatchObject({ code: 0 });
    // A run reads the table, which does not have it yet.
    expect(project.run(['run', '--select', 'asks'])).toMatchObject({ code: 1 });
  });
});

describe('a snapshot of a source that is not loaded yet', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'dbt_project.yml': 'name: habits\nprofile: habits\nmodels: { +materialized: table }\n',
      'profiles.yml': files['profiles.yml'],
      'models/sources.yml': 'sources: [{ name: raw, schema: main, tables: [{ name: items }] }]\n',
      'models/reads.sql': "select id from {{ ref('kept') }}\n",
      'models/apart.sql': 'select 1 as id\n',
      'models/load.sql':
        "{{ config(post_hook='create table if not exists items as select 7 as id') }} select 1 as id\n",
      'snapshots/kept.sql': `{% snapshot kept %}
{{ config(unique_key='id', strategy='check', check_cols='all') }}
select * from {{ source('raw', 'items') }}
{% endsnapshot %}
`,
    });
  });
  afterAll(() => project.remove());

  it('is compiled, fails alone when it is built, and is kept when the source is there', () => {
    expect(project.run(['compile'])).toMatchObject({ code: 0 });
    const { code, stderr } = project.run(['build', '--exclude', 'load']);
    expect(code).toBe(1);
    expect(stderr).toContain("snapshot 'kept' returns columns that are not known");
    expect(stderr).toContain('load what it reads before the run');
    expect(project.rows('select id from apart')).toEqual([{ id: 1 }]);
    expect(project.run(['run', '--select', 'load'])).toMatchObject({ code: 0 });
    expect(project.run(['build', '--exclude', 'load'])).toMatchObject({ code: 0 });
    expect(project.rows('select id from reads')).toEqual([{ id: 7 }]);
  });
});

describe('a template that stops with a mistake when it is compiled', () => {
  it('fails its model alone, and what reads an ephemeral one', () => {
    const stop = "select {{ exceptions.raise_compiler_error('no such year') if execute }}\n";
    const project = createProject({
      'dbt_project.yml': 'name: habits\nprofile: habits\n',
      'profiles.yml': files['profiles.yml'],
      'models/other.sql': 'select 1 as n\n',
      'models/stops.sql': stop,
      'models/inside.sql': `{{ config(materialized='ephemeral') }}\n${stop}`,
      'models/reads.sql': "select * from {{ ref('inside') }}\n",
      'models/below.sql': "select * from {{ ref('reads') }}\n",
    });
    try {
      const { code, stderr } = project.run(['run']);
      expect(code).toBe(1);
      expect(stderr).toContain('models/inside.sql:2:');
      const { results } = project.json('target/run_results.json') as {
        results: { unique_id: string; status: string }[];
      };
      expect(
        Object.fromEntries(results.map(({ unique_id: id, status }) => [id.split('.')[2], status])),
      ).toEqual({ other: 'success', stops: 'error', reads: 'error', below: 'skipped' });
      const compiled = project.run(['compile']);
      expect(compiled.code).toBe(1);
      expect(compiled.stderr.split('models/inside.sql:2:')).toHaveLength(2);
      const planned = project.run(['run', '--dry-run']);
      expect(planned.code).toBe(2);
      expect(planned.stderr.split('models/inside.sql:2:')).toHaveLength(2);
    } finally {
      project.remove();
    }
  });
});
