import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EngineResult, StepOutcome } from '../../core/adapter.js';
import { incrementalTarget } from '../../core/incremental.js';
import type { EngineStep, Step } from '../../core/plan.js';
import { toTableInput } from './client/glue-tables.js';
import { openLakehouse, type Lakehouse, type Run, type TestModel } from './testing/lakehouse.js';
import { athenaWriters } from './writers.js';

let lakehouse: Lakehouse;
beforeAll(async () => {
  lakehouse = await openLakehouse();
});
afterAll(() => lakehouse.close());

let runs = 0;
/** A run, from beginning to end. */
async function inRun<T>(models: readonly TestModel[], work: (run: Run) => Promise<T>): Promise<T> {
  const run = await lakehouse.openRun(`run-${++runs}`);
  await run.begin(models);
  const result = await work(run);
  await run.end();
  return result;
}

function outcomeOf(result: EngineResult<StepOutcome>): StepOutcome {
  if (!result.ok) throw new Error(result.failure.diagnostic.message);
  return result.value;
}

function messageOf(result: EngineResult<StepOutcome>): string {
  return result.ok
    ? 'ok'
    : `${result.failure.diagnostic.code}: ${result.failure.diagnostic.message}`;
}

const tableOf = (name: string) => lakehouse.emulator.glue.findTable('trusted', name);
const stagedNames = (): readonly string[] =>
  lakehouse.emulator.glue
    .listTables('trusted')
    .map(({ Name = '' }) => Name)
    .filter((name) => name.includes('__staged_'));

function change(run: Run, model: TestModel, writes: readonly string[]): readonly Step[] {
  const transaction = {
    target: run.node(model).relation,
    staged: run.staged(model),
    model: run.node(model),
  };
  return [
    { kind: 'begin', ...transaction },
    ...writes.map((sql): Step => ({ kind: 'write', relation: run.staged(model), sql })),
    { kind: 'commit', ...transaction },
  ];
}

describe.each(['iceberg', 'hive'] as const)('a %s table', (tableType) => {
  const name = `customers_${tableType}`;
  const model: TestModel = {
    name,
    sql: "select 1 as id, 'a' as name",
    columns: [
      { name: 'id', type: { kind: 'integer' } },
      { name: 'name', type: { kind: 'varchar', length: 1 } },
    ],
    config: { extra: { table_type: tableType } },
    node: {
      description: 'All customers',
      columns: [{ name: 'Name', description: 'Their name', tags: [], meta: {} }],
    },
  };

  it('is built, marked and described', async () => {
    const outcome = await inRun([model], (run) => run.build(model));
    expect(outcomeOf(outcome).response).toMatchObject({ statements: 1 });
    expect(await lakehouse.rowsOf(`select * from trusted.${name}`)).toEqual(['[1,"a"]']);
    const table = tableOf(name);
    expect(table?.Description).toBe('All customers');
    expect(table?.Parameters).toMatchObject({
      'stedi_sql.project': 'stedi',
      'stedi_sql.node': `model.stedi.${name}`,
      'stedi_sql.run': `run-${runs}`,
    });
    expect(table?.StorageDescriptor?.Columns?.map(({ Comment }) => Comment)[1]).toBe('Their name');
    expect(stagedNames()).toEqual([]);
  });

  it('is replaced in one step, and its old files stay', async () => {
    const before = lakehouse.tableKeys();
    const next = { ...model, sql: "select 2 as id, 'b' as name" };
    await inRun([next], async (run) => outcomeOf(await run.build(next)));
    expect(await lakehouse.rowsOf(`select * from trusted.${name}`)).toEqual(['[2,"b"]']);
    expect(lakehouse.tableKeys()).toEqual(expect.arrayContaining([...before]));
  });

  it('becomes a view and a table again', async () => {
    await inRun([model], async (run) => outcomeOf(await run.build(model, 'view')));
    expect(tableOf(name)?.TableType).toBe('VIRTUAL_VIEW');
    expect(await lakehouse.rowsOf(`select * from trusted.${name}`)).toEqual(['[1,"a"]']);
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    expect(tableOf(name)?.TableType).toBe('EXTERNAL_TABLE');
    expect(await lakehouse.rowsOf(`select * from trusted.${name}`)).toEqual(['[1,"a"]']);
  });

  it('is left as it was by a query that fails', async () => {
    const broken = { ...model, sql: 'select 1 / 0 as id, name from trusted.no_such_table' };
    const result = await inRun([broken], (run) => run.build(broken));
    expect(result.ok).toBe(false);
    expect(await lakehouse.rowsOf(`select * from trusted.${name}`)).toEqual(['[1,"a"]']);
    expect(stagedNames()).toEqual([]);
  });

  it('may have no rows', async () => {
    const empty = { ...model, name: `empty_${tableType}`, sql: `${model.sql} where false` };
    await inRun([empty], async (run) => outcomeOf(await run.build(empty)));
    expect(await lakehouse.rowsOf(`select * from trusted.empty_${tableType}`)).toEqual([]);
  });

  it('stores timestamps in its own precision', async () => {
    const times: TestModel = {
      ...model,
      name: `times_${tableType}`,
      sql: "select timestamp '2020-01-02 03:04:05.123456' as at, smallint '3' as n",
      columns: [
        { name: 'at', type: { kind: 'timestamp', precision: 6, withZone: false } },
        { name: 'n', type: { kind: 'smallint' } },
      ],
    };
    await inRun([times], async (run) => outcomeOf(await run.build(times)));
    const digits = tableType === 'hive' ? '.123' : '.123456';
    expect(
      await lakehouse.rowsOf(`select cast(at as varchar), n from trusted.times_${tableType}`),
    ).toEqual([`["2020-01-02 03:04:05${digits}",3]`]);
  });
});

