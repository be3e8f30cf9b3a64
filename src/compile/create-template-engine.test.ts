import { describe, expect, it } from 'vitest';
import { createTemplateEngine } from './create-template-engine.js';
import { testBindings, testContext } from './template/testing/engine.js';

function create(...contents: readonly string[]) {
  return createTemplateEngine({
    macroFiles: contents.map((content, index) => ({ path: `macros/m${index}.sql`, content })),
    projectName: 'stedi',
  });
}

function render(macros: readonly string[], content: string) {
  const created = create(...macros);
  if (!created.ok) return created.diagnostics;
  const source = { path: 'models/m.sql', content };
  const result = created.value.render(source, testContext(), testBindings());
  return result.ok ? result.value : result.diagnostics;
}

describe('a macro in the place of a function of dbt', () => {
  const created = createTemplateEngine({
    macroFiles: [
      {
        path: 'macros/ref.sql',
        content:
          '{% macro ref(name) %}{{ return(builtins.ref(name).include(database=false)) }}{% endmacro %}',
      },
    ],
    projectName: 'stedi',
    packages: [
      {
        name: 'mocks',
        macroFiles: [
          {
            path: 'packages/mocks/macros/source.sql',
            content:
              '{% macro source(of, table) %}mock of {{ builtins.source(of, table) }}{% endmacro %}',
          },
        ],
      },
    ],
  });
  const content =
    "{{ ref('orders') }}, {{ source('shop', 'raw') }}, {{ mocks.source('shop', 'raw') }}";

  it('is called by its name in all files of the project, and in those of its package', () => {
    expect(created.diagnostics).toEqual([]);
    if (!created.ok) return;
    const bindings = testBindings();
    const source = { path: 'models/m.sql', content };
    expect(created.value.render(source, testContext(), bindings)).toMatchObject({
      value: { sql: '"main"."orders", "warehouse"."shop"."raw", mock of "warehouse"."shop"."raw"' },
    });
    const inside = testContext({ packageName: 'mocks' });
    expect(created.value.render(source, inside, bindings)).toMatchObject({
      value: {
        sql: '"main"."orders", mock of "warehouse"."shop"."raw", mock of "warehouse"."shop"."raw"',
      },
    });
    expect(created.value.capture(source, testContext())).toMatchObject({
      value: {
        refs: [{ name: 'orders' }, { name: 'orders' }],
        sources: [{ source: 'shop' }, { source: 'shop' }],
      },
    });
  });
});

describe('while files are parsed', () => {
  function capture(content: string, macros: readonly string[] = []) {
    const created = create(...macros);
    if (!created.ok) return created.diagnostics;
    const result = created.value.capture({ path: 'models/m.sql', content }, testContext());
    return result.ok ? result.value : result.diagnostics;
  }

  it('nothing is executed, and the warehouse knows nothing, as in dbt', () => {
    const content = `{% set columns = adapter.get_columns_in_relation(ref('a')) %}
{% set found = run_query('select 1') %}
{% call statement('b', fetch_result=True) %}select {{ ref('never') }}{% endcall %}
{{ config(meta={'columns': columns | length, 'there': adapter.get_relation('d', 's', 'i') is not none,
  'result': load_result('b') is none}) }}
{% if execute %}{{ found.columns[0].values() }} {{ ref('c') }}{% endif %}`;
    expect(capture(content)).toMatchObject({
      // What is written out is found wherever it stands.
      refs: [{ name: 'a' }, { name: 'never' }, { name: 'c' }],
      config: { meta: { columns: 0, there: false, result: true } },
      hasSql: true,
    });
  });

  it('a query whose rows are used is an error at its place', () => {
    expect(capture("{{ run_query('select 1').columns }}")).toMatchObject([
      { code: 'template-undefined', hint: "ask for them inside of '{% if execute %}'" },
    ]);
  });
});

describe('a materialization of the project’s own', () => {
  it('is passed over with a warning, whatever stands in it', () => {
    const created = create(
      "{% materialization mine, adapter='duckdb' %}{% do nothing. %}{{ 1 + }}{% endmaterialization %}\n{% macro a() %}1{% endmacro %}",
    );
    expect(created.ok && created.value.macros).toMatchObject([{ name: 'a' }]);
    expect(created.diagnostics).toMatchObject([
      {
        severity: 'warning',
        code: 'template-unsupported',
        location: { line: 1, column: 20 },
        message: "the materialization 'mine' is passed over: materializations are built in",
      },
    ]);
  });

  it('cannot take the place of one that is built in', () => {
    const created = create('{% materialization table, default %}{% endmaterialization %}');
    expect(created.diagnostics).toMatchObject([{ severity: 'error', hint: 'remove it' }]);
  });
});

