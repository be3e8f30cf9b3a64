import { CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  AddLFTagsToResourceCommand,
  BatchGrantPermissionsCommand,
  CreateLFTagCommand,
  GetResourceLFTagsCommand,
  ListPermissionsCommand,
} from '@aws-sdk/client-lakeformation';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, type RunnerTask } from 'vitest';
import type { Call, Fault } from '../emulator/index.js';
import { readDiagnostics, statementsOf, type PrintedDiagnostic } from './testing/athena-clients.js';
import { isOnTrino } from './testing/athena.js';
import { asTexts, database, Shop, threeRows, type Row } from './testing/athena-shop.js';

/**
 * What users of dbt-athena complain about, each as a test: what happened to them does not happen here. `#n` are issues and
 * pull requests of dbt-labs/dbt-adapters, `a#n` of dbt-labs/dbt-athena, `c#n` of dbt-labs/dbt-core, `docs#n` of
 * dbt-labs/docs.getdbt.com, `Tomme#n` of Tomme/dbt-athena.
 */
const complaints = [
  ...['#1196', '#947', '#1821', '#405', 'a#776', 'docs#7231', 'a#698', 'a#413', '#1895', '#1558'],
  ...['#2081', '#2082', '#1842', 'a#464', 'a#327', '#455', 'a#371', '#1739', 'c#12467', 'a#473'],
  ...['#1813', '#1820', '#1236', 'a#688', 'a#650', 'a#87', 'Tomme#149', '#420', '#1636', '#1783'],
  ...['#437', '#1748', 'a#656', 'docs#8158', '#1742', '#422', '#435', 'a#539', '#1270', '#1910'],
  ...['#436', '#1439', '#1266', '#1850', '#452', '#1244', '#1125', 'Tomme#74', '#424', '#1299'],
  ...['#1433', 'c#15731', '#426', '#458', 'a#331', 'a#377', '#428', '#457', 'a#531', 'a#682'],
  ...['c#12914', 'docs#7828', '#415', '#1607', 'c#16252'],
];

const fromRaw = "select id, day, note from {{ ref('raw') }} where id >= {{ var('from', 0) }}\n";
const configured = (settings: string, sql = fromRaw): string => `{{ config(${settings}) }}\n${sql}`;
const incremental = (settings: string, sql = fromRaw): string =>
  configured(`materialized='incremental', ${settings}`, sql);

const glueError = (code: string): NonNullable<Fault['before']> => ({
  status: 400,
  code,
  message: 'injected',
});

/** Opens a shop for one test, and closes it after that, however it ends. */
async function openShop(...options: Parameters<typeof Shop.open>): Promise<Shop> {
  const shop = await Shop.open(...options);
  onTestFinished(() => shop.close());
  return shop;
}

/** A fault at the first call of an operation, about a table of that name if one is given. */
function once(operation: string, fault: Fault, table?: string): (call: Call) => Fault | undefined {
  let isDone = false;
  return (call) => {
    if (isDone || call.operation !== operation) return undefined;
    if (table !== undefined && call.subject !== `${database}.${table}`) return undefined;
    isDone = true;
    return fault;
  };
}

