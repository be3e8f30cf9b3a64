import { expect, it } from 'vitest';
import { readIgnoreRules } from './ignore-rules.js';

it.each<[rules: string, ignored: readonly string[], kept: readonly string[]]>([
  ['', [], ['models/a.sql']],
  ['# models\n\n', [], ['models/a.sql']],
  ['a.sql', ['models/a.sql', 'a.sql'], ['models/ba.sql', 'models/a.sql2']],
  ['*.py', ['models/x/a.py'], ['models/a.sql']],
  ['old', ['models/old/a.sql', 'models/x/old/y/b.sql'], ['models/older/a.sql']],
  ['old/', ['models/old/a.sql'], ['models/old']],
  ['models/old/', ['models/old/a.sql'], ['x/models/old/a.sql']],
  ['/models/*.sql', ['models/a.sql'], ['models/x/a.sql']],
  [
    'models/**/draft_?.sql',
    ['models/draft_1.sql', 'models/x/y/draft_a.sql'],
    ['models/draft_12.sql'],
  ],
  ['**/drafts/**', ['models/drafts/a.sql'], ['models/a.sql']],
  ['a[0-2].sql\nb[!x].sql', ['models/a1.sql', 'models/by.sql'], ['models/a3.sql', 'models/bx.sql']],
  ['models/*\n!models/keep.sql', ['models/a.sql'], ['models/keep.sql']],
  ['a.b+c.sql  ', ['models/a.b+c.sql'], ['models/aXb+c.sql']],
  ['\\#a.sql', ['models/#a.sql'], ['models/a.sql']],
  ['A.sql', ['models/A.sql'], ['models/a.sql', '../beside/a.sql']],
  // What is no range is no failure, and the other lines count.
  ['[z-a].sql\nb.sql', ['models/b.sql'], ['models/a.sql']],
])('%j', (rules, ignored, kept) => {
  const isIgnored = readIgnoreRules(rules);
  expect(ignored.filter((path) => !isIgnored(path))).toEqual([]);
  expect(kept.filter(isIgnored)).toEqual([]);
});
