import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
// eslint-disable-next-line no-restricted-imports -- the proposal is read as users' tools read it
import { parse } from 'yaml';
import { crawlFiles, type CrawlOptions } from './crawl-files.js';

let root: string;
let next = 0;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'crawl-'));
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

function write(content: string | Buffer): string {
  next += 1;
  const path = join(root, `${next}.json`);
  writeFileSync(path, content);
  return path;
}

function crawl(inputs: readonly string[], options: Partial<CrawlOptions> = {}) {
  return crawlFiles({
    inputs,
    modelName: 'customer_landing',
    location: "{{ var('landing_location') }}/customer",
    displayPath: (path) => relative(root, path),
    signal: new AbortController().signal,
    ...options,
  });
}

async function propose(...contents: (string | Buffer)[]): Promise<string> {
  const result = await crawl(contents.map(write));
  if (!result.ok) throw new Error(JSON.stringify(result.diagnostics));
  return result.value.yaml;
}

interface Proposal {
  models: { columns: { name: string; description: string; data_type: string }[] }[];
}

/** Returns name and type of each proposed column. */
function columnsOf(yaml: string): Record<string, string> {
  const columns = (parse(yaml) as Proposal).models[0]?.columns ?? [];
  return Object.fromEntries(columns.map((column) => [column.name, column.data_type]));
}

const commentsOf = (yaml: string): string[] =>
  yaml
    .split('\n')
    .filter((line) => line.startsWith('      # '))
    .map((line) => line.slice(8));

