import { afterEach, describe, expect, it } from 'vitest';
import { readRows, readUpdateCount } from './query-results.js';
import { openTestApi, type TestApi } from './testing/open-test-client.js';
import { startScriptedAws, type ScriptedAws } from './testing/scripted-aws.js';

let aws: ScriptedAws | undefined;
let test: TestApi | undefined;

afterEach(async () => {
  test?.api.close();
  await aws?.close();
});

/** Starts an Athena with the result of one query, header included if it has one. */
async function serve(texts: readonly string[], updateCount?: number): Promise<TestApi> {
  aws = await startScriptedAws(({ input }) => {
    const from = Number(input['NextToken'] ?? 0);
    const to = from + Number(input['MaxResults']);
    return {
      body: {
        ResultSet: {
          ResultSetMetadata: { ColumnInfo: [{ Name: 'n', Type: 'integer' }] },
          Rows: texts.slice(from, to).map((text) => ({ Data: [{ VarCharValue: text }] })),
        },
        ...(to < texts.length && { NextToken: String(to) }),
        ...(updateCount !== undefined && { UpdateCount: updateCount }),
      },
    };
  });
  test = openTestApi(aws.endpoint);
  return test;
}

function numbers(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index + 1));
}

function asked(): readonly unknown[] {
  return (aws?.calls ?? []).map((call) => call.input['MaxResults']);
}

const query = { queryId: 'q1', statementType: 'DML', substatementType: 'SELECT' };

describe('readRows', () => {
  it('reads all pages, and leaves the header out once', async () => {
    const { api } = await serve(['n', ...numbers(2500)]);
    const result = await readRows(api, query, { limit: null });
    expect(result).toMatchObject({
      ok: true,
      value: { columns: [{ name: 'n', type: 'integer' }] },
    });
    expect(result.ok && result.value.rows).toEqual(numbers(2500).map((text) => [Number(text)]));
    expect(asked()).toEqual([1000, 1000, 1000]);
  });

  it.each([
    ['DML', ['n', ...numbers(9)], 4, [[1], [2], [3], [4]], [5]],
    ['UTILITY', numbers(9), 4, [[1], [2], [3], [4]], [5]],
    [
      'DML',
      ['n', ...numbers(1500)],
      1200,
      numbers(1200).map((text) => [Number(text)]),
      [1000, 201],
    ],
    ['DML', ['n'], 10, [], [11]],
    ['DML', ['n', '1'], 0, [], [1]],
  ])('of %s reads no more than asked for', async (statementType, texts, limit, rows, pages) => {
    const { api } = await serve(texts);
    const result = await readRows(api, { ...query, statementType }, { limit });
    expect(result).toEqual({
      ok: true,
      value: { columns: [{ name: 'n', type: 'integer' }], rows },
    });
    expect(asked()).toEqual(pages);
  });

  it('passes on what went wrong', async () => {
    aws = await startScriptedAws(() => ({ error: { code: 'InvalidRequestException' } }));
    test = openTestApi(aws.endpoint);
    expect(await readRows(test.api, query, { limit: 1 })).toMatchObject({
      ok: false,
      error: { operation: 'GetQueryResults', subject: 'q1' },
    });
  });
});

describe('readUpdateCount', () => {
  it('returns what Athena counted, in one small call', async () => {
    const { api } = await serve([], 42);
    expect(await readUpdateCount(api, 'q1')).toEqual({ ok: true, value: 42 });
    expect(asked()).toEqual([1]);
  });

  it('returns null where Athena counted nothing', async () => {
    const { api } = await serve([]);
    expect(await readUpdateCount(api, 'q1')).toEqual({ ok: true, value: null });
  });
});
