import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createProject,
  plainConfig,
  type CommandOutcome,
  type TestProject,
} from './testing/project.js';

const clean = '{"id":1,"note":"a"}\n{"id":2,"note":"b"}\n';

function landingModel(name: string, location = `data/${name}`): string {
  return [
    `  - name: ${name}`,
    `    config: {materialized: external_table, location: ${location}, format: json}`,
    '    columns:',
    '      - {name: id, data_type: bigint}',
    '      - {name: note, data_type: varchar}',
    '',
  ].join('\n');
}

/** A command never answers input with a stack trace or takes the blame for it. */
function expectPlainWords({ stdout, stderr }: CommandOutcome): void {
  expect(stdout + stderr).not.toMatch(/^\s+at |error\[internal\]/mu);
}

describe('files that are landed', () => {
  const invalid = Buffer.concat([
    Buffer.from('{"id":1,"note":"a'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}\n{"id":2,"note":"b"}\n'),
  ]);
  const gzipped = gzipSync(clean.repeat(3000));
  const inputs: Readonly<Record<string, string | Uint8Array>> = {
    'empty.json': '',
    'empty.json.gz': gzipSync(''),
    'truncated.json.gz': gzipped.subarray(0, gzipped.length - 40),
    'not-gzip.json.gz': '{"id":10,"note":"plain"}\n',
    'invalid-utf8.json': invalid,
    'bom.json': `\ufeff{"id":11,"note":"bom"}\r\n`,
    'utf16.json': Buffer.from(`\ufeff${clean}`, 'utf16le'),
    'odd-keys.json': '{"id":12,"a.b":{"c\\"d":1},"note":"odd","":0," ":1,"select":2}\n',
    'broken.json': '{"id":13,"note":"x"}\n{"id":14,"note":\n{"id":15,"note":"z"}\n',
    'semicolon.json': '{"id":16,"note":"a;b\\u0000"}\n',
    'table.csv': 'id,note\n1,a\n',
    'deep.json': `{"id":17,"note":${'['.repeat(5000)}${']'.repeat(5000)}}\n`,
  };
  let project: TestProject;
  let outcome: CommandOutcome;
  beforeAll(() => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/landing.yml': `models:\n${landingModel('raw')}`,
      'models/clean.sql': "select id, note from {{ ref('raw') }}\n",
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, content]) => [`in/${name}`, content]),
      ),
    });
    outcome = project.run(['land', 'in', '--into', 'raw']);
  });
  afterAll(() => project.remove());

  it('end in exit code 1 if one cannot be read at all, in plain words', () => {
    expect(outcome.code).toBe(1);
    expectPlainWords(outcome);
  });

  it.each([
    ['empty.json', 'no record in it', "'in/empty.json' is empty, nothing was landed"],
    ['empty.json.gz', 'no record in it', "'in/empty.json.gz' holds no records"],
    [
      'truncated.json.gz',
      /[\d,]+ records in data\/raw\/\S+, \d+ rejects? in /u,
      "'in/truncated.json.gz' is not complete: the gzip data end early",
    ],
    ['not-gzip.json.gz', /1 record in data/u, ''],
    ['invalid-utf8.json', /1 record in data\S+, 1 reject in /u, 'the object is not valid UTF-8'],
    ['bom.json', /1 record in data/u, ''],
    ['utf16.json', 'failed, nothing landed', 'it is UTF-16 text, not JSON'],
    ['odd-keys.json', /1 record in data/u, ''],
    ['broken.json', /2 records in data\S+, 1 reject in /u, 'ends before the object is complete'],
    ['table.csv', /no record in it, 2 rejects in /u, 'text that is not JSON'],
    ['deep.json', /no record in it, 1 reject in /u, 'nested deeper than 1000 levels'],
  ])('%s', (name, summary, message) => {
    const line = outcome.stdout.split('\n').find((each) => each.includes(`in/${name}: `)) ?? '';
    if (typeof summary === 'string') expect(line).toContain(summary);
    else expect(line).toMatch(summary);
    expect(outcome.stderr).toContain(message);
  });

  it('are read to the last record', () => {
    const build = project.run(['build']);
    expect(build.stderr).toBe('');
    expect(build.code).toBe(0);
    const rows = project.rows('select id, note from main.clean where id > 2 order by id');
    expect(rows).toEqual([
      { id: 10, note: 'plain' },
      { id: 11, note: 'bom' },
      { id: 12, note: 'odd' },
      { id: 13, note: 'x' },
      { id: 15, note: 'z' },
      { id: 16, note: 'a;b\u0000' },
    ]);
  });

  it('may be proposed as columns, whatever their keys are', () => {
    project.write('odd/odd.json', inputs['odd-keys.json'] ?? '');
    const { code, stdout } = project.run(['crawl', 'odd/odd.json']);
    expect(code).toBe(0);
    project.write('models/odd.yml', stdout);
    expect(project.run(['build', '--select', 'odd_landing']).code).toBe(0);
    expect(project.rows('select "a.b"."c""d" as x, "select" as y from main.odd_landing')).toEqual([
      { x: 1, y: 2 },
    ]);
    expect(project.run(['crawl', 'in/table.csv'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('error[land-no-records]') as string,
    });
    project.write('models/odd.yml', 'models: []\n');
  });

  it('may hold one object of 50 MB: it is landed with a warning, and a build says where it is', () => {
    project.write('in/large.json', `{"id":1,"note":"${'x'.repeat(50 * 2 ** 20)}"}\n`);
    const landed = project.run(['land', 'in/large.json', '--into', 'raw']);
    expect(landed.code).toBe(0);
    expect(landed.stderr).toContain('warning[land-large-records]: 1 record is larger than 16 MB');
    const build = project.run(['build']);
    expect(build.code).toBe(1);
    expectPlainWords(build);
    expect(build.stderr).toMatch(
      /landing file data\/raw\/\S+, line 1: a record is longer than 16 MB/u,
    );
    expect(build.stderr).toContain('hint: split the record');
    expect(build.stdout).toContain("SKIP model 'raw' failed");
    expect(project.rows('select count(*) as n from main.clean where id > 2')).toEqual([{ n: 6 }]);
  });
});

