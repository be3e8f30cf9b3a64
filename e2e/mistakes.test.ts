import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createProject,
  plainConfig,
  type CommandOutcome,
  type TestProject,
} from './testing/project.js';

/** An analyst's mistake: what stands in the file, and what `compile` says of it, without a warehouse. */
interface Mistake {
  readonly title: string;
  readonly sql: string;
  readonly code: string;
  /** Line and column. */
  readonly at: string;
  readonly message: RegExp;
  readonly hint: RegExp;
}

interface PrintedDiagnostic {
  readonly code: string;
  readonly severity: string;
  readonly message: string;
  readonly hint?: string;
  readonly location?: { readonly path: string; readonly line?: number; readonly column?: number };
}

const orders = "select 1 as id, 'a' as item, date '2024-01-01' as day\n";

/** Returns what `--output json` printed to stderr: a diagnostic a line. */
function readDiagnostics({ stderr }: CommandOutcome): readonly PrintedDiagnostic[] {
  return stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as PrintedDiagnostic);
}

function placeOf({ location }: PrintedDiagnostic): string {
  return [location?.path, location?.line, location?.column].filter((part) => part).join(':');
}

/** Compiles a project in which every mistake is a model, all at once, and looks for each one's diagnostic. */
function describeMistakes(
  stage: string,
  mistakes: readonly Mistake[],
  others: Readonly<Record<string, string>> = {},
): void {
  describe(stage, () => {
    let project: TestProject;
    let outcome: CommandOutcome;
    beforeAll(() => {
      const models = mistakes.map(({ sql }, index) => [`models/m${index}.sql`, sql] as const);
      project = createProject({
        'stedi_project.yml': plainConfig,
        'models/orders.sql': orders,
        ...Object.fromEntries(models),
        ...others,
      });
      outcome = project.run(['compile', '--output', 'json']);
    });
    afterAll(() => project.remove());

    it('ends in exit code 2, without a warehouse', () => {
      expect(outcome.code).toBe(2);
      expect(outcome.stdout).toBe('');
      expect(project.exists('target')).toBe(false);
    });

    it.each(mistakes.map((mistake, index) => ({ ...mistake, index })))(
      '$title',
      ({ index, code, at, message, hint }) => {
        const path = `models/m${index}.sql`;
        const found = readDiagnostics(outcome).filter(({ location }) => location?.path === path);
        expect(found.map((each) => [each.code, placeOf(each)])).toEqual([[code, `${path}:${at}`]]);
        expect(found[0]?.message).toMatch(message);
        expect(found[0]?.hint).toMatch(hint);
      },
    );
  });
}

describeMistakes('mistakes in templates', [
  {
    title: 'an unclosed expression',
    sql: "select 1 as a from\n {{ ref('orders') \nwhere 1 = 1\n",
    code: 'template-syntax',
    at: '2:2',
    message: /no closing '}}'/,
    hint: /add '}}'/,
  },
  {
    title: 'an unclosed comment',
    sql: 'select 1 as a\n  {# why\n',
    code: 'template-syntax',
    at: '2:3',
    message: /no closing '#}'/,
    hint: /add '#}'/,
  },
  {
    title: 'a ref without quotes',
    sql: 'select * from {{ ref(orders) }}\n',
    code: 'template-undefined',
    at: '1:18',
    message: /'orders' is not defined/,
    hint: /quotes: 'orders'/,
  },
  {
    title: 'a misspelt macro',
    sql: "select * from {{ reff('orders') }}\n",
    code: 'template-undefined',
    at: '1:18',
    message: /'reff' is not defined/,
    hint: /did you mean 'ref'\?/,
  },
  {
    title: 'a misspelt filter, in a file with Windows line ends',
    sql: "select 1 as a,\r\n  {{ 'x' | uper }} as b\r\n",
    code: 'template-undefined',
    at: '2:12',
    message: /no filter 'uper'/,
    hint: /did you mean 'upper'\?/,
  },
  {
    title: 'a variable without a value',
    sql: "select {{ var('cutoff') }} as a\n",
    code: 'var-undefined',
    at: '1:15',
    message: /variable 'cutoff' has neither a value nor a default/,
    hint: /--vars/,
  },
  {
    title: 'an environment variable that is not set',
    sql: "select '{{ env_var('STEDI_NOT_SET') }}' as a\n",
    code: 'env-var-undefined',
    at: '1:20',
    message: /STEDI_NOT_SET/,
    hint: /default/,
  },
  {
    title: 'a misspelt configuration key',
    sql: "{{ config(\n  materialised='table') }}\nselect 1 as a\n",
    code: 'config-unknown-key',
    at: '2:3',
    message: /'materialised'/,
    hint: /did you mean 'materialized'\?/,
  },
]);

