import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAthenaProject, type AthenaProject } from '../testing/athena.js';

/** More than the 100 that one statement may open. */
const parts = 130;
const rows = (round: number): string => `select n as id, ${round} as round, n % ${parts} as part
from unnest(sequence(1, ${parts * 2})) as t (n)
`;
const hive = "table_type='hive', partitioned_by=['part']";
const iceberg = "partitioned_by=['part']";
const configs: Readonly<Record<string, string>> = {
  hive: `materialized='table', ${hive}`,
  iceberg: `materialized='table', ${iceberg}`,
  overwritten: `materialized='incremental', incremental_strategy='insert_overwrite', ${hive}`,
  merged: `materialized='incremental', unique_key='id', ${iceberg}`,
};

describe('more than 100 partitions on Trino', () => {
  let athena: AthenaProject;
  beforeAll(async () => {
    athena = await createAthenaProject(
      Object.fromEntries(
        Object.entries(configs).map(([name, config]) => [
          `models/${name}.sql`,
          `{{ config(${config}) }}\n${rows(0).replace(' 0 as', " {{ var('round') }} as")}`,
        ]),
      ),
    );
  });
  afterAll(() => athena.close());

  it.each([1, 2])('are written in round %i', async (round) => {
    const { code, stdout, stderr } = await athena.run(['build', '--vars', `round: ${round}`]);
    expect(code, stdout + stderr).toBe(0);
    for (const name of Object.keys(configs)) {
      const sql = `select count(*), count(distinct part), min(round), max(round) from stedi.${name}`;
      const found = await athena.query(sql);
      expect(found, name).toEqual([`["${parts * 2}","${parts}","${round}","${round}"]`]);
    }
  });

  it.each([
    ['HIVE', "external_location='s3://lake/own/h', partitioned_by=ARRAY['part']"],
    ['ICEBERG', "location='s3://lake/own/i', is_external=false, partitioning=ARRAY['part']"],
  ])('are refused in one statement of a %s table, as on Athena', async (type, properties) => {
    const sql = `create table stedi.own with (table_type='${type}', ${properties}) as ${rows(1)}`;
    await expect(athena.query(sql)).rejects.toThrow(
      new RegExp(`${type}_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers`),
    );
  });
});
