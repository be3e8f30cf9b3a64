import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, describe, expect, test } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import { createProject, type TestProject } from './testing/project.js';

/** dbt's schemas, where this checkout has them beside it. */
const schemas = fileURLToPath(new URL('../../shared/dbt-schemas/', import.meta.url));

const people = [
  'id,name,zip,score,joined,seen,active,note',
  '1,"Ann ""A"" O\'Neil",00123,1.5,2024-02-29,2024-02-29 10:00:00,true,',
  '9007199254740993,"Bob',
  'Line2",04567,2,,2024-02-29T11:00:00.5,FALSE,null',
  '',
].join('\r\n');

const files = {
  'stedi_project.yml': 'name: shop\nseeds:\n  shop:\n    +tags: [seeded]\n',
  'seeds/people.csv': `\ufeff${people}`,
  'seeds/countries.csv': 'code;name\nDE;Germany\nFR;France\n',
  'seeds/_seeds.yml': `
seeds:
  - name: people
    columns:
      - name: id
        data_tests: [unique, not_null]
  - name: countries
    description: Where people live
    config:
      delimiter: ';'
      alias: country
      column_types: { code: varchar(2) }
`,
  'models/active_people.sql': "select id, name, zip from {{ ref('people') }} where active",
};

let projects: TestProject[] = [];

function create(more: Readonly<Record<string, string>> = {}): TestProject {
  const project = createProject({ ...files, ...more });
  projects.push(project);
  return project;
}

afterEach(() => {
  for (const project of projects) project.remove();
  projects = [];
});

const everyPerson = [
  {
    id: '1',
    name: 'Ann "A" O\'Neil',
    zip: '00123',
    score: 1.5,
    joined: '2024-02-29',
    seen: '2024-02-29 10:00:00.000',
    active: true,
    note: null,
  },
  {
    id: '9007199254740993',
    name: 'Bob\r\nLine2',
    zip: '04567',
    score: 2,
    joined: null,
    seen: '2024-02-29 11:00:00.500',
    active: false,
    note: null,
  },
];

/** Integers of 64 bits are numbers or texts, as they fit. */
function rowsOf(project: TestProject, sql: string): readonly unknown[] {
  return project.rows(sql).map((row) => ('id' in row ? { ...row, id: String(row['id']) } : row));
}

describe('seeds', () => {
  test('build writes them, tests them and builds what refs them', () => {
    const project = create();
    const { code, stdout, stderr } = project.run(['build']);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/OK +seed +main\.people .*2 rows/);
    expect(rowsOf(project, "select * from {{ ref('people') }} order by id")).toEqual(everyPerson);
    expect(project.rows("select code, name from {{ ref('countries') }} order by 1")).toEqual([
      { code: 'DE', name: 'Germany' },
      { code: 'FR', name: 'France' },
    ]);
    expect(project.rows("select zip from {{ ref('active_people') }}")).toEqual([{ zip: '00123' }]);
  });

  test('a seed whose tests fail is not published', () => {
    const project = create();
    expect(project.run(['build']).code).toBe(0);
    project.write('seeds/people.csv', `${people}1,Twin,,,,,,\n`);
    const { code, stdout } = project.run(['build']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAIL +test +unique_people_id/);
    expect(stdout).toMatch(/SKIP +view +main\.active_people/);
    expect(project.rows("select count(*) as n from {{ ref('people') }}")).toEqual([{ n: 2 }]);
    // The row that was never published is found again.
    const shown = project.run(['show', 'unique_people_id', '--output', 'json']);
    expect((JSON.parse(shown.stdout) as { show: unknown[] }).show).toHaveLength(1);
  });

  test('seed writes seeds alone, run leaves them out', () => {
    const project = create();
    const seeded = project.run(['seed', '--select', 'people', '--full-refresh']);
    expect(seeded.code).toBe(0);
    expect(seeded.stdout).toContain('1 of 1 OK');
    expect(project.run(['run']).stdout).toContain('1 of 1 OK     view');
    const runResults = project.json('target/run_results.json') as { args: { which: string } };
    expect(runResults.args.which).toBe('run');
  });

  test.each([
    ['resource_type:seed', ['shop.countries', 'shop.people']],
    ['tag:seeded', ['shop.countries', 'shop.people']],
    ['path:seeds', ['shop.countries', 'shop.people']],
    ['file:countries.csv', ['shop.countries']],
    ['config.delimiter:;', ['shop.countries']],
    ['people+', ['shop.active_people', 'shop.people']],
    ['+active_people', ['shop.active_people', 'shop.people']],
  ])('ls --select %s', (selector, names) => {
    const project = create();
    const types = ['--resource-type', 'seed', 'model'];
    const { stdout } = project.run(['ls', '--select', selector, ...types]);
    expect(stdout.trim().split('\n')).toEqual(names);
  });

  test('a seed whose file changed is modified, and nothing else is', () => {
    const project = create();
    expect(project.run(['build']).code).toBe(0);
    project.run(['compile']);
    const modified = (): string =>
      project.run(['ls', '--select', 'state:modified', '--state', 'before']).stdout.trim();
    project.write('before/manifest.json', project.read('target/manifest.json'));
    expect(modified()).toBe('');
    project.write('seeds/countries.csv', 'code;name\nDE;Germany\n');
    expect(modified()).toBe('shop.countries');
  });

  test('the artifacts hold what dbt writes of seeds', () => {
    const project = create();
    project.run(['build']);
    const manifest = project.json('target/manifest.json') as {
      nodes: Record<string, Record<string, unknown>>;
    };
    const seed = manifest.nodes['seed.shop.countries'];
    expect(seed).toMatchObject({
      resource_type: 'seed',
      path: 'countries.csv',
      original_file_path: 'seeds/countries.csv',
      fqn: ['shop', 'countries'],
      alias: 'country',
      raw_code: '',
      root_path: null,
      description: 'Where people live',
      config: { materialized: 'seed', delimiter: ';', column_types: { code: 'varchar(2)' } },
      depends_on: { macros: [] },
    });
    expect(seed?.['checksum']).toMatchObject({ name: 'sha256' });
    expect(manifest.nodes['model.shop.active_people']?.['depends_on']).toMatchObject({
      nodes: ['seed.shop.people'],
    });
    const { results } = project.json('target/run_results.json') as {
      results: Record<string, unknown>[];
    };
    const result = results.find((each) => each['unique_id'] === 'seed.shop.people');
    expect(result).toMatchObject({
      status: 'success',
      compiled: false,
      compiled_code: null,
      adapter_response: { rows_affected: 2 },
    });
  });

  test('show prints the rows of the file', () => {
    const project = create();
    const { stdout } = project.run(['show', 'countries', '--limit', '1', '--output', 'json']);
    expect((JSON.parse(stdout) as { show: unknown[] }).show).toEqual([
      { code: 'DE', name: 'Germany' },
    ]);
  });

  test('what is wrong in a file is told with its place, before anything is written', () => {
    const project = create({ 'seeds/bad.csv': 'a,b\n1,2\n3\n' });
    const { code, stderr } = project.run(['build']);
    expect(code).toBe(2);
    expect(stderr).toContain('error[seed-invalid]');
    expect(stderr).toContain('seeds/bad.csv:3:1');
    expect(project.exists('target/run_results.json')).toBe(false);
  });

  test('a name of its own column_types, a model of the same name and an entry without a file are refused', () => {
    const project = create({
      'models/people.sql': 'select 1 as a',
      'seeds/_more.yml':
        'seeds:\n  - name: cuontries\n  - name: cities\n    config:\n      column_types: {nmae: varchar, id: text}\n',
      'seeds/cities.csv': 'id,name\n1,Rome\n',
    });
    const { code, stderr } = project.run(['ls']);
    expect(code).toBe(2);
    expect(stderr).toContain("a model and a seed have the name 'people'");
    expect(stderr).toContain("expected a CSV file for the seed 'cuontries', found none");
    expect(stderr).toContain("hint: did you mean 'countries'?");
    expect(stderr).toContain("names the column 'nmae', which seed 'cities' does not have");
    expect(stderr).toContain("hint: Athena's word is varchar");
  });
});