describe('files that lie in a landing location', () => {
  const files = {
    cut_off: ['a.json.gz', gzipSync(clean).subarray(0, 30), 'cut off or damaged'],
    not_gzip: ['a.json.gz', clean, 'cut off or damaged'],
    invalid_utf8: ['a.json', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 'UTF-8'],
    byte_order_mark: ['a.json', `\ufeff${clean}`, 'byte order mark'],
    broken: ['a.json', '{"id":1}\n{"id":2,"note":\n', 'line 2: malformed JSON'],
    list: ['a.json', '[{"id":1}]\n', 'line 1: expected one JSON object on the line'],
    text: ['a.csv', 'id,note\n1,a\n', 'line 1: malformed JSON'],
    twice: ['a.json', '{"id":1}\n{"id":1,"ID":2}\n', 'line 2: two keys are one'],
    wrong_type: ['a.json', '{"id":1}\n{"id":"abc"}\n', "line 2: column 'id' is declared bigint"],
  } as const;
  const good = { empty_file: '', windows_lines: clean.replaceAll('\n', '\r\n') };
  const names = [...Object.keys(files), ...Object.keys(good)];
  let project: TestProject;
  let outcome: CommandOutcome;
  beforeAll(() => {
    project = createProject({
      'stedi_project.yml': plainConfig,
      'models/landing.yml': `models:\n${names.map((name) => landingModel(name)).join('')}`,
      ...Object.fromEntries(
        names.map((name) => [
          `models/read_${name}.sql`,
          `select id, note from {{ ref('${name}') }}\n`,
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(files).map(([name, [file, content]]) => [`data/${name}/${file}`, content]),
      ),
      ...Object.fromEntries(
        Object.entries(good).map(([name, content]) => [`data/${name}/a.json`, content]),
      ),
    });
    outcome = project.run(['build']);
  });
  afterAll(() => project.remove());

  it('fail what reads them, and nothing else', () => {
    expect(outcome.code).toBe(1);
    expectPlainWords(outcome);
    expect(outcome.stderr.match(/error\[landing-unreadable\]/gu)).toHaveLength(
      Object.keys(files).length,
    );
    expect(project.rows('select id from main.read_windows_lines order by id')).toEqual([
      { id: 1 },
      { id: 2 },
    ]);
    expect(project.rows('select id from main.read_empty_file')).toEqual([]);
  });

  it.each(Object.entries(files))('%s', (name, [file, , message]) => {
    const found = outcome.stderr
      .split('\n\n')
      .find((text) => text.includes(`landing file data/${name}/${file}`));
    expect(found).toContain(message);
    expect(found).toContain('hint: ');
  });
});

describe('YAML files', () => {
  it.concurrent.each([
    ['tabs', 'name: shop\nmodels:\n\tshop: {}\n', 'Tabs are not allowed', '3:1'],
    ['a key twice', 'name: shop\nvars: {}\nvars: {}\n', "the key 'vars' stands twice", '3:1'],
    ['an unclosed quote', 'name: "shop\n', 'Missing closing "quote', '2:1'],
    ['a list', '- name: shop\n', 'must be a mapping, found a list', '1:1'],
    ['nothing', '', "'name' is missing", '1:1'],
    ['two documents', 'name: shop\n---\nname: mart\n', 'one YAML document', '2:1'],
    [
      'aliases that grow without end',
      `name: shop\nvars:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n${Array.from(
        { length: 6 },
        (_, index) => `  a${index + 1}: &a${index + 1} [${`*a${index}, `.repeat(10)}]\n`,
      ).join('')}`,
      'aliases of this file stand for more than',
      '7:',
    ],
    ['a variable list', 'name: shop\nvars: [1]\n', "'vars' must be a mapping, found a list", '2:7'],
  ])('%s', async (_title, content, message, place) => {
    const project = createProject({
      'stedi_project.yml': content,
      'models/a.sql': 'select 1 as a',
    });
    const outcome = await project.launch(['ls']).ended;
    project.remove();
    expect(outcome.code).toBe(2);
    expect(outcome.stdout).toBe('');
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).toContain(`  stedi_project.yml:${place}`);
    expectPlainWords(outcome);
  });

  it('may use anchors, aliases and merge keys, a byte order mark and Windows line ends', () => {
    const project = createProject({
      'stedi_project.yml': '\ufeffname: shop\r\nmodels:\r\n  shop: {+materialized: table}\r\n',
      'models/a.sql': '\ufeffselect 1 as id\r\n',
      'models/b.sql': 'select 2 as id\n',
      'models/schema.yml': [
        'models:',
        '  - name: a',
        '    config: &config {materialized: view, tags: [x]}',
        '    columns:',
        '      - &id {name: id, data_tests: [not_null]}',
        '  - name: b',
        '    config: {<<: *config, tags: [y]}',
        '    columns: [*id]',
        '',
      ].join('\n'),
    });
    const outcome = project.run(['build']);
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toContain('Models: 2 built\nTests:  2 passed\n');
    expect(outcome.stdout.match(/OK {5}view/gu)).toHaveLength(2);
    project.remove();
  });

  it.concurrent.each([
    ['stedi_project.yml', Buffer.from('\ufeffname: shop\n', 'utf16le'), 'found UTF-16'],
    ['models/a.sql', Buffer.from([0x2d, 0x2d, 0xe4]), 'found the byte 0xE4 in line 1'],
  ])('%s that is not UTF-8 is refused', async (path, content, message) => {
    const project = createProject({ 'stedi_project.yml': plainConfig, [path]: content });
    const outcome = await project.launch(['build']).ended;
    project.remove();
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toContain(`error[file-unreadable]: ${path} cannot be read`);
    expect(outcome.stderr).toContain(message);
  });
});

describe('variables of the command line', () => {
  let project: TestProject;
  beforeAll(() => {
    project = createProject({
      'stedi_project.yml': 'name: shop\nvars: {late: false, share: 0.5, days: [1, 2]}\n',
      'models/a.sql':
        "select {{ var('share') * 2 }} as a, {{ 1 if var('late') else 0 }} as b, length('{{ var('big', '') }}') as c\n",
    });
  });
  afterAll(() => project.remove());

  it.concurrent.each([
    ['[1]', 'error[vars-invalid]: --vars must be a YAML mapping, found a list', 2],
    ['{share: ', 'error[vars-invalid]: --vars is not valid YAML', 2],
    ['{share: high}', "'share' the text 'high', in the place of the number 0.5", 2],
    ["{late: 'false'}", "'late' the text 'false', in the place of false", 0],
    ['{lat: true}', "did you mean 'late'?", 0],
  ])('%s', async (vars, message, code) => {
    const outcome = await project.launch(['compile', '--vars', vars]).ended;
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toContain(message);
    expectPlainWords(outcome);
  });

  it('may be long, and are not repeated', () => {
    const outcome = project.run(['build', '--vars', `{big: ${'x'.repeat(100_000)}}`]);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout.length).toBeLessThan(2000);
    expect(project.rows('select c from main.a')).toEqual([{ c: 100_000 }]);
  });
});

