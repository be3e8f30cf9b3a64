import { describe, expect, it } from 'vitest';
import type { CompiledNode } from '../core/compiled-node.js';
import type { Result } from '../core/result.js';
import type { CompileOptions } from './compile-options.js';
import { compileNodes, createCompiler } from './create-compiler.js';
import { catalogOf, columnOf, testProject, type TestProject } from './testing/project.js';

function compile(project: TestProject, ids: readonly string[], changes?: Partial<CompileOptions>) {
  return compileNodes({ ...testProject(project, changes), ids });
}

function sqlOf(result: Result<readonly CompiledNode[]>) {
  if (!result.ok) return result.diagnostics;
  return Object.fromEntries(result.value.map(({ node, compiledSql }) => [node.name, compiledSql]));
}

/** Where a word of the engine's SQL comes from. */
function follow(compiled: CompiledNode | undefined, word: string) {
  if (compiled === undefined) return undefined;
  const lines = compiled.engineSql.split('\n');
  const line = lines.findIndex((each) => each.includes(word));
  return compiled.toSource(line + 1, (lines[line] ?? '').indexOf(word) + 1);
}

describe('compileNodes', () => {
  it('renders refs, sources and the model itself as relations', () => {
    const project = {
      sources: { 'raw.orders': {} },
      models: {
        a: "select 1 from {{ source('raw', 'orders') }}",
        b: "select * from {{ ref('a') }} join {{ ref('stedi', 'a') }} -- {{ this }}",
      },
    };
    expect(sqlOf(compile(project, ['model.stedi.a', 'model.stedi.b']))).toEqual({
      a: 'select 1 from "warehouse"."raw"."orders"',
      b: 'select * from "warehouse"."main"."a" join "warehouse"."main"."a" -- "warehouse"."main"."b"',
    });
  });

  it('returns what was asked for, in the order of the graph, translated', () => {
    const project = { models: { a: 'select 1', b: "select 2 from {{ ref('a') }}", c: 'select 3' } };
    const result = compile(project, ['model.stedi.c', 'model.stedi.b']);
    expect(result).toMatchObject({
      ok: true,
      value: [
        { node: { name: 'b' }, engineSql: '-- test\nselect 2 from "warehouse"."main"."a"' },
        { node: { name: 'c' }, compiledSql: 'select 3', engineSql: '-- test\nselect 3' },
      ],
      diagnostics: [],
    });
  });

  it('leads from the engine back to the file', () => {
    const sql = "{{ config(materialized='table') }}\n\nselect\n  {{ 'a' }} as x,\n  wrong\nfrom t";
    const result = compile({ models: { a: sql } }, ['model.stedi.a']);
    const [a] = result.ok ? result.value : [];
    expect(follow(a, 'wrong')).toEqual({ line: 5, column: 3 });
    expect(follow(a, 'as x')).toEqual({ line: 4, column: 13 });
    expect(a?.toSource(1, 1)).toBeUndefined();
  });

  it('leaves an external table without SQL for the engine', () => {
    const external = { config: { materialized: 'external_table' } };
    const project = {
      models: {
        empty: { ...external, sql: '' },
        configured: { ...external, sql: "{{ config(location='x') }}" },
        wrong: { ...external, sql: '{{ nope() }}' },
      },
    };
    expect(compile(project, ['model.stedi.empty', 'model.stedi.configured'])).toMatchObject({
      ok: true,
      value: [{ compiledSql: '', engineSql: '' }, { engineSql: '' }],
    });
    expect(compile(project, ['model.stedi.wrong'])).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'template-undefined' }],
    });
  });

  it('passes the configuration to templates', () => {
    const config = { materialized: 'table', tags: ['x'], extra: { grain: 'day' } };
    const sql =
      "{{ config.get('grain') }} {{ config.get('tags') }} {{ config.get('materialized') }}";
    expect(sqlOf(compile({ models: { a: { sql, config } } }, ['model.stedi.a']))).toEqual({
      a: "day ['x'] table",
    });
  });
});

