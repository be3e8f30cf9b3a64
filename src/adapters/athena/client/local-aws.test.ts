import type { TableInput } from '@aws-sdk/client-glue';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../../emulator/core/calls.js';
import { startLocal, type Local } from '../../../../emulator/testing/start-local.js';
import { createGluePartitions, type GluePartitions } from './glue-partitions.js';
import { createGlueTables, toTableInput, type GlueTables } from './glue-tables.js';
import { createS3Files, type S3Files } from './s3-files.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';

/** The wrappers on Glue and S3 that behave: versions, pages and conditions are the services' own. */
let local: Local;
let test: TestApi;
let tables: GlueTables;
let partitions: GluePartitions;
let files: S3Files;

beforeEach(async () => {
  local = await startLocal();
  local.objects.createBucket('lake');
  local.glue.createDatabase({ Name: 'shop' });
  test = openTestApi(local.endpoint);
  tables = createGlueTables(test.api);
  partitions = createGluePartitions(test.api);
  files = createS3Files(test.api);
});
afterEach(async () => {
  test.api.close();
  await local.close();
});

function count(operation: string): number {
  return local.calls.filter((call) => call.operation === operation).length;
}

/** Lets the first call of an operation have its effect, and loses its answer. */
function loseAnswerOf(operation: string): void {
  let lost = false;
  local.setHook((call) => {
    if (call.operation !== operation || lost) return undefined;
    lost = true;
    return { after: 'drop' };
  });
}

function table(name: string, location = `s3://lake/${name}/`): TableInput {
  return {
    Name: name,
    TableType: 'EXTERNAL_TABLE',
    Parameters: { 'stedi_sql.project': 'shop', location },
    PartitionKeys: [{ Name: 'day', Type: 'string' }],
    StorageDescriptor: { Location: location, Columns: [{ Name: 'id', Type: 'int' }] },
  };
}

describe('tables', () => {
  it('are switched only from the version that was expected', async () => {
    expect(await tables.createTable('shop', table('orders'))).toEqual({
      ok: true,
      value: 'created',
    });
    const read = await tables.getTable('shop', 'orders');
    if (!read.ok || read.value === undefined) throw new Error('expected a table');
    const versionId = read.value.VersionId ?? '';
    const next = { ...toTableInput(read.value), ...table('orders', 's3://lake/new/') };
    const first = await tables.updateTable('shop', next, { versionId });
    expect(first).toEqual({ ok: true, value: 'updated' });
    const second = await tables.updateTable('shop', table('orders', 's3://lake/late/'), {
      versionId,
    });
    expect(second).toEqual({ ok: true, value: 'conflict' });
    expect(local.glue.getTable('shop', 'orders').StorageDescriptor?.Location).toBe(
      's3://lake/new/',
    );
  });

  it('are as asked after lost answers', async () => {
    loseAnswerOf('CreateTable');
    expect(await tables.createTable('shop', table('orders'))).toEqual({
      ok: true,
      value: 'created',
    });
    loseAnswerOf('UpdateTable');
    const { VersionId: versionId = '' } = local.glue.getTable('shop', 'orders');
    const updated = await tables.updateTable('shop', table('orders', 's3://lake/b/'), {
      versionId,
    });
    expect(updated).toEqual({ ok: true, value: 'updated' });
    loseAnswerOf('DeleteTable');
    expect(await tables.deleteTable('shop', 'orders')).toEqual({ ok: true, value: 'deleted' });
    expect(await tables.createTable('shop', table('orders'))).toEqual({
      ok: true,
      value: 'created',
    });
    expect(await tables.createTable('shop', table('orders'))).toEqual({
      ok: true,
      value: 'exists',
    });
  });

  it('are listed and deleted whatever their number', async () => {
    const names = Array.from({ length: 230 }, (_, index) => `t${index}`);
    for (const name of names) local.glue.createTable('shop', table(name));
    const listed = await tables.getTables('shop');
    expect(listed.ok && listed.value?.map(({ Name }) => Name).sort()).toEqual([...names].sort());
    expect(count('GetTables')).toBe(3);
    expect(await tables.deleteTables('shop', [...names, 'gone'])).toEqual({ ok: true, value: [] });
    expect(local.glue.listTables('shop')).toEqual([]);
    expect(count('BatchDeleteTable')).toBe(3);
  });

  it('are not there where the database is not', async () => {
    expect(await tables.getTables('nope')).toEqual({ ok: true, value: undefined });
    expect(await tables.getTable('nope', 'orders')).toEqual({ ok: true, value: undefined });
    expect(await tables.createDatabase({ Name: 'shop' })).toEqual({ ok: true, value: 'exists' });
    const databases = await tables.getDatabases();
    expect(databases.ok && databases.value.map(({ Name }) => Name)).toContain('shop');
  });
});

