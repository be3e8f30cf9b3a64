import { describe, expect, it } from 'vitest';
import { iceberg, openAthena, type Case } from './open-athena.js';

const { finish, run, rows, failure, fresh, keys, put, emulator } = await openAthena();

const rules: readonly Case[] = [
  [
    'CTAS takes its properties, of its table type, and no others',
    async () => {
      const make = (properties: string): Promise<string> =>
        failure(`CREATE TABLE ${fresh()} WITH (${properties}) AS SELECT 1 AS a, 2 AS b`);
      for (const properties of [
        "unknown = 'x'",
        "table_type = 'DELTA'",
        "location = 's3://lake/p1/'",
        "partitioning = ARRAY['b']",
        "table_type = 'ICEBERG'",
        "table_type = 'ICEBERG', location = 's3://lake/p2/', is_external = true",
        `${iceberg('p3')}, partitioned_by = ARRAY['b']`,
        `${iceberg('p4')}, bucketed_by = ARRAY['a'], bucket_count = 2`,
        `${iceberg('p5')}, external_location = 's3://lake/p5x/'`,
        "format = 'XML'",
        `${iceberg('p6')}, format = 'JSON'`,
        "bucketed_by = ARRAY['a']",
        "format = 'TEXTFILE', field_delimiter = '||'",
        "write_compression = 'SNAPPY', parquet_compression = 'GZIP'",
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 23",
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 0",
      ]) {
        expect(await make(properties), properties).toMatch(/^2\/(1103|1200) /);
      }
      for (const properties of [
        "format = 'PARQUET', write_compression = 'ZSTD', compression_level = 22",
        "format = 'TEXTFILE', field_delimiter = '|'",
        "bucketed_by = ARRAY['a'], bucket_count = 2",
        "partitioned_by = ARRAY['b']",
        `${iceberg('p7')}, format = 'parquet', partitioning = ARRAY['bucket(a, 4)'], optimize_rewrite_data_file_threshold = 5, vacuum_min_snapshots_to_keep = 2, vacuum_max_snapshot_age_seconds = 600`,
      ]) {
        expect(await make(properties), properties).toContain('SUCCEEDED');
      }
    },
  ],
  [
    'the place of a new table must be empty: HIVE_PATH_ALREADY_EXISTS, ICEBERG_FILESYSTEM_ERROR',
    async () => {
      const name = fresh();
      await put(`${name}/old`, 'x');
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
        ),
      ).toContain(
        `HIVE_PATH_ALREADY_EXISTS: Target directory for table 'db.${name}' already exists`,
      );
      expect(
        await failure(`CREATE TABLE ${name} WITH (${iceberg(name)}) AS SELECT 1 AS a`),
      ).toContain('ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location');
    },
  ],
  [
    'a CTAS or INSERT that fails leaves its files, and later queries on Hive tables read them',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
      );
      await finish(
        `INSERT INTO ${name} SELECT x FROM (SELECT 5 AS x UNION ALL SELECT 1 / (y - 1) FROM (VALUES 1) AS t (y))`,
      );
      expect(keys(`${name}/`)).toHaveLength(2);
    },
  ],
  [
    'two CTAS into one place are not kept apart: their rows are there twice',
    async () => {
      const name = fresh();
      const into = (table: string): string =>
        `CREATE TABLE ${table} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`;
      const ended = await Promise.all([failure(into(`${name}a`)), failure(into(`${name}b`))]);
      // Whoever looks first finds the place empty; there is no lock.
      const made = ended.filter((each) => each.includes('SUCCEEDED')).length;
      expect(made).toBeGreaterThanOrEqual(1);
      expect(keys(`${name}/`)).toHaveLength(made);
    },
  ],
  [
    'an enforcing workgroup refuses external_location; without it rows go to <output>/tables/<query id>/',
    async () => {
      const name = fresh();
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (external_location = 's3://lake/${name}/') AS SELECT 1 AS a`,
          { WorkGroup: 'strict' },
        ),
      ).toContain('enforces a centralized output location');
      const { QueryExecutionId = '' } = await run(`CREATE TABLE ${name} AS SELECT 1 AS a`, {
        WorkGroup: 'strict',
      });
      expect(keys(`strict/tables/${QueryExecutionId}/`)).toHaveLength(1);
    },
  ],
  [
    'partition columns of Hive tables are the last of the SELECT, in order; ORDER BY in a CTAS has no effect',
    async () => {
      const make = (columns: string): string =>
        `CREATE TABLE ${fresh()} WITH (partitioned_by = ARRAY['p', 'q']) AS SELECT ${columns} ORDER BY 1`;
      expect(await failure(make('1 AS p, 2 AS q, 3 AS a'))).toContain('HIVE_COLUMN_ORDER_MISMATCH');
      expect(await failure(make('3 AS a, 1 AS q, 2 AS p'))).toContain('HIVE_COLUMN_ORDER_MISMATCH');
      await run(make('3 AS a, 1 AS p, 2 AS q'));
    },
  ],
  [
    'a CTAS or INSERT has at most 100 open writers: partitions times buckets, Hive and Iceberg',
    async () => {
      // 35 partitions of 3 buckets each; the limits of either kind alone are shown in emulator/engine and emulator/iceberg.
      const query = `SELECT x AS a, y AS p FROM UNNEST(sequence(1, 6)) AS t (x), UNNEST(sequence(1, 35)) AS u (y)`;
      expect(
        await failure(
          `CREATE TABLE ${fresh()} WITH (partitioned_by = ARRAY['p'], bucketed_by = ARRAY['a'], bucket_count = 3) AS ${query}`,
        ),
      ).toContain(
        'HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions/buckets',
      );
      const name = fresh();
      expect(
        await failure(
          `CREATE TABLE ${name} WITH (${iceberg(name)}, partitioning = ARRAY['a', 'p']) AS ${query}`,
        ),
      ).toContain('ICEBERG_TOO_MANY_OPEN_PARTITIONS');
    },
  ],
  [
    'INSERT into bucketed Hive tables is refused',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (bucketed_by = ARRAY['a'], bucket_count = 4) AS SELECT 1 AS a`,
      );
      expect(await failure(`INSERT INTO ${name} VALUES (1)`)).toMatch(/^2\/.*bucketed tables/);
    },
  ],
  [
    'INSERT into a Hive table adds files and registers partitions; one deleted from Glue alone comes back with its old files',
    async () => {
      const name = fresh();
      await run(
        `CREATE TABLE ${name} WITH (partitioned_by = ARRAY['p'], external_location = 's3://lake/${name}/') AS SELECT 1 AS a, 'x' AS p`,
      );
      emulator.glue.deletePartitions('db', name, [['x']]);
      expect(await rows(`SELECT * FROM ${name}`)).toEqual([]);
      await run(`INSERT INTO ${name} VALUES (2, 'x')`);
      expect([...(await rows(`SELECT a FROM ${name}`))].sort()).toEqual(['1', '2']);
    },
  ],
];

describe('1.3 CTAS and INSERT', () => {
  it.each(rules)('%s', (_rule, show) => show());
});
