import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Step } from '../../core/plan.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from './testing/lakehouse.js';
import { athenaWriters } from './writers.js';

// What a model costs in the steady state: statements, and calls of all services. The run's own calls (the catalog, the
// journal, the removal of staged entries) are shared by its models and not counted.

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterAll(() => lakehouse.close());

const columns = [
  { name: 'id', type: { kind: 'integer' } },
  { name: 'day', type: { kind: 'varchar' } },
] as const;
const sql = "select 1 as id, 'a' as day";

function modelOf(name: string, extra: NonNullable<TestModel['config']>['extra'] = {}): TestModel {
  return { name, sql, columns, config: { extra } };
}

function transaction(run: Run, model: TestModel, write: string): readonly Step[] {
  const parts = {
    target: run.node(model).relation,
    staged: run.staged(model),
    model: run.node(model),
  };
  return [
    { kind: 'begin', ...parts },
    { kind: 'write', relation: parts.staged, sql: write },
    { kind: 'commit', ...parts },
  ];
}

let runs = 0;
/** The calls of one run's work on a model, by operation. */
async function callsOf(
  work: (run: Run) => Promise<{ readonly ok: boolean }>,
): Promise<readonly string[]> {
  const run = await lakehouse.openRun(`budget-${++runs}`);
  const before = lakehouse.emulator.calls.length;
  const result = await work(run);
  const calls = lakehouse.emulator.calls
    .slice(before)
    .map(({ operation }) => operation)
    // How often a statement is looked at depends on how long it takes: each counts as if it were done at the first look.
    .filter((each, at, all) => each !== 'GetQueryExecution' || all[at - 1] !== each);
  await run.end();
  expect(result).toMatchObject({ ok: true });
  return calls;
}

function expectWithin(
  calls: readonly string[],
  budget: { readonly statements: number; readonly calls: number },
): void {
  const statements = calls.filter((operation) => operation === 'StartQueryExecution').length;
  expect({ statements, calls }).toMatchObject({ statements: budget.statements });
  expect(calls.length, calls.join(', ')).toBeLessThanOrEqual(budget.calls);
}

describe('calls per model', () => {
  it('a Hive table, rebuilt: 1 statement, 8 calls', async () => {
    const model = modelOf('hive', { table_type: 'hive' });
    await callsOf((run) => run.build(model));
    expectWithin(await callsOf((run) => run.build(model)), { statements: 1, calls: 8 });
  });

  it('an Iceberg table: 1 statement, 5 calls at first, 9 when rebuilt', async () => {
    const model = modelOf('iceberg');
    expectWithin(await callsOf((run) => run.build(model)), { statements: 1, calls: 5 });
    expectWithin(await callsOf((run) => run.build(model)), { statements: 1, calls: 9 });
  });

  it('merge: 1 statement, 6 calls', async () => {
    const model = modelOf('merged');
    await callsOf((run) => run.build(model));
    const calls = await callsOf((run) => {
      const options = { columns: ['id', 'day'], uniqueKey: ['id'] };
      const merge = athenaWriters.merge(run.staged(model), sql, options);
      return run.execute(model, transaction(run, model, merge));
    });
    expectWithin(calls, { statements: 1, calls: 6 });
  });

  it('insert_overwrite: 2 statements, 12 calls', async () => {
    const model = modelOf('overwritten', { table_type: 'hive', partitioned_by: 'day' });
    await callsOf((run) => run.build(model));
    const calls = await callsOf((run) => {
      const parts = { staged: run.staged(model), model: run.node(model) };
      return run.execute(model, [
        { kind: 'stage', as: 'table', sql, columns, ...parts },
        { kind: 'publish-partitions', published: run.node(model).relation, ...parts },
      ]);
    });
    expectWithin(calls, { statements: 2, calls: 12 });
  });

  it('rows added to a Hive table: 2 statements, 11 calls', async () => {
    const model = modelOf('added', { table_type: 'hive' });
    await callsOf((run) => run.build(model));
    const calls = await callsOf((run) => {
      const { relation } = run.node(model);
      const rows = run.staged(model);
      const insert = athenaWriters.insert(relation, athenaWriters.selectAll(rows), ['id', 'day']);
      return run.execute(model, [
        { kind: 'stage', as: 'rows', staged: rows, sql, columns, model: run.node(model) },
        { kind: 'write', relation, sql: insert },
      ]);
    });
    // The lease is taken and given back by one call each.
    expect(calls.filter((each) => each === 'UpdateTable')).toHaveLength(2);
    expectWithin(calls, { statements: 2, calls: 11 });
  });

  it('a view: 1 statement, 4 calls', async () => {
    const model = modelOf('view');
    await callsOf((run) => run.build(model, 'view'));
    expectWithin(await callsOf((run) => run.build(model, 'view')), { statements: 1, calls: 4 });
  });
});
