/* eslint-disable no-restricted-imports -- the built-in macros must be SQL that the embedded engine runs */
import { beforeAll, describe, expect, it } from 'vitest';
import { createDuckDbDialect } from '../../adapters/duckdb/dialect.js';
import {
  openTestWarehouse,
  type TestWarehouse,
} from '../../adapters/duckdb/testing/trino-answers.js';
import { createSqlToolkit } from '../../sql/index.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { dbtMacroTexts } from './dbt-macros.js';
import { testBindings, testContext } from './testing/engine.js';

const created = createTemplateEngine({ macroFiles: [], projectName: 'stedi' });
if (!created.ok) throw new Error('no engine');
const engine = created.value;
const dialect = createDuckDbDialect(createSqlToolkit());

let warehouse: TestWarehouse;
beforeAll(async () => {
  warehouse = await openTestWarehouse();
});

async function answer(content: string): Promise<unknown> {
  const rendered = engine.render({ path: 'm.sql', content }, testContext(), testBindings());
  if (!rendered.ok) return rendered.diagnostics;
  const translated = dialect.translate(rendered.value.sql, { path: 'm.sql' });
  if (!translated.ok) return { sql: rendered.value.sql, diagnostics: translated.diagnostics };
  const reader = await warehouse.connection.runAndReadAll(translated.value.sql);
  return reader
    .getRowsJson()
    .map((row) =>
      row.map((value) => (value === null ? null : JSON.stringify(value).replace(/^"|"$/g, ''))),
    );
}

/** Templates of one value, with the text of what it is. */
const values: readonly (readonly [template: string, value: string | null])[] = [
  ["cast({{ equals('1', '1') }} as varchar)", 'true'],
  ['cast({{ get_powers_of_two(9) }} as varchar)', '4'],
  ["cast(1 as {{ api.Column.translate_type('string') }})", '1'],
  ["cast({{ dbt.dateadd('day', 2, \"date '2024-02-28'\") }} as varchar)", '2024-03-01'],
  [
    "cast({{ dateadd('month', -1, \"timestamp '2024-03-31 10:00:00'\") }} as varchar)",
    '2024-02-29 10:00:00',
  ],
  // Boundaries, not whole units.
  ["{{ dbt.datediff(\"'2023-12-31'\", \"'2024-01-01'\", 'year') }}", '1'],
  [
    "{{ dbt.datediff(\"timestamp '2024-01-01 23:59:00'\", \"timestamp '2024-01-02 00:01:00'\", 'day') }}",
    '1',
  ],
  ["{{ dbt.datediff(\"date '2024-01-07'\", \"date '2024-01-08'\", 'week') }}", '1'],
  ["{{ dbt.datediff(\"date '2024-05-01'\", \"date '2024-03-31'\", 'quarter') }}", '-1'],
  [
    "{{ dbt.datediff(\"timestamp '2024-01-01 00:59:59'\", \"timestamp '2024-01-01 01:00:00'\", 'hour') }}",
    '1',
  ],
  ["cast({{ dbt.date_trunc('month', \"date '2024-05-17'\") }} as varchar)", '2024-05-01'],
  ['{{ dbt.safe_cast("\'x\'", dbt.type_int()) }}', null],
  ['{{ dbt.safe_cast("\'12\'", dbt.type_bigint()) }}', '12'],
  ['{{ dbt.cast("\'1.5\'", dbt.type_float()) }}', '1.5'],
  ['{{ dbt.hash("\'hello\'") }}', '5d41402abc4b2a76b9719d911017c592'],
  ['{{ dbt.concat(["\'a\'", "\'b\'", "\'c\'"]) }}', 'abc'],
  [
    "(select {{ dbt.listagg('x', \"', '\", 'order by x') }} from (values 'b', 'a', 'c') as t (x))",
    'a, b, c',
  ],
  [
    "(select {{ dbt.listagg('x', \"'|'\", 'order by x desc', 2) }} from (values 'b', 'a', 'c') as t (x))",
    'c|b',
  ],
  ['{{ dbt.split_part("\'a,b,c\'", "\',\'", 2) }}', 'b'],
  ['{{ dbt.split_part("\'a,b,c\'", "\',\'", -1) }}', 'c'],
  ["cast({{ dbt.last_day(\"date '2024-02-10'\", 'month') }} as varchar)", '2024-02-29'],
  ["cast({{ dbt.last_day(\"date '2024-02-10'\", 'year') }} as varchar)", '2024-12-31'],
  ["(select {{ dbt.any_value('x') }} from (values 7) as t (x))", '7'],
  ["(select {{ dbt.bool_or('x > 1') }} from (values 1, 2) as t (x))", 'true'],
  ["array_join({{ dbt.array_append(dbt.array_construct([1, 2]), 3) }}, ',')", '1,2,3'],
  [
    "array_join({{ dbt.array_concat(dbt.array_construct([1]), dbt.array_construct([2])) }}, ',')",
    '1,2',
  ],
  ["cardinality({{ dbt.array_construct([], 'varchar') }})", '0'],
  ['{{ 1 if should_store_failures() else 0 }}', '0'],
  ["{{ dbt.cast_bool_to_text('1 = 1') }}", 'true'],
  ['{{ dbt.string_literal(dbt.escape_single_quotes("it\'s")) }}', "it's"],
  ['{{ dbt.length("\'abc\'") }}', '3'],
  ['{{ dbt.position("\'c\'", "\'abc\'") }}', '3'],
  ['{{ dbt.replace("\'abc\'", "\'b\'", "\'x\'") }}', 'axc'],
  ['{{ dbt.right("\'abc\'", 2) }}', 'bc'],
  ['{{ dbt.right("\'abc\'", 0) }}', ''],
  ['cast({{ dbt.date(2024, 5, 1) }} as varchar)', '2024-05-01'],
  ['typeof({{ dbt.current_timestamp() }})', 'timestamp(3)'],
  ['cast(1 as {{ dbt.type_numeric() }})', '1.000000'],
  ["cast(cast('2024-01-01' as {{ dbt.type_timestamp() }}) as varchar)", '2024-01-01 00:00:00.000'],
  ["cast('true' as {{ dbt.type_boolean() }})", 'true'],
  ['cast(1 as {{ dbt.type_string() }})', '1'],
];