describe('is_incremental', () => {
  const sql = '{{ is_incremental() }}';
  it.each<
    [
      what: string,
      config: object,
      there: Parameters<typeof catalogOf>,
      fullRefresh: boolean,
      printed: string,
    ]
  >([
    ['an incremental model that is there', { materialized: 'incremental' }, [['A']], false, 'True'],
    ['one that is not there', { materialized: 'incremental' }, [[]], false, 'False'],
    [
      'one that is a view so far',
      { materialized: 'incremental' },
      [['a'], { type: 'view' }],
      false,
      'False',
    ],
    ['a full refresh', { materialized: 'incremental' }, [['a']], true, 'False'],
    [
      'a model that is never refreshed',
      { materialized: 'incremental', full_refresh: false },
      [['a']],
      true,
      'True',
    ],
    [
      'a model that is always refreshed',
      { materialized: 'incremental', full_refresh: true },
      [['a']],
      false,
      'False',
    ],
    ['a table', { materialized: 'table' }, [['a']], false, 'False'],
  ])('of %s', (_, config, there, fullRefresh, printed) => {
    const changes = { catalog: catalogOf(...there), fullRefresh };
    const result = compile({ models: { a: { sql, config } } }, ['model.stedi.a'], changes);
    expect(sqlOf(result)).toEqual({ a: printed });
  });
});

describe('ephemeral models', () => {
  const ephemeral = { materialized: 'ephemeral' };
  const project: TestProject = {
    models: {
      base: { sql: 'select 1 as id', config: ephemeral },
      left: { sql: "select * from {{ ref('base') }}", config: ephemeral },
      right: { sql: "select * from {{ ref('base') }} -- r", config: ephemeral },
      'odd-name': { sql: 'select 9', config: ephemeral },
      top: "select *\nfrom {{ ref('right') }}\njoin {{ ref('left') }} using (id)\njoin wrong",
      odd: "select * from {{ ref('odd-name') }}",
    },
  };

  it('become CTEs, each once, behind what they read', () => {
    expect(sqlOf(compile(project, ['model.stedi.top', 'model.stedi.odd']))).toEqual({
      top: [
        'with __dbt__cte__base as (',
        'select 1 as id',
        '), __dbt__cte__right as (',
        'select * from __dbt__cte__base -- r',
        '), __dbt__cte__left as (',
        'select * from __dbt__cte__base',
        ')',
        'select *',
        'from __dbt__cte__right',
        'join __dbt__cte__left using (id)',
        'join wrong',
      ].join('\n'),
      odd: 'with __dbt__cte__odd-name as (\nselect 9\n)\nselect * from "__dbt__cte__odd-name"',
    });
  });

  it('shift the way back to the file', () => {
    const result = compile(project, ['model.stedi.top']);
    const [top] = result.ok ? result.value : [];
    expect(follow(top, 'wrong')).toEqual({ line: 4, column: 6 });
    expect(follow(top, 'select 1 as id')).toBeUndefined();
  });

  it('can be compiled themselves', () => {
    expect(sqlOf(compile(project, ['model.stedi.left']))).toEqual({
      left: 'with __dbt__cte__base as (\nselect 1 as id\n)\nselect * from __dbt__cte__base',
    });
  });

  it('report what is wrong in them once, in their own file', () => {
    const models = {
      e: { sql: 'select\n  bad_function(1)', config: ephemeral },
      a: "select * from {{ ref('e') }}",
      b: "select bad_function(2) from {{ ref('e') }}",
    };
    const result = compile({ models }, ['model.stedi.a', 'model.stedi.b']);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ location }) => location)).toMatchObject([
      { path: 'models/e.sql', line: 2, column: 3 },
      { path: 'models/b.sql', line: 1, column: 8 },
    ]);
  });

  it('that cannot be rendered fail what reads them', () => {
    const models = {
      e: { sql: '{{ nope() }}', config: ephemeral },
      a: "select * from {{ ref('e') }}",
    };
    expect(compile({ models }, ['model.stedi.a'])).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'template-undefined', location: { path: 'models/e.sql' } }],
    });
  });

  it('pass warnings on', () => {
    const models = {
      e: { sql: 'select odd_function()', config: ephemeral },
      a: "select * from {{ ref('e') }}",
    };
    expect(compile({ models }, ['model.stedi.a'])).toMatchObject({
      ok: true,
      diagnostics: [{ code: 'function-unsupported', location: { path: 'models/e.sql' } }],
    });
  });
});

