import { expect, test } from 'vitest';
import { parameterSql } from './execution-parameters.js';

/** Measured on Athena: what stays an expression, and what becomes a text. */
test.each([
  ["'abc'", "'abc'"],
  ['1 + 1', '1 + 1'],
  ["DATE '2020-01-01'", "DATE '2020-01-01'"],
  ['NULL', 'NULL'],
  ['now()', 'now()'],
  ['nosuchfunc(1)', 'nosuchfunc(1)'],
  ['1 OR 1=1', '1 OR 1=1'],
  ['2024-01-01', '2024-01-01'],
  ['-1.5e3', '-1.5e3'],
  ["CAST('1' AS decimal(10, 2))", "CAST('1' AS decimal(10, 2))"],
  ["ARRAY['a', 'b']", "ARRAY['a', 'b']"],
  ['abc', "'abc'"],
  ['abc def', "'abc def'"],
  ["it's", "'it''s'"],
  ['x + 1', "'x + 1'"],
  ['t.x', "'t.x'"],
  ['123e4567-e89b-12d3-a456-426614174000', "'123e4567-e89b-12d3-a456-426614174000'"],
  ['10 20', "'10 20'"],
  ['(1', "'(1'"],
  ['', "''"],
])('%s is sent as %s', (value, expected) => {
  expect(parameterSql(value)).toBe(expected);
});
