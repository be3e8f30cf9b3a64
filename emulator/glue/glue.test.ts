import {
  BatchCreatePartitionCommand,
  BatchDeletePartitionCommand,
  BatchDeleteTableCommand,
  BatchDeleteTableVersionCommand,
  BatchGetPartitionCommand,
  BatchUpdatePartitionCommand,
  CreateDatabaseCommand,
  CreatePartitionCommand,
  CreateTableCommand,
  DeleteDatabaseCommand,
  DeletePartitionCommand,
  DeleteTableCommand,
  GetCatalogsCommand,
  GetDatabaseCommand,
  GetDatabasesCommand,
  GetPartitionCommand,
  GetPartitionsCommand,
  GetTableCommand,
  GetTableOptimizerCommand,
  GetTablesCommand,
  GetTableVersionCommand,
  GetTableVersionsCommand,
  GetTagsCommand,
  GetUserDefinedFunctionsCommand,
  GlueClient,
  paginateGetPartitions,
  paginateGetTables,
  SearchTablesCommand,
  TagResourceCommand,
  UpdateDatabaseCommand,
  UpdatePartitionCommand,
  UpdateTableCommand,
  type PartitionInput,
  type TableInput,
} from '@aws-sdk/client-glue';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startLocal, type Local } from '../testing/start-local.js';

const DatabaseName = 'db';
let local: Local;
let glue: GlueClient;

beforeAll(async () => {
  local = await startLocal();
  glue = new GlueClient(local.client);
});
afterAll(() => local.close());
beforeEach(() => {
  local.glue.listDatabases().forEach((database) => local.glue.deleteDatabase(database.Name ?? ''));
  local.glue.createDatabase({ Name: DatabaseName });
});

const send = (command: unknown): Promise<unknown> => glue.send(command as GetTableCommand);

async function create(Name: string, more: Partial<TableInput> = {}): Promise<void> {
  await glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name, ...more } }));
}

describe('databases', () => {
  test('are made, changed, listed and removed with their tables', async () => {
    await glue.send(
      new CreateDatabaseCommand({
        DatabaseInput: { Name: 'Stedi', Description: 'lake', LocationUri: 's3://b/' },
      }),
    );
    const { Database } = await glue.send(new GetDatabaseCommand({ Name: 'STEDI' }));
    expect(Database).toMatchObject({ Name: 'stedi', Description: 'lake', LocationUri: 's3://b/' });
    expect(Database?.CreateTime).toBeInstanceOf(Date);
    await glue.send(new UpdateDatabaseCommand({ Name: 'stedi', DatabaseInput: { Name: 'stedi' } }));
    expect(local.glue.getDatabase('stedi').Description).toBeUndefined();
    const { DatabaseList } = await glue.send(new GetDatabasesCommand({}));
    expect(DatabaseList?.map((database) => database.Name)).toEqual(['db', 'stedi']);
    await create('t');
    await glue.send(new DeleteDatabaseCommand({ Name: 'db' }));
    expect(local.glue.findTable('db', 't')).toBeUndefined();
  });

  test.each([
    [
      new GetDatabaseCommand({ Name: 'absent' }),
      'EntityNotFoundException: Database absent not found.',
    ],
    [
      new CreateDatabaseCommand({ DatabaseInput: { Name: 'DB' } }),
      'AlreadyExistsException: Database already exists.',
    ],
    [
      new CreateDatabaseCommand({ DatabaseInput: { Name: 'x'.repeat(256) } }),
      'Member must have length less than or equal to 255',
    ],
    [
      new GetDatabasesCommand({ MaxResults: 101 }),
      "ValidationException: 1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
    ],
    [new GetDatabaseCommand({ Name: 'db', CatalogId: '999999999999' }), 'EntityNotFoundException'],
  ])('refuse %#', async (command, message) => {
    expect(await errorOf(send(command))).toContain(message);
  });
});

