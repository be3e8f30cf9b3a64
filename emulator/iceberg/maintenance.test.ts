import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toTableInput } from '../core/table-input.js';
import { column, openTestLake, types } from './testing/test-lake.js';
import type { TestLake } from './testing/test-lake.js';

const day = 86_400_000;
let lake: TestLake;
beforeEach(async () => {
  lake = await openTestLake({ vacuumFileLimit: 60 });
});
afterEach(() => lake.close());

const optimize = (name: string, where?: string): ReturnType<typeof lake.format.optimize> =>
  lake.format.optimize(lake.context, lake.table(name), where);
const vacuum = (name: string): Promise<void> => lake.format.vacuum(lake.context, lake.table(name));

async function count(name: string): Promise<unknown> {
  return (await lake.rows(name, { sql: 'SELECT count(*)::INT AS n FROM t' }))[0]?.['n'];
}

async function appendMany(name: string, times: number, sql: string): Promise<void> {
  for (let turn = 0; turn < times; turn += 1) await lake.append(name, sql);
}

describe('OPTIMIZE', () => {
  it('puts small files together, keeps the old ones, and is a replace', async () => {
    await lake.create('t', {});
    await appendMany('t', 5, 'SELECT 1 UNION ALL SELECT NULL');
    const before = lake.addresses();
    expect(await optimize('t')).toMatchObject({ rowCount: 10 });
    expect(await lake.paths('t')).toHaveLength(1);
    expect(await count('t')).toBe(10);
    expect(lake.addresses()).toEqual(expect.arrayContaining([...before]));
    const snapshot = (await lake.metadata('t')).snapshots.at(-1);
    expect(snapshot?.summary).toMatchObject({ operation: 'replace', 'total-data-files': '1' });
  });

  it('leaves partitions with fewer files than the threshold alone', async () => {
    const partitioning = [{ column: 'id', transform: 'identity' }] as const;
    const properties = { optimize_rewrite_data_file_threshold: '3' };
    await lake.create('t', { partitioning, properties });
    await appendMany('t', 2, 'SELECT 1 UNION ALL SELECT 2');
    await lake.append('t', 'SELECT 1');
    expect(await optimize('t')).toMatchObject({ rowCount: 3 });
    expect(await lake.paths('t')).toHaveLength(3);
    const version = (await lake.metadata('t'))['current-snapshot-id'];
    expect(await optimize('t')).toEqual({ rowCount: 0, writtenFiles: [] });
    expect((await lake.metadata('t'))['current-snapshot-id']).toBe(version);
  });

  it('takes conditions on columns that partition, and no others', async () => {
    await lake.create('t', {
      columns: [column('id', types.integer), column('v', types.integer)],
      partitioning: [{ column: 'id', transform: 'identity' }],
      properties: { optimize_rewrite_data_file_threshold: '2' },
    });
    await appendMany('t', 2, 'SELECT 1, 1 UNION ALL SELECT 2, 2');
    await expect(optimize('t', 'v = 1')).rejects.toThrow(/Only partition columns are allowed/);
    expect(await optimize('t', 't.id = 2')).toMatchObject({ rowCount: 2 });
    expect(await lake.paths('t')).toHaveLength(3);
  });

  it('does 100 partitions, then asks for another run', async () => {
    const partitioning = [{ column: 'id', transform: 'identity' }] as const;
    const properties = { optimize_rewrite_data_file_threshold: '2' };
    await lake.create('t', { partitioning, properties });
    await appendMany('t', 2, 'SELECT i::INT FROM range(100) AS t(i)');
    await appendMany('t', 2, 'SELECT 100');
    await expect(optimize('t')).rejects.toMatchObject({
      message: expect.stringMatching(/^ICEBERG_OPTIMIZE_MORE_RUNS_NEEDED: /) as string,
      type: 233,
    });
    expect(await lake.paths('t')).toHaveLength(102);
    expect(await optimize('t')).toMatchObject({ rowCount: 2 });
    expect(await lake.paths('t')).toHaveLength(101);
    expect(await count('t')).toBe(202);
  });
});