describe('Jinja in the value of a variable', () => {
  const context = testContext({
    vars: {
      orders: "{{ ref('stg_orders') }}",
      twice: "{{ var('orders') }}!",
      loop: "{{ var('loop') }}",
      list: ['{{ x }}'],
    },
  });
  const created = create();
  const source = { path: 'models/m.sql', content: "\n  select * from {{ var('twice') }}" };

  it('is rendered where it is asked for, and its refs are the caller’s, as in dbt', () => {
    if (!created.ok) throw new Error('no engine');
    const captured = created.value.capture(source, context);
    expect(captured.ok && captured.value).toMatchObject({
      refs: [{ name: 'stg_orders', location: { path: 'models/m.sql', line: 2 } }],
      vars: ['twice', 'orders'],
    });
    const bindings = testBindings({ ref: ({ name }) => `<${name}>` });
    const rendered = created.value.render(source, context, bindings);
    expect(rendered.ok && rendered.value.sql).toBe('\n  select * from <stg_orders>!');
  });

  it('stays as it is inside of a list', () => {
    if (!created.ok) throw new Error('no engine');
    const content = "{{ var('list')[0] }}";
    const rendered = created.value.render({ path: 'a.sql', content }, context, testBindings());
    expect(rendered.ok && rendered.value.sql).toBe('{{ x }}');
  });

  it('ends if it asks for itself', () => {
    if (!created.ok) throw new Error('no engine');
    const content = "{{ var('loop') }}";
    const rendered = created.value.render({ path: 'a.sql', content }, context, testBindings());
    expect(rendered.diagnostics).toMatchObject([
      { code: 'template-error', hint: "does the value of 'loop' ask for itself?" },
    ]);
  });
});

