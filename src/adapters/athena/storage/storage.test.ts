import { describe, expect, it } from 'vitest';
import type { TypedColumn } from '../../../core/adapter.js';
import { readExternalTable } from '../../../core/external-table.js';
import type { JsonValue } from '../../../core/node.js';
import { formatType, type SqlType } from '../../../core/sql-type.js';
import { modelNode } from '../../../core/testing/nodes.js';
import { readModelConfig, type ModelStorage } from '../model-config.js';
import { castQuery } from './cast-query.js';
import { createExternalTable } from './create-external-table.js';
import { createTableAs } from './create-table-as.js';
import { formatHiveType, readHiveType } from './hive-type.js';
import { formatCtasPartition, readPartitionField } from './partition-field.js';
import { storedType } from './stored-type.js';

const timestamp = (precision: number): SqlType => ({
  kind: 'timestamp',
  precision,
  withZone: false,
});
const relation = { database: 'awsdatacatalog', schema: 'Trusted', identifier: 'T__staged_1' };

function storageOf(extra: ModelStorage | object, format: string | null = null): ModelStorage {
  const node = modelNode('m');
  return readModelConfig({
    ...node,
    config: { ...node.config, format, extra: extra as typeof node.config.extra },
  }).storage;
}

describe('partition fields', () => {
  it.each([
    ['Country', 'country'],
    ['day(at)', 'day(at)'],
    ['HOUR("At")', 'hour(at)'],
    ['bucket(id, 16)', 'bucket(id, 16)'],
    ['bucket(16, id)', 'bucket(id, 16)'],
    ['truncate(4, name)', 'truncate(name, 4)'],
    ['`name`', 'name'],
  ])('reads %s and writes %s', (text, written) => {
    const field = readPartitionField(text);
    expect(field && formatCtasPartition(field)).toBe(written);
  });

  it.each(['days(at)', 'bucket(id)', 'bucket(id, 0)', 'day(at, 2)', 'a b', '', 'f(g(x))'])(
    'does not read %s',
    (text) => {
      expect(readPartitionField(text)).toBeUndefined();
    },
  );
});

describe('stored types', () => {
  it.each<[SqlType, string, string]>([
    [timestamp(3), 'timestamp(3)', 'timestamp(6)'],
    [timestamp(9), 'timestamp(3)', 'timestamp(6)'],
    [{ kind: 'tinyint' }, 'tinyint', 'integer'],
    [{ kind: 'smallint' }, 'smallint', 'integer'],
    [{ kind: 'char', length: 3 }, 'char(3)', 'varchar'],
    [{ kind: 'varchar', length: 9 }, 'varchar(9)', 'varchar'],
    [{ kind: 'varchar', length: 70000 }, 'varchar', 'varchar'],
    [{ kind: 'bigint' }, 'bigint', 'bigint'],
    [{ kind: 'array', element: timestamp(6) }, 'array(timestamp(3))', 'array(timestamp(6))'],
    [
      { kind: 'row', fields: [{ name: 'a', type: { kind: 'smallint' } }] },
      'row(a smallint)',
      'row(a integer)',
    ],
  ])('of %j', (type, hive, iceberg) => {
    const written = (['hive', 'iceberg'] as const).map((tableType) => {
      const stored = storedType(type, tableType);
      return 'type' in stored ? formatType(stored.type) : stored.problem;
    });
    expect(written).toEqual([hive, iceberg]);
  });

  it.each<[SqlType, string, string]>([
    [{ kind: 'uuid' }, 'has the type uuid, which no table can hold', 'CAST(c AS varchar)'],
    [{ kind: 'json' }, 'has the type json, which no table can hold', 'json_format(c)'],
    [
      { kind: 'time', precision: 3, withZone: false },
      'has the type time(3), which no table can hold',
      'CAST(c AS varchar)',
    ],
    [
      { kind: 'timestamp', precision: 3, withZone: true },
      'has the type timestamp(3) with time zone, which no table can hold',
      "CAST(c AT TIME ZONE 'UTC' AS timestamp(6))",
    ],
    [{ kind: 'unknown' }, 'is NULL in every row and so has no type', 'CAST(c AS varchar)'],
    [
      { kind: 'array', element: { kind: 'uuid' } },
      'has the type array(uuid), a part of which no table can hold',
      'CAST(c AS array(varchar))',
    ],
    [
      { kind: 'row', fields: [{ type: { kind: 'bigint' } }] },
      'is a row whose fields have no names',
      'CAST(c AS row(field1 bigint))',
    ],
  ])('refuses %j', (type, problem, cast) => {
    const stored = storedType(type, 'iceberg');
    expect('problem' in stored && [stored.problem, stored.cast('c')]).toEqual([problem, cast]);
  });

  it('spells types as Hive does, and reads them back', () => {
    const texts = [
      'string',
      'int',
      'float',
      'binary',
      'decimal(10,2)',
      'varchar(3)',
      'char(2)',
      'timestamp',
      'array<struct<a:int,b:map<string,decimal(4,1)>>>',
    ];
    expect(texts.map((text) => formatHiveType(readHiveType(text, 3)))).toEqual(texts);
    expect(readHiveType('timestamp', 6)).toEqual(timestamp(6));
    expect(readHiveType('geometry', 6)).toEqual({ kind: 'any' });
  });
});

