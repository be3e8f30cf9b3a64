import { describe, expect, test } from 'vitest';
import type { SqlType } from '../../core/sql-type.js';
import { readSeedValue } from './seed-value.js';

const decimal: SqlType = { kind: 'decimal', precision: 5, scale: 2 };
const timestamp: SqlType = { kind: 'timestamp', precision: 3, withZone: false };

describe('readSeedValue', () => {
  test.each<[SqlType, string, string]>([
    [{ kind: 'bigint' }, ' 007 ', '7'],
    [{ kind: 'bigint' }, '+5', '5'],
    [{ kind: 'bigint' }, '-9223372036854775808', '-9223372036854775808'],
    [{ kind: 'tinyint' }, '127', '127'],
    [decimal, '123.40', '123.4'],
    [decimal, '1.5000', '1.5'],
    [decimal, '-.5', '-0.5'],
    [decimal, '000123', '123'],
    [{ kind: 'double' }, '.5', '0.5'],
    [{ kind: 'double' }, '12e5', '12e5'],
    [{ kind: 'real' }, '3.4e38', '3.4e38'],
    [{ kind: 'boolean' }, 'T', 'true'],
    [{ kind: 'boolean' }, '0', 'false'],
    [{ kind: 'date' }, '2024-02-29', '2024-02-29'],
    [timestamp, '2024-02-29', '2024-02-29 00:00:00'],
    [timestamp, '2024-02-29T12:30', '2024-02-29 12:30:00'],
    [timestamp, '2024-02-29 12:30:01.5000', '2024-02-29 12:30:01.5'],
    [{ kind: 'varchar' }, ' a ', ' a '],
    [{ kind: 'varchar', length: 2 }, '😀😀', '😀😀'],
  ])('%j takes %j as %j', (type, raw, text) => {
    expect(readSeedValue(raw, type)).toEqual({ text });
  });

  test.each<[SqlType, string, RegExp]>([
    [{ kind: 'bigint' }, '1.0', /whole number/],
    [{ kind: 'bigint' }, '9223372036854775808', /from -9223372036854775808 to/],
    [{ kind: 'tinyint' }, '128', /from -128 to 127/],
    [{ kind: 'integer' }, 'one', /whole number/],
    [decimal, '1.234', /3 digits before the point and 2 behind/],
    [decimal, '1234', /3 digits before/],
    [decimal, '1e2', /a number/],
    [{ kind: 'double' }, '1e309', /as large as this/],
    [{ kind: 'double' }, '1,5', /a number/],
    [{ kind: 'real' }, '1e39', /as large as this/],
    [{ kind: 'boolean' }, 'yes', /true or false/],
    [{ kind: 'date' }, '2023-02-29', /a date/],
    [{ kind: 'date' }, '2023-02-28 00:00:00', /a date/],
    [timestamp, '2024-02-29 12:30:01.0001', /at most 3 digits/],
    [timestamp, '2024-02-29 12:30:01Z', /a timestamp/],
    [{ kind: 'varchar', length: 2 }, 'abc', /at most 2 characters/],
    [{ kind: 'char', length: 1 }, 'ab', /at most 1 characters/],
  ])('%j does not take %j', (type, raw, expected) => {
    expect(readSeedValue(raw, type)).toEqual({
      expected: expect.stringMatching(expected) as string,
    });
  });
});
