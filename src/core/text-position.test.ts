import { describe, expect, it } from 'vitest';
import { indexLines, locateSpan } from './text-position.js';

describe('indexLines', () => {
  const lines = indexLines('ab\r\nc\n\nd');

  it.each([
    [0, 1, 1],
    [1, 1, 2],
    [4, 2, 1],
    [6, 3, 1],
    [7, 4, 1],
    [8, 4, 2],
  ])('finds offset %i at %i:%i, and back', (offset, line, column) => {
    expect(lines.locate(offset)).toEqual({ line, column });
    expect(lines.offsetOf({ line, column })).toBe(offset);
  });

  it('gives lines without their ends', () => {
    expect([1, 2, 3, 4, 5].map((line) => lines.lineText(line))).toEqual(['ab', 'c', '', 'd', '']);
  });

  it('keeps a place past the end of a line on it', () => {
    expect(lines.offsetOf({ line: 1, column: 99 })).toBe(2);
    expect(lines.offsetOf({ line: 3, column: 99 })).toBe(6);
  });
});

describe('locateSpan', () => {
  it('underlines at most the rest of the line', () => {
    const lines = indexLines('select\n  a +\n  b');
    expect(locateSpan(lines, 'm.sql', { start: 9, end: 16 })).toEqual({
      path: 'm.sql',
      line: 2,
      column: 3,
      length: 3,
      sourceLine: '  a +',
    });
    expect(locateSpan(lines, 'm.sql', { start: 16, end: 16 })).toMatchObject({ length: 1 });
  });
});