describe('an incremental Iceberg table', () => {
  const model: TestModel = { name: 'orders', sql: "select 1 as id, 'old' as state" };

  it('is merged into on a clone that nobody reads', async () => {
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    await inRun([model], async (run) => {
      const session = await run.session(model);
      const merge = athenaWriters.merge(
        run.staged(model),
        "select * from (values (1, 'new'), (2, 'new')) as t (id, state)",
        { columns: ['id', 'state'], uniqueKey: ['id'] },
      );
      const signal = new AbortController().signal;
      const [begin, write, commit] = change(run, model, [merge]) as readonly EngineStep[];
      outcomeOf(await session.execute(begin!, signal));
      expect(await outcomeOf(await session.execute(write!, signal)).rowsAffected).toBe(2);
      expect(await lakehouse.rowsOf('select * from trusted.orders')).toEqual(['[1,"old"]']);
      outcomeOf(await session.execute(commit!, signal));
    });
    expect(await lakehouse.rowsOf('select * from trusted.orders')).toEqual([
      '[1,"new"]',
      '[2,"new"]',
    ]);
    expect(stagedNames()).toEqual([]);
  });

  it('explains that somebody else changed it, loses nothing, and may be run again', async () => {
    await inRun([model], async (run) => {
      await lakehouse
        .rowsOf("insert into trusted.orders values (9, 'other')")
        .catch(() => undefined);
      const insert = athenaWriters.insert(run.staged(model), "select 3 as id, 'new' as state", [
        'id',
        'state',
      ]);
      const first = await run.execute(model, change(run, model, [insert]));
      expect(messageOf(first)).toMatch(
        /^publish-conflict: trusted\.orders was not published, because somebody changed it \(Glue version \d+ became \d+\) while it was built$/,
      );
      expect(!first.ok && first.failure).toMatchObject({
        diagnostic: { code: 'publish-conflict' },
        conflict: true,
      });
      outcomeOf(await run.execute(model, change(run, model, [insert])));
    });
    expect(await lakehouse.rowsOf('select id from trusted.orders')).toEqual([
      '[1]',
      '[2]',
      '[3]',
      '[9]',
    ]);
  });

  it('names the other run of the project that published it meanwhile', async () => {
    await inRun([model], async (run) => {
      await inRun([model], async (other) => outcomeOf(await other.build(model)));
      const second = await run.build(model);
      expect(messageOf(second)).toBe(
        `publish-conflict: trusted.orders was not published, because another run of this project (run-${runs}) published it while it was built`,
      );
    });
  });

  it('refuses rows for a Hive table', async () => {
    const hive = { ...model, name: 'orders_hive', config: { extra: { table_type: 'hive' } } };
    await inRun([hive], async (run) => outcomeOf(await run.build(hive)));
    await inRun([hive], async (run) => {
      expect(messageOf(await run.execute(hive, change(run, hive, [])))).toBe(
        'materialization-invalid: rows are to be added to trusted.orders_hive as to an Iceberg table, but it is a Hive table',
      );
    });
  });

  it('keeps its history if it is told to', async () => {
    const kept: TestModel = {
      name: 'kept',
      sql: 'select 1 as id',
      columns: [{ name: 'id', type: { kind: 'integer' } }],
      config: { extra: { keep_history: true } },
    };
    await inRun([kept], async (run) => outcomeOf(await run.build(kept)));
    const next = { ...kept, sql: 'select 2 as id' };
    await inRun([next], async (run) => outcomeOf(await run.build(next)));
    expect(await lakehouse.rowsOf('select * from trusted.kept')).toEqual(['[2]']);
    const [count = '[0]'] = await lakehouse.rowsOf('select count(*) from trusted."kept$snapshots"');
    expect(JSON.parse(count)).toEqual([3]);
  });
});