describe('castQuery', () => {
  const columns: readonly TypedColumn[] = [
    { name: 'Day', type: { kind: 'date' } },
    { name: 'at', type: timestamp(3) },
    { name: 'n', type: { kind: 'bigint' } },
  ];

  it('leaves a query alone that has nothing to cast', () => {
    expect(castQuery({ sql: 'q', columns }, { tableType: 'hive', lastColumns: [] })).toBe('q');
    expect(castQuery({ sql: 'q' }, { tableType: 'iceberg', lastColumns: ['day'] })).toBe('q');
  });

  it('casts to what the table stores', () => {
    expect(castQuery({ sql: 'q', columns }, { tableType: 'iceberg', lastColumns: [] })).toBe(
      'SELECT _source."day", CAST(_source."at" AS timestamp(6)) AS "at", _source."n"\nFROM (\nq\n) AS _source',
    );
  });

  it("moves a Hive table's partitions to the end", () => {
    expect(castQuery({ sql: 'q', columns }, { tableType: 'hive', lastColumns: ['day'] })).toBe(
      'SELECT _source."at", _source."n", _source."day"\nFROM (\nq\n) AS _source',
    );
  });

  it('takes the rows of one statement', () => {
    const options = { tableType: 'hive', lastColumns: [], where: 'a = 1' } as const;
    expect(castQuery({ sql: 'q' }, options)).toBe(
      'SELECT _source.*\nFROM (\nq\n) AS _source\nWHERE a = 1',
    );
  });
});

describe('CREATE TABLE AS', () => {
  it('of an Iceberg table', () => {
    const storage = storageOf({
      partitioned_by: ['day(at)', 'bucket(16, id)'],
      write_compression: 'zstd',
      table_properties: { compression_level: 7 },
    });
    expect(createTableAs({ relation, storage, location: 's3://b/l/0/', query: 'select 1 as a' }))
      .toBe(`CREATE TABLE "awsdatacatalog"."trusted"."t__staged_1"
WITH (
  table_type = 'ICEBERG',
  is_external = false,
  location = 's3://b/l/0/',
  format = 'PARQUET',
  write_compression = 'ZSTD',
  partitioning = ARRAY['day(at)', 'bucket(id, 16)'],
  compression_level = 7
) AS
select 1 as a`);
  });

  it('of a Hive table; an enforcing workgroup chooses the place', () => {
    const storage = storageOf(
      {
        table_type: 'hive',
        partitioned_by: ['day'],
        bucketed_by: ['id'],
        bucket_count: 4,
        field_delimiter: "'",
        table_properties: { 'projection.enabled': 'true' },
      },
      'textfile',
    );
    expect(createTableAs({ relation, storage, location: null, query: 'q' })).toBe(
      `CREATE TABLE "awsdatacatalog"."trusted"."t__staged_1"
WITH (
  table_type = 'HIVE',
  format = 'TEXTFILE',
  field_delimiter = '''',
  partitioned_by = ARRAY['day'],
  bucketed_by = ARRAY['id'],
  bucket_count = 4
) AS
q`,
    );
  });
});

describe('CREATE EXTERNAL TABLE', () => {
  const columns = [
    { name: 'User', type: 'string', comment: "the customer's" },
    { name: 'timestamp', type: 'bigint', comment: '' },
    { name: 'day', type: 'date', comment: '' },
  ];

  /** A declaration whose files are read as the configuration says. */
  const declare = (format: string, extra: Readonly<Record<string, JsonValue>>) => {
    const { table: files } = readExternalTable({ config: { format, extra }, columns: [] });
    const { tableProperties } = storageOf({ table_type: 'hive', ...extra });
    return createExternalTable({
      relation,
      files,
      tableProperties,
      columns,
      location: 's3://b/landing/x',
    });
  };

  it('over JSON lines', () => {
    expect(declare('json', {})).toBe(`CREATE EXTERNAL TABLE \`trusted\`.\`t__staged_1\` (
  \`user\` string COMMENT 'the customer\\'s',
  \`timestamp\` bigint,
  \`day\` date
)
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
LOCATION 's3://b/landing/x/'`);
    expect(declare('json', { serde_properties: { 'ignore.malformed.json': true } })).toContain(
      `JsonSerDe'\nWITH SERDEPROPERTIES ('ignore.malformed.json' = 'true')`,
    );
  });

  it('over partitioned Parquet files, with projection', () => {
    const extra = { partitioned_by: 'Day', table_properties: { 'projection.enabled': true } };
    expect(declare('parquet', extra)).toBe(`CREATE EXTERNAL TABLE \`trusted\`.\`t__staged_1\` (
  \`user\` string COMMENT 'the customer\\'s',
  \`timestamp\` bigint
)
PARTITIONED BY (
  \`day\` date
)
STORED AS PARQUET
LOCATION 's3://b/landing/x/'
TBLPROPERTIES ('projection.enabled' = 'true')`);
  });

  it('over CSV', () => {
    expect(declare('csv', { field_delimiter: ';' })).toContain(
      `WITH SERDEPROPERTIES ('separatorChar' = ';', 'quoteChar' = '"', 'escapeChar' = '\\\\')`,
    );
  });

  it('over delimited text', () => {
    expect(declare('textfile', {})).toContain(
      `LazySimpleSerDe'\nWITH SERDEPROPERTIES ('serialization.null.format' = '\\\\N')`,
    );
    const extra = {
      field_delimiter: '|',
      serde_properties: { 'serialization.null.format': '' },
      table_properties: { 'skip.header.line.count': 1 },
    };
    expect(declare('textfile', extra)).toContain(
      `WITH SERDEPROPERTIES ('field.delim' = '|', 'serialization.format' = '|', 'serialization.null.format' = '')
LOCATION 's3://b/landing/x/'
TBLPROPERTIES ('skip.header.line.count' = '1')`,
    );
  });
});
