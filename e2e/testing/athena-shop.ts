import { expect } from 'vitest';
import type { Call, CallHook, EmulatorOptions } from '../../emulator/index.js';
import { openAwsClients, type AwsClients } from './athena-clients.js';
import { createAthenaProject, type AthenaProject } from './athena.js';
import type { CommandOutcome } from './project.js';

/** The Glue database of the tests' projects. */
export const database = 'stedi';
const config = 'name: shop\nmodels:\n  shop:\n    +materialized: table\n';

const rawYml = [
  'models:',
  '  - name: raw',
  '    config: {materialized: external_table, location: "s3://lake/raw", format: json}',
  '    columns:',
  '      - {name: id, data_type: bigint}',
  '      - {name: day, data_type: varchar}',
  '      - {name: note, data_type: varchar}',
  '',
].join('\n');

/** A row of the landing file. */
export type Row = readonly [id: number, day: string | null, note: string];

/** A project whose landing file the test writes. */
export class Shop {
  private constructor(
    readonly athena: AthenaProject,
    readonly clients: AwsClients,
  ) {}

  static async open(
    models: Readonly<Record<string, string>>,
    { rows = threeRows, ...options }: EmulatorOptions & { readonly rows?: readonly Row[] } = {},
  ): Promise<Shop> {
    const athena = await createAthenaProject(
      {
        'stedi_project.yml': config,
        'models/raw.yml': rawYml,
        ...Object.fromEntries(
          Object.entries(models).map(([name, sql]) => [`models/${name}`, sql] as const),
        ),
      },
      options,
    );
    const shop = new Shop(athena, openAwsClients(athena.emulator));
    await shop.land(rows);
    return shop;
  }

  async close(): Promise<void> {
    this.clients.close();
    await this.athena.close();
  }

  async land(rows: readonly Row[]): Promise<void> {
    const lines = rows.map(([id, day, note]) => JSON.stringify({ id, day, note }));
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    await this.athena.emulator.objects.put('lake', 'raw/today.json', bytes);
  }

  /** Adds a line to the target. */
  configure(line: string): void {
    const { project } = this.athena;
    project.write('stedi_project.yml', `${project.read('stedi_project.yml')}    ${line}\n`);
  }

  /** Runs a command, and returns what it said and the calls that it made. */
  async run(
    args: readonly string[],
    hook?: CallHook,
  ): Promise<CommandOutcome & { readonly calls: readonly Call[] }> {
    const { emulator } = this.athena;
    const before = emulator.calls.length;
    emulator.setHook(hook);
    const outcome = await this.athena.run([...args, '--no-color']);
    emulator.setHook(undefined);
    return { ...outcome, calls: emulator.calls.slice(before) };
  }

  /** Builds, which must succeed. */
  async build(...args: readonly string[]): Promise<readonly Call[]> {
    const { code, stdout, stderr, calls } = await this.run(['build', ...args]);
    expect(code, `${stdout}${stderr}`).toBe(0);
    return calls;
  }

  rows(model: string, columns = '*'): Promise<readonly string[]> {
    return this.athena.query(`select ${columns} from ${database}.${model}`);
  }

  async count(model: string): Promise<number> {
    const [row = '[]'] = await this.rows(model, 'count(*)');
    return Number((JSON.parse(row) as readonly string[])[0]);
  }

  tables(): readonly string[] {
    const { glue } = this.athena.emulator;
    if (!glue.listDatabases().some(({ Name }) => Name === database)) return [];
    return glue.listTables(database).map(({ Name }) => Name ?? '');
  }

  keys(prefix: string): readonly string[] {
    return this.athena.emulator.objects.list('lake', prefix).map(({ key }) => key);
  }
}

/** What lies in the landing file at first. */
export const threeRows: readonly Row[] = [
  [1, 'mon', 'one'],
  [2, 'tue', 'zwei é'],
  [3, 'tue', 'three'],
];
/** Rows as `Shop.rows` returns them. */
export const asTexts = (rows: readonly Row[]): readonly string[] =>
  rows.map(([id, day, note]) => JSON.stringify([String(id), day, note])).sort();

