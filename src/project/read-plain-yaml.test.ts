import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { convertYaml } from './convert-yaml.js';
import { readPlainYaml } from './read-plain-yaml.js';

/** What the library and `convertYaml` make of a text; `undefined` if there is anything wrong with it. */
function readWithLibrary(text: string): unknown {
  const document = parseDocument(text, {
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: 'error',
  });
  if (document.errors.length + document.warnings.length > 0) return undefined;
  const { root, ambiguities, problems } = convertYaml(document, text, '1.2');
  return problems.length > 0 ? undefined : { root, ambiguities };
}

/** Returns what was read with ranges as locations show them: up to the end of their first line. */
function visible(read: unknown, text: string): unknown {
  const print = JSON.stringify(read, (key, each: unknown) => {
    if (each instanceof Map) return [...(each as Map<string, unknown>)];
    if (key !== 'span' || typeof each !== 'object') return each;
    const { start, end } = each as { readonly start: number; readonly end: number };
    const newline = text.indexOf('\n', start);
    return { start, end: Math.min(end, newline < 0 ? text.length : newline) };
  });
  return print === undefined ? undefined : JSON.parse(print);
}

function expectSame(text: string, name = text): void {
  const plain = visible(readPlainYaml(text), text);
  const expected = visible(readWithLibrary(text), text);
  // Compared as text first: `toEqual` says more, and is a hundred times as slow.
  if (JSON.stringify(plain) !== JSON.stringify(expected)) expect(plain, name).toEqual(expected);
}

function findYamlFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !path.includes('node_modules'));
}

const files = ['fixtures', 'models', 'e2e'].flatMap(findYamlFiles);
const texts = files.map((path) => readFileSync(path, 'utf8'));

/** A generator of numbers in [0, 1) with a fixed beginning. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('readPlainYaml', () => {
  it.each([
    ['a mapping', 'version: 2\nmodels:\n  - name: a\n    columns: [x, "y", \'z\']\n'],
    ['a list at the column of its key', 'a:\n- b: 1\n  c: 2\n- d\ne: f'],
    ['comments and empty lines', '# one\n\na: b # two\n  # three\n\nc:\n  # four\n  d: e\n\n'],
    ['values that are not there', 'a:\nb:\n  c:\n  d: ~x\n'.replace('~x', 'x')],
    ['words that YAML 1.1 reads otherwise', 'a: yes\nb: [on, Off]\nc: no\n'],
    ['words that are no texts', 'a: true\nb: NULL\nc: False\nd: nulls\n'],
    ['brackets on one line', 'a: {b: c, d: [e, {f: g h}, 2], i: {}, j: [],}\n'],
    [
      'a list of mappings in brackets',
      "- {name: id, data_tests: [unique, {relationships: {to: ref('x'), field: id}}]} # c\n- [a]\n",
    ],
    ['signs inside of texts', "a: b:c d#e 'f' {g} [h], \"i\" - j\nk: 'it''s'\n"],
  ])('reads %s as the library does', (_, text) => {
    expect(readPlainYaml(text)).toBeDefined();
    expectSame(text);
  });

  it.each([
    'a: 1.0\n',
    'a: 010\n',
    'a: -1\n',
    'a: |\n  b\n',
    'a: >-\n  b\n',
    'a: &x b\nc: *x\n',
    'a: {b: c, b: d}\n',
    'a: {b}\n',
    'a: {b:c}\n',
    'a: {b: }\n',
    'a: [b: c]\n',
    'a: {b: c\n  }\n',
    'a: b\n  c\n',
    'a: b: c\n',
    'a: "b\\n"\n',
    '"a": b\n',
    'a b: c\n',
    'a: b\na: c\n',
    '__proto__: b\n',
    '<<: b\n',
    '---\na: b\n',
    '- - a\n',
    '-\n  a: b\n',
    'a:\tb\n',
    'a: b\r\n',
    ' a: b\n',
    'a:\n    b: c\n  d: e\n',
    'a: {{ b }}\n',
    'a: [[[[[[[b]]]]]]]\n',
    'a: [b\n',
    'plain text\n',
    '',
  ])('leaves %j to the library', (text) => {
    expect(readPlainYaml(text)).toBeUndefined();
  });

  it('reads most files of the repository', () => {
    const read = texts.filter((text) => readPlainYaml(text) !== undefined);
    expect(read.length).toBeGreaterThan(texts.length / 2);
  });

  it('makes of each file of the repository what the library makes of it', () => {
    for (const [index, text] of texts.entries()) {
      if (readPlainYaml(text) !== undefined) expectSame(text, files[index]);
    }
  });

  it('makes the same of files with slips', () => {
    const random = createRandom(7);
    const below = (limit: number): number => Math.floor(random() * limit);
    const pieces = [
      ...[
        ' ',
        '  ',
        '\n',
        '\n\n',
        '- ',
        '-',
        ': ',
        ':',
        '#',
        ' # c',
        "'",
        '"',
        '[',
        ']',
        ',',
        '{',
        '}',
        '{a: b}',
        "[a, {b: 'c'}]",
        ', ',
      ],
      ...[
        'a',
        'yes',
        'null',
        '1',
        '01',
        '1.0',
        '.5',
        '-1',
        'true',
        '~',
        '&a ',
        '*a',
        '!',
        '|',
        '>',
        '? ',
      ],
      ...[
        'key: value\n',
        '- item\n',
        '\n  ',
        '\n    ',
        '\u00e9',
        '%',
        '@',
        '`',
        '<<: ',
        '---\n',
        '\\',
      ],
    ];
    const short = texts.filter((text) => text.length < 1500);
    let read = 0;
    for (let round = 0; round < 20000; round++) {
      let text = short[below(short.length)] ?? '';
      for (let change = 0; change <= below(4); change++) {
        const at = below(text.length + 1);
        const removed = random() < 0.5 ? 0 : below(8);
        text = text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at + removed);
      }
      if (readPlainYaml(text) === undefined) continue;
      read += 1;
      expectSame(text);
    }
    expect(read).toBeGreaterThan(1000);
  });
});
