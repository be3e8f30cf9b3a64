import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter, Session } from '../../../core/adapter.js';
import type { ColumnProperties } from '../../../core/node.js';
import {
  calm,
  createFolder,
  failureOf,
  relationOf,
  rowsOf,
  valueOf,
} from '../testing/warehouse.js';
import { modelNode } from '../../../core/testing/nodes.js';

const model = modelNode('any');

const folder = createFolder();
let adapter: Adapter;
let session: Session;
beforeAll(async () => {
  adapter = valueOf(await folder.open());
  session = await adapter.openSession();
  valueOf(await session.execute({ kind: 'create-schema', relation: relationOf('any') }, calm));
});
// Without the view, nothing is known of the files of an earlier test.
afterEach(async () => {
  for (const relation of [staged, relationOf('readings')]) {
    valueOf(await session.execute({ kind: 'discard', staged: relation }, calm));
  }
  rmSync(join(folder.root, 'landing'), { recursive: true, force: true });
});
afterAll(async () => {
  await adapter.close();
  folder.remove();
});

function declare(columns: Readonly<Record<string, string>>): readonly ColumnProperties[] {
  return Object.entries(columns).map(([name, data_type]) => ({
    name,
    data_type,
    description: '',
    tags: [],
    meta: {},
  }));
}

/** Whether files look as if they were written just now, or some time ago so that they are surveyed. */
type Age = 'fresh' | 'old';

/** Writes a landing file of the table `readings`. */
function land(name: string, content: string | Buffer, age: Age = 'old'): string {
  const path = folder.write(`landing/readings/${name}`, content);
  if (age === 'old') utimesSync(path, new Date('2026-01-01'), new Date('2026-01-01'));
  return path;
}

const staged = relationOf('readings__staged');

async function stage(columns: Readonly<Record<string, string>>, location = 'landing/readings') {
  return session.execute(
    { kind: 'stage-external', model, staged, columns: declare(columns), location, format: 'json' },
    calm,
  );
}

async function build(columns: Readonly<Record<string, string>>, location?: string) {
  const outcome = valueOf(await stage(columns, location));
  valueOf(
    await session.execute(
      { kind: 'publish', model, staged, published: relationOf('readings'), sql: null },
      calm,
    ),
  );
  return outcome;
}

async function read(order = 'all') {
  return rowsOf(session, `select * from lake.readings order by ${order}`);
}

async function readFailure() {
  const query = 'select * from lake.readings';
  return failureOf(await session.query(query, { limit: null, signal: calm })).diagnostic;
}

