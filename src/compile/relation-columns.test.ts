import { describe, expect, it } from 'vitest';
import type { TypedColumn } from '../core/adapter.js';
import type { CompileOptions } from './compile-options.js';
import { compileNodes } from './create-compiler.js';
import { catalogOf, testProject, type TestProject } from './testing/project.js';

const macros = `{% macro names(relation) %}{% for c in adapter.get_columns_in_relation(relation) %}
  {{- c.quoted }} {{ c.data_type }}{{ ', ' if not loop.last }}{% endfor %}{% endmacro %}`;

/** Returns the SQL of the model `m`, or what is wrong. */
function compile(project: TestProject, changes: Partial<Omit<CompileOptions, 'dialect'>> = {}) {
  const options = testProject({ macros, ...project }, changes);
  const result = compileNodes({ ...options, ids: ['model.stedi.m'] });
  return result.ok ? result.value[0]?.compiledSql : result.diagnostics;
}

function modelOver(parent: TestProject['models'], text = "{{ names(ref('a')) }}") {
  return { models: { ...parent, m: `select ${text} -- {{ ref('a') }}` } };
}

const bigint: TypedColumn = { name: 'ID', type: { kind: 'bigint' } };
const text: TypedColumn = { name: 'label', type: { kind: 'varchar', length: 12 } };
const price: TypedColumn = { name: 'price', type: { kind: 'decimal', precision: 12, scale: 2 } };

function bound(...columns: readonly TypedColumn[]) {
  return { boundColumns: new Map([['model.stedi.a', columns]]) };
}

describe('adapter.get_columns_in_relation', () => {
  it('gives the columns of a parent, also of one that asked for its own', () => {
    const a = 'select cast(x as bigint)';
    const b =
      "select cast({{ adapter.get_columns_in_relation(ref('a')) | map(attribute='name') | join }} as date)";
    expect(compile({ models: { a, b, m: "{{ names(ref('b')) }} {{ names(ref('a')) }}" } })).toBe(
      '"id" date "id" bigint',
    );
  });

  it('tells of types what macros ask', () => {
    const ask = `{% for c in adapter.get_columns_in_relation(ref('a')) %}
{{- c.column }} {{ c.dtype }} {{ c.data_type }} {{ c.is_string() }} {{ c.is_number() }} {{ c.is_numeric() }} {{ c.is_integer() }} {{ c.is_float() }} {{ c.string_size() if c.is_string() }};{% endfor %}`;
    expect(compile(modelOver({ a: 'select 1' }, ask), bound(bigint, text, price))).toContain(
      'id bigint bigint False True False True False ;' +
        'label varchar varchar(12) True False False False False 12;' +
        'price decimal(12,2) decimal(12,2) False True True False False ;',
    );
  });

  it.each([
    ['nothing is known of the query', {}],
    ['a column has no name', bound(bigint, { type: { kind: 'date' } })],
    ['two columns have one name', bound(bigint, { name: 'id', type: { kind: 'date' } })],
    ['it has none', bound()],
  ])('is refused at its place where %s', (_, changes) => {
    expect(compile(modelOver({ a: 'select 1' }), changes)).toMatchObject([
      {
        code: 'template-unsupported',
        message:
          "'adapter.get_columns_in_relation' does not know the columns: not all columns of model 'a' are known",
        location: { path: 'macros/m.sql', line: 1 },
      },
    ]);
  });

  it('knows a name without its type, of which then nothing is said', () => {
    const changes = bound({ name: 'id', type: { kind: 'any' } });
    const quoted =
      "{{ adapter.get_columns_in_relation(ref('a')) | map(attribute='quoted') | join }}";
    expect(compile(modelOver({ a: 'select 1' }, quoted), changes)).toContain('"id"');
    expect(compile(modelOver({ a: 'select 1' }), changes)).toMatchObject([
      {
        code: 'template-unsupported',
        message: "'data_type' of the column 'id' is not known: its type is not",
      },
    ]);
  });

  it.each([
    ['ignore', ['id'], true],
    ['ignore', ['id', 'old'], false],
    ['append_new_columns', ['old'], true],
    ['sync_all_columns', ['id', 'old'], false],
    // The type of the table's column is not the query's, as far as is known.
    ['sync_all_columns', ['id'], false],
  ])('of a table that rows are added to (%s, has %j): %s', (reaction, columns, isKnown) => {
    const config = { materialized: 'incremental', extra: { on_schema_change: reaction } };
    const changes = { catalog: catalogOf(['a'], { columns }), ...bound(bigint) };
    const names =
      "{{ adapter.get_columns_in_relation(ref('a')) | map(attribute='name') | join(' ') }}";
    const sql = compile(modelOver({ a: { sql: 'select 1', config } }, names), changes);
    const all = reaction === 'append_new_columns' ? 'old id' : 'id';
    if (isKnown) expect(sql).toContain(`select ${all} --`);
    else expect(sql).toMatchObject([{ code: 'template-unsupported' }]);
  });

  it("has the table's own columns where rows are added to it", () => {
    const ask =
      '{% if is_incremental() %}{{ adapter.get_columns_in_relation(this)[0].name }}{% else %}{{ adapter.get_columns_in_relation(this) }}{% endif %}';
    const m = { sql: `select ${ask}`, config: { materialized: 'incremental' } };
    expect(compile({ models: { m } }, { catalog: catalogOf(['m'], { columns: ['There'] }) })).toBe(
      'select there',
    );
    expect(compile({ models: { m } })).toMatchObject([
      { code: 'template-unsupported', hint: 'ask for them inside of {% if is_incremental() %}' },
    ]);
  });

  it('knows a source that is in the warehouse, whatever YAML declares', () => {
    const sources = { 'raw.orders': { id: 'bigint' } };
    const models = {
      m: "select {{ adapter.get_columns_in_relation(source('raw', 'orders')) | map(attribute='name') | join(' ') }}",
    };
    const catalog = catalogOf(['raw.orders'], { columns: ['id', 'other'] });
    expect(compile({ sources, models }, { catalog })).toBe('select id other');
    expect(compile({ sources, models })).toMatchObject([{ code: 'template-unsupported' }]);
  });

  it('knows nothing of the CTE of an ephemeral model', () => {
    const a = { sql: 'select cast(x as bigint)', config: { materialized: 'ephemeral' } };
    expect(compile(modelOver({ a }))).toMatchObject([
      {
        message:
          "'adapter.get_columns_in_relation' does not know the columns: an ephemeral model and the rows of a unit test have no relation",
      },
    ]);
  });
});

