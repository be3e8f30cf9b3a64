import { describe, expect, test } from 'vitest';
import { parsePartitionExpression } from './partition-expression.js';

const keys = [
  { Name: 'year', Type: 'int' },
  { Name: 'country', Type: 'string' },
  { Name: 'day', Type: 'date' },
  { Name: 'price', Type: 'decimal(5,2)' },
];
const null_ = '__HIVE_DEFAULT_PARTITION__';
const rows = [
  ['9', "o'x", '2024-01-01', '1.50'],
  ['10', 'de', '2024-01-02', '10.00'],
  ['2024', null_, '2024-02-01', null_],
];

/** Returns which of the rows an expression lets through, by their place. */
function filter(expression: string): string {
  const matches = parsePartitionExpression(expression, keys);
  return rows.flatMap((row, index) => (matches(row) ? [index] : [])).join('');
}

describe('parsePartitionExpression', () => {
  test.each([
    ['year = 10', '1'],
    ["year='10'", '1'],
    ['year > 9', '12'],
    ['9 < year', '12'],
    ['year <= 10 and not (year = 9)', '1'],
    ['year <> 9', '12'],
    ['year != 9', '12'],
    ["country = 'o''x'", '0'],
    ['"country" = \'de\'', '1'],
    ["`country` = 'de'", '1'],
    ["COUNTRY IN ('de', 'fr') OR Year = 2024", '12'],
    ["country not in ('de')", '0'],
    ['country is null', '2'],
    ['country IS NOT NULL', '01'],
    ["country like 'd%'", '1'],
    ["country not like '_e'", '0'],
    ['year between 9 and 10', '01'],
    ['year not between 10 and 11', '02'],
    ["day >= date '2024-01-02'", '12'],
    ["day between '2024-01-01' and '2024-01-31'", '01'],
    ['price = 1.5', '0'],
    ['price < 10', '0'],
    ["year = 9 or year = 10 and country = 'de'", '01'],
    ["(year = 9 or year = 10) and country = 'de'", '1'],
  ])('%s', (expression, expected) => {
    expect(filter(expression)).toBe(expected);
  });

  test.each([
    ['month = 1', "'month' is not a partition key"],
    ["year = 'ten'", "'ten' is not a value of type int"],
    ['year = ', "expected a value, found 'the end'"],
    ['year 9', "expected an operator, found '9'"],
    ['(year = 9', 'expected )'],
    ['year = 9 9', "did not expect '9'"],
    ['year not = 9', 'expected IN, BETWEEN or LIKE after NOT'],
    ['year = 9; drop', "did not expect ';'"],
  ])('%s is refused', (expression, reason) => {
    expect(() => filter(expression)).toThrow(`Unsupported expression '${expression}': ${reason}`);
  });
});
