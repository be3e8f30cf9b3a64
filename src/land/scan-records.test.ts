import { describe, expect, it } from 'vitest';
import { createRandom } from './generate/random.js';
import { compactJson } from './compact-json.js';
import { createRecordScanner, maxPartBytes, maxRecordBytes } from './scan-records.js';
import { randomBlank, randomObjectTokens, spreadTokens } from './testing/random-json.js';

interface Found {
  readonly records: { text: string; offset: number; line: number; duplicateKey?: string }[];
  readonly rejects: {
    bytes: Buffer;
    offset: number;
    line: number;
    reason: string;
    part: number;
  }[];
}

function scan(source: string | Buffer, pieceLength = Infinity): Found {
  const found: Found = { records: [], rejects: [] };
  const scanner = createRecordScanner({
    record: ({ bytes, offset, line, duplicateKey }) =>
      found.records.push({
        text: bytes.toString(),
        offset,
        line,
        ...(duplicateKey !== undefined && { duplicateKey }),
      }),
    reject: ({ bytes, ...rest }) => found.rejects.push({ bytes: Buffer.from(bytes), ...rest }),
  });
  const bytes = Buffer.from(source as string);
  for (let from = 0; from < bytes.length; from += pieceLength) {
    // The scanner may keep nothing of a piece that is reused.
    const piece = Buffer.from(bytes.subarray(from, from + pieceLength));
    scanner.push(piece);
    piece.fill('#');
  }
  scanner.end();
  return found;
}

const texts = (found: Found): string[] => found.records.map(({ text }) => text);
const raws = (found: Found): string[] => found.rejects.map(({ bytes }) => bytes.toString());

describe('layouts', () => {
  it.each([
    ['JSON lines', '{"a":1}\n{"a":2}\n{"a":3}\n'],
    ['no line feed at the end', '{"a":1}\n{"a":2}\n{"a":3}'],
    ['CRLF', '{"a":1}\r\n{"a":2}\r\n{"a":3}\r\n'],
    ['nothing between', '{"a":1}{"a":2}{"a":3}'],
    ['commas', '{"a":1},\n{"a":2},\n{"a":3}'],
    ['a comma after the last', '{"a":1},{"a":2},{"a":3},\n'],
    ['one array', '[{"a":1},{"a":2},{"a":3}]'],
    ['a pretty array', '[\n  {\n    "a": 1\n  },\n  {\n    "a": 2\n  },\n  { "a": 3 }\n]\n'],
    ['several arrays', '[{"a":1}]\n[]\n[{"a":2},{"a":3}]'],
    ['nested arrays', '[[{"a":1}],[[{"a":2}]],[],{"a":3}]'],
    ['a mixture', '{"a":1}[{"a":2}]\n\n{"a":3}'],
    ['a byte order mark', '\uFEFF{"a":1}\n{"a":2}\n{"a":3}\n'],
    ['byte order marks of joined files', '\uFEFF[{"a":1}]\uFEFF{"a":2}\n\uFEFF{"a":3}'],
  ])('%s', (_, source) => {
    for (const pieceLength of [Infinity, 1, 2, 3, 5]) {
      const found = scan(source, pieceLength);
      expect(raws(found)).toEqual([]);
      expect(texts(found)).toEqual(['{"a":1}', '{"a":2}', '{"a":3}']);
    }
  });

  it.each(['', ' \r\n\t', '\uFEFF', '[]', '[[],[]]', ','])('%j holds nothing', (source) => {
    expect(scan(source, 1)).toEqual({ records: [], rejects: [] });
  });

  it('keeps the bytes of a record but for white space between tokens', () => {
    const source =
      '{ "b" : 1655564376361.0 ,\r\n "a\\u0041 \\" {" : [ 12345678901234567890 , -0 , 1.10e+05 ] , "a" : "ä 🚲\\/" }';
    expect(texts(scan(source))).toEqual([
      '{"b":1655564376361.0,"a\\u0041 \\" {":[12345678901234567890,-0,1.10e+05],"a":"ä 🚲\\/"}',
    ]);
  });

  it('tells where records stand', () => {
    expect(scan('\n{"a":\n1}\n  {"b":2}[{"c":3}').records).toEqual([
      { text: '{"a":1}', offset: 1, line: 2 },
      { text: '{"b":2}', offset: 12, line: 4 },
      { text: '{"c":3}', offset: 20, line: 4 },
    ]);
  });

  it.each([
    ['{"a":1,"b":2,"a":3}', 'a'],
    ['{"timestamp":1,"timeStamp":2}', 'timeStamp'],
    ['{"a":1,"a ":2,"b":"a"}', undefined],
    ['{"a":{"a":1},"b":{"a":1}}', undefined],
    [`{${Array.from({ length: 200 }, (_, key) => `"k${key}":${key}`).join()},"K70":1}`, 'K70'],
    [`{${Array.from({ length: 200 }, (_, key) => `"k${key}":${key}`).join()}}`, undefined],
  ])('notes a key that occurs twice: %.40s', (source, key) => {
    const [record] = scan(source, 7).records;
    expect(record).toMatchObject({ text: source });
    expect(record?.duplicateKey).toBe(key);
  });

  it('finds the same random records in every layout, however the bytes are cut', () => {
    for (let seed = 0; seed < 400; seed += 1) {
      const random = createRandom(`layout ${seed}`);
      const records = Array.from({ length: random.integer(0, 8) }, () =>
        randomObjectTokens(random),
      );
      const pretty = records.map((tokens) => spreadTokens(random, tokens));
      const blank = (): string => randomBlank(random);
      const source = random.pick([
        () => pretty.join('\n'),
        () => pretty.join(''),
        () => pretty.join(`${blank()},${blank()}`),
        () => `[${blank()}${pretty.join(`${blank()},${blank()}`)}]`,
        () => pretty.map((record) => `[${record}]${blank()}`).join(''),
        () => `[${pretty.map((record) => `[${record}]`).join()}]\n`,
        () => pretty.map((record) => record + random.pick(['', '\n', '\r\n', ','])).join(''),
      ])();
      const marked = random.chance(0.2) ? `\uFEFF${source}` : source;
      const found = scan(marked, random.pick([1, 2, 3, 10, 100, Infinity]));
      expect(raws(found), `seed ${seed}`).toEqual([]);
      expect(texts(found), `seed ${seed}`).toEqual(records.map((tokens) => tokens.join('')));
    }
  });
});

