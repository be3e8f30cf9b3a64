import type { Table } from '@aws-sdk/client-glue';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { toTableInput } from '../client/glue-tables.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from '../testing/lakehouse.js';
import { athenaWriters } from '../writers.js';

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterEach(() => lakehouse.emulator.setHook(undefined));
afterAll(() => lakehouse.close());

type Outcome = EngineResult<StepOutcome>;
let runs = 0;
const openRun = (): Promise<Run> => lakehouse.openRun(`publish-${++runs}`);

async function build(model: TestModel, as?: 'table' | 'view'): Promise<Outcome> {
  const run = await openRun();
  const done = await run.build(model, as);
  await run.end();
  return done;
}

function messageOf(outcome: Outcome): string {
  if (outcome.ok) return 'ok';
  const { code, message, hint = '' } = outcome.failure.diagnostic;
  return `${code}: ${message} | ${hint}`;
}

const tableOf = (name: string): Table => lakehouse.emulator.glue.getTable('trusted', name);

/** What a person, a crawler or another tool does to a table by Glue alone. */
function edit(name: string, change: (table: Table) => Partial<Table>): void {
  const table = tableOf(name);
  const edited = { ...table, ...change(table) };
  lakehouse.emulator.glue.updateTable('trusted', { ...toTableInput(edited), Name: name });
}

const modelOf = (name: string, config: TestModel['config'] = {}): TestModel => ({
  name,
  sql: "select 1 as id, 'a' as day",
  columns: [
    { name: 'id', type: { kind: 'integer' } },
    { name: 'day', type: { kind: 'varchar' } },
  ],
  config,
});

describe('a table that was dropped and made again while it was built', () => {
  function remake(name: string): void {
    const { glue } = lakehouse.emulator;
    const { VersionId: version, ...table } = tableOf(name);
    glue.deleteTable('trusted', name);
    const StorageDescriptor = { ...table.StorageDescriptor, Location: 's3://lake/by-another/' };
    glue.createTable('trusted', { ...toTableInput({ ...table, StorageDescriptor }), Name: name });
    // The same number once more.
    expect(tableOf(name).VersionId).toBe(version);
  }

  it.each(['hive', 'iceberg'])(
    'is not replaced, though its version is the same: %s',
    async (type) => {
      const model = modelOf(`remade_${type}`, { extra: { table_type: type } });
      await build(model);
      const run = await openRun();
      remake(model.name);
      expect(messageOf(await run.build(model))).toContain(
        `publish-conflict: trusted.remade_${type} was not published, because somebody dropped it and made it again while it was built`,
      );
      expect(tableOf(model.name).StorageDescriptor?.Location).toBe('s3://lake/by-another/');
      await run.end();
    },
  );

  it('is not committed to, though its version is the same', async () => {
    const model = modelOf('remade_clone');
    await build(model);
    const run = await openRun();
    const parts = {
      target: run.node(model).relation,
      staged: run.staged(model),
      model: run.node(model),
    };
    const session = await run.session(model);
    const signal = new AbortController().signal;
    expect(await session.execute({ kind: 'begin', ...parts }, signal)).toMatchObject({ ok: true });
    remake(model.name);
    const lost = await session.execute({ kind: 'commit', ...parts }, signal);
    expect(messageOf(lost)).toMatch(/^publish-conflict: .* somebody dropped it and made it again/);
    expect(lost).toMatchObject({ failure: { conflict: true } });
    await run.end();
  });
});

