import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../core/node.js';
import { checkRowOptions, planRowOptions } from './row-options.js';
import { deleteInsert } from './strategies/delete-insert.js';
import { append } from './strategies/append.js';
import { merge } from './strategies/merge.js';
import { modelPlanInput } from './testing/model-plan-input.js';

const columns = { id: 'bigint', Name: 'varchar', at: 'date' };

function plan(extra: Readonly<Record<string, JsonValue>>, strategy = merge) {
  const input = modelPlanInput(extra, columns);
  return planRowOptions(input, strategy, {
    written: Object.keys(columns),
    table: input.compiled.columns ?? [],
  });
}

describe('planRowOptions', () => {
  it.each<[Record<string, JsonValue>, readonly string[] | undefined]>([
    [{}, undefined],
    [{ merge_update_columns: null }, undefined],
    [{ merge_update_columns: [] }, []],
    [{ merge_update_columns: ['AT', 'name'] }, ['Name', 'at']],
    [{ merge_update_columns: 'at' }, ['at']],
    [{ merge_exclude_columns: [] }, ['Name', 'at']],
    [{ merge_exclude_columns: ['NAME'] }, ['at']],
    [{ merge_exclude_columns: ['name', 'at'] }, []],
  ])('%j updates %j', (extra, updates) => {
    expect(plan(extra)).toMatchObject({ ok: true, value: { predicates: [] } });
    const planned = plan(extra);
    expect(planned.ok && planned.value.updates).toEqual(updates);
  });

  it('says which columns do not exist', () => {
    expect(plan({ merge_update_columns: ['nmae'] }).diagnostics).toMatchObject([
      {
        code: 'materialization-invalid',
        message:
          "'nmae' in the merge_update_columns of incremental model 'm' is no column that it writes",
        hint: "did you mean 'Name'?",
      },
    ]);
  });

  it('translates conditions; only a merge may speak of the query', () => {
    const extra = { incremental_predicates: ['a', 'b'] };
    expect(plan(extra)).toMatchObject({ value: { predicates: ['a of both', 'b of both'] } });
    expect(plan(extra, deleteInsert)).toMatchObject({
      value: { predicates: ['a of the table', 'b of the table'] },
    });
  });

  it("reads dbt's other word for conditions first", () => {
    const extra = { predicates: ['c'], incremental_predicates: ['a'] };
    expect(plan(extra)).toMatchObject({ value: { predicates: ['c of both'] } });
    expect(plan({ ...extra, predicates: [] })).toMatchObject({
      value: { predicates: ['a of both'] },
    });
  });

  it("reads dbt-duckdb's conditions of updates and of new rows in the engine's own SQL alone", () => {
    const extra = { merge_update_condition: 'a', merge_insert_condition: 'b' };
    const input = modelPlanInput(extra, columns);
    const native = {} as NonNullable<typeof input.dialect.native>;
    const options = { written: ['id'], table: [] };
    const both = { ...merge, reads: Object.keys(extra) } as typeof merge;
    expect(
      planRowOptions({ ...input, dialect: { ...input.dialect, native } }, both, options),
    ).toMatchObject({
      value: { updateWhen: '(a of both)', insertWhen: '(b of both)' },
    });
    expect(planRowOptions(input, both, options)).toMatchObject({ value: { predicates: [] } });
  });

  it('tells an engine that takes no conditions', () => {
    const extra = { incremental_predicates: 'a' };
    const input = modelPlanInput(extra, columns, { lacks: 'translatePredicate' });
    const planned = planRowOptions(input, merge, { written: [], table: [] });
    expect(planned.diagnostics.map(({ code }) => code)).toEqual(['capability-missing']);
  });
});

describe('checkRowOptions', () => {
  const check = (extra: Readonly<Record<string, JsonValue>>, strategy = merge) =>
    checkRowOptions(modelPlanInput(extra, columns).node, strategy).map(
      ({ severity, code, message }) => `${severity} ${code}: ${message}`,
    );

  it('refuses both lists at once, also when one is empty', () => {
    expect(check({ merge_update_columns: [], merge_exclude_columns: ['at'] })).toEqual([
      "error config-conflict: incremental model 'm' has both merge_update_columns and merge_exclude_columns",
    ]);
  });

  it('warns of what a strategy does not read', () => {
    expect(check({ incremental_predicates: ['a'] }, deleteInsert)).toEqual([]);
    expect(check({ incremental_predicates: ['a'], merge_update_columns: ['at'] }, append)).toEqual([
      "warning config-conflict: incremental model 'm' has 'merge_update_columns', which the strategy 'append' does not read",
      "warning config-conflict: incremental model 'm' has 'incremental_predicates', which the strategy 'append' does not read",
    ]);
  });
});
