import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  GetPartitionsCommand,
  GetTablesCommand,
  GetTableVersionsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-glue';
import { describe, expect, it } from 'vitest';
import { json, openAthena, type Case, type Request } from './open-athena.js';

const { run, shown, rows, failure, fresh, put, glue } = await openAthena();

const rules: readonly Case[] = [
  [
    'ADD and REPLACE COLUMNS do not work with date; ADD puts them before the partition columns',
    async () => {
      const name = fresh();
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${json} LOCATION 's3://lake/${name}/'`,
      );
      for (const verb of ['ADD', 'REPLACE']) {
        expect(await failure(`ALTER TABLE ${name} ${verb} COLUMNS (d date)`)).toMatch(/^2/);
      }
      await run(`ALTER TABLE ${name} ADD COLUMNS (b string)`);
      expect(await shown(`SELECT * FROM ${name}`)).toEqual(['a|b|p']);
    },
  ],
  [
    'REPLACE COLUMNS is for tables of LazySimpleSerDe',
    async () => {
      const name = fresh();
      await run(`CREATE EXTERNAL TABLE ${name} (a int) ${json} LOCATION 's3://lake/${name}/'`);
      await run(
        `CREATE EXTERNAL TABLE ${name}_l (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/${name}/'`,
      );
      await run(`ALTER TABLE ${name}_l REPLACE COLUMNS (b int)`);
      expect(await shown(`SELECT * FROM ${name}_l`)).toEqual(['b']);
    },
  ],
  [
    'schemas of partitions do not follow: HIVE_PARTITION_SCHEMA_MISMATCH for text formats, not for Parquet',
    async () => {
      for (const [storage, fails] of [
        [json, true],
        ['STORED AS PARQUET', false],
      ] as const) {
        const name = fresh();
        await run(
          `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p int) ${storage} LOCATION 's3://lake/${name}/'`,
        );
        await run(`ALTER TABLE ${name} ADD PARTITION (p = 1)`);
        await run(`ALTER TABLE ${name} CHANGE COLUMN a a string`);
        const ended = await failure(`SELECT * FROM ${name}`);
        expect(ended, storage).toContain(fails ? 'HIVE_PARTITION_SCHEMA_MISMATCH' : 'SUCCEEDED');
      }
    },
  ],
  [
    'LOCATION is a folder with a slash at its end: no file, no wildcard, // is one slash, all files below it are read',
    async () => {
      const name = fresh();
      await put(`${name}/a.json`, '{"a": 1}\n');
      await put(`${name}/deep/er/b.json`, '{"a": 2}\n');
      const ddl = (table: string, place: string): string =>
        `CREATE EXTERNAL TABLE ${table} (a int) ${json} LOCATION '${place}'`;
      expect(await failure(ddl(`${name}_w`, `s3://lake/${name}/*`))).toMatch(/^(2|Invalid)/);
      expect(await failure(ddl(`${name}_x`, `lake/${name}/`))).toMatch(/^(2|Invalid)/);
      await run(ddl(name, `s3://lake//${name}`));
      expect([...(await rows(`SELECT a FROM ${name}`))].sort()).toEqual(['1', '2']);
    },
  ],
  [
    'a view over what is missing or changed is stale; a recursive one is rejected',
    async () => {
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      await run(`CREATE VIEW ${name}_v AS SELECT a FROM ${name}`);
      await run(`CREATE VIEW ${name}_w AS SELECT a FROM ${name}_v`);
      expect(
        await failure(`CREATE OR REPLACE VIEW ${name}_v AS SELECT a FROM ${name}_w`),
      ).toContain('VIEW_IS_RECURSIVE');
      await run(`DROP TABLE ${name}`);
      expect(await failure(`SELECT * FROM ${name}_v`)).toMatch(/^2\/1107 INVALID_VIEW/);
      await run(`CREATE TABLE ${name} AS SELECT CAST('x' AS varchar) AS a`);
      expect(await failure(`SELECT * FROM ${name}_v`)).toContain('is stale or in invalid state');
    },
  ],
  [
    'no view is made with a catalog of another account',
    async () => {
      await run('CREATE TABLE other.db.owned AS SELECT 1 AS a');
      expect(await failure(`CREATE VIEW ${fresh()} AS SELECT a FROM other.db.owned`)).toMatch(
        /^2\/1200 /,
      );
      expect(await failure(`CREATE VIEW other.db.${fresh()} AS SELECT 1 AS a`)).toMatch(
        /^2\/1200 /,
      );
    },
  ],
  [
    'results are reused for the same text, catalog, database, place and workgroup, SELECTs alone, not for LIMIT without ORDER BY or what changes by itself',
    async () => {
      const reuse: Request = {
        ResultReuseConfiguration: {
          ResultReuseByAgeConfiguration: { Enabled: true, MaxAgeInMinutes: 60 },
        },
      };
      const again = async (sql: string, second: Request = {}): Promise<boolean> => {
        await run(sql, reuse);
        const { Statistics } = await run(sql, { ...reuse, ...second });
        return Statistics?.ResultReuseInformation?.ReusedPreviousResult ?? false;
      };
      const name = fresh();
      await run(`CREATE TABLE ${name} AS SELECT 1 AS a`);
      expect(await again(`SELECT a FROM ${name}`)).toBe(true);
      expect(await again(`SELECT a, 2 FROM ${name}`, { WorkGroup: 'strict' })).toBe(false);
      expect(
        await again(`SELECT a, 3 FROM db.${name}`, { QueryExecutionContext: { Database: 'db2' } }),
      ).toBe(false);
      expect(await again(`SELECT a FROM ${name} LIMIT 1`)).toBe(false);
      expect(await again(`SELECT a, random() FROM ${name}`)).toBe(false);
      expect(await again(`INSERT INTO ${name} VALUES (3)`)).toBe(false);
    },
  ],
  [
    "Glue's limits: expressions of 2048 characters, 25 partitions deleted and 100 created per call, pages of 100, old versions unless SkipArchive, errors in the body",
    async () => {
      const name = fresh();
      const table = { DatabaseName: 'db', TableName: name };
      await run(
        `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (p string) ${json} LOCATION 's3://lake/${name}/'`,
      );
      const refused = async (call: Promise<unknown>): Promise<string> =>
        call.then(
          () => 'done',
          (error: unknown) => (error as Error).name,
        );
      const values = (length: number): { Values: string[] }[] =>
        Array.from({ length }, (_, index) => ({ Values: [String(index)] }));
      const invalid = 'ValidationException';
      expect(
        await refused(
          glue.send(
            new GetPartitionsCommand({ ...table, Expression: `p = '${'x'.repeat(2048)}'` }),
          ),
        ),
      ).toBe(invalid);
      expect(
        await refused(
          glue.send(new BatchDeletePartitionCommand({ ...table, PartitionsToDelete: values(26) })),
        ),
      ).toBe(invalid);
      expect(
        await refused(
          glue.send(new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(101) })),
        ),
      ).toBe(invalid);
      expect(
        await refused(glue.send(new GetTablesCommand({ DatabaseName: 'db', MaxResults: 101 }))),
      ).toBe(invalid);
      await glue.send(new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(2) }));
      const { Errors } = await glue.send(
        new BatchCreatePartitionCommand({ ...table, PartitionInputList: values(3) }),
      );
      expect(Errors?.map(({ ErrorDetail }) => ErrorDetail?.ErrorCode)).toEqual([
        'AlreadyExistsException',
        'AlreadyExistsException',
      ]);
      const TableInput = { Name: name };
      await glue.send(
        new UpdateTableCommand({ DatabaseName: 'db', TableInput, SkipArchive: true }),
      );
      await glue.send(new UpdateTableCommand({ DatabaseName: 'db', TableInput }));
      const { TableVersions } = await glue.send(new GetTableVersionsCommand(table));
      expect(TableVersions?.map(({ VersionId }) => VersionId)).toEqual(['2', '1']);
    },
  ],
];

describe('1.5 Hive tables, views, reuse, Glue', () => {
  it.each(rules)('%s', (_rule, show) => show());
});
