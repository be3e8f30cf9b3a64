import { describe, expect, it } from 'vitest';
import { json, iceberg, openAthena, otherAccount, type Case } from './open-athena.js';

const { run, shown, rows, failure, fresh, put, emulator } = await openAthena();

const rules: readonly Case[] = [
  [
    'DDL quotes with backticks, SELECT, CTAS and views with double quotes, each with reserved words of its own',
    async () => {
      const name = fresh();
      const ddl = (table: string, column = 'a'): string =>
        `CREATE EXTERNAL TABLE ${table} (${column} int) ${json} LOCATION 's3://lake/${name}/'`;
      expect(await failure(ddl(`"${name}"`))).toMatch(/ParseException|mismatched|line 1/);
      await run(ddl(`\`${name}\``, '`date`'));
      expect(await failure(ddl(`${name}_2`, 'date'))).toMatch(/line 1|ParseException/);
      expect(await failure(`SELECT \`date\` FROM ${name}`)).toMatch(/line 1:8/);
      expect(await rows(`SELECT "date" FROM "${name}"`)).toEqual([]);
      expect(await failure('SELECT 1 AS table')).toMatch(/line 1/);
      expect(await shown('SELECT 1 AS date')).toEqual(['date', '1']);
    },
  ],
  [
    'names that start with _ need backticks in DDL, those that start with a digit double quotes in DML',
    async () => {
      const name = fresh();
      const ddl = (table: string): string =>
        `CREATE EXTERNAL TABLE ${table} (a int) ${json} LOCATION 's3://lake/${name}/'`;
      expect(await failure(ddl(`_${name}`))).toMatch(/line 1|ParseException/);
      await run(ddl(`\`_${name}\``));
      expect(await failure(`CREATE VIEW 1${name} AS SELECT 1 AS a`)).toMatch(/line 1/);
      await run(`CREATE VIEW "1${name}" AS SELECT 1 AS a`);
      expect(await rows(`SELECT * FROM "1${name}"`)).toEqual(['1']);
    },
  ],
  [
    'names are lower case once a statement runs; headings keep the case of the query',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name.toUpperCase()} AS SELECT 1 AS FirstName`);
      expect(emulator.glue.getTable('db', name).StorageDescriptor?.Columns?.[0]?.Name).toBe(
        'firstname',
      );
      expect(await shown(`SELECT FIRSTNAME AS FirstName FROM ${name}`)).toEqual(['FirstName', '1']);
    },
  ],
  [
    'names have at most 255 characters, and no special ones but _',
    async () => {
      expect(await failure(`CREATE TABLE ${'x'.repeat(256)} AS SELECT 1 AS a`)).toMatch(/^[2I]/);
      expect(await failure('CREATE DATABASE `a-b`')).toMatch(/^2/);
      expect(await failure('CREATE VIEW "a-b" AS SELECT 1 AS a')).toMatch(/^2/);
      const ddl = `CREATE EXTERNAL TABLE \`a-b\` (a int) ${json} LOCATION 's3://lake/ab/'`;
      expect(await failure(ddl)).toMatch(/^2/);
    },
  ],
  [
    'DDL says int, float, string, binary where DML says integer, real, varchar, varbinary; only texts are cast to string',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int, b float, c string, d binary) ${json} LOCATION 's3://lake/${name}/'`,
      );
      const ddl = (type: string): string =>
        `CREATE EXTERNAL TABLE ${name}_2 (a ${type}) ${json} LOCATION 's3://lake/${name}/'`;
      for (const type of ['real', 'varbinary', 'varchar']) {
        expect(await failure(ddl(type)), type).toMatch(/^(2|Invalid)/);
      }
      expect(await failure('SELECT CAST(1 AS string)')).toMatch(/^2/);
      expect(await rows("SELECT CAST('x' AS varchar), CAST(1 AS integer)")).toEqual(['x|1']);
    },
  ],
  [
    'decimal has at most 38 digits, char 1 to 255 and varchar 1 to 65535 characters',
    async () => {
      const ddl = (type: string): string =>
        `CREATE EXTERNAL TABLE ${fresh()} (a ${type}) ${json} LOCATION 's3://lake/limits/'`;
      for (const type of [
        'decimal(39, 0)',
        'char(0)',
        'char(256)',
        'varchar(0)',
        'varchar(65536)',
      ]) {
        expect(await failure(ddl(type)), type).toMatch(/^(2|Invalid)/);
      }
      for (const type of ['decimal(38, 2)', 'char(255)', 'varchar(65535)']) await run(ddl(type));
      expect(await failure('SELECT CAST(1 AS decimal(39, 0))')).toMatch(/^2/);
    },
  ],
  [
    'time, timestamp with time zone, uuid and json have no type in tables: NOT_SUPPORTED: Unsupported Hive type',
    async () => {
      for (const value of ['uuid()', "TIME '01:02:03'", 'current_timestamp', "json_parse('1')"]) {
        for (const properties of ['', `WITH (${iceberg('typeless')})`]) {
          expect(
            await failure(`CREATE TABLE ${fresh()} ${properties} AS SELECT ${value} AS a`),
            value,
          ).toMatch(/^2\/\d+ NOT_SUPPORTED: /);
        }
      }
      expect(await failure(`CREATE TABLE ${fresh()} AS SELECT uuid() AS a`)).toContain(
        '2/1200 NOT_SUPPORTED: Unsupported Hive type: uuid',
      );
    },
  ],
  [
    'DDL finds schema.table in the catalog of the request; DML takes "catalog"."db"."table"',
    async () => {
      const name = fresh();
      const ddl = `CREATE EXTERNAL TABLE db.${name} (a int) ${json} LOCATION 's3://lake/${name}/'`;
      await run(ddl, { QueryExecutionContext: { Catalog: 'other', Database: 'db' } });
      expect(emulator.glueOf(otherAccount).findTable('db', name)).toBeDefined();
      expect(emulator.glue.findTable('db', name)).toBeUndefined();
      await run(`CREATE TABLE "other"."db"."${name}_2" AS SELECT 1 AS a`);
      await run(`INSERT INTO "other"."db"."${name}_2" VALUES (2)`);
      expect(await rows(`SELECT count(*) FROM other.db.${name}_2`)).toEqual(['2']);
      expect(await failure(`SELECT * FROM nowhere.db.${name}`)).toContain(
        "Catalog 'nowhere' not found",
      );
    },
  ],
  [
    'MERGE, INSERT, CTAS, CREATE VIEW and DROP VIEW quote as DML, DROP TABLE and ALTER as DDL',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE "db"."${name}" WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      await run(`INSERT INTO "db"."${name}" SELECT 2`);
      await run(
        `MERGE INTO "db"."${name}" t USING (SELECT 3 AS a) s ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a) VALUES (s.a)`,
      );
      await run(`CREATE VIEW "db"."${name}_v" AS SELECT a FROM "${name}"`);
      await run(`DROP VIEW "db"."${name}_v"`);
      expect(await failure(`ALTER TABLE "db"."${name}" ADD COLUMNS (b int)`)).toMatch(/line 1/);
      expect(await failure(`DROP TABLE "db"."${name}"`)).toMatch(/line 1/);
      await run(`ALTER TABLE \`db\`.\`${name}\` ADD COLUMNS (b int)`);
      await run(`DROP TABLE \`db\`.\`${name}\``);
    },
  ],
  [
    'OPTIMIZE and VACUUM take no quotes',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`);
      for (const sql of [
        `OPTIMIZE "db"."${name}" REWRITE DATA USING BIN_PACK`,
        `VACUUM "db"."${name}"`,
      ]) {
        expect(await failure(sql), sql).toMatch(/line 1/);
      }
      await run(`OPTIMIZE db.${name} REWRITE DATA USING BIN_PACK`);
      await run(`VACUUM db.${name}`);
    },
  ],
  [
    'a comment may lead CREATE and SELECT, but not ALTER, VACUUM, OPTIMIZE, DROP or MSCK; a semicolon may end a statement',
    async () => {
      const name = fresh();
      await run(`-- c\nCREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a;`);
      await run(`-- c\nSELECT 1;`);
      for (const sql of [
        `ALTER TABLE ${name} ADD COLUMNS (b int)`,
        `VACUUM ${name}`,
        `OPTIMIZE ${name} REWRITE DATA USING BIN_PACK`,
        `MSCK REPAIR TABLE ${name}`,
        `DROP TABLE ${name}`,
      ]) {
        expect(await failure(`-- c\n${sql}`), sql).not.toMatch(/SUCCEEDED/);
      }
    },
  ],
  [
    'CTAS is CREATE TABLE name [WITH (…)] AS query [WITH [NO] DATA]: no OR REPLACE, no TEMPORARY; only views are replaced',
    async () => {
      const name = fresh();
      for (const words of ['OR REPLACE TABLE', 'TEMPORARY TABLE', 'TEMP TABLE']) {
        expect(await failure(`CREATE ${words} ${name} AS SELECT 1 AS a`)).toMatch(/^Invalid/);
      }
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a WITH NO DATA`);
      expect(await rows(`SELECT * FROM ${name}`)).toEqual([]);
      await run(`CREATE OR REPLACE VIEW ${name}_v AS SELECT 1 AS a`);
      await run(`CREATE OR REPLACE VIEW ${name}_v AS SELECT 2 AS a`);
    },
  ],
  [
    'unsupported DDL is refused, all of the list',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${json} LOCATION 's3://lake/${name}/'`,
      );
      for (const sql of [
        `CREATE TABLE x LIKE ${name}`,
        `CREATE INDEX i ON ${name} (a)`,
        `DROP INDEX i ON ${name}`,
        'CREATE ROLE r',
        'DROP ROLE r',
        'GRANT ROLE r TO USER u',
        'REVOKE ROLE r FROM USER u',
        `GRANT SELECT ON ${name} TO u`,
        `REVOKE SELECT ON ${name} FROM u`,
        'SHOW ROLES',
        'SHOW CURRENT ROLES',
        'SET ROLE r',
        'START TRANSACTION',
        'COMMIT',
        'ROLLBACK',
        `LOCK TABLE ${name} SHARED`,
        `UNLOCK TABLE ${name}`,
        'LOCK DATABASE db SHARED',
        'UNLOCK DATABASE db',
        `SHOW STATS FOR ${name}`,
        `SHOW GRANTS ON ${name}`,
        `SHOW LOCKS ${name}`,
        'SHOW TRANSACTIONS',
        'SHOW COMPACTIONS',
        `SHOW INDEX ON ${name}`,
        `IMPORT TABLE ${name} FROM 's3://lake/x/'`,
        `EXPORT TABLE ${name} TO 's3://lake/x/'`,
        'CREATE TEMPORARY MACRO m (x int) x + 1',
        'DROP TEMPORARY MACRO m',
        'DESCRIBE DATABASE db',
        `ALTER TABLE ${name} RENAME TO x`,
        `ALTER TABLE ${name} SET SERDEPROPERTIES ('a' = 'b')`,
        `ALTER TABLE ${name} CONCATENATE`,
        `ALTER TABLE ${name} COMPACT 'major'`,
        `ALTER TABLE ${name} TOUCH`,
        `ALTER TABLE ${name} CLUSTERED BY (a) INTO 4 BUCKETS`,
        `ALTER TABLE ${name} NOT CLUSTERED`,
        `ALTER TABLE ${name} EXCHANGE PARTITION (p = 1) WITH TABLE x`,
        `ALTER TABLE ${name} ARCHIVE PARTITION (p = 1)`,
        `ALTER TABLE ${name} UNARCHIVE PARTITION (p = 1)`,
        `ALTER TABLE ${name} SET FILEFORMAT PARQUET`,
        'DESCRIBE INPUT s',
        'DESCRIBE OUTPUT s',
        'CALL p(1)',
      ]) {
        expect(await failure(sql), sql).toMatch(/^(2\/|InvalidRequestException)/);
      }
    },
  ],
  [
    'UPDATE, DELETE and MERGE on Hive tables are refused',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      for (const sql of [
        `UPDATE ${name} SET a = 2`,
        `DELETE FROM ${name}`,
        `MERGE INTO ${name} t USING (SELECT 1 AS a) s ON t.a = s.a WHEN MATCHED THEN DELETE`,
      ]) {
        expect(await failure(sql), sql).toMatch(/^2\/1200 NOT_SUPPORTED/);
      }
    },
  ],
  [
    'LIMIT is at most 2147483647, a function has at most 127 arguments, files that start with _ or . are not seen',
    async () => {
      expect(await failure('SELECT 1 LIMIT 2147483648')).toMatch(/^(2|Invalid)/);
      expect(await rows('SELECT 1 LIMIT 2147483647')).toEqual(['1']);
      const call = (count: number): string =>
        `SELECT greatest(${Array.from({ length: count }, (_, index) => index).join(', ')})`;
      expect(await failure(call(128))).toMatch(/^2/);
      expect(await rows(call(127))).toEqual(['126']);
      const name = fresh();
      for (const file of ['a.json', '_b.json', '.c.json', '_d/e.json']) {
        await put(`${name}/${file}`, '{"a": 1}\n');
      }
      await run(`CREATE EXTERNAL TABLE ${name} (a int) ${json} LOCATION 's3://lake/${name}/'`);
      expect(await rows(`SELECT count(*) FROM ${name}`)).toEqual(['1']);
    },
  ],
  [
    'parameters are for SELECT, INSERT, CTAS and UNLOAD alone',
    async () => {
      const name = fresh();
      const ExecutionParameters = ['1'];
      await run(`CREATE TABLE ${name} AS SELECT ? AS a`, { ExecutionParameters });
      await run(`INSERT INTO ${name} SELECT ?`, { ExecutionParameters });
      await run(`SELECT ?`, { ExecutionParameters });
      await run(`UNLOAD (SELECT ? AS a) TO 's3://lake/${name}_u/' WITH (format = 'JSON')`, {
        ExecutionParameters,
      });
      expect(await failure(`DELETE FROM ${name} WHERE a = ?`, { ExecutionParameters })).toMatch(
        /^InvalidRequestException/,
      );
    },
  ],
];

describe('1.2 two dialects', () => {
  it.each(rules)('%s', (_rule, show) => show());
});
