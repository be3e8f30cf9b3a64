import { describe, expect, test } from 'vitest';
import { formatType, type SqlType } from '../../core/sql-type.js';
import { readSeed } from './read-seed.js';

function read(content: string, types: Readonly<Record<string, SqlType>> = {}, delimiter = ',') {
  const file = { path: 'seeds/s.csv', content };
  const { table, diagnostics } = readSeed(file, {
    name: 's',
    delimiter,
    types: new Map(Object.entries(types).map(([column, type]) => [column, { type }])),
  });
  return {
    columns: table.columns.map(({ name, type }) => `${name} ${formatType(type)}`),
    rows: table.rows,
    messages: diagnostics.map(
      ({ code, message, location }) =>
        `${code} ${location?.line ?? ''}:${location?.column ?? ''} ${message}`,
    ),
  };
}

describe('readSeed', () => {
  test('columns are typed, and values are NULL where nothing or null stands', () => {
    expect(read('id, name ,zip\n1,a,01\n2,,NULL\n3," ",""\n\n\n')).toEqual({
      columns: ['id bigint', 'name varchar', 'zip varchar'],
      rows: [
        ['1', 'a', '01'],
        ['2', null, null],
        ['3', ' ', null],
      ],
      messages: [],
    });
  });

  test('a file with another delimiter than is declared is one column, a warning', () => {
    expect(read('id;state\n1;open\n2;closed\n')).toMatchObject({
      columns: ['id;state varchar'],
      messages: [
        `seed-invalid 1:1 seed 's' is a table of one column, 'id;state': its delimiter is ",", and its lines are divided by ";"`,
      ],
    });
    expect(read('id,state\n1,open\n', {}, ';').messages).toHaveLength(1);
    // A text that happens to hold one, and a name that says so.
    expect(read('note; or what\na\nb\n').messages).toEqual([]);
    expect(read('"id;state"\n1;open\n').messages).toEqual([]);
  });

  test('column_types go before what the values show', () => {
    const { columns, rows } = read('Id,day\n1,2024-01-01\n', {
      id: { kind: 'varchar' },
      day: { kind: 'timestamp', precision: 3, withZone: false },
    });
    expect(columns).toEqual(['Id varchar', 'day timestamp(3)']);
    expect(rows).toEqual([['1', '2024-01-01 00:00:00']]);
  });

  test('names alone are a table without rows', () => {
    expect(read('a;b\n', {}, ';')).toEqual({
      columns: ['a varchar', 'b varchar'],
      rows: [],
      messages: [],
    });
  });

  test.each<[string, string, readonly RegExp[]]>([
    ['an empty file', '\n\n', [/^seed-invalid : seed 's' is empty/]],
    ['a column without a name', 'a,,c\n', [/^seed-invalid 1:3 column 2 .* has no name/]],
    ['two columns of one name', 'a,b,A\n', [/^seed-invalid 1:5 two columns .* name 'A'/]],
    ['a short row', 'a,b\n1\n', [/^seed-invalid 2:1 expected 2 values.*found 1$/]],
    ['a long row', 'a,b\n1,2,3\n', [/^seed-invalid 2:5 expected 2 values.*found 3$/]],
    ['an empty line', 'a,b\n\n1,2\n', [/^seed-invalid 2:1 .*found an empty line$/]],
    ['an empty line of one column', 'a\n\n1\n', [/^seed-invalid 2:1 .*found an empty line$/]],
    ['an open quote', 'a\n"1\n', [/^seed-invalid 2:1 .*never closed$/]],
    [
      'the quoted word null, once for a column',
      'a\n"null"\n"NULL"\n',
      [/^seed-null-text 2:1 the quoted word 'null' .*\(2 times\); dbt takes it for NULL$/],
    ],
  ])('%s', (_, content, messages) => {
    expect(read(content).messages).toEqual(
      messages.map((message) => expect.stringMatching(message) as string),
    );
  });

  test('a value that does not fit its type is told with its place, the first five of a column', () => {
    const rows = Array.from({ length: 9 }, (_, index) => `${index},x${index}`).join('\n');
    const { messages } = read(`a,b\n${rows}\n`, { b: { kind: 'bigint' } });
    expect(messages).toHaveLength(5);
    expect(messages[0]).toBe(
      "seed-value-invalid 2:3 expected a whole number (bigint) in column 'b' of seed 's', found 'x0'",
    );
    expect(messages[4]).toMatch(/; so are 4 more values$/);
  });

  // What DuckDB 1.5.5 makes of the same files by dbt-duckdb's COPY (FORMAT CSV, HEADER TRUE, DELIMITER ',').
  test.each([
    ["a\n'x'\ny\n", ['x', 'y']],
    ["a\nit's\n 'y' \n", ["it's", 'y']],
    ["a\n'it''s'\n''\n", ["it's", null]],
    ["a\n'null'\nnull\n", ['null', 'null']],
    // Not where an apostrophe begins a value and does not end it, nor beside real quotes.
    ["a\n'90s\n'x'\n", ["'90s", "'x'"]],
    ["a\n'x'y\n'z'\n", ["'x'y", "'z'"]],
    ['a\n\'x\'\n"y"\n', ["'x'", 'y']],
    ['"a"\n\'x\'\ny\n', ["'x'", 'y']],
    // Nor where the first stands behind the lines that are looked at.
    [`a\n${'y\n'.repeat(20_600)}'x'\n`, [...Array<string>(20_600).fill('y'), "'x'"]],
  ])(
    "apostrophes are DuckDB's quotes in its own SQL, and text elsewhere: %#",
    (content, values) => {
      const file = { path: 'seeds/s.csv', content };
      const reading = { name: 's', delimiter: ',', types: new Map() };
      const { table } = readSeed(file, { ...reading, isNative: true });
      expect(table.rows.map(([value]) => value)).toEqual(values);
      const [first] = readSeed(file, reading).table.rows;
      expect(first).toEqual([content.split('\n')[1]]);
    },
  );
});
