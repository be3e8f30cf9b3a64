import { afterEach, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from './testing/athena.js';
import type { CommandOutcome } from './testing/project.js';

let athena: AthenaProject | undefined;
afterEach(async () => {
  await athena?.close();
  athena = undefined;
});

/** Writes the one model `events`. */
function write(config: string, body: string): void {
  athena?.project.write(
    'models/events.sql',
    `{{ config(materialized='incremental', ${config}) }}\n${body}\n`,
  );
}

async function create(config: string, body: string): Promise<AthenaProject> {
  athena = await createAthenaProject({});
  write(config, body);
  const { code, stdout, stderr } = await athena.run(['build']);
  expect(code, stdout + stderr).toBe(0);
  return athena;
}

async function build(of: AthenaProject): Promise<CommandOutcome> {
  const outcome = await of.run(['build']);
  expect(outcome.stderr).toBe('');
  expect(outcome.code, outcome.stdout).toBe(0);
  return outcome;
}

/** The columns of the published table as Glue has them. */
function columnsOf(of: AthenaProject): readonly string[] {
  const { StorageDescriptor, PartitionKeys } = of.emulator.glue.getTable('stedi', 'events') ?? {};
  return [...(StorageDescriptor?.Columns ?? []), ...(PartitionKeys ?? [])]
    .filter(({ Parameters }) => Parameters?.['iceberg.field.current'] !== 'false')
    .map(({ Name = '', Type = '' }) => `${Name} ${Type}`);
}

const old = 'select cast(1 as integer) as id, cast(1.5 as real) as share, 10 as gone';
const grown =
  "select cast(2 as bigint) as id, cast(2.5 as double) as share, 'n' as note, date '2024-05-01' as day";

describe('on_schema_change of an Iceberg table', () => {
  it('append_new_columns adds columns and keeps those that the query lost', async () => {
    const of = await create("on_schema_change='append_new_columns'", old);
    write(
      "on_schema_change='append_new_columns'",
      "select cast(2 as integer) as id, cast(2.5 as real) as share, 'n' as note",
    );
    await build(of);
    expect(await of.query('select * from stedi.events')).toEqual([
      '["1","1.5","10",null]',
      '["2","2.5",null,"n"]',
    ]);
  });

  it('sync_all_columns adds, removes and widens columns by metadata alone, with the rows', async () => {
    const of = await create("on_schema_change='sync_all_columns'", old);
    write("on_schema_change='sync_all_columns'", grown);
    const dryRun = await of.run(['build', '--dry-run']);
    expect(dryRun.stdout).toMatch(
      /alter stedi\.events__staged_\w+: add note varchar, add day date, change id bigint, change share double, drop gone/,
    );
    await build(of);
    expect(
      await of.query('select id, share, note, cast(day as varchar) from stedi.events'),
    ).toEqual(['["1","1.5",null,null]', '["2","2.5","n","2024-05-01"]']);
    expect(columnsOf(of)).toEqual(['id bigint', 'share double', 'note string', 'day date']);
    await build(of);
    expect(await of.query('select * from stedi.events')).toHaveLength(3);
  });

  it('fail lists every difference and fails alone', async () => {
    const of = await create("on_schema_change='fail'", old);
    write("on_schema_change='fail'", grown);
    const { code, stderr } = await of.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain("the table lacks 'note', 'day'; the query lacks 'gone'");
    expect(stderr).toContain("'id' is bigint in the query and integer in the table");
    expect(columnsOf(of)).toEqual(['id int', 'share float', 'gone int']);
  });

  it('refuses what takes writing the rows anew, and to lose what it is partitioned by', async () => {
    const config = "on_schema_change='sync_all_columns', partitioned_by=['gone']";
    const of = await create(config, old);
    write(config, "select 'x' as id, cast(1.5 as real) as share, cast(10 as bigint) as gone");
    const { code, stderr } = await of.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain("'id' is varchar in the query and integer in the table");
    expect(stderr).toContain("the table is partitioned by 'gone'");
  });

  it('shows nothing of it when a test fails on the new rows', async () => {
    const of = await create("on_schema_change='sync_all_columns'", old);
    of.project.write(
      'models/schema.yml',
      'models:\n  - name: events\n    columns:\n      - name: id\n        data_tests: [unique]\n',
    );
    write("on_schema_change='sync_all_columns'", "select 1 as id, 'n' as note");
    expect((await of.run(['build'])).code).toBe(1);
    expect(columnsOf(of)).toEqual(['id int', 'share float', 'gone int']);
    expect(await of.query('select * from stedi.events')).toEqual(['["1","1.5","10"]']);
  });
});

describe('on_schema_change of a Hive table', () => {
  const hive = "table_type='hive', on_schema_change=";

  it.each([
    ['append', "partitioned_by=['day']"],
    ['insert_overwrite', "partitioned_by=['day']"],
    ['append', 'bucket_count=none'],
  ])('adds columns for %s with %s', async (strategy, storage) => {
    const config = `${hive}'append_new_columns', incremental_strategy='${strategy}', ${storage}`;
    const of = await create(config, "select 1 as id, 'a' as day");
    write(config, "select 2 as id, date '2024-05-01' as at, 'b' as day");
    await build(of);
    expect(await of.query('select id, cast(at as varchar), day from stedi.events')).toEqual([
      '["1",null,"a"]',
      '["2","2024-05-01","b"]',
    ]);
  });

  it.each([
    [
      "'sync_all_columns'",
      "select cast(1 as bigint) as id, 'a' as day",
      "cannot change the type of 'id'",
    ],
    ["'sync_all_columns'", "select 'a' as day", "cannot lose 'id'"],
    [
      "'append_new_columns', format='json'",
      "select 1 as id, 2 as n, 'a' as day",
      "of the format 'json'",
    ],
  ])('refuses %s: %s', async (reaction, body, message) => {
    const of = await create(`${hive}${reaction}`, "select 1 as id, 'a' as day");
    write(`${hive}${reaction}`, body);
    const { code, stderr } = await of.run(['build']);
    expect(code).toBe(1);
    expect(stderr).toContain(message);
  });
});

describe('the rows that a key matches', () => {
  const first = "select 1 as id, 'a' as item, 'a' as other";
  const then = "select id, item, item as other from (values (1, 'x'), (2, 'y')) as t (id, item)";

  it.each([
    ["merge_update_columns=['ITEM']", ['["1","x","a"]', '["2","y","y"]']],
    ['merge_update_columns=[]', ['["1","a","a"]', '["2","y","y"]']],
    ["merge_exclude_columns=['item']", ['["1","a","x"]', '["2","y","y"]']],
    [
      'incremental_predicates=["DBT_INTERNAL_DEST.other > \'b\'"]',
      ['["1","a","a"]', '["1","x","x"]', '["2","y","y"]'],
    ],
    [
      'incremental_predicates="src.item = \'x\' and target.id < 2"',
      ['["1","x","x"]', '["2","y","y"]'],
    ],
    [
      "incremental_strategy='delete+insert', incremental_predicates=[\"DBT_INTERNAL_DEST.other < 'b'\"]",
      ['["1","x","x"]', '["2","y","y"]'],
    ],
  ])('%s', async (config, expected) => {
    const of = await create(`unique_key='id', ${config}`, first);
    write(`unique_key='id', ${config}`, then);
    await build(of);
    expect(await of.query('select * from stedi.events')).toEqual(expected);
  });
});

describe('a merge into more partitions than one statement writes', () => {
  const config = "unique_key='id', partitioned_by=['part'], partitions_limit=2";
  const rows = (values: string): string =>
    `select id, part, item from (values ${values}) as t (id, part, item)`;

  it('is split, and each row is merged once', async () => {
    const of = await create(config, rows("(1, 'a', 'old'), (2, 'b', 'old')"));
    write(
      config,
      rows(
        "(1, 'c', 'new'), (2, 'b', 'new'), (3, 'it''s', 'new'), (4, cast(null as varchar), 'new'), (5, 'e', 'new')",
      ),
    );
    await build(of);
    expect(await of.query('select * from stedi.events')).toEqual([
      '["1","c","new"]',
      '["2","b","new"]',
      '["3","it\'s","new"]',
      '["4",null,"new"]',
      '["5","e","new"]',
    ]);
  });

  it.each([
    [
      config,
      "(1, 'c', 'x'), (1, 'd', 'y'), (2, 'e', 'z')",
      '1 keys (id) that stand in several rows',
    ],
    [
      `${config}, merge_update_columns=['item']`,
      "(1, 'c', 'x'), (2, 'd', 'y'), (3, 'e', 'z')",
      "rows keep their 'part'",
    ],
  ])('is refused where that would be another merge: %s %s', async (settings, values, message) => {
    const of = await create(settings, rows("(1, 'a', 'old')"));
    write(settings, rows(values));
    const { code, stderr, stdout } = await of.run(['build']);
    expect(code).toBe(1);
    expect(stdout + stderr).toContain(message);
    expect(await of.query('select * from stedi.events')).toEqual(['["1","a","old"]']);
  });
});

describe('a snapshot that changes more partitions than one statement writes', () => {
  it('is refused before anything is written', async () => {
    athena = await createAthenaProject({});
    const of = athena;
    const take = (values: string): Promise<CommandOutcome> => {
      of.project.write(
        'snapshots/kept.sql',
        `{% snapshot kept %}\n{{ config(strategy='check', unique_key='id', check_cols=['item'], partitioned_by=['part'], partitions_limit=2) }}\nselect id, part, item from (values ${values}) as t (id, part, item)\n{% endsnapshot %}\n`,
      );
      return of.run(['snapshot']);
    };
    expect((await take("(1, 'a', 'old'), (2, 'b', 'old')")).code).toBe(0);
    // The row that ends lies in 'a', the new ones in 'c' and 'd'.
    const refused = await take("(1, 'c', 'new'), (2, 'b', 'old'), (3, 'd', 'new')");
    expect(refused.code).toBe(1);
    expect(refused.stdout + refused.stderr).toContain('in more partitions than the 2 that one');
    const look = 'select id, part, dbt_valid_to is null from stedi.kept';
    expect(await of.query(look)).toEqual(['["1","a","true"]', '["2","b","true"]']);
    const { code, stdout, stderr } = await take("(1, 'c', 'new'), (2, 'b', 'old')");
    expect(code, stdout + stderr).toBe(0);
    expect(await of.query(look)).toEqual([
      '["1","a","false"]',
      '["1","c","true"]',
      '["2","b","true"]',
    ]);
  });
});

describe('what a reader may see', () => {
  it('is told by --dry-run', async () => {
    const of = await create("table_type='hive'", "select 1 as id, 'a' as day");
    of.project.write(
      'models/parts.sql',
      "{{ config(materialized='table', table_type='hive', partitioned_by=['day']) }}\nselect 1 as id, 'a' as day\n",
    );
    const { stdout } = await of.run(['build', '--dry-run']);
    expect(stdout).toContain(
      'note: readers may see the files of the added rows one after the other',
    );
    expect(stdout).toContain('note: readers find the table empty until its first 100 partitions');
    const json = await of.run(['run', '--dry-run', '--output', 'json', '--select', 'events']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      nodes: [{ notes: ['readers may see the files of the added rows one after the other'] }],
    });
  });
});