describe('a partitioned table', () => {
  const columns = [
    { name: 'day', type: { kind: 'varchar' } },
    { name: 'n', type: { kind: 'integer' } },
  ] as const;

  it.each(['iceberg', 'hive'] as const)(
    'of %s takes more than 100 partitions, each row once',
    async (tableType) => {
      const model: TestModel = {
        name: `days_${tableType}`,
        // Every third day is null, and one has a quote.
        sql: "select if(n % 3 = 0, null, if(n = 7, 'it''s', cast(n as varchar))) as day, n from (select cast(n as integer) as n from unnest(sequence(1, 250)) as t (n))",
        columns,
        config: { extra: { table_type: tableType, partitioned_by: ['day'] } },
      };
      const outcome = await inRun([model], async (run) => outcomeOf(await run.build(model)));
      expect(outcome.response).toMatchObject({ statements: 3 });
      expect(
        await lakehouse.rowsOf(
          `select count(*), sum(n), count(distinct n), count(distinct day), count_if(day is null), count_if(day = 'it''s') from trusted.days_${tableType}`,
        ),
      ).toEqual([JSON.stringify([250, 31375, 250, 167, 83, 1])]);
    },
  );

  it('of Hive overwrites the partitions that have new rows', async () => {
    const model: TestModel = {
      name: 'sales',
      sql: "select * from (values ('a', 1), ('b', 2)) as t (day, n)",
      columns,
      config: { extra: { table_type: 'hive', partitioned_by: ['day'] } },
    };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    await inRun([model], async (run) => {
      const parts = { staged: run.staged(model), model: run.node(model) };
      const sql = "select * from (values ('b', 20), ('c', 30)) as t (day, n)";
      outcomeOf(
        await run.execute(model, [
          { kind: 'stage', as: 'table', sql, columns, ...parts },
          { kind: 'publish-partitions', published: run.node(model).relation, ...parts },
        ]),
      );
    });
    expect(await lakehouse.rowsOf('select day, n from trusted.sales')).toEqual([
      '["a",1]',
      '["b",20]',
      '["c",30]',
    ]);
    // A whole build removes the partitions that are gone.
    const next = { ...model, sql: "select * from (values ('c', 3)) as t (day, n)" };
    await inRun([next], async (run) => outcomeOf(await run.build(next)));
    expect(await lakehouse.rowsOf('select day, n from trusted.sales')).toEqual(['["c",3]']);
    const partitions = lakehouse.emulator.glue.listPartitions('trusted', 'sales');
    expect(partitions.map(({ Values }) => Values)).toEqual([['c']]);
  });
});