describe("dbt's cross-database macros run on the embedded engine", () => {
  it.each(values)('%s', async (template, value) => {
    expect(await answer(`select ${template} as answer`)).toEqual([[value]]);
  });

  it.each<[template: string, rows: readonly string[]]>([
    ['select 1 as a {{ dbt.except() }} select 2', ['1']],
    ['select 1 as a {{ dbt.intersect() }} select 1', ['1']],
    ['select * from ({{ dbt.generate_series(3) }}) order by 1', ['1', '2', '3']],
    [
      "select cast(cast(date_day as date) as varchar) from ({{ dbt.date_spine('day', \"date '2024-02-28'\", \"date '2024-03-02'\") }}) order by 1",
      ['2024-02-28', '2024-02-29', '2024-03-01'],
    ],
    [
      "select cast(cast(date_quarter as date) as varchar) from ({{ dbt.date_spine('quarter', \"date '2024-01-01'\", \"date '2024-07-01'\") }}) order by 1",
      ['2024-01-01', '2024-04-01'],
    ],
  ])('%s', async (template, rows) => {
    expect(await answer(template)).toEqual(rows.map((row) => [row]));
  });

  it('tells by its configuration whether a test keeps the rows that fail', () => {
    const content = "{{ '*' if should_store_failures() else 1 }}";
    const bindings = testBindings({ config: () => ({ store_failures: true }) });
    expect(engine.render({ path: 't.sql', content }, testContext(), bindings)).toMatchObject({
      value: { sql: '*' },
    });
  });

  it('covers each of them', () => {
    const source = values.map(([template]) => template).join('\n');
    // `set_sql_header` is run in compile-header.test.ts.
    const elsewhere = ['except', 'intersect', 'generate_series', 'date_spine', 'set_sql_header'];
    // e2e/dbt-model-view.test.ts runs the hooks.
    const ofHooks = ['before_begin', 'in_transaction', 'after_commit', 'make_hook_config'];
    // They name relations: e2e/dbt-project.test.ts.
    const naming = (name: string) => /^generate_\w+_name/.test(name);
    const missing = Object.keys(dbtMacroTexts).filter(
      (name) =>
        !source.includes(`${name}(`) &&
        !elsewhere.includes(name) &&
        !ofHooks.includes(name) &&
        !name.includes('backcompat') &&
        !naming(name),
    );
    expect(missing).toEqual([]);
  });
});