describe('VACUUM', () => {
  it('keeps what is young', async () => {
    await lake.create('t', {}, 'SELECT 1');
    await lake.append('t', 'SELECT 2');
    await lake.objects.put('lake', 't/data/orphan.parquet', Buffer.from('x'));
    const before = lake.addresses();
    const version = lake.table('t').VersionId;
    await vacuum('t');
    expect(lake.addresses()).toEqual(before);
    expect(lake.table('t').VersionId).toBe(version);
  });

  it('expires old snapshots with their files, and removes old orphans', async () => {
    await lake.create('t', {}, 'SELECT 1');
    const [first] = await lake.paths('t');
    await lake.format.replaceFiles(lake.context, lake.table('t'), {
      removed: [first ?? ''],
      sql: 'SELECT 2',
      operation: 'update',
    });
    await lake.objects.put('lake', 't/data/orphan.parquet', Buffer.from('x'));
    await lake.objects.put('lake', 't2/data/other.parquet', Buffer.from('x'));
    lake.moveClock(6 * day);
    await vacuum('t');
    const { snapshots } = await lake.metadata('t');
    expect(snapshots).toHaveLength(1);
    expect(await lake.rows('t')).toEqual([{ id: 2 }]);
    const left = lake.addresses();
    expect(left).not.toContain(first);
    expect(left).not.toContain('s3://lake/t/data/orphan.parquet');
    expect(left).toContain('s3://lake/t2/data/other.parquet');
    const [path] = await lake.paths('t');
    expect(left.filter((each) => each.includes('/t/data/'))).toEqual([path]);
  });

  it('keeps as many snapshots as the table says', async () => {
    await lake.create('t', { properties: { vacuum_min_snapshots_to_keep: '2' } }, 'SELECT 1');
    await lake.append('t', 'SELECT 2');
    await lake.append('t', 'SELECT 3');
    lake.moveClock(6 * day);
    await vacuum('t');
    const { snapshots, 'snapshot-log': log } = await lake.metadata('t');
    expect(snapshots).toHaveLength(2);
    expect(log).toHaveLength(2);
    expect(await count('t')).toBe(3);
  });

  it('keeps as many metadata files as the table says', async () => {
    await lake.create('t', { properties: { vacuum_max_metadata_files_to_keep: '1' } }, 'SELECT 1');
    await lake.append('t', 'SELECT 2');
    await lake.append('t', 'SELECT 3');
    await vacuum('t');
    const files = lake.addresses().filter((each) => each.endsWith('.metadata.json'));
    // The one that is left of the three, the one that VACUUM started from, and its own.
    expect(files.map((each) => /\d{5}/.exec(each)?.[0])).toEqual(['00002', '00003']);
  });

  it('takes the files of a clone that shares the location: the danger is as on Athena', async () => {
    await lake.create('t', {}, 'SELECT 1');
    lake.glue.createTable('db', { ...toTableInput(lake.table('t')), Name: 'clone' });
    await lake.append('clone', 'SELECT 2');
    lake.moveClock(6 * day);
    await vacuum('t');
    expect(await lake.rows('t')).toEqual([{ id: 1 }]);
    await expect(lake.rows('clone')).rejects.toMatchObject({
      message: expect.stringMatching(/^ICEBERG_/) as string,
    });
  });

  it('removes so many files, then asks for another run', async () => {
    await lake.create('t', {}, 'SELECT 1');
    for (let index = 0; index < 70; index += 1) {
      await lake.objects.put('lake', `t/data/orphan-${index}.parquet`, Buffer.from('x'));
    }
    lake.moveClock(6 * day);
    await expect(vacuum('t')).rejects.toMatchObject({
      message:
        'ICEBERG_VACUUM_MORE_RUNS_NEEDED: Removed 60 files in this round of vacuum, but there are more files remaining. Please run another VACUUM command to process the remaining files',
      type: 233,
    });
    await vacuum('t');
    expect(lake.addresses().filter((each) => each.includes('orphan'))).toEqual([]);
    expect(await lake.rows('t')).toEqual([{ id: 1 }]);
  });

  it('refuses a table at the root of a bucket', async () => {
    lake.objects.createBucket('own');
    await lake.create('t', { location: 's3://own/' }, 'SELECT 1');
    await expect(vacuum('t')).rejects.toThrow(
      'GENERIC_INTERNAL_ERROR: Path missing in file system location: s3://own',
    );
  });
});
