import { describe, expect, it } from 'vitest';
import { iceberg, openAthena, type Case } from './open-athena.js';

const { run, rows, failure, fresh, keys, emulator } = await openAthena();

const rules: readonly Case[] = [
  [
    'DDL takes whitelisted properties alone; EXTERNAL is refused for Iceberg and required otherwise',
    async () => {
      const name = fresh();
      const ddl = (rest: string, external = ''): string =>
        `CREATE ${external} TABLE ${name} (a int, ts timestamp) LOCATION 's3://lake/${name}/' ${rest}`;
      const properties = "TBLPROPERTIES ('table_type' = 'ICEBERG'";
      expect(await failure(ddl(`${properties})`, 'EXTERNAL'))).toContain(
        'External keyword not supported for table type ICEBERG',
      );
      expect(await failure(ddl(''))).toContain('External keyword required');
      expect(await failure(ddl(`${properties}, 'mine' = '1')`))).toContain(
        'Unsupported table property key: mine',
      );
      await run(ddl(`${properties}, 'vacuum_min_snapshots_to_keep' = '2')`));
    },
  ],
  [
    'transforms are year, month, day, hour, bucket, truncate; the number is first in DDL and last in CTAS',
    async () => {
      const ddl = (field: string): string => {
        const name = fresh();
        return `CREATE TABLE ${name} (id int, s string, ts timestamp) PARTITIONED BY (${field}) LOCATION 's3://lake/${name}/' TBLPROPERTIES ('table_type' = 'ICEBERG')`;
      };
      for (const each of [
        'year(ts)',
        'month(ts)',
        'day(ts)',
        'hour(ts)',
        'bucket(16, id)',
        'truncate(2, s)',
      ]) {
        await run(ddl(each));
      }
      expect(await failure(ddl('bucket(id, 16)'))).toMatch(/^(2|Invalid)/);
      expect(await failure(ddl('week(ts)'))).toMatch(/^(2|Invalid)/);
      const ctas = (field: string): string => {
        const name = fresh();
        return `CREATE TABLE ${name} WITH (${iceberg(name)}, partitioning = ARRAY['${field}']) AS SELECT 1 AS id`;
      };
      await run(ctas('bucket(id, 16)'));
      expect(await failure(ctas('bucket(16, id)'))).toMatch(/^2/);
    },
  ],
  [
    'tables are of version 2; of two writers at once the later fails with ICEBERG_COMMIT_ERROR, type 233, if it cannot be redone',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      const address = emulator.glue.getTable('db', name).Parameters?.['metadata_location'] ?? '';
      const metadata: unknown = JSON.parse(
        Buffer.from(
          await emulator.objects.read('lake', address.replace('s3://lake/', '')),
        ).toString(),
      );
      expect(metadata).toMatchObject({ 'format-version': 2 });
      const ended = await Promise.all(
        Array.from({ length: 6 }, (_, index) => failure(`UPDATE ${name} SET a = ${index + 10}`)),
      );
      expect(ended.some((each) => each.includes('SUCCEEDED'))).toBe(true);
      for (const each of ended.filter((one) => !one.includes('SUCCEEDED'))) {
        expect(each).toMatch(/\/233 ICEBERG_COMMIT_ERROR/);
      }
    },
  ],
  [
    'ALTER adds, drops, changes (wider, renamed, moved) columns, renames the table, sets and unsets properties, and nothing else',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a, CAST(1 AS real) AS b, CAST(1 AS decimal(5, 2)) AS c`,
      );
      for (const change of [
        'ADD COLUMNS (d string)',
        'CHANGE COLUMN a a bigint',
        'CHANGE COLUMN b b double',
        'CHANGE COLUMN c c decimal(9, 2)',
        'CHANGE COLUMN d e string',
        'CHANGE COLUMN e e string FIRST',
        'DROP COLUMN e',
        "SET TBLPROPERTIES ('vacuum_min_snapshots_to_keep' = '3')",
        "UNSET TBLPROPERTIES ('vacuum_min_snapshots_to_keep')",
      ]) {
        await run(`ALTER TABLE ${name} ${change}`);
      }
      for (const change of [
        'CHANGE COLUMN a a int',
        'CHANGE COLUMN a a string',
        "SET TBLPROPERTIES ('mine' = '1')",
        'REPLACE COLUMNS (z int)',
        "SET LOCATION 's3://lake/elsewhere/'",
        "ADD PARTITION (a = '1')",
        "DROP PARTITION (a = '1')",
        "PARTITION (a = '1') RENAME TO PARTITION (a = '2')",
      ]) {
        expect(await failure(`ALTER TABLE ${name} ${change}`), change).toMatch(/^(2|Invalid)/);
      }
      expect(await failure(`SHOW PARTITIONS ${name}`)).toMatch(/^2/);
      expect(await failure(`MSCK REPAIR TABLE ${name}`)).toMatch(/^2/);
      await run(`CREATE DATABASE IF NOT EXISTS db2`);
      await run(`ALTER TABLE ${name} RENAME TO db2.${name}`);
      expect(emulator.glue.findTable('db2', name)).toBeDefined();
    },
  ],
  [
    'DROP TABLE and DROP DATABASE CASCADE remove the files of Iceberg tables, and only the entry of external ones',
    async () => {
      await run('CREATE DATABASE dropped');
      await run(`CREATE TABLE dropped.ice WITH (${iceberg('dropped_ice')}) AS SELECT 1 AS a`);
      await run(
        "CREATE TABLE dropped.hive WITH (external_location = 's3://lake/dropped_hive/') AS SELECT 1 AS a",
      );
      expect(await failure('DROP DATABASE dropped')).toMatch(/^2/);
      await run('DROP DATABASE dropped CASCADE');
      expect(keys('dropped_ice/')).toEqual([]);
      expect(keys('dropped_hive/')).toHaveLength(1);
    },
  ],
  [
    'MERGE: the first WHEN that fits wins; a target row that matches two source rows is an error; INSERT columns have no prefix',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS id, 'old' AS v`);
      const merge = (source: string, rest: string): string =>
        `MERGE INTO ${name} t USING (${source}) s ON t.id = s.id ${rest}`;
      await run(
        merge(
          "SELECT 1 AS id, 'new' AS v",
          "WHEN MATCHED AND s.v = 'new' THEN UPDATE SET v = 'first' WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, s.v)",
        ),
      );
      expect(await rows(`SELECT v FROM ${name}`)).toEqual(['first']);
      expect(
        await failure(
          merge(
            "SELECT * FROM (VALUES (1, 'a'), (1, 'b')) AS x (id, v)",
            'WHEN MATCHED THEN DELETE',
          ),
        ),
      ).toContain('more than one');
      expect(
        await failure(
          merge(
            "SELECT 2 AS id, 'x' AS v",
            'WHEN NOT MATCHED THEN INSERT (t.id, t.v) VALUES (s.id, s.v)',
          ),
        ),
      ).toMatch(/line 1/);
    },
  ],
  [
    'metadata tables $files, $manifests, $history, $partitions, $snapshots, $refs; FOR TIMESTAMP and VERSION AS OF',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      await run(`INSERT INTO ${name} VALUES (2)`);
      for (const each of ['files', 'manifests', 'history', 'partitions', 'snapshots', 'refs']) {
        expect((await rows(`SELECT * FROM "${name}$${each}"`)).length, each).toBeGreaterThan(0);
      }
      const [first = ''] = await rows(
        `SELECT snapshot_id FROM "${name}$snapshots" ORDER BY committed_at`,
      );
      expect(await rows(`SELECT a FROM ${name} FOR VERSION AS OF ${first}`)).toEqual(['1']);
      expect(
        await failure(
          `SELECT a FROM ${name} FOR TIMESTAMP AS OF TIMESTAMP '2001-01-01 00:00:00 UTC'`,
        ),
      ).toMatch(/^2/);
    },
  ],
  [
    'timestamps have 3 digits in Hive tables and 6 in Iceberg tables; others are refused',
    async () => {
      const make = (precision: number, properties = ''): string =>
        `CREATE TABLE ${fresh()} ${properties} AS SELECT CAST('2024-01-01' AS timestamp(${precision})) AS a`;
      expect(await failure(make(6))).toContain(
        'Incorrect timestamp precision for timestamp(6); the configured precision is MILLISECONDS',
      );
      await run(make(3));
      expect(await failure(make(3, `WITH (${iceberg(fresh())})`))).toContain(
        'Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)" instead',
      );
      await run(make(6, `WITH (${iceberg(fresh())})`));
    },
  ],
];

describe('1.4 Iceberg', () => {
  it.each(rules)('%s', (_rule, show) => show());
});
