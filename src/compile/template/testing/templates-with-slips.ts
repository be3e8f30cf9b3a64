import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

function findTemplates(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.sql'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

/**
 * Returns templates of the repository, and tags that need no interpreter, with slips of the pen in them: the same ones each time.
 */
export function* templatesWithSlips(rounds: number): Iterable<string> {
  let state = 3;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  const texts = ['fixtures', 'models'].flatMap(findTemplates).filter(({ length }) => length < 800);
  const plain = [
    "{{ ref('a') }}",
    "{{ ref('shop', 'b') }}",
    "{{ source('s', 't') }}",
    "{{ config(materialized='table', enabled=true, tags=['a', 'b']) }}",
  ];
  const pieces = [
    ...plain,
    ...['{{', '}}', '{', '}', '{%', '%}', '{#', '#}', '-', "'", '"', '(', ')', ',', '=', ' ', '\n'],
    ...[
      'in',
      'not',
      'if',
      'none',
      'True',
      '--',
      '/*',
      '*/',
      ';',
      'x',
      '\\',
      '1',
      'values',
      '[',
      ']',
    ],
  ];
  for (let round = 0; round < rounds; round++) {
    let text =
      below(3) === 0
        ? (texts[below(texts.length)] ?? '')
        : Array.from({ length: below(4) }, () => plain[below(plain.length)]).join(' select ');
    for (let change = 0; change < below(4); change++) {
      const at = below(text.length + 1);
      text = text.slice(0, at) + (pieces[below(pieces.length)] ?? '') + text.slice(at + below(4));
    }
    yield text;
  }
}