describe('models that are rebuilt', () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({
      'orders.sql': fromRaw,
      'hive_orders.sql': configured("table_type='hive'"),
      'overview.sql': configured("materialized='view'"),
      'merged.sql': incremental("unique_key='id'"),
      'stamps.sql': configured(
        "table_type='iceberg'",
        "select id, timestamp '2024-05-01 10:11:12.123456' as at from {{ ref('raw') }}\n",
      ),
      'hive_stamps.sql': configured(
        "table_type='hive'",
        "select id, timestamp '2024-05-01 10:11:12.123456' as at from {{ ref('raw') }}\n",
      ),
      'nested.sql': incremental(
        "unique_key='id'",
        "select id, cast(row(timestamp '2024-05-01 10:11:12.123456', id) as row(at timestamp(6), n bigint)) as seen from {{ ref('raw') }}\n",
      ),
      'only_new.sql': incremental("unique_key='id', merge_update_columns=[]"),
      'since.sql': incremental(
        "incremental_strategy='append'",
        [
          "with latest as (select id, day, note from {{ ref('raw') }}{% if is_incremental() %} where id > (select max(id) from {{ this }}){% endif %})",
          'select id, day, note from latest',
          '',
        ].join('\n'),
      ),
    });
    await shop.build();
  });
  afterAll(() => shop.close());

  /** The location of a published table: its folder, or its metadata. */
  const pointer = (name: string): string | undefined => {
    const table = shop.athena.emulator.glue.getTable(database, name);
    return table.Parameters?.['metadata_location'] ?? table.StorageDescriptor?.Location;
  };

  it('#1196, #947: a full refresh of an incremental Iceberg model keeps its data: it is written to a folder of its own', async () => {
    const before = pointer('merged');
    const old = shop.keys('tables/stedi/merged/');
    expect(await shop.rows('merged')).toEqual(asTexts(threeRows));
    await shop.build('--full-refresh', '--select', 'merged');
    expect(await shop.rows('merged')).toEqual(asTexts(threeRows));
    const folders = shop.keys('tables/stedi/merged/').map((key) => key.split('/')[3]);
    expect(new Set(folders).size).toBe(2);
    expect(shop.keys('tables/stedi/merged/')).toEqual(expect.arrayContaining([...old]));
    expect(pointer('merged')).not.toBe(before);
  });

  it('#1821: a full refresh with no rows leaves an empty table, and nothing beside it', async () => {
    const names = shop.tables();
    const nothing = ['--full-refresh', '--vars', '{from: 1000}'];
    const select = ['--select', 'merged', 'orders', 'hive_orders'];
    await shop.build(...nothing, ...select);
    for (const name of ['merged', 'orders', 'hive_orders']) {
      expect(await shop.rows(name, 'id, day, note'), name).toEqual([]);
    }
    expect(shop.tables()).toEqual(names);
    await shop.build(...select);
    expect(await shop.rows('merged')).toEqual(asTexts(threeRows));
  });

  it('#458, a#331: a reader never finds a table missing or empty while it is rebuilt, and nothing is renamed', async () => {
    const names = ['orders', 'hive_orders', 'overview', 'merged'];
    const problems: string[] = [];
    const { glue } = shop.athena.emulator;
    const kinds = new Map<string, Set<string>>();
    const seen = (call: Call): undefined => {
      for (const name of names) {
        const table = glue.findTable(database, name);
        if (table === undefined) problems.push(`${name} was missing at ${call.operation}`);
        const kind = table?.TableType ?? 'none';
        kinds.set(name, (kinds.get(name) ?? new Set()).add(kind));
      }
      return undefined;
    };
    const view = shop.athena.project.read('models/overview.sql');
    shop.athena.project.write('models/overview.sql', fromRaw);
    const { code, calls } = await shop.run(['build', '--full-refresh'], seen);
    shop.athena.project.write('models/overview.sql', view);
    const back = await shop.run(['build', '--full-refresh'], seen);
    expect([code, back.code]).toEqual([0, 0]);
    expect(problems).toEqual([]);
    expect(kinds.get('overview')).toEqual(new Set(['VIRTUAL_VIEW', 'EXTERNAL_TABLE']));
    for (const name of names) expect(await shop.rows(name), name).toEqual(asTexts(threeRows));
    const statements = statementsOf([...calls, ...back.calls]);
    expect(statements.length).toBeGreaterThan(10);
    expect(statements.filter((sql) => /\bRENAME\b/i.test(sql))).toEqual([]);
  });

  it('#457, a#531, #436, #428: no published table is dropped, so that no DROP can time out, and grants and what else hangs on a table stay', async () => {
    const { lakeFormation } = shop.clients;
    const analyst = { DataLakePrincipalIdentifier: 'arn:aws:iam::123456789012:role/analyst' };
    const Resource = { Table: { DatabaseName: database, Name: 'orders' } };
    await lakeFormation.send(
      new BatchGrantPermissionsCommand({
        Entries: [{ Id: '1', Principal: analyst, Resource, Permissions: ['SELECT'] }],
      }),
    );
    const calls = await shop.build('--full-refresh');
    const { PrincipalResourcePermissions } = await lakeFormation.send(
      new ListPermissionsCommand({ Principal: analyst, Resource }),
    );
    expect(PrincipalResourcePermissions).toHaveLength(1);
    const dropped = calls
      .filter(({ operation }) => ['DeleteTable', 'BatchDeleteTable'].includes(operation))
      .flatMap(({ subject }) => subject.replace(`${database}.`, '').split(','));
    expect(dropped.length).toBeGreaterThan(0);
    expect(dropped.filter((name) => !name.includes('__staged_'))).toEqual([]);
    const maintaining = /^\s*(DROP|OPTIMIZE|VACUUM|ALTER)\b/i;
    expect(statementsOf(calls).filter((sql) => maintaining.test(sql))).toEqual([]);
  });

  it('#424: Iceberg tables keep microseconds, Hive tables milliseconds, and neither fails', async () => {
    expect(await shop.rows('stamps', 'distinct cast(at as varchar)')).toEqual([
      '["2024-05-01 10:11:12.123456"]',
    ]);
    expect(await shop.rows('hive_stamps', 'distinct cast(at as varchar)')).toEqual([
      '["2024-05-01 10:11:12.123"]',
    ]);
  });

  it('#1299: a CTE of an incremental model may read {{ this }}', async () => {
    await shop.land([...threeRows, [4, 'wed', 'four']]);
    await shop.build('--select', 'raw', 'since');
    expect(await shop.rows('since', 'id')).toEqual(['["1"]', '["2"]', '["3"]', '["4"]']);
    await shop.land(threeRows);
  });

  it('#415: texts beyond ASCII stay as they are', async () => {
    expect(await shop.rows('orders', 'note')).toContain('["zwei é"]');
  });

  it('c#12914: an empty list of columns to update means none, not all', async () => {
    await shop.land([
      [3, 'tue', 'changed'],
      [5, 'fri', 'five'],
    ]);
    await shop.build('--select', 'raw', 'only_new');
    const added: Row = [5, 'fri', 'five'];
    expect(await shop.rows('only_new')).toEqual(asTexts([...threeRows, added]));
    await shop.land(threeRows);
  });

  it('#1433: a struct that holds a timestamp stays a struct', async () => {
    await shop.build('--select', 'nested');
    const { StorageDescriptor } = shop.athena.emulator.glue.getTable(database, 'nested');
    const seen = StorageDescriptor?.Columns?.find(({ Name }) => Name === 'seen');
    expect(seen?.Type).toBe('struct<at:timestamp,n:bigint>');
    expect(await shop.rows('nested', 'id, cast(seen.at as varchar), seen.n')).toContain(
      '["1","2024-05-01 10:11:12.123456","1"]',
    );
  });

  it('#1236, a#688, a#650: what a run stages has names of its own, which no other run has', async () => {
    const [first, second] = [await shop.build(), await shop.build()];
    const staged = (calls: readonly Call[]): readonly string[] =>
      statementsOf(calls).flatMap((sql) => /\w+__staged_[0-9a-f]{8}/.exec(sql) ?? []);
    expect(staged(first).length).toBeGreaterThan(4);
    expect(staged(first).filter((name) => staged(second).includes(name))).toEqual([]);
    expect(shop.tables().filter((name) => name.includes('__staged_'))).toEqual([]);
  });

  it('#1270, #1910: SlowDown of S3 and entries of DeleteObjects that fail are tried again', async () => {
    const faults: Fault[] = [
      { before: { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' } },
      { failEntries: { indexes: [0, 1], code: 'InternalError', message: 'injected' } },
    ];
    const contents = await Promise.all(
      ['orders', 'hive_orders', 'merged'].map((name) => shop.rows(name)),
    );
    const collected = await shop.run(['gc', '--apply', '--grace', '0m'], ({ operation }) =>
      operation === 'DeleteObjects' || operation === 'DeleteObject' ? faults.shift() : undefined,
    );
    expect(collected.code, collected.stdout + collected.stderr).toBe(0);
    expect(faults).toEqual([]);
    expect((await shop.run(['gc', '--grace', '0m'])).stdout).toContain('Nothing');
    expect(
      await Promise.all(['orders', 'hive_orders', 'merged'].map((name) => shop.rows(name))),
    ).toEqual(contents);
  });

  it('a#682: results are never reused: a test with the same text sees the new rows', async () => {
    shop.athena.project.write(
      'models/tested.yml',
      'models:\n  - name: orders\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    );
    await shop.build('--select', 'orders');
    await shop.land([...threeRows, [3, 'wed', 'again']]);
    const { code, stdout } = await shop.run(['build', '--select', 'orders']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/not published: 1 of 1 tests failed/);
    expect(await shop.rows('orders')).toEqual(asTexts(threeRows));
    await shop.land(threeRows);
  });
});

describe('data of others', () => {
  it('#405, a#776, docs#7231: a model named like a table of somebody else is refused, and nothing of it is touched', async () => {
    const shop = await openShop({ 'orders.sql': fromRaw, 'fine.sql': fromRaw });
    const { glue, objects } = shop.athena.emulator;
    await objects.put('lake', 'warehouse/a.json', Buffer.from('{"id":7}\n'));
    glue.createDatabase({ Name: database });
    glue.createTable(database, {
      Name: 'orders',
      TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: {
        Location: 's3://lake/warehouse/',
        Columns: [{ Name: 'id', Type: 'int' }],
      },
    });
    const before = glue.getTable(database, 'orders');
    const { code, stderr, calls } = await shop.run(['build', '--output', 'json']);
    expect(code).toBe(2);
    expect(readDiagnostics(stderr)).toEqual([
      expect.objectContaining({ code: 'relation-not-owned', severity: 'error' }),
    ]);
    const reading = ['GetTables', 'GetCallerIdentity'];
    expect(calls.filter(({ operation }) => !reading.includes(operation))).toEqual([]);
    expect(glue.getTable(database, 'orders')).toEqual(before);
    expect(shop.keys('warehouse/')).toEqual(['warehouse/a.json']);
  });

  it('#405: a model that would be written into the location of a table of others is refused before anything runs', async () => {
    const shop = await openShop({
      'orders.sql': fromRaw,
      'away.sql': configured("s3_data_dir='s3://lake/away/'"),
    });
    const { glue } = shop.athena.emulator;
    glue.createDatabase({ Name: database });
    glue.createTable(database, {
      Name: 'all_files',
      TableType: 'EXTERNAL_TABLE',
      StorageDescriptor: {
        Location: 's3://lake/tables',
        Columns: [{ Name: 'id', Type: 'bigint' }],
      },
    });
    for (const flags of [[], ['--dry-run']]) {
      const { code, stderr, calls } = await shop.run(['build', '--output', 'json', ...flags]);
      expect(code).toBe(2);
      expect(readDiagnostics(stderr)).toEqual([
        expect.objectContaining({
          code: 'config-conflict',
          message: expect.stringContaining('stedi.all_files has all of s3://lake/tables') as string,
        }),
      ]);
      expect(statementsOf(calls)).toEqual([]);
    }
    expect(shop.keys('tables/')).toEqual([]);
    await shop.build('--select', 'raw', 'away');
  });

  it('#405, a#698, #422: files that others left where a model lies stay, also when garbage is collected', async () => {
    const shop = await openShop({
      'orders.sql': fromRaw,
      'merged.sql': incremental("unique_key='id', s3_data_dir='s3://lake/others'"),
    });
    const { objects } = shop.athena.emulator;
    const foreign = [
      'tables/stedi/orders/report.csv',
      'tables/stedi/orders/2023/january.parquet',
      'others/stedi/merged/history.parquet',
      'others/precious.txt',
    ];
    for (const key of foreign) await objects.put('lake', key, Buffer.from('precious'));
    await shop.build();
    await shop.build('--full-refresh');
    const { code } = await shop.run(['gc', '--apply', '--grace', '0m']);
    expect(code).toBe(0);
    const kept = [...shop.keys('tables/'), ...shop.keys('others/')];
    expect(kept).toEqual(expect.arrayContaining(foreign));
    expect(await shop.rows('orders')).toEqual(asTexts(threeRows));
    expect(await shop.rows('merged')).toEqual(asTexts(threeRows));
  });
});

describe('partitions', () => {
  const overwrite = "incremental_strategy='insert_overwrite', partitioned_by=['day']";
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open({
      'overwritten.sql': incremental(`${overwrite}, table_type='hive'`),
      'iceberg_overwritten.sql': incremental(overwrite),
      'hive_days.sql': configured("table_type='hive', partitioned_by=['day']"),
    });
    await shop.build();
  });
  afterAll(() => shop.close());

  const columns = 'id, day, note';
  const newTuesday: readonly Row[] = [
    [12, 'tue', 'new'],
    [13, 'wed', "o'clock"],
  ];
  const afterTuesday = asTexts([[1, 'mon', 'one'], ...newTuesday]);

  it('a#413: insert_overwrite that fails loses no partition, and the next build makes it good', async () => {
    await shop.land(newTuesday);
    const select = ['--select', 'raw', 'overwritten'];
    const before = asTexts(threeRows);
    const newWithoutWednesday = asTexts([
      [1, 'mon', 'one'],
      [12, 'tue', 'new'],
    ]);
    // The partitions of the staged table are the engine's own work.
    const failures: readonly (readonly [string, string | undefined, readonly string[]])[] = [
      ['StartQueryExecution', undefined, before],
      ['BatchUpdatePartition', 'overwritten', before],
      ['BatchCreatePartition', 'overwritten', newWithoutWednesday],
    ];
    for (const [operation, table, expected] of failures) {
      const fault: Fault = { before: glueError('AccessDeniedException') };
      const { code, stderr } = await shop.run(['build', ...select], once(operation, fault, table));
      expect(code, operation).toBe(1);
      expect(stderr, operation).toContain('error[access-denied]');
      expect(await shop.rows('overwritten', columns), operation).toEqual(expected);
    }
    await shop.build(...select);
    expect(await shop.rows('overwritten', columns)).toEqual(afterTuesday);
  });

  it('docs#7828: insert_overwrite works on Iceberg tables', async () => {
    await shop.land(newTuesday);
    await shop.build('--select', 'raw', 'iceberg_overwritten');
    expect(await shop.rows('iceberg_overwritten', columns)).toEqual(afterTuesday);
  });

  it('#1895, #1558: old files of a partition that was removed do not come back', async () => {
    const { glue } = shop.athena.emulator;
    const old = shop.keys('tables/stedi/overwritten/').filter((key) => key.includes('day=tue'));
    expect(old.length).toBeGreaterThan(1);
    glue.deletePartitions(database, 'overwritten', [['tue']]);
    await shop.land([[21, 'tue', 'only']]);
    await shop.build('--select', 'raw', 'overwritten');
    expect(
      (await shop.rows('overwritten', columns)).filter((row) => row.includes('"tue"')),
    ).toEqual(['["21","tue","only"]']);
    expect(shop.keys('tables/')).toEqual(expect.arrayContaining(old));
  });

  it('#1842: a partition that cannot be switched is reported, and one that fails for a moment is tried again', async () => {
    const select = ['--select', 'raw', 'hive_days'];
    await shop.land([
      [31, 'mon', 'x'],
      [32, 'tue', 'y'],
    ]);
    const fails = (code: string): Fault => ({
      failEntries: { indexes: [1], code, message: 'injected' },
    });
    const broken = await shop.run(
      ['build', ...select],
      once('BatchUpdatePartition', fails('InvalidInputException')),
    );
    expect(broken.code).toBe(1);
    expect(broken.stderr).toMatch(
      /1 partitions? of \S+ could not be switched: \(tue\): InvalidInput/,
    );

    const mended = await shop.run(
      ['build', ...select],
      once('BatchUpdatePartition', fails('InternalServiceException')),
    );
    expect(mended.code, mended.stderr).toBe(0);
    expect(await shop.rows('hive_days', columns)).toEqual(['["31","mon","x"]', '["32","tue","y"]']);
  });

  it('partition values that are NULL or hold quotes are values like others', async () => {
    const rows: readonly Row[] = [
      [41, null, 'nobody knows'],
      [42, "it's", 'quoted'],
      [43, 'a/b=c', 'escaped'],
    ];
    await shop.land(rows);
    await shop.build();
    await shop.build();
    expect(await shop.rows('hive_days', columns)).toEqual(asTexts(rows));
    for (const name of ['overwritten', 'iceberg_overwritten']) {
      const found = (await shop.rows(name, columns)).filter((row) => /"4[123]"/.test(row));
      expect(found, name).toEqual(asTexts(rows));
    }
  });
});

