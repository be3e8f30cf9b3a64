import { describe, expect, it } from 'vitest';
import { summarise } from './testing/temp-project.js';
import { parseYaml, type ValuePath, type YamlDocument } from './yaml-document.js';

function parse(text: string): YamlDocument {
  const parsed = parseYaml(text, 'a.yml');
  if (!parsed.ok) throw new Error(summarise(parsed.diagnostics).join('\n'));
  return parsed.value;
}

describe('parseYaml', () => {
  it.each([
    ['', null],
    ['# nothing\n', null],
    ['---\na: 1\n', { a: 1 }],
    ['a: [1, 2.5, x, true, null, ~, ""]', { a: [1, 2.5, 'x', true, null, null, ''] }],
    ['a: yes\nb: 2024-01-01\nc: 0x1f\nd: 0o17', { a: 'yes', b: '2024-01-01', c: 31, d: 15 }],
    ['a:\nb: |\n  x\n  y\nc: >-\n  x\n  y\n', { a: null, b: 'x\ny\n', c: 'x y' }],
    ['{"a": {"b": [1, "x"]}}', { a: { b: [1, 'x'] } }],
    [': x', { '': 'x' }],
    ['1: a\ntrue: b\non: c', { '1': 'a', true: 'b', on: 'c' }],
    ['constructor: 1\ntoString: 2', { constructor: 1, toString: 2 }],
    ['a: 1\r\nb:\r\n  - x\r\n', { a: 1, b: ['x'] }],
    ['a: &x [1]\nb: *x', { a: [1], b: [1] }],
    ['a: &x {k: 1, l: 2}\nb: {<<: *x, l: 3}', { a: { k: 1, l: 2 }, b: { k: 1, l: 3 } }],
    [
      'a: &x {k: 1}\nb: &y {k: 2, m: 2}\nc:\n  <<: [*x, *y]\n  n: 3',
      { a: { k: 1 }, b: { k: 2, m: 2 }, c: { k: 1, m: 2, n: 3 } },
    ],
    ['a: &x 1\nb: &x 2\nc: *x', { a: 1, b: 2, c: 2 }],
    ['"<<": 1', { '<<': 1 }],
    ['&k a: 1\n*k : 2\nb: 3'.replace('*k : 2\n', ''), { a: 1, b: 3 }],
    ['a: !!str 12', { a: '12' }],
  ])('%j is read', (text, expected) => {
    expect(parse(text).value).toEqual(expected);
  });

  it.each([
    ['a: 1\n\tb: 2', 'error yaml-syntax a.yml:2:1'],
    ['a:\n\t- x', 'Tabs are not allowed as indentation (indent with spaces)'],
    [
      'a: b: c',
      "a.yml:1:4 expected one value, found another key in it (quote a text that holds ': ')",
    ],
    ['a: {{ var("x") }}/b', 'quote a value that starts with {{'],
    ['a: {{ x }}', "expected a key, found '{ x }' (quote a value that starts with {{ or [)"],
    ['a: [1, 2', 'error yaml-syntax a.yml:1'],
    ['a: "x', 'error yaml-syntax a.yml:1'],
    ['a: 1\n---\nb: 2', 'expected one YAML document in the file, found several'],
    ['a: *x', 'a.yml:1:4 the alias *x has no anchor &x before it'],
    ['a: &x [*x]', 'a.yml:1:8 the alias *x has no anchor &x before it'],
    ['a: !secret x', 'Unresolved tag: !secret (tags that start with ! are not supported'],
    [
      'a: 12345678901234567890',
      "has too many digits to be kept exactly (quote it: '12345678901234567890')",
    ],
    ['a: .inf', "'.inf' is not a finite number"],
    ['a: .nan', "'.nan' is not a finite number"],
    ['<<: 1', "the merge key '<<' expects a mapping or a list of mappings"],
    ['__proto__: {x: 1}', "the key '__proto__' is not allowed"],
    ['%YAML 1.1\n---\na: 2024-01-01', 'expected a text, a number, true, false or null'],
    ['x: @a', 'error yaml-syntax a.yml:1:4'],
  ])('%j is refused', (text, expected) => {
    const parsed = parseYaml(text, 'a.yml');
    expect(parsed.ok).toBe(false);
    expect(summarise(parsed.diagnostics)).toEqual([expect.stringContaining(expected)]);
  });

  it('reports duplicate keys at both places', () => {
    const parsed = parseYaml('a: 1\nb: 2\n"a": 3\n', 'a.yml');
    expect(parsed.diagnostics).toEqual([
      {
        code: 'yaml-syntax',
        severity: 'error',
        message: "the key 'a' stands twice in the same mapping",
        hint: 'remove one of the two',
        location: { path: 'a.yml', line: 3, column: 1, length: 3, sourceLine: '"a": 3' },
        related: [
          {
            message: "'a' stands here first",
            location: { path: 'a.yml', line: 1, column: 1, length: 1, sourceLine: 'a: 1' },
          },
        ],
      },
    ]);
  });

  it('takes the last of duplicate keys in YAML 1.1, and warns', () => {
    const parsed = parseYaml('a: 1\nb: {c: 1, c: 2}\na: 3\n', 'a.yml', { version: '1.1' });
    expect(parsed).toMatchObject({ ok: true, value: { value: { a: 3, b: { c: 2 } } } });
    expect(summarise(parsed.diagnostics)).toEqual([
      "warning yaml-syntax a.yml:2:11 the key 'c' stands twice in the same mapping: the last one counts, as in dbt (remove one of the two)",
      "warning yaml-syntax a.yml:3:1 the key 'a' stands twice in the same mapping: the last one counts, as in dbt (remove one of the two)",
    ]);
  });

  it('reports every problem, one a line', () => {
    const parsed = parseYaml('a: 1\na: 2\nb: *x\nc: .inf\n', 'a.yml');
    expect(parsed.diagnostics.map(({ location }) => location?.line)).toEqual([2, 3, 4]);
  });

  it('refuses aliases that stand for billions of values, once', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 12; level += 1) {
      const alias = `*a${level - 1}`;
      lines.push(`a${level}: &a${level} [${Array(10).fill(alias).join(', ')}]`);
    }
    const parsed = parseYaml(lines.join('\n'), 'a.yml');
    expect(summarise(parsed.diagnostics)).toEqual([
      expect.stringContaining('the aliases of this file stand for more than 100000 values'),
    ]);
  });

  it.each([100, 10_000])('refuses %i nested lists without a crash', (depth) => {
    const parsed = parseYaml('['.repeat(depth) + ']'.repeat(depth), 'a.yml');
    expect(parsed.ok).toBe(false);
    expect(parsed.diagnostics[0]).toMatchObject({ code: 'yaml-syntax' });
  });
});

