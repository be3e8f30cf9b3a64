import { GetTableCommand, UpdateTableCommand, type TableInput } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Call, CallHook } from '../emulator/index.js';
import { readDiagnostics, statementsOf } from './testing/athena-clients.js';
import {
  asTexts,
  contentsOf,
  database,
  everyKind,
  everyName,
  expectedContents,
  rowsOfDay,
  Shop,
} from './testing/athena-shop.js';

const stagedOf = (shop: Shop): readonly string[] =>
  shop.tables().filter((name) => name.includes('__staged_'));

/** Once, or as often as given, does `act` when the run is about to send its switch of a table; everybody else's calls pass. */
function beforeSwitch(
  name: string,
  act: () => Promise<void>,
  { times = 1 }: { readonly times?: number } = {},
): { readonly hook: CallHook; readonly count: () => number } {
  let done = 0;
  let isActing = false;
  return {
    count: () => done,
    hook: async ({ operation, subject }) => {
      const isSwitch = operation === 'UpdateTable' && subject === `${database}.${name}`;
      if (!isSwitch || isActing || done >= times) return undefined;
      done += 1;
      isActing = true;
      await act();
      isActing = false;
      return undefined;
    },
  };
}

describe('two builds of a project at once', () => {
  it.each([
    ['everything', []],
    ['all models at the same time', ['--exclude', 'raw']],
  ] as const)(
    '%s: leave whole tables, lose nothing, and leave no staged table',
    async (_title, options) => {
      const shop = await Shop.open(everyKind, { rows: rowsOfDay(1) });
      await shop.build();
      await shop.land(rowsOfDay(2));
      const arrived = { count: 0, go: (): void => undefined };
      const both = new Promise<void>((resolve) => (arrived.go = resolve));
      // Neither goes on before both have read the catalog.
      shop.athena.emulator.setHook(async ({ operation }: Call) => {
        if (operation !== 'PutObject') return undefined;
        arrived.count += 1;
        if (arrived.count === 2) arrived.go();
        await both;
        return undefined;
      });
      const outcomes = await Promise.all(
        [1, 2].map(() => shop.athena.run(['build', '--no-color', ...options])),
      );
      shop.athena.emulator.setHook(undefined);
      expect(arrived.count).toBeGreaterThanOrEqual(2);

      const expected = expectedContents(2);
      const found = await contentsOf(shop);
      for (const name of everyName) {
        // Each row is there once: tables switch, and an INSERT into a Hive table holds a lease.
        const rows = found[name];
        expect(rows, name).toEqual(expected[name]);
      }
      for (const { code, stderr } of outcomes) {
        const codes = [...stderr.matchAll(/error\[([a-z-]+)\]/g)].map(([, each]) => each);
        expect(
          codes.filter((each) => each !== 'publish-conflict'),
          stderr,
        ).toEqual([]);
        expect(code).toBe(codes.length === 0 ? 0 : 1);
      }
      expect(stagedOf(shop)).toEqual([]);

      await shop.build();
      expect((await shop.run(['gc', '--apply', '--grace', '0m'])).code).toBe(0);
      const again = await contentsOf(shop);
      expect(again).toEqual(expected);
      await shop.close();
    },
  );
});