describe('macros', () => {
  it('are found in their files', () => {
    const created = create(
      '-- money\n{% macro cents(amount, digits=2) -%}\n  {{ amount }}\n{%- endmacro %}\n',
      '{# none #}\n{%- macro now() %}1{% endmacro %}',
    );
    expect(created.ok && created.value.macros).toEqual([
      {
        resourceType: 'macro',
        uniqueId: 'macro.stedi.cents',
        name: 'cents',
        packageName: 'stedi',
        path: 'macros/m0.sql',
        fqn: ['stedi', 'cents'],
        description: '',
        tags: [],
        patchPath: null,
        arguments: ['amount', 'digits'],
        macroSql: '{% macro cents(amount, digits=2) -%}\n  {{ amount }}\n{%- endmacro %}',
      },
      expect.objectContaining({
        name: 'now',
        arguments: [],
        macroSql: '{%- macro now() %}1{% endmacro %}',
      }),
    ]);
    expect(created.diagnostics).toEqual([]);
  });

  it('are visible to models and to each other, by name and by project', () => {
    const macros = [
      '{% macro a(x) %}a{{ b(x) }}{% endmacro %}',
      '{% macro b(x) %}b{{ stedi.c(x) }}{% endmacro %}{% macro c(x) %}c{{ x }}{% endmacro %}',
    ];
    expect(render(macros, '{{ a(1) }} {{ stedi.b(2) }}')).toMatchObject({
      sql: 'abc1 bc2',
      macros: ['macro.stedi.a', 'macro.stedi.b', 'macro.stedi.c'],
    });
  });

  it("see dbt's context, and not the variables of the model", () => {
    const macros = [
      "{% macro m() %}{{ this }} {{ ref('x') }} {{ var('cutoff') }} {{ target.schema }} {{ project_name }} {{ execute }} {{ config.get('materialized') }}{% endmacro %}",
      '{% macro sees() %}{{ local is defined }}{% endmacro %}',
    ];
    expect(render(macros, '{% set local = 1 %}{{ m() }} {{ sees() }}')).toMatchObject({
      sql: '"warehouse"."main"."this_model" "warehouse"."main"."x" 0.9 main stedi True table False',
    });
  });

  it('return values', () => {
    const macros = [
      '{% macro columns() %}ignored{{ return(["a", "b"]) }}ignored{% endmacro %}',
      '{% macro early(x) %}{% for i in [1, 2, 3] %}{% if i == x %}{{ return(i * 10) }}{% endif %}{% endfor %}none{% endmacro %}',
      '{% macro wrap() %}{% do return(caller()) %}{% endmacro %}',
      '{% macro nothing() %}{{ return() }}{% endmacro %}',
    ];
    const content =
      '{{ columns() | join("+") }} {{ early(2) + 1 }} {{ early(9) }} {% call wrap() %}{{ return(7) }}{% endcall %} {{ nothing() }}';
    expect(render(macros, content)).toMatchObject({ sql: 'a+b 21 none 7 None' });
  });

  it('may be shadowed by a model, and be passed on', () => {
    const macros = [
      '{% macro m() %}shared{% endmacro %}{% macro twice(f) %}{{ f() }}{{ f() }}{% endmacro %}',
    ];
    const content = '{{ twice(m) }} {% macro m() %}own{% endmacro %}{{ m() }} {{ stedi.m() }}';
    expect(render(macros, content)).toMatchObject({ sql: 'sharedshared own shared' });
  });

  it.each<[what: string, files: readonly string[], diagnostic: object]>([
    [
      'a second definition',
      ['{% macro m() %}{% endmacro %}', '\n{% macro m() %}{% endmacro %}'],
      {
        code: 'macro-invalid',
        message: "the macro 'm' is defined twice",
        location: { path: 'macros/m1.sql', line: 2, column: 10 },
        related: [{ location: { path: 'macros/m0.sql', line: 1 } }],
      },
    ],
    [
      'a reserved name',
      ['{% macro this(x) %}{% endmacro %}'],
      { code: 'macro-invalid', message: "a macro cannot be named 'this', which is built in" },
    ],
    [
      'a reserved function',
      ['{% macro range() %}{% endmacro %}'],
      { code: 'macro-invalid', message: "a macro cannot be named 'range', which is built in" },
    ],
    [
      'a statement outside',
      ['{% set x = 1 %}'],
      {
        code: 'macro-invalid',
        message: "'set' cannot stand outside of a macro in a macro file",
        location: { line: 1, column: 4 },
      },
    ],
    [
      'an expression outside',
      ['{{ 1 }}'],
      { code: 'macro-invalid', message: 'an expression cannot stand outside of a macro' },
    ],
    [
      'a syntax error',
      ['{% macro m( %}{% endmacro %}'],
      { code: 'template-syntax', location: { path: 'macros/m0.sql', line: 1, column: 14 } },
    ],
  ])('refuse %s', (_, files, diagnostic) => {
    expect(create(...files)).toMatchObject({ ok: false, diagnostics: [diagnostic] });
  });

  it('are all checked', () => {
    const created = create('{% macro this() %}{% endmacro %}', '{% macro %}', '{% if %}');
    expect(created.diagnostics.map(({ location }) => location?.path)).toEqual([
      'macros/m0.sql',
      'macros/m1.sql',
      'macros/m2.sql',
    ]);
  });

  it('may have text around them, with a warning', () => {
    const created = create('{% macro m() %}{% endmacro %}\n\nselect 1\n');
    expect(created).toMatchObject({
      ok: true,
      diagnostics: [
        {
          code: 'macro-invalid',
          severity: 'warning',
          message: 'text outside of macros has no effect',
          location: { line: 3, column: 1, length: 8, sourceLine: 'select 1' },
        },
      ],
    });
  });

  it('may be named like what is not supported', () => {
    const macros = ['{% macro zip(a) %}z{{ a }}{% endmacro %}'];
    expect(render(macros, '{{ zip(1) }}')).toMatchObject({ sql: 'z1' });
  });
});