describe('a relation', () => {
  it('is what macros of packages take for one', () => {
    const ask = `{{ ref('a') is mapping }} {{ ref('a').get('metadata', {}).get('type', '').endswith('Relation') }} {{ ref('a').is_cte }} {{ ref('a').include(database=false) }} {{ {ref('a'): 1}[ref('a')] }} {{ ref('a') == ref('a') }} {{ 'text' is mapping }}`;
    expect(compile(modelOver({ a: 'select 1' }, ask))).toContain(
      'True True False "main"."a" 1 True False',
    );
  });

  it('of an ephemeral model tells its name', () => {
    const a = { sql: 'select 1', config: { materialized: 'ephemeral' } };
    const ask =
      "{{ ref('a').is_cte }} {{ ref('a').name[api.Relation.add_ephemeral_prefix('') | length:] }}";
    expect(compile(modelOver({ a }, ask))).toContain('select True a --');
  });

  it('`flags` tell the command, and whether tables are built anew', () => {
    const m = 'select {{ flags.WHICH }}';
    const options = testProject({ models: { m } });
    const run = { startedAt: '2026-01-31T12:00:00.000Z', invocationId: 'i', command: 'build' };
    const context = { ...options.context, run };
    expect(compile({ models: { m } }, { context })).toBe('select build');
    const anew = { ...options.context, run: { ...run, fullRefresh: true } };
    const asks = { models: { m: 'select {{ flags.FULL_REFRESH }}' } };
    expect(compile(asks, { context: anew })).toBe('select True');
    expect(compile({ models: { m: 'select {{ flags.VERSION }}' } }, { context })).toMatchObject([
      { code: 'template-unsupported', message: "'flags.VERSION' is not supported" },
    ]);
  });

  it('`schema` and `database` are those of the node, and `dbt_version` that of the language', () => {
    const m = "select '{{ database }}.{{ schema }} {{ dbt_version }}'";
    expect(compile({ models: { m } })).toContain("'warehouse.main 1.10.0'");
  });
});
