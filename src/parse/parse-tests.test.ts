import { describe, expect, it } from 'vitest';
import type { Diagnostic } from '../core/diagnostic.js';
import type { JsonValue, TestNode } from '../core/node.js';
import { parseProject } from './parse-project.js';
import {
  sampleOptions,
  sampleProject,
  type FolderSketch,
  type ProjectSketch,
} from './testing/sample-project.js';

function parse(sketch: ProjectSketch) {
  return parseProject(sampleProject(sketch), sampleOptions(sketch.vars));
}

function testsOf(sketch: ProjectSketch): readonly TestNode[] {
  const result = parse(sketch);
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics, null, 2));
  return result.value.nodes.filter((node) => node.resourceType === 'test');
}

interface Around {
  readonly tests?: FolderSketch;
  readonly vars?: Readonly<Record<string, JsonValue>>;
}

/** A model `orders` whose column `status` has the tests. */
function onColumn(dataTests: readonly JsonValue[], around: Around = {}): ProjectSketch {
  const columns = [{ name: 'status', tags: ['key'], data_tests: dataTests }];
  return {
    ...around,
    files: { 'models/trusted/orders.sql': 'select 1' },
    yaml: { 'models/trusted/_m.yml': { models: [{ name: 'orders', columns }] } },
  };
}

function onModel(dataTests: readonly JsonValue[]): ProjectSketch {
  return {
    files: { 'models/trusted/orders.sql': 'select 1' },
    yaml: {
      'models/trusted/_m.yml': { models: [{ name: 'orders', data_tests: dataTests }] },
    },
  };
}

function oneTest(sketch: ProjectSketch): TestNode {
  const [test, ...others] = testsOf(sketch);
  expect(others).toEqual([]);
  if (test === undefined) throw new Error('there is no test');
  return test;
}

function complaints(sketch: ProjectSketch): readonly Diagnostic[] {
  const { ok, diagnostics } = parse(sketch);
  expect(ok).toBe(false);
  return diagnostics;
}

