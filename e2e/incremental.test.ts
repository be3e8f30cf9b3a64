import { afterEach, describe, expect, it } from 'vitest';
import {
  createProject,
  plainConfig,
  type CommandOutcome,
  type TestProject,
} from './testing/project.js';

let project: TestProject | undefined;
afterEach(() => {
  project?.remove();
  project = undefined;
});

/** A project whose model `events` reads what the file of `arrivals` holds at the time of a run. */
function createEvents(config: string, arrivals: string, body?: string): TestProject {
  project = createProject({
    'stedi_project.yml': plainConfig,
    'models/arrivals.sql': arrivals,
    'models/events.sql': `{{ config(materialized='incremental'${config}) }}\n${
      body ?? "select id, item from {{ ref('arrivals') }}"
    }\n`,
  });
  return project;
}

function arrive(rows: string): string {
  return `select id, item from (values ${rows}) as t (id, item)\n`;
}

/** Builds; returns the rows of `events` in order. */
function build(of: TestProject, ...flags: readonly string[]): readonly unknown[] {
  const { code, stdout, stderr } = of.run(['build', ...flags]);
  expect(stderr).toBe('');
  expect(code, stdout).toBe(0);
  return rowsOf(of);
}

function rowsOf(of: TestProject): readonly unknown[] {
  const { stdout, stderr } = of.run([
    'show',
    ...['--inline', 'select id, item from main.events order by id, item'],
    ...['--limit', '100', '--output', 'json'],
  ]);
  expect(stderr).toBe('');
  return (JSON.parse(stdout) as { show: { id: number | null; item: string }[] }).show.map(
    ({ id, item }) => `${String(id)}${item}`,
  );
}

