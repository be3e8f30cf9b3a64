import { describe, expect, it } from 'vitest';
import type { SqlType } from './sql-type.js';
import { isKnownType, isSameType, isWidening } from './widening.js';

const decimal = (precision: number, scale: number): SqlType => ({
  kind: 'decimal',
  precision,
  scale,
});

describe('isWidening', () => {
  it.each<[SqlType, SqlType, boolean]>([
    [{ kind: 'integer' }, { kind: 'bigint' }, true],
    [{ kind: 'tinyint' }, { kind: 'integer' }, true],
    [{ kind: 'bigint' }, { kind: 'integer' }, false],
    [{ kind: 'integer' }, { kind: 'integer' }, false],
    [{ kind: 'integer' }, { kind: 'double' }, false],
    [{ kind: 'real' }, { kind: 'double' }, true],
    [{ kind: 'double' }, { kind: 'real' }, false],
    [decimal(5, 2), decimal(9, 2), true],
    [decimal(9, 2), decimal(5, 2), false],
    [decimal(5, 2), decimal(9, 3), false],
    [{ kind: 'integer' }, { kind: 'varchar' }, false],
  ])('%j to %j: %s', (from, to, expected) => {
    expect(isWidening(from, to)).toBe(expected);
  });
});

describe('isKnownType', () => {
  const any: SqlType = { kind: 'any' };
  it.each<[SqlType, boolean]>([
    [{ kind: 'date' }, true],
    [any, false],
    [{ kind: 'unknown' }, false],
    [{ kind: 'array', element: any }, false],
    [{ kind: 'map', key: { kind: 'varchar' }, value: any }, false],
    [{ kind: 'row', fields: [{ name: 'any', type: { kind: 'varchar' } }] }, true],
    [{ kind: 'row', fields: [{ name: 'a', type: any }] }, false],
  ])('%j: %s', (type, expected) => {
    expect(isKnownType(type)).toBe(expected);
  });
});

describe('isSameType', () => {
  it('compares by structure', () => {
    expect(isSameType(decimal(5, 2), decimal(5, 2))).toBe(true);
    expect(isSameType(decimal(5, 2), decimal(5, 1))).toBe(false);
  });
});
