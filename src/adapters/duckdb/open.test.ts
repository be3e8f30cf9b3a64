import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter } from '../../core/adapter.js';
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Result } from '../../core/result.js';
import { describeOpenFailure } from './open-failure.js';
import {
  calm,
  createFolder,
  failureOf,
  rowsOf,
  valueOf,
  type Folder,
} from './testing/warehouse.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts a process that opens the database and says `open`; it ends when it is killed. */
async function holdDatabase(path: string): Promise<ChildProcess> {
  const script = `
    import { DuckDBInstance } from '@duckdb/node-api';
    await DuckDBInstance.create(${JSON.stringify(path)});
    console.log('open');
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

function diagnosticOf(result: Result<Adapter>): Diagnostic | undefined {
  expect(result.ok).toBe(false);
  return result.diagnostics[0];
}

let folder: Folder;
beforeEach(() => {
  folder = createFolder();
});
afterEach(() => {
  folder.remove();
});

describe('openDuckDb', () => {
  it('creates the file and its folder', async () => {
    const adapter = valueOf(await folder.open({ path: 'some/where/lake.duckdb' }));
    expect(adapter).toMatchObject({ name: 'duckdb', database: 'lake', threads: 4 });
    await adapter.close();
    expect(existsSync(join(folder.root, 'some/where/lake.duckdb'))).toBe(true);
  });

  it('writes nothing for a database in memory', async () => {
    const adapter = valueOf(await folder.open({ path: ':memory:' }));
    await adapter.close();
    expect(readdirSync(folder.root)).toEqual([]);
  });

  it('gives the file back when it is closed', async () => {
    const adapter = valueOf(await folder.open());
    const session = await adapter.openSession();
    valueOf(await session.query('select * from range(100000)', { limit: 1, signal: calm }));
    await adapter.close();
    const child = await holdDatabase(join(folder.root, 'target/warehouse.duckdb'));
    child.kill('SIGKILL');
  });

  it('says which process has the file', async () => {
    await valueOf(await folder.open()).close();
    const child = await holdDatabase(join(folder.root, 'target/warehouse.duckdb'));
    const diagnostic = diagnosticOf(await folder.open());
    child.kill('SIGKILL');
    expect(diagnostic?.code).toBe('warehouse-locked');
    expect(diagnostic?.message).toContain('target/warehouse.duckdb');
    expect(diagnostic?.message).toContain(String(child.pid));
    expect(diagnostic?.hint).toContain(String(child.pid));
  });

  it('serves two callers in one process from one database', async () => {
    const [first, second] = [valueOf(await folder.open()), valueOf(await folder.open())];
    const session = await first.openSession();
    const write = {
      kind: 'write',
      relation: { database: '', schema: '', identifier: '' },
    } as const;
    valueOf(await session.execute({ ...write, sql: 'create table t as select 1 as a' }, calm));
    await first.close();
    expect(await rowsOf(await second.openSession(), 'select a from t')).toEqual([[1]]);
    await second.close();
  });

  it.each([
    ['text', 'this is no database. '.repeat(100)],
    ['an empty file', ''],
  ])('refuses %s', async (_title, content) => {
    folder.write('target/warehouse.duckdb', content);
    const diagnostic = diagnosticOf(await folder.open());
    expect(diagnostic).toMatchObject({
      code: 'connection-failed',
      message: 'target/warehouse.duckdb is not a DuckDB database file',
    });
    expect(diagnostic?.hint).toBeDefined();
  });

  it('refuses a folder that cannot be made', async () => {
    folder.write('target', 'a file');
    const diagnostic = diagnosticOf(await folder.open());
    expect(diagnostic).toMatchObject({
      code: 'connection-failed',
      message:
        'the folder of the warehouse target/warehouse.duckdb cannot be made: a file stands in its place',
    });
  });

  it('refuses a path that is a folder', async () => {
    folder.write('target/warehouse.duckdb/file', '');
    expect(diagnosticOf(await folder.open())).toMatchObject({
      code: 'connection-failed',
      message: 'expected a database file at target/warehouse.duckdb, found a folder',
    });
  });

  it('refuses a file that is cut off', async () => {
    await valueOf(await folder.open()).close();
    const path = join(folder.root, 'target/warehouse.duckdb');
    truncateSync(path, Math.floor(statSync(path).size / 2));
    const diagnostic = diagnosticOf(await folder.open());
    expect(diagnostic?.code).toBe('connection-failed');
    expect(diagnostic?.message).toContain('the warehouse target/warehouse.duckdb is damaged');
    expect(diagnostic?.hint).toContain('backup');
  });

  it('downloads nothing', async () => {
    const adapter = valueOf(await folder.open({ path: ':memory:' }));
    const session = await adapter.openSession();
    const sql = "select * from read_parquet('https://example.invalid/x.parquet')";
    const { diagnostic } = failureOf(await session.query(sql, { limit: 1, signal: calm }));
    expect(diagnostic.message).toMatch(/extension/i);
    const settings = await rowsOf(
      session,
      "select name, value from duckdb_settings() where name in ('allow_community_extensions', 'autoinstall_known_extensions', 'autoload_known_extensions', 'TimeZone') order by name",
    );
    expect(settings).toEqual([
      ['TimeZone', 'UTC'],
      ['allow_community_extensions', 'false'],
      ['autoinstall_known_extensions', 'false'],
      ['autoload_known_extensions', 'false'],
    ]);
    await adapter.close();
  });
});

describe('macros', () => {
  const macros = (version: string, value: string) => ({
    version,
    schema: 'test_macros',
    statements: [`create or replace macro test_macros.answer() as ${value}`],
    sessionStatements: ['set integer_division = true'],
  });
  const answer = 'select test_macros.answer(), 7 / 2';

  it('are there in every session, and of the latest version', async () => {
    for (const [version, value] of [
      ['1', 41],
      ['1', 41],
      ['2', 42],
    ] as const) {
      const adapter = valueOf(await folder.open({}, macros(version, String(value))));
      for (const session of [await adapter.openSession(), await adapter.openSession()]) {
        expect(await rowsOf(session, answer)).toEqual([[value, 3]]);
      }
      await adapter.close();
    }
  });

  it('are not installed again when they are there', async () => {
    await valueOf(await folder.open({}, macros('1', '41'))).close();
    const adapter = valueOf(await folder.open({}, macros('1', '42')));
    expect(await rowsOf(await adapter.openSession(), answer)).toEqual([[41, 3]]);
    await adapter.close();
  });

  it('are all installed, or none', async () => {
    const broken = {
      ...macros('2', '42'),
      statements: [...macros('2', '42').statements, 'nonsense'],
    };
    await valueOf(await folder.open({}, macros('1', '41'))).close();
    expect((await folder.open({}, broken)).ok).toBe(false);
    const adapter = valueOf(await folder.open({}, macros('1', '41')));
    expect(await rowsOf(await adapter.openSession(), answer)).toEqual([[41, 3]]);
    await adapter.close();
  });

  it('that need a newer file format say so', async () => {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const path = folder.write('old.duckdb', '');
    rmSync(path);
    const instance = await DuckDBInstance.create(path);
    instance.closeSync();
    const statements = ['create or replace macro test_macros.next(x integer) as x + 1'];
    const result = await folder.open({ path: 'old.duckdb' }, { ...macros('1', '1'), statements });
    expect(diagnosticOf(result)?.code).toBe('connection-failed');
    expect(diagnosticOf(result)?.message).toContain('v1.4.0');
    const adapter = valueOf(await folder.open({}, { ...macros('1', '1'), statements }));
    expect(await rowsOf(await adapter.openSession(), 'select test_macros.next(1)')).toEqual([[2]]);
    await adapter.close();
  });

  it('serve those who only read', async () => {
    await valueOf(await folder.open({}, macros('1', '41'))).close();
    const adapter = valueOf(await folder.open({ readOnly: true }, macros('1', '41')));
    expect(await rowsOf(await adapter.openSession(), answer)).toEqual([[41, 3]]);
    await adapter.close();
  });

  it('of another version need someone who writes', async () => {
    await valueOf(await folder.open({}, macros('1', '41'))).close();
    const diagnostic = diagnosticOf(await folder.open({ readOnly: true }, macros('2', '42')));
    expect(diagnostic?.code).toBe('connection-failed');
    expect(diagnostic?.hint).toContain('stedi-sql build');
  });
});

describe('reading only', () => {
  it('needs a warehouse', async () => {
    const diagnostic = diagnosticOf(await folder.open({ readOnly: true }));
    expect(diagnostic).toMatchObject({
      code: 'connection-failed',
      message: 'there is no warehouse target/warehouse.duckdb yet',
    });
    expect(readdirSync(folder.root)).toEqual([]);
  });

  it('writes nothing', async () => {
    await valueOf(await folder.open()).close();
    const adapter = valueOf(await folder.open({ readOnly: true }));
    const session = await adapter.openSession();
    const relation = { database: 'warehouse', schema: 'lake', identifier: 'x' };
    const { diagnostic } = failureOf(
      await session.execute({ kind: 'create-schema', relation }, calm),
    );
    expect(diagnostic.message).toMatch(/read-only/);
    await adapter.close();
  });
});

describe('describeOpenFailure', () => {
  const place = { path: '/project/target/warehouse.duckdb', root: '/project' };

  it.each([
    [
      'IO Error: Could not write file "/project/target/warehouse.duckdb": No space left on device',
      'disk-full',
    ],
    [
      'IO Error: Cannot open file "/project/target/warehouse.duckdb": Permission denied',
      'connection-failed',
    ],
    [
      'IO Error: Cannot open file "/project/target/warehouse.duckdb": Read-only file system',
      'connection-failed',
    ],
    [
      'IO Error: Cannot open file "C:\\\\target\\\\warehouse.duckdb": The process cannot access the file because it is being used by another process.',
      'warehouse-locked',
    ],
    ['IO Error: something new', 'connection-failed'],
  ])('reads %s', (message, code) => {
    const diagnostic = describeOpenFailure(new Error(message), place);
    expect(diagnostic.code).toBe(code);
    expect(diagnostic.message).toContain('target/warehouse.duckdb');
    expect(diagnostic.message).not.toContain('/project/target');
  });
});
