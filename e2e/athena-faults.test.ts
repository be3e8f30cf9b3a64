import type { Table } from '@aws-sdk/client-glue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../src/land/generate/random.js';
import type { Call, Fault } from '../emulator/index.js';
import { createAthenaProject, lakehouseFiles, type AthenaProject } from './testing/athena.js';
import { sampleLanding } from './testing/lakehouse.js';
import { lakehouseModels } from './testing/lakehouse-models.js';
import type { CommandOutcome } from './testing/project.js';
import { findUnreadKeys } from './testing/unread-keys.js';

/** `npm run test:faults` kills at every call; `npm test` at some, chosen from a seed. */
const isFull = process.env['STEDI_FAULTS'] === 'full';
/** In full, only at calls that are about this: the text of a statement, `database.table`, `bucket/key`. */
const about = process.env['STEDI_FAULTS_ABOUT'];
/** `STEDI_FAULTS_PART=2/10` leaves all but every tenth kill out, from the second on: for slow machines. */
const [part = 1, parts = 1] = (process.env['STEDI_FAULTS_PART'] ?? '1/1').split('/').map(Number);

/** Names in the database that a project's target names, or `database.name`. */
const database = 'stedi';
/** Tables that switch in one call: a reader sees the rows of one build, whole. */
const atomic = ['orders', 'hive_orders', 'merged', 'appended', 'replaced'] as const;
/** A Hive table whose partitions switch one after another (docs/adr/0006). */
const partitioned = ['overwritten'] as const;
/** A Hive table that rows are added to, under a lease. */
const added = ['hive_appended'] as const;
const tables: readonly string[] = ['raw', 'overview', ...atomic, ...partitioned, ...added];

const files: Readonly<Record<string, string>> = {
  'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
  'models/raw.yml': [
    'models:',
    '  - name: raw',
    '    config: {materialized: external_table, location: "s3://lake/raw", format: json}',
    '    columns:',
    '      - {name: id, data_type: bigint}',
    '      - {name: day, data_type: varchar}',
    '  - name: merged',
    '    columns:',
    '      - name: id',
    '        data_tests: [unique, not_null]',
    '  - name: orders',
    '    columns:',
    '      - name: id',
    '        data_tests: [not_null]',
    '',
  ].join('\n'),
  'models/orders.sql': "select id, day from {{ ref('raw') }}\n",
  'models/hive_orders.sql':
    "{{ config(table_type='hive') }}\nselect id, day from {{ ref('orders') }}\n",
  'models/overview.sql':
    "{{ config(materialized='view') }}\nselect day, count(*) as n from {{ ref('orders') }} group by day\n",
  'models/merged.sql':
    "{{ config(materialized='incremental', unique_key='id') }}\nselect id, day from {{ ref('raw') }}\n",
  'models/appended.sql': [
    "{{ config(materialized='incremental', incremental_strategy='append') }}",
    "select id, day from {{ ref('raw') }}",
    '{% if is_incremental() %} where day > (select max(day) from {{ this }}) {% endif %}',
    '',
  ].join('\n'),
  'models/hive_appended.sql': [
    "{{ config(materialized='incremental', incremental_strategy='append', table_type='hive') }}",
    "select id, day from {{ ref('raw') }}",
    '{% if is_incremental() %} where day > (select max(day) from {{ this }}) {% endif %}',
    '',
  ].join('\n'),
  'models/replaced.sql': [
    "{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key='id') }}",
    "select id, day from {{ ref('raw') }}",
    '',
  ].join('\n'),
  'models/overwritten.sql': [
    "{{ config(materialized='incremental', incremental_strategy='insert_overwrite', table_type='hive', partitioned_by=['day']) }}",
    "select id, day from {{ ref('raw') }}",
    '',
  ].join('\n'),
};

/** A fault at the `at`-th call of a build that is not a poll. */
interface Kill {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Returns a kill before and one after each of a build's calls. */
function everyKill(calls: number): readonly Kill[] {
  return Array.from({ length: calls }, (_, index) => index + 1).flatMap((at): Kill[] => [
    { at, when: 'before' },
    { at, when: 'after' },
  ]);
}

const isPoll = ({ operation }: Call): boolean =>
  operation === 'GetQueryExecution' || operation === 'BatchGetQueryExecution';

/** What readers of a table are shown: changes exactly when the table is switched. */
function pointerOf(table: Table): string {
  return table.Parameters?.['metadata_location'] ?? table.StorageDescriptor?.Location ?? '';
}

/** What a reader saw who looked at every call of a build. */
interface Sights {
  /** Of each table that switches in one call: what it pointed to, and its definition. */
  readonly pointers: ReadonlyMap<string, ReadonlyMap<string, Table>>;
  /** Of the table whose partitions switch: their locations, each by its value. */
  readonly partitions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Of the table that rows are added to: its files, at each call. */
  readonly addedFiles: readonly (readonly string[])[];
}

/** A project on a local Athena, and what its readers saw. */
class Lake {
  private constructor(
    readonly athena: AthenaProject,
    /** The relations that readers know, as SQL names them. */
    private readonly relations: readonly string[],
    private readonly threads = 1,
  ) {}