describe('tags that are not closed', () => {
  it('name the tag that is open', () => {
    const project = createProject({
      'stedi_project.yml': plainConfig,
      'models/m.sql': 'select 1 as a\n{% if true %}, 2 as b\n',
    });
    const { code, stderr } = project.run(['compile']);
    project.remove();
    expect(code).toBe(2);
    expect(stderr).toContain("error[template-syntax]: 'if' is not closed by 'endif'");
    expect(stderr).toContain('  models/m.sql:2:4\n');
  });
});

describe('mistakes in tests', () => {
  const schema = (...lines: readonly string[]): string =>
    ['models:', '  - name: orders', '    columns:', '      - name: id', ...lines, ''].join('\n');

  it.concurrent.each([
    [
      'a misspelt test',
      schema('        data_tests: [not_nul]'),
      ['test-unknown models/schema.yml:5:22', "did you mean 'not_null'?"],
    ],
    [
      'a misspelt argument',
      schema('        data_tests:', '          - accepted_values: {vlaues: [1]}'),
      [
        'test-invalid models/schema.yml:6:13',
        'add `values:`',
        'test-invalid models/schema.yml:6:31',
        "did you mean 'values'?",
      ],
    ],
    [
      'a misspelt ref',
      schema('        data_tests:', "          - relationships: {to: ref('order'), field: id}"),
      ['ref-not-found models/schema.yml:6:37', "did you mean 'orders'?"],
    ],
    [
      'numbers that are compared as texts',
      schema('        data_tests:', '          - accepted_values: {values: [1]}'),
      ['sql-type-mismatch models/schema.yml:6:13', 'add `quote: false`'],
    ],
    [
      'a column that the model does not have',
      schema('        data_tests: [not_null]').replace('name: id', 'name: idd'),
      ['column-not-found models/schema.yml:5:22', "did you mean 'id'?"],
    ],
    [
      'a model that is not there',
      schema('        data_tests: [not_null]').replace('orders', 'ordres'),
      ['properties-without-model models/schema.yml:2:11', "did you mean 'orders'?"],
    ],
  ])('%s', async (_title, content, expected) => {
    const project = createProject({
      'stedi_project.yml': plainConfig,
      'models/orders.sql': orders,
      'models/schema.yml': content,
    });
    const outcome = await project.launch(['compile', '--output', 'json']).ended;
    project.remove();
    expect(outcome.code).toBe(2);
    const found = readDiagnostics(outcome).flatMap((each) => [
      `${each.code} ${placeOf(each)}`,
      each.hint ?? '',
    ]);
    expect(found).toHaveLength(expected.length);
    found.forEach((text, index) => expect(text).toContain(expected[index]));
  });
});

describeMistakes(
  'mistakes in refs',
  [
    {
      title: 'a misspelt ref',
      sql: "select *\nfrom {{ ref('ordrs') }}\n",
      code: 'ref-not-found',
      at: '2:13',
      message: /'ordrs', which is not in the project/,
      hint: /did you mean 'orders'\?/,
    },
    {
      title: 'a model that refs itself',
      sql: "select * from {{ ref('m1') }}\n",
      code: 'graph-cycle',
      at: '1:22',
      message: /refs itself/,
      hint: /\{\{ this \}\}/,
    },
    {
      title: 'a circle',
      sql: "select * from {{ ref('around') }}\n",
      code: 'graph-cycle',
      at: '1:22',
      message: /in a circle: m2 → around → m2/,
      hint: /remove one of these refs/,
    },
    {
      title: 'a source that is not defined',
      sql: "select * from {{ source('raw', 'orders') }}\n",
      code: 'source-not-found',
      at: '1:32',
      message: /'raw.orders'/,
      hint: /sources:/,
    },
  ],
  { 'models/zz/around.sql': "select * from {{ ref('m2') }}\n" },
);

