import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Relation } from '../../core/relation.js';
import { quoteRelation } from './quote.js';
import { duckDbWriters as writers } from './writers.js';

const target: Relation = { database: 'memory', schema: 'main', identifier: 'tar"get' };
const source: Relation = { database: 'memory', schema: 'main', identifier: 'source' };

let connection: DuckDBConnection;

beforeEach(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(
    `CREATE TABLE ${quoteRelation(target)} ("id" INTEGER, "Group" VARCHAR, "value" VARCHAR)`,
  );
  await connection.run(
    `INSERT INTO ${quoteRelation(target)} VALUES (1, 'a', 'one'), (2, 'a', 'two'), (NULL, 'a', 'null')`,
  );
});

async function rows(): Promise<readonly (readonly unknown[])[]> {
  const reader = await connection.runAndReadAll(
    `${writers.selectAll(target)} ORDER BY ALL NULLS LAST`,
  );
  return reader.getRowsJson();
}

const columns = ['id', 'Group', 'value'];

describe('insert', () => {
  it('matches columns by name, and takes a query that ends in a comment', async () => {
    const query = `SELECT 'three' AS value, 3 AS id, 'b' AS "group" -- the third`;
    await connection.run(writers.insert(target, query, columns));
    expect(await rows()).toContainEqual([3, 'b', 'three']);
  });
});

describe('merge', () => {
  const merge = async (query: string, uniqueKey = ['id']): Promise<void> => {
    await connection.run(writers.merge(target, query, { columns, uniqueKey }));
  };

  it('updates rows that are there and inserts the others', async () => {
    await merge(
      `SELECT * FROM (VALUES (2, 'b', 'TWO'), (3, 'b', 'three')) AS v(id, "Group", value) -- end`,
    );
    expect(await rows()).toEqual([
      [1, 'a', 'one'],
      [2, 'b', 'TWO'],
      [3, 'b', 'three'],
      [null, 'a', 'null'],
    ]);
  });

  it('matches by several columns', async () => {
    await merge(`SELECT 2 AS id, 'b' AS "Group", 'other' AS value`, ['id', 'group']);
    expect(await rows()).toHaveLength(4);
    await merge(`SELECT 2 AS id, 'b' AS "Group", 'again' AS value`, ['id', 'group']);
    expect(await rows()).toContainEqual([2, 'b', 'again']);
    expect(await rows()).toHaveLength(4);
  });

  it('inserts rows whose key is null, as often as they come', async () => {
    await merge(`SELECT NULL::INTEGER AS id, 'n' AS "Group", 'x' AS value FROM range(2)`);
    expect((await rows()).filter(([id]) => id === null)).toHaveLength(3);
  });

  it('fails when a key comes twice, and changes nothing', async () => {
    const twice = `SELECT * FROM (VALUES (1, 'x', 'a'), (1, 'y', 'b')) AS v(id, "Group", value)`;
    await expect(merge(twice)).rejects.toThrow('MERGE: more than one source row has the key (1)');
    expect(await rows()).toContainEqual([1, 'a', 'one']);
    expect(await rows()).toHaveLength(3);
  });

  it('knows a table that has nothing but its key', async () => {
    await connection.run('CREATE TABLE keys (id INTEGER)');
    const keys: Relation = { ...target, identifier: 'keys' };
    const query = 'SELECT unnest([1, 2]) AS id';
    const statement = writers.merge(keys, query, { columns: ['id'], uniqueKey: ['id'] });
    await connection.run(statement);
    await connection.run(statement);
    const reader = await connection.runAndReadAll('SELECT count(*)::INTEGER FROM keys');
    expect(reader.getRowsJson()).toEqual([[2]]);
  });
});

describe('deleteMatching', () => {
  it('deletes rows whose key is in the source; nulls match nothing', async () => {
    await connection.run('CREATE TABLE source AS SELECT unnest([2, 9, NULL]) AS id');
    await connection.run(writers.deleteMatching(target, source, ['id']));
    expect((await rows()).map(([id]) => id)).toEqual([1, null]);
  });

  it('lets nulls match for partitions, where null is a value like others', async () => {
    await connection.run('CREATE TABLE source AS SELECT unnest([2, 9, NULL]) AS id');
    await connection.run(writers.deleteMatching(target, source, ['id'], { nullsMatch: true }));
    expect((await rows()).map(([id]) => id)).toEqual([1]);
  });
});
