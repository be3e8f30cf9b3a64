import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLake, type Lake } from './testing/lake.js';

let lake: Lake;
beforeAll(async () => {
  lake = await openLake();
});
afterAll(() => lake.close());

describe('results', () => {
  const cases: readonly (readonly [sql: string, type: string, value: string])[] = [
    ['SELECT 1', 'integer', '1'],
    ["SELECT 'it''s'", 'varchar', "it's"],
    ['SELECT CAST(NULL AS bigint)', 'bigint', 'NULL'],
    ['SELECT true', 'boolean', 'true'],
    ['SELECT 1e10', 'double', '1.0E10'],
    ['SELECT 1234567e0', 'double', '1234567.0'],
    ['SELECT 12345678e0', 'double', '1.2345678E7'],
    ['SELECT 1e-3', 'double', '0.001'],
    ['SELECT 1.5e-4', 'double', '1.5E-4'],
    ['SELECT 100e0', 'double', '100.0'],
    ['SELECT -0.1e0', 'double', '-0.1'],
    ['SELECT nan()', 'double', 'NaN'],
    ['SELECT CAST(1.1 AS real)', 'float', '1.1'],
    ['SELECT CAST(1.5 AS decimal(10, 3))', 'decimal', '1.500'],
    ["SELECT DATE '2024-02-29'", 'date', '2024-02-29'],
    ["SELECT TIMESTAMP '2024-02-29 01:02:03.4'", 'timestamp', '2024-02-29 01:02:03.4'],
    ["SELECT CAST('2024-02-29 01:02:03' AS timestamp)", 'timestamp', '2024-02-29 01:02:03.000'],
    [
      "SELECT CAST('2024-02-29 01:02:03.123456' AS timestamp(6))",
      'timestamp',
      '2024-02-29 01:02:03.123456',
    ],
    [
      "SELECT from_unixtime(0) AT TIME ZONE 'America/New_York'",
      'timestamp with time zone',
      '1969-12-31 19:00:00.000 America/New_York',
    ],
    ["SELECT X'61 7a'", 'varbinary', '61 7a'],
    ["SELECT ARRAY['a', NULL, 'b']", 'array', '[a, null, b]'],
    ['SELECT ARRAY[1.0e0, 2.5e0]', 'array', '[1.0, 2.5]'],
    ["SELECT MAP(ARRAY['k'], ARRAY[1])", 'map', '{k=1}'],
    ["SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar))", 'row', '{a=1, b=x}'],
    ["SELECT ROW(1, 'x')", 'row', '{field0=1, field1=x}'],
    ['SELECT json_parse(\'{"a": [1]}\')', 'json', '{"a":[1]}'],
    ["SELECT INTERVAL '2' DAY", 'interval day to second', '2 00:00:00.000'],
  ];
  it.each(cases)('%s is a %s', async (sql, type, value) => {
    const { columns, rows } = await lake.run(sql);
    expect(columns[0]?.type).toBe(type);
    expect(rows[0]?.[0] ?? 'NULL').toBe(value);
  });

  it('tells names, precision and scale', async () => {
    const { columns } = await lake.run(
      "SELECT 1 AS A, 2, CAST(1 AS decimal(10, 2)) AS d, CAST('x' AS varchar(5)) AS v, DATE '2024-01-01' AS day",
    );
    expect(columns.map((each) => [each.name, each.type, each.precision, each.scale])).toEqual([
      ['A', 'integer', 10, 0],
      ['_col1', 'integer', 10, 0],
      ['d', 'decimal', 10, 2],
      ['v', 'varchar', 5, 0],
      ['day', 'date', 0, 0],
    ]);
  });
});

