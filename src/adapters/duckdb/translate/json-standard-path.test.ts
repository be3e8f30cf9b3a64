import { describe, expect, it } from 'vitest';
import { readStandardPath } from './json-standard-path.js';

describe('paths of JSON_QUERY', () => {
  it.each([
    ['lax $', []],
    [
      'lax $.a."b c"',
      [
        { kind: 'member', path: '$.a' },
        { kind: 'member', path: '$."b c"' },
      ],
    ],
    ['strict $[*].*', [{ kind: 'elements' }, { kind: 'members' }]],
    ['lax $[0]', [{ kind: 'slice', first: 1, last: 1 }]],
    ['lax $[1 to last]', [{ kind: 'slice', first: 2, last: -1 }]],
    ['lax $[last - 1]', [{ kind: 'slice', first: -2, last: -2 }]],
  ])('%s', (path, steps) => {
    const mode = path.startsWith('lax') ? 'lax' : 'strict';
    expect(readStandardPath(path)).toEqual({ mode, steps });
  });

  it.each([
    '$.a',
    'lax $.a.size()',
    'lax $.a?(@ > 1)',
    'lax $..a',
    'lax $.a + 1',
    'lax -$.a',
    'lax $x.a',
    'lax $.a[0, 1]',
  ])('refuses %s', (path) => {
    expect(readStandardPath(path)).toHaveProperty('problem');
  });
});