describe('diagnostics', () => {
  it('of all nodes are collected', () => {
    const models = {
      a: '{{ nope() }}',
      b: 'select bad_function()',
      c: 'select 1',
      d: "{{ var('zz') }}",
    };
    const ids = Object.keys(models).map((name) => `model.stedi.${name}`);
    const result = compile({ models }, ids);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code, location }) => [code, location?.path])).toEqual([
      ['template-undefined', 'models/a.sql'],
      ['function-unknown', 'models/b.sql'],
      ['var-undefined', 'models/d.sql'],
    ]);
  });

  it('of ancestors that were not asked for are left out', () => {
    const models = { a: 'select bad_function()', b: "select 1 from {{ ref('a') }}" };
    expect(compile({ models }, ['model.stedi.b'])).toMatchObject({ ok: true, diagnostics: [] });
  });

  it('of SQL point to the text that the author wrote', () => {
    const sql = "{% set x = 1 %}\nselect {{ 'aaaa' }},\n  bad_function(1)";
    const location = {
      path: 'models/a.sql',
      line: 3,
      column: 3,
      length: 12,
      sourceLine: '  bad_function(1)',
    };
    expect(compile({ models: { a: sql } }, ['model.stedi.a']).diagnostics).toEqual([
      {
        code: 'function-unknown',
        severity: 'error',
        message: "there is no function 'bad_function'",
        location,
        related: [{ message: 'see here', location }],
      },
    ]);
  });

  it('of SQL that a macro wrote point to its call, without an underline', () => {
    const project = {
      macros: '{% macro m() %}bad_function(1){% endmacro %}',
      models: { a: 'select\n  {{ m() }}' },
    };
    expect(compile(project, ['model.stedi.a']).diagnostics[0]?.location).toEqual({
      path: 'models/a.sql',
      line: 2,
      column: 6,
      sourceLine: '  {{ m() }}',
    });
  });

  it.each([
    [
      'an unknown model',
      "{{ ref('aa' ~ 'a') }}",
      'ref-not-found',
      "model 'z' refs 'aaa', which is not in the project",
      "did you mean 'aab'?",
    ],
    [
      'another package',
      "{{ ref('other', 'aab') }}",
      'ref-not-found',
      "model 'z' refs 'aab' of the package 'other', which is not in the project",
      undefined,
    ],
    [
      'an unknown source',
      "{{ source('raw', 'order' ~ '') }}",
      'source-not-found',
      "model 'z' uses the source 'raw.order', which is not defined",
      "did you mean 'raw.orders'?",
    ],
  ])('of %s stand at the name', (_, sql, code, message, hint) => {
    const project = { sources: { 'raw.orders': {} }, models: { aab: 'select 1', z: sql } };
    const [diagnostic] = compile(project, ['model.stedi.z']).diagnostics;
    expect(diagnostic).toMatchObject({
      code,
      message,
      location: { path: 'models/z.sql', line: 1 },
    });
    if (hint !== undefined) expect(diagnostic?.hint).toContain(hint);
  });

  it('refuse a ref that the DAG does not know of', () => {
    const options = testProject({
      models: { a: 'select 1', b: "{{ ref('a' if this.identifier == 'b' else 'b') }}" },
    });
    const parents = new Map([['model.stedi.b', []]]);
    const result = compileNodes({
      ...options,
      graph: { ...options.graph, parents },
      ids: ['model.stedi.b'],
    });
    expect(result.diagnostics).toMatchObject([
      {
        code: 'template-error',
        message: "model 'b' reads ref('a') only now, so the order of models does not know of it",
        hint: "write '-- depends_on: {{ ref('a') }}' into the file",
      },
    ]);
  });

  it('of a generic test stand at its YAML entry', () => {
    const location = { path: 'models/schema.yml', line: 7, column: 11 };
    const project = {
      models: { a: 'select 1' },
      genericTests: {
        good: "select *\nfrom {{ ref('a') }}",
        sql: "select bad_function() from {{ ref('a') }}",
        twice: "select bad_function(), bad_function() from {{ ref('a') }}",
        template: '{{ nope() }}',
      },
    };
    for (const name of ['sql', 'twice', 'template']) {
      const { diagnostics } = compile(project, [`test.stedi.${name}`]);
      expect(diagnostics).toMatchObject([{ location }]);
      expect(diagnostics).toHaveLength(1);
    }
    const result = compile(project, ['test.stedi.good']);
    const [good] = result.ok ? result.value : [];
    expect(follow(good, 'from')).toEqual({ line: 7, column: 11 });
  });
});

