import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { createProject, type TestProject } from './testing/project.js';

/** dbt's schemas, where this checkout has them beside it. */
const schemas = fileURLToPath(new URL('../../shared/dbt-schemas/', import.meta.url));

const history = (config: string): string =>
  `{% snapshot history %}\n{{ config(${config}) }}\nselect * from {{ ref('people') }}\n{% endsnapshot %}\n`;
const byName = "strategy='check', unique_key='id', check_cols=['name'], hard_deletes='invalidate'";
const people = (...rows: readonly string[]): string =>
  `select * from (values ${rows.join(', ')}) as t (id, name)`;

const files = {
  'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
  'models/people.sql': people("(1, 'Ann')", "(2, 'Bob')"),
  'models/current_people.sql':
    "select id, name, dbt_valid_from from {{ ref('history') }} where dbt_valid_to is null",
  'snapshots/history.sql': history(byName),
  'snapshots/history.yml':
    'snapshots:\n  - name: history\n    columns:\n      - name: name\n        data_tests: [not_null]\n',
};

let project: TestProject | undefined;
let athena: AthenaProject | undefined;
afterEach(async () => {
  project?.remove();
  await athena?.close();
  [project, athena] = [undefined, undefined];
});

function create(): TestProject {
  project = createProject({
    ...files,
    'snapshots/history.yml': [
      'snapshots:',
      '  - name: history',
      '    columns:',
      '      - name: name',
      '        data_tests: [not_null]',
      '    config:',
      '      pre_hook: create table if not exists main.told (name varchar)',
      "      post_hook: insert into main.told values ('{{ this.identifier }}')",
      '',
    ].join('\n'),
  });
  const { code, stdout, stderr } = project.run(['build']);
  expect(code, stdout + stderr).toBe(0);
  return project;
}

/** `1 Ann`, with an `x` behind rows that are not valid any more. */
const look =
  "select cast(id as varchar) || ' ' || name || case when dbt_valid_to is null then '' else ' x' end as shown from main.history order by 1";
const rowsOf = (of: TestProject): readonly unknown[] => of.rows(look).map(({ shown }) => shown);

describe('snapshots', () => {
  it('change only when the rows are right and their tests pass, and are never built anew', () => {
    const of = create();
    of.write('models/people.sql', people("(1, 'Ann')", '(2, null)'));
    const failing = of.run(['build']);
    expect(failing.code).toBe(1);
    expect(failing.stdout).toContain('not_null_history_name');
    expect(failing.stdout).toContain('what was published before stays in place');

    const empty = of.run(['build', '--empty']);
    expect(empty.code).toBe(2);
    expect(empty.stderr).toContain("with --empty the snapshots 'history' would see");

    of.write('models/people.sql', people("(1, 'Ann')", "(1, 'Anne')", "(null, 'Nobody')"));
    const repeated = of.run(['build', '--full-refresh']);
    expect(repeated.code).toBe(1);
    expect(repeated.stdout + repeated.stderr).toMatch(
      /snapshot-rows-invalid[^]*the unique_key \(id\) of a row is NULL: NULL[^]*several rows have the same unique_key \(id\): 1/,
    );
    expect(rowsOf(of)).toEqual(['1 Ann', '2 Bob']);

    of.write('models/people.sql', people("(1, 'Anne')", "(3, 'Cid')"));
    expect(of.run(['build', '--full-refresh']).code).toBe(0);
    expect(rowsOf(of)).toEqual(['1 Ann x', '1 Anne', '2 Bob x', '3 Cid']);
    // The hook behind a change runs where the change was published alone.
    expect(of.rows('select name from main.told')).toEqual([
      { name: 'history' },
      { name: 'history' },
    ]);
    expect(of.rows('select id from main.current_people order by id')).toEqual([
      { id: 1 },
      { id: 3 },
    ]);
  });

  it('leave a table alone that is not theirs', () => {
    const of = create();
    of.write('models/other_people.sql', 'select 1 as id');
    expect(of.run(['run', '--select', 'other_people']).code).toBe(0);
    of.write('models/other_people.sql', "{{ config(alias='renamed') }} select 1 as id");
    of.write('snapshots/history.sql', history(`${byName}, alias='other_people'`));
    const foreign = of.run(['snapshot']);
    expect(foreign.code).toBe(2);
    expect(foreign.stderr).toContain("has no 'dbt_scd_id', 'dbt_updated_at'");
    expect(of.rows('select * from main.other_people')).toEqual([{ id: 1 }]);
  });

  it('are listed, selected and written to artifacts as dbt does', () => {
    const of = create();
    const listed = of.run(['ls', '--select', '+current_people', '--resource-type', 'snapshot']);
    expect(listed.stdout).toBe('shop.history.history\n');
    const manifest = of.json('target/manifest.json') as {
      readonly nodes: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      readonly child_map: Readonly<Record<string, readonly string[]>>;
    };
    expect(manifest.nodes['snapshot.shop.history']).toMatchObject({
      resource_type: 'snapshot',
      path: 'history.sql',
      raw_code: expect.stringMatching(/^\n\{\{ config[^]*people'\) \}\}\n$/) as string,
      depends_on: { nodes: ['model.shop.people'] },
      config: {
        materialized: 'snapshot',
        strategy: 'check',
        unique_key: 'id',
        check_cols: ['name'],
        hard_deletes: 'invalidate',
        snapshot_meta_column_names: { dbt_scd_id: null },
      },
    });
    expect(manifest.child_map['model.shop.people']).toEqual(['snapshot.shop.history']);
    if (!existsSync(schemas)) return;
    for (const [schema, artifact] of [
      ['manifest-v12.json', 'target/manifest.json'],
      ['run-results-v6.json', 'target/run_results.json'],
    ] as const) {
      const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
      const check = ajv.compile(JSON.parse(readFileSync(schemas + schema, 'utf8')) as object);
      check(of.json(artifact));
      expect(check.errors, artifact).toBeNull();
    }
  });
});

describe('snapshots on a lakehouse', () => {
  it('are Iceberg tables of the project', async () => {
    athena = await createAthenaProject({
      ...files,
      'snapshots/history.sql': history(`${byName}, table_type='hive'`),
    });
    const hive = await athena.run(['build', '--dry-run']);
    expect(hive.code).toBe(2);
    expect(hive.stderr).toContain('snapshots are Iceberg tables');
  });
});