describe('a partitioned incremental Hive table', () => {
  const model: TestModel = {
    name: 'visits',
    sql: "select cast(n as integer) as n, concat('d', cast(n as varchar)) as day from unnest(sequence(1, 150)) as t (n)",
    columns: [
      { name: 'n', type: { kind: 'integer' } },
      { name: 'day', type: { kind: 'varchar' } },
    ],
    config: {
      materialized: 'incremental',
      extra: { table_type: 'hive', partitioned_by: ['day'] },
    },
  };
  /** Fails at the batch of partitions with this number, from 1. */
  const failAtBatch = (number: number): void => {
    let batches = 0;
    lakehouse.emulator.setHook(({ operation }) =>
      operation === 'BatchCreatePartition' && ++batches === number
        ? { before: { status: 400, code: 'AccessDeniedException', message: 'not authorized' } }
        : undefined,
    );
  };
  const daysThere = (): readonly string[] =>
    lakehouse.emulator.glue
      .listPartitions('trusted', 'visits')
      .flatMap(({ Values = [] }) => Values);

  /** What is found as a table to add to, as the planner asks. */
  async function findTarget(): Promise<unknown> {
    const run = await lakehouse.openRun(`look-${++runs}`);
    const catalog = await run.adapter.readCatalog(['trusted']);
    await run.adapter.close();
    if (!catalog.ok) throw new Error('no catalog');
    return incrementalTarget(run.node(model), catalog.value, { fullRefresh: false });
  }

  it('is not added to, but built again, when its first build did not list all partitions', async () => {
    failAtBatch(2);
    const failed = await inRun([model], (run) => run.build(model));
    lakehouse.emulator.setHook(undefined);
    expect(messageOf(failed)).toMatch(/^access-denied: /);
    expect(daysThere()).toHaveLength(100);
    expect(await findTarget()).toBeUndefined();

    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    expect(daysThere()).toHaveLength(150);
    expect(await findTarget()).toBeDefined();
  });

  it('gets new partitions in their order, so that none is missing below the last', async () => {
    failAtBatch(2);
    const failed = await inRun([model], async (run) => {
      const parts = { staged: run.staged(model), model: run.node(model) };
      const sql = model.sql.replace('sequence(1, 150)', 'sequence(151, 270)');
      return run.execute(model, [
        { kind: 'stage', as: 'table', sql, ...parts },
        { kind: 'publish-partitions', published: run.node(model).relation, ...parts },
      ]);
    });
    lakehouse.emulator.setHook(undefined);
    expect(failed.ok).toBe(false);
    const days = daysThere().map((day) => Number(day.slice(1)));
    expect(days.sort((a, b) => a - b)).toEqual(Array.from({ length: 250 }, (_, at) => at + 1));
  });

  it('is not overwritten by partitions when these are computed', async () => {
    const projected: TestModel = {
      ...model,
      name: 'projected',
      config: {
        ...model.config,
        extra: {
          ...model.config?.extra,
          table_properties: {
            'projection.enabled': 'true',
            'projection.day.type': 'enum',
            'projection.day.values': 'd1,d2',
          },
        },
      },
    };
    await inRun([projected], async (run) => outcomeOf(await run.build(projected)));
    const result = await inRun([projected], async (run) => {
      const parts = { staged: run.staged(projected), model: run.node(projected) };
      return run.execute(projected, [
        { kind: 'stage', as: 'table', sql: "select 7 as n, 'd1' as day", ...parts },
        { kind: 'publish-partitions', published: run.node(projected).relation, ...parts },
      ]);
    });
    expect(messageOf(result)).toBe(
      'materialization-invalid: partitions of trusted.projected are to be overwritten, but its readers compute where they lie (projection.enabled)',
    );
  });
});

