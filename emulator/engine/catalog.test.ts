import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, type Lake } from './testing/lake.js';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
  await lake.run("CREATE TABLE base AS SELECT 1 AS id, CAST('x' AS varchar) AS name");
});
afterAll(() => lake.close());

describe('views', () => {
  it('are read anew each time', async () => {
    await lake.run('CREATE VIEW v AS SELECT id, name AS n FROM base -- the end');
    await lake.run(
      'CREATE OR REPLACE VIEW vv AS SELECT v.n, count(*) AS c FROM "awsdatacatalog"."db"."v" GROUP BY 1',
    );
    expect(await lake.rows('SELECT * FROM vv')).toEqual(['x|1']);
    await lake.run("INSERT INTO base VALUES (2, 'x')");
    expect(await lake.rows('SELECT * FROM db.vv')).toEqual(['x|2']);
    const table = lake.glue.getTable('db', 'v');
    expect(table.TableType).toBe('VIRTUAL_VIEW');
    expect(table.StorageDescriptor?.Columns).toEqual([
      { Name: 'id', Type: 'int' },
      { Name: 'n', Type: 'string' },
    ]);
  });

  it('resolve names in the database they were made in', async () => {
    await lake.run('CREATE DATABASE other');
    await lake.run('CREATE VIEW other.w AS SELECT id FROM base');
    expect(await lake.rows('SELECT count(*) FROM w', { database: 'other' })).toEqual(['2']);
  });

  it('are refused when stale, recursive or in the way', async () => {
    await lake.runAll([
      'CREATE TABLE gone AS SELECT 1 AS a',
      'CREATE VIEW stale AS SELECT a FROM gone',
      'DROP TABLE gone',
    ]);
    expect(await lake.failure('SELECT * FROM stale')).toMatch(
      /^2\/1107 INVALID_VIEW: line 1:15: Failed analyzing stored view 'awsdatacatalog.db.stale': line 1:15: Table 'awsdatacatalog.db.gone' does not exist/,
    );
    await lake.run("CREATE TABLE gone AS SELECT CAST('x' AS varchar) AS a");
    expect(await lake.failure('SELECT * FROM stale')).toMatch(
      /is stale or in invalid state: column \[a\] of type varchar/,
    );
    await lake.run('CREATE VIEW r1 AS SELECT 1 AS a');
    await lake.run('CREATE VIEW r2 AS SELECT a FROM r1');
    expect(await lake.failure('CREATE OR REPLACE VIEW r1 AS SELECT a FROM r2')).toMatch(
      /VIEW_IS_RECURSIVE/,
    );
    expect(await lake.failure('CREATE VIEW r1 AS SELECT 1 AS a')).toMatch(/View already exists/);
    expect(await lake.failure('CREATE OR REPLACE VIEW base AS SELECT 1 AS a')).toMatch(
      /Table already exists/,
    );
    expect(await lake.failure('DROP VIEW base')).toMatch(/Did you mean DROP TABLE/);
    expect(await lake.failure('INSERT INTO r1 VALUES (1)')).toMatch(
      /Inserting into views is not supported/,
    );
  });
});

