import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Adapter, Session } from '../../../core/adapter.js';
import type { JsonValue } from '../../../core/node.js';
import { modelNode } from '../../../core/testing/nodes.js';
import { parquetBytes } from '../testing/parquet-bytes.js';
import {
  calm,
  createFolder,
  failureOf,
  relationOf,
  rowsOf,
  valueOf,
} from '../testing/warehouse.js';
import { checkExternalTable } from './check-external-table.js';

/** What the conformance tests cannot say of both adapters: refusals of files, and what happens after a build. */
const folder = createFolder();
let adapter: Adapter;
let session: Session;
beforeAll(async () => {
  adapter = valueOf(await folder.open());
  session = await adapter.openSession();
  valueOf(await session.execute({ kind: 'create-schema', relation: relationOf('any') }, calm));
});
afterEach(() => rmSync(join(folder.root, 'landing'), { recursive: true, force: true }));
afterAll(async () => {
  await adapter.close();
  folder.remove();
});

interface Declaration {
  readonly columns: Readonly<Record<string, string>>;
  readonly format: string;
  readonly extra?: Readonly<Record<string, JsonValue>>;
}

function modelOf({ columns, format, extra = {} }: Declaration) {
  const base = modelNode('readings', { materialized: 'external_table' });
  return {
    ...base,
    columns: Object.entries(columns).map(([name, data_type]) => ({
      ...{ name, data_type, description: '', tags: [], meta: {} },
    })),
    config: { ...base.config, location: 'landing/readings', format, extra },
  };
}

async function stage(declaration: Declaration) {
  const model = modelOf(declaration);
  return session.execute(
    {
      kind: 'stage-external',
      model,
      staged: relationOf('readings'),
      columns: model.columns,
      location: 'landing/readings',
      format: declaration.format,
    },
    calm,
  );
}

const write = (name: string, content: string | Buffer): string =>
  folder.write(`landing/readings/${name}`, content);
const query = 'select * from lake.readings';
const read = () => rowsOf(session, `${query} order by all`);
const readFailure = async () =>
  failureOf(await session.query(query, { limit: null, signal: calm })).diagnostic;

const csv: Declaration = { columns: { a: 'string', b: 'bigint' }, format: 'csv' };

describe('files that are refused', () => {
  it.each<[string, string, string | Buffer, RegExp]>([
    [
      'mixed line ends',
      'a.csv',
      'x,1\r\ny,2\n',
      /a\.csv: its lines do not all end in the same way/,
    ],
    ['line ends of old Macs', 'a.csv', 'x,1\ry,2\r', /do not all end in the same way/],
    [
      'a gzip file that is cut off',
      'a.csv.gz',
      gzipSync('x,1\n'.repeat(1000)).subarray(0, 30),
      /cut off or damaged/,
    ],
    ['another compression', 'a.csv.bz2', 'x', /the compression \.bz2 is not read here/],
  ])('%s', async (_, name, content, message) => {
    write(name, content);
    const { diagnostic } = failureOf(await stage(csv));
    expect(diagnostic.code).toBe('landing-unreadable');
    expect(diagnostic.message).toMatch(message);
    expect(diagnostic.location?.path).toContain(name);
  });

  it.each<[string, string, string]>([
    [
      'a quote inside of a field',
      'x,1\ny "z" w,2\n',
      'the line is not CSV that everybody reads alike',
    ],
    ['a quote that does not end', 'x,1\n"y,2\n', 'the line is not CSV that everybody reads alike'],
    ['blanks around quotes', 'x,1\n "y" ,2\n', 'the line is not CSV that everybody reads alike'],
    ['a text for a number', 'x,1\ny,two\n', "column 'b' is declared bigint, which cannot hold two"],
  ])('%s, with the line', async (_, content, message) => {
    write('a.csv', content);
    valueOf(await stage(csv));
    const diagnostic = await readFailure();
    expect(diagnostic.code).toBe('landing-unreadable');
    expect(diagnostic.message).toContain(message);
    expect(diagnostic.location).toMatchObject({ line: 2 });
  });

  it('Parquet that is none, and two columns of one name', async () => {
    const parquet = { columns: { a: 'string' }, format: 'parquet' };
    write('a.parquet', 'no Parquet at all');
    expect(failureOf(await stage(parquet)).diagnostic).toMatchObject({
      code: 'landing-unreadable',
      message: expect.stringContaining('it is not a Parquet file') as string,
    });
  });

  it('a partition whose value is not of the type', async () => {
    write('n=one/a.csv', 'x\n');
    const columns = { a: 'string', n: 'int' };
    valueOf(await stage({ columns, format: 'csv', extra: { partitioned_by: ['n'] } }));
    expect((await readFailure()).message).toContain(
      "column 'n' is declared integer, which cannot hold one",
    );
  });
});

