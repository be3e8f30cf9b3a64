import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProject, type TestProject } from './testing/project.js';

let project: TestProject;
beforeEach(() => {
  project = createProject({
    'stedi_project.yml': 'name: shop\n',
    'models/landing.yml': [
      'models:',
      '  - name: orders_landing',
      '    config: {materialized: external_table, location: data/orders, format: json}',
      '    columns:',
      '      - {name: id, data_type: bigint}',
      '      - {name: item, data_type: varchar}',
      '',
    ].join('\n'),
    'models/more.yml': [
      'models:',
      '  - name: list_landing',
      '    config: {materialized: external_table, location: data/list, format: csv}',
      '    columns: [{name: id, data_type: varchar}]',
      '  - name: days_landing',
      '    config: {materialized: external_table, location: data/days, partitioned_by: [day]}',
      '    columns: [{name: id, data_type: bigint}, {name: day, data_type: varchar}]',
      '',
    ].join('\n'),
    'models/other.sql': 'select 1 as id\n',
    'in/orders.json': '{"id": 1, "Item": "a"}{"id": 2}\n{"id": 3,}\n{"id": 4}',
  });
});
afterEach(() => {
  project.remove();
});

describe('land', () => {
  it('brings records into the landing location, and keeps what it cannot read', () => {
    const landed = project.run(['land', 'in/orders.json', '--into', 'orders_landing']);
    expect(landed.code).toBe(0);
    expect(landed.stderr).toContain('warning[land-records-rejected]');
    expect(landed.stdout).toMatch(
      /in\/orders\.json: 3 records in data\/orders\/\S+, 1 reject in /u,
    );
    expect(landed.stdout).toContain('Next: stedi-sql build --select orders_landing+\n');
    expect(project.list('target/rejects/orders_landing')).toHaveLength(1);

    expect(project.run(['build', '--select', 'orders_landing']).code).toBe(0);
    const count = ['show', '--inline', "select count(*) as n from {{ ref('orders_landing') }}"];
    const countRows = (): unknown => JSON.parse(project.run([...count, '--output', 'json']).stdout);
    expect(countRows()).toEqual({ show: [{ n: 3 }] });

    const again = project.run(['land', 'in', '--into', 'orders_landing']);
    expect(again.code).toBe(0);
    expect(again.stdout).toContain('landed before');
    expect(countRows()).toEqual({ show: [{ n: 3 }] });
  });

  it.each([
    ['orders_landin', "did you mean 'orders_landing'?"],
    ['other', 'landing models are: '],
    ['list_landing', 'whose files are csv, and what is landed is JSON'],
    ['days_landing', 'which is partitioned by the folders of its files'],
  ])('does not land into %s', (model, hint) => {
    const { code, stderr } = project.run(['land', 'in/orders.json', '--into', model]);
    expect(code).toBe(2);
    expect(stderr).toContain('error[land-target-invalid]');
    expect(stderr).toContain(hint);
  });

  it('says that an input is not there', () => {
    const { code, stderr } = project.run(['land', 'in/none.json', '--into', 'orders_landing']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[land-input-unreadable]');
  });
});

describe('crawl', () => {
  it('proposes a landing model that can be built', () => {
    project.write('in/orders.json', '{"id": 1, "item": "a", "paid": true}\n{"id": 2}\n');
    const { code, stdout } = project.run(['crawl', 'in/orders.json']);
    expect(code).toBe(0);
    expect(stdout).toContain('name: paid');
    project.write('models/landing.yml', stdout);
    const build = project.run(['build', '--select', 'orders_landing']);
    expect(build.stderr).toBe('');
    expect(build.code).toBe(0);
    const rows = project.run(['show', 'orders_landing', '--output', 'json']);
    expect(JSON.parse(rows.stdout)).toMatchObject({ show: [{ id: 1, paid: true }, { id: 2 }] });
  });
});
