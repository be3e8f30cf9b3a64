import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Garbage } from '../../../core/operations.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from '../testing/lakehouse.js';
import { stagedSuffix } from '../run-context.js';
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

const hiveModel = (name: string): TestModel => ({
  name,
  sql: 'select 1 as id',
  config: { extra: { table_type: 'hive' } },
});

/** A second target of the same project, whose tables are in a catalog of its own, in the same bucket. */
it('removes nothing of what a target with another catalog recorded in the same bucket', async () => {
  const model = hiveModel('other_region');
  await build(model);
  await build({ ...model, sql: 'select 2 as id' });
  const { client, config } = lakehouse;
  const signal = new AbortController().signal;
  const request = { projectName: 'stedi', graceMs: 0, apply: true, signal };
  const result = await collectGarbage(client, { ...config, region: 'eu-west-1' }, request);
  expect(result).toMatchObject({ ok: true, value: { items: [] } });
  expect(foldersOf('other_region')).toHaveLength(2);
  await collect();
  expect(foldersOf('other_region')).toHaveLength(1);
});

it.each([
  ['s3a', (location: string) => location.replace('s3://', 's3a://')],
  ['s3n', (location: string) => location.replace(/^s3(.*)\/$/, 's3n$1')],
])('leaves what another engine reads by %s://', async (scheme, spell) => {
  const model = hiveModel(`spelled_${scheme}`);
  await build(model);
  const { StorageDescriptor: descriptor } = lakehouse.emulator.glue.getTable('trusted', model.name);
  const location = descriptor?.Location ?? '';
  lakehouse.emulator.glue.createTable('trusted', {
    Name: 'spark_copy',
    StorageDescriptor: { ...descriptor, Location: spell(location) },
    Parameters: {},
  });
  await build({ ...model, sql: 'select 2 as id' });
  const before = foldersOf(model.name);
  expect((await collect()).items).toEqual([]);
  expect(foldersOf(model.name)).toEqual(before);
  lakehouse.emulator.glue.deleteTable('trusted', 'spark_copy');
  await collect();
  expect(foldersOf(model.name)).toHaveLength(1);
});

/** What a journal says is not enough to remove a table. */
it('removes no table but those under names that the recorded run gives, and none of others', async () => {
  await build(hiveModel('precious'));
  const stagedName = `precious${stagedSuffix('forged')}`;
  const journal = {
    version: 1,
    project: 'stedi',
    invocation: 'forged',
    catalog: '123456789012/us-east-1',
    startedAt: '2020-01-01T00:00:00Z',
    finishedAt: null,
    staged: [
      { database: 'trusted', name: 'precious' },
      { database: 'trusted', name: stagedName },
    ],
    prefixes: ['s3://lake/tables/trusted/', 's3://lake/'],
  };
  const put = (name: string, text: string) =>
    lakehouse.emulator.objects.put(
      'lake',
      `tables/.stedi-sql/stedi/runs/${name}.json`,
      new TextEncoder().encode(text),
    );
  await put('forged', JSON.stringify(journal));
  const { StorageDescriptor: descriptor } = lakehouse.emulator.glue.getTable('trusted', 'precious');
  lakehouse.emulator.glue.createTable('trusted', {
    Name: stagedName,
    StorageDescriptor: descriptor,
    Parameters: { 'stedi_sql.project': 'another' },
  });
  const before = lakehouse.tableKeys().filter((key) => !key.includes('/.stedi-sql/'));
  expect((await collect()).items).toEqual([]);
  expect(lakehouse.tableKeys().filter((key) => !key.includes('/.stedi-sql/'))).toEqual(before);
  expect(lakehouse.emulator.glue.findTable('trusted', 'precious')).toBeDefined();
  expect(lakehouse.emulator.glue.findTable('trusted', stagedName)).toBeDefined();
});

it.each([
  ['of a version to come', '{"version":2,"project":"stedi"}'],
  ['that is damaged', '{"version":1,"proj'],
])('passes over a journal %s, and says so', async (_title, text) => {
  const key = 'tables/.stedi-sql/stedi/runs/odd.json';
  await lakehouse.emulator.objects.put('lake', key, new TextEncoder().encode(text));
  const { client, config } = lakehouse;
  const signal = new AbortController().signal;
  const request = { projectName: 'stedi', graceMs: 0, apply: true, signal };
  const result = await collectGarbage(client, config, request);
  expect(result.ok).toBe(true);
  expect(result.diagnostics.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    `warning: the journal s3://lake/${key} cannot be read, so what its run left behind is not removed`,
  ]);
  expect(lakehouse.tableKeys()).toContain(key);
  lakehouse.emulator.objects.remove('lake', key);
});

