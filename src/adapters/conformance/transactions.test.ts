import { describe, expect, it } from 'vitest';
import { relationKey } from '../../core/relation.js';
import { calm, describeAdapters, expectFailure } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, onOrders, written, execute, stage, build, rows, catalogKeys } = on;

  describe('transactions', () => {
    const insert = (id: number): Promise<unknown> => {
      const target = written();
      const sql = on.adapter.dialect.writers.insert(target, `select ${id} as id`, ['id']);
      return execute({ kind: 'write', relation: target, sql });
    };

    it('become visible to others at the commit', async () => {
      await build('orders', 'select 1 as id');
      const other = await on.adapter.openSession();
      await execute({ kind: 'begin', ...onOrders() });
      await insert(2);
      expect(await rows(`${on.adapter.dialect.writers.selectAll(written())} order by id`)).toEqual([
        [1],
        [2],
      ]);
      expect(await rows(relation('orders'), other)).toEqual([[1]]);
      await execute({ kind: 'commit', ...onOrders() });
      const committed = `${on.adapter.dialect.writers.selectAll(relation('orders'))} order by id`;
      expect(await rows(committed, other)).toEqual([[1], [2]]);
      await other.close();
    });

    it('are undone when the session is closed', async () => {
      await build('orders', 'select 1 as id');
      await execute({ kind: 'begin', ...onOrders() });
      await stage('more', 'select 1 as id');
      await insert(2);
      await on.reopenSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('are undone when the session is closed after a failure', async () => {
      await build('orders', 'select 1 as id');
      await execute({ kind: 'begin', ...onOrders() });
      await insert(2);
      expectFailure(await on.session.query('select nothing', { limit: null, signal: calm }));
      await on.reopenSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });
  });
});