describe('the types of columns', () => {
  it('are passed from the models that are read to those that read them', () => {
    const options = testProject({
      models: {
        landing: {
          sql: '',
          config: { materialized: 'external_table' },
          columns: [columnOf('id', 'bigint'), columnOf('day', 'date'), columnOf('odd', 'nonsense')],
        },
        a: "select cast(id as bigint) as id from {{ ref('landing') }}",
        e: { sql: "select * from {{ ref('a') }}", config: { materialized: 'ephemeral' } },
        b: "select * from {{ ref('e') }}",
      },
    });
    const result = compileNodes({ ...options, ids: ['model.stedi.b'] });
    expect(result.ok).toBe(true);
    const columnsIn = (name: string, table: string) =>
      options.dialect.tableColumnsOf.get(`models/${name}.sql`)?.(['Warehouse', 'main', table]);
    expect(columnsIn('a', 'LANDING')).toEqual([
      { name: 'id', type: { kind: 'bigint' } },
      { name: 'day', type: { kind: 'date' } },
      { name: 'odd', type: { kind: 'any' } },
    ]);
    expect(columnsIn('e', 'a')).toEqual([{ name: 'id', type: { kind: 'bigint' } }]);
    expect(columnsIn('b', 'a')).toEqual([{ name: 'id', type: { kind: 'bigint' } }]);
    expect(columnsIn('b', 'landing')).toBeUndefined();
    expect(options.dialect.tableColumnsOf.get('models/a.sql')?.(['main', 'landing'])).toHaveLength(
      3,
    );
  });

  it('of a source are its columns in the catalog, with the types of YAML', () => {
    const catalog = catalogOf(['raw.orders'], { columns: ['ID', 'other'] });
    const options = testProject(
      {
        sources: { 'raw.orders': { id: 'bigint', gone: 'date' }, 'raw.unseen': { id: 'bigint' } },
        models: { a: "from {{ source('raw', 'orders') }}, {{ source('raw', 'unseen') }}" },
      },
      { catalog },
    );
    compileNodes({ ...options, ids: ['model.stedi.a'] });
    const tableColumns = options.dialect.tableColumnsOf.get('models/a.sql');
    expect(tableColumns?.(['raw', 'orders'])).toEqual([
      { name: 'ID', type: { kind: 'bigint' } },
      { name: 'other', type: { kind: 'any' } },
    ]);
    expect(tableColumns?.(['raw', 'unseen'])).toBeUndefined();
  });

  it('of the table that an incremental model adds to are those of its query', () => {
    const sql = 'select cast(id as date) as id{% if is_incremental() %} from {{ this }}{% endif %}';
    const options = testProject(
      { models: { a: { sql, config: { materialized: 'incremental' } } } },
      { catalog: catalogOf(['a']) },
    );
    const result = compileNodes({ ...options, ids: ['model.stedi.a'] });
    expect(sqlOf(result)).toEqual({
      a: 'select cast(id as date) as id from "warehouse"."main"."a"',
    });
    expect(options.dialect.tableColumnsOf.get('models/a.sql')?.(['main', 'a'])).toEqual([
      { name: 'id', type: { kind: 'date' } },
    ]);
    expect(result.ok && result.value[0]?.columns).toEqual([{ name: 'id', type: { kind: 'date' } }]);
  });
});