describeMistakes('mistakes in SQL', [
  {
    title: 'a missing column',
    sql: "select id,\n  itm\nfrom {{ ref('orders') }}\n",
    code: 'column-not-found',
    at: '2:3',
    message: /'itm'/,
    hint: /did you mean 'item'\?/,
  },
  {
    title: 'a missing column behind wide characters and a tab, in a file with Windows line ends',
    sql: "select '日本語😀' as x,\r\n\to.itm\r\nfrom {{ ref('orders') }} as o\r\n",
    code: 'column-not-found',
    at: '2:4',
    message: /'itm'/,
    hint: /did you mean 'item'\?/,
  },
  {
    title: 'a text in double quotes',
    sql: 'select id from {{ ref(\'orders\') }}\nwhere item = "b"\n',
    code: 'column-not-found',
    at: '2:14',
    message: /no column 'b'/,
    hint: /a text takes single ones: 'b'/,
  },
  {
    title: 'a column that two tables have',
    sql: "select id\nfrom {{ ref('orders') }} a\njoin {{ ref('orders') }} b on a.id = b.id\n",
    code: 'column-ambiguous',
    at: '1:8',
    message: /'id'/,
    hint: /name the table/,
  },
  {
    title: 'types that do not fit',
    sql: "select id\nfrom {{ ref('orders') }}\nwhere day > '2024-01-01'\n",
    code: 'sql-type-mismatch',
    at: '3:7',
    message: /cannot apply > to date and varchar/,
    hint: /CAST/,
  },
  {
    title: 'a union of different types',
    sql: "select 1 as a\nunion all\nselect 'x'\n",
    code: 'sql-type-mismatch',
    at: '3:1',
    message: /integer on one side and varchar on the other/,
    hint: /CAST/,
  },
  {
    title: 'a misspelt function',
    sql: "select\n  uper(item) as u\nfrom {{ ref('orders') }}\n",
    code: 'function-unknown',
    at: '2:3',
    message: /'uper'/,
    hint: /did you mean 'upper'\?/,
  },
  {
    title: "another engine's function",
    sql: "select nvl(item, 'x') as u from {{ ref('orders') }}\n",
    code: 'function-unknown',
    at: '1:8',
    message: /'nvl'/,
    hint: /coalesce/,
  },
  {
    title: 'an argument too many',
    sql: "select upper(item, 'x') as u from {{ ref('orders') }}\n",
    code: 'sql-type-mismatch',
    at: '1:8',
    message: /upper does not take/,
    hint: /it takes/,
  },
  {
    title: 'an unclosed text',
    sql: "select 1 as a,\n  'abc as b\n",
    code: 'sql-syntax',
    at: '2:3',
    message: /a string is not closed/,
    hint: /closing '/,
  },
  {
    title: 'an unclosed comment',
    sql: "select 1 as a /* why\nfrom {{ ref('orders') }}\n",
    code: 'sql-syntax',
    at: '1:15',
    message: /a comment is not closed/,
    hint: /\*\//,
  },
  {
    title: 'a comma too many',
    sql: "select id,\n  item,\nfrom {{ ref('orders') }}\n",
    code: 'sql-syntax',
    at: '3:1',
    message: /found 'from'/,
    hint: /comma/,
  },
  {
    title: 'a misspelt SELECT',
    sql: "-- orders\nselct id from {{ ref('orders') }}\n",
    code: 'sql-syntax',
    at: '2:1',
    message: /found 'selct'/,
    hint: /did you mean 'SELECT'\?/,
  },
  {
    title: "another engine's cast",
    sql: "select id::varchar as x from {{ ref('orders') }}\n",
    code: 'sql-syntax',
    at: '1:10',
    message: /found '::'/,
    hint: /CAST\(… AS …\)/,
  },
  {
    title: 'two statements',
    sql: 'select 1 as a;\nselect 2 as b\n',
    code: 'sql-several-statements',
    at: '2:1',
    message: /a second statement/,
    hint: /a model of its own/,
  },
  {
    title: 'a statement that is no query',
    sql: "insert into t select id from {{ ref('orders') }}\n",
    code: 'sql-unsupported',
    at: '1:1',
    message: /found INSERT/,
    hint: /a model is one query/,
  },
  {
    title: 'a column without a name',
    sql: "select id,\n  count(*)\nfrom {{ ref('orders') }}\ngroup by id\n",
    code: 'column-name-invalid',
    at: '2:3',
    message: /column 2 has no name/,
    hint: /AS name/,
  },
  {
    title: 'a name that two columns have',
    sql: "select id, item as ID from {{ ref('orders') }}\n",
    code: 'column-name-invalid',
    at: '1:12',
    message: /two columns have the name 'ID'/,
    hint: /AS name/,
  },
]);