describe('crawlFiles', () => {
  it('proposes a landing model in the properties format', async () => {
    const yaml = await propose(
      '{"customerName":"A B","registrationDate":1655564376361,"ok":true,"x":-1.5}',
      gzipSync('[{"customerName":"C D","registrationDate":1655564376362,"ok":null}]'),
    );
    expect(yaml)
      .toBe(`# Proposed from 2 records in 2 files. Keys match columns without regard to case.
models:
  - name: customer_landing
    description: ""
    config:
      materialized: external_table
      location: "{{ var('landing_location') }}/customer"
      format: json
    columns:
      - name: customername
        description: ""
        data_type: varchar
      - name: registrationdate
        description: ""
        data_type: bigint
      # null in 1 of 2 records
      - name: ok
        description: ""
        data_type: boolean
      # absent in 1 of 2 records
      - name: x
        description: ""
        data_type: double
`);
    expect(parse(yaml)).toMatchObject({
      models: [{ name: 'customer_landing', config: { format: 'json' } }],
    });
  });

  it.each<[string, string[], string, string[]]>([
    ['integers', ['1', '-9223372036854775808', '9223372036854775807'], 'bigint', []],
    [
      'integers beyond 64 bits',
      ['1', '9223372036854775808'],
      'varchar',
      ['"v": some integers do not fit bigint; varchar keeps their digits'],
    ],
    ['fractions', ['1', '0.5', '1e3'], 'double', []],
    ['small whole floats', ['1.0', '-1.0', '0.0'], 'double', []],
    [
      'large whole floats',
      ['1655564376361.0', '1655564376361'],
      'bigint',
      ['"v": some are written as floats such as 1655564376361.0, but every value is whole'],
    ],
    ['booleans', ['true', 'false'], 'boolean', []],
    ['strings', ['"a"', '"1"'], 'varchar', []],
    ['dates', ['"0967-01-01"', '"2024-02-29"'], 'date', []],
    ['a day that does not exist', ['"2024-01-01"', '"2023-02-29"'], 'varchar', []],
    ['dates and text', ['"2024-01-01"', '"unknown"'], 'varchar', []],
    ['years of three digits', ['"967-01-01"'], 'varchar', []],
    ['timestamps', ['"2024-01-01 23:59:59"', '"2024-01-01 00:00:00.123"'], 'timestamp', []],
    [
      'ISO timestamps',
      ['"2024-01-01T23:59:59Z"'],
      'varchar',
      ['"v": ISO 8601 timestamps; from_iso8601_timestamp reads them'],
    ],
    [
      'numbers and strings',
      ['8015551212', '"8015551212"'],
      'varchar',
      ['"v": holds numbers and strings; varchar keeps each as text'],
    ],
    [
      'nothing but null',
      ['null'],
      'varchar',
      ['"v": only null was seen, so the type is a guess', 'null in 1 of 1 records'],
    ],
    ['arrays', ['[1,2]', '[]', '[null]'], 'array(bigint)', []],
    ['arrays of arrays', ['[[1.5],[]]'], 'array(array(double))', []],
    ['empty arrays', ['[]'], 'array(varchar)', ['"v": only empty arrays were seen']],
    ['objects', ['{"A":1,"b":"x"}', '{"a":2}'], 'row(a bigint, b varchar)', []],
    [
      'objects with odd keys',
      ['{"a.b":1,"c d":{"e\\"f":true}}'],
      'row("a.b" bigint, "c d" row("e""f" boolean))',
      [],
    ],
    ['arrays of objects', ['[{"n":1,"on":"2024-01-01"}]'], 'array(row(n bigint, on date))', []],
    [
      'a mixture inside an object',
      ['{"a":[1,"x"]}'],
      'row(a array(varchar))',
      ['"v".a[]: holds numbers and strings; varchar keeps each as text'],
    ],
    [
      'objects and scalars',
      ['{"a":1}', '2'],
      'varchar',
      ['"v": holds numbers and objects; varchar keeps each as text'],
    ],
    [
      'empty objects',
      ['{}'],
      'varchar',
      ['"v": only empty objects were seen; varchar keeps their text'],
    ],
  ])('%s', async (_, values, type, notes) => {
    const yaml = await propose(values.map((value) => `{"v":${value}}`).join('\n'));
    expect(columnsOf(yaml)).toEqual({ v: type });
    expect(commentsOf(yaml)).toEqual(notes);
  });

  it('makes one column of keys that differ in case', async () => {
    const yaml = await propose('{"timeStamp":1}', '{"timestamp":2}\n{"TIMESTAMP":1.5}');
    expect(columnsOf(yaml)).toEqual({ timestamp: 'double' });
    expect(commentsOf(yaml)).toEqual(['keys "timeStamp", "timestamp", "TIMESTAMP" are one column']);
  });

  it('quotes keys that are no plain names', async () => {
    const keys = [
      'A.b',
      'say "hi"',
      "it's: #x",
      'null',
      'on',
      '12',
      '- a',
      'tab\\t',
      'ä',
      '\\u2028',
      '{{ x }}',
    ];
    const yaml = await propose(
      `{${keys.map((key) => `"${key.replaceAll('"', '\\"')}":1`).join()}}`,
    );
    expect(Object.keys(columnsOf(yaml)).sort()).toEqual(
      [
        'a.b',
        'say "hi"',
        "it's: #x",
        'null',
        'on',
        '12',
        '- a',
        'tab\t',
        'ä',
        '\u2028',
        '{{ x }}',
      ].sort(),
    );
    expect(commentsOf(yaml)).toContain('key "A.b": in SQL, put the name in double quotes');
    expect(yaml).not.toContain('\u2028');
  });

  it('leaves out an empty key and says so', async () => {
    const yaml = await propose('{"":1,"a":2}');
    expect(columnsOf(yaml)).toEqual({ a: 'bigint' });
    expect(commentsOf(yaml)).toEqual(['A key that is empty cannot be a column; it was left out.']);
  });

  it('keeps an object with very many keys as text', async () => {
    const members = Array.from({ length: 1001 }, (_, key) => `"k${key}":1`).join();
    expect(columnsOf(await propose(`{"map":{${members}}}`))).toEqual({ map: 'varchar' });
    const yaml = await propose(`{${members}}`);
    expect(Object.keys(columnsOf(yaml))).toHaveLength(1000);
    expect(yaml).toContain('# More than 1000 different keys; the others were left out.');
  });

  it('says what it could not look at', async () => {
    const folder = join(root, 'folder');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a.json'), '{"a":1}\nx\n{"b":\n');
    writeFileSync(join(folder, '_SUCCESS'), '');
    const result = await crawl([folder, join(root, 'none')]);
    expect(result).toMatchObject({
      ok: true,
      value: { records: 1, rejects: 2, fileCount: 1, ignored: ['folder/_SUCCESS'] },
      diagnostics: [{ code: 'land-input-unreadable' }, { code: 'land-records-rejected' }],
    });
    expect(result.diagnostics[1]?.message).toContain('line 2: text that is not JSON');
  });

  it.each([[''], ['[1]'], [Buffer.from('PAR1')]])('fails without records: %j', async (content) => {
    const result = await crawl([write(content)]);
    expect(result.ok).toBe(false);
    expect(result.diagnostics.at(-1)).toMatchObject({ code: 'land-no-records', severity: 'error' });
  });

  it('proposes what was seen when it is cancelled', async () => {
    const controller = new AbortController();
    const result = await crawl([write('{"a":1}'), write('{"b":1}')], {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    expect(result).toMatchObject({ ok: true, value: { cancelled: true, records: 1 } });
  });
});