describe('compileTest', () => {
  const project: TestProject = {
    models: {
      a: 'select cast(x as bigint) as id',
      e: { sql: "select * from {{ ref('a') }}", config: { materialized: 'ephemeral' } },
      b: 'select 2',
    },
    tests: { t: "select * from {{ ref('e') }}, {{ ref('a') }}, {{ ref('b') }} where id is null" },
  };
  const staged = { database: 'warehouse', schema: 'main', identifier: 'a__staged' };

  it('reads the relations given, also within ephemeral models', () => {
    const options = testProject(project);
    const compiler = createCompiler(options);
    compiler.compileNodes(['model.stedi.a', 'test.stedi.t']);
    const result = compiler.compileTest('test.stedi.t', new Map([['model.stedi.a', staged]]));
    expect(result).toMatchObject({
      ok: true,
      value: {
        node: { name: 't' },
        compiledSql: [
          'with __dbt__cte__e as (',
          'select * from "warehouse"."main"."a__staged"',
          ')',
          'select * from __dbt__cte__e, "warehouse"."main"."a__staged", "warehouse"."main"."b" where id is null',
        ].join('\n'),
      },
    });
    expect(options.dialect.tableColumnsOf.get('tests/t.sql')?.(['main', 'a__staged'])).toEqual([
      { name: 'id', type: { kind: 'bigint' } },
    ]);
  });

  it('reports what is wrong, and repeats no warning', () => {
    const compiler = createCompiler(
      testProject({
        models: { e: { sql: 'select bad_function()', config: { materialized: 'ephemeral' } } },
        tests: { bad: "select * from {{ ref('e') }}", odd: 'select odd_function()' },
      }),
    );
    expect(compiler.compileTest('test.stedi.bad', new Map())).toMatchObject({
      ok: false,
      diagnostics: [{ code: 'function-unknown', location: { path: 'models/e.sql' } }],
    });
    expect(compiler.compileNodes(['test.stedi.odd']).diagnostics).toHaveLength(1);
    expect(compiler.compileTest('test.stedi.odd', new Map()).diagnostics).toEqual([]);
  });

  it('leaves the compiled project as it was', () => {
    const compiler = createCompiler(testProject(project));
    compiler.compileTest('test.stedi.t', new Map([['model.stedi.a', staged]]));
    expect(JSON.stringify(sqlOf(compiler.compileNodes(['test.stedi.t'])))).not.toContain('staged');
  });
});

describe('compileInline', () => {
  const project: TestProject = {
    sources: { 'raw.orders': {} },
    models: {
      a: 'select cast(x as bigint) as id',
      e: { sql: "select * from {{ ref('a') }}", config: { materialized: 'ephemeral' } },
    },
    macros: '{% macro limit(n) %}limit {{ n }}{% endmacro %}',
  };
  function inline(sql: string, changes: TestProject = {}) {
    return createCompiler(testProject({ ...project, ...changes })).compileInline({
      sql,
      path: 'inline',
    });
  }

  it('renders and translates a query', () => {
    expect(
      inline("select * from {{ ref('e') }}, {{ source('raw', 'orders') }} {{ limit(5) }}"),
    ).toMatchObject({
      ok: true,
      value: {
        compiledSql:
          'with __dbt__cte__e as (\nselect * from "warehouse"."main"."a"\n)\nselect * from __dbt__cte__e, "warehouse"."raw"."orders" limit 5',
      },
    });
  });

  it.each([
    ["from {{ ref('aa') }}", 'ref-not-found', 13],
    ['select bad_function()', 'function-unknown', 8],
    ['{{ nope() }}', 'template-undefined', 4],
    ['{{ this }}', 'template-unsupported', 4],
  ])('%s gives %s at its place', (sql, code, column) => {
    expect(inline(sql)).toMatchObject({
      ok: false,
      diagnostics: [{ code, location: { path: 'inline', line: 1, column, sourceLine: sql } }],
    });
  });

  it('reports what is wrong in an ephemeral model in its file', () => {
    const models = { e: { sql: 'select bad_function()', config: { materialized: 'ephemeral' } } };
    expect(inline("select * from {{ ref('e') }}", { models })).toMatchObject({
      ok: false,
      diagnostics: [{ location: { path: 'models/e.sql', line: 1, column: 8 } }],
    });
  });
});
