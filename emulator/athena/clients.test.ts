import { execFile, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Emulator } from '../core/emulator.js';
import { startEmulator } from '../index.js';

/*
 * Clients that others wrote do their ordinary work here. They run where a Python has them: `python3`, or the one that
 * STEDI_SQL_PYTHON names. To have one:
 *   python3 -m venv clients && clients/bin/pip install pyathena awswrangler
 *   STEDI_SQL_PYTHON=clients/bin/python npx vitest run --project unit emulator/athena/clients.test.ts
 */

const python = process.env['STEDI_SQL_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('testing/python-clients.py', import.meta.url));
const isInstalled =
  spawnSync(python, ['-c', 'import awswrangler, pyathena, pyarrow, pandas']).status === 0;
if (!isInstalled) {
  process.stderr.write(
    `SKIPPED: PyAthena and awswrangler on the local Athena: '${python}' does not have them (see emulator/athena/clients.test.ts).\n`,
  );
}

const checks = [
  'pyathena_creates_a_database',
  'pyathena_reads_json',
  'pyathena_reads_parquet',
  'pyathena_writes',
  'pyathena_pages',
  'pyathena_passes_parameters',
  'pyathena_prepares_statements',
  'pyathena_gives_pandas',
  'pyathena_tells_of_failures',
  'pyathena_reads_metadata',
  'wrangler_writes_datasets',
  'wrangler_reads_by_csv',
  'wrangler_prepares_statements',
  'wrangler_reads_by_ctas',
  'wrangler_reads_by_unload',
  'wrangler_reads_in_chunks',
  'wrangler_reads_the_catalog',
  'wrangler_describes',
  'wrangler_repairs',
  'wrangler_writes_iceberg',
  'wrangler_deletes',
];

describe.skipIf(!isInstalled)('Python clients', () => {
  let emulator: Emulator;
  let results: Readonly<Record<string, string | null>>;

  beforeAll(async () => {
    emulator = await startEmulator();
    emulator.objects.createBucket('lake');
    const { stdout } = await promisify(execFile)(python, [script, 'lake'], {
      maxBuffer: 16 * 1024 * 1024,
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: emulator.endpoint,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_DEFAULT_REGION: 'us-east-1',
        AWS_EC2_METADATA_DISABLED: 'true',
      },
    });
    results = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as typeof results;
  }, 120_000);

  afterAll(() => emulator.close());

  test('the script does these checks', () => {
    expect(Object.keys(results)).toEqual(checks);
  });

  test.each(checks)('%s', (check) => {
    expect(results[check]).toBeNull();
  });
});
