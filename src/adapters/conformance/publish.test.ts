import { describe, expect, it } from 'vitest';
import { relationKey } from '../../core/relation.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { calm, describeAdapters, expectFailure, model } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, staged, execute, stage, publish, build, rows, endRun, catalogKeys } = on;

  describe('stage and publish', () => {
    it('counts the rows of a table', async () => {
      const outcome = await stage('orders', 'select 1 as id union all select 2');
      expect(await outcome.rowsAffected).toBe(2);
      expect(await (await stage('none', 'select 1 as id where false')).rowsAffected).toBe(0);
      expect(await (await stage('seen', 'select 1 as id', 'view')).rowsAffected).toBeNull();
    });

    it('says what the engine ran', async () => {
      const sql = 'select 1 as id';
      const { executedSql } = await stage('orders', sql);
      expect(executedSql.join('\n')).toContain(sql);
      // Without transactions, publishing is a call and no statement.
      const isSql = on.adapter.dialect.isolation(model) === 'transaction';
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
      const entry = valueOf(await on.adapter.readCatalog(['lake'])).relations.get(
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
      const result = await on.session.execute(
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
      const result = await on.session.execute(
        { kind: 'publish', model, staged: staged('orders'), published, sql: null },
        calm,
      );
      expect(expectFailure(result).cancelled).toBe(false);
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });

    it('follows what a view reads', async () => {
      await build('orders', 'select 1 as id');
      await build('seen', on.adapter.dialect.writers.selectAll(relation('orders')), 'view');
      await build('orders', 'select 2 as id');
      expect(await rows(relation('seen'))).toEqual([[2]]);
    });

    it('takes names that must be quoted, and any case', async () => {
      await build('select', 'select 1 as id');
      // An engine may have rules for names; its dialect then refuses others before anything runs.
      const mixed = ['Mixed Case"s', 'mixed case"S', 'Mixed_Cases', 'mixed_caseS'] as const;
      const takes = (identifier: string): boolean =>
        (
          on.adapter.dialect.checkModel?.({
            model: { ...model, relation: relation(identifier) },
          }) ?? []
        ).length === 0;
      const [first, second] = takes(mixed[0]) ? [mixed[0], mixed[1]] : [mixed[2], mixed[3]];
      await build(first, 'select 2 as id');
      expect(await rows(relation('select'))).toEqual([[1]]);
      await build(second, 'select 3 as id');
      expect(await rows(relation(first))).toEqual([[3]]);
    });

    it('shows a reader the old or the new, never neither and never both', async () => {
      const { publishes } = on.subject;
      const version = (number: number): string =>
        `select ${number} as version from (${Array.from({ length: 5 }, () => 'select 1 as one').join(' union all ')}) as five`;
      expect(await (await stage('orders', version(0))).rowsAffected).toBe(5);
      await publish('orders');

      const reader = await on.adapter.openSession();
      let done = false;
      const seen: number[] = [];
      const read = async (): Promise<void> => {
        while (!done) {
          const [row, ...more] = await rows(
            `select count(*), min(version), max(version) from (${on.adapter.dialect.writers.selectAll(relation('orders'))}) as o`,
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
            const own = await on.adapter.openSession();
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
});