  static async open(): Promise<Lake> {
    const relations = tables.map((name) => `${database}.${name}`);
    return new Lake(await createAthenaProject(files), relations);
  }

  /** The STEDI lakehouse over the sample. */
  static async openLakehouse(targetKeys: readonly string[] = []): Promise<Lake> {
    const landing = sampleLanding;
    const athena = await createAthenaProject(lakehouseFiles(), { landing, targetKeys });
    return new Lake(athena, lakehouseModels, targetKeys.length === 0 ? 1 : 4);
  }

  /** Lands the files of a day: ten rows, five of them with keys of the day before. */
  async land(day: number): Promise<void> {
    const rows = Array.from({ length: 10 }, (_, index) => ({
      id: day * 5 + index,
      day: `d${String(day).padStart(4, '0')}`,
    }));
    const lines = rows.map((row) => JSON.stringify(row)).join('\n');
    await this.athena.emulator.objects.put('lake', 'raw/today.json', Buffer.from(`${lines}\n`));
  }

  /** The databases of the relations. */
  private get databases(): readonly string[] {
    return [...new Set(this.relations.map((relation) => relation.split('.')[0] ?? ''))];
  }

  /** The files that a Hive table has. */
  filesOf(table: Table): readonly string[] {
    const folder = (table.StorageDescriptor?.Location ?? '').replace('s3://lake/', '');
    const files = this.athena.emulator.objects.list('lake', `${folder.replace(/\/$/u, '')}/`);
    return files.map(({ key }) => key);
  }

  /** What no table leads to. */
  unreadKeys(): Promise<readonly string[]> {
    return findUnreadKeys(this.athena.emulator, this.databases);
  }

  /** Builds; kills the command at a call, if asked. Returns `undefined` for a command that was killed. */
  async build(kill?: Kill): Promise<
    Sights & {
      readonly outcome: CommandOutcome | undefined;
      readonly calls: number;
      /** What each of the calls was about. */
      readonly subjects: readonly string[];
    }
  > {
    const { emulator, project, env } = this.athena;
    const args = ['build', '--threads', String(this.threads), '--no-color'];
    const running = kill && project.launch(args, { env });
    const { glue } = emulator;
    /** What a reader has seen, and so must go on seeing. */
    const published = new Set<string>();
    const pointers = new Map<string, Map<string, Table>>();
    const partitions = new Map<string, Set<string>>();
    const addedFiles: (readonly string[])[] = [];
    /** The first table that was missing for a reader. */
    let missing: string | undefined;
    const look = (): void => {
      const there = new Set(glue.listDatabases().map(({ Name }) => Name));
      for (const relation of this.relations) {
        const [schema = '', name = ''] = relation.split('.');
        const table = there.has(schema) ? glue.findTable(schema, name) : undefined;
        if (table === undefined) {
          if (published.has(relation)) missing ??= relation;
          continue;
        }
        published.add(relation);
        const seen = pointers.get(name) ?? new Map<string, Table>();
        pointers.set(name, seen.set(pointerOf(table), table));
        if ((added as readonly string[]).includes(name)) addedFiles.push(this.filesOf(table));
        if (!(partitioned as readonly string[]).includes(name)) continue;
        for (const { Values = [], StorageDescriptor } of glue.listPartitions(schema, name)) {
          const value = Values.join('/');
          const places = partitions.get(value) ?? new Set<string>();
          partitions.set(value, places.add(StorageDescriptor?.Location ?? ''));
        }
        // A partition that was there stays.
        const now = glue.listPartitions(schema, name).map(({ Values = [] }) => Values.join('/'));
        if ([...partitions.keys()].some((value) => !now.includes(value))) missing ??= relation;
      }
    };
    let calls = 0;
    const subjects: string[] = [];
    let killed = false;
    emulator.setHook((call): Fault | undefined => {
      look();
      if (isPoll(call) || killed) return undefined;
      calls += 1;
      subjects.push(call.subject);
      if (calls !== kill?.at) return undefined;
      killed = true;
      const strike = (): void => running?.kill('SIGKILL');
      if (kill.when === 'after') return { onEffect: strike, after: 'drop' };
      strike();
      return { before: 'drop' };
    });
    const outcome = await (running?.ended ?? this.athena.run(args));
    emulator.setHook(undefined);
    look();
    expect(missing).toBeUndefined();
    const sights = { pointers, partitions, addedFiles };
    return { outcome: killed ? undefined : outcome, calls, subjects, ...sights };
  }

