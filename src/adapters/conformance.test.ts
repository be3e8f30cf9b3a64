import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Adapter, EngineResult, Session } from '../core/adapter.js';
import type { EngineStep } from '../core/plan.js';
import type { JsonValue } from '../core/node.js';
import { relationKey, type Relation } from '../core/relation.js';
import { openLakehouse } from './athena/testing/lakehouse.js';
import { parquetBytes } from './duckdb/testing/parquet-bytes.js';
import { createFolder, valueOf } from './duckdb/testing/warehouse.js';
import { modelNode, testNode } from '../core/testing/nodes.js';

const model = modelNode('any');

/** An adapter that the cases below run on, in a project folder of its own. */
interface Subject {
  readonly adapter: Adapter;
  /** Writes a file where landing files lie. */
  readonly write: (path: string, content: string | Buffer) => Promise<unknown>;
  /** Returns how a model names a folder in which such files are. */
  readonly location: (path: string) => string;
  /** How often a relation is published while somebody reads it. */
  readonly publishes: number;
  remove(): Promise<void>;
}

/** Every adapter has a line here. */
const subjects: readonly { readonly name: string; readonly open: () => Promise<Subject> }[] = [
  {
    name: 'duckdb',
    open: async () => {
      const folder = createFolder();
      const adapter = valueOf(await folder.open());
      return {
        adapter,
        write: (path, content) => Promise.resolve(folder.write(path, content)),
        location: (path) => path,
        publishes: 200,
        remove: async () => {
          await adapter.close();
          folder.remove();
        },
      };
    },
  },
  {
    name: 'athena',
    open: async () => {
      const lakehouse = await openLakehouse();
      const { adapter } = await lakehouse.openRun('conformance');
      return {
        adapter,
        write: (path, content) =>
          lakehouse.emulator.objects.put('lake', path, Buffer.from(content)),
        location: (path) => `s3://lake/${path}`,
        // Each is a statement and several calls over the network.
        publishes: 40,
        remove: async () => {
          await adapter.close();
          await lakehouse.close();
        },
      };
    },
  },
];

const calm = new AbortController().signal;

