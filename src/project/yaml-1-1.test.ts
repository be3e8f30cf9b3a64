import { expect, it } from 'vitest';
import { readAsYaml11 } from './yaml-1-1.js';

it.each([
  ['yes', 'true'],
  ['Off', 'false'],
  ['NO', 'false'],
  ['0123', 'an octal number'],
  ['089', 'a text'],
  ['1_000', 'the number 1000'],
  ['12:30', 'a number with base 60'],
  ['1:02:03.5', 'a number with base 60'],
  ['0b11', 'a binary number'],
  ['1.0', 'a decimal number'],
  ['-2.', 'a decimal number'],
])('%s is %s for YAML 1.1', (source, expected) => {
  expect(readAsYaml11(source)).toBe(expected);
});

it.each([
  'true',
  'y',
  'yEs',
  'nothing',
  'one',
  '0',
  '12',
  '-7',
  '0.5',
  '1.5',
  '2024-01-01',
  '1.2.3',
  '+x',
  '*',
  'a_1',
  '',
])('%j is the same for all', (source) => {
  expect(readAsYaml11(source)).toBeUndefined();
});