describe('capture', () => {
  function capture(content: string, ...macros: readonly string[]) {
    const created = create(...macros);
    if (!created.ok) throw new Error(JSON.stringify(created.diagnostics));
    return created.value.capture({ path: 'models/m.sql', content }, testContext());
  }
  function refsOf(content: string, ...macros: readonly string[]) {
    const result = capture(content, ...macros);
    if (!result.ok) return result.diagnostics;
    return result.value.refs.map(
      ({ name, package: from, location: { path, line, column, length } }) =>
        `${from === undefined ? '' : `${from}.`}${name}@${path === 'models/m.sql' ? '' : path}${line ?? 0}:${column ?? 0}+${length ?? 0}`,
    );
  }

  it.each<[content: string, refs: readonly string[]]>([
    ["from {{ ref('customer_landing') }}", ['customer_landing@1:13+18']],
    ["from {{ ref(\n  'a') }}\njoin {{ ref('stedi', 'b') }}", ['a@2:3+3', 'stedi.b@3:22+3']],
    ["{% for m in ['a', 'b'] %}{{ ref(m) }}{% endfor %}", ['a@1:33+1', 'b@1:33+1']],
    ["{% for i in [1, 2] %}{{ ref('a') }}{% endfor %}", ['a@1:29+3']],
    ["{{ ref('a') }} {{ ref('a') }}", ['a@1:8+3', 'a@1:23+3']],
    ["{{ ref('a' ~ '_b') }}", ['a_b@1:8+10']],
    // Branches that the render does not take
    [
      "{% if is_incremental() %}{{ ref('a') }}{% else %}{{ ref('b') }}{% endif %}",
      ['a@1:33+3', 'b@1:57+3'],
    ],
    [
      "{% if false %}{{ ref('a') }}{% elif false %}{{ ref('b') }}{% endif %}",
      ['a@1:22+3', 'b@1:52+3'],
    ],
    ["{{ ref('a') if target.name == 'prod' else ref('b') }}", ['a@1:8+3', 'b@1:47+3']],
    ["{% macro local() %}{{ ref('a') }}{% endmacro %}select 1", ['a@1:27+3']],
    ["{% set x %}{{ ref('a') }}{% endset %}", ['a@1:19+3']],
    ["{% if is_incremental() %}{{ ref('a' ~ 'b') }}{% endif %}", ['ab@1:33+9']],
    // Not templates
    ["{# {{ ref('a') }} #}{% raw %}{{ ref('b') }}{% endraw %}select 1", []],
    ["-- depends_on: {{ ref('a') }}\nselect 1", ['a@1:23+3']],
  ])('finds the refs of %s', (content, refs) => {
    expect(refsOf(content)).toEqual(refs);
  });

  it('finds the refs of macros where they are written, also those of an incremental run', () => {
    const macro =
      "{% macro m() %}{{ ref('a') }}{% if is_incremental() %}{{ ref('b') }}{% endif %}{% if false %}{{ ref('never') }}{% endif %}{% endmacro %}";
    expect(refsOf("{{ m() }} {{ ref('c') }}", macro)).toEqual([
      'c@1:18+3',
      'a@macros/m0.sql1:23+3',
      'b@macros/m0.sql1:62+3',
    ]);
  });

  it('finds sources', () => {
    const result = capture("from {{ source('raw', 'orders') }}\njoin {{ source('raw', 'x') }}");
    expect(result.ok && result.value.sources).toEqual([
      {
        source: 'raw',
        table: 'orders',
        location: {
          path: 'models/m.sql',
          line: 1,
          column: 23,
          length: 8,
          sourceLine: "from {{ source('raw', 'orders') }}",
        },
      },
      expect.objectContaining({ table: 'x' }),
    ]);
  });

  it('reads the configuration; later calls win', () => {
    const content = `{{ config(materialized='table', tags=['a', 'b'], meta={'n': 1, 'f': 1.5, 'x': none}) }}
  {{ config(materialized='view', unique_key=('a', 'b'), enabled=true) }}{{ config({'alias': 'z'}) }}`;
    expect(capture(content)).toMatchObject({
      ok: true,
      value: {
        config: {
          materialized: 'view',
          tags: ['a', 'b'],
          meta: { n: 1, f: 1.5, x: null },
          unique_key: ['a', 'b'],
          enabled: true,
          alias: 'z',
        },
        configCalls: [
          { line: 1, column: 4 },
          { line: 2, column: 6 },
          { line: 2, column: 76 },
        ],
        hasSql: false,
      },
    });
  });

  it('ignores the configuration of branches not taken', () => {
    const content = '{% if is_incremental() %}{{ config(a=1) }}{% endif %}{{ config(b=2) }}';
    expect(capture(content)).toMatchObject({ value: { config: { b: 2 } } });
  });

  it('reports problems of the first render only', () => {
    const content =
      "{% if is_incremental() %}{{ exceptions.raise_compiler_error('x') }}{% endif %}select 1";
    expect(capture(content).diagnostics).toEqual([]);
    expect(capture('{{ nope() }}').diagnostics).toMatchObject([{ code: 'template-undefined' }]);
  });

  it.each<[content: string, hasSql: boolean]>([
    ['', false],
    ['  \n-- only\n/* a\nb */ ;', false],
    ['{# select 1 #}{{ config(a=1) }}', false],
    ['-- a\nselect 1', true],
    ["{{ ref('a') }}", true],
    ["'-- text'", true],
  ])('knows whether %j has SQL', (content, hasSql) => {
    expect(capture(content)).toMatchObject({ ok: true, value: { hasSql } });
  });

  it('names the macros that were called', () => {
    const macro =
      '{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{% endmacro %}{% macro c() %}{% endmacro %}';
    expect(capture('{{ a() }}', macro)).toMatchObject({
      value: { macros: ['macro.stedi.a', 'macro.stedi.b'] },
    });
  });

  it('takes more names for one template', () => {
    const created = create();
    if (!created.ok) throw new Error('no engine');
    const source = { path: 'tests/t.sql', content: '{{ ref(model) }} {{ column_name }}' };
    const extra = { model: 'a', column_name: 'b' };
    expect(created.value.capture(source, testContext(), { extra })).toMatchObject({
      value: { refs: [{ name: 'a' }] },
    });
  });
});

