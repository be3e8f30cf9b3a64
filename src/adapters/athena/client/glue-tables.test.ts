import type { TableInput } from '@aws-sdk/client-glue';
import { afterEach, describe, expect, it } from 'vitest';
import { createGlueTables, toTableInput, type GlueTables } from './glue-tables.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { startScriptedAws, type Script, type ScriptedAws } from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

async function serve(script: Script, catalogId?: string): Promise<GlueTables> {
  aws = await startScriptedAws(script);
  test = openTestApi(aws.endpoint);
  return createGlueTables(test.api, { catalogId });
}

function operations(): readonly string[] {
  return (aws?.calls ?? []).map((call) => call.operation);
}

const input: TableInput = {
  Name: 'orders',
  TableType: 'EXTERNAL_TABLE',
  Parameters: { table_type: 'ICEBERG', metadata_location: 's3://b/m/2.json' },
  StorageDescriptor: { Location: 's3://b/orders/', Columns: [{ Name: 'id', Type: 'int' }] },
};

const missing = { error: { code: 'EntityNotFoundException' } };

describe('Glue tables', () => {
  it('reads all pages of a database', async () => {
    const tables = await serve(({ input: { NextToken } }) =>
      NextToken === undefined
        ? { body: { TableList: [{ Name: 'a' }], NextToken: 'more' } }
        : { body: { TableList: [{ Name: 'b' }] } },
    );
    const result = await tables.getTables('lake');
    expect(result).toMatchObject({ ok: true, value: [{ Name: 'a' }, { Name: 'b' }] });
    expect(operations()).toEqual(['GetTables', 'GetTables']);
  });

  it('takes what is not there for a value', async () => {
    const tables = await serve(() => missing);
    expect(await tables.getTables('lake')).toEqual({ ok: true, value: undefined });
    expect(await tables.getTable('lake', 'orders')).toEqual({ ok: true, value: undefined });
    expect(await tables.getDatabase('lake')).toEqual({ ok: true, value: undefined });
    expect(await tables.deleteTable('lake', 'orders')).toEqual({ ok: true, value: 'missing' });
    expect(await tables.deleteTables('lake', ['orders'])).toEqual({ ok: true, value: [] });
    expect(await tables.updateTable('lake', input)).toEqual({ ok: true, value: 'missing' });
  });

  it('names the catalog of another account in every call', async () => {
    const tables = await serve(() => ({ body: {} }), '210987654321');
    await tables.getDatabases();
    await tables.getDatabase('lake');
    await tables.createDatabase({ Name: 'lake' });
    await tables.getTables('lake');
    await tables.getTable('lake', 'orders');
    await tables.createTable('lake', input);
    await tables.updateTable('lake', input);
    await tables.deleteTable('lake', 'orders');
    await tables.deleteTables('lake', ['orders']);
    expect(aws?.calls.map((call) => call.input['CatalogId'])).toEqual(
      Array.from({ length: 9 }, () => '210987654321'),
    );
  });

  it('sends the version it expects', async () => {
    const tables = await serve(() => ({ body: {} }));
    const done = await tables.updateTable('lake', input, { versionId: '7', skipArchive: true });
    expect(done).toEqual({ ok: true, value: 'updated' });
    expect(aws?.calls[0]?.input).toMatchObject({ VersionId: '7', SkipArchive: true });
  });

  it.each(['ConcurrentModificationException', 'VersionMismatchException'])(
    'takes %s of an update for a conflict, at once',
    async (code) => {
      const tables = await serve(() => ({ error: { code } }));
      const done = await tables.updateTable('lake', input, { versionId: '7' });
      expect(done).toEqual({ ok: true, value: 'conflict' });
      expect(operations()).toEqual(['UpdateTable']);
    },
  );

  it('finds that its own update, whose answer was lost, is the other one', async () => {
    const tables = await serve(({ operation, count }) => {
      if (operation === 'GetTable') return { body: { Table: { ...input, VersionId: '8' } } };
      return count === 1 ? 'drop' : { error: { code: 'ConcurrentModificationException' } };
    });
    const done = await tables.updateTable('lake', input, { versionId: '7' });
    expect(done).toEqual({ ok: true, value: 'updated' });
    expect(operations()).toEqual(['UpdateTable', 'UpdateTable', 'GetTable']);
  });

  it.each([
    ['had its effect', input, { ok: true, value: 'updated' }],
    ['had none', { ...input, Parameters: {} }, { ok: false, error: { code: 'AccessDenied' } }],
  ])('looks whether an update that it gives up %s', async (_title, there, expected) => {
    const tables = await serve(({ operation, count }) => {
      if (operation === 'GetTable') return { body: { Table: there } };
      return count === 1 ? 'drop' : { error: { code: 'AccessDenied' } };
    });
    expect(await tables.updateTable('lake', input, { versionId: '7' })).toMatchObject(expected);
  });

  it('finds that another one was faster while its own answer was lost', async () => {
    const other = { ...input, Parameters: { metadata_location: 's3://b/m/other.json' } };
    const tables = await serve(({ operation, count }) => {
      if (operation === 'GetTable') return { body: { Table: other } };
      return count === 1 ? 'drop' : { error: { code: 'ConcurrentModificationException' } };
    });
    const done = await tables.updateTable('lake', input, { versionId: '7' });
    expect(done).toEqual({ ok: true, value: 'unknown' });
  });

  it.each([
    ['created', input],
    ['exists', { ...input, StorageDescriptor: { Location: 's3://b/else/' } }],
  ])('settles a creation whose answer was lost: %s', async (outcome, there) => {
    const tables = await serve(({ operation, count }) => {
      if (operation === 'GetTable') return { body: { Table: there } };
      return count === 1
        ? { error: { code: 'InternalServiceException', status: 500 } }
        : { error: { code: 'AlreadyExistsException' } };
    });
    expect(await tables.createTable('lake', input)).toEqual({ ok: true, value: outcome });
  });

  it('tells that a table exists without a look when nothing was lost', async () => {
    const tables = await serve(() => ({ error: { code: 'AlreadyExistsException' } }));
    expect(await tables.createTable('lake', input)).toEqual({ ok: true, value: 'exists' });
    expect(await tables.createDatabase({ Name: 'lake' })).toEqual({ ok: true, value: 'exists' });
    expect(operations()).toEqual(['CreateTable', 'CreateDatabase']);
  });

  it('deletes in hundreds, again what was throttled, and returns what could not be', async () => {
    const names = Array.from({ length: 120 }, (_, index) => `t${index}`);
    const tables = await serve(({ input: { TablesToDelete }, count }) => {
      const sent = TablesToDelete as readonly string[];
      const error = (TableName: string, ErrorCode: string) => ({
        TableName,
        ErrorDetail: { ErrorCode, ErrorMessage: 'because' },
      });
      if (count === 1) {
        return {
          body: {
            Errors: [error('t3', 'ThrottlingException'), error('t4', 'EntityNotFoundException')],
          },
        };
      }
      return {
        body: { Errors: sent.includes('t110') ? [error('t110', 'AccessDeniedException')] : [] },
      };
    });
    expect(await tables.deleteTables('lake', names)).toEqual({
      ok: true,
      value: [{ name: 't110', code: 'AccessDeniedException', message: 'because' }],
    });
    const sent = aws?.calls.map((call) => (call.input['TablesToDelete'] as string[]).length);
    expect(sent).toEqual([100, 20, 1]);
  });

  it('makes no call for no tables', async () => {
    const tables = await serve(() => ({ body: {} }));
    expect(await tables.deleteTables('lake', [])).toEqual({ ok: true, value: [] });
    expect(operations()).toEqual([]);
  });
});

describe('toTableInput', () => {
  it('leaves out what only Glue may set', () => {
    const table = {
      ...input,
      DatabaseName: 'lake',
      CatalogId: '1',
      VersionId: '3',
      CreateTime: new Date(0),
      UpdateTime: new Date(0),
      CreatedBy: 'somebody',
      IsRegisteredWithLakeFormation: false,
    };
    expect(toTableInput({ ...table, Name: 'orders' })).toEqual(input);
  });
});
