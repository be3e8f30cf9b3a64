import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { column, openTestLake, types } from './testing/test-lake.js';
import type { TestLake } from './testing/test-lake.js';

/** A Python with PyIceberg and PyArrow: `python3`, or the one that STEDI_SQL_PYTHON names. */
const python = process.env['STEDI_SQL_PYTHON'] ?? 'python3';
const isThere = spawnSync(python, ['-c', 'import pyiceberg, pyarrow']).status === 0;
const script = fileURLToPath(new URL('testing/read_with_pyiceberg.py', import.meta.url));

interface Scan {
  readonly rows: readonly unknown[];
  /** Files that are left after pruning. */
  readonly planned: number;
}

interface Seen extends Scan {
  readonly filtered: readonly Scan[];
  readonly schema: readonly unknown[];
  readonly spec: readonly unknown[];
  readonly files: number;
  readonly snapshots: readonly string[];
}

const title = isThere
  ? 'a foreign reader, PyIceberg'
  : `a foreign reader (skipped: ${python} has no pyiceberg and pyarrow)`;

describe.skipIf(!isThere)(title, () => {
  let lake: TestLake;
  let folder: string;
  beforeAll(async () => {
    lake = await openTestLake();
    folder = mkdtempSync(join(tmpdir(), 'pyiceberg-'));
  });
  afterAll(() => {
    lake.close();
    rmSync(folder, { recursive: true });
  });

  function read(name: string, ...filters: readonly string[]): Seen {
    for (const object of lake.objects.list('lake', '')) {
      const path = join(folder, object.bucket, object.key);
      mkdirSync(dirname(path), { recursive: true });
      cpSync(object.path, path);
    }
    const metadata = lake.table(name).Parameters?.['metadata_location'] ?? '';
    const printed = execFileSync(python, [script, folder, metadata, ...filters], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return JSON.parse(printed) as Seen;
  }

  it('reads every type', async () => {
    await lake.create(
      'types',
      {
        columns: [
          column('a', types.boolean),
          column('b', types.bigint),
          column('c', { kind: 'decimal', precision: 20, scale: 3 }),
          column('d', types.date),
          column('e', types.timestamp),
          column('f', {
            kind: 'array',
            element: { kind: 'row', fields: [{ name: 'x', type: types.integer }] },
          }),
          column('g', { kind: 'map', key: types.varchar, value: types.double }),
          column('h', types.varbinary),
        ],
      },
      `SELECT true, 9007199254740993, 12345678901234567.891, DATE '2024-02-29',
         TIMESTAMP '2024-02-29 01:02:03.123456', [{'x': 1}], MAP {'k': 0.5}, 'ab'::BLOB`,
    );
    expect(read('types').rows).toEqual([
      {
        a: true,
        b: Number('9007199254740993'),
        c: '12345678901234567.891',
        d: '2024-02-29',
        e: '2024-02-29 01:02:03.123456',
        f: [{ x: 1 }],
        g: [['k', 0.5]],
        h: "b'ab'",
      },
    ]);
  });

  it('reads partitions, and finds those that a filter leaves by their values', async () => {
    await lake.create(
      'parts',
      {
        columns: [
          column('id', types.integer),
          column('at', types.timestamp),
          column('name', types.varchar),
          column('price', { kind: 'decimal', precision: 9, scale: 2 }),
        ],
        partitioning: [
          { column: 'id', transform: 'bucket', width: 8 },
          { column: 'at', transform: 'day' },
          { column: 'name', transform: 'truncate', width: 1 },
          { column: 'price', transform: 'identity' },
        ],
      },
      `SELECT i, TIMESTAMP '2024-01-01' + INTERVAL (i) DAY, chr((97 + i)::INT) || 'x',
         CASE WHEN i > 0 THEN i * 1.25 END FROM range(6) AS t(i)`,
    );
    const filters = ['id = 3', "at = '2024-01-04T00:00:00'", "name = 'dx'", 'price = 3.75'];
    const all = read('parts', ...filters);
    expect(all.spec).toEqual([
      ['id_bucket', 'bucket[8]'],
      ['at_day', 'day'],
      ['name_trunc', 'truncate[1]'],
      ['price', 'identity'],
    ]);
    expect(all).toMatchObject({ files: 6, planned: 6 });
    const expected = { planned: 1, rows: [{ id: 3, name: 'dx', price: '3.75' }] };
    expect(all.filtered).toMatchObject(filters.map(() => expected));
  });

  it('reads a table that has a life behind it', async () => {
    await lake.create('life', { columns: [column('id', types.integer), column('v', types.real)] });
    await lake.append('life', 'SELECT 1, 1.5 UNION ALL SELECT 2, 2.5');
    await lake.append('life', 'SELECT 3, 3.5');
    const alter = (change: Parameters<typeof lake.format.alter>[2]): Promise<void> =>
      lake.format.alter(lake.context, lake.table('life'), change);
    await alter({ kind: 'change-column', name: 'id', column: column('key', types.bigint) });
    await alter({ kind: 'add-columns', columns: [column('note', types.varchar)] });
    const [path] = await lake.rows('life', { sql: 'SELECT "$path" AS p FROM t WHERE key = 3' });
    await lake.format.replaceFiles(lake.context, lake.table('life'), {
      removed: [String(path?.['p'])],
      sql: "SELECT 3000000000, 4.5, 'new'",
      operation: 'update',
    });
    const seen = read('life');
    expect(seen.schema).toEqual([
      [1, 'key', 'long'],
      [2, 'v', 'float'],
      [3, 'note', 'string'],
    ]);
    expect(seen.snapshots).toEqual(['append', 'append', 'overwrite']);
    expect(seen.rows).toHaveLength(3);
    expect(seen.rows).toEqual(
      expect.arrayContaining([
        { key: 1, v: 1.5, note: null },
        { key: 2, v: 2.5, note: null },
        { key: 3000000000, v: 4.5, note: 'new' },
      ]),
    );
  });
});