describe('generic tests', () => {
  it('has a node per entry', () => {
    const test = oneTest(onColumn(['not_null']));
    const location = { line: 1, column: 1, path: 'models/trusted/_m.yml' };
    const place = 'models.0.columns.0.data_tests.0';
    expect(test).toMatchObject({
      resourceType: 'test',
      name: 'not_null_orders_status',
      packageName: 'stedi',
      path: 'models/trusted/_m.yml',
      fqn: ['stedi', 'trusted', 'not_null_orders_status'],
      description: '',
      tags: ['key'],
      patchPath: null,
      rawSql: 'select "status"\nfrom {{ ref(\'orders\') }}\nwhere "status" is null',
      language: 'sql',
      config: { materialized: 'test', enabled: true, alias: null, tags: ['key'] },
      refs: [{ name: 'orders', location: { ...location, sourceLine: place } }],
      sources: [],
      generic: {
        testName: 'not_null',
        columnName: 'status',
        attachedNode: 'model.stedi.orders',
        arguments: { column_name: 'status' },
      },
      severity: 'error',
      location: { ...location, sourceLine: place },
    });
    expect(test.uniqueId).toMatch(/^test\.stedi\.not_null_orders_status\.[0-9a-f]{10}$/);
    expect(test.checksum).toBe(sampleOptions().hash(test.rawSql));
  });

  it('spells out each test', () => {
    const to = "ref('people')";
    const sql = testsOf(
      onColumn([
        'unique',
        { accepted_values: { arguments: { values: ["it's", 1, true] } } },
        { accepted_values: { arguments: { values: [1, "date '2023-01-01'"], quote: false } } },
        { relationships: { arguments: { to, field: 'user "id"' } } },
      ]),
    ).map(({ rawSql }) => rawSql);
    expect(sql).toEqual([
      `select
  "status" as unique_field,
  count(*) as n_records
from {{ ref('orders') }}
where "status" is not null
group by "status"
having count(*) > 1`,
      `select
  "status" as value_field,
  count(*) as n_records
from {{ ref('orders') }}
where "status" not in ('it''s', '1', 'True')
group by "status"`,
      `select
  "status" as value_field,
  count(*) as n_records
from {{ ref('orders') }}
where "status" not in (1, date '2023-01-01')
group by "status"`,
      `with child as (
  select "status" as from_field
  from {{ ref('orders') }}
  where "status" is not null
),

parent as (
  select "user ""id""" as to_field
  from {{ ref('people') }}
)

select child.from_field
from child
left join parent on child.from_field = parent.to_field
where parent.to_field is null`,
    ]);
  });

  it.each([
    ["ref('people')", "{{ ref('people') }}"],
    [' ref( "people" ) ', "{{ ref('people') }}"],
    ["{{ ref('people') }}", "{{ ref('people') }}"],
    ["ref('stedi', 'people')", "{{ ref('stedi', 'people') }}"],
    ['source(\'raw\', "people")', "{{ source('raw', 'people') }}"],
    ["ref('people', v=2)", "{{ ref('people', v=2) }}"],
    ["{{ ref('people', version='2') }}", "{{ ref('people', version='2') }}"],
    ["ref(var('parent', 'people'))", "{{ ref(var('parent', 'people')) }}"],
  ])('relates to %s', (to, expected) => {
    const test = oneTest(onColumn([{ relationships: { arguments: { to, field: 'id' } } }]));
    expect(test.rawSql).toContain(`from ${expected}\n)`);
  });

  it('points refs at the argument that has them', () => {
    const to = "ref('people')";
    const test = oneTest(onColumn([{ relationships: { arguments: { to, field: 'id' } } }]));
    const place = 'models.0.columns.0.data_tests.0.relationships';
    expect(test.refs.map(({ name, location }) => [name, location.sourceLine])).toEqual([
      ['people', `${place}.arguments.to`],
      ['orders', `~${place}`],
    ]);
  });

  it('tests only the rows that `where` leaves', () => {
    const config = { where: "day > '{{ var('from') }}' -- {# recent" };
    const test = oneTest(onColumn([{ not_null: { config } }], { vars: { from: '2023' } }));
    expect(test.rawSql).toBe(`select "status"
from (
  select *
  from {{ ref('orders') }}
  where day > '2023' -- {{ '{' }}# recent
) as tested_rows
where "status" is null`);
    expect(test.config.extra).toEqual({ where: "day > '2023' -- {# recent" });
  });

  it.each([
    ['id', '"id"'],
    ["a || '-' || b", "(a || '-' || b)"],
    ['"Id"', '("Id")'],
  ])('takes the column of a test under the model: %s', (column, expression) => {
    const test = oneTest(onModel([{ not_null: { arguments: { column_name: column } } }]));
    expect(test.rawSql).toContain(`where ${expression} is null`);
    expect(test.generic).toMatchObject({ columnName: null, arguments: { column_name: column } });
  });

  it('keeps brace marks in column names as they are', () => {
    const columns = [{ name: 'a{{b}}{', data_tests: ['not_null'] }];
    const test = oneTest({
      files: { 'models/orders.sql': 'select 1' },
      yaml: { 'models/m.yml': { models: [{ name: 'orders', columns }] } },
    });
    expect(test.rawSql).toContain(`where "a{{ '{' }}{b}}{" is null`);
  });

  it('renders templates in arguments', () => {
    const values = ["{{ var('a') }}", 'b'];
    const test = oneTest(
      onColumn([{ accepted_values: { arguments: { values } } }], { vars: { a: 'rendered' } }),
    );
    expect(test.rawSql).toContain("not in ('rendered', 'b')");
    expect(test.name).toBe('accepted_values_orders_status__rendered__b');
  });

  it('configures: folders first, then the entry', () => {
    const around = {
      tests: {
        '+severity': 'warn',
        '+tags': ['all'],
        trusted: { '+enabled': true, '+tags': ['t'] },
      },
    };
    const config = { severity: 'error', tags: 'own', description: 'No order without status' };
    const tests = testsOf(onColumn(['unique', { not_null: { config } }], around));
    expect(
      tests.map(({ severity, tags, description }) => ({ severity, tags, description })),
    ).toEqual([
      { severity: 'warn', tags: ['all', 't', 'key'], description: '' },
      {
        severity: 'error',
        tags: ['all', 't', 'key', 'own'],
        description: 'No order without status',
      },
    ]);
  });

  it('takes a name of its own', () => {
    const name = 'one_status_each_'.repeat(5);
    const test = oneTest(onColumn([{ unique: { name } }]));
    expect(test).toMatchObject({ name, config: { alias: null } });
    expect(test.uniqueId).toMatch(new RegExp(`^test\\.stedi\\.${name}\\.`));
  });

  it('gives long names a short alias for files', () => {
    const values = ['placed', 'shipped', 'completed', 'returned'];
    const test = oneTest(onColumn([{ accepted_values: { arguments: { values } } }]));
    const name = 'accepted_values_orders_status__placed__shipped__completed__returned';
    expect(test.name).toBe(name);
    expect(test.config.alias).toBe(`accepted_values_orders_${sampleOptions().md5(name)}`);
  });

  it('tells tests apart by their arguments, not by their configuration', () => {
    const id = (entry: JsonValue) => oneTest(onColumn([entry])).uniqueId;
    const accepted = (values: readonly string[]) => ({
      accepted_values: { arguments: { values } },
    });
    expect(id({ unique: { config: { severity: 'warn' } } })).toBe(id('unique'));
    expect(id(accepted(['a', 'b']))).not.toBe(id(accepted(['a_b'])));
    expect(id(accepted(['a b']))).not.toBe(id(accepted(['a_b'])));
  });

  it('refuses the same test twice', () => {
    const place = 'models.0.columns.0.data_tests';
    expect(complaints(onColumn(['unique', { unique: { config: { where: 'x' } } }]))).toMatchObject([
      {
        code: 'duplicate-name',
        message: "the test 'unique_orders_status' is asked for twice",
        location: { sourceLine: `~${place}.1.unique` },
        hint: 'remove one of the two, or give one another `name:`',
        related: [{ message: 'first here', location: { sourceLine: `${place}.0` } }],
      },
    ]);
  });

  it('refuses unknown tests', () => {
    const known =
      'the generic tests are not_null, unique, accepted_values, relationships; define any other with {% test … %} in tests/generic';
    expect(complaints(onColumn(['not_nul', { is_even: {} }]))).toMatchObject([
      {
        code: 'test-unknown',
        message: "'not_nul' is not a generic test",
        location: { sourceLine: 'models.0.columns.0.data_tests.0' },
        hint: "did you mean 'not_null'?",
      },
      {
        code: 'test-unknown',
        message: "'is_even' is not a generic test",
        location: { sourceLine: '~models.0.columns.0.data_tests.1.is_even' },
        hint: known,
      },
    ]);
  });

  it('points at wrong configuration', () => {
    const config = { sql_header: 'x', serverity: 'warn', limit: 5 };
    const place = '~models.0.columns.0.data_tests.0.unique.config';
    expect(complaints(onColumn([{ unique: { config } }]))).toMatchObject([
      { code: 'config-unknown-key', location: { sourceLine: `${place}.sql_header` } },
      { code: 'config-unknown-key', location: { sourceLine: `${place}.serverity` } },
    ]);
  });

  const place = 'models.0.columns.0.data_tests.0';
  it.each<readonly [string, JsonValue, string, string | undefined, string]>([
    [
      'accepted_values',
      {},
      "the test accepted_values needs the argument 'values'",
      'add `values:`',
      `~${place}.accepted_values`,
    ],
    [
      'accepted_values',
      { values: [] },
      "the argument 'values' of the test accepted_values must be a list with at least one value",
      undefined,
      `${place}.accepted_values.arguments.values`,
    ],
    [
      'accepted_values',
      { values: 'a' },
      "the argument 'values' of the test accepted_values must be a list with at least one value",
      undefined,
      `${place}.accepted_values.arguments.values`,
    ],
    [
      'accepted_values',
      { values: ['a', null] },
      "the argument 'values' of the test accepted_values must be values other than null (nulls always pass; test them with not_null)",
      undefined,
      `${place}.accepted_values.arguments.values`,
    ],
    [
      'accepted_values',
      { values: [['a']] },
      "the argument 'values' of the test accepted_values must be a list of texts, numbers and booleans",
      undefined,
      `${place}.accepted_values.arguments.values`,
    ],
    [
      'accepted_values',
      { values: [2 ** 53] },
      "the argument 'values' of the test accepted_values must be numbers below 2^53; write 9007199254740992 in quotes",
      undefined,
      `${place}.accepted_values.arguments.values`,
    ],
    [
      'accepted_values',
      { values: ['a'], quote: 'no' },
      "the argument 'quote' of the test accepted_values must be true or false",
      undefined,
      `${place}.accepted_values.arguments.quote`,
    ],
    [
      'relationships',
      { to: 'people', field: 'id' },
      "the argument 'to' of the test relationships must be ref('model') or source('source', 'table')",
      undefined,
      `${place}.relationships.arguments.to`,
    ],
    [
      'relationships',
      { to: "source('people')", field: 'id' },
      "the argument 'to' of the test relationships must be ref('model') or source('source', 'table')",
      undefined,
      `${place}.relationships.arguments.to`,
    ],
    [
      'relationships',
      { to: "ref('people')", field: '' },
      "the argument 'field' of the test relationships must be the name of a column",
      undefined,
      `${place}.relationships.arguments.field`,
    ],
    [
      'relationships',
      { to: "ref('people')", field: 'id', feild: 'id' },
      "the test relationships has no argument 'feild'",
      "did you mean 'field'?",
      `~${place}.relationships.arguments.feild`,
    ],
    [
      'unique',
      { column_name: 'x' },
      "the test unique has no argument 'column_name'",
      'unique takes no arguments; configuration stands under `config:`',
      `~${place}.unique.arguments.column_name`,
    ],
  ])('test-invalid: %s with %j', (name, given, message, hint, sourceLine) => {
    expect(complaints(onColumn([{ [name]: { arguments: given } }]))).toEqual([
      {
        code: 'test-invalid',
        severity: 'error',
        message,
        location: {
          path: 'models/trusted/_m.yml',
          line: 1,
          column: 1,
          length: sourceLine.length,
          sourceLine,
        },
        ...(hint !== undefined && { hint }),
      },
    ]);
  });

  it('reports all arguments at once', () => {
    const given = { fields: 'id', to: 1 };
    const codes = complaints(onColumn([{ relationships: { arguments: given } }]));
    expect(codes.map(({ message }) => message)).toHaveLength(3);
  });

  it('needs a column under the model', () => {
    expect(complaints(onModel(['unique']))).toMatchObject([
      {
        code: 'test-invalid',
        message: "the test unique needs the argument 'column_name'",
        hint: 'put the test under a column, or add `column_name:`',
      },
    ]);
  });

  it('points at the entry when its template fails', () => {
    const where = '{{ broken }}';
    expect(complaints(onColumn([{ unique: { config: { where } } }]))).toMatchObject([
      {
        code: 'template-undefined',
        location: { sourceLine: `${place}.unique.config.where` },
      },
    ]);
  });
});

