import type { GetQueryResultsOutput } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineError } from '../core/engine.js';
import { column } from './testing/fake-engine.js';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench;
beforeEach(() => {
  bench = startService();
});
afterEach(() => bench.close());

const results = (QueryExecutionId: string | undefined, input: object = {}) =>
  bench.call<GetQueryResultsOutput>('GetQueryResults', { QueryExecutionId, ...input });

describe('GetQueryResults', () => {
  test('a SELECT: names of columns first, no value for NULL, columns described', async () => {
    bench.engine.answer(() => ({
      columns: [column('Name'), { ...column('price', 'real', 17), nullable: 'NULLABLE' }],
      rows: [
        ['a', null],
        ['', '1.5'],
      ],
    }));
    const { QueryExecutionId: id } = await bench.run('SELECT * FROM t');
    const output = await results(id);
    expect(output.ResultSet?.Rows).toEqual([
      { Data: [{ VarCharValue: 'Name' }, { VarCharValue: 'price' }] },
      { Data: [{ VarCharValue: 'a' }, {}] },
      { Data: [{ VarCharValue: '' }, { VarCharValue: '1.5' }] },
    ]);
    expect(output.UpdateCount).toBe(0);
    expect(output.ResultSet?.ResultSetMetadata?.ColumnInfo?.[1]).toEqual({
      CatalogName: 'hive',
      SchemaName: '',
      TableName: '',
      Name: 'price',
      Label: 'price',
      Type: 'float',
      Precision: 17,
      Scale: 0,
      Nullable: 'NULLABLE',
      CaseSensitive: false,
    });
  });

  test.each([
    ['SHOW TABLES', [['x']], 0],
    ['SHOW FUNCTIONS', [['tab_name'], ['x']], 0],
    ['EXPLAIN SELECT 1', [['tab_name'], ['x']], undefined],
    ['DESCRIBE t', [['x']], undefined],
  ])('%s', async (sql, rows, updateCount) => {
    bench.engine.answer(() => ({ columns: [column('tab_name', 'string', 0)], rows: [['x']] }));
    const { QueryExecutionId: id } = await bench.run(sql);
    expect(await bench.rows(id!)).toEqual(rows);
    expect((await results(id)).UpdateCount).toBe(updateCount);
  });

  test.each(['CREATE TABLE t AS SELECT 1 a', 'INSERT INTO t SELECT 1', 'UPDATE t SET a = 1'])(
    '%s: no rows but their number',
    async (sql) => {
      bench.engine.answer(() => ({ updateCount: 3 }));
      const output = await results((await bench.run(sql)).QueryExecutionId);
      expect(output).toMatchObject({
        UpdateCount: 3,
        ResultSet: {
          Rows: [],
          ResultSetMetadata: { ColumnInfo: [{ Name: 'rows', Type: 'bigint', Precision: 19 }] },
        },
      });
    },
  );

  test('DDL: nothing', async () => {
    expect(await results((await bench.run('DROP TABLE t')).QueryExecutionId)).toEqual({
      ResultSet: { Rows: [], ResultSetMetadata: { ColumnInfo: [] } },
    });
  });

  test('pages: the header counts, and a full page has a token even if it is the last', async () => {
    bench.engine.answer(() => ({
      columns: [column('n')],
      rows: Array.from({ length: 5 }, (_, index) => [`${index}`]),
    }));
    const { QueryExecutionId: id } = await bench.run('SELECT n FROM t');
    const first = await results(id, { MaxResults: 3 });
    expect(first.ResultSet?.Rows).toHaveLength(3);
    const second = await results(id, { MaxResults: 3, NextToken: first.NextToken });
    expect(second.ResultSet?.Rows?.map(({ Data }) => Data?.[0]?.VarCharValue)).toEqual([
      '2',
      '3',
      '4',
    ]);
    const third = await results(id, { MaxResults: 3, NextToken: second.NextToken });
    expect(third.ResultSet?.Rows).toEqual([]);
    expect(third.NextToken).toBeUndefined();
    expect(await bench.rows(id!)).toHaveLength(6);
  });

  test('a page has at most 1000 rows, and so many if nothing is said', async () => {
    bench.engine.answer(() => ({
      columns: [column('n')],
      rows: Array.from({ length: 1500 }, () => ['x']),
    }));
    const { QueryExecutionId: id } = await bench.run('SELECT n FROM t');
    const first = await results(id);
    expect(first.ResultSet?.Rows).toHaveLength(1000);
    expect((await results(id, { NextToken: first.NextToken })).ResultSet?.Rows).toHaveLength(501);
  });

  test('refusals come in the order that was measured', async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1000, 'X: y');
    });
    const { QueryExecutionId: failed } = await bench.run('SELECT 1');
    bench.engine.answer(() => ({ rows: [['1']] }));
    const { QueryExecutionId: id } = await bench.run('SELECT 2');
    const bad = { MaxResults: 1001, NextToken: 'bad' };
    const messages = [
      await errorOf(results('none', { ...bad, MaxResults: 0 })),
      await errorOf(results('none', bad)),
      await errorOf(results(failed, bad)),
      await errorOf(results(failed, { NextToken: 'bad' })),
      await errorOf(results(id, { NextToken: 'bad' })),
    ].map(({ message }) => message);
    expect(messages).toEqual([
      "1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
      'QueryExecution none was not found',
      'MaxResults is more than maximum allowed length 1000',
      'Query did not finish successfully. Final query state: FAILED',
      'Malformed nextPageToken bad',
    ]);
  });

  test('a query that runs has no results yet', async () => {
    await bench.close();
    bench = startService({ latency: () => ({ queueMs: 0, planningMs: 0, runMs: 3_600_000 }) });
    const id = await bench.start('SELECT 1');
    expect((await errorOf(results(id))).message).toBe(
      'Query has not yet finished. Current state: RUNNING',
    );
  });

  test('a result whose file is gone is gone', async () => {
    const { QueryExecutionId: id } = await bench.run('SELECT 1');
    bench.objects.remove('lake', `results/${id}.csv`);
    expect((await errorOf(results(id))).message).toBe('Could not find results');
  });

  test("a failed statement of Hive's kind answers with nothing", async () => {
    bench.engine.answer(() => {
      throw new EngineError(2, 1006, 'FAILED: SemanticException [Error 10001]: Table not found');
    });
    const { QueryExecutionId: id } = await bench.run('DROP TABLE t');
    expect(await results(id)).toEqual({ ResultSet: { Rows: [] } });
  });

  test('DATA_MANIFEST lists the written files', async () => {
    bench.engine.answer(() => ({
      updateCount: 1,
      writtenFiles: ['s3://lake/t/1', 's3://lake/t/2'],
    }));
    const { QueryExecutionId: id } = await bench.run('INSERT INTO t SELECT 1');
    expect(await bench.rows(id!, { QueryResultType: 'DATA_MANIFEST' })).toEqual([
      ['s3://lake/t/1'],
      ['s3://lake/t/2'],
    ]);
    const { QueryExecutionId: select } = await bench.run('SELECT 1');
    const refused = errorOf(bench.rows(select!, { QueryResultType: 'DATA_MANIFEST' }));
    expect((await refused).code).toBe('InvalidRequestException');
  });
});
