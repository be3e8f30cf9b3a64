import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Table } from '@aws-sdk/client-glue';
import type { GlueCatalog } from '../core/glue-catalog.js';
import { GlueError } from '../core/glue-catalog.js';
import { toTableInput } from '../core/table-input.js';
import { openTestLake } from './testing/test-lake.js';
import type { TestLake } from './testing/test-lake.js';

const lostRace = {
  message: 'ICEBERG_COMMIT_ERROR: Failed to commit Iceberg update to table: db.t',
  category: 2,
  type: 233,
};

let lake: TestLake;
beforeEach(async () => {
  lake = await openTestLake();
  await lake.create('t', {}, 'SELECT 1');
});
afterEach(() => lake.close());

function pointer(table: Table): string | undefined {
  return table.Parameters?.['metadata_location'];
}

function clone(name: string, of: string): void {
  lake.glue.createTable('db', { ...toTableInput(lake.table(of)), Name: name });
}

async function ids(name: string): Promise<readonly unknown[]> {
  return (await lake.rows(name)).map((row) => row['id']);
}

describe('appends', () => {
  it('move the pointer, remember the last one, and archive no version', async () => {
    const before = lake.table('t');
    const versions = lake.glue.listTableVersions('db', 't').length;
    await lake.append('t', 'SELECT 2');
    const after = lake.table('t');
    expect(after.Parameters?.['previous_metadata_location']).toBe(pointer(before));
    expect(pointer(after)).toMatch(/\/00001-/);
    expect(after.VersionId).not.toBe(before.VersionId);
    expect(lake.glue.listTableVersions('db', 't')).toHaveLength(versions);
    expect(await ids('t')).toEqual([1, 2]);
    const { snapshots } = await lake.metadata('t');
    expect(snapshots[1]?.['parent-snapshot-id']).toBe(snapshots[0]?.['snapshot-id']);
    expect(snapshots[1]?.summary).toMatchObject({
      operation: 'append',
      'added-records': '1',
      'added-data-files': '1',
      'total-records': '2',
      'total-data-files': '2',
    });
  });

  it('without rows commit nothing', async () => {
    const before = pointer(lake.table('t'));
    await lake.append('t', 'SELECT 1 WHERE false');
    expect(pointer(lake.table('t'))).toBe(before);
  });

  it('that lost a race are made on top of the winner', async () => {
    const stale = lake.table('t');
    await lake.append('t', 'SELECT 2');
    await lake.format.append(lake.context, stale, 'SELECT 3');
    expect(await ids('t')).toEqual([1, 2, 3]);
    expect((await lake.metadata('t')).snapshots).toHaveLength(3);
  });

  it('made at the same time are all there', async () => {
    const table = lake.table('t');
    const numbers = [2, 3, 4, 5];
    await Promise.all(
      numbers.map((number) => lake.format.append(lake.context, table, `SELECT ${number}`)),
    );
    expect(await ids('t')).toEqual([1, ...numbers]);
    // An attempt that failed leaves no metadata file behind.
    const files = lake.addresses().filter((each) => each.endsWith('.metadata.json'));
    expect(files).toHaveLength(5);
  });

  it('give up after five lost races, and leave no metadata file', async () => {
    let attempts = 0;
    const glue: GlueCatalog = {
      ...lake.glue,
      updateTable: () => {
        attempts += 1;
        throw new GlueError('ConcurrentModificationException', 'Update table failed');
      },
    };
    const appending = lake.format.append({ ...lake.context, glue }, lake.table('t'), 'SELECT 2');
    await expect(appending).rejects.toMatchObject({ ...lostRace, writtenFiles: { length: 1 } });
    expect(attempts).toBe(5);
    expect(lake.addresses().filter((each) => each.endsWith('.metadata.json'))).toHaveLength(1);
    expect(await ids('t')).toEqual([1]);
  });

  it('keep the parameters of others, and lose comments that only Glue had', async () => {
    const input = toTableInput(lake.table('t'));
    lake.glue.updateTable('db', {
      ...input,
      Description: 'ours',
      Parameters: { ...input.Parameters, 'tool.owner': 'us' },
      StorageDescriptor: {
        ...input.StorageDescriptor,
        Columns: input.StorageDescriptor?.Columns?.map((each) => ({ ...each, Comment: 'gone' })),
      },
    });
    await lake.append('t', 'SELECT 2');
    const table = lake.table('t');
    expect(table.Parameters?.['tool.owner']).toBe('us');
    expect(table.Description).toBe('ours');
    expect(table.StorageDescriptor?.Columns?.[0]?.Comment).toBeUndefined();
  });

  it('fail when the name points to another table now', async () => {
    const stale = lake.table('t');
    await lake.create('other', {}, 'SELECT 10');
    const { Parameters, StorageDescriptor } = toTableInput(lake.table('other'));
    lake.glue.updateTable('db', { ...toTableInput(stale), Parameters, StorageDescriptor });
    await expect(lake.format.append(lake.context, stale, 'SELECT 2')).rejects.toMatchObject(
      lostRace,
    );
    expect(await ids('t')).toEqual([10]);
  });

  it('fail when the table was dropped', async () => {
    const stale = lake.table('t');
    lake.glue.deleteTable('db', 't');
    await expect(lake.format.append(lake.context, stale, 'SELECT 2')).rejects.toMatchObject(
      lostRace,
    );
  });
});

