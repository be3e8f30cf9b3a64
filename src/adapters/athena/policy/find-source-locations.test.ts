import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLakehouse, type Lakehouse } from '../testing/lakehouse.js';
import { fileLocations, findSourceLocations } from './find-source-locations.js';

const at = (Location: string) => ({ Name: 'orders', StorageDescriptor: { Location } });

describe('where the files of a table lie', () => {
  it('is its folder, and the folders of partitions that are elsewhere, each once', () => {
    const table = at('s3://crm/orders/');
    expect(
      fileLocations(table, [
        at('s3://crm/orders/day=1/'),
        at('s3://crm/orders/day=2'),
        at('s3://archive/orders/2019/day=1/hour=2/'),
        at('s3://archive/orders/2019/day=2/hour=2'),
        at('s3://other/dump'),
        at('s3://other/dump/inner/'),
        at('s3://crm/orders-old/day=1/'),
      ]),
    ).toEqual([
      's3://crm/orders/',
      's3://archive/orders/2019/',
      's3://other/dump/',
      's3://crm/orders-old/',
    ]);
    expect(fileLocations(at('s3://crm/orders'), [at('s3://crm/orders/')])).toEqual([
      's3://crm/orders',
    ]);
  });

  it('is what stands before the first value of a template by which partitions are computed', () => {
    const projected = (template: string) => ({
      ...at('s3://crm/orders/'),
      Parameters: { 'projection.enabled': 'true', 'storage.location.template': template },
    });
    expect(fileLocations(projected('s3://lake/days/d-${day}/${hour}'), [])).toEqual([
      's3://crm/orders/',
      's3://lake/days/',
    ]);
    expect(fileLocations(projected('s3://crm/orders/${day}/'), [])).toEqual(['s3://crm/orders/']);
    expect(fileLocations({ ...projected('s3://lake/${day}/'), Parameters: {} }, [])).toEqual([
      's3://crm/orders/',
    ]);
  });
});

describe('where the files of sources lie', () => {
  let lakehouse: Lakehouse;
  beforeAll(async () => {
    lakehouse = await openLakehouse();
  });
  afterAll(() => lakehouse.close());

  it('is asked of Glue, partitions with it', async () => {
    const { glue } = lakehouse.emulator;
    glue.createDatabase({ Name: 'crm' });
    const columns = { Columns: [{ Name: 'id', Type: 'bigint' }] };
    glue.createTable('crm', {
      Name: 'orders',
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: [{ Name: 'day', Type: 'string' }],
      StorageDescriptor: { ...columns, Location: 's3://crm/orders/' },
    });
    glue.createPartitions('crm', 'orders', [
      { Values: ['1'], StorageDescriptor: { ...columns, Location: 's3://crm/orders/day=1/' } },
      { Values: ['2'], StorageDescriptor: { ...columns, Location: 's3://archive/day=2/' } },
    ]);
    const source = (identifier: string) => ({
      database: 'awsdatacatalog',
      schema: 'crm',
      identifier,
    });
    expect(
      await findSourceLocations(lakehouse.client.api, lakehouse.config, {
        sources: [source('orders'), source('gone')],
        accounts: new Map(),
      }),
    ).toEqual({
      ok: true,
      value: {
        locations: ['s3://crm/orders/', 's3://archive/day=2/'],
        unknown: [source('gone')],
      },
    });
  });
});
