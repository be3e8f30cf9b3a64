import { describe, expect, it } from 'vitest';
import { compareVars, mergeVars, parseVars } from './read-vars.js';
import { summarise } from './testing/temp-project.js';

describe('parseVars', () => {
  it.each([
    ['', {}],
    ['{}', {}],
    ['{a: 1, b: [x, {c: true}]}', { a: 1, b: ['x', { c: true }] }],
    ['{"a": "1", "b": null}', { a: '1', b: null }],
    ['a: 1\nb: x', { a: 1, b: 'x' }],
    ['day: 2024-05-01', { day: '2024-05-01' }],
  ])('%j', (text, vars) => {
    expect(parseVars(text)).toEqual({ ok: true, value: vars, diagnostics: [] });
  });

  it.each([
    [
      'x',
      "error vars-invalid --vars:1:1 --vars must be a YAML mapping, found the text 'x' (write --vars '{key: value}')",
    ],
    [
      '[a]',
      "error vars-invalid --vars:1:1 --vars must be a YAML mapping, found a list (write --vars '{key: value}')",
    ],
    ['{a: 1', 'error vars-invalid --vars:1:6 --vars is not valid YAML: '],
    ['a=1', "found the text 'a=1'"],
    [
      '{a:1, b: 2}',
      "error vars-invalid --vars:1:2 'a:1' in --vars has no value (put a blank after the colon: a: 1)",
    ],
    ['{a: 1, a: 2}', "--vars is not valid YAML: the key 'a' stands twice"],
  ])('%j is refused', (text, expected) => {
    const parsed = parseVars(text);
    expect(parsed.ok).toBe(false);
    expect(summarise(parsed.diagnostics)).toEqual([expect.stringContaining(expected)]);
  });

  it('warns of values that others read differently', () => {
    expect(summarise(parseVars('{cutoff: no}').diagnostics)).toEqual([
      "warning yaml-ambiguous --vars:1:10 no without quotes is the text 'no' here, but false for dbt and other YAML 1.1 tools (write false, or quote the text: 'no')",
    ]);
  });
});

describe('mergeVars', () => {
  it('puts --vars before those of the target, before those of the project, before those of all', () => {
    const declared = { a: 1, b: 1, c: 1, stedi: { b: 2, c: 2 } };
    expect(
      mergeVars(declared, 'stedi', [
        { b: 4, c: 4 },
        { c: 3, d: 3 },
      ]),
    ).toEqual({
      a: 1,
      b: 4,
      c: 3,
      d: 3,
      stedi: { b: 2, c: 2 },
    });
  });

  it('finds no inherited names', () => {
    expect(mergeVars({}, 'constructor', [])['constructor']).toBeUndefined();
  });
});

describe('compareVars', () => {
  const declared = { cutoff: false, share: 0.9, day: '2024-05-01', days: ['x'], unset: null };

  it.each([
    [{ cutoff: true, share: 1, day: '2024-06-01', days: [], unset: 'x' }],
    [{ day: 20240501, cutoff: null }],
    [{ something_else: 1 }],
  ])('has nothing against %j', (overrides) => {
    expect(compareVars(declared, overrides)).toEqual([]);
  });

  it.each([
    [
      { cutoff: 'false' },
      "--vars gives 'cutoff' the text 'false', in the place of false (give a value of the same type, such as --vars '{cutoff: false}')",
    ],
    [
      { share: 'high' },
      "--vars gives 'share' the text 'high', in the place of the number 0.9 (give a value of the same type, such as --vars '{share: 0.9}')",
    ],
    [
      { days: 'x' },
      "--vars gives 'days' the text 'x', in the place of a list (give a value of the same type)",
    ],
    [
      { day: ['x'] },
      "--vars gives 'day' a list, in the place of the text '2024-05-01' (give a value of the same type, such as --vars '{day: 2024-05-01}')",
    ],
    [
      { cuttoff: true },
      "the variable 'cuttoff' of --vars is not under 'vars:' in the project (did you mean 'cutoff'?)",
    ],
  ])('warns of %j', (overrides, expected) => {
    expect(summarise(compareVars(declared, overrides))).toEqual([
      `warning vars-unexpected --vars ${expected}`,
    ]);
  });
});