describe('DDL', () => {
  it('alters Hive tables', async () => {
    await lake.runAll([
      `CREATE EXTERNAL TABLE IF NOT EXISTS \`hive_t\` (\`date\` string COMMENT 'it''s', id int)
       COMMENT 'all of it' PARTITIONED BY (\`day\` string) STORED AS PARQUET LOCATION 's3://lake/hive_t/' TBLPROPERTIES ('a' = 'b')`,
      'ALTER TABLE hive_t ADD COLUMNS (extra array<struct<a:int,b:string>>)',
      "ALTER TABLE hive_t SET TBLPROPERTIES ('c' = 'd')",
      "ALTER TABLE hive_t ADD IF NOT EXISTS PARTITION (day = 'x') PARTITION (day = 'y')",
      'ALTER TABLE hive_t CHANGE COLUMN id ident bigint',
    ]);
    const table = lake.glue.getTable('db', 'hive_t');
    expect(table.StorageDescriptor?.Columns).toEqual([
      { Name: 'date', Type: 'string', Comment: "it's" },
      { Name: 'ident', Type: 'bigint' },
      { Name: 'extra', Type: 'array<struct<a:int,b:string>>' },
    ]);
    expect(table.Parameters).toMatchObject({
      a: 'b',
      c: 'd',
      comment: 'all of it',
      EXTERNAL: 'TRUE',
    });
    expect(lake.glue.listPartitions('db', 'hive_t')).toHaveLength(2);
    const shown = await lake.rows('DESCRIBE hive_t');
    expect(shown[1]).toBe('ident               \tbigint              \t                    ');
    expect(shown).toContain('# Partition Information');
    const created = (await lake.rows('SHOW CREATE TABLE hive_t')).join('\n');
    await lake.run('DROP TABLE hive_t');
    await lake.run(created.replace('`db.hive_t`', 'db.hive_t'));
    expect(lake.glue.getTable('db', 'hive_t').StorageDescriptor?.Columns).toEqual(
      table.StorageDescriptor?.Columns,
    );
  });

  it('shows what is there', async () => {
    expect(await lake.rows('SHOW DATABASES')).toContain('db');
    expect(await lake.rows("SHOW TABLES IN db 'ba*'")).toEqual(['base']);
    expect(await lake.rows("SHOW VIEWS LIKE 'v*'")).toEqual(['v', 'vv']);
    expect(await lake.rows('SHOW COLUMNS IN base')).toEqual([
      'id                  ',
      'name                ',
    ]);
    expect(await lake.rows("SHOW TBLPROPERTIES base ('EXTERNAL')")).toEqual(['TRUE\t']);
    expect((await lake.rows('SHOW CREATE VIEW v'))[0]).toBe('CREATE VIEW db.v AS');
  });

  it('shows information_schema', async () => {
    expect(
      await lake.rows(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = 'db' AND table_name IN ('base', 'v') ORDER BY 1",
      ),
    ).toEqual(['base|BASE TABLE', 'v|VIEW']);
    expect(
      await lake.rows(
        "SELECT column_name, data_type, ordinal_position FROM information_schema.columns WHERE table_name = 'base' ORDER BY 3",
      ),
    ).toEqual(['id|integer|1', 'name|varchar|2']);
    expect(
      await lake.rows(
        "SELECT schema_name FROM information_schema.schemata WHERE schema_name = 'db'",
      ),
    ).toEqual(['db']);
  });

  it('drops databases', async () => {
    await lake.runAll([
      "CREATE DATABASE tmp COMMENT 'x' LOCATION 's3://lake/tmp/'",
      'CREATE TABLE tmp.a AS SELECT 1 AS a',
    ]);
    expect(await lake.failure('DROP DATABASE tmp')).toMatch(/is not empty/);
    await lake.run('DROP DATABASE tmp CASCADE');
    await lake.run('DROP SCHEMA IF EXISTS tmp');
    expect(await lake.failure('DROP SCHEMA tmp')).toMatch(/Database does not exist: tmp/);
  });

  it('drops external tables without their data', async () => {
    await lake.run(
      "CREATE TABLE kept WITH (external_location = 's3://lake/kept/') AS SELECT 1 AS a",
    );
    await lake.run('DROP TABLE kept');
    expect(lake.keys('kept/')).toHaveLength(1);
    await lake.run('DROP TABLE IF EXISTS kept');
  });

  it('unloads', async () => {
    const outcome = await lake.run(
      "UNLOAD (SELECT 1 AS a, 'x' AS b) TO 's3://lake/unload/' WITH (format = 'JSON', compression = 'NONE')",
    );
    expect(outcome.updateCount).toBe(1);
    const [key = ''] = lake.keys('unload/');
    expect(Buffer.from(await lake.objects.read('lake', key)).toString()).toBe('{"a":1,"b":"x"}\n');
    expect(await lake.failure("UNLOAD (SELECT 1 AS a) TO 's3://lake/unload/'")).toMatch(
      /HIVE_PATH_ALREADY_EXISTS/,
    );
  });

  it('explains', async () => {
    expect((await lake.run('EXPLAIN SELECT * FROM base')).rows.length).toBeGreaterThan(1);
    expect(await lake.failure('EXPLAIN SELECT nope FROM base')).toMatch(/COLUMN_NOT_FOUND/);
  });

  it('shows the path of a file', async () => {
    expect(await lake.rows('SELECT count(DISTINCT "$path") FROM base')).toEqual(['2']);
  });

  it('runs many statements at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => lake.rows(`SELECT ${index} + count(*) FROM base`)),
    );
    expect(results.flat()).toEqual(Array.from({ length: 20 }, (_, index) => String(index + 2)));
  });
});