describe('tables', () => {
  test('keep what they are given, names in lower case', async () => {
    await create('Customers', {
      Description: 'all of them',
      TableType: 'EXTERNAL_TABLE',
      LastAccessTime: new Date(1_700_000_000_000),
      Parameters: { EXTERNAL: 'TRUE' },
      PartitionKeys: [{ Name: 'day', Type: 'date', Comment: 'when' }],
      StorageDescriptor: {
        Columns: [{ Name: 'id', Type: 'bigint' }],
        Location: 's3://b/customers/',
        SerdeInfo: { SerializationLibrary: 'serde' },
      },
    });
    const { Table } = await glue.send(
      new GetTableCommand({ DatabaseName: 'DB', Name: 'customerS' }),
    );
    expect(Table).toMatchObject({
      Name: 'customers',
      DatabaseName: 'db',
      VersionId: '0',
      LastAccessTime: new Date(1_700_000_000_000),
      PartitionKeys: [{ Name: 'day', Type: 'date', Comment: 'when' }],
      StorageDescriptor: { Location: 's3://b/customers/' },
    });
  });

  test('are updated as a whole, each time with the next version', async () => {
    await create('t', { Description: 'first', Parameters: { a: '1' } });
    const update = (more: object, Description?: string): Promise<unknown> =>
      glue.send(
        new UpdateTableCommand({
          DatabaseName,
          TableInput: { Name: 't', ...(Description === undefined ? {} : { Description }) },
          ...more,
        }),
      );
    await update({}, 'second');
    expect(local.glue.getTable('db', 't')).toMatchObject({ VersionId: '1', Description: 'second' });
    expect(local.glue.getTable('db', 't').Parameters).toBeUndefined();
    await update({ SkipArchive: true }, 'third');
    await update({}, 'fourth');
    const { TableVersions } = await glue.send(
      new GetTableVersionsCommand({ DatabaseName, TableName: 't' }),
    );
    expect(TableVersions?.map((each) => [each.VersionId, each.Table?.Description])).toEqual([
      ['3', 'fourth'],
      ['2', 'third'],
      ['0', 'first'],
    ]);
    const version = new GetTableVersionCommand({ DatabaseName, TableName: 't', VersionId: '0' });
    expect((await glue.send(version)).TableVersion?.Table?.Description).toBe('first');
    expect(await errorOf(update({ VersionId: '1' }))).toBe(
      'ConcurrentModificationException: Update table failed due to concurrent modifications.',
    );
    const { Errors } = await glue.send(
      new BatchDeleteTableVersionCommand({
        DatabaseName,
        TableName: 't',
        VersionIds: ['0', '1', '3'],
      }),
    );
    expect(Errors?.map((each) => [each.VersionId, each.ErrorDetail?.ErrorCode])).toEqual([
      ['1', 'EntityNotFoundException'],
      ['3', 'InvalidInputException'],
    ]);
    expect(local.glue.listTableVersions('db', 't').map((each) => each.VersionId)).toEqual([
      '3',
      '2',
    ]);
  });

  test('are updated by exactly one of many that expect the same version', async () => {
    await create('t');
    const all = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        glue.send(
          new UpdateTableCommand({
            DatabaseName,
            TableInput: { Name: 't', Description: String(index) },
            VersionId: '0',
          }),
        ),
      ),
    );
    expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(local.glue.getTable('db', 't').VersionId).toBe('1');
  });

  test('are listed in pages that stand changes, by pattern, and found by a word', async () => {
    for (let index = 0; index < 120; index += 1) {
      local.glue.createTable('db', { Name: `t_${String(index).padStart(3, '0')}` });
    }
    const names: string[] = [];
    for await (const page of paginateGetTables({ client: glue, pageSize: 50 }, { DatabaseName })) {
      names.push(...(page.TableList ?? []).map((table) => table.Name ?? ''));
      // The last one of the page goes; nothing after it is skipped.
      local.glue.deleteTable('db', names.at(-1) ?? '');
    }
    expect(names).toHaveLength(120);
    const list = async (Expression: string): Promise<number | undefined> =>
      (await glue.send(new GetTablesCommand({ DatabaseName, Expression }))).TableList?.length;
    expect(await list('t_00.*')).toBe(10);
    expect(await list('t_00*')).toBe(10);
    expect(await list('t_001|t_002')).toBe(2);
    expect(await list('t_0')).toBe(0);
    const found = await glue.send(new SearchTablesCommand({ SearchText: 't_11' }));
    expect(found.TableList).toHaveLength(9);
  });

  test('are removed, many at once, with an error for each that is not there', async () => {
    await create('a');
    await create('b');
    const { Errors } = await glue.send(
      new BatchDeleteTableCommand({ DatabaseName, TablesToDelete: ['a', 'absent', 'b'] }),
    );
    expect(Errors).toEqual([
      {
        TableName: 'absent',
        ErrorDetail: {
          ErrorCode: 'EntityNotFoundException',
          ErrorMessage: 'Table absent not found.',
        },
      },
    ]);
    expect(local.glue.listTables('db')).toEqual([]);
  });

  test.each([
    [
      new GetTableCommand({ DatabaseName, Name: 'absent' }),
      'EntityNotFoundException: Entity Not Found',
    ],
    [
      new GetTableCommand({ DatabaseName: 'absent', Name: 't' }),
      'EntityNotFoundException: Database absent not found.',
    ],
    [
      new DeleteTableCommand({ DatabaseName, Name: 'absent' }),
      'EntityNotFoundException: Table absent not found.',
    ],
    [
      new UpdateTableCommand({ DatabaseName, TableInput: { Name: 'absent' } }),
      'EntityNotFoundException: Table absent not found.',
    ],
    [
      new CreateTableCommand({ DatabaseName, TableInput: { Name: 'T' } }),
      'AlreadyExistsException: Table already exists.',
    ],
    [
      new CreateTableCommand({
        DatabaseName,
        TableInput: { Name: 'n', Description: 'x'.repeat(2049) },
      }),
      'Member must have length less than or equal to 2048',
    ],
    [
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name: 'n',
          PartitionKeys: [{ Name: 'c', Type: 'int', Comment: 'x'.repeat(256) }],
        },
      }),
      "at 'tableInput.partitionKeys.1.member.comment' failed to satisfy constraint: Member must have length less than or equal to 255",
    ],
    [
      new CreateTableCommand({
        DatabaseName,
        TableInput: {
          Name: 'n',
          StorageDescriptor: { Columns: [{ Name: 'c', Comment: 'two\nlines' }] },
        },
      }),
      'Member must satisfy regular expression pattern',
    ],
    [
      new BatchDeleteTableCommand({
        DatabaseName,
        TablesToDelete: Array.from({ length: 101 }, (_, index) => `t${index}`),
      }),
      'Member must have length less than or equal to 100',
    ],
    [
      new GetTableOptimizerCommand({
        CatalogId: '123456789012',
        DatabaseName,
        TableName: 't',
        Type: 'compaction',
      }),
      'EntityNotFoundException',
    ],
  ])('refuse %#', async (command, message) => {
    await create('t');
    expect(await errorOf(send(command))).toContain(message);
  });
});

