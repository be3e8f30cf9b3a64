import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from '../testing/athena.js';

let athena: AthenaProject | undefined;
afterEach(async () => {
  await athena?.close();
  athena = undefined;
});

const person = 'erased@example.com';

/** Returns the Parquet files below a prefix that have a row of the person, by reading each of them. */
async function filesWithPerson({ emulator }: AthenaProject, prefix: string): Promise<string[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const duckdb = await instance.connect();
  const files = emulator.objects.list('lake', prefix).filter(({ key }) => key.endsWith('.parquet'));
  const found: string[] = [];
  for (const { key, path } of files) {
    const described = await duckdb.runAndReadAll(`describe select * from read_parquet('${path}')`);
    const columns = described.getRows().map(([name]) => String(name));
    // A file of deletes has positions only.
    if (!columns.includes('email')) continue;
    const result = await duckdb.runAndReadAll(
      `select count(*) from read_parquet('${path}') where email = '${person}'`,
    );
    if (Number(result.getRows()[0]?.[0]) > 0) found.push(key);
  }
  duckdb.closeSync();
  return found;
}

it('leaves no file with an erased person after DELETE, OPTIMIZE and VACUUM', async () => {
  athena = await createAthenaProject({
    'models/customers.sql': `{{ config(materialized='incremental', unique_key='id', table_properties={'vacuum_max_snapshot_age_seconds': '1'}) }}
select n as id, if(n % 100 = {{ var('day') }}, '${person}', 'c' || cast(n as varchar) || '@example.com') as email
from unnest(sequence(1, 1000)) as t (n)
where n % 3 = {{ var('day') }}
`,
  });
  for (const day of [0, 1, 2]) {
    const { code, stdout, stderr } = await athena.run(['build', '--vars', `day: ${day}`]);
    expect(code, stdout + stderr).toBe(0);
  }
  const folder = 'tables/stedi/customers/';
  const count = `select count(*), count_if(email = '${person}') from stedi.customers`;
  expect(await athena.query(count)).toEqual(['["1000","11"]']);
  expect((await filesWithPerson(athena, folder)).length).toBeGreaterThan(1);

  await athena.query(`delete from stedi.customers where email = '${person}'`);
  expect(await athena.query(count)).toEqual(['["989","0"]']);
  // Trino writes files of deletes: the rows are still in the files.
  expect((await filesWithPerson(athena, folder)).length).toBeGreaterThan(1);
  await athena.query('optimize stedi.customers rewrite data using bin_pack');
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await athena.query('vacuum stedi.customers');

  expect(await athena.query(count)).toEqual(['["989","0"]']);
  expect(await filesWithPerson(athena, folder)).toEqual([]);

  // The table goes on as before.
  const { code, stdout, stderr } = await athena.run(['build', '--vars', 'day: 1']);
  expect(code, stdout + stderr).toBe(0);
  expect(await athena.query('select count(*) from stedi.customers')).toEqual(['["993"]']);
});
