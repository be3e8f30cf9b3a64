import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, type Lake } from './testing/lake.js';

let lake: Lake;
let count = 0;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

/** Makes an Iceberg table of (id, name) and returns its name. */
async function makeTable(values = "(1, 'a'), (2, 'b'), (3, 'c')"): Promise<string> {
  const name = `t${++count}`;
  await lake.run(`CREATE TABLE ${name} WITH (table_type = 'ICEBERG', location = 's3://lake/${name}/', is_external = false)
    AS SELECT id, CAST(name AS varchar) AS name FROM (VALUES ${values}) AS v (id, name)`);
  return name;
}

describe('Iceberg tables', () => {
  it('are made by CTAS and by DDL, inserted into, and read at earlier versions', async () => {
    const name = await makeTable();
    expect(lake.glue.getTable('db', name).Parameters?.['metadata_location']).toMatch(/^s3:/);
    const inserted = await lake.run(`INSERT INTO ${name} (name, id) VALUES ('d', 4)`);
    expect(inserted.updateCount).toBe(1);
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual([
      '1|a',
      '2|b',
      '3|c',
      '4|d',
    ]);
    const [first] = await lake.rows(
      `SELECT snapshot_id FROM "${name}$snapshots" ORDER BY committed_at LIMIT 1`,
    );
    expect(
      await lake.rows(`SELECT count(*) FROM ${name} FOR VERSION AS OF ${first} AS old`),
    ).toEqual(['3']);
    expect(
      await lake.rows(
        `SELECT count(*), max(${name}.id) FROM db.${name} FOR VERSION AS OF ${first}`,
      ),
    ).toEqual(['3|3']);
    expect(
      await lake.rows(
        `SELECT count(*) FROM ${name} FOR TIMESTAMP AS OF (current_timestamp + INTERVAL '1' HOUR)`,
      ),
    ).toEqual(['4']);
    await lake.run(`CREATE TABLE made (id bigint, at timestamp, day date) PARTITIONED BY (day(at), bucket(4, id))
      LOCATION 's3://lake/made/' TBLPROPERTIES ('table_type' = 'ICEBERG')`);
    await lake.run("INSERT INTO made SELECT 1, TIMESTAMP '2024-01-01 00:00:00', DATE '2024-01-01'");
    expect(await lake.rows('SELECT * FROM made')).toEqual([
      '1|2024-01-01 00:00:00.000000|2024-01-01',
    ]);
  });

  it('have rows deleted and updated', async () => {
    const name = await makeTable();
    expect((await lake.run(`DELETE FROM ${name} WHERE id = 2`)).updateCount).toBe(1);
    expect((await lake.run(`DELETE FROM ${name} WHERE id > 99`)).updateCount).toBe(0);
    expect(
      (
        await lake.run(
          `UPDATE ${name} SET name = upper(name) || CAST(${name}.id AS varchar) WHERE id = 3`,
        )
      ).updateCount,
    ).toBe(1);
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual(['1|a', '3|C3']);
    expect((await lake.run(`UPDATE ${name} SET id = id + 1, name = NULL`)).updateCount).toBe(2);
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual(['2|NULL', '4|NULL']);
    expect(await lake.failure(`UPDATE ${name} SET id = 'x'`)).toMatch(/^2\/1002 TYPE_MISMATCH/);
    expect(await lake.failure(`UPDATE ${name} SET nope = 1`)).toMatch(/COLUMN_NOT_FOUND/);
    expect(await lake.failure(`DELETE FROM ${name} WHERE nope = 1`)).toMatch(
      /COLUMN_NOT_FOUND: line 1:\d\d: Column 'nope' cannot be resolved/,
    );
  });

  it('are merged into: the first clause that fits counts', async () => {
    const name = await makeTable();
    const source =
      "(VALUES (1, 'x'), (2, NULL), (3, 'z'), (4, 'new'), (5, 'skip')) AS v (id, name)";
    const outcome =
      await lake.run(`MERGE INTO db.${name} AS t USING (SELECT * FROM ${source}) AS s ON t.id = s.id
      WHEN MATCHED AND s.name IS NULL THEN DELETE
      WHEN MATCHED AND s.id = 1 THEN UPDATE SET name = s.name || t.name
      WHEN MATCHED THEN UPDATE SET id = t.id * 10, name = s.name
      WHEN NOT MATCHED AND s.name <> 'skip' THEN INSERT (id, name) VALUES (s.id, s.name)`);
    expect(outcome.updateCount).toBe(4);
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual(['1|xa', '4|new', '30|z']);
  });

  it('are merged into from a table, with NULL keys', async () => {
    const name = await makeTable("(1, 'a'), (NULL, 'n')");
    const other = await makeTable("(1, 'b'), (NULL, 'm')");
    await lake.run(`MERGE INTO ${name} USING ${other} ON ${name}.id = ${other}.id
      WHEN MATCHED THEN UPDATE SET name = ${other}.name
      WHEN NOT MATCHED THEN INSERT (name) VALUES (${other}.name)`);
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY name`)).toEqual([
      '1|b',
      'NULL|m',
      'NULL|n',
    ]);
  });

  it('are not merged into when a row matches twice', async () => {
    const name = await makeTable();
    expect(
      await lake.failure(`MERGE INTO ${name} t USING (VALUES (1, 'x'), (1, 'y')) AS s (id, name) ON t.id = s.id
        WHEN MATCHED THEN UPDATE SET name = s.name`),
    ).toBe(
      '2/1000 MERGE_TARGET_ROW_MULTIPLE_MATCHES: One MERGE target table row matched more than one source row',
    );
    expect(await lake.rows(`SELECT * FROM ${name} ORDER BY id`)).toEqual(['1|a', '2|b', '3|c']);
  });

  it('change their columns, properties and name', async () => {
    const name = await makeTable("(1, 'a')");
    await lake.runAll([
      `ALTER TABLE ${name} ADD COLUMNS (extra double)`,
      `ALTER TABLE ${name} CHANGE COLUMN id id bigint`,
      `ALTER TABLE ${name} DROP COLUMN name`,
      `ALTER TABLE ${name} SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = '2')`,
      `ALTER TABLE ${name} RENAME TO ${name}_new`,
    ]);
    const { columns, rows } = await lake.run(`SELECT * FROM ${name}_new`);
    expect(columns.map((column) => `${column.name} ${column.type}`)).toEqual([
      'id bigint',
      'extra double',
    ]);
    expect(rows).toEqual([['1', null]]);
    expect(await lake.failure(`ALTER TABLE ${name}_new SET LOCATION 's3://lake/other/'`)).toBe(
      '2/1200 Query type not supported by Athena Iceberg at this time',
    );
    expect(await lake.rows(`SHOW CREATE TABLE ${name}_new`)).not.toEqual([]);
  });

  it('are optimised, vacuumed and dropped with their data', async () => {
    const name = await makeTable();
    await lake.run(`INSERT INTO ${name} VALUES (4, 'd')`);
    await lake.run(`OPTIMIZE ${name} REWRITE DATA USING BIN_PACK`);
    await lake.run(`VACUUM ${name}`);
    expect(await lake.rows(`SELECT count(*) FROM ${name}`)).toEqual(['4']);
    await lake.run(`DROP TABLE ${name}`);
    expect(lake.keys(`${name}/`)).toEqual([]);
    expect(await lake.failure(`SELECT * FROM ${name}`)).toMatch(/TABLE_NOT_FOUND/);
  });

  it('tell two writers at once apart', async () => {
    const name = await makeTable();
    const results = await Promise.all([
      lake.failure(`DELETE FROM ${name} WHERE id = 1`),
      lake.failure(`UPDATE ${name} SET name = 'x' WHERE id = 1`),
    ]);
    expect(results.filter((each) => each === 'no failure')).toHaveLength(1);
    expect(results.find((each) => each !== 'no failure')).toMatch(/^2\/233 ICEBERG_COMMIT_ERROR/);
  });
});
