import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseYaml } from './yaml-document.js';

/** Scalars with what PyYAML 6.0.3 makes of them; `fixtures/yaml-1-1/generate.py` writes them. */
interface Case {
  readonly source: string;
  readonly type?: string;
  readonly text?: string;
  readonly iso?: string;
  readonly error?: true;
  readonly ours?: 'refused';
}

const file = new URL('../../fixtures/yaml-1-1/scalars.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as readonly Case[];

function expected({ type, text = '', iso }: Case): unknown {
  if (iso !== undefined) return iso;
  if (type === 'bool') return text === 'True';
  if (type === 'NoneType') return null;
  return type === 'str' ? text : Number(text);
}

it('has every kind of scalar', () => {
  const types = new Set(cases.map(({ type }) => type));
  expect(types.size).toBeGreaterThanOrEqual(8);
  expect(cases.length).toBeGreaterThan(150);
});

it.each(cases)('$source', (each) => {
  // Once as the quick reader has it, and once as the library, which alone knows anchors.
  for (const text of [`a: ${each.source}\n`, `a: ${each.source}\nb: &anchor 1\n`]) {
    const parsed = parseYaml(text, 'a.yml', { version: '1.1' });
    if (each.error === true || each.ours === 'refused') {
      expect(parsed).toMatchObject({ ok: false, diagnostics: [{ code: 'yaml-syntax' }] });
      continue;
    }
    if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
    const node = parsed.value.nodeAt(['a']);
    expect(node?.value).toBe(expected(each));
    if (node?.printed !== undefined) expect(node.printed).toBe(each.text);
    else if (each.type === 'float') expect(JSON.stringify(node?.value)).toMatch(/[.e]/);
  }
});