describe('what others noted on a published table', () => {
  const note = ({ Parameters, StorageDescriptor }: Table): Partial<Table> => ({
    Description: 'by a person',
    Owner: 'team-a',
    Retention: 7,
    Parameters: { ...Parameters, team: 'a', classification: 'parquet', numRows: '12' },
    StorageDescriptor: {
      ...StorageDescriptor,
      Columns: StorageDescriptor?.Columns?.map((column) => ({
        ...column,
        Comment: `comment on ${column.Name ?? ''}`,
        Parameters: { ...column.Parameters, pii: 'no' },
      })),
    },
  });
  const commentsOf = (name: string): readonly (string | undefined)[] =>
    (tableOf(name).StorageDescriptor?.Columns ?? []).map(({ Comment }) => Comment);

  it.each(['hive', 'iceberg'])('stays when a %s table is rebuilt', async (type) => {
    const model = modelOf(`noted_${type}`, {
      extra: { table_type: type, table_properties: type === 'hive' ? { own: 'x' } : {} },
    });
    await build(model);
    edit(model.name, note);
    const next = modelOf(model.name, { extra: { table_type: type } });
    expect(await build({ ...next, sql: "select 2 as id, 'b' as day" })).toMatchObject({ ok: true });
    const { Description, Owner, Retention, Parameters, StorageDescriptor } = tableOf(model.name);
    expect({ Description, Owner, Retention }).toEqual({
      Description: 'by a person',
      Owner: 'team-a',
      Retention: 7,
    });
    expect(Parameters).toMatchObject({ team: 'a', classification: 'parquet' });
    // What the files of another time were, and what the model no longer says.
    expect(Parameters).not.toHaveProperty('numRows');
    expect(Parameters).not.toHaveProperty('own');
    expect(commentsOf(model.name)).toEqual(['comment on id', 'comment on day']);
    for (const { Parameters: facts } of StorageDescriptor?.Columns ?? []) {
      expect(facts).toMatchObject({ pii: 'no' });
    }
    expect(await lakehouse.rowsOf(`select id, day from trusted.${model.name}`)).toEqual([
      '[2,"b"]',
    ]);
  });

  it('stays through a change of kind, and the facts are those of the new kind', async () => {
    const model = modelOf('of_all_kinds', { extra: { table_type: 'iceberg' } });
    await build(model);
    edit(model.name, note);
    const asHive = modelOf(model.name, { extra: { table_type: 'hive' } });
    for (const [next, as] of [
      [asHive, 'table'],
      [asHive, 'view'],
      [asHive, 'table'],
      [model, 'table'],
    ] as const) {
      expect(messageOf(await build(next, as))).toBe('ok');
      const { Parameters = {} } = tableOf(model.name);
      expect(Parameters).toMatchObject({ team: 'a' });
      const isIceberg = next === model;
      expect('metadata_location' in Parameters).toBe(isIceberg);
      expect('table_type' in Parameters).toBe(isIceberg);
      expect('previous_metadata_location' in Parameters).toBe(false);
      expect(Parameters.presto_view).toBe(as === 'view' ? 'true' : undefined);
      expect(Parameters).not.toHaveProperty('classification');
      expect(commentsOf(model.name)).toEqual(['comment on id', 'comment on day']);
      expect(await lakehouse.rowsOf('select id, day from trusted.of_all_kinds')).toEqual([
        '[1,"a"]',
      ]);
    }
  });

  it('stays when rows are committed, and gives way to what the model says', async () => {
    const model = modelOf('noted_clone');
    await build(model);
    edit(model.name, note);
    const run = await openRun();
    const described: TestModel = {
      ...model,
      node: { columns: [{ name: 'id', description: 'The key', tags: [], meta: {} }] },
    };
    const parts = {
      target: run.node(described).relation,
      staged: run.staged(described),
      model: run.node(described),
    };
    const sql = athenaWriters.insert(parts.staged, "select 2 as id, 'b' as day", ['id', 'day']);
    const steps: readonly Step[] = [
      { kind: 'begin', ...parts },
      { kind: 'write', relation: parts.staged, sql },
      { kind: 'commit', ...parts },
    ];
    expect(await run.execute(described, steps)).toMatchObject({ ok: true });
    await run.end();
    expect(tableOf(model.name).Parameters).toMatchObject({ team: 'a' });
    expect(commentsOf(model.name)).toEqual(['The key', 'comment on day']);
  });
});

describe('a declared table that two runs declare at once', () => {
  function declare(run: Run, location: string): { model: TestModel; steps: readonly Step[] } {
    const column = { description: '', tags: [], meta: {} };
    const model: TestModel = {
      name: 'landed',
      sql: '',
      config: { materialized: 'external_table', location, format: 'json' },
      node: { columns: [{ ...column, name: 'id', data_type: 'bigint' }] },
    };
    const node = run.node(model);
    const parts = { staged: run.staged(model), model: node };
    const steps: readonly Step[] = [
      { kind: 'create-schema', relation: node.relation },
      { kind: 'stage-external', columns: node.columns, location, format: 'json', ...parts },
      { kind: 'publish', published: node.relation, sql: null, ...parts },
    ];
    return { model, steps };
  }

  it.each([
    ['at first', false],
    ['again', true],
  ])('is published by both if they mean the same, %s', async (_title, isThere) => {
    expect(lakehouse.emulator.glue.findTable('trusted', 'landed') !== undefined).toBe(isThere);
    const [one, other] = [await openRun(), await openRun()];
    for (const run of [one, other]) {
      const { model, steps } = declare(run, 's3://lake/landing/same/');
      expect(messageOf(await run.execute(model, steps))).toBe('ok');
    }
    await one.end();
    await other.end();
  });

  it('is a conflict if they do not', async () => {
    const [one, other] = [await openRun(), await openRun()];
    const first = declare(one, 's3://lake/landing/one/');
    expect(messageOf(await one.execute(first.model, first.steps))).toBe('ok');
    const second = declare(other, 's3://lake/landing/other/');
    expect(messageOf(await other.execute(second.model, second.steps))).toMatch(
      /^publish-conflict: /,
    );
    await one.end();
    await other.end();
  });
});

