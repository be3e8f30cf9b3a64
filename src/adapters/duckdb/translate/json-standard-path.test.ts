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
    ['strict $.size.type( )', [{ kind: 'member', path: '$.size' }, { kind: 'type' }]],
    ['lax $ .size()', [{ kind: 'size' }]],
    [
      'lax $?(2 < @.a && !exists(@.b)).c',
      [
        {
          kind: 'filter',
          condition: {
            kind: 'and',
            terms: [
              {
                kind: 'comparison',
                steps: [{ kind: 'member', path: '$.a' }],
                operator: '>',
                literal: { kind: 'number', text: '2' },
              },
              {
                kind: 'not',
                operand: { kind: 'exists', steps: [{ kind: 'member', path: '$.b' }] },
              },
            ],
          },
        },
        { kind: 'member', path: '$.c' },
      ],
    ],
    ['lax $[last - 1]', [{ kind: 'slice', first: -2, last: -2 }]],
  ])('%s', (path, steps) => {
    const mode = path.startsWith('lax') ? 'lax' : 'strict';
    expect(readStandardPath(path)).toEqual({ mode, steps });
  });

  it.each([
    '$.a',
    'lax $.a.abs()',
    'lax $.sizes()',
    'lax $.a?(@ > 1',
    'lax $.a?(1 > 2)',
    'lax $.a?(@ > @.b)',
    'lax $.a?(@ > true)',
    'lax $.a?(@ == null)',
    'lax $.a?(@ starts with "a")',
    'lax $.a?(@ == 1234567890123456)',
    'lax $.a?((@ > 1) is unknown)',
    'lax $.a?(@ == "\\n")',
    'strict $.a?(@ > 1)',
    'lax $..a',
    'lax $.a + 1',
    'lax -$.a',
    'lax $x.a',
    'lax $.a[0, 1]',
  ])('refuses %s', (path) => {
    expect(readStandardPath(path)).toHaveProperty('problem');
  });
});
