import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Call } from '../core/calls.js';
import type { Emulator } from '../core/emulator.js';
import { startEmulator } from '../index.js';

/*
 * dbt-athena, which knows nothing of us, builds on the local Athena. It runs where a Python has it: `python3`, or the one
 * that STEDI_SQL_PYTHON names. To have one:
 *   python3 -m venv clients && clients/bin/pip install 'dbt-core==1.10.*' 'dbt-athena==1.11.*'
 *   STEDI_SQL_PYTHON=clients/bin/python npx vitest run --project unit emulator/athena/dbt-athena.test.ts
 */

const python = process.env['STEDI_SQL_PYTHON'] ?? 'python3';
const isInstalled =
  spawnSync(python, [
    '-c',
    'import sys, importlib.util as u; sys.exit(not (u.find_spec("dbt") and u.find_spec("dbt.adapters.athena")))',
  ]).status === 0;
if (!isInstalled) {
  process.stderr.write(
    `SKIPPED: dbt-athena on the local Athena: '${python}' does not have it (see emulator/athena/dbt-athena.test.ts).\n`,
  );
}

const files = {
  'dbt_project.yml':
    'name: layers\nprofile: layers\nmodels:\n  layers:\n    +materialized: table\n',
  'profiles.yml': [
    'layers:',
    '  target: athena',
    '  outputs:',
    '    athena:',
    '      type: athena',
    '      region_name: eu-central-1',
    '      s3_staging_dir: s3://lake/results/',
    '      s3_data_dir: s3://lake/dbt/',
    '      schema: bench',
    '      database: awsdatacatalog',
    '      work_group: primary',
    '      threads: 1',
    '      poll_interval: 0.05',
    '',
  ].join('\n'),
  'models/iceberg_rows.sql': "{{ config(table_type='iceberg') }}\nselect 1 as id\n",
  'models/hive_rows.sql':
    "{{ config(table_type='hive') }}\nselect id from {{ ref('iceberg_rows') }}\n",
  'models/merged.sql': [
    "{{ config(materialized='incremental', table_type='iceberg', incremental_strategy='merge', unique_key='id') }}",
    "select id from {{ ref('hive_rows') }}\n",
  ].join('\n'),
  'models/schema.yml':
    'models:\n  - name: iceberg_rows\n    columns:\n      - {name: id, data_tests: [not_null]}\n',
};

describe.skipIf(!isInstalled)('dbt-athena', () => {
  let emulator: Emulator;
  let folder: string;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.objects.createBucket('lake');
    folder = mkdtempSync(join(tmpdir(), 'stedi-dbt-athena-'));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
  });
  afterAll(async () => {
    await emulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a build; returns its calls. */
  async function build(): Promise<readonly Call[]> {
    const before = emulator.calls.length;
    await promisify(execFile)(
      python,
      ['-m', 'dbt.cli.main', '--no-use-colors', 'build', '--profiles-dir', '.'],
      {
        cwd: folder,
        env: {
          ...process.env,
          AWS_ENDPOINT_URL: emulator.endpoint,
          AWS_ACCESS_KEY_ID: 'local',
          AWS_SECRET_ACCESS_KEY: 'local',
          DBT_SEND_ANONYMOUS_USAGE_STATS: 'false',
        },
      },
    ).catch((error: unknown) => {
      throw new Error((error as { readonly stdout: string }).stdout);
    });
    return emulator.calls.slice(before);
  }

  test('builds and rebuilds tables and merges on it, with the statements it is known for', async () => {
    const count = (calls: readonly Call[], text: string): number =>
      calls.filter(
        ({ operation, subject }) =>
          operation === 'StartQueryExecution' && subject.toLowerCase().includes(text),
      ).length;
    const first = await build();
    expect(count(first, 'create table')).toBe(3);
    const again = await build();
    // An Iceberg table is renamed twice, a Hive table dropped and made again, rows to merge staged as a table.
    expect(count(again, 'alter table `bench`.`iceberg_rows')).toBe(2);
    expect(count(again, 'merge into')).toBe(1);
    expect(count(again, 'create table')).toBe(3);
    const names = emulator.glue.listTables('bench').map(({ Name }) => Name);
    expect(names.sort()).toEqual(['hive_rows', 'iceberg_rows', 'merged']);
  });
});