describe('overwrites', () => {
  it('put rows in the place of files, and the old files stay', async () => {
    await lake.append('t', 'SELECT 2');
    const before = lake.addresses();
    const [, second] = await lake.paths('t');
    const first = (await lake.paths('t')).find((path) => path !== second) ?? '';
    const outcome = await lake.format.replaceFiles(lake.context, lake.table('t'), {
      removed: [first],
      sql: 'SELECT 10 UNION ALL SELECT 11',
      operation: 'merge',
    });
    expect(outcome.rowCount).toBe(2);
    expect(outcome.writtenFiles).toHaveLength(1);
    expect(
      await lake.rows('t', { sql: 'SELECT count(*)::INT AS n, max(id) AS top FROM t' }),
    ).toEqual([{ n: 3, top: 11 }]);
    expect(lake.addresses()).toEqual(expect.arrayContaining([...before]));
    expect((await lake.metadata('t')).snapshots.at(-1)?.summary).toMatchObject({
      operation: 'overwrite',
      'added-records': '2',
      'deleted-records': '1',
      'deleted-data-files': '1',
      'total-records': '3',
      'total-data-files': '2',
    });
  });

  it('that only remove are deletes', async () => {
    await lake.format.replaceFiles(lake.context, lake.table('t'), {
      removed: await lake.paths('t'),
      sql: 'SELECT 1 WHERE false',
      operation: 'delete',
    });
    expect(await ids('t')).toEqual([]);
    expect((await lake.metadata('t')).snapshots.at(-1)?.summary.operation).toBe('delete');
    await lake.append('t', 'SELECT 5');
    expect(await ids('t')).toEqual([5]);
  });

  it('fail when rows were committed in between', async () => {
    const stale = lake.table('t');
    const removed = await lake.paths('t');
    await lake.append('t', 'SELECT 2');
    const change = { removed, sql: 'SELECT 9', operation: 'update' } as const;
    const overwriting = lake.format.replaceFiles(lake.context, stale, change);
    await expect(overwriting).rejects.toMatchObject(lostRace);
    expect(await ids('t')).toEqual([1, 2]);
  });

  it('succeed when only properties changed in between', async () => {
    const stale = lake.table('t');
    const removed = await lake.paths('t');
    const properties = { vacuum_min_snapshots_to_keep: '7' };
    await lake.format.alter(lake.context, stale, { kind: 'set-properties', properties });
    const change = { removed, sql: 'SELECT 9', operation: 'update' } as const;
    await lake.format.replaceFiles(lake.context, stale, change);
    expect(await ids('t')).toEqual([9]);
    expect((await lake.metadata('t')).properties['vacuum_min_snapshots_to_keep']).toBe('7');
  });

  it('do not count the partitions of the files they replace', async () => {
    const partitioning = [{ column: 'id', transform: 'identity' }] as const;
    await lake.create('p', { partitioning }, 'SELECT i::INT FROM range(100) AS t(i)');
    await lake.append('p', 'SELECT i::INT FROM range(100, 120) AS t(i)');
    const removed = await lake.paths('p');
    const write = (rows: number): Promise<unknown> =>
      lake.format.replaceFiles(lake.context, lake.table('p'), {
        removed,
        sql: `SELECT i::INT FROM range(${rows}) AS t(i)`,
        operation: 'update',
      });
    await expect(write(221)).rejects.toThrow(/^ICEBERG_TOO_MANY_OPEN_PARTITIONS/);
    await write(121);
    expect(await lake.rows('p', { sql: 'SELECT count(*)::INT AS n FROM t' })).toEqual([{ n: 121 }]);
  });
});