  /** A table as Glue has it now. */
  tableOf(name: string): Table {
    const table = this.athena.emulator.glue.findTable(database, name);
    if (table === undefined) throw new Error(`${name} is not there`);
    return table;
  }

  /** The rows of every table. */
  async contents(): Promise<Readonly<Record<string, readonly string[]>>> {
    const entries: [string, readonly string[]][] = [];
    for (const relation of this.relations) {
      const name = relation.slice(relation.indexOf('.') + 1);
      entries.push([name, await this.athena.query(`select * from ${relation}`)]);
    }
    return Object.fromEntries(entries);
  }

  /** The rows that a reader of a table saw while it pointed there. */
  async rowsAt(table: Table): Promise<readonly string[]> {
    const { glue } = this.athena.emulator;
    if (!glue.listDatabases().some(({ Name }) => Name === 'probe')) {
      glue.createDatabase({ Name: 'probe' });
    }
    const { Name, StorageDescriptor, Parameters, TableType } = table;
    glue.createTable('probe', { Name, StorageDescriptor, Parameters, TableType });
    const rows = await this.athena.query(`select * from probe.${Name ?? ''}`);
    glue.deleteTable('probe', Name ?? '');
    return rows;
  }
}

/** The ids of a day's rows, as texts in order. */
function idsOf(rows: readonly string[] | undefined, day: string): readonly string[] {
  return (rows ?? [])
    .map((row) => JSON.parse(row) as readonly [id: string, day: string])
    .filter((row) => row[1] === day)
    .map(([id]) => JSON.stringify([id]))
    .sort();
}

describe('a build that is killed', () => {
  let disturbed: Lake;
  let undisturbed: Lake;
  let calls: number;
  let subjects: readonly string[];
  beforeAll(async () => {
    [disturbed, undisturbed] = await Promise.all([Lake.open(), Lake.open()]);
    for (const day of [1, 2]) {
      for (const lake of [disturbed, undisturbed]) {
        await lake.land(day);
        const { outcome, ...made } = await lake.build();
        if (outcome?.code !== 0)
          throw new Error(`${outcome?.stdout ?? ''}${outcome?.stderr ?? ''}`);
        ({ calls, subjects } = made);
      }
    }
  });
  afterAll(async () => {
    await disturbed.athena.close();
    await undisturbed.athena.close();
  });

  it('starts from the same rows', async () => {
    expect(calls).toBeGreaterThan(20);
    expect(await disturbed.contents()).toEqual(await undisturbed.contents());
  });

  const timeout = isFull ? 3_600_000 : 300_000;
  it(
    'at any call loses nothing, shows readers nothing half done, and is made good by the next build',
    async () => {
      const random = createRandom('kills');
      const all = everyKill(calls);
      const kills = isFull
        ? all
            .filter(({ at }) => about === undefined || subjects[at - 1]?.includes(about) === true)
            .filter((_, index) => index % parts === part - 1)
        : Array.from({ length: 10 }, () => all[Math.floor(random.fraction() * all.length)]).filter(
            (kill) => kill !== undefined,
          );
      let day = 2;
      for (const kill of kills) {
        day += 1;
        const title = `killed ${kill.when} call ${kill.at} on day ${day}`;
        if (isFull) process.stdout.write(`${title} (${day - 2} of ${kills.length})\n`);
        const before = await undisturbed.contents();
        const filesBefore = disturbed.filesOf(disturbed.tableOf(added[0]));
        await undisturbed.land(day);
        await disturbed.land(day);
        expect((await undisturbed.build()).outcome?.code).toBe(0);
        const after = await undisturbed.contents();

        const broken = await disturbed.build(kill);
        const mended = await disturbed.build();
        expect(
          mended.outcome?.code,
          `${title}\n${mended.outcome?.stdout ?? ''}${mended.outcome?.stderr ?? ''}`,
        ).toBe(0);
        expect(await disturbed.contents(), title).toEqual(after);
        for (const run of [broken, mended]) {
          for (const name of atomic) {
            for (const table of run.pointers.get(name)?.values() ?? []) {
              const seen = await disturbed.rowsAt(table);
              expect([before[name], after[name]], `${name}, ${title}`).toContainEqual(seen);
            }
          }
          for (const name of partitioned) {
            const table = disturbed.tableOf(name);
            for (const [value, places] of run.partitions) {
              for (const location of places) {
                const seen = await disturbed.rowsAt({
                  ...table,
                  StorageDescriptor: { ...table.StorageDescriptor, Location: location },
                });
                expect(
                  [idsOf(before[name], value), idsOf(after[name], value)],
                  `${name} of ${value}, ${title}`,
                ).toContainEqual(seen);
              }
            }
          }
          // One statement adds the rows, in one file: none of them, or all.
          for (const seen of run.addedFiles) {
            expect(seen, title).toEqual(expect.arrayContaining([...filesBefore]));
            expect(seen.length - filesBefore.length, title).toBeLessThanOrEqual(1);
          }
        }
      }
    },
    timeout,
  );

  it('leaves nothing that gc does not find, and gc takes nothing that is needed', async () => {
    const before = await disturbed.contents();
    const collected = await disturbed.athena.run(['gc', '--apply', '--grace', '0m']);
    expect(collected.stderr).toBe('');
    expect(collected.code).toBe(0);
    expect(await disturbed.contents()).toEqual(before);
    expect(await disturbed.unreadKeys()).toEqual([]);
    const names = disturbed.athena.emulator.glue.listTables(database).map(({ Name }) => Name);
    expect(names.sort()).toEqual([...tables].sort());
    const again = await disturbed.athena.run(['gc', '--grace', '0m']);
    expect(again.stdout).toContain('Nothing');
  });
});

describe.each([
  { title: 'the small project', open: () => Lake.open(), few: 3 },
  { title: 'the STEDI lakehouse', open: () => Lake.openLakehouse(), few: 2 },
  {
    title: 'the STEDI lakehouse, staged ahead,',
    open: () => Lake.openLakehouse(['stage_ahead: true']),
    few: 1,
  },
])('a first build of $title that is killed', ({ open, few }) => {
  const timeout = isFull ? 7_200_000 : 300_000;
  it(
    'is made good by the next one, wherever it was',
    async () => {
      const whole = await open();
      await whole.land(1);
      const { outcome, calls } = await whole.build();
      expect(outcome?.code, outcome?.stdout).toBe(0);
      const expected = await whole.contents();
      await whole.athena.close();

      const all = everyKill(calls);
      // A few, spread over the whole build.
      const stride = Math.floor(all.length / few);
      const kills = all.filter((_, index) =>
        isFull ? index % parts === part - 1 : index % stride === Math.floor(stride / 2),
      );
      expect(kills.length).toBeGreaterThan(0);
      for (const [index, kill] of kills.entries()) {
        const title = `killed ${kill.when} call ${kill.at} of ${calls}`;
        if (isFull) process.stdout.write(`${title} (${index + 1} of ${kills.length})\n`);
        const lake = await open();
        await lake.land(1);
        const broken = await lake.build(kill);
        const mended = await lake.build();
        expect.soft(mended.outcome?.code, `${title}\n${mended.outcome?.stderr ?? ''}`).toBe(0);
        if (mended.outcome?.code === 0) {
          for (const { pointers } of [broken, mended]) {
            for (const [name, tables] of pointers) {
              for (const table of tables.values()) {
                // A view has no rows of its own; partitions of a new table follow it.
                if (pointerOf(table) === '' || (table.PartitionKeys ?? []).length > 0) continue;
                expect.soft(await lake.rowsAt(table), `${name}, ${title}`).toEqual(expected[name]);
              }
            }
          }
          const collected = await lake.athena.run(['gc', '--apply', '--grace', '0m']);
          expect.soft(collected, title).toMatchObject({ code: 0, stderr: '' });
          expect.soft(await lake.contents(), title).toEqual(expected);
          expect.soft(await lake.unreadKeys(), title).toEqual([]);
          const again = await lake.athena.run(['gc', '--grace', '0m']);
          expect.soft(again.stdout, title).toContain('Nothing');
        }
        await lake.athena.close();
      }
    },
    timeout,
  );
});
