import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Garbage } from '../../../core/operations.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from '../testing/lakehouse.js';
import { athenaWriters } from '../writers.js';
import { collectGarbage } from './collect-garbage.js';

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterAll(() => lakehouse.close());

async function collect(
  options: { readonly apply?: boolean; readonly graceMs?: number } = {},
): Promise<Garbage> {
  const { client, config } = lakehouse;
  const { apply = true, graceMs = 0 } = options;
  const signal = new AbortController().signal;
  const request = { projectName: 'stedi', graceMs, apply, signal };
  const result = await collectGarbage(client, config, request);
  expect(result.diagnostics).toEqual([]);
  if (!result.ok) throw new Error('not collected');
  return result.value;
}

let runs = 0;
async function openRun(models: readonly TestModel[]): Promise<Run> {
  const run = await lakehouse.openRun(`gc-${++runs}`);
  await run.begin(models);
  return run;
}

async function build(model: TestModel, options: { readonly end?: boolean } = {}): Promise<void> {
  const run = await openRun([model]);
  expect(await run.build(model)).toMatchObject({ ok: true });
  if (options.end !== false) await run.end();
}

/** Folders of a table: `0a1b2c3d-0`. */
function foldersOf(name: string): readonly string[] {
  const prefix = `tables/trusted/${name}/`;
  const keys = lakehouse.tableKeys().filter((key) => key.startsWith(prefix));
  return [...new Set(keys.map((key) => key.slice(prefix.length).split('/')[0] ?? ''))];
}

it.each(['hive', 'iceberg'] as const)('removes the files of a replaced %s table', async (type) => {
  const model: TestModel = {
    name: `t_${type}`,
    sql: 'select 1 as id',
    config: { extra: { table_type: type } },
  };
  await build(model);
  await build({ ...model, sql: 'select 2 as id' });
  expect(foldersOf(model.name)).toHaveLength(2);

  const listed = await collect({ apply: false });
  expect(listed.items).toHaveLength(1);
  expect(foldersOf(model.name)).toHaveLength(2);
  expect(await collect({ graceMs: 3_600_000 })).toEqual({ items: [], young: 1 });

  await collect();
  expect(foldersOf(model.name)).toHaveLength(1);
  expect(await lakehouse.rowsOf(`select id from trusted.t_${type}`)).toEqual(['[2]']);
  expect(await collect()).toEqual({ items: [], young: 0 });
});

it('removes what a killed run staged, and leaves a run alone that may be going on', async () => {
  const model: TestModel = {
    name: 'killed',
    sql: 'select 1 as id',
    config: { extra: { table_type: 'hive' } },
  };
  const run = await openRun([model]);
  const session = await run.session(model);
  const staged = await session.execute(
    {
      kind: 'stage',
      as: 'table',
      staged: run.staged(model),
      sql: model.sql,
      model: run.node(model),
    },
    new AbortController().signal,
  );
  expect(staged).toMatchObject({ ok: true });
  expect((await collect({ graceMs: 3_600_000 })).items).toEqual([]);
  expect(foldersOf('killed')).toHaveLength(1);

  const { items } = await collect();
  expect(items.map(({ place }) => place)).toEqual([
    `trusted.${run.staged(model).identifier}`,
    expect.stringMatching(/^s3:\/\/lake\/tables\/trusted\/killed\/[0-9a-f]{8}-0\/$/),
  ]);
  expect(foldersOf('killed')).toEqual([]);
  expect(
    lakehouse.emulator.glue.findTable('trusted', run.staged(model).identifier),
  ).toBeUndefined();
});

it('removes what a clone wrote that was not committed, and keeps every snapshot', async () => {
  const model: TestModel = { name: 'cloned', sql: 'select 1 as id' };
  await build(model);
  const change = async (id: number, commit: boolean): Promise<void> => {
    const run = await openRun([model]);
    const parts = {
      target: run.node(model).relation,
      staged: run.staged(model),
      model: run.node(model),
    };
    const sql = athenaWriters.insert(run.staged(model), `select ${id} as id`, ['id']);
    const done = await run.execute(model, [
      { kind: 'begin', ...parts },
      { kind: 'write', relation: run.staged(model), sql },
      ...(commit ? [{ kind: 'commit', ...parts } as const] : []),
    ]);
    expect(done).toMatchObject({ ok: true });
    await run.end();
  };
  await change(2, true);
  await collect();
  const kept = lakehouse.tableKeys();
  await change(3, false);
  expect(lakehouse.tableKeys().length).toBeGreaterThan(kept.length);
  await collect();
  expect(lakehouse.tableKeys()).toEqual(kept);
  expect(await lakehouse.rowsOf('select id from trusted.cloned')).toEqual(['[1]', '[2]']);
  expect(await lakehouse.rowsOf('select count(*) from trusted."cloned$snapshots"')).toEqual([
    '[2]',
  ]);
});

it('leaves what a table of another database reads', async () => {
  const model: TestModel = {
    name: 'shared',
    sql: 'select 1 as id',
    config: { extra: { table_type: 'hive' } },
  };
  await build(model);
  const table = lakehouse.emulator.glue.getTable('trusted', 'shared');
  lakehouse.emulator.glue.createDatabase({ Name: 'elsewhere' });
  lakehouse.emulator.glue.createTable('elsewhere', {
    Name: 'reader',
    TableType: 'EXTERNAL_TABLE',
    StorageDescriptor: table.StorageDescriptor,
    Parameters: {},
  });
  await build({ ...model, sql: 'select 2 as id' });
  expect((await collect()).items).toEqual([]);
  expect(await lakehouse.rowsOf('select id from elsewhere.reader')).toEqual(['[1]']);
});