describe('many partitions', () => {
  const numbers = (condition = ''): string =>
    `select n as id, cast(n % {{ var('parts', 120) }} as varchar) as part from unnest(sequence(1, {{ var('rows', 240) }})) as t(n) ${condition}\n`;
  const perDay = (table: string, extra = ''): string =>
    configured(`table_type='${table}', partitioned_by=['part']${extra}`, numbers());
  /** So long that the values of a hundred partitions do not fit into a statement with it. */
  const padding = `/* ${'x'.repeat(243_000)} */`;
  const long = `select n as id, concat(cast(n as varchar), lpad('', 190, '-')) as part from unnest(sequence(1, 120)) as t(n) where ${padding} n > 0\n`;

  let shop: Shop;
  let first: readonly Call[];
  beforeAll(async () => {
    shop = await Shop.open({
      'hive_many.sql': perDay('hive'),
      'iceberg_many.sql': perDay('iceberg'),
      'bucketed.sql': configured(
        "partitioned_by=['bucket(id, 16)', 'part']",
        numbers('where n <= 24'),
      ),
      'long.sql': configured("table_type='hive', partitioned_by=['part']", long),
      'hive_none.sql': configured(
        "table_type='hive', partitioned_by=['part']",
        numbers('where n < 0'),
      ),
      'iceberg_none.sql': configured("partitioned_by=['part']", numbers('where n < 0')),
      'plain_none.sql': configured("table_type='hive'", numbers('where n < 0')),
      'appended_none.sql': incremental("incremental_strategy='append'", numbers('where n < 0')),
    });
    first = await shop.build();
  });
  afterAll(() => shop.close());
  const about = (calls: readonly Call[], name: string): readonly string[] =>
    statementsOf(calls).filter((sql) => sql.includes(`${name}__staged_`));

  it.each(['hive_many', 'iceberg_many'])(
    'a#87, Tomme#149, #420: %s has more than 100 partitions, each row is written once, straight to its partition',
    async (name) => {
      expect(await shop.rows(name, 'count(*), count(distinct id), count(distinct part)')).toEqual([
        '["240","240","120"]',
      ]);
      const statements = about(first, name);
      expect(statements).toHaveLength(2);
      expect(statements[0]).toMatch(/^CREATE TABLE [^]*(partitioned_by|partitioning) = ARRAY/);
      expect(statements[1]).toMatch(/^INSERT INTO [^]*WHERE /);
    },
  );

  it('#1783: partitions times buckets stay below the limit', async () => {
    expect(await shop.rows('bucketed', 'count(*), count(distinct part)')).toEqual(['["24","24"]']);
    expect(about(first, 'bucketed')).toHaveLength(4);
  });

  it('#1636: no statement is longer than Athena takes', async () => {
    const statements = about(first, 'long');
    expect(statements.length).toBeGreaterThan(2);
    const lengths = statements.map((sql) => Buffer.byteLength(sql));
    expect(Math.max(...lengths)).toBeLessThanOrEqual(262_144);
    expect(await shop.rows('long', 'count(*), count(distinct part)')).toEqual(['["120","120"]']);
  });

  it.each(['hive_none', 'iceberg_none', 'plain_none', 'appended_none'])(
    '#437, #1748, #1742, a#656, docs#8158: %s has no rows, and is a table all the same',
    async (name) => {
      expect(await shop.rows(name, 'id, part')).toEqual([]);
    },
  );

  it('#1125, #1558, a#464, a#327, Tomme#74: more partitions that are gone than a page has are removed, in batches that Glue takes; other schemas are not looked at', async () => {
    const more = ['--vars', '{parts: 250, rows: 250}', '--select', 'hive_many'];
    await shop.build(...more);
    const { glue } = shop.athena.emulator;
    const [made] = glue.listPartitions(database, 'hive_many');
    expect(glue.listPartitions(database, 'hive_many')).toHaveLength(250);
    const { StorageDescriptor } = made ?? {};
    glue.createPartitions(
      database,
      'hive_many',
      Array.from({ length: 1000 }, (_, index) => ({ Values: [`more${index}`], StorageDescriptor })),
    );
    glue.createDatabase({ Name: 'other' });
    const calls = await shop.build('--vars', '{parts: 2, rows: 4}', '--select', 'hive_many');
    expect(glue.listPartitions(database, 'hive_many')).toHaveLength(2);
    expect(await shop.rows('hive_many', 'id, part')).toEqual([
      '["1","1"]',
      '["2","0"]',
      '["3","1"]',
      '["4","0"]',
    ]);
    const counted = (operation: string): number =>
      calls.filter((call) => call.operation === operation).length;
    expect(counted('BatchDeletePartition')).toBe(Math.ceil(1248 / 25));
    expect(counted('DeletePartition') + counted('GetPartition')).toBe(0);
    // Only schemas of the project are read, however many the catalog has.
    expect(calls.some(({ subject }) => subject.includes('other'))).toBe(false);
  });
});

