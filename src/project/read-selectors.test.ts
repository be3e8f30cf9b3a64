import { describe, expect, it } from 'vitest';
import { readSelectors } from './read-selectors.js';
import { parseYaml } from './yaml-document.js';

function read(...lines: readonly string[]) {
  const parsed = parseYaml(`${lines.join('\n')}\n`, 'selectors.yml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join());
  return readSelectors(parsed.value);
}

/** Reads one definition. */
function rule(...lines: readonly string[]) {
  const { selectors, diagnostics } = read(
    'selectors:',
    '  - name: a',
    '    definition:',
    ...lines.map((line) => `      ${line}`),
  );
  expect(diagnostics).toEqual([]);
  return selectors[0]?.rule;
}

const method = {
  kind: 'method',
  parents: null,
  children: null,
  childrensParents: false,
  indirectSelection: null,
};

describe('readSelectors', () => {
  it('reads each form of a definition', () => {
    expect(rule('"tag:nightly+ lone"')).toMatchObject({ kind: 'text', text: 'tag:nightly+ lone' });
    expect(rule('tag: nightly')).toMatchObject({ ...method, method: 'tag', value: 'nightly' });
    expect(rule('config.meta.rank: 3')).toMatchObject({ method: 'config.meta.rank', value: '3' });
    expect(
      rule(
        'method: tag',
        'value: nightly',
        'parents: true',
        'parents_depth: 2',
        'children: true',
        'indirect_selection: cautious',
      ),
    ).toMatchObject({
      ...method,
      method: 'tag',
      value: 'nightly',
      parents: { depth: 2 },
      children: { depth: null },
      indirectSelection: 'cautious',
    });
    expect(rule('{ method: fqn, value: a, childrens_parents: true }')).toMatchObject({
      childrensParents: true,
    });
  });

  it('reads unions and intersections, with what is excluded', () => {
    expect(
      rule(
        'union:',
        '  - tag: a',
        '  - intersection: ["b", { tag: c }]',
        '  - exclude: ["d", "e"]',
      ),
    ).toMatchObject({
      kind: 'difference',
      from: {
        kind: 'union',
        of: [
          { method: 'tag', value: 'a' },
          { kind: 'intersection', of: [{ text: 'b' }, { method: 'tag', value: 'c' }] },
        ],
      },
      remove: { kind: 'union', of: [{ text: 'd' }, { text: 'e' }] },
    });
    expect(rule('{ method: tag, value: a, exclude: ["b"] }')).toMatchObject({
      kind: 'difference',
      from: { method: 'tag' },
      remove: { text: 'b' },
    });
  });

  it('tells the default', () => {
    const { selectors } = read(
      'selectors:',
      '  - { name: a, definition: "x" }',
      '  - { name: b, definition: "x", default: true, description: All }',
    );
    expect(selectors).toMatchObject([
      { name: 'a', isDefault: false, location: { path: 'selectors.yml', line: 2 } },
      { name: 'b', isDefault: true, description: 'All' },
    ]);
  });

  it.each<readonly [readonly string[], string, string | undefined]>([
    [['tga: nightly'], "'tga' is not a selector method", "did you mean 'tag'?"],
    [['unoin: []'], "'unoin' is not a selector method", "did you mean 'union'?"],
    [['method: tga', 'value: x'], "'tga' is not a selector method", "did you mean 'tag'?"],
    [
      ['method: tag', 'value: x', 'parent: true'],
      "unknown key 'parent' in a selector",
      "did you mean 'parents'?",
    ],
    [['method: tag'], "'value' is missing in a selector", undefined],
    [
      ['method: tag', 'value: x', 'indirect_selection: cautios'],
      "'indirect_selection' must be 'eager', 'cautious', 'buildable' or 'empty', found the text 'cautios'",
      "did you mean 'cautious'?",
    ],
    [
      ['method: tag', 'value: x', 'parents_depth: 2'],
      "'parents_depth' says how far, but 'parents: true' is missing",
      "add 'parents: true'",
    ],
    [
      ['union: ["a"]', 'exclude: ["b"]'],
      "'exclude' cannot stand beside 'union'",
      "write it into the list of 'union'",
    ],
    [
      ['union: [{ exclude: ["a"] }, { exclude: ["b"] }, "c"]'],
      "'exclude' stands twice in one union",
      'put all that is to be taken out into one list',
    ],
    [['union: tag'], "'union' must be a list of definitions, found the text 'tag'", undefined],
    [['[a, b]'], 'a definition must be a selector or a mapping, found a list', undefined],
  ])('refuses %j', (lines, message, hint) => {
    const { diagnostics } = read(
      'selectors:',
      '  - name: a',
      '    definition:',
      ...lines.map((line) => `      ${line}`),
    );
    expect(diagnostics[0]?.message).toContain(message);
    if (hint !== undefined) expect(diagnostics[0]?.hint).toContain(hint);
    expect(diagnostics[0]?.location?.path).toBe('selectors.yml');
  });

  it('refuses two selectors of one name, two defaults, and Jinja', () => {
    const { diagnostics } = read(
      'selectors:',
      '  - { name: a, definition: "x", default: true }',
      '  - { name: a, definition: "y", default: true }',
      '  - { name: b, definition: "tag:{{ target.name }}" }',
    );
    expect(diagnostics.map(({ message }) => message)).toEqual([
      "the selector 'a' is defined twice",
      'only one selector can be the default, found a, a',
      "Jinja in 'definition' is not supported yet",
    ]);
  });
});
