import { beforeEach, describe, expect, it } from 'vitest';
import { relationKey } from '../../core/relation.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { calm, describeAdapters, expectFailure, model } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, onOrders, written, execute, build, rows, catalogKeys } = on;

  describe('incremental strategies', () => {
    const source = 'select 2 as id, 20 as amount union all select 3, 30';
    const nothing = 'select 1 as id, 1 as amount where false';
    const duplicates = 'select 2 as id, 20 as amount union all select 2, 21';
    const nulls =
      'select cast(null as integer) as id, 50 as amount union all select cast(null as integer), 51';
    const columns = ['id', 'amount'];
    const uniqueKey = ['id'];

    async function write(sql: string, to = relation('orders')) {
      return on.session.execute({ kind: 'write', relation: to, sql }, calm);
    }

    async function orders() {
      return rows(
        `select id, amount from (${on.adapter.dialect.writers.selectAll(relation('orders'))}) as o order by id, amount`,
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
      const insert = on.adapter.dialect.writers.insert(written(), row, ['id', 'note', 'day']);
      const read = `select id, note, cast(day as varchar) as day from (${on.adapter.dialect.writers.selectAll(relation('orders'))}) as o order by id`;

      await execute(begin);
      expect((await execute(alter)).executedSql).not.toEqual([]);
      await on.reopenSession();
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
      const catalog = valueOf(await on.adapter.readCatalog(['lake']));
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
      const { writers } = on.adapter.dialect;
      const outcome = valueOf(await write(writers.insert(relation('orders'), source, columns)));
      expect(await outcome.rowsAffected).toBe(2);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
        [2, 20],
        [3, 30],
      ]);
    });

    it('append of no rows changes nothing', async () => {
      const { writers } = on.adapter.dialect;
      const outcome = valueOf(await write(writers.insert(relation('orders'), nothing, columns)));
      expect(await outcome.rowsAffected).toBe(0);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('merge updates rows of a known key and inserts the others', async () => {
      const { writers } = on.adapter.dialect;
      const sql = writers.merge(relation('orders'), source, { columns, uniqueKey });
      expect(await valueOf(await write(sql)).rowsAffected).toBe(2);
      expect(await orders()).toEqual([
        [1, 1],
        [2, 20],
        [3, 30],
      ]);
    });

    it('merge of no rows changes nothing', async () => {
      const { writers } = on.adapter.dialect;
      const sql = writers.merge(relation('orders'), nothing, { columns, uniqueKey });
      expect(await valueOf(await write(sql)).rowsAffected).toBe(0);
      expect(await orders()).toHaveLength(2);
    });

    it('merge refuses two rows of one key', async () => {
      const { writers } = on.adapter.dialect;
      const sql = writers.merge(relation('orders'), duplicates, { columns, uniqueKey });
      expectFailure(await write(sql));
      expect(await orders()).toEqual([
        [1, 1],
        [2, 2],
      ]);
    });

    it('merge inserts rows whose key is null, since null equals nothing', async () => {
      const { writers } = on.adapter.dialect;
      const sql = writers.merge(relation('orders'), nulls, { columns, uniqueKey });
      valueOf(await write(sql));
      expect(await orders()).toHaveLength(4);
      valueOf(await write(sql));
      expect(await orders()).toHaveLength(6);
    });

    it('delete and insert replaces the rows of the keys', async () => {
      const { writers } = on.adapter.dialect;
      const target = written();
      const fixed = relation('orders__rows');
      await execute({ kind: 'begin', ...onOrders() });
      const sql = `${duplicates} union all select 3, 30`;
      await execute({ kind: 'stage', model, as: 'rows', staged: fixed, sql });
      const deleted = valueOf(
        await write(writers.deleteMatching(target, fixed, uniqueKey), target),
      );
      expect(await deleted.rowsAffected).toBe(1);
      const from = writers.selectAll(fixed);
      const inserted = valueOf(await write(writers.insert(target, from, columns), target));
      expect(await inserted.rowsAffected).toBe(3);
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
});
