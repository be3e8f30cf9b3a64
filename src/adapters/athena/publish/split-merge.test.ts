import { describe, expect, it } from 'vitest';
import { athenaWriters } from '../writers.js';
import { readMerge } from './split-merge.js';

const target = { database: 'c', schema: 's', identifier: 't' };

describe('readMerge', () => {
  it('takes apart what the writers wrote', () => {
    const sql = athenaWriters.merge(target, 'select 1 as id\n-- end', {
      columns: ['Id', 'Day', 'n"m', 'kept'],
      uniqueKey: ['ID', 'day'],
      updates: ['n"m'],
      predicates: ['_target."kept" = _source."other"'],
    });
    const merge = readMerge(sql);
    expect(merge).toMatchObject({
      head: 'MERGE INTO "c"."s"."t" AS _target',
      query: 'select 1 as id\n-- end',
      keys: ['id', 'day'],
      updates: ['n"m'],
    });
    expect(`${merge?.head}\nUSING (\n${merge?.query}\n) AS _source\n${merge?.rest}`).toBe(sql);
  });

  it('knows a merge that updates nothing', () => {
    const sql = athenaWriters.merge(target, 'q', { columns: ['a'], uniqueKey: ['a'], updates: [] });
    expect(readMerge(sql)?.updates).toEqual([]);
  });

  it('leaves other statements alone', () => {
    const rows = { ...target, identifier: 'rows' };
    expect(readMerge(athenaWriters.deleteMatching(target, rows, ['a']))).toBeUndefined();
    expect(readMerge(athenaWriters.insert(target, 'q', ['a']))).toBeUndefined();
  });
});
