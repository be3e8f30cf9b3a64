import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin, createProject, plainConfig, type TestProject } from './testing/project.js';

let project: TestProject;
beforeAll(() => {
  project = createProject({
    'stedi_project.yml': plainConfig,
    'models/orders.sql': '-- kept\nselect 7 / 2 as half, cast(null as varchar) as note\n',
    'models/late/summary.sql': "select count(*) as n from {{ ref('orders') }}\n",
    'models/schema.yml':
      'models:\n  - name: orders\n    columns:\n      - name: half\n        data_tests: [not_null]\n',
  });
});
afterAll(() => {
  project.remove();
});

describe('ls', () => {
  it('names the nodes without a warehouse', () => {
    const { code, stdout, stderr } = project.run(['ls']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('shop.late.summary\nshop.not_null_orders_half\nshop.orders\n');
    expect(project.exists('target')).toBe(false);
    expect(project.run(['ls', '-m', 'orders+']).stdout).toBe('shop.late.summary\nshop.orders\n');
  });

  it('selects, and prints objects', () => {
    const { stdout } = project.run([
      'ls',
      '-s',
      'orders+',
      '--resource-type',
      'model',
      '--output',
      'json',
    ]);
    const nodes = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string });
    expect(nodes.map(({ name }) => name)).toEqual(['summary', 'orders']);
    expect(nodes[0]).toMatchObject({
      unique_id: 'model.shop.summary',
      resource_type: 'model',
      original_file_path: 'models/late/summary.sql',
      depends_on: { nodes: ['model.shop.orders'] },
    });
  });
});

describe('compile', () => {
  it("prints the author's SQL and writes it, without a warehouse", () => {
    const { code, stdout, stderr } = project.run(['compile', '--select', 'orders']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^-- kept\nselect 7 \/ 2 as half, .*\n$/u);
    expect(project.read('target/compiled/shop/models/orders.sql')).toContain('7 / 2');
    expect(project.exists('target/manifest.json')).toBe(true);
    expect(project.exists('target/warehouse.duckdb')).toBe(false);
  });

  it("prints the engine's SQL, or JSON", () => {
    const engine = project.run(['compile', '--select', 'summary', '--engine']);
    expect(engine.code).toBe(0);
    expect(engine.stdout.toLowerCase()).toContain('count(');
    const { stdout } = project.run(['compile', '--select', 'summary', '--output', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({
      node: 'summary',
      compiled: expect.stringContaining('count(*)') as string,
    });
  });
});

describe('compile --inline', () => {
  const inline = (sql: string, ...flags: readonly string[]) =>
    project.run(['compile', '--inline', sql, ...flags]);

  it('prints the SQL of a query, checked as a model is, and writes nothing', () => {
    const before = project.list('target');
    const { code, stdout } = inline("select {{ 1 + 1 }} as n from {{ ref('orders') }}");
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'select 2 as n from "warehouse"."main"."orders"\n',
    });
    expect(inline('select 7 / 2 as half', '--engine').stdout).toContain('//');
    const { stdout: json } = inline('select 1 as n', '--output', 'json');
    expect(JSON.parse(json)).toEqual({ compiled: 'select 1 as n' });
    const empty = inline("select * from {{ ref('orders') }}", '--empty');
    expect(empty.stdout).toContain('where false');
    expect(project.list('target')).toEqual(before);
  });

  it.each([
    ["select 1 from {{ ref('ordres') }}", [], "did you mean 'orders'?"],
    [
      "select halve from {{ ref('orders') }}",
      [],
      "there is no column 'halve' here\n  --inline:1:8",
    ],
    ['select 1', ['--select', 'orders'], 'compile takes a selection, or one query'],
    ['select 1', ['--selector', 'nightly'], 'compile takes a selection, or one query'],
  ])('refuses %s %s', (sql, flags, expected) => {
    const { code, stdout, stderr } = inline(sql, ...flags);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(expected);
  });
});

describe('show', () => {
  beforeAll(() => {
    expect(project.run(['build']).code).toBe(0);
  });

  it('prints rows of a model', () => {
    const { code, stdout } = project.run(['show', 'orders', '--limit', '10']);
    expect(code).toBe(0);
    expect(stdout).toBe('| half | note |\n| ---: | ---- |\n|    3 | NULL |\n');
  });

  it('runs a query with refs', () => {
    const { stdout } = project.run([
      'show',
      '--inline',
      "select half + 1 as h from {{ ref('orders') }}",
      '--output',
      'json',
    ]);
    expect(JSON.parse(stdout)).toEqual({ show: [{ h: 4 }] });
  });

  it('says what it does not know', () => {
    const { code, stderr } = project.run(['show', 'ordrs']);
    expect(code).toBe(2);
    expect(stderr).toContain("did you mean 'orders'?");
    const syntax = project.run(['show', '--inline', 'select 1 +']);
    expect(syntax.code).toBe(2);
    expect(syntax.stderr).toContain('error[sql-syntax]');
  });

  it('wants one thing to show', () => {
    expect(project.run(['show']).code).toBe(2);
    expect(project.run(['show', 'orders', '--inline', 'select 1']).code).toBe(2);
  });
});

describe('the command line', () => {
  it.each([
    [['bild'], "unknown command 'bild'", 'did you mean build?'],
    [['build', '--slect', 'x'], "unknown option '--slect'", 'did you mean --select?'],
    [['build', '--threads', 'many'], 'Expected a whole number', '`stedi-sql build --help`'],
    [['land', 'x.json'], "required option '--into <model>' not specified", '--help'],
    [['ls', '--output', 'xml'], 'Allowed choices', '--help'],
  ])('%j is a usage error', (args, message, hint) => {
    const { code, stderr, stdout } = project.run(args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain('error[usage]: ');
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
  });

  it('prints version and help', () => {
    expect(project.run(['--version'])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/u) as string,
    });
    const help = project.run(['build', '--help']);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain('--no-audit-gate');
    expect(help.stdout).toContain('--project-dir');
    expect(project.run([]).code).toBe(2);
  });

  it('is silent when its reader goes away', () => {
    const { stdout, stderr } = spawnSync(
      'sh',
      [
        '-c',
        `"${process.execPath}" "${bin}" show --inline "select x from unnest(sequence(1, 10000)) as t(x)" --limit -1 | head -n 1`,
      ],
      { encoding: 'utf8', cwd: project.root },
    );
    expect(stderr).toBe('');
    expect(stdout).toContain('| ');
  });

  it('colours when asked to, and not otherwise', () => {
    const color = (env: NodeJS.ProcessEnv, ...args: string[]): boolean =>
      project.run([...args, 'show', 'ordrs'], { env }).stderr.includes('\u001b[');
    expect(color({})).toBe(false);
    expect(color({ FORCE_COLOR: '1' })).toBe(true);
    expect(color({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(false);
    expect(color({ FORCE_COLOR: '1' }, '--no-color')).toBe(false);
  });
});
