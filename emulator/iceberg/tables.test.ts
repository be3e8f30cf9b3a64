import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { column, openTestLake, types } from './testing/test-lake.js';
import type { TestLake } from './testing/test-lake.js';

let lake: TestLake;
beforeEach(async () => {
  lake = await openTestLake();
});
afterEach(() => lake.close());

describe('CREATE TABLE and CTAS', () => {
  it('writes the metadata of a table without rows, and points Glue to it', async () => {
    await lake.create('t', {
      columns: [column('id', types.integer, 'the key'), column('at', types.timestamp)],
      partitioning: [
        { column: 'id', transform: 'bucket', width: 16 },
        { column: 'at', transform: 'day' },
      ],
      properties: { table_type: 'ICEBERG', write_compression: 'snappy' },
      comment: 'about t',
    });
    const table = lake.table('t');
    expect(table.Parameters).toEqual({
      table_type: 'ICEBERG',
      metadata_location: expect.stringMatching(
        /^s3:\/\/lake\/t\/metadata\/00000-[0-9a-f-]{36}\.metadata\.json$/,
      ) as string,
    });
    expect(table.Description).toBe('about t');
    expect(table.StorageDescriptor?.Location).toBe('s3://lake/t');
    expect(table.StorageDescriptor?.Columns).toEqual([
      {
        Name: 'id',
        Type: 'int',
        Comment: 'the key',
        Parameters: {
          'iceberg.field.id': '1',
          'iceberg.field.optional': 'true',
          'iceberg.field.current': 'true',
        },
      },
      {
        Name: 'at',
        Type: 'timestamp',
        Parameters: {
          'iceberg.field.id': '2',
          'iceberg.field.optional': 'true',
          'iceberg.field.current': 'true',
        },
      },
    ]);
    expect(await lake.metadata('t')).toMatchObject({
      'format-version': 2,
      location: 's3://lake/t',
      'current-snapshot-id': '-1',
      snapshots: [],
      'partition-specs': [
        {
          'spec-id': 0,
          fields: [
            { 'source-id': 1, 'field-id': 1000, name: 'id_bucket', transform: 'bucket[16]' },
            { 'source-id': 2, 'field-id': 1001, name: 'at_day', transform: 'day' },
          ],
        },
      ],
    });
    expect(await lake.rows('t')).toEqual([]);
  });

  it('stores every type that Athena has for Iceberg, nested ones with ids of their own', async () => {
    await lake.create(
      't',
      {
        columns: [
          column('a', types.boolean),
          column('b', types.bigint),
          column('c', types.real),
          column('d', types.double),
          column('e', { kind: 'decimal', precision: 20, scale: 3 }),
          column('f', types.date),
          column('g', types.timestamp),
          column('h', types.varchar),
          column('i', types.varbinary),
          column('j', {
            kind: 'array',
            element: { kind: 'row', fields: [{ name: 'x', type: types.integer }] },
          }),
          column('k', { kind: 'map', key: types.varchar, value: types.double }),
        ],
      },
      `SELECT true, 9007199254740993, 1.5, 2.5, 12345678901234567.891, DATE '2024-02-29',
         TIMESTAMP '2024-02-29 01:02:03.123456', 'é', '\\x00\\xFF'::BLOB, [{'x': 1}], MAP {'k': 0.5}`,
    );
    expect(await lake.rows('t')).toEqual([
      {
        a: true,
        b: '9007199254740993',
        c: 1.5,
        d: 2.5,
        e: '12345678901234567.891',
        f: '2024-02-29',
        g: '2024-02-29 01:02:03.123456',
        h: 'é',
        i: '\\x00\\xFF',
        j: [{ x: 1 }],
        k: [{ key: 'k', value: 0.5 }],
      },
    ]);
    const fields = (await lake.metadata('t')).schemas[0]?.fields ?? [];
    expect(fields[9]).toMatchObject({ id: 10, type: { 'element-id': 12 } });
    expect(fields[10]).toMatchObject({ id: 11, type: { 'key-id': 14, 'value-id': 15 } });
    const reader = await lake.format.read(lake.context, lake.table('t'));
    expect(reader.columns[6]?.type).toEqual(types.timestamp);
    expect(reader.bytes).toBeGreaterThan(0);
  });

  it.each([
    [
      { kind: 'timestamp', precision: 3, withZone: false },
      'NOT_SUPPORTED: Timestamp precision (3) not supported for Iceberg. Use "timestamp(6)" instead.',
    ],
    [
      { kind: 'timestamp', precision: 3, withZone: true },
      'NOT_SUPPORTED: Timestamp precision (3) not supported for Iceberg. Use "timestamp(6) with time zone" instead.',
    ],
    [
      { kind: 'timestamp', precision: 6, withZone: true },
      'NOT_SUPPORTED: Type not supported for Iceberg: timestamp(6) with time zone',
    ],
    [{ kind: 'uuid' }, 'NOT_SUPPORTED: Type not supported for Iceberg: uuid'],
    [{ kind: 'json' }, 'NOT_SUPPORTED: Type not supported for Iceberg: json'],
    [{ kind: 'tinyint' }, 'NOT_SUPPORTED: Type not supported for Iceberg: tinyint'],
    [
      { kind: 'time', precision: 6, withZone: false },
      'NOT_SUPPORTED: Type not supported for Iceberg: time(6)',
    ],
    [
      { kind: 'array', element: { kind: 'char', length: 3 } },
      'NOT_SUPPORTED: Type not supported for Iceberg: char(3)',
    ],
  ] as const)('refuses %j', async (type, message) => {
    const creating = lake.create('t', { columns: [column('c', type)] }, 'SELECT NULL');
    await expect(creating).rejects.toMatchObject({ message, category: 2, type: 1200 });
    expect(lake.addresses()).toEqual([]);
  });

  it('takes timestamp in DDL, where it has no precision', async () => {
    const type = { kind: 'timestamp', precision: 3, withZone: false } as const;
    await lake.create('t', { columns: [column('c', type)] });
    expect((await lake.metadata('t')).schemas[0]?.fields[0]?.type).toBe('timestamp');
  });

  it.each([
    [{ comment: 'x' }, 'Unsupported table property key: comment', 1200],
    [
      { vacuum_min_snapshots_to_keep: 'x' },
      "INVALID_TABLE_PROPERTY: Invalid value for table property 'vacuum_min_snapshots_to_keep': x",
      1103,
    ],
    [
      { format: 'orc' },
      'NOT_SUPPORTED: the local Athena writes Iceberg tables as PARQUET only, not orc',
      1200,
    ],
    [
      { is_external: 'true' },
      "INVALID_TABLE_PROPERTY: Invalid value for table property 'is_external': true",
      1103,
    ],
  ])('refuses the properties %j', async (properties, message, type) => {
    const creating = lake.create('t', { properties }, 'SELECT 1');
    await expect(creating).rejects.toMatchObject({ message, type });
  });

  it('refuses a location that is not empty, and takes one whose name only starts alike', async () => {
    await lake.objects.put('lake', 't/old.parquet', Buffer.from('x'));
    await expect(lake.create('t', {}, 'SELECT 1')).rejects.toMatchObject({
      message: expect.stringMatching(
        /^ICEBERG_FILESYSTEM_ERROR: Cannot create a table on a non-empty location: s3:\/\/lake\/t,/,
      ) as string,
      type: 233,
    });
    await lake.create('other', { location: 's3://lake/t/ol' }, 'SELECT 1');
    expect(await lake.rows('other')).toEqual([{ id: 1 }]);
  });

  it('refuses a bucket that is not there', async () => {
    const creating = lake.create('t', { location: 's3://nowhere/t' }, 'SELECT 1');
    await expect(creating).rejects.toMatchObject({ type: 233 });
  });

  it('has a snapshot after a CTAS without rows, and no file', async () => {
    await lake.create('t', {}, 'SELECT 1 WHERE false');
    expect((await lake.metadata('t')).snapshots).toHaveLength(1);
    expect(lake.addresses().filter((each) => each.endsWith('.parquet'))).toEqual([]);
    expect(await lake.rows('t')).toEqual([]);
  });

  it('leaves what it wrote behind when the table is there already', async () => {
    await lake.create('t', {}, 'SELECT 1');
    const again = lake.create('t', { location: 's3://lake/elsewhere' }, 'SELECT 2');
    await expect(again).rejects.toMatchObject({
      type: 233,
      writtenFiles: [expect.stringMatching(/^s3:\/\/lake\/elsewhere\/data\//) as string],
    });
    expect(lake.addresses().some((each) => each.startsWith('s3://lake/elsewhere/data/'))).toBe(
      true,
    );
    expect(await lake.rows('t')).toEqual([{ id: 1 }]);
  });
});

describe('partitions', () => {
  it('writes one file for each, NULL and odd texts among them', async () => {
    await lake.create(
      't',
      {
        columns: [column('id', types.integer), column('region', types.varchar)],
        partitioning: [{ column: 'region', transform: 'identity' }],
      },
      `SELECT * FROM (VALUES (1, 'a/b'), (2, 'it''s'), (3, NULL), (4, 'a/b'), (5, 'null'), (6, ''))`,
    );
    const paths = await lake.paths('t');
    expect(paths).toHaveLength(5);
    expect(paths.some((path) => path.includes('/data/region=a%2Fb/'))).toBe(true);
    expect(await lake.rows('t', { sql: 'SELECT id, region FROM t ORDER BY id' })).toEqual([
      { id: 1, region: 'a/b' },
      { id: 2, region: "it's" },
      { id: 3, region: null },
      { id: 4, region: 'a/b' },
      { id: 5, region: 'null' },
      { id: 6, region: '' },
    ]);
  });

  it('follows transforms, several at once', async () => {
    await lake.create(
      't',
      {
        columns: [
          column('id', types.bigint),
          column('at', types.timestamp),
          column('price', { kind: 'decimal', precision: 9, scale: 2 }),
        ],
        partitioning: [
          { column: 'id', transform: 'bucket', width: 4 },
          { column: 'at', transform: 'month' },
          { column: 'price', transform: 'truncate', width: 1000 },
        ],
      },
      `SELECT i, TIMESTAMP '2024-01-01' + INTERVAL (i) MONTH, i * 5.5 FROM range(3) AS t(i)`,
    );
    const found = await lake.rows('t', {
      metadata: 'partitions',
      sql: 'SELECT * FROM t ORDER BY ALL',
    });
    expect(found.map((row) => row['partition'])).toEqual(
      expect.arrayContaining([
        { id_bucket: 0, at_month: 648, price_trunc: '0.00' },
        { id_bucket: expect.any(Number) as number, at_month: 650, price_trunc: '10.00' },
      ]),
    );
    expect(await lake.rows('t', { sql: 'SELECT count(*)::INT AS n FROM t' })).toEqual([{ n: 3 }]);
  });

  it('refuses the hundred-and-first, leaves a hundred files behind, and the table as it was', async () => {
    const partitioning = [{ column: 'id', transform: 'identity' }] as const;
    await lake.create('t', { partitioning }, 'SELECT i::INT FROM range(100) AS t(i)');
    const before = lake.addresses().length;
    await expect(lake.append('t', 'SELECT i::INT FROM range(101) AS t(i)')).rejects.toMatchObject({
      message:
        'ICEBERG_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of 100 open writers for partitions',
      type: 233,
      writtenFiles: { length: 100 },
    });
    expect(lake.addresses()).toHaveLength(before + 100);
    expect(await lake.rows('t', { sql: 'SELECT count(*)::INT AS n FROM t' })).toEqual([{ n: 100 }]);
  });

  it.each([
    [{ column: 'no', transform: 'identity' }, /Cannot find source column: no/],
    [{ column: 'id', transform: 'day' }, /Invalid source type int for transform: day/],
    [{ column: 'id', transform: 'bucket' }, /Invalid number of buckets/],
  ] as const)('refuses %j', async (field, message) => {
    await expect(lake.create('t', { partitioning: [field] })).rejects.toThrow(message);
  });
});

describe('DROP TABLE and SHOW CREATE TABLE', () => {
  it('purges the files, those of others at the same location too', async () => {
    await lake.create('t', {}, 'SELECT 1');
    await lake.objects.put('lake', 't/data/foreign.parquet', Buffer.from('x'));
    await lake.objects.put('lake', 't2/kept.parquet', Buffer.from('x'));
    await lake.format.drop(lake.context, lake.table('t'));
    expect(lake.addresses()).toEqual(['s3://lake/t2/kept.parquet']);
    expect(lake.glue.findTable('db', 't')).toBeUndefined();
  });

  it('drops a table whose metadata file is gone', async () => {
    await lake.create('t', {}, 'SELECT 1');
    for (const object of lake.objects.list('lake', 't/metadata/')) {
      lake.objects.remove('lake', object.key);
    }
    const table = lake.table('t');
    await expect(lake.format.read(lake.context, table)).rejects.toThrow(
      /^ICEBERG_MISSING_METADATA/,
    );
    await lake.format.drop(lake.context, table);
    expect(lake.addresses()).toEqual([]);
  });

  it('describes the table in DDL', async () => {
    await lake.create('t', {
      columns: [
        column('id', types.integer, "it's the key"),
        column('name', types.varchar),
        column('tags', { kind: 'array', element: types.varchar }),
      ],
      partitioning: [
        { column: 'id', transform: 'bucket', width: 16 },
        { column: 'name', transform: 'identity' },
      ],
      properties: { vacuum_min_snapshots_to_keep: '3' },
    });
    expect(await lake.format.describe(lake.context, lake.table('t'))).toEqual([
      'CREATE TABLE db.t (',
      "  id int COMMENT 'it''s the key',",
      '  name string,',
      '  tags array<string>)',
      'PARTITIONED BY (bucket(16, `id`), `name`)',
      "LOCATION 's3://lake/t'",
      'TBLPROPERTIES (',
      "  'table_type'='iceberg',",
      "  'format'='parquet',",
      "  'vacuum_min_snapshots_to_keep'='3',",
      "  'write_compression'='zstd'",
      ')',
    ]);
  });
});