describe('files that come, go and change after the build', () => {
  it('are noticed by whoever reads, who is told to build again', async () => {
    const old = write('a.csv', 'x,1\n');
    valueOf(await stage(csv));
    expect(await read()).toEqual([['x', 1]]);
    write('b.csv', 'y,2\n');
    expect(await readFailure()).toMatchObject({
      message: expect.stringContaining(
        'b.csv: arrived after the landing model was built',
      ) as string,
      hint: expect.stringContaining('build the landing model again') as string,
    });
    valueOf(await stage(csv));
    expect(await read()).toEqual([
      ['x', 1],
      ['y', 2],
    ]);
    utimesSync(old, new Date('2026-01-01'), new Date('2026-01-01'));
    expect((await readFailure()).message).toContain('changed after the landing model was built');
    valueOf(await stage(csv));
    rmSync(old);
    expect((await readFailure()).message).toMatch(/gone/);
  });

  it('are noticed where there were none', async () => {
    write('.hidden', '');
    valueOf(await stage(csv));
    expect(await read()).toEqual([]);
    write('a.csv', 'x,1\n');
    expect((await readFailure()).message).toContain('arrived after the landing model was built');
  });
});

it('Parquet keeps lists, structs and maps of the declared types, and refuses others', async () => {
  write(
    'a.parquet',
    await parquetBytes(
      `select [1::bigint, null] as list, {'A': 'x', 'b': 1.5} as struct, map {'k': 1} as map`,
    ),
  );
  const columns = {
    ...{ list: 'array<bigint>', struct: 'struct<a:string,b:decimal(2,1)>', map: 'map<string,int>' },
  };
  valueOf(await stage({ columns, format: 'parquet' }));
  expect(await read()).toEqual([[[1, null], { a: 'x', b: '1.5' }, { k: 1 }]]);
  const other = { columns: { list: 'array<string>' }, format: 'parquet' };
  expect(failureOf(await stage(other)).diagnostic.message).toContain(
    "its column 'list' is BIGINT[], which cannot be read as the declared array(varchar)",
  );
});

it('what only another engine does is refused before anything runs', () => {
  const messages = (declaration: Declaration): readonly string[] =>
    checkExternalTable(modelOf(declaration)).map(({ code, message }) => `${code}: ${message}`);
  expect(messages(csv)).toEqual([]);
  const properties = { 'projection.enabled': 'true', 'projection.b.type': 'injected' };
  expect(
    messages({ ...csv, extra: { partitioned_by: 'b', table_properties: properties } }),
  ).toEqual([
    "config-unsupported: model 'readings': the projected partition column 'b' takes its values from the query, which is not supported on this target",
  ]);
  expect(
    messages({
      columns: { a: 'string' },
      format: 'json',
      extra: { serde_properties: { 'mapping.a': 'B' } },
    }),
  ).toEqual([
    "config-unsupported: model 'readings': the property 'mapping.a' of JSON files is not supported on this target",
  ]);
  expect(messages({ columns: { a: 'date' }, format: 'csv' })).toEqual([
    expect.stringMatching(/^config-conflict: model 'readings': column 'a' is declared date/),
  ]);
});
