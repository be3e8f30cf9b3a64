import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createAthenaProject } from './testing/athena.js';
import { createProject, type CommandOutcome } from './testing/project.js';

// What dbt's snapshots hold after each step: recorded by fixtures/snapshots/record.py. A step in which nothing changes may be
// left out.

type Value = string | number | null;
type Row = Readonly<Record<string, Value>>;

interface Source {
  readonly title: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly Value[])[];
}

function fixture(name: string): unknown {
  const path = fileURLToPath(new URL(`../fixtures/snapshots/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8'));
}

const { snapshots } = fixture('steps') as {
  readonly snapshots: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};
const sources = fixture('sources') as readonly Source[];
const expected = fixture('expected') as Readonly<Record<string, readonly (readonly Row[])[]>>;

/** The names that a snapshot gives to its own columns. */
function columnNames(config: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return (config['snapshot_meta_column_names'] ?? {}) as Readonly<Record<string, string>>;
}

/** The model `source` with the rows of a step. */
function modelOf({ columns, rows }: Source): string {
  const literal = (value: Value, type: string): string =>
    `cast(${value === null ? 'null' : `'${String(value)}'`} as ${type === 'TIMESTAMP' ? 'timestamp(6)' : type})`;
  const select = (row: readonly Value[]): string =>
    `select ${columns.map(([name, type], at) => `${literal(row[at] ?? null, type)} as ${name}`).join(', ')}`;
  const empty = `${select(columns.map(() => null))} where 1 = 0`;
  return [...rows.map(select), empty].join('\nunion all ');
}

function filesOf(names: readonly string[]): Readonly<Record<string, string>> {
  const entries = names.map((name) => ({
    name,
    relation: "ref('source')",
    config: snapshots[name],
    columns: [
      {
        name: columnNames(snapshots[name] ?? {})['dbt_scd_id'] ?? 'dbt_scd_id',
        data_tests: ['unique', 'not_null'],
      },
    ],
  }));
  return {
    'stedi_project.yml': 'name: shop\nmodels:\n  shop:\n    +materialized: table\n',
    'snapshots/all.yml': JSON.stringify({ snapshots: entries }),
  };
}

/** Times as dbt's are recorded: those of a run by its number. */
function toRecorded(value: string, runs: readonly (readonly [number, string])[]): string {
  if (!/^\d{4}-\d\d-\d\d /.test(value)) return value;
  const run = runs.find(([, time]) => value.startsWith(time));
  return run === undefined ? value : `run ${String(run[0])}`;
}

const sorted = (rows: readonly Row[]): readonly string[] =>
  rows
    .map((row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1))))
    .sort();

interface Ours {
  readonly write: (path: string, content: string) => void;
  readonly build: () => Promise<CommandOutcome>;
  readonly rows: (sql: string) => Promise<readonly Row[]>;
  /** When the last build began: `2026-01-31 12:00:00.000`. */
  readonly startedAt: () => string;
}

/** Goes through the steps, and compares the rows with dbt's after those that `compared` names. */
async function follow(
  ours: Ours,
  {
    names,
    steps,
    compared,
  }: {
    readonly names: readonly string[];
    readonly steps: readonly number[];
    readonly compared: readonly number[];
  },
): Promise<void> {
  const runs: [number, string][] = [];
  for (const step of steps) {
    const source = sources[step - 1];
    if (source === undefined) throw new Error(`there is no step ${String(step)}`);
    ours.write('models/source.sql', modelOf(source));
    const { code, stdout, stderr } = await ours.build();
    expect(code, `${source.title}: ${stdout}${stderr}`).toBe(0);
    runs.push([step, ours.startedAt()]);
    if (!compared.includes(step)) continue;
    // One look at all of them, because each costs the start of the command.
    const parts = names.map((name) => {
      const columns = Object.keys(expected[name]?.[step - 1]?.[0] ?? {});
      return { name, columns };
    });
    const shown = await ours.rows(
      parts
        .map(
          ({ name, columns }) =>
            `select '${name}' as snapshot, ${columns.map((column) => `coalesce(CAST("${column}" AS varchar), 'NULL')`).join(` || '|' || `)} as fields from {{ ref('${name}') }}`,
        )
        .join('\nunion all '),
    );
    for (const { name, columns } of parts) {
      const found = shown
        .filter((row) => row['snapshot'] === name)
        .map((row) => {
          const fields = String(row['fields']).split('|');
          return Object.fromEntries(
            columns.map((column, at) => [column, toRecorded(fields[at] ?? '', runs)]),
          );
        });
      const wanted = (expected[name]?.[step - 1] ?? []).map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([column, value]) => [
            column,
            value === null ? 'NULL' : String(value),
          ]),
        ),
      );
      expect(sorted(found), `${name}: ${source.title}`).toEqual(sorted(wanted));
    }
  }
}

let close: (() => Promise<void> | void) | undefined;
afterEach(async () => {
  await close?.();
  close = undefined;
});

function startedAtOf(json: (path: string) => unknown): string {
  const { metadata } = json('target/run_results.json') as {
    readonly metadata: { readonly invocation_started_at: string };
  };
  return metadata.invocation_started_at.replace('T', ' ').replace('Z', '');
}

describe('snapshots hold what dbt’s hold', () => {
  const names = Object.keys(snapshots);

  it('on the local engine, for every strategy and way of deleting', async () => {
    const project = createProject(filesOf(names));
    close = () => project.remove();
    await follow(
      {
        write: (path, content) => project.write(path, content),
        build: () => Promise.resolve(project.run(['build'])),
        rows: (sql) => Promise.resolve(project.rows(sql) as readonly Row[]),
        startedAt: () => startedAtOf((path) => project.json(path)),
      },
      { names, steps: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11], compared: [7, 11] },
    );
  });

  it('on the lakehouse', async () => {
    const some = ['check_invalidate', 'current_end'];
    const athena = await createAthenaProject(filesOf(some));
    close = () => athena.close();
    await follow(
      {
        write: (path, content) => athena.project.write(path, content),
        build: () => athena.run(['build']),
        rows: async (sql) => (await athena.rows(sql)) as readonly Row[],
        startedAt: () => startedAtOf((path) => athena.project.json(path)),
      },
      { names: some, steps: [1, 3, 4, 6, 7, 8, 9, 10], compared: [10] },
    );
  });
});
