import { describe, expect, it } from 'vitest';
import { duckDbPaths, memberStep, readJsonPath } from './json-path.js';

describe('paths of json_extract', () => {
  it.each([
    ['$', ['$']],
    ['$.a.b_1', ['$.a.b_1']],
    ['$["a b"]["c\\"d"]', ['$."a b"."c\\"d"']],
    ['$.a[name]', ['$.a.name']],
    // A number is a place in an array, or a key.
    ['$.a[0]', ['$.a[0]', '$.a."0"']],
    ['$.1.x', ['$[1].x', '$."1".x']],
    ['$.é:x', ['$."é:x"']],
  ])('%s', (path, expected) => {
    const read = readJsonPath(path);
    expect('keys' in read && duckDbPaths(read.keys)).toEqual(expected);
  });

  it.each([
    '',
    'a',
    ' $.a',
    '$.',
    '$.a.',
    '$..a',
    '$.*',
    '$[*]',
    "$['a']",
    '$[-1]',
    '$.a b',
    '$.a-b',
    '$[a:b]',
  ])('refuses %s', (path) => {
    expect(readJsonPath(path)).toEqual({ problem: `'${path}' is not a path that Athena reads` });
  });

  it('knows the keys that DuckDB cannot name', () => {
    expect(memberStep('*')).toBeUndefined();
    expect(memberStep('')).toBeUndefined();
    expect(duckDbPaths(['a', '*'])).toBeUndefined();
  });
});