describe('another tool', () => {
  let shop: Shop;
  let day = 1;
  beforeAll(async () => {
    shop = await Shop.open(everyKind, { rows: rowsOfDay(day) });
    await shop.build();
  });
  afterAll(() => shop.close());

  async function nextDay(): Promise<void> {
    day += 1;
    await shop.land(rowsOfDay(day));
  }

  const insertForeign = (name: string, id: number) => async (): Promise<void> => {
    const sql = `insert into ${database}.${name} values (${id}, 'd0000', 'from another tool')`;
    await shop.athena.query(sql);
  };
  const foreign = (id: number): string =>
    JSON.stringify([String(id), 'd0000', 'from another tool']);

  /** Changes a table by Glue alone, as a catalog tool does. */
  const touch = (name: string, value: string) => async (): Promise<void> => {
    const { glue } = shop.clients;
    const { Table } = await glue.send(new GetTableCommand({ DatabaseName: database, Name: name }));
    const { Name, StorageDescriptor, PartitionKeys, TableType, Parameters } = Table ?? {};
    const TableInput: TableInput = {
      ...{ Name, StorageDescriptor, PartitionKeys, TableType },
      Parameters: { ...Parameters, reviewed_by: value },
    };
    await glue.send(new UpdateTableCommand({ DatabaseName: database, TableInput }));
  };

  it.each(['merged', 'appended', 'replaced', 'iceberg_overwritten'])(
    'adds rows to %s while it is built: the model is run again, and both are there',
    async (name) => {
      await nextDay();
      const other = beforeSwitch(name, insertForeign(name, 9000 + day));
      const { code, stderr, calls } = await shop.run(
        ['build', '--select', 'raw', name],
        other.hook,
      );
      expect(code, stderr).toBe(0);
      expect(other.count()).toBe(1);
      const rows = await shop.rows(name, 'id, day, note');
      expect(rows).toContain(foreign(9000 + day));
      const today = rowsOfDay(day).filter(
        (row) => name !== 'appended' || row[1] !== rowsOfDay(day)[0]?.[1],
      );
      for (const [id, each, note] of today) {
        expect(rows.filter((row) => row === JSON.stringify([String(id), each, note]))).toHaveLength(
          1,
        );
      }
      // The first attempt's statement and the second's.
      const clone = new RegExp(`^(MERGE INTO|INSERT INTO) \\S*${name}__staged_`);
      expect(statementsOf(calls).filter((sql) => clone.test(sql)).length).toBeGreaterThanOrEqual(2);
      expect(stagedOf(shop)).toEqual([]);
    },
  );

  it('changes the table again and again: after three times the message says so, and nothing is lost', async () => {
    await nextDay();
    const before = await shop.rows('merged', 'id, day, note');
    let value = 0;
    const other = beforeSwitch('merged', () => touch('merged', String(++value))(), { times: 9 });
    const { code, stderr, calls } = await shop.run(
      ['build', '--select', 'raw', 'merged'],
      other.hook,
    );
    expect(code).toBe(1);
    expect(other.count()).toBe(3);
    expect(stderr).toMatch(
      /error\[publish-conflict\]: model 'merged' failed: .*merged was not published, because somebody changed it \(Glue version \d+ became \d+\) while it was built/,
    );
    expect(stderr).toContain('hint: nothing was lost');
    expect(statementsOf(calls).filter((sql) => sql.startsWith('MERGE'))).toHaveLength(3);
    expect(await shop.rows('merged', 'id, day, note')).toEqual(before);
    const table = shop.athena.emulator.glue.getTable(database, 'merged');
    expect(table.Parameters?.['reviewed_by']).toBe('3');
    expect(stagedOf(shop)).toEqual([]);
    await shop.build('--select', 'raw', 'merged');
    expect((await shop.rows('merged', 'id, day, note')).length).toBeGreaterThan(before.length);
  });

  it.each(['orders', 'hive_orders', 'overview', 'kept'])(
    'changes %s while it is rebuilt: the build leaves the change in place and explains it',
    async (name) => {
      await nextDay();
      const before = shop.athena.emulator.glue.getTable(database, name);
      const other = beforeSwitch(name, touch(name, name));
      const { code, stderr } = await shop.run(['build', '--select', 'raw', name], other.hook);
      expect(other.count()).toBe(1);
      const after = shop.athena.emulator.glue.getTable(database, name);
      expect(code).toBe(1);
      expect(stderr).toContain('error[publish-conflict]');
      expect(stderr).toContain('somebody changed it');
      expect(after.Parameters?.['reviewed_by']).toBe(name);
      expect(after.StorageDescriptor?.Location).toBe(before.StorageDescriptor?.Location);
      expect(after.Parameters?.['metadata_location']).toBe(
        before.Parameters?.['metadata_location'],
      );
      expect(stagedOf(shop)).toEqual([]);
    },
  );

  it.each([
    ['makes', 'BatchCreatePartition'],
    ['removes', 'BatchUpdatePartition'],
  ])(
    '%s a partition while it is overwritten: the build’s rows are there',
    async (does, operation) => {
      const { glue } = shop.athena.emulator;
      await nextDay();
      const name = 'overwritten';
      let isDone = false;
      const { code, stderr } = await shop.run(['build', '--select', 'raw', name], (call) => {
        if (isDone || call.operation !== operation || call.subject !== `${database}.${name}`) {
          return undefined;
        }
        isDone = true;
        if (does === 'removes') {
          glue.deletePartitions(database, name, [[rowsOfDay(day)[0]?.[1] ?? '']]);
          return undefined;
        }
        const StorageDescriptor = {
          ...glue.getTable(database, name).StorageDescriptor,
          Location: 's3://lake/elsewhere/',
        };
        glue.createPartitions(database, name, [
          { Values: [rowsOfDay(day)[1]?.[1] ?? ''], StorageDescriptor },
        ]);
        return undefined;
      });
      expect(isDone).toBe(true);
      expect(code, stderr).toBe(0);
      const rows = await shop.rows(name, 'id, day, note');
      expect(rows).toEqual(expect.arrayContaining([...asTexts(rowsOfDay(day))]));
    },
  );

  it.each(['merged', 'orders', 'overwritten', 'hive_days'])(
    'drops %s while it is built: the build says so and makes nothing half',
    async (name) => {
      const { glue } = shop.athena.emulator;
      await nextDay();
      const isPartitioned = ['overwritten', 'hive_days'].includes(name);
      const operation = isPartitioned ? 'GetPartitions' : 'UpdateTable';
      let isDropped = false;
      const { code, stderr } = await shop.run(['build', '--select', 'raw', name], (call) => {
        if (isDropped || call.operation !== operation || call.subject !== `${database}.${name}`)
          return undefined;
        isDropped = true;
        glue.deleteTable(database, name);
        return undefined;
      });
      expect(isDropped).toBe(true);
      expect(code).toBe(1);
      expect(stderr).toContain('error[publish-conflict]');
      expect(stderr).toContain('somebody dropped it while it was built');
      expect(stagedOf(shop)).toEqual([]);
      expect(glue.findTable(database, name)).toBeUndefined();
      await shop.build('--select', 'raw', name);
      expect(await shop.rows(name, 'id, day, note')).toHaveLength(5);
    },
  );

  it('writes the parameters of tables anew, or makes one in its place elsewhere: neither is replaced, and the mark gives it back', async () => {
    const { glue } = shop.athena.emulator;
    const names = ['merged', 'overwritten', 'orders'] as const;
    const marked = names.map((name) => glue.getTable(database, name));
    const write = (table: (typeof marked)[number], parameters: Record<string, string>): void => {
      const { Name, StorageDescriptor, PartitionKeys, TableType } = table;
      const rest = { StorageDescriptor, PartitionKeys, TableType, Parameters: parameters };
      glue.updateTable(database, { Name, ...rest });
    };
    for (const table of marked.slice(0, 2)) {
      const others = Object.entries(table.Parameters ?? {});
      write(table, Object.fromEntries(others.filter(([key]) => !key.startsWith('stedi_sql.'))));
    }
    glue.deleteTable(database, 'orders');
    glue.createTable(database, {
      Name: 'orders',
      TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: { Location: 's3://lake/other/', Columns: [{ Name: 'x', Type: 'int' }] },
    });
    const unmarked = names.map((name) => glue.getTable(database, name));
    const select = ['--select', ...names];
    const refused = await shop.run(['build', ...select, '--output', 'json']);
    expect(refused.code).toBe(2);
    const said = readDiagnostics(refused.stderr).map(({ code, message, hint }) => ({
      code,
      isExplained: message.includes('another tool has replaced its parameters'),
      isStrange: message.includes('stedi-sql did not make it'),
      mark: /stedi_sql\.project=shop.*$/.exec(hint ?? '')?.[0],
    }));
    const mark = 'stedi_sql.project=shop';
    const whole = `${mark}, and build it once with --full-refresh`;
    const code = 'relation-not-owned';
    expect(said).toHaveLength(3);
    expect(said).toEqual(
      expect.arrayContaining([
        { code, isExplained: true, isStrange: false, mark },
        { code, isExplained: true, isStrange: false, mark: whole },
        { code, isExplained: false, isStrange: true, mark },
      ]),
    );
    expect(statementsOf(refused.calls)).toEqual([]);
    expect(names.map((name) => glue.getTable(database, name))).toEqual(unmarked);

    glue.deleteTable(database, 'orders');
    for (const table of unmarked.slice(0, 2))
      write(table, { ...table.Parameters, 'stedi_sql.project': 'shop' });
    await nextDay();
    await shop.build('--select', 'raw', ...names, '--full-refresh');
    for (const name of names) {
      expect(await shop.rows(name, 'id, day, note'), name).toEqual(asTexts(rowsOfDay(day)));
    }
  });

  it('makes a table of a new model’s name while it is built: it stays as it is', async () => {
    const { glue } = shop.athena.emulator;
    shop.athena.project.write('models/fresh.sql', "select id from {{ ref('raw') }}\n");
    let isMade = false;
    const { code, stderr } = await shop.run(['build', '--select', 'fresh'], (call) => {
      if (isMade || call.operation !== 'CreateTable' || call.subject !== `${database}.fresh`)
        return undefined;
      isMade = true;
      glue.createTable(database, {
        Name: 'fresh',
        TableType: 'EXTERNAL_TABLE',
        Parameters: { 'stedi_sql.project': 'warehouse' },
        StorageDescriptor: { Location: 's3://lake/other/', Columns: [{ Name: 'x', Type: 'int' }] },
      });
      return undefined;
    });
    expect(isMade).toBe(true);
    expect(code).toBe(1);
    expect(stderr).toContain('error[publish-conflict]');
    expect(stderr).toContain("the project 'warehouse' published it");
    expect(glue.getTable(database, 'fresh').StorageDescriptor?.Location).toBe('s3://lake/other/');

    const planned = await shop.run(['build', '--dry-run']);
    expect(planned.code).toBe(2);
    expect(planned.stderr).toContain('error[relation-not-owned]');

    const next = await shop.run(['build']);
    expect(next.code).toBe(2);
    expect(next.stderr).toContain('error[relation-not-owned]');
    expect(next.stderr).toContain("the project 'warehouse' made it");
    const changing = /^(Create|Update|Delete|Batch|Put|Start)/;
    expect(next.calls.filter(({ operation }) => changing.test(operation))).toEqual([]);
    shop.athena.project.write('models/fresh.sql', '{{ config(enabled=false) }}\nselect 1 as id\n');
  });
});

