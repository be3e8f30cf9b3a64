import { expect, it } from 'vitest';
import { judgeAge } from './check-freshness.js';

const freshness = {
  warnAfter: { count: 2, period: 'minute' },
  errorAfter: { count: 1, period: 'hour' },
  filter: null,
} as const;

it.each([
  [119, 'pass'],
  [120, 'pass'],
  [120.5, 'warn'],
  [3600, 'warn'],
  [3600.001, 'error'],
  // A clock that is ahead.
  [-5, 'pass'],
])('says of an age of %d seconds: %s', (age, status) => {
  expect(judgeAge(age, freshness)).toBe(status);
});

it('knows limits of days, and that one may be missing', () => {
  expect(judgeAge(86_401, { ...freshness, errorAfter: { count: 1, period: 'day' } })).toBe('error');
  expect(judgeAge(1e9, { ...freshness, errorAfter: null })).toBe('warn');
  expect(judgeAge(1e9, { warnAfter: null, errorAfter: null, filter: null })).toBe('pass');
});
