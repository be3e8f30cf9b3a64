import { describe, expect, it } from 'vitest';
import type { EngineResult, QueryRows } from '../../../core/adapter.js';
import type { StatementRun } from '../client/query-runner.js';
import type { NodeWork } from '../node-work.js';
import { readPartitionField, type PartitionField } from '../storage/partition-field.js';
import { planBatches, writersPerPartition } from './plan-batches.js';

const run: StatementRun = {
  queryId: 'q',
  queryIds: ['q'],
  sql: '',
  statementType: 'DML',
  substatementType: 'SELECT',
  statistics: { queueMs: 0, planningMs: 0, engineMs: 0, totalMs: 0, bytesScanned: 0 },
};

/** A node's work whose one statement returns these partitions. */
function workOf(rows: QueryRows['rows']): {
  readonly work: NodeWork;
  readonly statements: string[];
} {
  const statements: string[] = [];
  const work = {
    run: (sql: string) => {
      statements.push(sql);
      return Promise.resolve({ ok: true, value: run });
    },
    context: {
      client: {
        queries: {
          readRows: (): Promise<EngineResult<QueryRows>> =>
            Promise.resolve({ ok: true, value: { columns: [], rows } }),
        },
      },
    },
  };
  return { work: work as unknown as NodeWork, statements };
}

function fields(...texts: readonly string[]): readonly PartitionField[] {
  return texts.flatMap((text) => readPartitionField(text) ?? []);
}

async function plan(
  partitionedBy: readonly PartitionField[],
  rows: QueryRows['rows'],
  { limit = 2, buckets }: { readonly limit?: number; readonly buckets?: number } = {},
): Promise<{ readonly batches: unknown; readonly statements: readonly string[] }> {
  const { work, statements } = workOf(rows);
  const planned = await planBatches(work, {
    from: 'FROM (q) AS _source',
    columns: [{ name: 'name', type: { kind: 'varchar' } }],
    storage: {
      tableType: 'hive',
      partitionedBy,
      ...(buckets !== undefined && { bucketing: { columns: ['id'], count: buckets } }),
    },
    limit,
    schema: 's',
    signal: new AbortController().signal,
  });
  const batches = planned.ok
    ? planned.value.map(({ where }) => where)
    : planned.failure.diagnostic.message;
  return { batches, statements };
}

describe('planBatches', () => {
  it('asks nothing about a table without partitions, or of buckets alone', async () => {
    expect(await plan([], [])).toEqual({ batches: [undefined], statements: [] });
    expect(await plan(fields('bucket(id, 2)'), [])).toEqual({
      batches: [undefined],
      statements: [],
    });
  });

  it('writes by one statement what is few enough, also nothing at all', async () => {
    const two = await plan(fields('day'), [['a'], [null]]);
    expect(two).toEqual({
      batches: [undefined],
      statements: ['SELECT DISTINCT CAST(_source."day" AS varchar) AS p1\nFROM (q) AS _source'],
    });
    expect((await plan(fields('day'), [])).batches).toEqual([undefined]);
  });

  it('splits what is more, nulls and quotes included', async () => {
    const { batches } = await plan(fields('day'), [["it's"], [null], ['b']]);
    expect(batches).toEqual([
      `CAST(_source."day" AS varchar) IN ('it''s') OR CAST(_source."day" AS varchar) IS NULL`,
      `CAST(_source."day" AS varchar) IN ('b')`,
    ]);
  });

  it('splits by several columns', async () => {
    const { batches } = await plan(
      fields('day', 'name'),
      [
        ['1', 'a'],
        ['1', null],
      ],
      { limit: 1 },
    );
    expect(batches).toEqual([
      `(CAST(_source."day" AS varchar) = '1' AND CAST(_source."name" AS varchar) = 'a')`,
      `(CAST(_source."day" AS varchar) = '1' AND CAST(_source."name" AS varchar) IS NULL)`,
    ]);
  });

  it('counts what transforms make of the rows', async () => {
    const { statements } = await plan(
      fields('month(at)', 'truncate(name, 4)', 'truncate(id, 10)'),
      [],
    );
    expect(statements[0]).toBe(
      `SELECT DISTINCT CAST(date_trunc('month', _source."at") AS varchar) AS p1, CAST(substr(_source."name", 1, 4) AS varchar) AS p2, CAST(_source."id" AS varchar) AS p3\nFROM (q) AS _source`,
    );
  });

  it('counts buckets for each partition', async () => {
    const storage = { partitionedBy: fields('day', 'bucket(id, 4)') };
    expect(writersPerPartition(storage)).toBe(4);
    const { batches } = await plan(storage.partitionedBy, [['1'], ['2'], ['3']], { limit: 8 });
    expect(batches).toHaveLength(2);
    expect((await plan(fields('bucket(id, 9)'), [], { limit: 8 })).batches).toBe(
      'the table has 9 buckets in each partition, and a statement writes at most 8',
    );
  });

  it('cannot add rows to a Hive table with buckets', async () => {
    const { batches } = await plan(fields('day'), [['1'], ['2'], ['3']], { limit: 8, buckets: 4 });
    expect(batches).toMatch(
      /^the table has 3 partitions of 4 buckets, a statement writes at most 8/,
    );
  });

  it('keeps statements within their length', async () => {
    const long = 'x'.repeat(100_000);
    const rows = [1, 2, 3, 4].map((n) => [`${n}${long}`]);
    const { batches } = await plan(fields('day'), [...rows, ['a'], ['b']], { limit: 5 });
    expect(batches).toHaveLength(2);
    for (const where of batches as readonly string[]) expect(where.length).toBeLessThan(262_144);
  });
});
