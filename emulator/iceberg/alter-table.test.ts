import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FormatColumn, TableChange } from '../core/table-format.js';
import { column, openTestLake, types } from './testing/test-lake.js';
import type { TestLake } from './testing/test-lake.js';

let lake: TestLake;
beforeEach(async () => {
  lake = await openTestLake();
  const columns = [
    column('id', types.integer, 'key'),
    column('name', types.varchar),
    column('price', { kind: 'decimal', precision: 9, scale: 2 }),
  ];
  const partitioning = [{ column: 'name', transform: 'truncate', width: 1 }] as const;
  await lake.create('t', { columns, partitioning }, "SELECT 1, 'one', 1.25");
});
afterEach(() => lake.close());

const alter = (change: TableChange): Promise<void> =>
  lake.format.alter(lake.context, lake.table('t'), change);

describe('columns', () => {
  it('are added, NULL in the files that are there', async () => {
    await alter({
      kind: 'add-columns',
      columns: [
        column('at', { kind: 'timestamp', precision: 3, withZone: false }, 'when'),
        column('tags', { kind: 'array', element: types.varchar }),
      ],
    });
    await lake.append('t', "SELECT 2, 'two', 2.5, TIMESTAMP '2024-01-01', ['x']");
    expect(await lake.rows('t')).toEqual([
      { id: 1, name: 'one', price: '1.25', at: null, tags: null },
      { id: 2, name: 'two', price: '2.50', at: '2024-01-01 00:00:00', tags: ['x'] },
    ]);
    expect(lake.table('t').StorageDescriptor?.Columns?.map((each) => each.Type)).toEqual([
      'int',
      'string',
      'decimal(9,2)',
      'timestamp',
      'array<string>',
    ]);
  });

  it('are dropped, marked as former in Glue, and do not come back under their name', async () => {
    await alter({ kind: 'drop-column', name: 'price' });
    expect(await lake.rows('t')).toEqual([{ id: 1, name: 'one' }]);
    const columns = lake.table('t').StorageDescriptor?.Columns ?? [];
    expect(columns.map((each) => [each.Name, each.Parameters?.['iceberg.field.current']])).toEqual([
      ['id', 'true'],
      ['name', 'true'],
      ['price', 'false'],
    ]);
    await alter({ kind: 'add-columns', columns: [column('price', types.integer)] });
    expect(await lake.rows('t')).toEqual([{ id: 1, name: 'one', price: null }]);
    expect((await lake.metadata('t')).schemas.at(-1)?.fields.at(-1)?.id).toBe(4);
  });

  it('are renamed, promoted, moved and described, and old files are read all the same', async () => {
    await alter({
      kind: 'change-column',
      name: 'id',
      column: column('key', types.bigint),
      position: { after: 'name' },
    });
    await alter({
      kind: 'change-column',
      name: 'price',
      column: column('price', { kind: 'decimal', precision: 20, scale: 2 }, 'in euros'),
      position: 'first',
    });
    await lake.append('t', "SELECT 123456789012345678.5, 'b', 5000000000");
    const reader = await lake.format.read(lake.context, lake.table('t'));
    expect(reader.columns).toEqual([
      column('price', { kind: 'decimal', precision: 20, scale: 2 }, 'in euros'),
      column('name', types.varchar),
      column('key', types.bigint, 'key'),
    ]);
    expect(await lake.rows('t')).toEqual([
      { price: '1.25', name: 'one', key: '1' },
      { price: '123456789012345678.50', name: 'b', key: '5000000000' },
    ]);
  });

  it('that partition are widened, and the manifests of old files with them', async () => {
    const price = (precision: number): FormatColumn =>
      column('price', { kind: 'decimal', precision, scale: 2 });
    await lake.create(
      'p',
      {
        columns: [column('id', types.integer), price(4)],
        partitioning: [
          { column: 'id', transform: 'identity' },
          { column: 'price', transform: 'identity' },
        ],
      },
      'SELECT 1, -0.5 UNION ALL SELECT 2, 2.5',
    );
    const change = (to: FormatColumn): Promise<void> =>
      lake.format.alter(lake.context, lake.table('p'), {
        kind: 'change-column',
        name: to.name,
        column: to,
      });
    await change(column('id', types.bigint));
    await change(price(30));
    const [gone] = await lake.rows('p', { sql: 'SELECT "$path" AS path FROM t WHERE id = 2' });
    await lake.format.replaceFiles(lake.context, lake.table('p'), {
      removed: [String(gone?.['path'])],
      sql: 'SELECT 5000000000, 7',
      operation: 'update',
    });
    expect(await lake.rows('p')).toEqual([
      { id: '1', price: '-0.50' },
      { id: '5000000000', price: '7.00' },
    ]);
    const partitions = await lake.rows('p', {
      metadata: 'partitions',
      sql: 'SELECT "partition" FROM t ORDER BY ALL',
    });
    expect(partitions).toEqual([
      { partition: { id: '1', price: '-0.50' } },
      { partition: { id: '5000000000', price: '7.00' } },
    ]);
  });

  it.each<[TableChange, string]>([
    [{ kind: 'drop-column', name: 'no' }, "COLUMN_NOT_FOUND: Column 'no' does not exist"],
    [{ kind: 'drop-column', name: 'name' }, 'NOT_SUPPORTED: Cannot drop partition field: name'],
    [
      { kind: 'add-columns', columns: [column('id', types.integer)] },
      "COLUMN_ALREADY_EXISTS: Column 'id' already exists",
    ],
    [
      { kind: 'change-column', name: 'id', column: column('name', types.integer) },
      "COLUMN_ALREADY_EXISTS: Column 'name' already exists",
    ],
    [
      { kind: 'change-column', name: 'name', column: column('name', types.integer) },
      'NOT_SUPPORTED: Cannot change column type: name: string -> int',
    ],
    [
      {
        kind: 'change-column',
        name: 'price',
        column: column('price', { kind: 'decimal', precision: 9, scale: 3 }),
      },
      'NOT_SUPPORTED: Cannot change column type: price: decimal(9,2) -> decimal(9,3)',
    ],
    [
      { kind: 'add-columns', columns: [column('u', { kind: 'uuid' })] },
      'NOT_SUPPORTED: Type not supported for Iceberg: uuid',
    ],
    [
      { kind: 'set-properties', properties: { classification: 'x' } },
      'Unsupported table property key: classification',
    ],
    [{ kind: 'unset-properties', names: ['no'] }, 'Unsupported table property key: no'],
  ])('refuse %j', async (change, message) => {
    const before = lake.table('t');
    await expect(alter(change)).rejects.toMatchObject({ message, category: 2 });
    expect(lake.table('t')).toEqual(before);
  });

  it('lose a race for good', async () => {
    const stale = lake.table('t');
    await lake.append('t', "SELECT 2, 'x', 1");
    const change = { kind: 'drop-column', name: 'price' } as const;
    await expect(lake.format.alter(lake.context, stale, change)).rejects.toMatchObject({
      type: 233,
    });
  });
});