describe('rows added to a Hive table', () => {
  const model: TestModel = {
    name: 'events',
    sql: 'select 1 as id',
    config: { extra: { table_type: 'hive' } },
  };
  const append = (run: Run, query: string): Promise<EngineResult<StepOutcome>> => {
    const sql = athenaWriters.insert(run.node(model).relation, query, ['id']);
    return run.execute(model, [{ kind: 'write', relation: run.node(model).relation, sql }]);
  };

  it("are not added to a table that is another project's by now", async () => {
    const taken: TestModel = { ...model, name: 'taken' };
    await inRun([taken], async (run) => outcomeOf(await run.build(taken)));
    const result = await inRun([taken], async (run) => {
      lakehouse.emulator.glue.deleteTable('trusted', 'taken');
      const other = await lakehouse.openRun('taker', 'another');
      await other.begin([taken]);
      outcomeOf(await other.build(taken));
      await other.end();
      const { relation } = run.node(taken);
      const sql = athenaWriters.insert(relation, 'select 2 as id', ['id']);
      return run.execute(taken, [{ kind: 'write', relation, sql }]);
    });
    expect(messageOf(result)).toMatch(/^relation-not-owned: /);
    expect(await lakehouse.rowsOf('select id from trusted.taken')).toEqual(['[1]']);
  });

  it('do not fail because their number cannot be read', async () => {
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    lakehouse.emulator.setHook(({ operation }) =>
      operation === 'GetQueryResults'
        ? { before: { status: 400, code: 'AccessDeniedException', message: 'not authorized' } }
        : undefined,
    );
    const result = await inRun([model], (run) => append(run, 'select 2 as id'));
    lakehouse.emulator.setHook(undefined);
    expect(await outcomeOf(result).rowsAffected).toBeNull();
    expect(await lakehouse.rowsOf('select id from trusted.events where id = 2')).toEqual(['[2]']);
  });
});

describe('a description', () => {
  it('warns who drops a clone, and what others wrote stays on the published table', async () => {
    const model: TestModel = { name: 'described', sql: 'select 1 as id' };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    const table = lakehouse.emulator.glue.getTable('trusted', 'described');
    lakehouse.emulator.glue.updateTable('trusted', {
      ...toTableInput(table),
      Name: 'described',
      Description: 'by a person',
    });
    await inRun([model], async (run) => {
      const session = await run.session(model);
      const signal = new AbortController().signal;
      const parts = {
        target: run.node(model).relation,
        staged: run.staged(model),
        model: run.node(model),
      };
      outcomeOf(await session.execute({ kind: 'begin', ...parts }, signal));
      expect(tableOf(run.staged(model).identifier)?.Description).toContain(
        'Shares its files with trusted.described: DROP TABLE would remove both.',
      );
      outcomeOf(await session.execute({ kind: 'commit', ...parts }, signal));
    });
    expect(tableOf('described')?.Description).toBe('by a person');
  });
});