describe('statements that fail', () => {
  it('#455, #1739, a#371, c#12467, a#473: a failed CTAS is sent once, and its files are in nobody’s way', async () => {
    const many =
      'select n as id, cast(n as varchar) as part from unnest(sequence(1, 150)) as t(n)\n';
    const tooMany = (table: string, limit = 1000): string =>
      configured(`table_type='${table}', partitioned_by=['part'], partitions_limit=${limit}`, many);
    const shop = await openShop({
      'hive_many.sql': tooMany('hive'),
      'iceberg_many.sql': tooMany('iceberg'),
      'mistyped.sql': "select cast(note as integer) as id from {{ ref('raw') }}\n",
      'buckets.sql': configured(
        "table_type='hive', partitioned_by=['part'], bucketed_by='id', bucket_count=2",
        'select n as id, cast(n % 60 as varchar) as part from unnest(sequence(1, 150)) as t(n)\n',
      ),
      'too_long.sql': `select id from {{ ref('raw') }} where /* ${'x'.repeat(262_144)} */ id > 0\n`,
    });
    const { code, stderr, calls } = await shop.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('HIVE_TOO_MANY_OPEN_PARTITIONS');
    expect(stderr).toContain('ICEBERG_TOO_MANY_OPEN_PARTITIONS');
    expect(stderr).toContain('INVALID_CAST_ARGUMENT');
    expect(stderr).toMatch(/error\[query-limit\].*at most 262144 bytes/);
    expect(stderr).toContain('60 partitions of 2 buckets');
    const created = statementsOf(calls).filter((sql) => sql.startsWith('CREATE TABLE'));
    expect(created).toHaveLength(3);
    expect(shop.tables()).toEqual(['raw']);
    // Athena leaves the files of a CTAS that failed; Trino takes them away.
    if (!isOnTrino) expect(shop.keys('tables/stedi/').length).toBeGreaterThan(0);

    shop.athena.project.write('models/hive_many.sql', tooMany('hive', 100));
    shop.athena.project.write('models/iceberg_many.sql', tooMany('iceberg', 100));
    await shop.build('--select', 'hive_many', 'iceberg_many');
    expect(await shop.count('hive_many')).toBe(150);
    expect(await shop.count('iceberg_many')).toBe(150);
  });
});

