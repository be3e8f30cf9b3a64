import { describe, expect, it } from 'vitest';
import { toPrintable, toPrintableLine } from './printable.js';
import { formatCount, formatDuration, formatQuantity } from './quantity.js';
import { createStyle, wantsColor } from './style.js';
import { padEndToWidth, padStartToWidth, takeWidth, textWidth, truncateToWidth } from './width.js';

describe('textWidth', () => {
  it.each([
    ['', 0],
    ['customer', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['日本', 4],
    ['한국', 4],
    ['ａ', 2],
    ['👍', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['❤️', 2],
    ['a\u200bb', 2],
    ['😀é日', 5],
    ['𠀋', 2],
  ])('%j takes %i columns', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });
});

describe('fitting text', () => {
  it('never cuts a character', () => {
    expect(takeWidth('日本語', 3)).toBe('日');
    expect(takeWidth('👩‍👩‍👧x', 2)).toBe('👩‍👩‍👧');
    expect(takeWidth('abc', 2)).toBe('ab');
  });

  it('marks what it leaves out', () => {
    expect(truncateToWidth('customer', 8)).toBe('customer');
    expect(truncateToWidth('customer', 5)).toBe('cust…');
    expect(truncateToWidth('日本語', 4)).toBe('日…');
  });

  it('pads by columns, not by code units', () => {
    expect(padEndToWidth('日', 4)).toBe('日  ');
    expect(padStartToWidth('日', 4)).toBe('  日');
    expect(padEndToWidth('long', 2)).toBe('long');
  });
});

describe('toPrintable', () => {
  it.each([
    ['plain\ttext\n', 'plain\ttext\n'],
    ['\u001b[31mred', '␛[31mred'],
    ['a\r\nb\rc', 'a\nb␍c'],
    ['\u0000\u007f\u009b', '␀␡�'],
    ['a\u202eb', 'a�b'],
  ])('%j becomes %j', (text, expected) => {
    expect(toPrintable(text)).toBe(expected);
  });

  it('puts a text on one line', () => {
    expect(toPrintableLine('a\n\tb')).toBe('a↵→b');
  });
});

describe('quantities', () => {
  it.each([
    [0, '0'],
    [999, '999'],
    [81273, '81,273'],
    [1234567, '1,234,567'],
  ])('%i is %s', (count, expected) => {
    expect(formatCount(count)).toBe(expected);
  });

  it('uses the noun in the right number', () => {
    expect(formatQuantity(1, 'row')).toBe('1 row');
    expect(formatQuantity(0, 'row')).toBe('0 rows');
    expect(formatQuantity(2, 'query', 'queries')).toBe('2 queries');
  });

  it.each([
    [0, '0.00s'],
    [52, '0.05s'],
    [9_994, '9.99s'],
    [9_996, '10.0s'],
    [12_340, '12.3s'],
    [59_960, '1m 00s'],
    [125_000, '2m 05s'],
    [3_720_000, '1h 02m'],
  ])('%i ms is %s', (durationMs, expected) => {
    expect(formatDuration(durationMs)).toBe(expected);
  });
});

describe('colour', () => {
  it.each([
    ['a terminal', {}, true, false, true],
    ['a pipe', {}, false, false, false],
    ['--no-color', { FORCE_COLOR: '1' }, true, true, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false, false],
    ['an empty NO_COLOR', { NO_COLOR: '' }, true, false, true],
    ['FORCE_COLOR on a pipe', { FORCE_COLOR: '1' }, false, false, true],
    ['an empty FORCE_COLOR on a pipe', { FORCE_COLOR: '' }, false, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false, false],
    ['NO_COLOR over FORCE_COLOR', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false, false],
    ['TERM=dumb', { TERM: 'dumb' }, true, false, false],
  ])('%s', (_case, env, isTerminal, refused, expected) => {
    expect(wantsColor({ env, isTerminal, refused })).toBe(expected);
  });

  it('decorates only when asked', () => {
    expect(createStyle({ color: true }).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(createStyle({ color: true }).red('')).toBe('');
    expect(createStyle({ color: false }).red('x')).toBe('x');
  });
});