describe('what cannot be parsed', () => {
  it.each<[string, string, string[], string[]]>([
    ['a truncated line', '{"a":1,"b":"x\n{"a":2}\n', ['{"a":2}'], ['{"a":1,"b":"x']],
    [
      'a line that ends after a colon',
      '{"a":\n{"a":2}\n{"a":3}\n',
      ['{"a":2}', '{"a":3}'],
      ['{"a":'],
    ],
    ['two truncated lines', '{"a":\n{"b":\n{"c":3}\n{', ['{"c":3}'], ['{"a":', '{"b":', '{']],
    ['the end of the source', '{"a":1}\n{"a":2,"b', ['{"a":1}'], ['{"a":2,"b']],
    ['a bad value', '{"a":1}{"b":tru}{"c":3}', ['{"a":1}', '{"c":3}'], ['{"b":tru}']],
    ['a bad value in an array', '[{"a":1},{"b":01},{"c":3}]', ['{"a":1}', '{"c":3}'], ['{"b":01}']],
    [
      'bad with objects inside',
      '{"a":x,"b":{"c":1},"d":[{"e":1},{"f":2}]}{"g":3}',
      ['{"g":3}'],
      ['{"a":x,"b":{"c":1},"d":[{"e":1},{"f":2}]}'],
    ],
    [
      'cut inside a string, on one line',
      '{"a":1}{"a":"tr{"a":3}{"a":4}',
      ['{"a":1}', '{"a":4}'],
      ['{"a":"tr{"a":3}'],
    ],
    [
      'cut inside a string, with commas',
      '[{"a":"tr,{"a":3},{"a":4}]',
      ['{"a":4}'],
      ['{"a":"tr,{"a":3},'],
    ],
    ['cut after a value, on one line', '{"a":1{"a":2}{"a":3}', ['{"a":2}', '{"a":3}'], ['{"a":1']],
    [
      'cut after a key, with commas',
      '{"a":{"b":1},{"a":2},{"a":3}',
      ['{"a":2}', '{"a":3}'],
      ['{"a":{"b":1},'],
    ],
    ['a bracket too many', '{"a":1}}\n{"b":2}', ['{"a":1}', '{"b":2}'], ['}']],
    ['a bracket of the wrong kind', '{"a":[1}{"b":2}', ['{"b":2}'], ['{"a":[1}']],
    [
      'cut inside an array of the object',
      '{"a":[1,{"b":2}\n{"c":3}\n',
      ['{"c":3}'],
      ['{"a":[1,{"b":2}'],
    ],
    ['an array bracket too many', '[{"a":1}]]\n{"b":2}', ['{"a":1}', '{"b":2}'], [']']],
    ['an unclosed array', '[{"a":1}', ['{"a":1}'], ['[']],
    ['an array closed inside an object', '[{"a":"x"]\n[{"b":1}]', ['{"b":1}'], ['{"a":"x"']],
    [
      'garbage between',
      'x y{"a":1} , z, {"b":2}\nlast\n',
      ['{"a":1}', '{"b":2}'],
      ['x y', 'z,', 'last'],
    ],
    ['scalars', '1\n"{"\nnull\n[true,{"a":1},-2]', ['{"a":1}'], ['1', '"{"', 'null', 'true', '-2']],
    [
      'an indented nested object',
      '{\n  "a": tru,\n  "b":\n  {\n    "c": 1 }\n}\n{"d":1}',
      ['{"d":1}'],
      ['{\n  "a": tru,\n  "b":\n  {\n    "c": 1 }\n}'],
    ],
    [
      'a pretty array with a cut object',
      '[\n  {\n    "a": \n  },\n  {\n    "b": 1\n  }\n]',
      ['{"b":1}'],
      ['{\n    "a": \n  }'],
    ],
    ['a raw tab in a string', '{"a":"\t"}\n{"b":1}', ['{"b":1}'], ['{"a":"\t"}']],
    ['half a surrogate pair', '{"a":"\\ud800"}{"b":1}', ['{"b":1}'], ['{"a":"\\ud800"}']],
    ['the other half', '{"a":"\\udc00"}{"b":1}', ['{"b":1}'], ['{"a":"\\udc00"}']],
    ['a single-quoted key', '{\'a\':1}\n{"b":1}', ['{"b":1}'], ["{'a':1}"]],
    ['NaN', '{"a":NaN}\n{"b":1}', ['{"b":1}'], ['{"a":NaN}']],
  ])('%s', (_, source, records, rejects) => {
    for (const pieceLength of [Infinity, 1, 2, 3, 7]) {
      const found = scan(source, pieceLength);
      expect(texts(found)).toEqual(records);
      expect(raws(found)).toEqual(rejects);
    }
  });

  it('says where and why', () => {
    expect(scan('{"a":1}\n\n {"a":2,}\n]\n"x"\n').rejects).toEqual([
      {
        bytes: Buffer.from('{"a":2,}'),
        offset: 10,
        line: 3,
        reason: "expected a key in double quotes, found '}' (at byte 17)",
        part: 0,
      },
      {
        bytes: Buffer.from(']'),
        offset: 19,
        line: 4,
        reason: 'a closing bracket without an opening one',
        part: 0,
      },
      {
        bytes: Buffer.from('"x"'),
        offset: 21,
        line: 5,
        reason: 'expected an object, found a string',
        part: 0,
      },
    ]);
  });

  it('keeps the line count after a bad record', () => {
    const found = scan('{"a":\n\n tru\n}\n{"b":1}\n{"c":\n{"d":1}');
    expect(found.records.map(({ line }) => line)).toEqual([5, 7]);
    expect(found.rejects.map(({ line }) => line)).toEqual([1, 6]);
  });

  it('rejects invalid UTF-8, byte for byte', () => {
    const bad = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.from([0xc3, 0x28]),
      Buffer.from('"}'),
    ]);
    const found = scan(Buffer.concat([bad, Buffer.from('{"b":1}')]), 4);
    expect(texts(found)).toEqual(['{"b":1}']);
    expect(found.rejects).toMatchObject([
      { bytes: bad, offset: 0, reason: 'the object is not valid UTF-8' },
    ]);
  });

  it('accepts an object exactly when JSON.parse does', () => {
    let accepted = 0;
    for (let seed = 0; seed < 3000; seed += 1) {
      const random = createRandom(`grammar ${seed}`);
      const source = mutate(random, randomObjectTokens(random).join(''));
      const isObject = parsesAsObject(source);
      const found = scan(source, random.pick([1, 3, Infinity]));
      const isAccepted = found.rejects.length === 0 && found.records.length === 1;
      // Half surrogate pairs are refused on purpose; what is no single object may be several.
      if (isObject && !/\\u[dD][89a-fA-F]/.test(source)) {
        expect(isAccepted, source).toBe(true);
        accepted += 1;
      }
      for (const { text } of found.records) expect(parsesAsObject(text), text).toBe(true);
    }
    expect(accepted).toBeGreaterThan(500);
  });

  it('hands over every byte once, whatever is broken', () => {
    for (let seed = 0; seed < 2000; seed += 1) {
      const random = createRandom(`loss ${seed}`);
      const records = Array.from({ length: random.integer(1, 5) }, () =>
        randomObjectTokens(random),
      );
      const joined = records
        .map((tokens) => spreadTokens(random, tokens))
        .join(random.pick(['\n', '', ',\n']));
      const source = Buffer.from(mutate(random, random.chance(0.3) ? `[${joined}]` : joined));
      const whole = scan(source);
      expect(scan(source, random.integer(1, 9)), `seed ${seed}`).toEqual(whole);
      expect(leftOver(source, whole), `seed ${seed}`).toMatch(/^[\s,[\]]*$/);
    }
  });

  it('hands a long bad record over in parts', () => {
    const long = `{"a":x${'ä'.repeat(maxPartBytes)}}`;
    const found = scan(`${long}{"b":1}`, 100_000);
    expect(texts(found)).toEqual(['{"b":1}']);
    expect(found.rejects.map(({ part }) => part)).toEqual([0, 1, 2]);
    expect(Buffer.concat(found.rejects.map(({ bytes }) => bytes)).toString()).toBe(long);
    expect(found.rejects[1]?.offset).toBe(found.rejects[0]?.bytes.length);
  });

  it('rejects an object that is too long and goes on after it', () => {
    const filler = Buffer.alloc(maxRecordBytes, 'x');
    const source = Buffer.concat([Buffer.from('{"a":"'), filler, Buffer.from('"}\n{"b":1}')]);
    const found = scan(source, 1_000_000);
    expect(found.records.map(({ text }) => text.length)).toEqual([7]);
    expect(found.rejects[0]?.reason).toBe(`the object is longer than ${maxRecordBytes} bytes`);
    const length = found.rejects.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(length).toBe(source.length - '\n{"b":1}'.length);
  });

  it('takes no object inside an object that is too long for a record', () => {
    const inner = '{"b":"x, {\\""},'.repeat(10_000);
    const parts = Math.ceil(maxRecordBytes / inner.length) + 10;
    // Whole pieces end at every place of the inner object in turn, inside strings too.
    const source = Buffer.concat([
      Buffer.from('{"a":['),
      ...Array.from({ length: parts }, () => Buffer.from(inner)),
      Buffer.from('{}]}\n{"c":1}'),
    ]);
    for (const pieceLength of [999_997, 1_000_000, 1_000_003]) {
      const found = scan(source, pieceLength);
      expect(texts(found)).toEqual(['{"c":1}']);
      expect(found.rejects.filter(({ part }) => part === 0)).toHaveLength(1);
    }
  });

  it('reads lines that are all cut after a colon in linear time', () => {
    const lines = 50_000;
    const found = scan('{"a":\n'.repeat(lines) + '{"b":1}\n', 64 * 1024);
    expect(found.rejects).toHaveLength(lines);
    expect(texts(found)).toEqual(['{"b":1}']);
  });
});

function parsesAsObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

function mutate(random: ReturnType<typeof createRandom>, text: string): string {
  let mutated = text;
  for (let count = random.integer(0, 2); count > 0; count -= 1) {
    const at = random.integer(0, mutated.length);
    const rest = mutated.slice(at + random.integer(0, 2));
    const inserted = random.pick([
      '',
      '',
      '"',
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '\n',
      '\\',
      '0',
      'x',
      '-',
      'e',
      '.',
      '\u0007',
    ]);
    mutated = mutated.slice(0, at) + inserted + rest;
  }
  return mutated;
}

/** Returns the source without the bytes that reached the sink; fails if a byte reached it twice. */
function leftOver(source: Buffer, found: Found): string {
  const rest = Buffer.from(source);
  const take = (offset: number, length: number): void => {
    for (let index = offset; index < offset + length; index += 1) {
      if (rest[index] === 0x20 && source[index] !== 0x20)
        throw new Error(`byte ${index} came twice`);
      rest[index] = 0x20;
    }
  };
  for (const { bytes, offset } of found.rejects) {
    expect(source.subarray(offset, offset + bytes.length)).toEqual(bytes);
    // An unclosed array is reported at its bracket, which is never part of anything else.
    take(offset, bytes.length);
  }
  for (const { text, offset } of found.records) {
    let length = text.length;
    const isWhole = (): boolean => {
      const candidate = Buffer.from(source.subarray(offset, offset + length));
      return candidate.subarray(0, compactJson(candidate)).toString() === text;
    };
    while (!isWhole() && length < source.length) length += 1;
    expect(isWhole()).toBe(true);
    take(offset, length);
  }
  return rest.toString();
}