describe('a run that is killed between two batches of partitions', () => {
  it('is told of by the next ones, as long as partitions that it would have written are old', async () => {
    const name = 'overwritten';
    const path = `${name}.sql`;
    const shop = await Shop.open({ [path]: everyKind[path] ?? '' }, { rows: rowsOfDay(1) });
    const { emulator, project, env } = shop.athena;
    /** Builds on a day's rows; returns what is said of partitions that are not written. */
    const build = async (day: number): Promise<readonly string[]> => {
      await shop.land(rowsOfDay(day));
      const { code, stdout, stderr } = await shop.run(['build']);
      expect(code, stderr).toBe(0);
      return (stdout + stderr).match(/an earlier run .*/g) ?? [];
    };
    /** Kills the command when it is about to make the call. */
    const kill = async (operation: string, day: number): Promise<void> => {
      await shop.land(rowsOfDay(day));
      const running = project.launch(['build'], { env });
      emulator.setHook((call) => {
        // The staged table's partitions are the engine's own work.
        const isStaged = operation !== 'BatchDeleteTable' && call.subject.includes('__staged_');
        if (call.operation !== operation || isStaged) return undefined;
        running.kill('SIGKILL');
        return { before: 'drop' };
      });
      expect((await running.ended).code).toBeNull();
      emulator.setHook(undefined);
    };
    try {
      expect(await build(1)).toEqual([]);
      // All partitions are switched, and the staged table is left: nothing is old.
      await kill('BatchDeleteTable', 2);
      expect(await build(2)).toEqual([]);
      await kill('BatchCreatePartition', 3);
      expect(await build(5)).toEqual([
        expect.stringMatching(
          /^an earlier run \([0-9a-f]{8}\) was stopped when 1 partitions of stedi\.overwritten had its rows, and 1 had not; .*: \(d0003\)$/,
        ),
      ]);
      expect(await build(3)).toEqual([]);
    } finally {
      await shop.close();
    }
  });
});
