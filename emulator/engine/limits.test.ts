import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EngineError } from '../core/engine.js';
import { partitionPath, readPartitionPath } from './hive/partition-path.js';
import { openLake, type Lake } from './testing/lake.js';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

const json = "ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'";

describe('Hive tables', () => {
  it('take strings with a quote after a backslash', async () => {
    await lake.run(
      `CREATE EXTERNAL TABLE escaped (a int COMMENT 'anyone\\'s') ${json} LOCATION 's3://lake/e/'`,
    );
    expect(lake.glue.getTable('db', 'escaped').StorageDescriptor?.Columns?.[0]?.Comment).toBe(
      "anyone's",
    );
  });

  it('refuse texts that are too long, and buckets', async () => {
    await lake.run("CREATE TABLE short AS SELECT CAST('ab' AS varchar(2)) AS a");
    expect(await lake.failure("INSERT INTO short VALUES ('abc')")).toMatch(
      /^2\/1100 INVALID_CAST_ARGUMENT: Cannot truncate non-space characters/,
    );
    await lake.run("INSERT INTO short VALUES ('a   ')");
    await lake.run(
      "CREATE TABLE buckets WITH (bucketed_by = ARRAY['a'], bucket_count = 4) AS SELECT 1 AS a",
    );
    expect(await lake.failure('INSERT INTO buckets VALUES (1)')).toMatch(/bucketed tables/);
  });

  it('refuse partitions of another schema unless columns go by name', async () => {
    await lake.put('drift/p=1/a.json', '{"a": 1}');
    await lake.runAll([
      `CREATE EXTERNAL TABLE drift (a int) PARTITIONED BY (p int) ${json} LOCATION 's3://lake/drift/'`,
      'MSCK REPAIR TABLE drift',
      'ALTER TABLE drift CHANGE COLUMN a a string',
    ]);
    expect(await lake.failure('SELECT * FROM drift')).toMatch(
      /^2\/1004 HIVE_PARTITION_SCHEMA_MISMATCH/,
    );
  });

  it('ask for a condition on injected columns, and keep to the range of numbers', async () => {
    await lake.put('inj/u1/05/a.json', '{"a": 1}');
    await lake.put('inj/u1/13/a.json', '{"a": 2}');
    await lake.put('inj/u1/6/a.json', '{"a": 3}');
    await lake.run(`CREATE EXTERNAL TABLE inj (a int) PARTITIONED BY (u string, m int) ${json} LOCATION 's3://lake/inj/'
      TBLPROPERTIES ('projection.enabled' = 'true', 'projection.u.type' = 'injected', 'projection.m.type' = 'integer',
      'projection.m.range' = '1,12', 'projection.m.digits' = '2', 'storage.location.template' = 's3://lake/inj/\${u}/\${m}/')`);
    expect(await lake.failure('SELECT * FROM inj')).toMatch(/CONSTRAINT_VIOLATION/);
    expect(await lake.rows("SELECT * FROM inj WHERE u = 'u1'")).toEqual(['1|u1|5']);
  });

  it('name the value that a column cannot hold', async () => {
    await lake.put('wrong/a.json', '{"a": "x"}');
    await lake.run(`CREATE EXTERNAL TABLE wrong (a int) ${json} LOCATION 's3://lake/wrong/'`);
    expect(await lake.failure('SELECT * FROM wrong')).toMatch(
      /^2\/1007 HIVE_BAD_DATA: .*s3:\/\/lake\/wrong\/a\.json/,
    );
  });
});

describe('limits', () => {
  it('stop a writing statement that reads too much, before it has an effect', async () => {
    await lake.run('CREATE TABLE big AS SELECT 1 AS a');
    expect(
      await lake.failure('CREATE TABLE copy AS SELECT * FROM big', { scannedBytesLimit: 10 }),
    ).toBe('2/1014 Bytes scanned limit was exceeded');
    expect(lake.glue.findTable('db', 'copy')).toBeUndefined();
  });

  it('tell the files that a failed statement leaves behind', async () => {
    const failed = await lake
      .run('CREATE TABLE left AS SELECT 1 / (x - 1) AS a FROM (VALUES 1) AS t (x)', {
        queryId: 'q-9',
      })
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(EngineError);
    expect((failed as EngineError).writtenFiles).toEqual([
      's3://lake/results/tables/q-9/q-9_0.parquet',
    ]);
  });

  it('of the local engine say that they are no limits of Athena', async () => {
    const failure = await lake.failure(
      `SELECT json_extract_scalar(x, '$.a') FROM (VALUES '{"a": 1, "b": ') AS t (x)`,
    );
    expect(failure).toMatch(
      /^2\/1200 NOT_SUPPORTED: \(local Athena only\) DuckDB cannot compute this value: the JSON is cut off/,
    );
  });

  it('need a location where the workgroup has none', async () => {
    expect(await lake.failure('CREATE TABLE x AS SELECT 1 AS a', { outputLocation: '' })).toMatch(
      /needs external_location/,
    );
  });
});

describe('paths of partitions', () => {
  it('are escaped as Hive does, and read back', () => {
    const path = partitionPath(['a', 'b'], ['x/y=1 %', null]);
    expect(path).toBe('a=x%2Fy%3D1 %25/b=__HIVE_DEFAULT_PARTITION__');
    expect(readPartitionPath(['a', 'b'], path)).toEqual(['x/y=1 %', '__HIVE_DEFAULT_PARTITION__']);
    expect(readPartitionPath(['a'], 'b=1')).toBeUndefined();
  });
});
