import { afterEach, describe, expect, it } from 'vitest';
import { createProject, plainConfig, type TestProject } from './testing/project.js';

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