/** Surveyed files and files that are not known take different ways; every rule holds on both. */
describe.each<Age>(['old', 'fresh'])('values of %s files', (age) => {
  it.each<[string, string, string, unknown]>([
    ['varchar', 'text', '"a"', 'a'],
    ['varchar', 'an integer', '8015551212', '8015551212'],
    ['varchar', 'a very long integer', '12345678901234567890123', '12345678901234567890123'],
    ['varchar', 'a float', '1.5', '1.5'],
    ['varchar', 'a boolean', 'true', 'true'],
    ['varchar', 'an object', '{"a": [1, null]}', '{"a":[1,null]}'],
    ['varchar', 'text with escapes', '"a\\"\\u00e9\\n"', 'a"é\n'],
    ['varchar', 'text that looks like null', '"null"', 'null'],
    ['varchar', 'null', 'null', null],
    ['string', 'text in Hive’s spelling', '"a"', 'a'],
    ['varchar(3)', 'text that is too long', '"abcdef"', 'abc'],
    ['bigint', 'an integer', '1655564376361', 1655564376361],
    ['bigint', 'an integer as a float', '1655564376361.0', 1655564376361],
    ['bigint', 'an integer as text', '"1655564376361"', 1655564376361],
    ['bigint', 'a float as text', '"1655564376361.0"', 1655564376361],
    ['bigint', 'a fraction, which is cut off', '1.9', 1],
    ['bigint', 'a negative fraction', '-1.9', -1],
    ['bigint', 'an exponent', '1e3', 1000],
    ['bigint', 'the greatest', '9223372036854775807', '9223372036854775807'],
    ['bigint', 'null', 'null', null],
    ['int', 'an integer', '7', 7],
    ['smallint', 'an integer', '7', 7],
    ['tinyint', 'an integer', '-128', -128],
    ['double', 'a float', '1.5', 1.5],
    ['double', 'an integer', '2', 2],
    ['double', 'a float as text', '"-1.5e-3"', -0.0015],
    ['double', 'not a number', '"NaN"', 'NaN'],
    ['float', 'a float', '0.1', 0.1],
    ['decimal(10,2)', 'a float, rounded half up', '1.005', '1.01'],
    [
      'decimal(38,2)',
      'text of many digits',
      '"123456789012345678901234567890123456.12"',
      '123456789012345678901234567890123456.12',
    ],
    [
      'decimal(38,0)',
      'an integer of many digits',
      '12345678901234567890123',
      '12345678901234567890123',
    ],
    ['boolean', 'a boolean', 'true', true],
    ['boolean', 'a boolean as text', '"FALSE"', false],
    ['date', 'a day', '"2020-02-29"', '2020-02-29'],
    ['date', 'a day centuries ago', '"0967-01-01"', '0967-01-01'],
    ['date', 'a day of a year with three digits', '"993-01-01"', '0993-01-01'],
    ['date', 'a time, of which the day counts', '"2020-02-29 10:00:00"', '2020-02-29'],
    ['timestamp', 'text', '"2020-01-02 03:04:05.678"', '2020-01-02 03:04:05.678'],
    [
      'timestamp',
      'text with a T and a zone',
      '"2020-01-02T03:04:05+01:00"',
      '2020-01-02 02:04:05.000',
    ],
    [
      'timestamp',
      'text with more digits, rounded',
      '"2020-01-02 03:04:05.6789"',
      '2020-01-02 03:04:05.679',
    ],
    [
      'timestamp(6)',
      'text with six digits',
      '"2020-01-02 03:04:05.678912"',
      '2020-01-02 03:04:05.678912',
    ],
    ['timestamp', 'milliseconds', '1655564376361', '2022-06-18 14:59:36.361'],
    ['timestamp', 'seconds', '1655564376', '2022-06-18 14:59:36.000'],
    ['timestamp', 'seconds with a fraction', '1655564376.361', '2022-06-18 14:59:36.361'],
    ['binary', 'base64', '"YWI="', '61 62'],
    ['array<bigint>', 'a list', '[1, "2", 3.0, null]', [1, 2, 3, null]],
    ['array(varchar)', 'an empty list', '[]', []],
    ['map<string,double>', 'an object', '{"A": 1, "b": "2.5"}', { A: 1, b: 2.5 }],
    ['map(bigint, varchar)', 'an object with numbers for keys', '{"1": 2}', { '1': '2' }],
    [
      'struct<first:string,last:string>',
      'an object, keys in any case',
      '{"FIRST": "a", "other": 1}',
      { first: 'a', last: null },
    ],
    [
      'row(id bigint, tags array(row(name varchar)))',
      'nested objects',
      '{"id": 1.0, "Tags": [{"NAME": 5}, null]}',
      { id: 1, tags: [{ name: '5' }, null] },
    ],
    [
      'row("a.b" bigint, "c""d" varchar)',
      'keys with dots and quotes',
      '{"a.b": 1, "c\\"d": "x"}',
      { 'a.b': 1, 'c"d': 'x' },
    ],
  ])('%s holds %s', async (type, _title, json, expected) => {
    land('a.json', `{"value":${json},"other":1}\n{"other":2}\n`, age);
    await build({ value: type, other: 'int' });
    expect(await read('other')).toEqual([
      [expected, 1],
      [null, 2],
    ]);
  });

  it.each<[string, string, string]>([
    ['bigint', 'text', '"abc"'],
    ['bigint', 'no text', '""'],
    ['bigint', 'a boolean', 'true'],
    ['bigint', 'an object', '{"n":1}'],
    ['bigint', 'a list', '[1]'],
    ['bigint', 'what SQL but not JSON writes', '"1_000"'],
    ['bigint', 'octal digits', '"012"'],
    ['bigint', 'one too great', '9223372036854775808'],
    ['bigint', 'a float that lost digits', '9007199254740993.0'],
    ['int', 'one too great', '2147483648'],
    ['int', 'one too great, as a float', '2147483648.0'],
    ['double', 'text', '"abc"'],
    ['double', 'a boolean', 'false'],
    ['double', 'a list', '[1]'],
    ['decimal(3,1)', 'one too great', '123.4'],
    ['decimal(38,20)', 'a float that lost digits', '0.12345678901234567890'],
    ['boolean', 'a word', '"yes"'],
    ['boolean', 'a number', '1'],
    ['date', 'no day', '"2020-02-30"'],
    ['date', 'a word', '"today"'],
    ['timestamp', 'a word', '"now"'],
    ['timestamp', 'a day', '"2020-13-01 00:00:00"'],
    ['binary', 'no base64', '"a"'],
    ['binary', 'a number', '12'],
    ['array<bigint>', 'a number', '1'],
    ['array<bigint>', 'a list with text in it', '[1,"x"]'],
    ['map<string,bigint>', 'a list', '[1]'],
    ['map<bigint,bigint>', 'a key that is text', '{"a":1}'],
    ['struct<a:int>', 'text', '"a"'],
    ['struct<a:int>', 'a field that is text', '{"a":"x"}'],
    ['struct<a:int>', 'two keys for one field', '{"a":1,"A":2}'],
  ])('%s refuses %s', async (type, _title, json) => {
    land('good.json', '{"other":1}\n', age);
    land('bad.json', `\n{"other":1}\n\n{"VALUE":${json},"other":2}\n`, age);
    await build({ value: type, other: 'int' });
    const { code, message, location, hint } = await readFailure();
    expect(code).toBe('landing-unreadable');
    expect(message).toContain('landing/readings/bad.json');
    expect(location?.path).toBe('landing/readings/bad.json');
    // The value is looked for in the file; DuckDB may have written it in another way.
    if (!/[[{]|\.\d{17}|993\.0/.test(json)) expect(location?.line).toBe(4);
    expect(hint).toBeDefined();
  });
});

describe.each<Age>(['old', 'fresh'])('keys of %s files', (age) => {
  const columns = { user: 'varchar', timestamp: 'bigint' };

  it('match columns without regard to case, file by file and record by record', async () => {
    land('a.json', '{"user":"a","timeStamp":1}\n', age);
    land('b.json', '{"user":"b","timestamp":2}\n', age);
    land('c.json', '{"USER":"c","TIMESTAMP":3}\n{"User":"d","TimeStamp":4}\n', age);
    await build(columns);
    expect(await read()).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]);
  });

  it('that no column has are left out, and absent ones are null', async () => {
    land('a.json', '{"user":"a","extra":{"a":1},"extra":2}\n{}\nnull\n{"timestamp":3}\n', age);
    await build(columns);
    expect(await read()).toEqual([
      ['a', null],
      [null, 3],
      [null, null],
      [null, null],
    ]);
  });

  it.each([
    ['in two spellings', '{"user":"b","timeStamp":1,"timestamp":2}'],
    ['in one spelling', '{"user":"b","timestamp":1,"timestamp":2}'],
    ['in one spelling, the values alike', '{"timestamp":1,"user":"b","timestamp":1}'],
  ])('that one record has twice, %s, are refused, as on Athena', async (_title, record) => {
    land('a.json', `{"user":"a","timestamp":0}\n${record}\n`, age);
    // Some are found while the files are surveyed, the others when they are read.
    const staging = await stage(columns);
    if (staging.ok) await build(columns);
    const { code, message, location } = staging.ok
      ? await readFailure()
      : staging.failure.diagnostic;
    expect({ code, location }).toEqual({
      code: 'landing-unreadable',
      location: { path: 'landing/readings/a.json', line: 2 },
    });
    expect(message).toMatch(/twice the key|two keys/);
  });

  it('may be called as anything that SQL or the reader uses', async () => {
    land('a.json', '{"filename":"x","file":"y","record":"z","a b":"1","\\"":"2","c0":"3"}\n', age);
    const odd = {
      filename: 'varchar',
      file: 'varchar',
      record: 'varchar',
      'a b': 'int',
      '"': 'int',
      c0: 'int',
    };
    await build(odd);
    expect(await read()).toEqual([['x', 'y', 'z', 1, 2, 3]]);
  });

  it('take the declared order and names', async () => {
    land('a.json', '{"timestamp":1,"USER":"a"}\n', age);
    await build({ Timestamp: 'bigint', user: 'varchar' });
    const { columns: found } = valueOf(
      await session.query('select * from lake.readings', { limit: 1, signal: calm }),
    );
    expect(found).toEqual([
      { name: 'Timestamp', type: 'BIGINT' },
      { name: 'user', type: 'VARCHAR' },
    ]);
  });
});

