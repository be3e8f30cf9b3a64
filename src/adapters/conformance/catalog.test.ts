import { describe, expect, it } from 'vitest';
import { relationKey } from '../../core/relation.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { describeAdapters } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, execute, build, endRun } = on;

  describe('schemas and the catalog', () => {
    it('creates a schema once', async () => {
      await execute({ kind: 'create-schema', relation: relation('x') });
    });

    it('creates a schema for several sessions at once', async () => {
      const sessions = await Promise.all([1, 2, 3, 4].map(() => on.adapter.openSession()));
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
        `select id from (${on.adapter.dialect.writers.selectAll(relation('orders'))}) as o`,
        'view',
      );
      await endRun();
      const catalog = valueOf(await on.adapter.readCatalog(['LAKE', 'no_such_schema']));
      expect([...catalog.relations.keys()].sort()).toEqual(
        [relationKey(relation('big_orders')), relationKey(relation('orders'))].sort(),
      );
      const orders = catalog.relations.get(relationKey(relation('orders')));
      expect(orders?.relation.type).toBe('table');
      expect(orders?.columns.map(({ name }) => name)).toEqual(['id', 'note']);
      expect(catalog.relations.get(relationKey(relation('big_orders')))?.relation.type).toBe(
        'view',
      );
      expect(valueOf(await on.adapter.readCatalog([])).relations.size).toBe(0);
    });
  });
});