describe('partitions', () => {
  const days = (from: number, to: number): string =>
    `select cast(n as integer) as id, concat('d', cast(n as varchar)) as day from unnest(sequence(${from}, ${to})) as t (n)`;
  const partitioned = (
    name: string,
    materialized = 'table' as 'table' | 'incremental',
  ): TestModel => ({
    ...modelOf(name, { materialized, extra: { table_type: 'hive', partitioned_by: ['day'] } }),
    sql: days(1, 5),
  });
  const daysOf = (name: string): readonly string[] =>
    lakehouse.emulator.glue
      .listPartitions('trusted', name)
      .flatMap(({ Values = [] }) => Values)
      .sort();

  it('that could not be made are named, with what is published, and none after them is left', async () => {
    const model = partitioned('entries', 'incremental');
    await build(model);
    const run = await openRun();
    const parts = { staged: run.staged(model), model: run.node(model) };
    lakehouse.emulator.setHook(({ operation, subject }) =>
      operation === 'BatchCreatePartition' && subject === 'trusted.entries'
        ? { failEntries: { indexes: [1], code: 'InvalidInputException', message: 'not this one' } }
        : undefined,
    );
    const failed = await run.execute(model, [
      { kind: 'stage', as: 'table', sql: days(5, 8), columns: model.columns!, ...parts },
      { kind: 'publish-partitions', published: run.node(model).relation, ...parts },
    ]);
    lakehouse.emulator.setHook(undefined);
    await run.end();
    expect(messageOf(failed)).toBe(
      'engine-error: 1 partitions of trusted.entries could not be switched: (d7): InvalidInputException: not this one | published: the new rows of 2 of 4 partitions; not published: those of the other 2, which are as they were, or not there yet. Run the command again: it switches all of them',
    );
    // A model that goes on after the highest day would never bring d7.
    expect(daysOf('entries')).toEqual(['d1', 'd2', 'd3', 'd4', 'd5', 'd6']);
  });

  it('of two rebuilds at once are those of one, whole', async () => {
    const model = partitioned('interleaved');
    await build(model);
    const first = await openRun();
    let second: Outcome | undefined;
    lakehouse.emulator.setHook(async ({ operation, subject }) => {
      // The first has switched the table, and its partitions are about to follow.
      if (operation !== 'BatchUpdatePartition' || subject !== 'trusted.interleaved')
        return undefined;
      lakehouse.emulator.setHook(undefined);
      second = await build({
        ...model,
        sql: days(3, 140).replace('(n as integer)', '(n + 1000 as integer)'),
      });
      return undefined;
    });
    const lost = await first.build({ ...model, sql: days(1, 220) });
    await first.end();
    expect(messageOf(second!)).toBe('ok');
    expect(messageOf(lost)).toContain('was not published to its last partition, because');
    expect(messageOf(lost)).toContain('run the command again when the others are done');
    // What was on its way when the second ended is all that is left of the first; the second's next build mends it.
    const rows = await lakehouse.rowsOf('select id from trusted.interleaved');
    expect(
      rows.filter((row) => (JSON.parse(row) as readonly number[])[0]! > 1000).length,
    ).toBeGreaterThanOrEqual(135);
    expect(daysOf('interleaved').length).toBeLessThan(145);
  });

  it('are not overwritten while another run is publishing the whole table', async () => {
    const model = partitioned('unfinished', 'incremental');
    await build(model);
    edit('unfinished', ({ Parameters }) => ({
      Parameters: { ...Parameters, 'stedi_sql.unfinished': 'true', 'stedi_sql.run': 'another' },
    }));
    const run = await openRun();
    const parts = { staged: run.staged(model), model: run.node(model) };
    const refused = await run.execute(model, [
      { kind: 'stage', as: 'table', sql: days(5, 8), columns: model.columns!, ...parts },
      { kind: 'publish-partitions', published: run.node(model).relation, ...parts },
    ]);
    await run.end();
    expect(messageOf(refused)).toContain('another run of this project (another) is publishing it');
    expect(daysOf('unfinished')).toEqual(['d1', 'd2', 'd3', 'd4', 'd5']);
  });

  it('are said to be complete although somebody touched the table meanwhile', async () => {
    const model = partitioned('touched', 'incremental');
    let touched = 0;
    lakehouse.emulator.setHook(({ operation, subject }) => {
      if (operation === 'UpdateTable' && subject === 'trusted.touched' && touched++ === 0) {
        edit('touched', ({ Parameters }) => ({ Parameters: { ...Parameters, team: 'a' } }));
      }
      return undefined;
    });
    expect(messageOf(await build(model))).toBe('ok');
    lakehouse.emulator.setHook(undefined);
    expect(touched).toBeGreaterThan(0);
    expect(tableOf('touched').Parameters).toMatchObject({ team: 'a' });
    expect(tableOf('touched').Parameters).not.toHaveProperty('stedi_sql.unfinished');
  });
});
