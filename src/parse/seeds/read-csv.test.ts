import { describe, expect, test } from 'vitest';
import { readCsv } from './read-csv.js';

function read(content: string, delimiter = ',') {
  const { records, problem } = readCsv(content, { path: 'seeds/a.csv', delimiter });
  return { rows: records.map((record) => record.map(({ text }) => text)), problem };
}

describe('readCsv', () => {
  test.each<[string, string, readonly (readonly string[])[]]>([
    ['nothing', '', []],
    ['one line without an end', 'a,b', [['a', 'b']]],
    [
      'LF',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CRLF',
      'a,b\r\n1,2\r\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'CR',
      'a,b\r1,2\r',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    ['a byte order mark', '\ufeffa,b\n', [['a', 'b']]],
    ['a byte order mark before a quote', '\ufeff"a,b"\n', [['a,b']]],
    ['a quoted delimiter', '"a,b",c', [['a,b', 'c']]],
    ['a doubled quote', '"a ""b"" c"', [['a "b" c']]],
    ['nothing but a doubled quote', '""""', [['"']]],
    [
      'a quoted line end',
      '"a\nb",c\n"d\r\ne",f',
      [
        ['a\nb', 'c'],
        ['d\r\ne', 'f'],
      ],
    ],
    ['an empty quoted field', '"",a', [['', 'a']]],
    ['a quote inside a field', '5" pipe,a', [['5" pipe', 'a']]],
    ['spaces stay', ' a , b ', [[' a ', ' b ']]],
    [
      'a delimiter at the end of a line',
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a delimiter at the end of the file', 'a,', [['a', '']]],
    ['an empty line', 'a\n\nb\n', [['a'], [''], ['b']]],
    ['an empty line at the end', 'a\n\n', [['a'], ['']]],
  ])('%s', (_, content, rows) => {
    expect(read(content)).toEqual({ rows, problem: null });
  });

  test.each([[';'], ['\t'], ['|']])('the delimiter %j', (delimiter) => {
    const content = ['a', 'b,c', `"d${delimiter}e"`].join(delimiter);
    expect(read(content, delimiter).rows).toEqual([['a', 'b,c', `d${delimiter}e`]]);
  });

  test('tells where a field stands, behind quoted line ends too', () => {
    const { records } = readCsv('a,b\r\n"x\r\ny",2\n3,"z"\n', { path: 'a.csv', delimiter: ',' });
    const places = records.map((record) => record.map(({ line, column }) => [line, column]));
    expect(places).toEqual([
      [
        [1, 1],
        [1, 3],
      ],
      [
        [2, 1],
        [3, 4],
      ],
      [
        [4, 1],
        [4, 3],
      ],
    ]);
  });

  test.each([
    ['a quote that is never closed', 'a,b\n1,"two\n3,4\n', /never closed/, 2, 3, '1,"two'],
    ['text behind a closing quote', 'a\n"b"c\n', /found "c"/, 2, 4, '"b"c'],
    ['a space behind a closing quote', '"a" ,b', /found " "/, 1, 4, '"a" ,b'],
  ])('%s is a problem with its place', (_, content, message, line, column, sourceLine) => {
    const { problem } = read(content);
    expect(problem?.message).toMatch(message);
    expect(problem?.location).toEqual({
      path: 'seeds/a.csv',
      line,
      column,
      length: 1,
      sourceLine,
    });
  });

  test('what stands before a problem is read', () => {
    expect(read('a\n1\n"2').rows).toEqual([['a'], ['1']]);
  });
});
