import { describe, expect, it } from 'vitest';
import { trinoAccessKey } from '../core/account.js';
import { createGlueCatalog } from './glue-catalog.js';
import { createGlueService } from './glue-service.js';

const update = {
  DatabaseName: 'db',
  TableInput: { Name: 't', Parameters: { table_type: 'ICEBERG', metadata_location: 's3://b/2' } },
};

function open(tableType: string) {
  const glue = createGlueCatalog();
  glue.createDatabase({ Name: 'db' });
  const Parameters = { table_type: tableType, metadata_location: 's3://b/1', note: 'ours' };
  glue.createTable('db', { Name: 't', Description: 'of t', Parameters });
  return { glue, service: createGlueService(glue) };
}

describe('UpdateTable of an Iceberg table', () => {
  it('keeps what others noted when Trino commits, as on Athena', async () => {
    const { glue, service } = open('ICEBERG');
    await service.handle('UpdateTable', update, { accessKey: trinoAccessKey });
    expect(glue.getTable('db', 't')).toMatchObject({
      Description: 'of t',
      Parameters: { table_type: 'ICEBERG', metadata_location: 's3://b/2', note: 'ours' },
    });
  });

  it('replaces everything for every other caller', async () => {
    const { glue, service } = open('ICEBERG');
    await service.handle('UpdateTable', update, { accessKey: 'other' });
    const { Parameters, Description } = glue.getTable('db', 't');
    expect(Parameters).toEqual(update.TableInput.Parameters);
    expect(Description).toBeUndefined();
  });
});

describe('a view with a description', () => {
  it('has none for Trino, which would not know it as a view', async () => {
    const glue = createGlueCatalog();
    glue.createDatabase({ Name: 'db' });
    const Parameters = { presto_view: 'true', comment: 'Presto View' };
    glue.createTable('db', {
      Name: 'v',
      Description: 'of v',
      TableType: 'VIRTUAL_VIEW',
      Parameters,
    });
    const service = createGlueService(glue);
    const ask = (operation: string, accessKey: string): Promise<object> =>
      service.handle(operation, { DatabaseName: 'db', Name: 'v' }, { accessKey });
    expect(await ask('GetTable', 'other')).toMatchObject({ Table: { Description: 'of v' } });
    expect(await ask('GetTable', trinoAccessKey)).toMatchObject({
      Table: { Description: undefined, Parameters },
    });
    expect(await ask('GetTables', trinoAccessKey)).toMatchObject({
      TableList: [{ Description: undefined }],
    });
  });
});

describe('statistics of columns', () => {
  const place = { DatabaseName: 'db', TableName: 't' };
  const caller = { accessKey: 'other' };
  const statistics = { ColumnName: 'a', ColumnType: 'int' };

  it('are kept until they are deleted, or the table is', async () => {
    const { glue, service } = open('');
    const call = (operation: string, input: object) =>
      service.handle(`${operation}ColumnStatisticsForTable`, { ...place, ...input }, caller);
    const read = () => call('Get', { ColumnNames: ['a', 'b'] });
    expect(await read()).toEqual({ ColumnStatisticsList: [], Errors: [] });
    await call('Update', { ColumnStatisticsList: [statistics] });
    expect(await read()).toEqual({ ColumnStatisticsList: [statistics], Errors: [] });
    await call('Delete', { ColumnName: 'a' });
    expect(await read()).toEqual({ ColumnStatisticsList: [], Errors: [] });
    glue.deleteTable('db', 't');
    await expect(read()).rejects.toThrow('Entity Not Found');
  });
});