describe('render', () => {
  it('binds names to relations', () => {
    const content =
      "{{ ref('a') }} {{ ref('a').identifier }} {{ source('raw', 'b') }} {{ this }} {{ this.schema }} {{ is_incremental() }}";
    expect(render([], content)).toMatchObject({
      sql: '"warehouse"."main"."a" a "warehouse"."raw"."b" "warehouse"."main"."this_model" main False',
    });
  });

  it('reports what a binding cannot resolve at the name', () => {
    const created = create();
    if (!created.ok) throw new Error('no engine');
    const bindings = testBindings({
      ref: ({ name }) => ({
        problem: {
          code: 'ref-not-found',
          severity: 'error',
          message: `no ${name}`,
          hint: "did you mean 'x'?",
        },
      }),
    });
    const source = { path: 'models/m.sql', content: "from {{ ref('y') }}" };
    expect(created.value.render(source, testContext(), bindings).diagnostics).toEqual([
      {
        code: 'ref-not-found',
        severity: 'error',
        message: 'no y',
        hint: "did you mean 'x'?",
        location: {
          path: 'models/m.sql',
          line: 1,
          column: 13,
          length: 3,
          sourceLine: "from {{ ref('y') }}",
        },
      },
    ]);
  });

  it('has no relation of its own where there is none', () => {
    const created = create();
    if (!created.ok) throw new Error('no engine');
    const source = { path: 'tests/t.sql', content: '{{ this }}' };
    const result = created.value.render(source, testContext(), testBindings({ this: null }));
    expect(result.diagnostics).toMatchObject([
      { code: 'template-unsupported', hint: 'only models have a relation of their own' },
    ]);
  });

  it('reads configuration, variables and environment', () => {
    const content =
      "{{ config(materialized='view') }}{{ config.get('materialized') }} {{ config.get('zz', 'd') }} {{ config.require('materialized') }} {{ var('flags').strict }} {{ var('zz', 1) }} {{ var.has_var('cutoff') }} {{ env_var('REGION') }} {{ env_var('NOPE', 'd') }}{{ log('x', info=true) }}";
    expect(render([], content)).toMatchObject({
      sql: 'table d table True 1 True eu-north-1 d',
    });
  });

  it('keeps text and comments as they are', () => {
    const content = "-- {{ 'a' }} b\n\nselect 1 -- end\n/* x */\n\n";
    expect(render([], content)).toMatchObject({ sql: '-- a b\n\nselect 1 -- end\n/* x */\n' });
  });
});