describe('an external table', () => {
  it('reads JSON lines where they lie', async () => {
    await lakehouse.emulator.objects.put(
      'lake',
      'landing/users/a.json',
      new TextEncoder().encode('{"User":"a","n":1}\n{"user":"b"}\n'),
    );
    const column = { description: '', tags: [], meta: {} };
    const model: TestModel = {
      name: 'users',
      sql: '',
      config: {
        materialized: 'external_table',
        location: 's3://lake/landing/users',
        format: 'json',
      },
      node: {
        columns: [
          { ...column, name: 'user', data_type: 'varchar', description: 'Who' },
          { ...column, name: 'n', data_type: 'bigint' },
        ],
      },
    };
    await inRun([model], async (run) => {
      const node = run.node(model);
      const parts = { staged: run.staged(model), model: node };
      outcomeOf(
        await run.execute(model, [
          { kind: 'create-schema', relation: node.relation },
          {
            kind: 'stage-external',
            columns: node.columns,
            location: 's3://lake/landing/users',
            format: 'json',
            ...parts,
          },
          { kind: 'publish', published: node.relation, sql: null, ...parts },
        ]),
      );
    });
    expect(await lakehouse.rowsOf('select "user", n from trusted.users')).toEqual([
      '["a",1]',
      '["b",null]',
    ]);
    const run = await lakehouse.openRun('look');
    const catalog = await run.adapter.readCatalog(['trusted', 'no_such_schema']);
    const found = catalog.ok
      ? catalog.value.relations.get('awsdatacatalog.trusted.users')
      : undefined;
    expect(found).toEqual({
      relation: {
        database: 'awsdatacatalog',
        schema: 'trusted',
        identifier: 'users',
        type: 'external',
      },
      columns: [
        { name: 'user', type: 'string', comment: 'Who' },
        { name: 'n', type: 'bigint' },
      ],
      attributes: {
        owned: 'yes',
        project: 'stedi',
        node: 'model.stedi.users',
        run: `run-${runs}`,
        table_type: 'hive',
        location: 's3://lake/landing/users/',
      },
    });
    await run.adapter.close();
  });
});

describe('a schema', () => {
  it('is made once for all nodes that start together, without asking where the run knows', async () => {
    const run = await lakehouse.openRun('schemas');
    await run.adapter.readCatalog(['listed']);
    const sessions = await Promise.all(
      ['a', 'b', 'c'].map((name) => run.session({ name, sql: 'select 1 as id' })),
    );
    const callsFor = async (schema: string): Promise<readonly string[]> => {
      const before = lakehouse.emulator.calls.length;
      const relation = { database: 'awsdatacatalog', schema, identifier: 'any' };
      const results = await Promise.all(
        sessions.map((session) =>
          session.execute({ kind: 'create-schema', relation }, new AbortController().signal),
        ),
      );
      expect(results.map(({ ok }) => ok)).toEqual([true, true, true]);
      return lakehouse.emulator.calls.slice(before).map(({ operation }) => operation);
    };
    expect(await callsFor('listed')).toEqual(['CreateDatabase']);
    expect(await callsFor('unseen')).toEqual(['GetDatabase', 'CreateDatabase']);
    expect(await callsFor('unseen')).toEqual([]);
    await run.adapter.close();
  });
});

describe('ownership', () => {
  it('never replaces what another project made', async () => {
    const model: TestModel = { name: 'foreign', sql: 'select 1 as id' };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    const other = await lakehouse.openRun('other-run', 'another');
    await other.begin([model]);
    expect(messageOf(await other.build(model))).toBe(
      "relation-not-owned: trusted.foreign is not this project's, so it is not replaced",
    );
    await other.end();
    expect(await lakehouse.rowsOf('select * from trusted.foreign')).toEqual(['[1]']);
  });
});

describe('a workgroup that enforces its output location', () => {
  it('decides where a Hive table lies, and leaves an Iceberg table in its own folder', async () => {
    const created = await lakehouse.client.api.call(
      { service: 'athena', operation: 'CreateWorkGroup', subject: 'strict' },
      (athena, http) =>
        athena.createWorkGroup(
          {
            Name: 'strict',
            Configuration: {
              EnforceWorkGroupConfiguration: true,
              ResultConfiguration: { OutputLocation: 's3://lake/strict/' },
            },
          },
          http,
        ),
    );
    expect(created.ok).toBe(true);
    for (const [tableType, place] of [
      ['hive', 's3://lake/strict/tables/'],
      ['iceberg', 's3://lake/tables/trusted/strict_iceberg/'],
    ] as const) {
      const model: TestModel = {
        name: `strict_${tableType}`,
        sql: 'select 1 as id',
        config: { extra: { table_type: tableType, work_group: 'strict' } },
      };
      await inRun([model], async (run) => outcomeOf(await run.build(model)));
      expect(tableOf(model.name)?.StorageDescriptor?.Location).toContain(place);
      expect(await lakehouse.rowsOf(`select * from trusted.${model.name}`)).toEqual(['[1]']);
    }
  });
});