describe('two Glue tables with one pointer', () => {
  it('go their own ways', async () => {
    clone('staged', 't');
    await lake.append('staged', 'SELECT 2');
    await lake.format.replaceFiles(lake.context, lake.table('staged'), {
      removed: await lake.paths('t'),
      sql: 'SELECT 100',
      operation: 'update',
    });
    expect(await ids('t')).toEqual([1]);
    expect(await ids('staged')).toEqual([2, 100]);
    await lake.append('t', 'SELECT 3');
    expect(await ids('t')).toEqual([1, 3]);
    expect(await ids('staged')).toEqual([2, 100]);
  });

  it('are published by switching the pointer, with all history', async () => {
    clone('staged', 't');
    await lake.append('staged', 'SELECT 2');
    const target = toTableInput(lake.table('t'));
    lake.glue.updateTable(
      'db',
      { ...target, Parameters: { ...target.Parameters, ...lake.table('staged').Parameters } },
      { versionId: lake.table('t').VersionId ?? '' },
    );
    lake.glue.deleteTable('db', 'staged');
    expect(await ids('t')).toEqual([1, 2]);
    expect((await lake.metadata('t')).snapshots).toHaveLength(2);
  });
});

describe('time travel', () => {
  it('reads former snapshots by id, ref and time, with the schema of then', async () => {
    const first = (await lake.metadata('t')).snapshots[0];
    const time = first?.['timestamp-ms'] ?? 0;
    lake.moveClock(60_000);
    await lake.format.alter(lake.context, lake.table('t'), {
      kind: 'add-columns',
      columns: [{ name: 'extra', type: { kind: 'varchar' } }],
    });
    await lake.append('t', "SELECT 2, 'x'");
    const version = first?.['snapshot-id'] ?? '';
    expect(version.length).toBeGreaterThan(17);
    expect(await lake.rows('t', { asOf: { kind: 'version', version } })).toEqual([{ id: 1 }]);
    expect(await lake.rows('t', { asOf: { kind: 'timestamp', epochMs: time } })).toEqual([
      { id: 1 },
    ]);
    expect(await lake.rows('t', { asOf: { kind: 'version', version: 'main' } })).toEqual([
      { id: 1, extra: null },
      { id: 2, extra: 'x' },
    ]);
  });

  it.each([
    [
      { kind: 'version', version: '42' },
      'INVALID_ARGUMENTS: Iceberg snapshot ID does not exists: 42',
    ],
    [
      { kind: 'version', version: 'no' },
      'INVALID_ARGUMENTS: Cannot find snapshot with reference name: no',
    ],
    [
      { kind: 'timestamp', epochMs: 0 },
      'INVALID_ARGUMENTS: No version history table db.t at or before 1970-01-01T00:00:00.000Z',
    ],
  ] as const)('refuses %j', async (asOf, message) => {
    const reading = lake.format.read(lake.context, lake.table('t'), { asOf });
    await expect(reading).rejects.toMatchObject({ message, category: 2 });
  });
});

describe('metadata tables', () => {
  it('show files, snapshots, history, manifests, refs', async () => {
    await lake.append('t', 'SELECT NULL::INT UNION ALL SELECT 2');
    const read = (metadata: string): ReturnType<TestLake['rows']> =>
      lake.rows('t', { metadata, sql: 'SELECT * FROM t' });
    const files = await read('files');
    expect(files.map((row) => row['file_path']).sort()).toEqual(await lake.paths('t'));
    expect(files[0]).toMatchObject({
      content: 0,
      file_format: 'PARQUET',
      record_count: '2',
      value_counts: [{ key: 1, value: '2' }],
      null_value_counts: [{ key: 1, value: '1' }],
    });
    const { snapshots } = await lake.metadata('t');
    const ids = snapshots.map((each) => each['snapshot-id']);
    expect(await read('snapshots')).toMatchObject([
      { snapshot_id: ids[0], parent_id: null, operation: 'append' },
      { snapshot_id: ids[1], parent_id: ids[0], operation: 'append' },
    ]);
    expect(await read('history')).toMatchObject([
      { snapshot_id: ids[0], is_current_ancestor: true },
      { snapshot_id: ids[1], is_current_ancestor: true },
    ]);
    expect(await read('manifests')).toMatchObject([
      { added_data_files_count: 1, added_rows_count: '2' },
      { added_data_files_count: 1, added_rows_count: '1' },
    ]);
    expect(await read('refs')).toMatchObject([
      { name: 'main', type: 'BRANCH', snapshot_id: ids[1] },
    ]);
    expect(await read('partitions')).toMatchObject([{ record_count: '3', file_count: '2' }]);
    await expect(read('nothing')).rejects.toMatchObject({ type: 1301 });
  });

  it('are empty for a table without snapshots', async () => {
    await lake.create('e', {});
    for (const metadata of ['files', 'manifests', 'history', 'partitions', 'snapshots', 'refs']) {
      expect(await lake.rows('e', { metadata, sql: 'SELECT * FROM t' })).toEqual([]);
    }
  });
});
