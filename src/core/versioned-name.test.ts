import { expect, it } from 'vitest';
import { compareVersions, isLatestVersion, versionedName } from './versioned-name.js';

it('compares versions by their numbers, others by their letters', () => {
  expect([10, 9, '2', 1.5].sort(compareVersions)).toEqual([1.5, '2', 9, 10]);
  expect(['b', 'a', 'c'].sort(compareVersions)).toEqual(['a', 'b', 'c']);
  expect(compareVersions(2, '2')).toBe(0);
});

it('names versions by their texts', () => {
  expect([versionedName('orders', undefined), versionedName('orders', '1.0')]).toEqual([
    'orders',
    'orders.v1.0',
  ]);
  expect(isLatestVersion({ v: '2', latest: 2 })).toBe(true);
  expect(isLatestVersion({ v: 1, latest: 2 })).toBe(false);
});
