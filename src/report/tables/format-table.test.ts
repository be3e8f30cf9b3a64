import { describe, expect, it } from 'vitest';
import type { QueryRows } from '../../core/adapter.js';
import { createRedactor } from '../redact.js';
import { formatTable, toRowObjects } from './format-table.js';

const redact = createRedactor({ STEDI_ENV_SECRET_TOKEN: 'hunter2-and-more' });
const format = { color: false, maxWidth: null, redact };

const rows: QueryRows = {
  columns: [
    { name: 'customer', type: 'VARCHAR' },
    { name: 'n', type: 'BIGINT' },
    { name: 'tags', type: 'VARCHAR[]' },
  ],
  rows: [
    ['Ada', 12, ['a', 'b']],
    ['日本', null, null],
    ['two\nlines\u001b[2J', '99999999999999999999', []],
  ],
};

describe('formatTable', () => {
  it('aligns text left and numbers right, and shows nulls', () => {
    expect(formatTable(rows, format).split('\n')).toEqual([
      '| customer      |                    n | tags      |',
      '| ------------- | -------------------: | --------- |',
      '| Ada           |                   12 | ["a","b"] |',
      '| 日本          |                 NULL | NULL      |',
      '| two↵lines␛[2J | 99999999999999999999 | []        |',
    ]);
  });

  it('fits a table to the terminal, the widest columns first', () => {
    const wide: QueryRows = {
      columns: [
        { name: 'id', type: 'INTEGER' },
        { name: 'note', type: 'VARCHAR' },
      ],
      rows: [[1, 'x'.repeat(100)]],
    };
    const lines = formatTable(wide, { ...format, maxWidth: 40 }).split('\n');
    expect(lines.map((line) => line.length)).toEqual([40, 40, 40]);
    expect(lines[2]).toBe(`|  1 | ${'x'.repeat(30)}… |`);
  });

  it('keeps columns readable when there are too many', () => {
    const columns = Array.from({ length: 10 }, (_, index) => ({
      name: `column_${index}`,
      type: 'VARCHAR',
    }));
    const many: QueryRows = { columns, rows: [columns.map(() => 'abcdefghij')] };
    expect(formatTable(many, { ...format, maxWidth: 40 })).toContain('| abcde… |');
  });

  it('hides secrets before it cuts values', () => {
    const secret: QueryRows = {
      columns: [{ name: 'value', type: 'VARCHAR' }],
      rows: [['hunter2-and-more']],
    };
    const text = formatTable(secret, { ...format, maxWidth: 12 });
    expect(text).toContain('| ***** |');
    expect(text).not.toContain('hunter');
  });

  it('prints a table without rows', () => {
    expect(formatTable({ columns: [{ name: 'a', type: 'INTEGER' }], rows: [] }, format)).toBe(
      '| a |\n| - |',
    );
  });
});

describe('toRowObjects', () => {
  it('keeps columns of the same name apart', () => {
    const columns = ['a', 'a', 'b'].map((name) => ({ name, type: 'INTEGER' }));
    expect(toRowObjects({ columns, rows: [[1, 2, null]] })).toEqual([{ a: 1, 'a:1': 2, b: null }]);
  });
});
