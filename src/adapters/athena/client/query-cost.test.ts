import type { QueryExecution } from '@aws-sdk/client-athena';
import { describe, expect, it } from 'vitest';
import { costOf, createQueryAccount } from './query-cost.js';

function query(
  bytes: number,
  { state = 'SUCCEEDED', type = 'DML', reused = false } = {},
): QueryExecution {
  return {
    QueryExecutionId: `q${bytes}`,
    StatementType: type as 'DML',
    Status: { State: state as 'SUCCEEDED' },
    Statistics: {
      DataScannedInBytes: bytes,
      QueryQueueTimeInMillis: 100,
      QueryPlanningTimeInMillis: 20,
      EngineExecutionTimeInMillis: 500,
      TotalExecutionTimeInMillis: 650,
      ResultReuseInformation: { ReusedPreviousResult: reused },
    },
  };
}

const tenMegabytes = (10 * 2 ** 20 * 5) / 2 ** 40;

describe('costOf', () => {
  it.each([
    ['a terabyte', query(2 ** 40), 5],
    ['little', query(1), tenMegabytes],
    ['nothing', query(0), tenMegabytes],
    ['a part of a megabyte', query(20 * 2 ** 20 + 1), (21 * 2 ** 20 * 5) / 2 ** 40],
    ['DDL', query(0, { type: 'DDL' }), 0],
    [
      'a table made of a query',
      { ...query(1, { type: 'DDL' }), SubstatementType: 'CREATE_TABLE_AS_SELECT' },
      tenMegabytes,
    ],
    ['SHOW', query(0, { type: 'UTILITY' }), 0],
    ['a failed query', query(2 ** 40, { state: 'FAILED' }), 0],
    ['a cancelled query', query(2 ** 40, { state: 'CANCELLED' }), 5],
    ['a query cancelled before it read', query(0, { state: 'CANCELLED' }), 0],
    ['a reused result', query(0, { reused: true }), 0],
  ])('of %s', (_, execution, expected) => {
    expect(costOf(execution, 5)).toBe(expected);
  });
});

describe('an account', () => {
  it('adds up all queries, failed ones too', () => {
    const account = createQueryAccount({ pricePerTb: 5 });
    account.add(query(2 ** 40));
    account.add(query(2 ** 30, { state: 'FAILED' }));
    expect(account.response()).toEqual({
      query_ids: `q${2 ** 40}, q${2 ** 30}`,
      statements: 2,
      bytes_scanned: 2 ** 40 + 2 ** 30,
      queue_ms: 200,
      planning_ms: 40,
      engine_ms: 1000,
      cost_usd: 5,
    });
  });
});