const all = "select id, day, note from {{ ref('raw') }}\n";
const newer =
  "select id, day, note from {{ ref('raw') }}{% if is_incremental() %} where day > (select max(day) from {{ this }}){% endif %}\n";
const incremental = (settings: string, sql = all): string =>
  `{{ config(materialized='incremental', ${settings}) }}\n${sql}`;

/** A model of every kind, by the file below `models/`. */
export const everyKind: Readonly<Record<string, string>> = {
  'orders.sql': all,
  'orders.yml': 'models:\n  - name: orders\n    columns: [{name: id, data_tests: [not_null]}]\n',
  'hive_orders.sql': `{{ config(table_type='hive') }}\nselect id, day, note from {{ ref('orders') }}\n`,
  'hive_days.sql': `{{ config(table_type='hive', partitioned_by=['day']) }}\n${all}`,
  'overview.sql': `{{ config(materialized='view') }}\n${all}`,
  'kept.sql': `{{ config(keep_history=true) }}\n${all}`,
  'merged.sql': incremental("unique_key='id'"),
  'appended.sql': incremental("incremental_strategy='append'", newer),
  'hive_appended.sql': incremental("incremental_strategy='append', table_type='hive'", newer),
  'replaced.sql': incremental("incremental_strategy='delete+insert', unique_key='id'"),
  'overwritten.sql': incremental(
    "incremental_strategy='insert_overwrite', table_type='hive', partitioned_by=['day']",
  ),
  'iceberg_overwritten.sql': incremental(
    "incremental_strategy='insert_overwrite', partitioned_by=['day']",
  ),
};

/** The names of `everyKind`'s tables and views, the landing table included. */
export const everyName: readonly string[] = [
  'raw',
  ...Object.keys(everyKind)
    .filter((path) => path.endsWith('.sql'))
    .map((path) => path.slice(0, -'.sql'.length)),
];

const nameOfDay = (day: number): string => `d${String(day).padStart(4, '0')}`;

/** The landing file of a day: five rows, two of them with ids of the day before, one of them late by a day. */
export function rowsOfDay(day: number): readonly Row[] {
  return Array.from({ length: 5 }, (_, index): Row => {
    const name = nameOfDay(index === 0 ? day - 1 : day);
    return [day * 3 + index, name, `landed on day ${day}`];
  });
}

/** Rows by the name of the table or view that holds them, as texts. */
export type Contents = Readonly<Record<string, readonly string[]>>;

/** Returns what `everyKind` holds after a build on each of the days 1 to `days`. */
export function expectedContents(days: number): Contents {
  const landed = Array.from({ length: days }, (_, index) => rowsOfDay(index + 1));
  const today = landed.at(-1) ?? [];
  const last = (by: (row: Row) => unknown): readonly Row[] => {
    const kept = new Map<unknown, readonly Row[]>();
    for (const rows of landed) {
      for (const key of new Set(rows.map(by))) {
        kept.set(
          key,
          rows.filter((row) => by(row) === key),
        );
      }
    }
    return [...kept.values()].flat();
  };
  // Rows of a day that came late are not newer than what is there.
  const appended = landed.flatMap((rows, index) =>
    rows.filter(([, day]) => index === 0 || (day ?? '') > nameOfDay(index)),
  );
  const merged = last(([id]) => id);
  const overwritten = last(([, day]) => day);
  const special: Readonly<Record<string, readonly Row[]>> = {
    ...{ merged, replaced: merged },
    ...{ appended, hive_appended: appended },
    ...{ overwritten, iceberg_overwritten: overwritten },
  };
  return Object.fromEntries(everyName.map((name) => [name, asTexts(special[name] ?? today)]));
}

/** Returns what `everyKind` holds. */
export async function contentsOf(shop: Shop): Promise<Contents> {
  const entries: [string, readonly string[]][] = [];
  for (const name of everyName) entries.push([name, await shop.rows(name, 'id, day, note')]);
  return Object.fromEntries(entries);
}
