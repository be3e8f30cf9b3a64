import { describe, expect, it } from 'vitest';
import type { QueryRows } from '../core/adapter.js';
import { compareRows } from './compare-rows.js';

function rowsOf(names: readonly string[], ...rows: QueryRows['rows']): QueryRows {
  return { columns: names.map((name) => ({ name, type: 'varchar' })), rows };
}

function told(actual: QueryRows, expected: QueryRows, columns: readonly string[] | null = null) {
  const compared = compareRows(actual, expected, { columns });
  return 'missing' in compared ? compared.missing : compared.differences.rows;
}

describe('compareRows', () => {
  const actual = rowsOf(['ID', 'name'], [1, 'a'], [1, 'a'], [2, null]);

  it.each<[string, QueryRows, readonly unknown[] | string]>([
    ['rows in another order', rowsOf(['name', 'id'], [null, 2], ['a', 1], ['a', 1]), []],
    ['some columns', rowsOf(['id'], [1], [2], [1]), []],
    ['how often a row occurs', rowsOf(['id'], [1], [2]), [['+++', '1']]],
    ['a value', rowsOf(['id', 'name'], [1, 'a'], [1, 'a'], [2, 'b']), [['→', '2', 'b → NULL']]],
    [
      'no rows',
      rowsOf([]),
      [
        ['+++', '1', 'a'],
        ['+++', '1', 'a'],
        ['+++', '2', 'NULL'],
      ],
    ],
    ['a row too many', rowsOf(['id'], [1], [1], [2], [9]), [['---', '9']]],
    ['a column that is not there', rowsOf(['nme'], ['a']), 'nme'],
  ])('compares %s', (_, expected, differences) => {
    expect(told(actual, expected)).toEqual(differences);
  });

  it('compares the columns that are named', () => {
    expect(told(actual, rowsOf(['id', 'x'], [1, 1], [1, 1], [2, 1]), ['id'])).toEqual([]);
  });
});