describe('incremental models', () => {
  it('append, and start anew with --full-refresh', () => {
    const events = createEvents('', arrive("(1, 'a'), (2, 'b')"));
    expect(build(events)).toEqual(['1a', '2b']);
    events.write('models/arrivals.sql', arrive("(2, 'c')"));
    expect(build(events)).toEqual(['1a', '2b', '2c']);
    expect(build(events, '--full-refresh')).toEqual(['2c']);
  });

  it('merge by a key', () => {
    const events = createEvents(", unique_key='id'", arrive("(1, 'a'), (2, 'b')"));
    expect(build(events)).toEqual(['1a', '2b']);
    events.write('models/arrivals.sql', arrive("(2, 'c'), (3, 'd')"));
    expect(build(events)).toEqual(['1a', '2c', '3d']);
  });

  it('delete and insert by a key that stands in several rows', () => {
    const events = createEvents(
      ", unique_key='id', incremental_strategy='delete+insert'",
      arrive("(1, 'a'), (2, 'b'), (2, 'c')"),
    );
    expect(build(events)).toEqual(['1a', '2b', '2c']);
    events.write('models/arrivals.sql', arrive("(2, 'x'), (2, 'y'), (2, 'z')"));
    expect(build(events)).toEqual(['1a', '2x', '2y', '2z']);
  });

  it('see what is there through this and is_incremental()', () => {
    const events = createEvents(
      '',
      arrive("(1, 'a'), (2, 'b')"),
      `select id, item from {{ ref('arrivals') }}
       {% if is_incremental() %} where id > (select max(id) from {{ this }}) {% endif %}`,
    );
    expect(build(events)).toEqual(['1a', '2b']);
    events.write('models/arrivals.sql', arrive("(1, 'a'), (2, 'b'), (3, 'c')"));
    expect(build(events)).toEqual(['1a', '2b', '3c']);
    // Nothing new: nothing is added, nothing is lost.
    expect(build(events)).toEqual(['1a', '2b', '3c']);
  });

  it('refuse a merge in which one row has several new values, and change nothing', () => {
    const events = createEvents(", unique_key='id'", arrive("(1, 'a')"));
    build(events);
    events.write('models/arrivals.sql', arrive("(1, 'x'), (1, 'y')"));
    const { code, stderr } = events.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('error[engine-error]');
    expect(rowsOf(events)).toEqual(['1a']);
  });

  it('are rolled back when a test fails on the new rows', () => {
    const events = createEvents('', arrive("(1, 'a')"));
    events.write(
      'models/schema.yml',
      'models:\n  - name: events\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    );
    build(events);
    events.write('models/arrivals.sql', arrive("(1, 'again')"));
    const { code, stdout } = events.run(['build']);
    expect(code).toBe(1);
    expect(stdout).toContain('not published');
    expect(rowsOf(events)).toEqual(['1a']);
  });
});

/** Returns the rows of a table as texts, in order. */
function textsOf(of: TestProject, sql: string): readonly string[] {
  return of.rows(sql).map((row) => JSON.stringify(Object.values(row)));
}

describe('on_schema_change', () => {
  const old = 'select cast(1 as integer) as id, 10 as gone';
  const grown =
    "select cast(4000000000 as bigint) as id, 'n' as note, date '2024-05-01' as day, cast(1.5 as decimal(5, 1)) as price";

  function createChanging(reaction: string, first = old, config = ''): TestProject {
    const events = createEvents(
      `, on_schema_change='${reaction}'${config}`,
      arrive("(1, 'a')"),
      first,
    );
    expect(events.run(['build']).code).toBe(0);
    return events;
  }

  function change(of: TestProject, reaction: string, body: string): CommandOutcome {
    of.write(
      'models/events.sql',
      `{{ config(materialized='incremental', on_schema_change='${reaction}') }}\n${body}\n`,
    );
    return of.run(['build']);
  }

  it('append_new_columns adds columns and keeps those that the query lost', () => {
    const events = createChanging('append_new_columns');
    const { code, stdout } = change(
      events,
      'append_new_columns',
      "select cast(2 as integer) as id, 'n' as note",
    );
    expect(code, stdout).toBe(0);
    expect(textsOf(events, 'select * from main.events order by id')).toEqual([
      '[1,10,null]',
      '[2,null,"n"]',
    ]);
  });

  it('sync_all_columns adds, removes and widens columns, all with the rows', () => {
    const events = createChanging('sync_all_columns');
    events.write(
      'models/events.sql',
      `{{ config(materialized='incremental', on_schema_change='sync_all_columns') }}\n${grown}\n`,
    );
    const dryRun = events.run(['build', '--dry-run', '--select', 'events']);
    expect(dryRun.stdout).toContain(
      'alter main.events: add note varchar, add day date, add price decimal(5,1), change id bigint, drop gone',
    );
    const { code, stdout } = events.run(['build']);
    expect(code, stdout).toBe(0);
    expect(
      textsOf(
        events,
        'select cast(id as varchar) as id, note, cast(day as varchar) as day from main.events order by id',
      ),
    ).toEqual(['["1",null,null]', '["4000000000","n","2024-05-01"]']);
    expect(change(events, 'sync_all_columns', grown).code).toBe(0);
  });

  it('fail lists every difference and fails alone', () => {
    const events = createChanging('fail');
    const { code, stderr } = change(events, 'fail', grown);
    expect(code).toBe(1);
    expect(stderr).toContain('error[incremental-columns]');
    expect(stderr).toContain(
      "the table lacks 'note', 'day', 'price'; the query lacks 'gone'; 'id' is bigint in the query and integer in the table",
    );
    expect(textsOf(events, 'select * from main.events')).toEqual(['[1,10]']);
    expect(change(events, 'fail', old).code).toBe(0);
  });

  it.each([
    ['append_new_columns', 'select * from other.unseen', "a '*' hides some"],
    ['sync_all_columns', "select 'x' as id, 10 as gone", 'takes writing all rows anew'],
  ])('%s refuses %s', (reaction, body, message) => {
    const events = createChanging(reaction);
    const { code, stderr } = change(events, reaction, body);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
    expect(textsOf(events, 'select * from main.events')).toEqual(['[1,10]']);
  });

  it('is undone when a test fails on the new rows', () => {
    const events = createChanging('sync_all_columns');
    events.write(
      'models/schema.yml',
      'models:\n  - name: events\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    );
    const { code } = change(events, 'sync_all_columns', "select 1 as id, 'n' as note");
    expect(code).toBe(1);
    expect(textsOf(events, 'select * from main.events')).toEqual(['[1,10]']);
  });
});

describe('the rows that a key matches', () => {
  const key = ", unique_key='id'";
  const arrivals = arrive("(1, 'x'), (2, 'y')");
  const body = "select id, item, item as other from {{ ref('arrivals') }}";
  const rows = 'select * from main.events order by id';

  it.each([
    ["merge_update_columns=['ITEM']", ['[1,"x","a"]', '[2,"y","y"]']],
    ['merge_update_columns=[]', ['[1,"a","a"]', '[2,"y","y"]']],
    ["merge_exclude_columns=['item']", ['[1,"a","x"]', '[2,"y","y"]']],
    [
      'incremental_predicates=["DBT_INTERNAL_DEST.other > \'b\'"]',
      ['[1,"a","a"]', '[1,"x","x"]', '[2,"y","y"]'],
    ],
    ['incremental_predicates="src.item = \'x\' and target.id < 2"', ['[1,"x","x"]', '[2,"y","y"]']],
    [
      "incremental_strategy='delete+insert', incremental_predicates=[\"DBT_INTERNAL_DEST.other < 'b'\"]",
      ['[1,"x","x"]', '[2,"y","y"]'],
    ],
  ])('%s', (config, expected) => {
    const events = createEvents(`${key}, ${config}`, arrive("(1, 'a')"), body);
    expect(events.run(['build']).stderr).toBe('');
    events.write('models/arrivals.sql', arrivals);
    const { code, stdout, stderr } = events.run(['build']);
    expect(stderr).toBe('');
    expect(code, stdout).toBe(0);
    expect(textsOf(events, `${rows}, item`)).toEqual(expected);
  });

  it.each([
    ["merge_update_columns=['item'], merge_exclude_columns=['other']", 'error[config-conflict]'],
    ["merge_update_columns=['itme']", "did you mean 'item'?"],
    ["incremental_predicates=['DBT_INTERNAL_DEST.itme = 1']", 'error[column-not-found]'],
    ["incremental_predicates=['DBT_INTERNAL_DEST.item =']", 'error[sql-syntax]'],
    [
      "incremental_strategy='delete+insert', incremental_predicates=['DBT_INTERNAL_SOURCE.id = 1']",
      'error[sql-unsupported]',
    ],
  ])('refuse %s before anything runs', (config, message) => {
    const events = createEvents(`${key}, ${config}`, arrivals, body);
    const { code, stderr } = events.run(['build']);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('materializations', () => {
  it('change from one to another without a gap in what is there', () => {
    const events = createEvents('', arrive("(1, 'a')"));
    for (const materialized of ['table', 'view', 'incremental', 'table']) {
      events.write(
        'models/events.sql',
        `{{ config(materialized='${materialized}') }}\nselect id, item from {{ ref('arrivals') }}\n`,
      );
      expect(build(events), materialized).toEqual(['1a']);
    }
  });

  it('put ephemeral models into the queries that read them', () => {
    const events = createEvents('', arrive("(1, 'a'), (2, 'b')"));
    events.write(
      'models/chosen.sql',
      "{{ config(materialized='ephemeral') }}\nselect id, item from {{ ref('arrivals') }} where id = 2\n",
    );
    events.write('models/events.sql', "select id, item from {{ ref('chosen') }}\n");
    expect(build(events)).toEqual(['2b']);
  });
});