describe('statements that would fail again', () => {
  it('#1813, #1820: what ran into a timeout or took all resources is not sent again, and not scanned again', async () => {
    const shop = await openShop({ 'slow.sql': fromRaw, 'heavy.sql': fromRaw });
    const { emulator } = shop.athena;
    const system = { state: 'FAILED', category: 1 } as const;
    const [slow, heavy] = [
      emulator.failQuery({
        match: /"slow__staged_/,
        nth: 'every',
        when: 'before',
        end: { ...system, type: 210, reason: 'EXCEEDED_TIME_LIMIT: Query exceeded its time' },
      }),
      emulator.failQuery({
        match: /"heavy__staged_/,
        nth: 'every',
        when: 'before',
        end: { ...system, type: 0, reason: 'Query exhausted resources at this scale factor' },
      }),
    ];
    const { code, stderr } = await shop.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain('EXCEEDED_TIME_LIMIT');
    expect(stderr).toContain('exhausted resources');
    expect([slow.failed.length, heavy.failed.length]).toEqual([1, 1]);
  });
});

describe('governance', () => {
  it('#1439: tags that others gave to a table and its columns stay when the model gives its own', async () => {
    const shop = await openShop({
      'orders.sql': configured(
        "lf_tags_config={'enabled': true, 'tags': {'domain': 'fitness'}, 'tags_columns': {'pii': {'yes': ['note']}}}",
      ),
    });
    const { lakeFormation } = shop.clients;
    for (const [TagKey, ...TagValues] of [
      ['domain', 'fitness'],
      ['pii', 'yes'],
      ['team', 'ops'],
    ] as const) {
      await lakeFormation.send(new CreateLFTagCommand({ TagKey, TagValues: [...TagValues] }));
    }
    await shop.build();
    const { Table, TableWithColumns } = {
      Table: { DatabaseName: database, Name: 'orders' },
      TableWithColumns: { DatabaseName: database, Name: 'orders', ColumnNames: ['id'] },
    };
    const LFTags = [{ TagKey: 'team', TagValues: ['ops'] }];
    await lakeFormation.send(new AddLFTagsToResourceCommand({ Resource: { Table }, LFTags }));
    await lakeFormation.send(
      new AddLFTagsToResourceCommand({
        Resource: { TableWithColumns },
        LFTags: [{ TagKey: 'pii', TagValues: ['yes'] }],
      }),
    );
    const tags = async (): Promise<unknown> => {
      const { LFTagsOnColumns, LFTagsOnTable } = await lakeFormation.send(
        new GetResourceLFTagsCommand({ Resource: { Table } }),
      );
      return { LFTagsOnColumns, LFTagsOnTable };
    };
    const before = await tags();
    expect(JSON.stringify(before)).toMatch(/fitness.*ops|ops.*fitness/);
    const calls = await shop.build('--full-refresh');
    expect(await tags()).toEqual(before);
    expect(calls.filter(({ operation }) => operation === 'RemoveLFTagsFromResource')).toEqual([]);
  });
});