describe('singular tests', () => {
  it('has a node per SQL file', () => {
    const sql = '{{ config(severity="warn", tags="x") }}\nselect * from {{ ref(\'a\') }}';
    const test = oneTest({ files: { 'tests/consent/no_loss.sql': sql } });
    expect(test).toMatchObject({
      uniqueId: 'test.stedi.no_loss',
      name: 'no_loss',
      path: 'tests/consent/no_loss.sql',
      fqn: ['stedi', 'consent', 'no_loss'],
      tags: ['x'],
      rawSql: sql,
      config: { materialized: 'test' },
      refs: [{ name: 'a' }],
      generic: null,
      severity: 'warn',
      location: { path: 'tests/consent/no_loss.sql' },
    });
  });

  it('takes folder configuration', () => {
    const files = { 'tests/consent/no_loss.sql': 'select 1' };
    const test = oneTest({ files, tests: { consent: { '+severity': 'warn' } } });
    expect(test.severity).toBe('warn');
  });

  it('refuses an empty one', () => {
    expect(complaints({ files: { 'tests/a.sql': '-- nothing' } })).toMatchObject([
      { code: 'model-empty', message: "expected SQL in test 'a', found none" },
    ]);
  });

  it('refuses two of a name', () => {
    const files = { 'tests/a.sql': 'select 1', 'tests/b/a.sql': 'select 1' };
    expect(complaints({ files })).toMatchObject([
      { code: 'duplicate-name', message: "two tests have the name 'a'" },
    ]);
  });

  it('refuses generic tests outside of their folder', () => {
    const block = '-- even\n{%- test is_even(model, column_name) %}\nselect 1\n{% endtest %}';
    expect(complaints({ files: { 'tests/a.sql': block } })).toMatchObject([
      {
        code: 'template-unsupported',
        location: { path: 'tests/a.sql', line: 2, column: 1, length: 16 },
        hint: 'move the file to tests/generic/',
      },
    ]);
  });

  it('points at wrong configuration', () => {
    const sql = '{{ config(serverity="warn") }}\nselect 1';
    expect(complaints({ files: { 'tests/a.sql': sql } })).toMatchObject([
      {
        code: 'config-unknown-key',
        location: { path: 'tests/a.sql', line: 1, column: 11, length: 9 },
      },
    ]);
  });
});