describe('files', () => {
  const columns = { id: 'int' };

  it('are all below the folder, but for those that begin with . or _', async () => {
    land('a.json', '{"id":1}');
    land('deep/er/part-0001', '{"id":2}\n');
    land('b.json.gz', gzipSync('{"id":3}\n'));
    for (const hidden of ['.crc', '_SUCCESS', '_temporary/a.json', 'deep/.git/a.json']) {
      land(hidden, 'not JSON');
    }
    const { response } = await build(columns);
    expect(await read()).toEqual([[1], [2], [3]]);
    expect(response['landing_files']).toBe(3);
  });

  it('keep every record, blank lines and line ends of Windows or not', async () => {
    land('a.json', '{"id":1}\r\n\r\n  {"id":2}  \n\n\n{"id":2}');
    await build(columns);
    expect(await read()).toEqual([[1], [2], [2]]);
  });

  it('may lie under names that are patterns elsewhere', async () => {
    folder.write("landing/it's [a]*?/x[1].json", '{"id":1}\n');
    folder.write('landing/it/x1.json', '{"id":2}\n');
    await build(columns, "landing/it's [a]*?");
    expect(await read()).toEqual([[1]]);
    await build(columns, "landing/it's [a]*?/x[1].json");
    expect(await read()).toEqual([[1]]);
  });

  it('may be given by an absolute path, or be one file', async () => {
    const path = land('a.json', '{"id":1}\n');
    land('b.json', '{"id":2}\n');
    await build(columns, join(folder.root, 'landing/readings'));
    expect(await read()).toEqual([[1], [2]]);
    await build(columns, path);
    expect(await read()).toEqual([[1]]);
  });

  it.each([
    ['a missing folder', () => undefined],
    [
      'an empty folder',
      () => mkdirSync(join(folder.root, 'landing/readings'), { recursive: true }),
    ],
    ['a file in the place of the folder', () => folder.write('landing', 'x')],
    ['hidden files only', () => land('_SUCCESS', 'x')],
    ['an empty file', () => land('a.json', '')],
  ])('of %s give no rows, and the columns', async (title, arrange) => {
    arrange();
    const { warnings } = await build({ id: 'int', at: 'timestamp' });
    expect(warnings?.map(({ code, message }) => [code, message])).toEqual(
      title === 'an empty file'
        ? undefined
        : [['landing-empty', 'its location landing/readings holds no files, so it has no rows']],
    );
    const { columns: found, rows } = valueOf(
      await session.query('select * from lake.readings', { limit: null, signal: calm }),
    );
    expect(rows).toEqual([]);
    expect(found).toEqual([
      { name: 'id', type: 'INTEGER' },
      { name: 'at', type: 'TIMESTAMP' },
    ]);
  });

  it('that come later are read, whatever their spelling', async () => {
    land('a.json', '{"id":1}\n');
    await build(columns);
    land('b.json', '{"ID":2}\n');
    land('c.json', '{"Id":"3.0"}\n', 'fresh');
    expect(await read()).toEqual([[1], [2], [3]]);
    await build(columns);
    expect(await read()).toEqual([[1], [2], [3]]);
  });

  it('that come into an empty folder are not overlooked', async () => {
    await build(columns);
    land('a.json', '{"id":1}\n');
    expect((await readFailure()).message).toContain('files arrived');
    await build(columns);
    expect(await read()).toEqual([[1]]);
  });

  it('that go away are missed only if they were the last', async () => {
    const [first, second] = [land('a.json', '{"id":1}\n'), land('b.json', '{"id":2}\n')];
    await build(columns);
    rmSync(first);
    expect(await read()).toEqual([[2]]);
    rmSync(second);
    expect(await readFailure()).toMatchObject({ code: 'landing-unreadable' });
  });

  it('that were rewritten are not taken for what they were', async () => {
    const path = land('a.json', '{"id":1}\n{"id":2}\n');
    await build(columns);
    writeFileSync(path, '{"ID":1}\n{"ID":2}\n');
    const { code, message, hint } = await readFailure();
    expect(code).toBe('landing-unreadable');
    expect(message).toContain('changed after the landing model was built');
    expect(hint).toContain('build the landing model again');
    await build(columns);
    expect(await read()).toEqual([[1], [2]]);
  });

  it('are looked at once, not at every build', async () => {
    land('a.json', '{"id":1}\n');
    await build(columns);
    const before = await rowsOf(
      session,
      "select comment from duckdb_views() where view_name = 'readings'",
    );
    const path = land('b.json', '{"ID":2}\n');
    await build(columns);
    const [[comment] = []] = await rowsOf(
      session,
      "select comment from duckdb_views() where view_name = 'readings'",
    );
    expect(String(comment)).toContain(path);
    expect(before).not.toEqual([[comment]]);
    expect(await read()).toEqual([[1], [2]]);
  });
});