describe('locate', () => {
  const text = [
    'models:',
    '  - name: a # first',
    '    columns:',
    '      - {name: x, tests: [unique]}',
    '  - &b',
    '    name: b',
    '    description: >',
    '      long',
    '      text',
    '    meta:',
    '  - *b',
    '  - <<: *b',
    '    tags: t',
    '',
  ].join('\r\n');
  const document = parse(text);

  it.each<[ValuePath, boolean, number, number, number]>([
    [[], false, 1, 1, 7],
    [['models'], true, 1, 1, 6],
    [['models', 0], false, 2, 5, 15],
    [['models', 0, 'name'], false, 2, 11, 1],
    [['models', 0, 'name'], true, 2, 5, 4],
    [['models', 0, 'columns', 0, 'tests', 0], false, 4, 27, 6],
    // What is not there is at its nearest enclosing value.
    [['models', 0, 'columns', 0, 'nothing', 'here'], false, 4, 9, 26],
    [['models', 1, 'description'], false, 7, 18, 1],
    // A key without a value stands for it.
    [['models', 1, 'meta'], false, 10, 5, 4],
    // An alias is where it is used; what is inside it, where it is written.
    [['models', 2], false, 11, 5, 2],
    [['models', 2, 'name'], false, 6, 11, 1],
    [['models', 3, 'name'], true, 6, 5, 4],
    [['models', 3, 'tags'], false, 13, 11, 1],
  ])('%j, key: %s', (path, key, line, column, length) => {
    expect(document.locate(path, { key })).toEqual({
      path: 'a.yml',
      line,
      column,
      length,
      sourceLine: text.split('\r\n')[line - 1],
    });
  });
});
