import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Alteration } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from '../testing/lakehouse.js';

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterAll(() => lakehouse.close());

const alteration: Alteration = {
  add: [{ name: 'Day', type: { kind: 'date' } }],
  change: [],
  drop: [],
};

async function build(model: TestModel): Promise<void> {
  const run = await lakehouse.openRun(`first-${model.name}`);
  await run.begin([model]);
  const built = await run.build(model);
  await run.end();
  if (!built.ok) throw new Error(built.failure.diagnostic.message);
}

function steps(run: Run, model: TestModel): readonly Step[] {
  const node = run.node(model);
  const staged = run.staged(model);
  const transaction = { target: node.relation, staged, model: node };
  return [
    { kind: 'begin', ...transaction },
    { kind: 'alter-columns', relation: staged, alteration, model: node },
    { kind: 'commit', ...transaction },
  ];
}

describe('alter-columns', () => {
  it('may be run again after another run did the same', async () => {
    const model: TestModel = { name: 'raced', sql: 'select 1 as id' };
    await build(model);
    const [slow, fast] = [await lakehouse.openRun('slow'), await lakehouse.openRun('fast')];
    expect((await fast.execute(model, steps(fast, model))).ok).toBe(true);
    const first = await slow.execute(model, steps(slow, model));
    expect(first.ok ? undefined : first.failure.conflict).toBe(true);
    const second = await slow.execute(model, steps(slow, model));
    expect(second.ok && second.value.executedSql).toEqual([]);
    expect(await lakehouse.rowsOf('select id, day from trusted.raced')).toEqual(['[1,null]']);
    await fast.end();
    await slow.end();
  });

  it('adds to a Hive table what DDL cannot, once, and tells of a race', async () => {
    const model: TestModel = {
      name: 'hive_raced',
      sql: "select 1 as id, 'a' as part",
      columns: [
        { name: 'id', type: { kind: 'integer' } },
        { name: 'part', type: { kind: 'varchar' } },
      ],
      config: { extra: { table_type: 'hive', partitioned_by: ['part'] } },
    };
    await build(model);
    const [slow, fast] = [await lakehouse.openRun('slow-2'), await lakehouse.openRun('fast-2')];
    const alter = (run: Run): readonly Step[] => {
      const node = run.node(model);
      return [{ kind: 'alter-columns', relation: node.relation, alteration, model: node }];
    };
    expect((await fast.execute(model, alter(fast))).ok).toBe(true);
    const first = await slow.execute(model, alter(slow));
    expect(first.ok ? undefined : first.failure.conflict).toBe(true);
    expect((await slow.execute(model, alter(slow))).ok).toBe(true);
    const table = lakehouse.emulator.glue.findTable('trusted', 'hive_raced');
    expect(table?.StorageDescriptor?.Columns?.map(({ Name, Type }) => `${Name} ${Type}`)).toEqual([
      'id int',
      'day date',
    ]);
    expect(await lakehouse.rowsOf('select id, day, part from trusted.hive_raced')).toEqual([
      '[1,null,"a"]',
    ]);
  });
});