describe('partitions', () => {
  const table = { DatabaseName, TableName: 'p' };
  const keys = [
    { Name: 'year', Type: 'int' },
    { Name: 'country', Type: 'string' },
  ];
  const input = (year: string, country: string, Location = 's3://b/'): PartitionInput => ({
    Values: [year, country],
    StorageDescriptor: { Location, Columns: [{ Name: 'id', Type: 'int' }] },
  });

  beforeEach(() => create('p', { PartitionKeys: keys }));

  test('are made in batches that report each entry', async () => {
    const { Errors } = await glue.send(
      new BatchCreatePartitionCommand({
        ...table,
        PartitionInputList: [
          input('2024', 'de'),
          input('2024', 'de'),
          { Values: ['2024'] },
          input('2023', 'fr'),
        ],
      }),
    );
    expect(Errors?.map((each) => [each.PartitionValues, each.ErrorDetail?.ErrorCode])).toEqual([
      [['2024', 'de'], 'AlreadyExistsException'],
      [['2024'], 'InvalidInputException'],
    ]);
    expect(local.glue.listPartitions('db', 'p').map((each) => each.Values)).toEqual([
      ['2023', 'fr'],
      ['2024', 'de'],
    ]);
    expect(
      await errorOf(
        glue.send(new CreatePartitionCommand({ ...table, PartitionInput: input('2024', 'de') })),
      ),
    ).toBe('AlreadyExistsException: Partition already exists.');
  });

  test('are changed and moved, alone and in batches', async () => {
    local.glue.createPartitions('db', 'p', [input('1', 'a'), input('2', 'b')]);
    await glue.send(
      new UpdatePartitionCommand({
        ...table,
        PartitionValueList: ['1', 'a'],
        PartitionInput: input('3', 'c'),
      }),
    );
    const { Errors } = await glue.send(
      new BatchUpdatePartitionCommand({
        ...table,
        Entries: [
          { PartitionValueList: ['2', 'b'], PartitionInput: input('2', 'b', 's3://new/') },
          { PartitionValueList: ['1', 'a'], PartitionInput: input('1', 'a') },
        ],
      }),
    );
    expect(Errors?.map((each) => each.PartitionValueList)).toEqual([['1', 'a']]);
    const { Partition } = await glue.send(
      new GetPartitionCommand({ ...table, PartitionValues: ['2', 'b'] }),
    );
    expect(Partition?.StorageDescriptor?.Location).toBe('s3://new/');
    const { Partitions } = await glue.send(
      new BatchGetPartitionCommand({
        ...table,
        PartitionsToGet: [{ Values: ['3', 'c'] }, { Values: ['1', 'a'] }],
      }),
    );
    expect(Partitions?.map((each) => each.Values)).toEqual([['3', 'c']]);
  });

  test('are removed, and go with their table', async () => {
    local.glue.createPartitions('db', 'p', [input('1', 'a'), input('2', 'b')]);
    const { Errors } = await glue.send(
      new BatchDeletePartitionCommand({
        ...table,
        PartitionsToDelete: [{ Values: ['1', 'a'] }, { Values: ['9', 'z'] }],
      }),
    );
    expect(Errors?.map((each) => each.PartitionValues)).toEqual([['9', 'z']]);
    const remove = new DeletePartitionCommand({ ...table, PartitionValues: ['9', 'z'] });
    expect(await errorOf(glue.send(remove))).toContain('EntityNotFoundException');
    await glue.send(new DeleteTableCommand({ DatabaseName, Name: 'p' }));
    await create('p', { PartitionKeys: keys });
    expect(local.glue.listPartitions('db', 'p')).toEqual([]);
  });

  test('hold to the limits of a call', async () => {
    const many = (count: number): PartitionInput[] =>
      Array.from({ length: count }, (_, index) => input(String(index), 'x'));
    const tooMany = [
      new BatchCreatePartitionCommand({ ...table, PartitionInputList: many(101) }),
      new BatchDeletePartitionCommand({
        ...table,
        PartitionsToDelete: many(26).map(({ Values }) => ({ Values })),
      }),
      new BatchUpdatePartitionCommand({ ...table, Entries: [] }),
      new GetPartitionsCommand({ ...table, Expression: `year = ${'1'.repeat(2048)}` }),
      new GetPartitionsCommand({ ...table, MaxResults: 1001 }),
    ];
    for (const command of tooMany) {
      expect(await errorOf(send(command))).toContain(
        'ValidationException: 1 validation error detected',
      );
    }
  });

  test('are listed in pages and in segments, without columns if asked', async () => {
    const all = Array.from({ length: 250 }, (_, index) => input(String(index), "o'x"));
    local.glue.createPartitions('db', 'p', all);
    let count = 0;
    for await (const page of paginateGetPartitions({ client: glue, pageSize: 100 }, { ...table })) {
      count += page.Partitions?.length ?? 0;
    }
    expect(count).toBe(250);
    const segments = await Promise.all(
      [0, 1, 2].map(async (SegmentNumber) => {
        const command = new GetPartitionsCommand({
          ...table,
          Segment: { SegmentNumber, TotalSegments: 3 },
          ExcludeColumnSchema: true,
        });
        return (await glue.send(command)).Partitions ?? [];
      }),
    );
    const seen = new Set(segments.flat().map((each) => each.Values?.join()));
    expect([segments.flat().length, seen.size]).toEqual([250, 250]);
    expect(segments[0]?.[0]?.StorageDescriptor).toEqual({ Location: 's3://b/' });
  });
});

describe('the rest', () => {
  test('is answered as little as clients need', async () => {
    const ResourceArn = 'arn:aws:glue:us-east-1:123456789012:database/db';
    await glue.send(new TagResourceCommand({ ResourceArn, TagsToAdd: { team: 'lake' } }));
    expect((await glue.send(new GetTagsCommand({ ResourceArn }))).Tags).toEqual({ team: 'lake' });
    const functions = new GetUserDefinedFunctionsCommand({ Pattern: '*', DatabaseName });
    expect((await glue.send(functions)).UserDefinedFunctions).toEqual([]);
    expect((await glue.send(new GetCatalogsCommand({}))).CatalogList).toEqual([]);
  });
});
