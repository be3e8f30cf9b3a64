import {
  AddLFTagsToResourceCommand,
  BatchGrantPermissionsCommand,
  CreateDataCellsFilterCommand,
  CreateLFTagCommand,
  GetDataLakeSettingsCommand,
  GetLFTagCommand,
  GetResourceLFTagsCommand,
  GrantPermissionsCommand,
  LakeFormationClient,
  ListDataCellsFilterCommand,
  ListLFTagsCommand,
  ListPermissionsCommand,
  RemoveLFTagsFromResourceCommand,
  RevokePermissionsCommand,
  type Resource,
} from '@aws-sdk/client-lakeformation';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startLocal, type Local } from '../testing/start-local.js';

let local: Local;
let lake: LakeFormationClient;
const Table: Resource = { Table: { DatabaseName: 'db', Name: 't' } };
const Principal = { DataLakePrincipalIdentifier: 'arn:aws:iam::123456789012:role/reader' };

beforeEach(async () => {
  local = await startLocal();
  lake = new LakeFormationClient(local.client);
  local.glue.createDatabase({ Name: 'db' });
  local.glue.createTable('db', {
    Name: 't',
    StorageDescriptor: { Columns: [{ Name: 'email', Type: 'string' }] },
    PartitionKeys: [{ Name: 'day', Type: 'date' }],
  });
  await lake.send(new CreateLFTagCommand({ TagKey: 'PII', TagValues: ['yes', 'no'] }));
});
afterEach(() => local.close());

describe('LF-tags', () => {
  const tag = (value: string): { TagKey: string; TagValues: string[] } => ({
    TagKey: 'pii',
    TagValues: [value],
  });

  test('are defined once and listed', async () => {
    expect((await lake.send(new ListLFTagsCommand({}))).LFTags).toMatchObject([
      { TagKey: 'pii', TagValues: ['yes', 'no'] },
    ]);
    const again = new CreateLFTagCommand({ TagKey: 'pii', TagValues: ['yes'] });
    expect(await errorOf(lake.send(again))).toContain('AlreadyExistsException');
    expect(await errorOf(lake.send(new GetLFTagCommand({ TagKey: 'no' })))).toContain(
      'EntityNotFoundException',
    );
  });

  test('are put on databases, tables and columns, and taken off again', async () => {
    const columns: Resource = {
      TableWithColumns: { DatabaseName: 'db', Name: 't', ColumnNames: ['email'] },
    };
    const database: Resource = { Database: { Name: 'db' } };
    for (const [Resource, value] of [
      [Table, 'no'],
      [columns, 'yes'],
      [database, 'no'],
    ] as const) {
      const add = new AddLFTagsToResourceCommand({ Resource, LFTags: [tag(value)] });
      expect((await lake.send(add)).Failures).toEqual([]);
    }
    const found = await lake.send(new GetResourceLFTagsCommand({ Resource: Table }));
    expect(found).toMatchObject({
      LFTagOnDatabase: [tag('no')],
      LFTagsOnTable: [tag('no')],
      LFTagsOnColumns: [{ Name: 'email', LFTags: [tag('yes')] }],
    });
    const { Failures } = await lake.send(
      new AddLFTagsToResourceCommand({ Resource: Table, LFTags: [tag('perhaps')] }),
    );
    expect(Failures?.[0]?.Error?.ErrorCode).toBe('EntityNotFoundException');
    await lake.send(
      new RemoveLFTagsFromResourceCommand({ Resource: columns, LFTags: [tag('yes')] }),
    );
    const left = await lake.send(new GetResourceLFTagsCommand({ Resource: Table }));
    expect(left.LFTagsOnColumns).toEqual([]);
    const missing = { Table: { DatabaseName: 'db', Name: 'absent' } };
    expect(await errorOf(lake.send(new GetResourceLFTagsCommand({ Resource: missing })))).toContain(
      'EntityNotFoundException',
    );
  });

  test('go with their table, and so do grants and filters', async () => {
    await lake.send(new AddLFTagsToResourceCommand({ Resource: Table, LFTags: [tag('no')] }));
    await lake.send(
      new GrantPermissionsCommand({ Principal, Resource: Table, Permissions: ['SELECT'] }),
    );
    await lake.send(
      new CreateDataCellsFilterCommand({
        TableData: {
          TableCatalogId: '123456789012',
          DatabaseName: 'db',
          TableName: 't',
          Name: 'germany',
          RowFilter: { FilterExpression: "country = 'de'" },
          ColumnWildcard: {},
        },
      }),
    );
    const filters = new ListDataCellsFilterCommand({});
    expect((await lake.send(filters)).DataCellsFilters).toMatchObject([{ VersionId: '1' }]);
    local.glue.deleteTable('db', 't');
    local.glue.createTable('db', { Name: 't' });
    const found = await lake.send(new GetResourceLFTagsCommand({ Resource: Table }));
    expect(found.LFTagsOnTable).toEqual([]);
    expect((await lake.send(filters)).DataCellsFilters).toEqual([]);
    const grants = await lake.send(new ListPermissionsCommand({}));
    expect(grants.PrincipalResourcePermissions).toEqual([]);
  });
});

describe('permissions', () => {
  test('are granted, listed and revoked', async () => {
    await lake.send(
      new GrantPermissionsCommand({
        Principal,
        Resource: Table,
        Permissions: ['SELECT', 'DESCRIBE'],
        PermissionsWithGrantOption: ['SELECT'],
      }),
    );
    const sameTable = { Table: { CatalogId: '123456789012', DatabaseName: 'DB', Name: 'T' } };
    await lake.send(
      new RevokePermissionsCommand({ Principal, Resource: sameTable, Permissions: ['SELECT'] }),
    );
    const listed = await lake.send(new ListPermissionsCommand({ Principal, Resource: Table }));
    expect(listed.PrincipalResourcePermissions).toMatchObject([
      { Principal, Permissions: ['DESCRIBE'], PermissionsWithGrantOption: [] },
    ]);
    const gone = new RevokePermissionsCommand({
      Principal,
      Resource: Table,
      Permissions: ['SELECT'],
    });
    expect(await errorOf(lake.send(gone))).toContain('InvalidInputException');
  });

  test('are granted in batches that report each entry', async () => {
    const { Failures } = await lake.send(
      new BatchGrantPermissionsCommand({
        Entries: [
          { Id: '1', Principal, Resource: Table, Permissions: ['SELECT'] },
          { Id: '2', Principal, Resource: Table, Permissions: [] },
        ],
      }),
    );
    expect(Failures?.map((each) => each.RequestEntry?.Id)).toEqual(['2']);
    const settings = await lake.send(new GetDataLakeSettingsCommand({}));
    expect(settings.DataLakeSettings?.DataLakeAdmins).toHaveLength(1);
  });
});