describe('workgroups and accounts', () => {
  it('#435, a#539, a#377: a Hive table is built in an enforcing workgroup, which a model may choose for itself', async () => {
    const shop = await openShop({
      'orders.sql': configured("table_type='hive', work_group='strict'"),
      'events.sql': configured("work_group='strict'"),
      'plain.sql': configured("table_type='hive'"),
    });
    await shop.clients.athena.send(
      new CreateWorkGroupCommand({
        Name: 'strict',
        Configuration: {
          EnforceWorkGroupConfiguration: true,
          ResultConfiguration: { OutputLocation: 's3://lake/strict/' },
        },
      }),
    );
    await shop.build();
    const location = (name: string): string =>
      shop.athena.emulator.glue.getTable(database, name).StorageDescriptor?.Location ?? '';
    expect(location('orders')).toMatch(/^s3:\/\/lake\/strict\/tables\//);
    expect(location('events')).toMatch(/^s3:\/\/lake\/tables\/stedi\/events\//);
    expect(location('plain')).toMatch(/^s3:\/\/lake\/tables\/stedi\/plain\//);
    for (const name of ['orders', 'events', 'plain']) {
      expect(await shop.rows(name), name).toEqual(asTexts(threeRows));
    }
    await shop.build();
    expect(await shop.rows('orders')).toEqual(asTexts(threeRows));
  });

  it('managed results: a workgroup without a place for results builds, tests and shows', async () => {
    const shop = await openShop({
      'orders.sql': configured("table_type='hive'"),
      'orders.yml':
        'models:\n  - name: orders\n    columns: [{name: id, data_tests: [not_null]}]\n',
      'events.sql': configured("materialized='incremental', unique_key='id'"),
    });
    await shop.clients.athena.send(
      new CreateWorkGroupCommand({
        Name: 'managed',
        Configuration: { ManagedQueryResultsConfiguration: { Enabled: true } },
      }),
    );
    const { project } = shop.athena;
    const text = project.read('stedi_project.yml').replace(/ +s3_staging_dir: .*\n/, '');
    project.write('stedi_project.yml', text);
    shop.configure('work_group: managed');
    await shop.build();
    await shop.build();
    expect(await shop.athena.rows("select id from {{ ref('orders') }} order by id")).toEqual(
      threeRows.map(([id]) => ({ id })),
    );
    expect(await shop.rows('events')).toEqual(asTexts(threeRows));
    expect(shop.keys('results/')).toEqual([]);
  });

  it('#1266, #1850, #452, #1244: another account’s catalog is asked in every call, never our own; its kind is never asked', async () => {
    const shop = await openShop({ 'orders.sql': fromRaw });
    shop.configure('catalog_id: "123456789012"');
    const calls = await shop.build();
    expect(calls.some(({ operation }) => operation === 'GetDataCatalog')).toBe(false);
    const { glue } = shop.athena.emulator;
    const before = glue.getTable(database, 'orders');
    const text = shop.athena.project.read('stedi_project.yml');
    shop.athena.project.write('stedi_project.yml', text.replace('123456789012', '999999999999'));
    const elsewhere = await shop.run(['build']);
    expect(elsewhere.code).not.toBe(0);
    // Had one call gone to our own catalog, it would have found the table or changed it.
    expect(glue.getTable(database, 'orders')).toEqual(before);
    expect(shop.tables()).toEqual(['orders', 'raw']);
  });
});

describe('what surrounds the models', () => {
  it('#426: freshness reads times as Hive and Iceberg tables keep them; of a text it says what to write', async () => {
    const loaded = "select id, localtimestamp as at, 'today' as word from {{ ref('raw') }}\n";
    const shop = await openShop({
      'hive_loaded.sql': configured("table_type='hive'", loaded),
      'iceberg_loaded.sql': configured("table_type='iceberg'", loaded),
    });
    const source = (name: string, field: string): string =>
      `      - {name: ${name}, config: {loaded_at_field: ${field}, freshness: {error_after: {count: 1, period: hour}}}}`;
    const tables = [source('hive_loaded', 'at'), source('iceberg_loaded', 'at')];
    const yaml = ['sources:', `  - name: ${database}`, '    tables:', ...tables, ''].join('\n');
    await shop.build();
    shop.athena.project.write('models/sources.yml', yaml);
    const fresh = await shop.run(['source', 'freshness']);
    expect(fresh.stdout + fresh.stderr).toContain('2 fresh');
    shop.athena.project.write('models/sources.yml', yaml.replace(': at', ': word'));
    const unknown = await shop.run(['source', 'freshness']);
    expect(unknown.code).toBe(1);
    expect(unknown.stderr).toMatch(/cast/i);
  });

  it('c#16252: a dbt project whose profile names Athena is built as it stands, without dbt', async () => {
    const shop = await openShop({});
    const { project, emulator } = shop.athena;
    const lake = {
      ...{ type: 'athena', region_name: 'eu-central-1', endpoint_url: emulator.endpoint },
      ...{ s3_staging_dir: 's3://lake/results/', s3_data_dir: 's3://lake/tables/' },
      ...{ schema: database, database: 'AwsDataCatalog' },
    };
    const files = {
      'dbt_project.yml': { name: 'shop', profile: 'shop' },
      'profiles.yml': { shop: { target: 'lake', outputs: { lake } } },
    };
    for (const [path, content] of Object.entries(files))
      project.write(`dbt/${path}`, JSON.stringify(content));
    project.write('dbt/models/orders.sql', configured("materialized='table'", 'select 1 as id\n'));
    const { code, stdout, stderr } = await shop.run(['build', '--project-dir', 'dbt']);
    expect(code, stdout + stderr).toBe(0);
    expect(await shop.rows('orders')).toEqual(['["1"]']);
  });
});

describe('what is refused, and says so before anything runs', () => {
  /** A project's diagnostics, by the file that they are about. */
  async function diagnose(
    files: Readonly<Record<string, string>>,
  ): Promise<(path: string) => readonly PrintedDiagnostic[]> {
    const shop = await openShop(files);
    const { code, stderr, calls } = await shop.run(['build', '--output', 'json']);
    expect(code, stderr).toBe(2);
    expect(statementsOf(calls)).toEqual([]);
    expect(shop.keys('tables/')).toEqual([]);
    const diagnostics = readDiagnostics(stderr);
    return (path) => diagnostics.filter(({ location }) => location?.path === `models/${path}`);
  }

  const setting = {
    '#1196: a naming of folders that full refresh would share': "s3_data_naming='schema_table'",
    'a#698, #422: a folder that others may use': "external_location='s3://lake/shared/'",
    '#420: staging everything unpartitioned first': 'force_batch=true',
    '#458: a switch for building without downtime': 'ha=true',
    '#457: dropping by SQL': 'native_drop=true',
    'a#688: temporary names that may collide': 'unique_tmp_table_suffix=true',
  };

  it('keys of dbt-athena that endanger data', async () => {
    const entries = Object.entries(setting);
    const of = await diagnose(
      Object.fromEntries(
        entries.map(([, each], index) => [`m${index}.sql`, configured(each)] as const),
      ),
    );
    for (const [index, [title, each]] of entries.entries()) {
      expect(of(`m${index}.sql`), title).toEqual([
        expect.objectContaining({ code: 'config-unsupported', severity: 'error' }),
      ]);
      expect(of(`m${index}.sql`)[0]?.message).toContain(`'${each.split('=')[0] ?? ''}'`);
      expect(of(`m${index}.sql`)[0]?.hint ?? '', title).not.toBe('');
    }
  });

  it('#2081, #2082: insert_overwrite without partitions, which would append', async () => {
    const of = await diagnose({
      'm.sql': incremental("incremental_strategy='insert_overwrite', table_type='hive'"),
    });
    expect(of('m.sql')).toEqual([
      expect.objectContaining({
        code: 'materialization-invalid',
        message: expect.stringContaining("without a 'partitioned_by'") as string,
      }),
    ]);
  });

  it('c#15731: timestamp with time zone, and the other types that no table holds', async () => {
    const types = {
      zoned: "timestamp '2024-05-01 10:00:00 UTC'",
      uuid: 'uuid()',
      json: "json_parse('{}')",
      time: "time '10:00:00'",
    };
    const of = await diagnose(
      Object.fromEntries(
        Object.entries(types).map(
          ([name, sql]) => [`${name}.sql`, `select ${sql} as at\n`] as const,
        ),
      ),
    );
    for (const name of Object.keys(types)) {
      expect(of(`${name}.sql`), name).toEqual([
        expect.objectContaining({
          code: 'type-not-storable',
          hint: expect.stringMatching(/^write .+ AS at$/i) as string,
        }),
      ]);
    }
  });

  it('#1607: a Python model is not passed over in silence', async () => {
    const of = await diagnose({
      'spark.py': 'def model(dbt, session):\n    return None\n',
      'orders.sql': configured('ha=true'),
    });
    expect(of('spark.py').map(({ code }) => code)).toEqual(['file-ignored']);
  });
});

it('every complaint has a test that is named after it', ({ task }) => {
  const titlesOf = (tasks: readonly RunnerTask[]): readonly string[] =>
    tasks.flatMap((each) => {
      if (each.mode === 'skip' || each.mode === 'todo') return [];
      return each.type === 'suite' ? titlesOf(each.tasks) : [each.name];
    });
  const named = titlesOf(task.file.tasks).flatMap((title) => title.match(/\w*#\d+/g) ?? []);
  expect(complaints.filter((id) => !named.includes(id))).toEqual([]);
  expect(named.filter((id) => !complaints.includes(id))).toEqual([]);
});
