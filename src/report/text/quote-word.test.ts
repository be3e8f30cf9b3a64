import { describe, expect, it } from 'vitest';
import { quoteWord } from './quote-word.js';

describe('quoteWord', () => {
  it.each([
    ['../shop', '../shop'],
    ['a b', "'a b'"],
    ['$HOME', "'$HOME'"],
    ['', "''"],
  ])('%j becomes %s', (word, expected) => {
    expect(quoteWord(word)).toBe(expected);
  });
});
