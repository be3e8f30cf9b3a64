import type { PartitionInput } from '@aws-sdk/client-glue';
import { afterEach, describe, expect, it } from 'vitest';
import { createGluePartitions, toPartitionInput, type GluePartitions } from './glue-partitions.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { startScriptedAws, type Script, type ScriptedAws } from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

async function serve(script: Script): Promise<GluePartitions> {
  aws = await startScriptedAws(script);
  test = openTestApi(aws.endpoint);
  return createGluePartitions(test.api);
}

const table = { database: 'lake', name: 'orders' };

function partition(day: string, location = `s3://b/${day}/`): PartitionInput {
  return { Values: [day], StorageDescriptor: { Location: location } };
}

const days = Array.from({ length: 120 }, (_, index) => `day-${index}`);

function failed(day: string, code: string): object {
  return { PartitionValues: [day], ErrorDetail: { ErrorCode: code, ErrorMessage: 'because' } };
}

function sizes(key: string): readonly number[] {
  return (aws?.calls ?? []).flatMap((call) => {
    const list = call.input[key];
    return Array.isArray(list) ? [list.length] : [];
  });
}

describe('Glue partitions', () => {
  it('reads all pages', async () => {
    const partitions = await serve(({ input: { NextToken } }) =>
      NextToken === undefined
        ? { body: { Partitions: [{ Values: ['a'] }], NextToken: 'more' } }
        : { body: { Partitions: [{ Values: ['b'] }] } },
    );
    const result = await partitions.list(table, { expression: "day > 'a'" });
    expect(result).toMatchObject({ ok: true, value: [{ Values: ['a'] }, { Values: ['b'] }] });
    expect(aws?.calls[1]?.input).toMatchObject({ Expression: "day > 'a'", NextToken: 'more' });
  });

  it('creates a hundred in a call, and again what failed for the moment', async () => {
    const partitions = await serve(({ count }) => ({
      body: { Errors: count === 1 ? [failed('day-3', 'InternalServiceException')] : [] },
    }));
    const inputs = days.map((day) => partition(day));
    expect(await partitions.create(table, inputs)).toEqual({ ok: true, value: [] });
    expect(sizes('PartitionInputList')).toEqual([100, 20, 1]);
  });

  it('returns the entries that could not be created, each with its reason', async () => {
    const partitions = await serve(() => ({
      body: {
        Errors: [failed('a', 'AlreadyExistsException'), failed('b', 'InvalidInputException')],
      },
    }));
    const inputs = [partition('a'), partition('b'), partition('c')];
    expect(await partitions.create(table, inputs)).toEqual({
      ok: true,
      value: [
        { values: ['a'], code: 'AlreadyExistsException', message: 'because' },
        { values: ['b'], code: 'InvalidInputException', message: 'because' },
      ],
    });
  });

  it('gives up on an entry that fails for the moment again and again', async () => {
    const partitions = await serve(() => ({
      body: { Errors: [failed('a', 'ThrottlingException')] },
    }));
    expect(await partitions.create(table, [partition('a')])).toMatchObject({
      ok: true,
      value: [{ values: ['a'], code: 'ThrottlingException' }],
    });
    expect(aws?.calls).toHaveLength(6);
  });

  it('knows its own partitions when the answer was lost', async () => {
    const partitions = await serve(({ operation, count }) => {
      if (operation === 'BatchGetPartition') {
        const there = [partition('a'), partition('b', 's3://b/another/')];
        return { body: { Partitions: there } };
      }
      const errors = [failed('a', 'AlreadyExistsException'), failed('b', 'AlreadyExistsException')];
      return count === 1 ? 'drop' : { body: { Errors: errors } };
    });
    expect(await partitions.create(table, [partition('a'), partition('b')])).toMatchObject({
      ok: true,
      value: [{ values: ['b'], code: 'AlreadyExistsException' }],
    });
  });

  it('updates a hundred in a call by their values', async () => {
    const partitions = await serve(({ count }) => ({
      body: {
        Errors:
          count === 1
            ? [
                {
                  PartitionValueList: ['day-5'],
                  ErrorDetail: { ErrorCode: 'ConcurrentModificationException' },
                },
              ]
            : [],
      },
    }));
    const inputs = days.map((day) => partition(day));
    expect(await partitions.update(table, inputs)).toEqual({ ok: true, value: [] });
    expect(sizes('Entries')).toEqual([100, 20, 1]);
    expect(aws?.calls[2]?.input).toMatchObject({
      Entries: [{ PartitionValueList: ['day-5'], PartitionInput: partition('day-5') }],
    });
  });

  it('removes 25 in a call; what is gone already is removed', async () => {
    const partitions = await serve(({ count }) => ({
      body: {
        Errors:
          count === 1
            ? [failed('day-1', 'EntityNotFoundException'), failed('day-2', 'InvalidInputException')]
            : [],
      },
    }));
    const values = days.slice(0, 60).map((day) => [day]);
    expect(await partitions.remove(table, values)).toMatchObject({
      ok: true,
      value: [{ values: ['day-2'], code: 'InvalidInputException' }],
    });
    expect(sizes('PartitionsToDelete')).toEqual([25, 25, 10]);
  });

  it('passes on an error of the call itself', async () => {
    const partitions = await serve(() => ({ error: { code: 'EntityNotFoundException' } }));
    expect(await partitions.create(table, [partition('a')])).toMatchObject({
      ok: false,
      error: { code: 'EntityNotFoundException', subject: 'lake.orders' },
    });
  });
});

describe('toPartitionInput', () => {
  it('leaves out what only Glue may set', () => {
    const input = partition('a');
    const read = { ...input, DatabaseName: 'lake', TableName: 'orders', CreationTime: new Date(0) };
    expect(toPartitionInput(read)).toEqual(input);
  });
});
