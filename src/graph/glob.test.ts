import { expect, it } from 'vitest';
import { globToRegExp } from './glob.js';

it.each<readonly [pattern: string, text: string, matches: boolean]>([
  ['abc', 'abc', true],
  ['abc', 'ABC', false],
  ['a.c', 'abc', false],
  ['a*', 'a', true],
  ['a*', 'a.b/c\nd', true],
  ['**', 'anything/at.all', true],
  ['a**/c', 'axx/c', true],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['[a-c]x', 'bx', true],
  ['[a-c]x', 'dx', false],
  ['[!a-c]x', 'dx', true],
  ['[!a-c]x', 'ax', false],
  ['[a-]x', '-x', true],
  ['[^a]x', '^x', true],
  ['[^a]x', 'bx', false],
  ['[]]', ']', true],
  ['[', '[', true],
  ['[ab', '[ab', true],
  ['[z-a]', 'm', false],
  ['[\\w]', 'a', false],
  ['(a|b)+$', '(a|b)+$', true],
  ['é*', 'étage', true],
  ['?', '😀', true],
])('%j matches %j: %s', (pattern, text, matches) => {
  expect(globToRegExp(pattern).test(text)).toBe(matches);
});

it.each<readonly [pattern: string, path: string, matches: boolean]>([
  ['models/*', 'models/a.sql', true],
  ['models/*', 'models/a/b.sql', false],
  ['models/**', 'models/a/b.sql', true],
  ['models/**/b.sql', 'models/a/c/b.sql', true],
  ['models/**/b.sql', 'models/b.sql', true],
  ['models/?.sql', 'models//.sql', false],
])('as a path, %j matches %j: %s', (pattern, path, matches) => {
  expect(globToRegExp(pattern, { path: true }).test(path)).toBe(matches);
});