describe.each(subjects)('the $name adapter', ({ open }) => {
  let subject: Subject;
  let adapter: Adapter;
  let session: Session;
  beforeEach(async () => {
    subject = await open();
    adapter = subject.adapter;
    session = await adapter.openSession();
    await execute({ kind: 'create-schema', relation: relation('any') });
  });
  afterEach(async () => {
    await session.close();
    await subject.remove();
  });

  function relation(identifier: string): Relation {
    return { database: adapter.database, schema: 'lake', identifier };
  }
  const staged = (identifier: string): Relation => relation(`${identifier}__staged`);
  /** A transaction on `orders`. */
  const onOrders = () => ({ target: relation('orders'), staged: staged('orders'), model });
  /** What is written to inside a transaction on `orders`: the table itself, or its clone. */
  const written = (): Relation =>
    adapter.dialect.isolation(model) === 'clone' ? staged('orders') : relation('orders');

  async function execute(step: EngineStep, by = session) {
    return valueOf(await by.execute(step, calm));
  }

  async function stage(identifier: string, sql: string, as: 'table' | 'view' = 'table') {
    return execute({ kind: 'stage', model, as, staged: staged(identifier), sql });
  }

  async function publish(identifier: string, sql: string | null = null) {
    const published = relation(identifier);
    return execute({ kind: 'publish', model, staged: staged(identifier), published, sql });
  }

  async function build(identifier: string, sql: string, as: 'table' | 'view' = 'table') {
    await stage(identifier, sql, as);
    await publish(identifier, as === 'view' ? sql : null);
  }

  async function rows(source: Relation | string, by = session) {
    const sql = typeof source === 'string' ? source : adapter.dialect.writers.selectAll(source);
    return valueOf(await by.query(sql, { limit: null, signal: calm })).rows;
  }

  /** Ends the run, which takes away what it staged. */
  async function endRun(): Promise<void> {
    expect((await adapter.endRun?.()) ?? []).toEqual([]);
  }

  /** What is there when the run has ended. */
  async function catalogKeys(): Promise<readonly string[]> {
    await endRun();
    return [...valueOf(await adapter.readCatalog(['lake'])).relations.keys()].sort();
  }

  function expectFailure(result: EngineResult<unknown>) {
    if (result.ok) throw new Error('expected a failure');
    return result.failure;
  }

  describe('schemas and the catalog', () => {
    it('creates a schema once', async () => {
      await execute({ kind: 'create-schema', relation: relation('x') });
    });

    it('creates a schema for several sessions at once', async () => {
      const sessions = await Promise.all([1, 2, 3, 4].map(() => adapter.openSession()));
      const other = { ...relation('x'), schema: 'other' };
      await Promise.all(
        sessions.map((each) => execute({ kind: 'create-schema', relation: other }, each)),
      );
      await Promise.all(sessions.map((each) => each.close()));
    });

    it('lists relations with their columns and types, of the schemas asked for', async () => {
      await build('orders', "select 1 as id, 'x' as note");
      await build(
        'big_orders',
        `select id from (${adapter.dialect.writers.selectAll(relation('orders'))}) as o`,
        'view',
      );
      await endRun();
      const catalog = valueOf(await adapter.readCatalog(['LAKE', 'no_such_schema']));
      expect([...catalog.relations.keys()].sort()).toEqual(
        [relationKey(relation('big_orders')), relationKey(relation('orders'))].sort(),
      );
      const orders = catalog.relations.get(relationKey(relation('orders')));
      expect(orders?.relation.type).toBe('table');
      expect(orders?.columns.map(({ name }) => name)).toEqual(['id', 'note']);
      expect(catalog.relations.get(relationKey(relation('big_orders')))?.relation.type).toBe(
        'view',
      );
      expect(valueOf(await adapter.readCatalog([])).relations.size).toBe(0);
    });
  });

  describe('stage and publish', () => {
    it('counts the rows of a table', async () => {
      const outcome = await stage('orders', 'select 1 as id union all select 2');
      expect(outcome.rowsAffected).toBe(2);
      expect((await stage('none', 'select 1 as id where false')).rowsAffected).toBe(0);
      expect((await stage('seen', 'select 1 as id', 'view')).rowsAffected).toBeNull();
    });

    it('says what the engine ran', async () => {
      const sql = 'select 1 as id';
      const { executedSql } = await stage('orders', sql);
      expect(executedSql.join('\n')).toContain(sql);
      // Without transactions, publishing is a call and no statement.
      const isSql = adapter.dialect.isolation(model) === 'transaction';
      expect((await publish('orders')).executedSql.length > 0).toBe(isSql);
    });

    it('shows nobody what is staged under the published name', async () => {
      await build('orders', 'select 1 as id');
      await stage('orders', 'select 2 as id');
      expect(await rows(relation('orders'))).toEqual([[1]]);
      await publish('orders');
      expect(await rows(relation('orders'))).toEqual([[2]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it.each([
      ['table', 'table'],
      ['table', 'view'],
      ['view', 'table'],
      ['view', 'view'],
    ] as const)('replaces a %s by a %s', async (before, after) => {
      await build('orders', 'select 1 as id', before);
      await build('orders', "select 2 as id, 'new' as note", after);
      expect(await rows(relation('orders'))).toEqual([[2, 'new']]);
      const entry = valueOf(await adapter.readCatalog(['lake'])).relations.get(
        relationKey(relation('orders')),
      );
      expect(entry?.relation.type).toBe(after);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it.each(['table', 'view'] as const)(
      'replaces a leftover %s of an earlier run',
      async (left) => {
        await stage('orders', 'select 0 as id', left);
        await build('orders', 'select 1 as id');
        await stage('orders', 'select 0 as id', left);
        await build('orders', 'select 2 as id', 'view');
        expect(await rows(relation('orders'))).toEqual([[2]]);
      },
    );

    it('leaves the old relation when the new one fails', async () => {
      await build('orders', 'select 1 as id');
      const sql = 'select id from nowhere';
      const result = await session.execute(
        { kind: 'stage', model, as: 'table', staged: staged('orders'), sql },
        calm,
      );
      expect(expectFailure(result).diagnostic.code).toBe('engine-error');
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('leaves the old relation when publishing fails', async () => {
      await build('orders', 'select 1 as id');
      await endRun();
      const published = relation('orders');
      const result = await session.execute(
        { kind: 'publish', model, staged: staged('orders'), published, sql: null },
        calm,
      );
      expect(expectFailure(result).cancelled).toBe(false);
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });

    it('follows what a view reads', async () => {
      await build('orders', 'select 1 as id');
      await build('seen', adapter.dialect.writers.selectAll(relation('orders')), 'view');
      await build('orders', 'select 2 as id');
      expect(await rows(relation('seen'))).toEqual([[2]]);
    });

    it('takes names that must be quoted, and any case', async () => {
      await build('select', 'select 1 as id');
      // An engine may have rules for names; its dialect then refuses others before anything runs.
      const mixed = ['Mixed Case"s', 'mixed case"S', 'Mixed_Cases', 'mixed_caseS'] as const;
      const takes = (identifier: string): boolean =>
        (
          adapter.dialect.checkModel?.({ model: { ...model, relation: relation(identifier) } }) ??
          []
        ).length === 0;
      const [first, second] = takes(mixed[0]) ? [mixed[0], mixed[1]] : [mixed[2], mixed[3]];
      await build(first, 'select 2 as id');
      expect(await rows(relation('select'))).toEqual([[1]]);
      await build(second, 'select 3 as id');
      expect(await rows(relation(first))).toEqual([[3]]);
    });

    it('shows a reader the old or the new, never neither and never both', async () => {
      const { publishes } = subject;
      const version = (number: number): string =>
        `select ${number} as version from (${Array.from({ length: 5 }, () => 'select 1 as one').join(' union all ')}) as five`;
      expect((await stage('orders', version(0))).rowsAffected).toBe(5);
      await publish('orders');

      const reader = await adapter.openSession();
      let done = false;
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        while (!done) {
          const [row, ...more] = await rows(
            `select count(*), min(version), max(version) from (${adapter.dialect.writers.selectAll(relation('orders'))}) as o`,
            reader,
          );
          expect(more).toEqual([]);
          const [count, least, greatest] = row ?? [];
          expect(count).toBe(5);
          expect(least).toBe(greatest);
          seen.push(Number(least));
        }
      };
      const reading = read();
      for (let number = 1; number <= publishes; number++) {
        const as = number % 3 === 0 ? 'view' : 'table';
        await stage('orders', version(number), as);
        await publish('orders', as === 'view' ? version(number) : null);
      }
      done = true;
      await reading;
      await reader.close();
      expect(seen).toEqual([...seen].sort((left, right) => left - right));
      // The reader must really have been reading while things changed.
      expect(new Set(seen).size).toBeGreaterThan(publishes / 10);
      expect(await rows(relation('orders'))).toContainEqual([publishes]);
    });

    it('builds several relations at once', async () => {
      const names = Array.from({ length: 12 }, (_, index) => `model_${index}`);
      for (let round = 0; round < 3; round++) {
        await Promise.all(
          names.map(async (name) => {
            const own = await adapter.openSession();
            const sql = `select ${round} as round`;
            await execute({ kind: 'stage', model, as: 'table', staged: staged(name), sql }, own);
            await execute(
              {
                kind: 'publish',
                model,
                staged: staged(name),
                published: relation(name),
                sql: null,
              },
              own,
            );
            await own.close();
          }),
        );
      }
      for (const name of names) expect(await rows(relation(name))).toEqual([[2]]);
    });
  });

  describe('discard', () => {
    it.each(['table', 'view'] as const)('removes a staged %s and nothing else', async (as) => {
      await build('orders', 'select 1 as id');
      await stage('orders', 'select 2 as id', as);
      await execute({ kind: 'discard', staged: staged('orders') });
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('is content when there is nothing', async () => {
      await execute({ kind: 'discard', staged: staged('orders') });
    });
  });

  describe('failing rows', () => {
    const keep = async (sql: string, as: 'table' | 'view' = 'table') => {
      const published = { ...relation('kept'), schema: 'lake_dbt_test__audit' };
      const name = { ...published, identifier: 'kept__staged' };
      const test = testNode('kept');
      await execute({ kind: 'store-failures', test, as, staged: name, published, sql });
      return rows(published);
    };

    it('are kept in a schema of their own, each time in place of the last', async () => {
      expect(await keep("select 1 as id, 'a' as note")).toEqual([[1, 'a']]);
      expect(await keep('select 2 as id where 1 = 0')).toEqual([]);
      expect(await keep('select 3 as id', 'view')).toEqual([[3]]);
      expect(await keep('select 4 as id')).toEqual([[4]]);
    });

    it('outlive the transaction whose rows they are', async () => {
      await build('orders', 'select 1 as id');
      const doomed = await adapter.openSession();
      await execute({ kind: 'begin', ...onOrders() }, doomed);
      const target = written();
      const sql = adapter.dialect.writers.insert(target, 'select 2 as id', ['id']);
      await execute({ kind: 'write', relation: target, sql }, doomed);
      const published = relation('kept');
      await execute(
        {
          kind: 'store-failures',
          ...{ test: testNode('kept'), as: 'table', staged: staged('kept'), published },
          sql: adapter.dialect.writers.selectAll(target),
        },
        doomed,
      );
      await doomed.close();
      await endRun();
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect((await rows(published)).flat().sort()).toEqual([1, 2]);
    });
  });

  describe('transactions', () => {
    const insert = (id: number): Promise<unknown> => {
      const target = written();
      const sql = adapter.dialect.writers.insert(target, `select ${id} as id`, ['id']);
      return execute({ kind: 'write', relation: target, sql });
    };

    it('become visible to others at the commit', async () => {
      await build('orders', 'select 1 as id');
      const other = await adapter.openSession();
      await execute({ kind: 'begin', ...onOrders() });
      await insert(2);
      expect(await rows(`${adapter.dialect.writers.selectAll(written())} order by id`)).toEqual([
        [1],
        [2],
      ]);
      expect(await rows(relation('orders'), other)).toEqual([[1]]);
      await execute({ kind: 'commit', ...onOrders() });
      const committed = `${adapter.dialect.writers.selectAll(relation('orders'))} order by id`;
      expect(await rows(committed, other)).toEqual([[1], [2]]);
      await other.close();
    });

    it('are undone when the session is closed', async () => {
      await build('orders', 'select 1 as id');
      await execute({ kind: 'begin', ...onOrders() });
      await stage('more', 'select 1 as id');
      await insert(2);
      await session.close();
      session = await adapter.openSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('are undone when the session is closed after a failure', async () => {
      await build('orders', 'select 1 as id');
      await execute({ kind: 'begin', ...onOrders() });
      await insert(2);
      expectFailure(await session.query('select nothing', { limit: null, signal: calm }));
      await session.close();
      session = await adapter.openSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });
  });

  describe('incremental strategies', () => {
    const source = 'select 2 as id, 20 as amount union all select 3, 30';
    const nothing = 'select 1 as id, 1 as amount where false';
    const duplicates = 'select 2 as id, 20 as amount union all select 2, 21';
    const nulls =
      'select cast(null as integer) as id, 50 as amount union all select cast(null as integer), 51';
    const columns = ['id', 'amount'];
    const uniqueKey = ['id'];

    async function write(sql: string, to = relation('orders')) {
      return session.execute({ kind: 'write', relation: to, sql }, calm);
    }

    async function orders() {
      return rows(
        `select id, amount from (${adapter.dialect.writers.selectAll(relation('orders'))}) as o order by id, amount`,
      );
    }

    beforeEach(async () => {
      await build('orders', 'select 1 as id, 1 as amount union all select 2, 2');
    });

    it('alters the columns together with the rows, all or nothing', async () => {
      const begin = { kind: 'begin', ...onOrders() } as const;
      const alter = {
        kind: 'alter-columns',
        relation: written(),
        model,
        alteration: {
          add: [
            { name: 'note', type: { kind: 'varchar' } },
            { name: 'day', type: { kind: 'date' } },
          ],
          change: [{ name: 'id', type: { kind: 'bigint' } }],
          drop: ['amount'],
        },
      } as const;
      const row = "select 4000000000 as id, 'x' as note, date '2024-05-01' as day";
      const insert = adapter.dialect.writers.insert(written(), row, ['id', 'note', 'day']);
      const read = `select id, note, cast(day as varchar) as day from (${adapter.dialect.writers.selectAll(relation('orders'))}) as o order by id`;

      await execute(begin);
      expect((await execute(alter)).executedSql).not.toEqual([]);
      await session.close();
      session = await adapter.openSession();
      expect(await orders()).toHaveLength(2);

      await execute(begin);
      await execute(alter);
      valueOf(await write(insert, written()));
      await execute({ kind: 'commit', ...onOrders() });
      expect((await rows(read)).map((each) => JSON.stringify(each))).toEqual([
        '[1,null,null]',
        '[2,null,null]',
        expect.stringMatching(/^\["?4000000000"?,"x","2024-05-01"\]$/) as string,
      ]);
      const catalog = valueOf(await adapter.readCatalog(['lake']));
      const table = catalog.relations.get(relationKey(relation('orders')));
      const columns = table?.columns.map(({ name, type }) => [
        name,
        type.toLowerCase().replace('string', 'varchar'),
      ]);
      expect(columns).toEqual([
        ['id', 'bigint'],
        ['note', 'varchar'],
        ['day', 'date'],
      ]);
    });

    it('append adds rows', async () => {
      const { writers } = adapter.dialect;
      const outcome = valueOf(await write(writers.insert(relation('orders'), source, columns)));
      expect(outcome.rowsAffected).toBe(2);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
        [2, 20],
        [3, 30],
      ]);
    });

    it('append of no rows changes nothing', async () => {
      const { writers } = adapter.dialect;
      const outcome = valueOf(await write(writers.insert(relation('orders'), nothing, columns)));
      expect(outcome.rowsAffected).toBe(0);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('merge updates rows of a known key and inserts the others', async () => {
      const { writers } = adapter.dialect;
      const sql = writers.merge(relation('orders'), source, { columns, uniqueKey });
      expect(valueOf(await write(sql)).rowsAffected).toBe(2);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 20],
        [3, 30],
      ]);
    });

    it('merge of no rows changes nothing', async () => {
      const { writers } = adapter.dialect;
      const sql = writers.merge(relation('orders'), nothing, { columns, uniqueKey });
      expect(valueOf(await write(sql)).rowsAffected).toBe(0);
      expect(await orders()).toHaveLength(2);
    });

    it('merge refuses two rows of one key', async () => {
      const { writers } = adapter.dialect;
      const sql = writers.merge(relation('orders'), duplicates, { columns, uniqueKey });
      expectFailure(await write(sql));
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('merge inserts rows whose key is null, since null equals nothing', async () => {
      const { writers } = adapter.dialect;
      const sql = writers.merge(relation('orders'), nulls, { columns, uniqueKey });
      valueOf(await write(sql));
      expect(await orders()).toHaveLength(4);
      valueOf(await write(sql));
      expect(await orders()).toHaveLength(6);
    });

    it('delete and insert replaces the rows of the keys', async () => {
      const { writers } = adapter.dialect;
      const target = written();
      const fixed = relation('orders__rows');
      await execute({ kind: 'begin', ...onOrders() });
      const sql = `${duplicates} union all select 3, 30`;
      await execute({ kind: 'stage', model, as: 'rows', staged: fixed, sql });
      const deleted = valueOf(
        await write(writers.deleteMatching(target, fixed, uniqueKey), target),
      );
      expect(deleted.rowsAffected).toBe(1);
      const from = writers.selectAll(fixed);
      const inserted = valueOf(await write(writers.insert(target, from, columns), target));
      expect(inserted.rowsAffected).toBe(3);
      await execute({ kind: 'discard', staged: fixed });
      await execute({ kind: 'commit', ...onOrders() });
      expect(await orders()).toEqual([
        [1, 1],
        [2, 20],
        [2, 21],
        [3, 30],
      ]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });
  });

  describe('queries', () => {
    it('return columns and rows, and no more than asked for', async () => {
      const sql = 'select 1 as id union all select 2 union all select 3 order by id desc';
      const all = valueOf(await session.query(sql, { limit: null, signal: calm }));
      expect(all.columns.map(({ name }) => name)).toEqual(['id']);
      expect(all.rows).toEqual([[3], [2], [1]]);
      const two = valueOf(await session.query(sql, { limit: 2, signal: calm }));
      expect(two.rows).toEqual([[3], [2]]);
      expect(valueOf(await session.query(sql, { limit: 0, signal: calm })).rows).toEqual([]);
    });

    it('say where the engine found a fault', async () => {
      const failure = expectFailure(
        await session.query('select 1 as one,\n  nope\nfrom (select 1 as id) as t', {
          limit: null,
          signal: calm,
        }),
      );
      expect(failure.position).toEqual({ line: 2, column: 3 });
      expect(failure.diagnostic.message).toContain('nope');
      expect(failure.diagnostic.message).not.toContain('\n');
      expect(failure.cancelled).toBe(false);
    });

    it('fail as a whole when a late row fails', async () => {
      await build('texts', "select 'x' as t");
      const failure = expectFailure(
        await session.query(
          `select cast(t as integer) as i from (${adapter.dialect.writers.selectAll(relation('texts'))}) as o`,
          { limit: 10, signal: calm },
        ),
      );
      expect(failure.diagnostic.code).toBe('engine-error');
    });

    it('work on after a failure', async () => {
      expectFailure(await session.query('selekt', { limit: null, signal: calm }));
      expect(await rows('select 1 as id')).toEqual([[1]]);
    });
  });

  describe('cancelling', () => {
    const digits = Array.from({ length: 10 }, (_, n) => `select ${n} as n`).join(' union all ');
    const names = Array.from({ length: 14 }, (_, index) => `d${index}`);
    /** Takes years. */
    const endless = `with d as (${digits}) select sum(${names.map((name) => `${name}.n`).join(' + ')}) as total from ${names.map((name) => `d as ${name}`).join(', ')}`;

    /** Lets `work` run for a moment, then aborts it. */
    async function cut<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), 200);
      try {
        return await work(controller.signal);
      } finally {
        clearTimeout(timer);
      }
    }

    it('stops a query, and the session goes on', async () => {
      const result = await cut((signal) => session.query(endless, { limit: null, signal }));
      expect(expectFailure(result).cancelled).toBe(true);
      expect(await rows('select 1 as id')).toEqual([[1]]);
    });

    it('stops many sessions at once, without a warning', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on('warning', onWarning);
      const sessions = await Promise.all(Array.from({ length: 12 }, () => adapter.openSession()));
      const outcomes = await cut((signal) =>
        Promise.all(sessions.map((each) => each.query(endless, { limit: null, signal }))),
      );
      expect(outcomes.map((outcome) => expectFailure(outcome).cancelled)).not.toContain(false);
      await Promise.all(sessions.map((each) => each.close()));
      process.off('warning', onWarning);
      expect(warnings).toEqual([]);
    });

    it('does not begin what comes too late', async () => {
      const options = { limit: null, signal: AbortSignal.abort() };
      const failure = expectFailure(await session.query('select 1 as id', options));
      expect(failure.cancelled).toBe(true);
    });

    it('leaves the old relation and nothing beside it', async () => {
      await build('orders', 'select 1 as id');
      const step = {
        kind: 'stage',
        model,
        as: 'table',
        staged: staged('orders'),
        sql: endless,
      } as const;
      const result = await cut((signal) => session.execute(step, signal));
      expect(expectFailure(result).cancelled).toBe(true);
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('undoes a transaction when the session is closed', async () => {
      await build('orders', 'select 1 as id');
      const target = written();
      const { writers } = adapter.dialect;
      const first = writers.insert(target, 'select 2 as id', ['id']);
      const second = writers.insert(
        target,
        `select cast(total as integer) as id from (${endless}) as e`,
        ['id'],
      );
      await execute({ kind: 'begin', ...onOrders() });
      await execute({ kind: 'write', relation: target, sql: first });
      const result = await cut((signal) =>
        session.execute({ kind: 'write', relation: target, sql: second }, signal),
      );
      expect(expectFailure(result).cancelled).toBe(true);
      await session.close();
      session = await adapter.openSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });
  });

  describe('external tables', () => {
    it('read JSON lines, keys without regard to case', async () => {
      await subject.write('landing/users/a.json', '{"User":"ann","timeStamp":1655564376361.0}\n');
      await subject.write('landing/users/b.json', '{"user":8015551212}\n');
      const column = (name: string, data_type: string) => ({
        name,
        data_type,
        description: '',
        tags: [],
        meta: {},
      });
      const location = subject.location('landing/users');
      const base = modelNode('users', { materialized: 'external_table' });
      const users = { ...base, config: { ...base.config, location, format: 'json' } };
      await execute({
        kind: 'stage-external',
        model: users,
        staged: staged('users'),
        columns: [column('user', 'varchar'), column('timestamp', 'bigint')],
        location,
        format: 'json',
      });
      await publish('users');
      const found = await rows(
        `select * from (${adapter.dialect.writers.selectAll(relation('users'))}) as u order by 1`,
      );
      expect(found).toEqual([
        ['8015551212', null],
        ['ann', 1655564376361],
      ]);
    });

    interface External {
      readonly columns: Readonly<Record<string, string>>;
      readonly format: string;
      readonly extra?: Readonly<Record<string, JsonValue>>;
      /** By their path below the location. */
      readonly files: Readonly<Record<string, string | Buffer>>;
    }

    /** Writes the files and builds an external table over them; returns its rows, in their order. */
    async function rowsOver({ columns, format, extra = {}, files }: External) {
      const result = await buildOver({ columns, format, extra, files });
      valueOf(result);
      const sql = `select * from (${adapter.dialect.writers.selectAll(relation('files'))}) as t`;
      const names = Object.keys(columns);
      return rows(`${sql} order by ${names.map((_, index) => index + 1).join(', ')}`);
    }

    async function buildOver({ columns, format, extra = {}, files }: External) {
      for (const [path, content] of Object.entries(files)) {
        await subject.write(`landing/files/${path}`, content);
      }
      const location = subject.location('landing/files');
      const base = modelNode('files', { materialized: 'external_table' });
      const declared = Object.entries(columns).map(([name, data_type]) => ({
        ...{ name, data_type, description: '', tags: [], meta: {} },
      }));
      const declaration = {
        ...base,
        columns: declared,
        config: { ...base.config, location, format, extra },
      };
      expect(adapter.dialect.checkModel?.({ model: declaration }) ?? []).toEqual([]);
      const staging = await session.execute(
        {
          kind: 'stage-external',
          model: declaration,
          staged: staged('files'),
          columns: declared,
          location,
          format,
        },
        calm,
      );
      if (staging.ok) await publish('files');
      return staging;
    }

    it('read CSV: quotes, escapes, a header, empty and short lines', async () => {
      const content = [
        'id;name;note',
        '1;"a; ""quoted"" and \\"escaped\\"";plain',
        '2;;C:\\temp',
        '',
        '3;"last\\\\"',
        '4;x;y;too many',
      ];
      const found = await rowsOver({
        columns: { id: 'int', name: 'string', note: 'string' },
        format: 'csv',
        extra: { field_delimiter: ';', table_properties: { 'skip.header.line.count': 1 } },
        files: {
          'a.csv': content.join('\n'),
          'b.csv.gz': gzipSync('id;name;note\r\n5;é;"it\'s"\r\n'),
          '_hidden.csv': 'no',
          'empty.csv': '',
        },
      });
      expect(found).toEqual([
        [1, 'a; "quoted" and "escaped"', 'plain'],
        [2, '', 'C:temp'],
        [3, 'last\\', null],
        [4, 'x', 'y'],
        [5, 'é', "it's"],
        [null, null, null],
      ]);
    });

    it('read typed CSV, in which an empty text is no number', async () => {
      const columns = { yes: 'boolean', n: 'bigint', d: 'double' };
      const files = { 'a.csv': 'TRUE,9007199254740993,1.5e3\nfalse,-7,.5\n' };
      expect(await rowsOver({ columns, format: 'csv', files })).toEqual([
        [false, -7, 0.5],
        [true, '9007199254740993', 1500],
      ]);
      const empty = { 'b.csv': 'true,,1\n' };
      const result = await buildOver({ columns, format: 'csv', files: empty });
      const read = result.ok
        ? await session.query(adapter.dialect.writers.selectAll(relation('files')), {
            limit: null,
            signal: calm,
          })
        : result;
      expect(expectFailure(read).diagnostic.message).toMatch(/cannot hold|HIVE_BAD_DATA/);
    });

    it('read delimited text: NULL is written out, and what is not of the type is NULL', async () => {
      const lines = [
        '1|1.5|12.345|2024-02-29|2024-02-29 10:11:12.5|true|x',
        '\\N|\\N|\\N|\\N|\\N|\\N|\\N',
        '+2.9| 3e2|abc|2024-02-30|2024-02-29|yes|"q"',
        '3000000000|NaN|1|29.02.2024|now|FALSE|',
        '',
      ];
      const found = await rowsOver({
        columns: {
          ...{ n: 'int', d: 'double', m: 'decimal(6,2)', day: 'date', at: 'timestamp' },
          ...{ yes: 'boolean', note: 'varchar(4)' },
        },
        format: 'textfile',
        extra: { field_delimiter: '|' },
        files: { 'a.txt': lines.map((line) => `${line}\n`).join('') },
      });
      expect(found).toEqual([
        [1, 1.5, '12.35', '2024-02-29', '2024-02-29 10:11:12.500', true, 'x'],
        [2, 300, null, null, '2024-02-29 00:00:00.000', null, '"q"'],
        [null, 'NaN', '1.00', null, null, false, ''],
        [null, null, null, null, null, null, null],
        [null, null, null, null, null, null, null],
      ]);
    });

    it('read Parquet by the names of columns', async () => {
      const found = await rowsOver({
        columns: {
          ...{ id: 'bigint', ratio: 'double', name: 'string', at: 'timestamp' },
          ...{ price: 'decimal(10,2)', later: 'int' },
        },
        format: 'parquet',
        files: {
          'a.parquet': await parquetBytes(
            `select 1::int as "ID", 1.5::float as ratio, 'a' as name, timestamp '2024-01-02 03:04:05.678901' as at, 1.25::decimal(4,2) as price, 0 as other`,
          ),
          'b.parquet': await parquetBytes(
            `select 'b'::blob as name, 2::bigint as id, 2.5::double as ratio, 7 as later`,
          ),
        },
      });
      expect(found).toEqual([
        [1, 1.5, 'a', '2024-01-02 03:04:05.679', '1.25', null],
        [2, 2.5, 'b', null, null, 7],
      ]);
    });

    it('refuse Parquet whose types are others', async () => {
      const built = await buildOver({
        columns: { id: 'string' },
        format: 'parquet',
        files: { 'a.parquet': await parquetBytes('select 1 as id') },
      });
      const read = built.ok
        ? await session.query(adapter.dialect.writers.selectAll(relation('files')), {
            limit: null,
            signal: calm,
          })
        : built;
      expect(expectFailure(read).diagnostic.message).toMatch(/type INTEGER in parquet|is INTEGER/);
    });

    it('take the values of partitions from folders, whatever the files say', async () => {
      const found = await rowsOver({
        columns: { id: 'bigint', day: 'date', kind: 'varchar' },
        format: 'json',
        extra: { partitioned_by: ['day', 'kind'] },
        files: {
          'day=2024-01-01/kind=a/one.json': '{"id": 1, "kind": "no"}\n',
          'day=2024-01-01/kind=it%27s %2F b/deep/er.json': '{"id": 2}\n',
          'day=__HIVE_DEFAULT_PARTITION__/kind=__HIVE_DEFAULT_PARTITION__/x.json': '{"id": 3}\n',
          'Day=2024-01-02/kind=a/case.json': '{"id": 4}\n',
          'day=2024-01-02/loose.json': '{"id": 5}\n',
          'loose.json': '{"id": 6}\n',
          'kind=a/day=2024-01-03/order.json': '{"id": 7}\n',
        },
      });
      expect(found).toEqual([
        [1, '2024-01-01', 'a'],
        [2, '2024-01-01', "it's / b"],
        [3, null, null],
      ]);
    });

    it('compute partitions: enumerations, integers and dates, of folders that match alone', async () => {
      const found = await rowsOver({
        columns: { id: 'string', region: 'string', hour: 'int', day: 'string' },
        format: 'csv',
        extra: {
          partitioned_by: ['region', 'hour', 'day'],
          table_properties: {
            'projection.enabled': true,
            ...{ 'projection.region.type': 'enum', 'projection.region.values': 'eu,us' },
            ...{ 'projection.hour.type': 'integer', 'projection.hour.range': '0,20' },
            ...{ 'projection.hour.digits': 2, 'projection.hour.interval': 5 },
            ...{ 'projection.day.type': 'date', 'projection.day.format': 'yyyy/MM/dd' },
            ...{ 'projection.day.range': '2024/01/01,NOW', 'projection.day.interval': 2 },
            'projection.day.interval.unit': 'DAYS',
            'storage.location.template': `${subject.location('landing/files')}/\${day}/\${region}-h\${hour}/`,
          },
        },
        files: {
          '2024/01/01/eu-h00/a.csv': 'first\n',
          '2024/01/03/us-h20/b.csv': 'third\n',
          '2024/01/02/eu-h00/c.csv': 'between\n',
          '2024/02/30/eu-h00/d.csv': 'no day\n',
          '2023/12/31/eu-h00/e.csv': 'before\n',
          '2999/01/01/eu-h00/f.csv': 'after\n',
          '2024/01/01/eu-h0/g.csv': 'digits\n',
          '2024/01/01/eu-h03/h.csv': 'interval\n',
          '2024/01/01/eu-h25/i.csv': 'range\n',
          '2024/01/01/asia-h00/j.csv': 'enumeration\n',
        },
      });
      expect(found).toEqual([
        ['first', 'eu', 0, '2024/01/01'],
        ['third', 'us', 20, '2024/01/03'],
      ]);
    });

    it('have no rows where no file is', async () => {
      const columns = { id: 'int', day: 'string' };
      const extra = { partitioned_by: ['day'] };
      await subject.write('landing/files/_ignored', 'x');
      expect(await rowsOver({ columns, format: 'parquet', extra, files: {} })).toEqual([]);
    });
  });
});