describe('properties', () => {
  it('are set under the names that Iceberg has for them, and unset', async () => {
    const before = await lake.metadata('t');
    await alter({
      kind: 'set-properties',
      properties: { write_compression: 'gzip', vacuum_max_snapshot_age_seconds: '60' },
    });
    expect((await lake.metadata('t')).properties).toEqual({
      'write.format.default': 'PARQUET',
      'write.parquet.compression-codec': 'GZIP',
      vacuum_max_snapshot_age_seconds: '60',
    });
    await alter({ kind: 'unset-properties', names: ['vacuum_max_snapshot_age_seconds'] });
    const after = await lake.metadata('t');
    expect(after.properties).not.toHaveProperty('vacuum_max_snapshot_age_seconds');
    expect(after.snapshots).toEqual(before.snapshots);
  });
});

describe('RENAME TO', () => {
  it('moves the entry, to another database too, and no file', async () => {
    lake.glue.createDatabase({ Name: 'other' });
    const files = lake.addresses();
    const pointer = lake.table('t').Parameters?.['metadata_location'];
    await alter({ kind: 'rename', database: 'other', name: 'u' });
    expect(lake.glue.findTable('db', 't')).toBeUndefined();
    expect(lake.glue.getTable('other', 'u').Parameters?.['metadata_location']).toBe(pointer);
    expect(lake.addresses()).toEqual(files);
  });

  it('refuses a name that is taken, and changes nothing', async () => {
    await lake.create('u', {});
    await expect(alter({ kind: 'rename', database: 'db', name: 'u' })).rejects.toThrow(
      /^ICEBERG_CATALOG_ERROR: Failed to rename table/,
    );
    expect(lake.table('t').Name).toBe('t');
  });
});