describe('Hive tables over files', () => {
  it('reads JSON as the OpenX SerDe does, gzip and hidden files included', async () => {
    await lake.put('json/a.json', '{"ID": 1.0, "Name": "x", "tags": ["a"]}\n{"id": 2}\n');
    await lake.put('json/b.json.gz', gzipSync('{"id": "3", "name": 4}\n'));
    await lake.put('json/_hidden', 'no json');
    await lake.put('json/.also/hidden', 'no json');
    await lake.run(`CREATE EXTERNAL TABLE json_t (id bigint, name string, tags array<string>)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/json/'`);
    expect(await lake.rows('SELECT * FROM json_t ORDER BY id')).toEqual([
      '1|x|[a]',
      '2|NULL|NULL',
      '3|4|NULL',
    ]);
    const { scannedBytes } = await lake.run('SELECT id FROM json_t');
    const sizes = ['json/a.json', 'json/b.json.gz'].map(
      (key) => lake.objects.head('lake', key)!.size,
    );
    expect(scannedBytes).toBe(sizes[0]! + sizes[1]!);
  });

  it('refuses malformed JSON unless told to ignore it', async () => {
    await lake.put('bad/a.json', '{"id": 1}\nnot json\n{"id": 3}\n');
    const table = (name: string, setting: string): string =>
      `CREATE EXTERNAL TABLE ${name} (id int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' ${setting} LOCATION 's3://lake/bad/'`;
    await lake.run(table('strict_t', ''));
    await lake.run(table('lenient_t', "WITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')"));
    expect(await lake.failure('SELECT * FROM strict_t')).toMatch(/^2\/1007 HIVE_CURSOR_ERROR: /);
    expect(await lake.rows('SELECT id FROM lenient_t ORDER BY id')).toEqual(['1', '3', 'NULL']);
  });

  it('reads delimited text and CSV', async () => {
    await lake.put('text/a.csv', 'id,name\n1,x\n2,\\N\n3\nz,q,more\n');
    await lake.run(`CREATE EXTERNAL TABLE text_t (id int, name string)
      ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://lake/text/'
      TBLPROPERTIES ('skip.header.line.count' = '1')`);
    expect(await lake.rows('SELECT * FROM text_t')).toEqual(['1|x', '2|NULL', '3|NULL', 'NULL|q']);
    await lake.put('csv/a.csv', '"1","a, ""b"""\n"2",\n');
    await lake.run(`CREATE EXTERNAL TABLE csv_t (id int, name string)
      ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde' LOCATION 's3://lake/csv/'`);
    expect(await lake.rows('SELECT * FROM csv_t')).toEqual(['1|a, "b"', '2|']);
  });

  it('reads partitions where Glue says they are', async () => {
    await lake.put('part/day=1/a.json', '{"id": 1}');
    await lake.put('elsewhere/a.json', '{"id": 2}');
    await lake.put('part/day=3/a.json', '{"id": 3}');
    await lake.runAll([
      `CREATE EXTERNAL TABLE part_t (id int) PARTITIONED BY (day int)
       ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/part/'`,
      `ALTER TABLE part_t ADD PARTITION (day = 2) LOCATION 's3://lake/elsewhere/'`,
    ]);
    expect(await lake.rows('SELECT * FROM part_t ORDER BY 1')).toEqual(['2|2']);
    const { rows } = await lake.run('MSCK REPAIR TABLE part_t');
    expect(rows[0]?.[0]).toContain('part_t:day=1');
    expect(await lake.rows('SELECT * FROM part_t ORDER BY 1')).toEqual(['1|1', '2|2', '3|3']);
    expect(await lake.rows('SHOW PARTITIONS part_t')).toEqual(['day=1', 'day=2', 'day=3']);
    await lake.run('ALTER TABLE part_t DROP PARTITION (day = 1)');
    expect(await lake.rows('SELECT id FROM part_t ORDER BY 1')).toEqual(['2', '3']);
  });

  it('reads projected partitions', async () => {
    await lake.put('proj/2024/01/05/eu/a.json', '{"id": 1}');
    await lake.put('proj/2024/02/05/us/a.json', '{"id": 2}');
    await lake.put('proj/2024/02/05/xx/a.json', '{"id": 3}');
    await lake.put('proj/2019/02/05/eu/a.json', '{"id": 4}');
    await lake.run(`CREATE EXTERNAL TABLE proj_t (id int) PARTITIONED BY (day string, region string)
      ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://lake/proj/'
      TBLPROPERTIES ('projection.enabled' = 'true', 'projection.day.type' = 'date',
        'projection.day.format' = 'yyyy/MM/dd', 'projection.day.range' = '2024/01/01,NOW',
        'projection.region.type' = 'enum', 'projection.region.values' = 'eu,us',
        'storage.location.template' = 's3://lake/proj/\${day}/\${region}')`);
    expect(await lake.rows('SELECT * FROM proj_t ORDER BY id')).toEqual([
      '1|2024/01/05|eu',
      '2|2024/02/05|us',
    ]);
  });
});

