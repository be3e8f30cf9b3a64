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
    ['lax $[0]', [{ kind: 'slices', ranges: [{ first: 1, last: 1 }] }]],
    ['lax $[1 to last]', [{ kind: 'slices', ranges: [{ first: 2, last: -1 }] }]],
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
                left: { root: { kind: 'literal', json: '2' }, steps: [] },
                operator: '<',
                right: { root: { kind: 'item' }, steps: [{ kind: 'member', path: '$.a' }] },
              },
              {
                kind: 'not',
                operand: {
                  kind: 'exists',
                  operand: { root: { kind: 'item' }, steps: [{ kind: 'member', path: '$.b' }] },
                },
              },
            ],
          },
        },
        { kind: 'member', path: '$.c' },
      ],
    ],
    ['lax $[last - 1]', [{ kind: 'slices', ranges: [{ first: -2, last: -2 }] }]],
  ])('%s', (path, steps) => {
    const mode = path.startsWith('lax') ? 'lax' : 'strict';
    const rest = { root: { kind: 'document' }, variables: [], namesDocument: false };
    expect(readStandardPath(path)).toEqual({ mode, steps, ...rest });
  });

  it('tells which variables a path names, and whether a filter asks for the document', () => {
    expect(readStandardPath('strict $a[0, 2 to 3] ? (@ == $.b || @ starts with $c)')).toMatchObject(
      {
        mode: 'strict',
        root: { kind: 'variable', name: 'a' },
        steps: [
          {
            kind: 'slices',
            ranges: [
              { first: 1, last: 1 },
              { first: 3, last: 4 },
            ],
          },
          { kind: 'filter' },
        ],
        variables: ['a', 'c'],
        namesDocument: true,
      },
    );
  });

  it.each([
    ['"a""b"', String.raw`"a\"b"`],
    [String.raw`"a\n"`, String.raw`"a\\n"`],
    ['-7', '-7'],
    ['+7', '7'],
    ['.5', '0.5'],
    ['5.', '5.0'],
    ['1e2', '100.0'],
    ['9007199254740992e0', '9007199254740992.0'],
    ['9223372036854775807', '9223372036854775807'],
    ['true', 'true'],
    ['null', 'null'],
  ])('reads the literal %s', (literal, json) => {
    expect(readStandardPath(`lax $?(@ == ${literal})`)).toMatchObject({
      steps: [{ condition: { right: { root: { kind: 'literal', json } } } }],
    });
  });

  it.each([
    '$.a',
    'LAX $.a',
    'lax @',
    'lax 5',
    'lax $.sizes()',
    'lax $.a.datetime()',
    'lax $.a?(@ > 1',
    'lax $.a?(@ = 1)',
    'lax $.a?(@ + 1 > 2)',
    'lax $.a?(@ == 9223372036854775808)',
    'lax $.a?(@ == 0.1234567890123456)',
    'lax $.a?(@ == 1e999)',
    'lax $.a?(@ == NULL)',
    'lax $.a?(@ starts with @)',
    'lax $.a?(@ starts with 1)',
    'lax $.a?(@ starts with $b.c)',
    'lax $.a?(@ > 1 is unknown)',
    'lax $.a?(exists(@) is unknown)',
    'lax $.a?(@ like_regex "a")',
    'lax $.a?(exists(@.keyvalue()))',
    'lax $.keyvalue().keyvalue()',
    'lax $..a',
    'lax $.a + 1',
    'lax -$.a',
    'lax $.a[$i]',
  ])('refuses %s', (path) => {
    expect(readStandardPath(path)).toHaveProperty('problem');
  });
});
