import { describe, expect, it } from 'vitest';
import { splitCsvLine, splitDelimitedLine } from './split-line.js';

const format = { separator: ',', quote: '"', escape: '\\' };

describe('a line of CSV', () => {
  // What OpenCSVSerde makes of lines, as CsvDeserializer of Trino repeats it.
  it.each<[string, readonly (string | null)[]]>([
    ['', []],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    ['"a,b",c', ['a,b', 'c']],
    ['"a ""b""",c', ['a "b"', 'c']],
    ['"a \\"b\\" \\\\ \\c"', ['a "b" \\ c']],
    ['C:\\temp', ['C:temp']],
    ['abcd "e" f,g', ['abcd "e" f', 'g']],
    ['a"b",c', ['ab', 'c']],
    ['abc, "d",e', ['abc', 'd', 'e']],
    ['a,"b', ['a', null]],
  ])('%s', (line, fields) => {
    expect(splitCsvLine(line, format)).toEqual(fields);
  });
});

describe('a line of delimited text', () => {
  it.each<[string, readonly (string | null)[]]>([
    ['', ['']],
    ['a|\\N|"b|c"', ['a', null, '"b', 'c"']],
    ['\\NN|', ['\\NN', '']],
  ])('%s', (line, fields) => {
    expect(splitDelimitedLine(line, { separator: '|', nullText: '\\N' })).toEqual(fields);
  });

  it('with escapes', () => {
    const escaped = { separator: '|', nullText: '\\N', escape: '\\' };
    expect(splitDelimitedLine('a\\|b|\\N|c', escaped)).toEqual(['a|b', null, 'c']);
  });
});