describe('CTAS and INSERT on Hive tables', () => {
  it('writes Parquet, registers partitions, and counts rows', async () => {
    const outcome =
      await lake.run(`CREATE TABLE ctas_t WITH (external_location = 's3://lake/ctas/', partitioned_by = ARRAY['p'])
      AS SELECT * FROM (VALUES (1, 'x', 'a'), (2, 'y', 'b'), (3, NULL, NULL), (9, 'long', 'new2')) AS t (ID, name, p) WHERE id < 9`);
    expect(outcome.updateCount).toBe(3);
    expect(outcome.writtenFiles).toHaveLength(3);
    expect(lake.keys('ctas/').map((key) => key.split('/')[1])).toEqual([
      'p=__HIVE_DEFAULT_PARTITION__',
      'p=a',
      'p=b',
    ]);
    expect(await lake.rows('SELECT * FROM ctas_t ORDER BY id')).toEqual([
      '1|x|a',
      '2|y|b',
      '3|NULL|NULL',
    ]);
    await lake.run("INSERT INTO ctas_t VALUES (4, 'z', 'a'), (5, 'w', 'new')");
    expect(await lake.rows('SELECT count(*) FROM ctas_t')).toEqual(['5']);
    expect(lake.glue.listPartitions('db', 'ctas_t')).toHaveLength(4);
  });

  it('takes the results folder without a location', async () => {
    await lake.run('CREATE TABLE no_location AS SELECT 1 AS a', { queryId: 'q-7' });
    expect(lake.keys('results/tables/q-7/')).toEqual(['results/tables/q-7/q-7_0.parquet']);
  });

  it.each(['JSON', 'TEXTFILE', 'PARQUET'])('reads back what it wrote as %s', async (format) => {
    await lake.run(`CREATE TABLE f_${format} WITH (format = '${format}') AS
      SELECT 1 AS a, CAST('2024-01-01 10:00:00' AS timestamp) AS t, CAST(NULL AS double) AS d, 'x' AS s`);
    expect(await lake.rows(`SELECT * FROM f_${format}`)).toEqual([
      '1|2024-01-01 10:00:00.000|NULL|x',
    ]);
  });

  it('makes a table of no rows', async () => {
    await lake.run('CREATE TABLE empty_t AS SELECT 1 AS a WHERE false');
    await lake.run('CREATE TABLE no_data_t AS SELECT 1 AS a WITH NO DATA');
    expect(await lake.rows('SELECT * FROM empty_t UNION ALL SELECT * FROM no_data_t')).toEqual([]);
  });

  it('leaves orphan files and no table when it fails', async () => {
    const failure = await lake.failure(
      "CREATE TABLE broken WITH (external_location = 's3://lake/broken/') AS SELECT 1 / (x - 2) AS a FROM (VALUES 1, 2) AS t (x)",
    );
    expect(failure).toMatch(/^2\/1001 DIVISION_BY_ZERO/);
    expect(lake.keys('broken/')).toHaveLength(1);
    expect(lake.glue.findTable('db', 'broken')).toBeUndefined();
    expect(
      await lake.failure(
        "CREATE TABLE broken WITH (external_location = 's3://lake/broken') AS SELECT 1 AS a",
      ),
    ).toMatch(/HIVE_PATH_ALREADY_EXISTS: Target directory for table 'db.broken' already exists/);
  });

  it('writes at most 100 partitions', async () => {
    const sql = (n: number): string =>
      `CREATE TABLE many_${n} WITH (partitioned_by = ARRAY['p']) AS SELECT 1 AS a, x AS p FROM UNNEST(sequence(1, ${n})) AS t (x)`;
    await lake.run(sql(100));
    expect(await lake.failure(sql(101))).toMatch(
      /HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100/,
    );
  });

  const refused: readonly (readonly [sql: string, error: RegExp])[] = [
    ["CREATE TABLE x WITH (nope = 'a') AS SELECT 1 AS a", /^2\/1103 INVALID_TABLE_PROPERTY/],
    [
      "CREATE TABLE x WITH (partitioned_by = ARRAY['a']) AS SELECT 1 AS a, 2 AS b",
      /HIVE_COLUMN_ORDER_MISMATCH/,
    ],
    ['CREATE TABLE x AS SELECT 1', /Column name not specified at position 1/],
    ['CREATE TABLE x AS SELECT 1 AS a, 2 AS A', /specified more than once/],
    ['CREATE TABLE x AS SELECT uuid() AS a', /^2\/1200 NOT_SUPPORTED: Unsupported Hive type: uuid/],
    ['CREATE TABLE x AS SELECT NULL AS a', /COLUMN_TYPE_UNKNOWN/],
    [
      "CREATE TABLE x AS SELECT CAST('2024-01-01' AS timestamp(6)) AS a",
      /Incorrect timestamp precision for timestamp\(6\); the configured precision is MILLISECONDS/,
    ],
    [
      "CREATE TABLE x WITH (table_type = 'ICEBERG', location = 's3://lake/i/') AS SELECT CAST('2024-01-01' AS timestamp(3)) AS a",
      /Timestamp precision \(3\) not supported for Iceberg/,
    ],
    ["CREATE TABLE x WITH (table_type = 'ICEBERG') AS SELECT 1 AS a", /^2\/1103/],
    [
      'CREATE TABLE ctas_t AS SELECT 1 AS a',
      /^2\/1110 TABLE_ALREADY_EXISTS: line 1:1: Destination table 'awsdatacatalog.db.ctas_t' already exists/,
    ],
    [
      "INSERT INTO ctas_t VALUES ('x', 'y', 'z')",
      /^2\/1002 TYPE_MISMATCH: line 1:1: Insert query has mismatched column types/,
    ],
    ['INSERT INTO ctas_t (nope) VALUES (1)', /COLUMN_NOT_FOUND/],
    ['DELETE FROM ctas_t', /^2\/1200 NOT_SUPPORTED/],
    ['UPDATE ctas_t SET id = 1', /^2\/1200 NOT_SUPPORTED/],
  ];
  it.each(refused)('%s is refused', async (sql, error) => {
    expect(await lake.failure(sql)).toMatch(error);
  });

  it('keeps external_location out of enforced workgroups', async () => {
    const failure = await lake.failure(
      "CREATE TABLE x WITH (external_location = 's3://lake/x/') AS SELECT 1 AS a",
      { enforcesOutput: true },
    );
    expect(failure).toContain('enforces a centralized output location');
  });
});