describeMistakes('mistakes in configuration', [
  {
    title: 'a misspelt materialization',
    sql: "{{ config(materialized='tabel') }}\nselect 1 as id\n",
    code: 'materialization-unknown',
    at: '1:11',
    message: /'tabel', which does not exist/,
    hint: /did you mean 'table'\?/,
  },
  {
    title: 'a misspelt strategy',
    sql: "{{ config(materialized='incremental',\n  incremental_strategy='mrege', unique_key='id') }}\nselect 1 as id\n",
    code: 'strategy-unknown',
    at: '2:3',
    message: /'mrege', which does not exist/,
    hint: /did you mean 'merge'\?/,
  },
  {
    title: 'a strategy without the key that it needs',
    sql: "{{ config(materialized='incremental', incremental_strategy='merge') }}\nselect 1 as id\n",
    code: 'materialization-invalid',
    at: '1:39',
    message: /without a 'unique_key'/,
    hint: /add `unique_key=/,
  },
  {
    title: 'a key that is no column',
    sql: "{{ config(materialized='incremental', unique_key='idd') }}\nselect 1 as id\n",
    code: 'materialization-invalid',
    at: '1:39',
    message: /the unique_key 'idd'/,
    hint: /did you mean 'id'\?/,
  },
]);

describe('models without SQL', () => {
  it('are refused, each with its file', () => {
    const project = createProject({
      'stedi_project.yml': plainConfig,
      'models/comment.sql': '-- later\n/* or never */\n{# or now #}\n',
      'models/empty.sql': '',
    });
    const { code, stderr } = project.run(['build']);
    project.remove();
    expect(code).toBe(2);
    for (const name of ['comment', 'empty']) {
      expect(stderr).toContain(
        `error[model-empty]: expected SQL in model '${name}', found none\n  models/${name}.sql\n  hint: write a SELECT, or delete the file`,
      );
    }
  });
});

describe('mistakes in models for Athena', () => {
  let project: TestProject;
  afterAll(() => project.remove());

  it('are found without calling it, and what only DuckDB lacks is none', () => {
    project = createProject({
      'stedi_project.yml': [
        'name: shop',
        'target: lake',
        'targets:',
        // Nobody listens there.
        '  lake: {type: athena, region: eu-central-1, endpoint: "http://127.0.0.1:9", s3_data_dir: "s3://lake/"}',
        '',
      ].join('\n'),
      'models/orders.sql': orders,
      'models/misspelt.sql': "select id,\n  itme from {{ ref('orders') }}\n",
      'models/mixed.sql': "select id from {{ ref('orders') }}\nwhere id = 'a'\n",
      'models/shapes.sql': 'select st_astext(st_point(1, 2)) as place\n',
      'models/hashed.sql': "select spooky_hash_v2_64(to_utf8('a')) as h\n",
    });
    const { code, stderr } = project.run(['compile', '--output', 'json']);
    expect(code).toBe(2);
    const errors = readDiagnostics({ code, stdout: '', stderr }).filter(
      ({ severity }) => severity === 'error',
    );
    expect(errors.map((each) => [each.code, placeOf(each)])).toEqual([
      ['column-not-found', 'models/misspelt.sql:2:3'],
      ['sql-type-mismatch', 'models/mixed.sql:2:7'],
    ]);
  });
});