describe('the way back from the rendered text', () => {
  const macro = '{% macro two_lines() %}one,\n  two{% endmacro %}';
  /** For each marker `^x` of the output: where it is in the template. */
  function follow(content: string, part: string, firstLine?: number) {
    const created = create(macro);
    if (!created.ok) throw new Error('no engine');
    const result = created.value.render(
      { path: 'models/m.sql', content, ...(firstLine !== undefined && { firstLine }) },
      testContext(),
      testBindings(),
    );
    if (!result.ok) return result.diagnostics;
    const lines = result.value.sql.split('\n');
    const line = lines.findIndex((each) => each.includes(part));
    const column = (lines[line] ?? '').indexOf(part);
    return result.value.toSource(line + 1, column + 1);
  }

  it.each<[what: string, content: string, part: string, line: number, column: number]>([
    ['text', 'select a,\n  b from c', 'b from', 2, 3],
    ['text behind an expression', "select {{ 'long long' }}, b", ', b', 1, 25],
    ['text behind a block', '{% set x = 1 %}\nselect 1', 'select', 2, 1],
    ['text behind trimmed white space', '{% set x = 1 -%}\n\n   select 1', 'select', 3, 4],
    ['text before trimmed white space', 'abc   {%- set x = 1 %}', 'c', 1, 3],
    ['an expression', "select\n  {{ 'value' }}", 'value', 2, 6],
    ['the middle of an expression', "select\n  {{ 'value' }}", 'lue', 2, 6],
    ['the output of a macro', 'select {{ two_lines() }},\n  three', 'two', 1, 11],
    ['text behind a macro of two lines', 'select {{ two_lines() }},\n  three', 'three', 2, 3],
    [
      'the body of a loop',
      '{% for i in [1, 2] %}\n  col_{{ i }} x{{ i }}\n{% endfor %}',
      'x2',
      2,
      15,
    ],
    ['a branch', '{% if true %}\n a\n{% else %}\n b\n{% endif %}', 'a', 2, 2],
    ['raw text', 'x {% raw %}{{ y }}{% endraw %} z', 'y', 1, 15],
    ['text behind a comment', 'x {# a\nb #} z', 'z', 2, 6],
    ['the body of a filter block', 'x\n{% filter upper %}body{% endfilter %}', 'BODY', 2, 11],
    ['a captured block', '{% set b %}\nbody\n{% endset %}\nx {{ b }}', 'body', 4, 6],
    [
      'the body of a call block',
      '{% macro m() %}{{ caller() }}{% endmacro %}\n{% call m() %}body{% endcall %}',
      'body',
      2,
      4,
    ],
  ])('leads to %s', (_, content, part, line, column) => {
    expect(follow(content, part)).toEqual({ line, column });
  });

  it('counts lines from where the text stands in its file', () => {
    expect(follow('a\nb', 'b', 7)).toEqual({ line: 8, column: 1 });
  });

  it('leads from the end of the text to the end of the template', () => {
    const created = create();
    if (!created.ok) throw new Error('no engine');
    const result = created.value.render(
      { path: 'm.sql', content: 'select (' },
      testContext(),
      testBindings(),
    );
    expect(result.ok && result.value.toSource(1, 9)).toEqual({ line: 1, column: 9 });
    expect(result.ok && result.value.toSource(9, 9)).toEqual({ line: 1, column: 9 });
  });

  it('leads nowhere from an empty text', () => {
    const created = create();
    if (!created.ok) throw new Error('no engine');
    const result = created.value.render(
      { path: 'm.sql', content: '' },
      testContext(),
      testBindings(),
    );
    expect(result.ok && result.value.toSource(1, 1)).toBeUndefined();
  });
});

describe('well-known packages', () => {
  const asking =
    '{% macro date_spine(datepart, start_date, end_date) %}' +
    "{{ return(adapter.dispatch('date_spine', 'dbt_utils')(datepart, start_date, end_date)) }}" +
    "{% endmacro %}\n{% macro default__date_spine(datepart, start_date, end_date) %}{% do run_query('select 1') %}{% endmacro %}\n";
  const spine = (...own: readonly string[]) => {
    const created = createTemplateEngine({
      macroFiles: own.map((content) => ({ path: 'macros/own.sql', content })),
      projectName: 'stedi',
      packages: [
        {
          name: 'dbt_utils',
          macroFiles: [{ path: 'dbt_packages/dbt_utils/m.sql', content: asking }],
        },
      ],
    });
    if (!created.ok) throw new Error('no engine');
    const content = "{{ dbt_utils.date_spine('day', \"date '2024-01-01'\", 'current_date') }}";
    const result = created.value.render({ path: 'm.sql', content }, testContext(), testBindings());
    return result.ok ? result.value.sql : result.diagnostics;
  };

  it("get dbt's own date_spine for theirs, which asks the warehouse", () => {
    expect(spine()).toContain('unnest(sequence(');
  });

  it("get the project's before that", () => {
    const own = '{% macro default__date_spine(datepart, start_date, end_date) %}mine{% endmacro %}';
    expect(spine(own)).toBe('mine');
  });
});
