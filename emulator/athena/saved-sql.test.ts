import { randomUUID } from 'node:crypto';
import type { GetNamedQueryOutput, GetPreparedStatementOutput } from '@aws-sdk/client-athena';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { errorOf, startService, type Bench } from './testing/start-service.js';

let bench: Bench;
beforeEach(() => {
  bench = startService();
});
afterEach(() => bench.close());

describe('named queries', () => {
  const input = { Name: 'n', Database: 'db', QueryString: 'SELECT 1' };

  test('are kept, changed and removed', async () => {
    const token = randomUUID();
    const made = await bench.call<{ NamedQueryId: string }>('CreateNamedQuery', {
      ...input,
      ClientRequestToken: token,
    });
    const again = await bench.call('CreateNamedQuery', { ...input, ClientRequestToken: token });
    expect(again).toEqual(made);
    await bench.call('UpdateNamedQuery', { ...made, Name: 'm', QueryString: 'SELECT 2' });
    const { NamedQuery } = await bench.call<GetNamedQueryOutput>('GetNamedQuery', made);
    expect(NamedQuery).toEqual({
      ...made,
      Name: 'm',
      Database: 'db',
      QueryString: 'SELECT 2',
      WorkGroup: 'primary',
    });
    expect(await bench.call('ListNamedQueries')).toEqual({ NamedQueryIds: [made.NamedQueryId] });
    expect(
      await bench.call('BatchGetNamedQuery', { NamedQueryIds: [made.NamedQueryId, 'none'] }),
    ).toMatchObject({
      NamedQueries: [{ Name: 'm' }],
      UnprocessedNamedQueryIds: [{ NamedQueryId: 'none' }],
    });
    await bench.call('DeleteNamedQuery', made);
    expect((await errorOf(bench.call('GetNamedQuery', made))).message).toBe(
      `NamedQuery ${made.NamedQueryId} was not found`,
    );
  });
});

describe('prepared statements', () => {
  const key = { StatementName: 'by_id', WorkGroup: 'primary' };
  const sql = 'SELECT * FROM t WHERE id = ? AND day = ?';

  test('are kept, changed and removed by calls', async () => {
    await bench.call('CreatePreparedStatement', { ...key, QueryStatement: sql });
    const twice = bench.call('CreatePreparedStatement', { ...key, QueryStatement: sql });
    expect((await errorOf(twice)).code).toBe('InvalidRequestException');
    await bench.call('UpdatePreparedStatement', { ...key, QueryStatement: 'SELECT ?' });
    const got = await bench.call<GetPreparedStatementOutput>('GetPreparedStatement', key);
    expect(got.PreparedStatement).toMatchObject({ QueryStatement: 'SELECT ?' });
    await bench.call('DeletePreparedStatement', key);
    expect((await errorOf(bench.call('GetPreparedStatement', key))).code).toBe(
      'ResourceNotFoundException',
    );
  });

  test('EXECUTE runs the text with the values of USING, or else those of the request', async () => {
    await bench.call('CreatePreparedStatement', { ...key, QueryStatement: sql });
    const query = await bench.run("EXECUTE by_id USING 5, DATE '2024-01-01'");
    await bench.run('EXECUTE by_id', { ExecutionParameters: ['6', 'x'] });
    expect(bench.engine.requests.map(({ sql, parameters }) => [sql, parameters])).toEqual([
      [sql, ['5', "DATE '2024-01-01'"]],
      [sql, ['6', "'x'"]],
    ]);
    expect(query).toMatchObject({
      Query: "EXECUTE by_id USING 5, DATE '2024-01-01'",
      SubstatementType: 'SELECT',
      Status: { State: 'SUCCEEDED' },
    });
  });

  test('PREPARE and DEALLOCATE work in SQL', async () => {
    await bench.run('PREPARE one FROM SELECT ?');
    await bench.run('EXECUTE one USING 1');
    expect(bench.engine.requests.map(({ sql }) => sql)).toEqual(['SELECT ?']);
    expect((await errorOf(bench.start('PREPARE one FROM SELECT 2'))).message).toBe(
      'PreparedStatement one already exists',
    );
    await bench.run('DEALLOCATE PREPARE one');
    expect((await errorOf(bench.start('EXECUTE one USING 1'))).message).toBe(
      'PreparedStatement one was not found in workGroup primary',
    );
  });
});