/** The run's journal is where its own target's data lies: not where this one looks. */
it('leaves the clone of a run that is recorded elsewhere until it is old', async () => {
  const model: TestModel = { name: 'elsewhere', sql: 'select 1 as id' };
  await build(model);
  const run = await lakehouse.openRun('recorded-elsewhere');
  const parts = {
    target: run.node(model).relation,
    staged: run.staged(model),
    model: run.node(model),
  };
  expect(await run.execute(model, [{ kind: 'begin', ...parts }])).toMatchObject({ ok: true });
  const isThere = (): boolean =>
    lakehouse.emulator.glue.findTable('trusted', run.staged(model).identifier) !== undefined;
  await collect({ graceMs: 3_600_000 });
  expect(isThere()).toBe(true);
  await collect();
  expect(isThere()).toBe(false);
});

/** The run lasts longer than the grace time, and publishes while garbage is collected. */
it('keeps what is published while it looks', async () => {
  const model = hiveModel('in_time');
  await build(model);
  const next = { ...model, sql: 'select 2 as id' };
  const run = await openRun([next]);
  const parts = { staged: run.staged(next), model: run.node(next) };
  const staged = await run.execute(next, [{ kind: 'stage', as: 'table', sql: next.sql, ...parts }]);
  expect(staged).toMatchObject({ ok: true });
  let published: unknown;
  let looked = 0;
  lakehouse.emulator.setHook(({ operation }) =>
    operation === 'GetTables' && looked++ === 0
      ? {
          onEffect: async () => {
            published = await run.execute(next, [
              { kind: 'publish', published: run.node(next).relation, sql: null, ...parts },
            ]);
          },
        }
      : undefined,
  );
  await collect().finally(() => lakehouse.emulator.setHook(undefined));
  expect(published).toMatchObject({ ok: true });
  expect(await lakehouse.rowsOf('select id from trusted.in_time')).toEqual(['[2]']);
});

/** Notes that were made two hours ago. */
async function ageNotes(): Promise<void> {
  const key = lakehouse.tableKeys().find((each) => each.includes('/.stedi-sql/stedi/gc/')) ?? '';
  const at = { bucket: 'lake', key };
  const read = await lakehouse.client.files.getJson(at);
  if (!read.ok || read.value === undefined) throw new Error('no notes');
  const { unread } = read.value.value as { unread: Record<string, string> };
  const ago = new Date(Date.now() - 2 * 3_600_000).toISOString();
  const aged = Object.fromEntries(Object.keys(unread).map((address) => [address, ago]));
  await lakehouse.client.files.putJson(at, { version: 1, unread: aged });
}

it('counts the grace time from the look that found a folder unread, by the clock of S3', async () => {
  await collect();
  const model = hiveModel('counted');
  await build(model);
  await build({ ...model, sql: 'select 2 as id' });
  const graceMs = 3_600_000;
  const later = lakehouse.emulator.objects.list('lake', 'tables/trusted/counted/');
  expect(later).toHaveLength(2);
  // This machine's clock is two days ahead.
  const real = Date.now();
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => real + 48 * graceMs);
  try {
    expect(await collect({ graceMs })).toMatchObject({ items: [] });
    expect(await collect({ graceMs })).toMatchObject({ items: [] });
  } finally {
    clock.mockRestore();
  }
  expect(foldersOf('counted')).toHaveLength(2);
  // A look alone notes nothing, and takes nothing back.
  const notes = (): readonly string[] =>
    lakehouse.tableKeys().filter((key) => key.includes('/.stedi-sql/stedi/gc/'));
  expect(notes()).toHaveLength(1);
  await ageNotes();
  // What is noted as unread for two hours was itself written only now.
  expect(await collect({ graceMs })).toMatchObject({ items: [] });
  await collect();
  expect(foldersOf('counted')).toHaveLength(1);
  expect(notes()).toEqual([]);
});
