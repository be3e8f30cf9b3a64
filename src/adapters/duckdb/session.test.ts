import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter, EngineFailure, Session } from '../../core/adapter.js';
import { indexLines } from '../../core/text-position.js';
import {
  calm,
  createFolder,
  failureOf,
  relationOf,
  rowsOf,
  valueOf,
  type Folder,
} from './testing/warehouse.js';
import { modelNode } from '../../core/testing/nodes.js';

const model = modelNode('any');

const repository = fileURLToPath(new URL('../../..', import.meta.url));

let folder: Folder;
let adapter: Adapter;
let session: Session;
beforeEach(async () => {
  folder = createFolder();
  await open();
  valueOf(await session.execute({ kind: 'create-schema', relation: relationOf('any') }, calm));
});
afterEach(async () => {
  await adapter.close();
  folder.remove();
});

async function open(): Promise<void> {
  adapter = valueOf(await folder.open());
  session = await adapter.openSession();
}

async function stage(identifier: string, sql: string, as: 'table' | 'view' = 'table') {
  const staged = relationOf(`${identifier}__staged`);
  return session.execute({ kind: 'stage', model, as, staged, sql }, calm);
}

async function build(identifier: string, sql: string, as: 'table' | 'view' = 'table') {
  valueOf(await stage(identifier, sql, as));
  const [staged, published] = [relationOf(`${identifier}__staged`), relationOf(identifier)];
  valueOf(await session.execute({ kind: 'publish', model, staged, published, sql: null }, calm));
}

/** Returns the text of the failed statement from the place of the error on. */
function culprit({ statement, position }: EngineFailure): string | undefined {
  return position && statement.slice(indexLines(statement).offsetOf(position));
}

describe('places of errors', () => {
  it.each([
    ['a missing column', "select 'é🙂' as a,\n  nope from (select 1 as id)", 'nope from'],
    ['a missing table', 'select *\nfrom lake.nowhere', 'lake.nowhere'],
    ['a missing function', 'select\n\n nofun(1)', 'nofun(1)'],
    ['a syntax error', 'select 1\nfrom x from', 'from'],
    ['a conversion', "select 1,\n  cast(t as integer) as i from (select 'x' as t)", 'cast(t'],
  ])('point at %s', async (_title, sql, expected) => {
    const query = failureOf(await session.query(sql, { limit: null, signal: calm }));
    expect(culprit(query)).toMatch(new RegExp(`^${expected.replace(/[()]/g, '\\$&')}`));
    const staged = failureOf(await stage('orders', sql));
    expect(staged.statement).toContain(sql);
    expect(culprit(staged)).toBe(culprit(query));
  });

  it('are left out where they are in the text of a view', async () => {
    await build('texts', "select 'x' as t");
    await build(
      'numbers',
      `select ${' '.repeat(5)} cast(t as integer) as i from lake.texts`,
      'view',
    );
    for (const name of ['lake.numbers', '"lake"."NUMBERS"']) {
      const sql = `select 1 as one, i from ${name}`;
      const failure = failureOf(await session.query(sql, { limit: null, signal: calm }));
      expect(failure.diagnostic.message).toContain("Could not convert string 'x'");
      expect(failure.position).toBeUndefined();
    }
    const sql = "select cast('y' as integer) as numbers_, 1 as num";
    const failure = failureOf(await session.query(sql, { limit: null, signal: calm }));
    expect(failure.position).toEqual({ line: 1, column: 8 });
  });

  it('come with the engine’s advice as the hint', async () => {
    const failure = failureOf(
      await session.query('select idd from (select 1 as id)', { limit: null, signal: calm }),
    );
    expect(failure.diagnostic).toMatchObject({
      code: 'engine-error',
      message: 'Referenced column "idd" not found in FROM clause',
      hint: 'Candidate bindings: "id"',
    });
  });
});

describe('a run that is killed', () => {
  /** Runs statements in another process and kills it while the last one, which takes long, is running. */
  async function killDuring(statements: readonly string[]): Promise<void> {
    await adapter.close();
    const script = `
      import { DuckDBInstance } from '@duckdb/node-api';
      const instance = await DuckDBInstance.create(${JSON.stringify(join(folder.root, 'target/warehouse.duckdb'))});
      const connection = await instance.connect();
      const statements = ${JSON.stringify(statements)};
      for (const statement of statements.slice(0, -1)) await connection.run(statement);
      setTimeout(() => console.log('running'), 300);
      await connection.run(statements.at(-1));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: repository,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    await open();
  }

  /** Writes rows, not too many, until it is stopped. */
  const endless = 'select i, hash(repeat(i::varchar, 5000)) as h from range(100000000000) as t(i)';

  it('leaves the old table, and the next run replaces what it left', async () => {
    await build('orders', 'select 1 as id');
    await killDuring([`create or replace table lake.orders__staged as ${endless}`]);
    expect(await rowsOf(session, 'select * from lake.orders')).toEqual([[1]]);
    await build('orders', 'select 2 as id');
    expect(await rowsOf(session, 'select * from lake.orders')).toEqual([[2]]);
  });

  it('leaves the old rows of an incremental table', async () => {
    await build('orders', 'select 1::bigint as i, 1::ubigint as h');
    await killDuring([
      'begin transaction',
      'delete from lake.orders',
      `insert into lake.orders ${endless}`,
    ]);
    expect(await rowsOf(session, 'select * from lake.orders')).toEqual([[1, 1]]);
  });

  it('leaves a leftover that is complete but not published', async () => {
    await build('orders', 'select 1 as id');
    await killDuring([
      'create or replace view lake.orders__staged as select 7 as id',
      `create table lake.other__staged as ${endless}`,
    ]);
    expect(await rowsOf(session, 'select * from lake.orders')).toEqual([[1]]);
    await build('orders', 'select 2 as id');
    expect(await rowsOf(session, 'select * from lake.orders')).toEqual([[2]]);
  });
});

describe('the database file', () => {
  it('can be read by any DuckDB under the names that the SQL has', async () => {
    await build('orders', 'select 1 as id');
    await build('seen', 'select id from "warehouse"."lake"."orders"', 'view');
    await adapter.close();
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(join(folder.root, 'target/warehouse.duckdb'));
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll('select id from warehouse.lake.seen');
    expect(reader.getRows()).toEqual([[1]]);
    connection.closeSync();
    instance.closeSync();
    await open();
  });
});
