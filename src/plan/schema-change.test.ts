import { describe, expect, it } from 'vitest';
import { planColumns } from './schema-change.js';
import { modelPlanInput, tableOf, type ShortColumns } from './testing/model-plan-input.js';

function plan(reaction: string | null, query: ShortColumns | undefined, table: ShortColumns) {
  const extra = reaction === null ? {} : { on_schema_change: reaction };
  const planned = planColumns(modelPlanInput(extra, query), tableOf(table));
  return {
    ...(planned.ok && { value: planned.value }),
    said: planned.diagnostics.map(
      ({ severity, code, message }) => `${severity} ${code}: ${message}`,
    ),
  };
}

const bigint = { kind: 'bigint' };

describe('planColumns', () => {
  it.each([null, 'ignore'])('%s keeps the columns of the table', (reaction) => {
    expect(plan(reaction, { id: 'bigint', n: 'date' }, { ID: 'integer' })).toEqual({
      value: { columns: ['ID'] },
      said: [
        "warning incremental-columns: column 'n' of incremental model 'm' is left out, because its table has no such column",
      ],
    });
    expect(plan(reaction, { n: 'date' }, { id: 'integer', n: 'date' }).said).toEqual([
      "error incremental-columns: the query of incremental model 'm' has no column 'id', which its table has",
    ]);
    expect(plan(reaction, undefined, { id: 'integer' })).toEqual({
      value: { columns: ['id'] },
      said: [],
    });
  });

  it.each(['fail', 'append_new_columns', 'sync_all_columns'])(
    '%s does nothing where there is no difference',
    (reaction) => {
      expect(plan(reaction, { N: 'date', id: 'bigint' }, { id: 'bigint', n: 'date' })).toEqual({
        value: { columns: ['id', 'n'] },
        said: [],
      });
    },
  );

  it('fail lists all differences', () => {
    expect(
      plan('fail', { id: 'bigint', new: 'date' }, { id: 'integer', old: 'date', older: 'date' }),
    ).toEqual({
      said: [
        "error incremental-columns: incremental model 'm' stops, because its columns are no longer those of its table: the table lacks 'new'; the query lacks 'old', 'older'; 'id' is bigint in the query and integer in the table",
      ],
    });
  });

  it('append_new_columns adds columns at the end, and changes nothing else', () => {
    expect(
      plan('append_new_columns', { new: 'bigint', id: 'bigint' }, { id: 'integer', old: 'date' }),
    ).toEqual({
      value: {
        columns: ['id', 'new'],
        alteration: { add: [{ name: 'new', type: bigint }], change: [], drop: [] },
      },
      said: [
        "warning incremental-columns: incremental model 'm': 'id' is bigint in the query and integer in the table, and append_new_columns changes no types",
      ],
    });
    expect(plan('append_new_columns', { id: 'date' }, { id: 'date', old: 'date' })).toEqual({
      value: { columns: ['id'] },
      said: [],
    });
  });

  it('sync_all_columns adds, widens and removes', () => {
    expect(
      plan('sync_all_columns', { id: 'bigint', new: 'bigint' }, { ID: 'integer', old: 'date' }),
    ).toEqual({
      value: {
        columns: ['ID', 'new'],
        alteration: {
          add: [{ name: 'new', type: bigint }],
          change: [{ name: 'ID', type: bigint }],
          drop: ['old'],
        },
      },
      said: [],
    });
  });

  it('refuses what the engine refuses, and what takes writing rows anew, all at once', () => {
    expect(
      plan('sync_all_columns', { id: 'integer' }, { id: 'bigint', fixed: 'date' }).said,
    ).toEqual([
      "error incremental-columns: incremental model 'm' cannot give its table the columns of its query: 'id' is integer in the query and bigint in the table, which takes writing all rows anew; 'fixed' stays",
    ]);
  });

  it.each(['fail', 'append_new_columns', 'sync_all_columns'])(
    '%s never guesses columns that a star hides',
    (reaction) => {
      expect(plan(reaction, undefined, { id: 'bigint' }).said).toEqual([
        `error incremental-columns: incremental model 'm' sets on_schema_change: ${reaction}, but the columns of its query are not known, because a '*' hides some`,
      ]);
    },
  );

  it('never guesses a type that matters', () => {
    const said = (reaction: string): readonly string[] =>
      plan(reaction, { id: 'any', new: 'bigint' }, { id: 'bigint' }).said;
    const unknown = "but the type of 'id' in its query is not known";
    expect(said('fail')[0]).toContain(unknown);
    expect(said('sync_all_columns')[0]).toContain(unknown);
    expect(said('append_new_columns')).toEqual([]);
    expect(
      plan('append_new_columns', { id: 'bigint', new: 'any' }, { id: 'bigint' }).said[0],
    ).toContain("the type of 'new' in its query is not known");
  });

  it('tells an engine that cannot compare columns', () => {
    const columns = { id: 'bigint' };
    const input = modelPlanInput({ on_schema_change: 'fail' }, columns, {
      lacks: 'tableColumnRules',
    });
    const planned = planColumns(input, tableOf(columns));
    expect(planned.diagnostics.map(({ code }) => code)).toEqual(['capability-missing']);
  });
});