it('reads each file once, surveyed or not', async () => {
  land('a.json', '{"id":1}\n');
  land('b.json', '{"id":2}\n');
  land('c.json', '{"ID":3}\n');
  land('d.json', '{"Id":4}\n{"id":5}\n');
  land('_hidden.json', 'not JSON');
  await build({ id: 'int' });
  land('e.json', '{"id":6}\n');
  expect(await read()).toEqual([[1], [2], [3], [4], [5], [6]]);
  const [[, plan] = []] = await rowsOf(session, 'explain select id from lake.readings');
  const scanned = [...String(plan).matchAll(/Scanning Files: (\d+)\//g)].map(([, n]) => Number(n));
  // Two spell it `id`, one `ID`; one spells it in two ways and one came later.
  expect(scanned.sort()).toEqual([1, 2, 2]);
});

describe.each<Age>(['old', 'fresh'])('malformed %s files', (age) => {
  const columns = { id: 'bigint' };

  it.each<[string, string | Buffer, number | undefined, string?]>([
    ['a broken line', '{"id":1}\n\n{"id":\n{"id":3}\n', 3],
    ['two objects on a line', '{"id":1}\n{"id":2}{"id":3}\n', 2],
    ['objects with commas between them', '{"id":1},\n{"id":2}\n', 1],
    ['a list', '[{"id":1},\n{"id":2}]\n', 1],
    ['a list on one line', '[{"id":1},{"id":2}]\n', 1],
    ['an object over several lines', '{\n"id":1\n}\n', 1],
    ['a number', '{"id":1}\n5\n', 2],
    ['text that is no JSON', 'id,name\n1,a\n', 1],
    [
      'bytes that are no UTF-8',
      Buffer.from([0x7b, 0x22, 0x69, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
      1,
    ],
    ['a file that ends too early', '{"id":1}\n{"id":2', 2],
    [
      'gzip that is cut off at the end of a line',
      gzipSync('{"id":1}\n'.repeat(5000)).subarray(0, -20),
      undefined,
      'a.json.gz',
    ],
    ['gzip that is none', '{"id":1}\n', undefined, 'a.json.gz'],
  ])('stop the build: %s', async (_title, content, line, name = 'a.json') => {
    land('0.json', '{"id":0}\n', age);
    land(name, content, age);
    const { diagnostic } = failureOf(await stage(columns));
    expect(diagnostic.code).toBe('landing-unreadable');
    expect(diagnostic.location).toEqual({
      path: `landing/readings/${name}`,
      ...(line !== undefined && { line }),
    });
    expect(diagnostic.message).toContain(`landing/readings/${name}`);
    expect(diagnostic.hint).toBeDefined();
  });

  it('stop the build: a byte order mark', async () => {
    land('a.json', '\ufeff{"id":1}\n', age);
    const { diagnostic } = failureOf(await stage(columns));
    expect(diagnostic.location).toEqual({ path: 'landing/readings/a.json', line: 1 });
  });

  it('stop the query when they come later', async () => {
    land('a.json', '{"id":1}\n');
    await build(columns);
    land('b.json', '{"id":1}\n{"id":\n');
    expect(await readFailure()).toMatchObject({
      code: 'landing-unreadable',
      location: { path: 'landing/readings/b.json', line: 2 },
    });
  });

  it('leave the published table as it was', async () => {
    land('a.json', '{"id":1}\n');
    await build(columns);
    const bad = land('b.json', '{"id":\n');
    failureOf(await stage(columns));
    rmSync(bad);
    expect(await read()).toEqual([[1]]);
  });
});

describe('declarations', () => {
  it.each([
    ['text', 'did you mean'],
    ['bigintt', "did you mean 'bigint'?"],
    ['char(3)', 'declare it varchar'],
    ['decimal(40,2)', undefined],
    ['array<bigint', undefined],
    ['array', 'such as array(varchar)'],
    ['json', undefined],
    ['timestamp with time zone', undefined],
    ['', undefined],
  ])('refuse the type %s', async (type, hint) => {
    land('a.json', '{"id":1}\n');
    const { diagnostic } = failureOf(await stage({ id: type }));
    expect(diagnostic.code).toBe('materialization-invalid');
    expect(diagnostic.message).toContain("'id'");
    if (hint !== undefined && hint !== 'did you mean') expect(diagnostic.hint).toBe(hint);
  });

  it('refuse two columns of one name', async () => {
    const { diagnostic } = failureOf(await stage({ id: 'int', ID: 'int' }));
    expect(diagnostic.code).toBe('materialization-invalid');
  });

  it('refuse an address', async () => {
    const { diagnostic } = failureOf(await stage({ id: 'int' }, 's3://bucket/landing/'));
    expect(diagnostic.code).toBe('landing-unreadable');
    expect(diagnostic.message).toContain('s3://bucket/landing/');
  });
});

it('takes many columns and files', async () => {
  const names = Array.from({ length: 60 }, (_, index) => `column_${index}`);
  for (let file = 0; file < 40; file++) {
    const record = Object.fromEntries(names.map((name, index) => [name, file * 100 + index]));
    land(`f${file}.json`, `${JSON.stringify(record)}\n`, file % 2 === 0 ? 'old' : 'fresh');
  }
  await build(Object.fromEntries(names.map((name) => [name, 'bigint'])));
  const sums = names.map((name) => `sum(${name})::bigint`).join(' + ');
  const expected = 60 * 100 * ((39 * 40) / 2) + 40 * ((59 * 60) / 2);
  expect(await rowsOf(session, `select ${sums} from lake.readings`)).toEqual([[expected]]);
});
