import { describe, expect, it } from 'vitest';
import { testNode } from '../../core/testing/nodes.js';
import { describeAdapters } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, staged, onOrders, written, execute, build, rows, endRun } = on;

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
      const doomed = await on.adapter.openSession();
      await execute({ kind: 'begin', ...onOrders() }, doomed);
      const target = written();
      const sql = on.adapter.dialect.writers.insert(target, 'select 2 as id', ['id']);
      await execute({ kind: 'write', relation: target, sql }, doomed);
      const published = relation('kept');
      await execute(
        {
          kind: 'store-failures',
          ...{ test: testNode('kept'), as: 'table', staged: staged('kept'), published },
          sql: on.adapter.dialect.writers.selectAll(target),
        },
        doomed,
      );
      await doomed.close();
      await endRun();
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect((await rows(published)).flat().sort()).toEqual([1, 2]);
    });
  });
});
