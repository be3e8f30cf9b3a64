import type { GetTableMetadataOutput, ListTableMetadataOutput } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench;
beforeEach(() => {
  bench = startService();
  bench.glue.createDatabase({ Name: 'shop', Description: 'all of it' });
  for (const name of ['orders', 'order_lines', 'customers']) {
    bench.glue.createTable('shop', {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      Parameters: { classification: 'parquet' },
      PartitionKeys: [{ Name: 'day', Type: 'date' }],
      StorageDescriptor: {
        Columns: [{ Name: 'id', Type: 'bigint', Comment: 'its number' }],
        Location: `s3://lake/${name}/`,
      },
    });
  }
});
afterEach(() => bench.close());

const shop = { CatalogName: 'AwsDataCatalog', DatabaseName: 'shop' };

describe('metadata', () => {
  test('there is one data catalog', async () => {
    expect(await bench.call('ListDataCatalogs')).toEqual({
      DataCatalogsSummary: [
        { CatalogName: 'AwsDataCatalog', Type: 'GLUE', Status: 'CREATE_COMPLETE' },
      ],
    });
    expect(await bench.call('GetDataCatalog', { Name: 'awsdatacatalog' })).toMatchObject({
      DataCatalog: { Name: 'AwsDataCatalog', Type: 'GLUE' },
    });
  });

  test('databases', async () => {
    const expected = { Name: 'shop', Description: 'all of it' };
    expect(await bench.call('GetDatabase', shop)).toMatchObject({ Database: expected });
    expect(await bench.call('ListDatabases', shop)).toMatchObject({ DatabaseList: [expected] });
  });

  test('a table with its columns, partition keys and storage', async () => {
    const { TableMetadata } = await bench.call<GetTableMetadataOutput>('GetTableMetadata', {
      ...shop,
      TableName: 'Orders',
    });
    expect(TableMetadata).toMatchObject({
      Name: 'orders',
      TableType: 'EXTERNAL_TABLE',
      Columns: [{ Name: 'id', Type: 'bigint', Comment: 'its number' }],
      PartitionKeys: [{ Name: 'day', Type: 'date' }],
      Parameters: { classification: 'parquet', location: 's3://lake/orders/' },
    });
  });

  test.each([
    [undefined, ['customers', 'order_lines', 'orders']],
    ['*', ['customers', 'order_lines', 'orders']],
    ['order.*', ['order_lines', 'orders']],
    ['orders', ['orders']],
  ])('tables named %s', async (Expression, expected) => {
    const { TableMetadataList } = await bench.call<ListTableMetadataOutput>('ListTableMetadata', {
      ...shop,
      ...(Expression !== undefined && { Expression }),
    });
    expect(TableMetadataList?.map(({ Name }) => Name)).toEqual(expected);
  });

  test.each([
    ['GetDatabase', { ...shop, DatabaseName: 'none' }, 'MetadataException'],
    ['GetTableMetadata', { ...shop, TableName: 'none' }, 'MetadataException'],
    ['ListTableMetadata', { ...shop, DatabaseName: 'none' }, 'MetadataException'],
    ['ListDatabases', { CatalogName: 'none' }, 'InvalidRequestException'],
    ['GetDataCatalog', { Name: 'none' }, 'InvalidRequestException'],
  ])('%s %j gives %s', async (operation, input, code) => {
    expect((await errorOf(bench.call(operation, input))).code).toBe(code);
  });
});