describe('seeds on Athena', () => {
  let athena: AthenaProject | undefined;
  afterEach(async () => {
    await athena?.close();
    athena = undefined;
  });

  test('rows that no single statement can hold are written by several', async () => {
    const text = 'ä'.repeat(100);
    const rows = Array.from({ length: 2500 }, (_, index) => `${index + 1},${text} '${index}'`);
    athena = await createAthenaProject({
      ...files,
      'seeds/large.csv': `id,text\n${rows.join('\n')}\n`,
    });
    const { code, stdout, stderr } = await athena.run(['build']);
    expect(stderr).toBe('');
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/OK +seed .*large .*2,500 rows/);
    const counts =
      "select count(*) as n, count(distinct id) as ids, max(length(text)) as longest from {{ ref('large') }}";
    expect(await athena.rows(counts)).toEqual([{ n: 2500, ids: 2500, longest: 107 }]);
    const people = await athena.rows("select * from {{ ref('people') }} order by id");
    expect(people.map((row) => ({ ...row, id: String(row['id']) }))).toMatchObject([
      { id: '1', name: 'Ann "A" O\'Neil', zip: '00123', score: 1.5, joined: '2024-02-29' },
      { id: '9007199254740993', zip: '04567', joined: null, active: false, note: null },
    ]);
    expect(await athena.rows("select zip from {{ ref('active_people') }}")).toEqual([
      { zip: '00123' },
    ]);
  });
});

describe.skipIf(!existsSync(schemas))('artifacts', () => {
  test('are what dbt’s schemas describe, with seeds and unit tests', () => {
    const project = create({
      'models/unit.yml': [
        'unit_tests:',
        '  - name: only_active',
        '    model: active_people',
        '    given:',
        "      - input: ref('people')",
        '        rows:',
        '          - {id: 1, name: a, active: true}',
        '          - {id: 2, name: b, active: false}',
        '    expect: {rows: [{id: 1}]}',
        '',
      ].join('\n'),
    });
    const { code, stdout, stderr } = project.run(['build']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('unit test');
    for (const [schema, artifact] of [
      ['manifest-v12.json', 'manifest.json'],
      ['run-results-v6.json', 'run_results.json'],
    ] as const) {
      const read = (path: string): object => JSON.parse(readFileSync(path, 'utf8')) as object;
      const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
      const check = ajv.compile(read(`${schemas}${schema}`));
      check(JSON.parse(project.read(`target/${artifact}`)));
      expect(check.errors, artifact).toBeNull();
    }
  });
});

test('--show prints the first rows of each seed that was written', () => {
  const project = create();
  const { code, stdout } = project.run(['seed', '--show', '--select', 'countries']);
  expect(code).toBe(0);
  expect(stdout).toContain(
    'countries:\n| code | name    |\n| ---- | ------- |\n| DE   | Germany |\n| FR   | France  |\n',
  );
  expect(stdout).not.toContain('people:');
  const { stdout: lines } = project.run(['seed', '--show', '--log-format', 'json']);
  for (const line of lines.trim().split('\n'))
    expect(() => JSON.parse(line) as unknown).not.toThrow();
});
