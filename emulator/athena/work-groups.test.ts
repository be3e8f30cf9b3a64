import type { GetWorkGroupOutput, ListWorkGroupsOutput } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench;
beforeEach(() => {
  bench = startService();
});
afterEach(() => bench.close());

const get = async (name: string) =>
  (await bench.call<GetWorkGroupOutput>('GetWorkGroup', { WorkGroup: name })).WorkGroup!;

describe('workgroups', () => {
  test('primary is there and lets clients choose', async () => {
    expect(await get('primary')).toMatchObject({
      Name: 'primary',
      State: 'ENABLED',
      Configuration: {
        EnforceWorkGroupConfiguration: false,
        RequesterPaysEnabled: false,
        EngineVersion: { EffectiveEngineVersion: 'Athena engine version 3' },
      },
    });
  });

  test('a new one keeps its settings, is listed by name and can be changed', async () => {
    await bench.call('CreateWorkGroup', {
      Name: 'etl',
      Description: 'nightly',
      Configuration: {
        ResultConfiguration: {
          OutputLocation: 's3://lake/etl/',
          EncryptionConfiguration: { EncryptionOption: 'SSE_S3' },
        },
        BytesScannedCutoffPerQuery: 10_000_000,
        RequesterPaysEnabled: true,
      },
    });
    expect(await get('etl')).toMatchObject({
      Description: 'nightly',
      Configuration: {
        EnforceWorkGroupConfiguration: true,
        RequesterPaysEnabled: true,
        BytesScannedCutoffPerQuery: 10_000_000,
      },
    });
    await bench.call('UpdateWorkGroup', {
      WorkGroup: 'etl',
      State: 'DISABLED',
      ConfigurationUpdates: {
        RemoveBytesScannedCutoffPerQuery: true,
        EnforceWorkGroupConfiguration: false,
        ResultConfigurationUpdates: {
          OutputLocation: 's3://lake/other/',
          RemoveEncryptionConfiguration: true,
        },
      },
    });
    const changed = await get('etl');
    expect(changed.State).toBe('DISABLED');
    expect(changed.Configuration).not.toHaveProperty('BytesScannedCutoffPerQuery');
    expect(changed.Configuration?.EnforceWorkGroupConfiguration).toBe(false);
    expect(changed.Configuration?.ResultConfiguration).toEqual({
      OutputLocation: 's3://lake/other/',
    });
    const { WorkGroups } = await bench.call<ListWorkGroupsOutput>('ListWorkGroups');
    expect(WorkGroups?.map(({ Name }) => Name)).toEqual(['etl', 'primary']);
  });

  test.each([
    ['GetWorkGroup', { WorkGroup: 'none' }, 'WorkGroup is not found.'],
    ['CreateWorkGroup', { Name: 'primary' }, 'WorkGroup already exists'],
    ['DeleteWorkGroup', { WorkGroup: 'primary' }, 'The primary workGroup cannot be deleted.'],
    [
      'CreateWorkGroup',
      { Name: 'x', Configuration: { ResultConfiguration: { OutputLocation: 'lake/x' } } },
      'outputLocation is not a valid S3 path.',
    ],
    [
      'CreateWorkGroup',
      { Name: 'x', Configuration: { EngineVersion: { SelectedEngineVersion: 'Athena 2' } } },
      'Engine version Athena 2 is not supported.',
    ],
    [
      'CreateWorkGroup',
      {
        Name: 'x',
        Configuration: {
          ResultConfiguration: { OutputLocation: 's3://lake/x' },
          ManagedQueryResultsConfiguration: { Enabled: true },
        },
      },
      'A workgroup with managed query results cannot have an output location.',
    ],
  ])('%s %j is refused', async (operation, input, message) => {
    expect(await errorOf(bench.call(operation, input))).toMatchObject({
      code: 'InvalidRequestException',
      message,
      fields: { AthenaErrorCode: 'INVALID_INPUT' },
    });
  });

  test('one that was used goes only with everything in it', async () => {
    await bench.call('CreateWorkGroup', { Name: 'etl' });
    const id = await bench.start('SELECT 1', { WorkGroup: 'etl' });
    const error = await errorOf(bench.call('DeleteWorkGroup', { WorkGroup: 'etl' }));
    expect(error.message).toBe('WorkGroup etl is not empty');
    await bench.call('DeleteWorkGroup', { WorkGroup: 'etl', RecursiveDeleteOption: true });
    expect((await errorOf(bench.look(id))).message).toBe(`QueryExecution ${id} was not found`);
  });

  test('tags are those given at the creation and later', async () => {
    const ResourceARN = 'arn:aws:athena:us-east-1:123456789012:workgroup/etl';
    await bench.call('CreateWorkGroup', { Name: 'etl', Tags: [{ Key: 'team', Value: 'a' }] });
    await bench.call('TagResource', { ResourceARN, Tags: [{ Key: 'cost', Value: 'b' }] });
    await bench.call('UntagResource', { ResourceARN, TagKeys: ['team'] });
    expect(await bench.call('ListTagsForResource', { ResourceARN })).toEqual({
      Tags: [{ Key: 'cost', Value: 'b' }],
    });
    const unknown = errorOf(bench.call('ListTagsForResource', { ResourceARN: `${ResourceARN}2` }));
    expect((await unknown).code).toBe('ResourceNotFoundException');
  });
});