describe('calls that fail', () => {
  it('publishes nothing when the switch is refused, and says so', async () => {
    const model: TestModel = { name: 'refused', sql: 'select 1 as id' };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    lakehouse.emulator.setHook(({ operation }) =>
      operation === 'UpdateTable'
        ? { before: { status: 400, code: 'AccessDeniedException', message: 'not authorized' } }
        : undefined,
    );
    const next = { ...model, sql: 'select 2 as id' };
    const result = await inRun([next], (run) => run.build(next));
    lakehouse.emulator.setHook(undefined);
    expect(messageOf(result)).toMatch(/^access-denied: /);
    expect(await lakehouse.rowsOf('select * from trusted.refused')).toEqual(['[1]']);
  });

  it.each(['StartQueryExecution', 'UpdateTable', 'CreateTable'])(
    'does everything once when the answer of %s is lost',
    async (operation) => {
      const model: TestModel = { name: `lost_${operation.toLowerCase()}`, sql: 'select 1 as id' };
      if (operation === 'UpdateTable') {
        await inRun([model], async (run) => outcomeOf(await run.build(model)));
      }
      let lost = 0;
      lakehouse.emulator.setHook((call) =>
        call.operation === operation && lost++ === 0 ? { after: 'drop' } : undefined,
      );
      const outcome = await inRun([model], (run) => run.build(model));
      lakehouse.emulator.setHook(undefined);
      expect(lost).toBeGreaterThan(0);
      expect(outcomeOf(outcome).response).toMatchObject({ statements: 1 });
      expect(await lakehouse.rowsOf(`select * from trusted.${model.name}`)).toEqual(['[1]']);
    },
  );

  /** Run again on the state after it, an append would add its rows twice. */
  it('adds rows once when the answer of the switch is lost and somebody writes right after it', async () => {
    const model: TestModel = { name: 'lost_and_changed', sql: 'select 1 as id' };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    const outcome = await inRun([model], async (run) => {
      let lost = 0;
      lakehouse.emulator.setHook((call) =>
        call.operation === 'UpdateTable' && lost++ === 0
          ? {
              after: 'drop',
              onEffect: async () => {
                await lakehouse
                  .rowsOf('insert into trusted.lost_and_changed values (9)')
                  .catch(() => undefined);
              },
            }
          : undefined,
      );
      const insert = athenaWriters.insert(run.staged(model), 'select 2 as id', ['id']);
      const result = await run.execute(model, change(run, model, [insert]));
      lakehouse.emulator.setHook(undefined);
      return result;
    });
    outcomeOf(outcome);
    expect(await lakehouse.rowsOf('select id from trusted.lost_and_changed')).toEqual([
      '[1]',
      '[2]',
      '[9]',
    ]);
  });

  it('runs nothing again when it is not known whether the switch had its effect', async () => {
    const model: TestModel = { name: 'lost_and_replaced', sql: 'select 1 as id' };
    await inRun([model], async (run) => outcomeOf(await run.build(model)));
    const outcome = await inRun([model], async (run) => {
      let lost = 0;
      lakehouse.emulator.setHook((call) =>
        call.operation === 'UpdateTable' && lost++ === 0
          ? {
              after: 'drop',
              onEffect: async () => {
                await inRun([model], async (other) => outcomeOf(await other.build(model)));
              },
            }
          : undefined,
      );
      const insert = athenaWriters.insert(run.staged(model), 'select 2 as id', ['id']);
      const result = await run.execute(model, change(run, model, [insert]));
      lakehouse.emulator.setHook(undefined);
      return result;
    });
    expect(messageOf(outcome)).toMatch(
      /^publish-conflict: it is not known whether trusted\.lost_and_replaced was published: Glue's answer was lost, and another run of this project \(run-\d+\) published it$/,
    );
    expect(!outcome.ok && outcome.failure.conflict).toBeFalsy();
  });
});
