import type { ColumnInfo, Row } from '@aws-sdk/client-athena';
import { describe, expect, it } from 'vitest';
import { decodeRow, decodeValue, readColumns, withoutHeader } from './values.js';

describe('decodeValue', () => {
  it.each([
    [undefined, 'varchar', null],
    ['', 'varchar', ''],
    ['true', 'boolean', true],
    ['false', 'boolean', false],
    ['-128', 'tinyint', -128],
    ['9007199254740991', 'bigint', 9007199254740991],
    ['9007199254740993', 'bigint', '9007199254740993'],
    ['1.0E10', 'double', 1e10],
    ['0.1', 'float', 0.1],
    ['NaN', 'double', 'NaN'],
    ['-Infinity', 'real', '-Infinity'],
    ['12.340', 'decimal', '12.340'],
    ['007', 'varchar', '007'],
    ['2026-01-02 03:04:05.678', 'timestamp', '2026-01-02 03:04:05.678'],
    ['68 69', 'varbinary', '68 69'],
    ['[a, b]', 'array', '[a, b]'],
    ['{k=v}', 'map', '{k=v}'],
  ])('%s of type %s', (text, type, expected) => {
    expect(decodeValue(text, type)).toEqual(expected);
  });
});

describe('readColumns', () => {
  it('keeps the labels, and the digits of decimals', () => {
    const columns: ColumnInfo[] = [
      { Name: 'id', Label: 'Id', Type: 'integer', Precision: 10 },
      { Name: 'price', Type: 'decimal', Precision: 12, Scale: 2 },
      { Name: 'tags', Type: 'array' },
    ];
    expect(readColumns(columns)).toEqual([
      { name: 'Id', type: 'integer' },
      { name: 'price', type: 'decimal(12,2)' },
      { name: 'tags', type: 'array' },
    ]);
  });
});

function row(...texts: readonly (string | undefined)[]): Row {
  return { Data: texts.map((text) => (text === undefined ? {} : { VarCharValue: text })) };
}

describe('the header row', () => {
  const columns: ColumnInfo[] = [
    { Name: 'id', Type: 'integer' },
    { Name: 'name', Type: 'varchar' },
  ];
  const rows = [row('Id', 'name'), row('1', undefined)];

  it.each([
    ['DML', 'SELECT', true, 1],
    ['DML', 'SELECT', false, 2],
    ['UTILITY', 'EXPLAIN', true, 1],
    ['DDL', 'CREATE_TABLE', true, 2],
    ['UTILITY', 'SHOW_TABLES', true, 2],
  ])('of %s, %s, first page %s, leaves %i rows', (type, substatement, firstPage, count) => {
    const statement = { statementType: type, substatementType: substatement };
    expect(withoutHeader(rows, { columns, statement, firstPage })).toHaveLength(count);
  });

  it('is not taken for one when it holds something else', () => {
    const [, data] = rows;
    const statement = { statementType: 'DML', substatementType: 'SELECT' };
    const page = { columns, statement, firstPage: true };
    expect(withoutHeader([data!], page)).toEqual([data]);
  });

  it('leaves rows whose values are decoded by type', () => {
    expect(decodeRow(rows[1]!, columns)).toEqual([1, null]);
  });
});
