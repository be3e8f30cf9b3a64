/* eslint-disable no-restricted-imports -- the macros must be SQL that the embedded engine runs */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeMacroTexts } from '../../adapters/duckdb/native/native-macro-texts.js';
import { loadNodeApi } from '../../adapters/duckdb/node-api.js';
import { createTemplateEngine } from '../create-template-engine.js';
import { testBindings, testContext } from './testing/engine.js';

const created = createTemplateEngine({
  macroFiles: [],
  projectName: 'shop',
  dialects: ['duckdb'],
  macroTexts: nativeMacroTexts,
});
if (!created.ok) throw new Error('no engine');
const engine = created.value;

const api = loadNodeApi();
let connection: Awaited<
  ReturnType<Awaited<ReturnType<typeof api.DuckDBInstance.create>>['connect']>
>;
beforeAll(async () => {
  connection = await (await api.DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => connection.closeSync());

/** Values as dbt-duckdb 1.10 gives them, asked of dbt once with DuckDB 1.5.5; its own `date` fails there. */
const values = [
  ["{{ dbt.dateadd('day', 3, \"date '2024-02-27'\") }}", '2024-03-01 00:00:00'],
  ["{{ dbt.dateadd('quarter', -1, \"date '2024-05-31'\") }}", '2024-02-29 00:00:00'],
  [
    "{{ dbt.dateadd('week', '1 + 1', \"timestamp '2024-01-01 10:00:00'\") }}",
    '2024-01-15 10:00:00',
  ],
  ["{{ dbt.datediff(\"'2024-01-01'\", \"'2024-01-07'\", 'week') }}", '1'],
  ["{{ dbt.datediff(\"'2024-01-06'\", \"'2024-01-05'\", 'week') }}", '0'],
  ["{{ dbt.datediff(\"'2024-01-31'\", \"'2024-02-01'\", 'month') }}", '1'],
  ["{{ dbt.last_day(\"date '2024-02-10'\", 'month') }}", '2024-02-29'],
  ["{{ dbt.last_day(\"date '2024-02-10'\", 'quarter') }}", '2024-03-31'],
  ['{{ dbt.split_part("\'a,b\'", "\',\'", 3) }}', null],
  ['{{ dbt.split_part("\'a,b\'", "\',\'", -1) }}', 'b'],
  ["{{ dbt.hash('1') }}", 'c4ca4238a0b923820dcc509a6f75849b'],
  ['{{ dbt.concat(["\'a\'", "\'b\'"]) }}', 'ab'],
  ['{{ dbt.right("\'abc\'", 2) }}', 'bc'],
  ['{{ dbt.position("\'b\'", "\'abc\'") }}', '2'],
  ['{{ dbt.date(2024, 1, 2) }}', '2024-01-02'],
  ['{{ dbt.array_append(dbt.array_construct([1, 2]), 3) }}', '[1, 2, 3]'],
  ["{{ dbt.array_concat('[1]', dbt.array_construct()) }}", '[1]'],
  ['{{ dbt.safe_cast("\'12\'", dbt.type_int()) }}', '12'],
  ['typeof(cast(1 as {{ dbt.type_float() }}))', 'FLOAT'],
  ['typeof(cast(1 as {{ dbt.type_numeric() }}))', 'DECIMAL(28,6)'],
  ['typeof({{ dbt.current_timestamp() }})', 'TIMESTAMP WITH TIME ZONE'],
  ["(select {{ dbt.listagg('x', \"'-'\", 'order by x desc') }} from range(4) as r(x))", '3-2-1-0'],
  ["(select {{ dbt.listagg('x', \"'-'\", 'order by x desc', 2) }} from range(4) as r(x))", '3-2'],
  ["(select {{ dbt.any_value('x') }} from (values (null), (1)) as r(x))", null],
  [
    "(select max(date_day) from ({{ dbt.date_spine('day', \"date '2024-01-01'\", \"date '2024-01-05'\") }}))",
    '2024-01-04 00:00:00',
  ],
  ["{{ dbt.equals('1', '1') }}", 'true'],
  ["{{ equals('1', 'null') }}", null],
  ['{{ dbt.get_powers_of_two(1) }}', '1'],
  ['{{ get_powers_of_two(9) }}', '4'],
  ["typeof(cast(1 as {{ api.Column.translate_type('string') }}))", 'VARCHAR'],
  ["typeof(cast(null as {{ api.Column.translate_type('timestamp') }}))", 'TIMESTAMP'],
  ['(select sum(generated_number) from ({{ dbt.generate_series(4) }}))', '10'],
] as const;

describe("dbt's macros in DuckDB's own SQL", () => {
  it.each(values)('%s is %s', async (expression, expected) => {
    const content = `select cast(${expression} as varchar)`;
    const rendered = engine.render({ path: 'm.sql', content }, testContext(), testBindings());
    if (!rendered.ok) throw new Error(JSON.stringify(rendered.diagnostics));
    const reader = await connection.runAndReadAll(rendered.value.sql);
    expect(reader.getRows()[0]?.[0]).toBe(expected);
  });
});