describe('partitions', () => {
  const name = { database: 'shop', name: 'orders' };
  const inputs = Array.from({ length: 230 }, (_, index) => ({
    Values: [`it's day ${String(index).padStart(3, '0')}`],
    StorageDescriptor: { Location: `s3://lake/orders/${index}/` },
  }));

  beforeEach(() => local.glue.createTable('shop', table('orders')));

  it('are created, switched and removed whatever their number, also when answers are lost', async () => {
    loseAnswerOf('BatchCreatePartition');
    expect(await partitions.create(name, inputs)).toEqual({ ok: true, value: [] });
    loseAnswerOf('BatchUpdatePartition');
    const moved = inputs.map((input) => ({
      ...input,
      StorageDescriptor: { Location: 's3://lake/x/' },
    }));
    expect(await partitions.update(name, moved)).toEqual({ ok: true, value: [] });
    const listed = await partitions.list(name);
    expect(listed.ok && listed.value).toHaveLength(230);
    expect(
      listed.ok &&
        listed.value.every((each) => each.StorageDescriptor?.Location === 's3://lake/x/'),
    ).toBe(true);
    loseAnswerOf('BatchDeletePartition');
    const values = inputs.map(({ Values }) => Values);
    expect(await partitions.remove(name, values)).toEqual({ ok: true, value: [] });
    expect(local.glue.listPartitions('shop', 'orders')).toEqual([]);
  });

  it('are all created, switched and removed though entries fail for the moment', async () => {
    const failed = new Set<string>();
    local.setHook(({ operation }) => {
      if (!operation.startsWith('Batch') || failed.has(operation)) return undefined;
      failed.add(operation);
      const error = { code: 'ThrottlingException', message: 'Rate exceeded' };
      return { failEntries: { indexes: [0, 7, 24], ...error } };
    });
    const some = inputs.slice(0, 30);
    expect(await partitions.create(name, some)).toEqual({ ok: true, value: [] });
    expect(local.glue.listPartitions('shop', 'orders')).toHaveLength(30);
    expect(await partitions.update(name, some)).toEqual({ ok: true, value: [] });
    const values = some.map(({ Values }) => Values);
    expect(await partitions.remove(name, values)).toEqual({ ok: true, value: [] });
    expect(local.glue.listPartitions('shop', 'orders')).toEqual([]);
    expect([...failed]).toHaveLength(3);
    expect([count('BatchCreatePartition'), count('BatchDeletePartition')]).toEqual([2, 3]);
  });

  it('whose entries fail for good are named, and the others are created', async () => {
    local.setHook(() => ({
      failEntries: { indexes: [1], code: 'InvalidInputException', message: 'odd' },
    }));
    expect(await partitions.create(name, inputs.slice(0, 3))).toEqual({
      ok: true,
      value: [{ values: inputs[1]?.Values, code: 'InvalidInputException', message: 'odd' }],
    });
    expect(local.glue.listPartitions('shop', 'orders')).toHaveLength(2);
  });

  it('that are there already, or not there, are named', async () => {
    const [first, second] = inputs;
    await partitions.create(name, [first!]);
    expect(await partitions.create(name, [first!, second!])).toMatchObject({
      ok: true,
      value: [{ values: first!.Values, code: 'AlreadyExistsException' }],
    });
    expect(await partitions.update(name, [inputs[5]!])).toMatchObject({
      ok: true,
      value: [{ values: inputs[5]!.Values, code: 'EntityNotFoundException' }],
    });
  });
});

describe('objects', () => {
  const journal = { bucket: 'lake', key: 'tables/.stedi-sql/shop/runs/1.json' };

  it('are written once where they must be new, also when the answer is lost', async () => {
    loseAnswerOf('PutObject');
    const value = { run: '1', tables: ["o'rders", 'ü'] };
    const first = await files.putJson(journal, value, { onlyIfAbsent: true });
    expect(first).toEqual({ ok: true, value: 'written' });
    const second = await files.putJson(journal, { run: '2' }, { onlyIfAbsent: true });
    expect(second).toEqual({ ok: true, value: 'exists' });
    const read = await files.getJson(journal);
    expect(read).toMatchObject({ ok: true, value: { value } });
    const etag = read.ok ? (read.value?.etag ?? '') : '';
    expect(await files.putJson(journal, { run: '3' }, { ifMatch: etag })).toEqual({
      ok: true,
      value: 'written',
    });
    expect(await files.putJson(journal, { run: '4' }, { ifMatch: etag })).toEqual({
      ok: true,
      value: 'exists',
    });
    expect(await files.getJson({ ...journal, key: 'nope' })).toEqual({
      ok: true,
      value: undefined,
    });
  });

  it('are listed and deleted whatever their number, through SlowDown', async () => {
    for (let index = 0; index < 1100; index++) {
      await local.objects.put(
        'lake',
        `garbage/${index % 3}/${index} &+.parquet`,
        new Uint8Array(1),
      );
    }
    await local.objects.put('lake', 'kept/1', new Uint8Array(1));
    const prefix = { bucket: 'lake', key: 'garbage/' };
    expect(await files.listFolders(prefix)).toEqual({
      ok: true,
      value: ['garbage/0/', 'garbage/1/', 'garbage/2/'],
    });
    const listed = await files.list(prefix);
    if (!listed.ok) throw new Error(listed.error.message);
    expect(listed.value).toHaveLength(1100);
    const slowDown = { status: 503, code: 'SlowDown', message: 'Please reduce your request rate.' };
    const faults: Fault[] = [
      { before: slowDown },
      { before: slowDown },
      { after: 'drop' },
      { failEntries: { indexes: [5, 6], code: 'InternalError', message: 'x' } },
    ];
    local.setHook(({ operation }) => (operation === 'DeleteObjects' ? faults.shift() : undefined));
    const keys = listed.value.map(({ key }) => key);
    expect(await files.remove('lake', keys)).toEqual({ ok: true, value: [] });
    expect(faults).toEqual([]);
    expect(local.objects.list('lake', '').map(({ key }) => key)).toEqual(['kept/1']);
  });
});
