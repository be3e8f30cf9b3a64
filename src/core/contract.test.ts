import { describe, expect, it } from 'vitest';
import { compareContract, describeMismatches, type PromisedColumn } from './contract.js';
import type { SqlType } from './sql-type.js';

const location = { path: 'models/schema.yml', line: 1 };
const promise = (name: string, type: SqlType, anyDigits = false): PromisedColumn => ({
  name,
  type,
  anyDigits,
  location: { ...location, line: name.length },
});
const compare = (promised: SqlType, found: SqlType, anyDigits = false): boolean =>
  compareContract({ columns: [promise('a', promised, anyDigits)], location }, [
    { name: 'A', type: found },
  ]).length === 0;
const decimal = (precision: number, scale: number): SqlType => ({
  kind: 'decimal',
  precision,
  scale,
});
const timestamp = (precision: number, withZone: boolean): SqlType => ({
  kind: 'timestamp',
  precision,
  withZone,
});
const row = (name: string, type: SqlType): SqlType => ({ kind: 'row', fields: [{ name, type }] });

describe('compareContract', () => {
  it.each<[string, SqlType, SqlType, boolean]>([
    ['kinds', { kind: 'integer' }, { kind: 'bigint' }, false],
    ['lengths of texts are not', { kind: 'varchar', length: 3 }, { kind: 'varchar' }, true],
    ['digits of decimals', decimal(10, 2), decimal(12, 2), false],
    ['digits of a second are not', timestamp(3, false), timestamp(6, false), true],
    ['zones', timestamp(3, false), timestamp(3, true), false],
    ['names of fields', row('x', { kind: 'date' }), row('y', { kind: 'date' }), false],
    ['types of fields', row('x', { kind: 'date' }), row('x', { kind: 'date' }), true],
    [
      'types of elements',
      { kind: 'array', element: { kind: 'integer' } },
      { kind: 'array', element: { kind: 'bigint' } },
      false,
    ],
    ['what is not known is not', { kind: 'date' }, { kind: 'any' }, true],
  ])('compares %s', (_, promised, found, kept) => {
    expect(compare(promised, found)).toBe(kept);
  });

  it('takes any digits where none are promised', () => {
    expect(compare(decimal(38, 0), decimal(12, 2), true)).toBe(true);
    expect(compare(decimal(38, 0), { kind: 'double' }, true)).toBe(false);
  });

  it('tells what is missing on either side, as a table at the first line', () => {
    const mismatches = compareContract(
      { columns: [promise('id', { kind: 'bigint' }), promise('gone', { kind: 'date' })], location },
      [
        { name: 'extra', type: { kind: 'any' } },
        { name: 'ID', type: { kind: 'integer' } },
      ],
    );
    const {
      code,
      message,
      location: place,
      related,
    } = describeMismatches({ name: 'm' }, mismatches);
    expect([code, place?.line, related?.map((each) => each.message)]).toEqual([
      'contract-mismatch',
      2,
      ["'gone': missing in the model", "'extra': missing in the contract"],
    ]);
    expect(message.split('\n')).toEqual([
      "the columns of model 'm' are not those of its contract:",
      '| column | contract | model          | mismatch                |',
      '| ------ | -------- | -------------- | ----------------------- |',
      '| id     | bigint   | integer        | another type            |',
      '| gone   | date     |                | missing in the model    |',
      '| extra  |          | type not known | missing in the contract |',
    ]);
  });
});