describe('statements and their errors', () => {
  const errors: readonly (readonly [sql: string, error: RegExp])[] = [
    ['SELEC 1', /Queries of this type are not supported/],
    ['SELECT 1; SELECT 2', /Only one sql statement is allowed/],
    [
      'SELECT * FROM nope',
      /^2\/1301 TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.db.nope' does not exist/,
    ],
    ['SELECT * FROM nope.t', /^2\/1301 SCHEMA_NOT_FOUND: line 1:15/],
    [
      'SELECT a\nFROM (SELECT 1 AS b)',
      /^2\/1006 COLUMN_NOT_FOUND: line 1:8: Column 'a' cannot be resolved/,
    ],
    ['SELECT nope(1)', /^2\/1303 FUNCTION_NOT_FOUND: line 1:8/],
    ["SELECT 1 + 'a'", /^2\/1002 TYPE_MISMATCH: line 1:/],
    ["SELECT CAST('x' AS integer)", /^2\/1100 INVALID_CAST_ARGUMENT/],
    ['SELECT `a` FROM t', /line 1:8/],
    ['CREATE EXTERNAL TABLE "t" (a int) LOCATION \'s3://lake/t/\'', /FAILED: ParseException/],
    [
      "CREATE TABLE t (a int) LOCATION 's3://lake/t/'",
      /External keyword required for table type HIVE/,
    ],
    [
      "CREATE EXTERNAL TABLE t (a int) LOCATION 's3://lake/t/' TBLPROPERTIES ('table_type' = 'ICEBERG')",
      /External keyword not supported for table type ICEBERG/,
    ],
    ['GRANT SELECT ON t TO x', /Queries of this type are not supported/],
    ['CREATE INDEX i ON t (a)', /Queries of this type are not supported/],
    ['DESCRIBE DATABASE db', /Queries of this type are not supported/],
    ['START TRANSACTION', /Queries of this type are not supported/],
    ["ALTER TABLE ctas_t SET SERDEPROPERTIES ('a' = 'b')", /not supported/],
    ['ALTER TABLE ctas_t RENAME TO other', /Table cannot be renamed/],
    ['-- c\nDROP TABLE ctas_t', /FAILED: ParseException/],
    ['DROP TABLE nope', /FAILED: SemanticException \[Error 10001\]: Table not found db.nope/],
    ['SHOW TABLES IN nope', /\[Error 10072\]: Database does not exist: nope/],
    ['CREATE DATABASE db', /Database db already exists/],
  ];
  it.each(errors)('%s', async (sql, error) => {
    expect(await lake.failure(sql)).toMatch(error);
  });

  it('classifies', () => {
    const kinds = [
      'SELECT 1',
      '-- c\nWITH a AS (SELECT 1) SELECT * FROM a;',
      'create table x as select 1 as a',
      'CREATE TABLE "db"."x" WITH (format = \'PARQUET\') AS SELECT 1 AS a',
      'INSERT INTO x SELECT 1',
      "CREATE EXTERNAL TABLE x (a int) LOCATION 's3://lake/x/'",
      'CREATE OR REPLACE VIEW v AS SELECT 1 AS a',
      'SHOW TABLES',
      'EXPLAIN SELECT 1',
      'VACUUM x',
    ].map((sql) => lake.engine.classify(sql).substatementType);
    expect(kinds).toEqual([
      'SELECT',
      'SELECT',
      'CREATE_TABLE_AS_SELECT',
      'CREATE_TABLE_AS_SELECT',
      'INSERT',
      'CREATE_TABLE',
      'CREATE_VIEW',
      'SHOW_TABLES',
      'EXPLAIN',
      'VACUUM',
    ]);
    expect(() => lake.engine.classify('CREATE OR REPLACE TABLE x AS SELECT 1 AS a')).toThrow();
    expect(() => lake.engine.classify('SELECT FROM')).toThrow(/line 1:8/);
  });

  it('binds parameters', async () => {
    expect(await lake.rows('SELECT ? + 1, ?', { parameters: ['41', "'x?'"] })).toEqual(['42|x?']);
  });

  it('stops', async () => {
    const controller = new AbortController();
    const run = lake.failure(
      'SELECT count(*) FROM UNNEST(sequence(1, 10000)) AS a (x) CROSS JOIN UNNEST(sequence(1, 10000)) AS b (y) CROSS JOIN UNNEST(sequence(1, 10000)) AS c (z)',
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 50);
    expect(await run).toMatch(/cancelled/);
  });
});