describe('a project', () => {
  it('may have no models', async () => {
    const project = createProject({ 'stedi_project.yml': 'name: shop\n' });
    for (const outcome of await project.runAll([['build'], ['test'], ['compile'], ['ls']])) {
      expect([outcome.code, outcome.stderr.split('\n', 2)]).toEqual([
        0,
        [
          "warning[selection-empty]: project 'shop' has no models yet",
          '  hint: write a SELECT to models/my_model.sql',
        ],
      ]);
    }
    expect(project.exists('target/warehouse.duckdb')).toBe(false);
    project.remove();
  });

  it('may have models with any names, and columns with any names', () => {
    const names = ['select', 'a-b', 'a b', 'ünïcode', '日本', '1st', 'a.b', "it's", 'a"b'];
    const project = createProject({
      'stedi_project.yml': plainConfig,
      ...Object.fromEntries(
        names.flatMap((name, index) => [
          [`models/${name}.sql`, `select ${index} as "x.y""z", 'a;b' as "order"; -- ; the end`],
          [`models/use_${index}.sql`, `select * from {{ ref(${JSON.stringify(name)}) }}\n`],
        ]),
      ),
      [`models/${'x'.repeat(251)}.sql`]: 'select 1 as id\n',
      'models/schema.yml': [
        'models:',
        '  - name: a b',
        '    columns:',
        '      - name: x.y"z',
        '        data_tests:',
        '          - not_null',
        '          - unique',
        '      - name: order',
        '        data_tests: [{accepted_values: {values: [a;b]}}]',
        '',
      ].join('\n'),
    });
    const outcome = project.run(['build']);
    expect(outcome.stderr).toBe('');
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toContain(`Models: ${names.length * 2 + 1} built\nTests:  3 passed\n`);
    expect(project.rows('select "x.y""z" as x, "ORDER" as y from main.use_7')).toEqual([
      { x: 7, y: 'a;b' },
    ]);
    project.write("models/it's.sql", 'select x from nowhere\n');
    const failed = project.run(['build', '--select', "it's"]);
    expect(failed.code).toBe(1);
    expect(failed.stdout).toContain("Next: stedi-sql compile --select 'it'\\''s'\n");
    project.remove();
  });
});
