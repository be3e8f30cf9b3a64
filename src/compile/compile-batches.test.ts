import { describe, expect, it } from 'vitest';
import { parseTime, type TimeWindow } from '../core/event-time.js';
import type { NodeConfig } from '../core/node.js';
import type { CompileOptions } from './compile-options.js';
import { createCompiler } from './create-compiler.js';
import { catalogOf, testProject } from './testing/project.js';

const at = (text: string): number => parseTime(text)!;
const day = (date: string): TimeWindow => ({ start: at(date), end: at(date) + 86_400_000 });
const raw = { sql: 'select 1', config: { extra: { event_time: 'at' } } };
const inBatches: Partial<NodeConfig> = {
  materialized: 'incremental',
  incremental_strategy: 'microbatch',
  extra: { event_time: 'at', begin: '2024-01-01', batch_size: 'day' },
};
const inDay = (date: string): string =>
  `(select * from "warehouse"."main"."raw" where at >= timestamp '${date} 00:00:00' and at < timestamp '2024-01-0${Number(date.at(-1)) + 1} 00:00:00')`;

function compile(
  sql: string,
  options: Partial<Omit<CompileOptions, 'dialect'>>,
  config: Partial<NodeConfig> = inBatches,
) {
  const project = testProject(
    {
      models: { raw, plain: 'select 1', m: { sql, config } },
      tests: { t: "select * from {{ ref('raw') }}" },
    },
    options,
  );
  const compiler = createCompiler(project);
  const compiled = compiler.compileNodes(['model.stedi.m', 'test.stedi.t']);
  if (!compiled.ok)
    return { compiled, sql: [], test: '', codes: compiled.diagnostics.map(({ code }) => code) };
  const [model, test] = compiled.value;
  return {
    sql: model?.batches?.map(({ compiledSql }) => compiledSql.trim()) ?? [
      model?.compiledSql.trim(),
    ],
    compiled,
    test: test?.compiledSql,
    codes: compiled.diagnostics.map(({ code }) => code),
  };
}

describe('a microbatch model', () => {
  const twoDays = { batchesOf: () => [day('2024-01-01'), day('2024-01-02')] };

  it('reads what has an event_time for each batch, and knows the batch', () => {
    const text =
      "select {{ is_incremental() }}, '{{ model.batch.id }} {{ model.batch.event_time_start }} {% if model.batch %}{{ model.batch.event_time_end.strftime('%d') }}{% endif %}' from {{ ref('raw') }} join {{ ref('plain') }} join {{ ref('raw').render() }}";
    const rest = ' join "warehouse"."main"."plain" join "warehouse"."main"."raw"';
    const { sql, test } = compile(text, twoDays);
    expect(sql).toEqual([
      `select False, '20240101 2024-01-01 00:00:00+00:00 02' from ${inDay('2024-01-01')}${rest}`,
      `select True, '20240102 2024-01-02 00:00:00+00:00 03' from ${inDay('2024-01-02')}${rest}`,
    ]);
    // A test reads what is there.
    expect(test).toBe('select * from "warehouse"."main"."raw"');
  });

  it('is compiled for all time where nothing is built, as in dbt', () => {
    const text = "select '{{ model.batch.id if model.batch else 'none' }}' from {{ ref('raw') }}";
    const { sql, compiled } = compile(text, {});
    expect(sql).toEqual([`select 'none' from "warehouse"."main"."raw"`]);
    expect(compiled.ok && 'batches' in compiled.value[0]!).toBe(false);
    expect(compile(text, { batchesOf: () => [] }).sql).toEqual([]);
  });

  it('reads what a sample and a batch have in common', () => {
    const sample = { start: at('2024-01-02 12:00'), end: at('2024-01-09') };
    const [first, second] = compile("select * from {{ ref('raw') }}", { ...twoDays, sample }).sql;
    expect(first).toContain(
      "at >= timestamp '2024-01-02 12:00:00' and at < timestamp '2024-01-02 12:00:00'",
    );
    expect(second).toContain(
      "at >= timestamp '2024-01-02 12:00:00' and at < timestamp '2024-01-03 00:00:00'",
    );
  });

  it('is told once that nothing it reads can be cut', () => {
    const { codes } = compile("select * from {{ ref('plain') }}", twoDays);
    expect(codes).toEqual(['microbatch-unfiltered']);
  });

  it('may read its own table only if it is built one batch at a time', () => {
    const text = "select * from {{ ref('raw') }} where at > (select max(at) from {{ this }})";
    const catalog = catalogOf(['m']);
    expect(compile(text, { ...twoDays, catalog }).codes).toEqual(['materialization-invalid']);
    expect(compile(text, { batchesOf: () => [day('2024-01-01')], catalog }).codes).toEqual([]);
  });
});

describe('--empty and --sample', () => {
  const text = "select * from {{ ref('raw') }} join {{ ref('plain') }}";
  const asTable = { materialized: 'table' };

  it('reads no rows of anything, in tests too', () => {
    const empty = (name: string) =>
      `(select * from "warehouse"."main"."${name}" where false limit 0)`;
    const { sql, test } = compile(text, { empty: true }, asTable);
    expect(sql).toEqual([`select * from ${empty('raw')} join ${empty('plain')}`]);
    expect(test).toBe(`select * from ${empty('raw')}`);
  });

  it('reads a time of what has an event_time', () => {
    const { sql } = compile(text, { sample: day('2024-01-03') }, asTable);
    expect(sql).toEqual([`select * from ${inDay('2024-01-03')} join "warehouse"."main"."plain"`]);
  });
});
