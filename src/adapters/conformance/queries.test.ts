import { describe, expect, it } from 'vitest';
import { relationKey } from '../../core/relation.js';
import { valueOf } from '../duckdb/testing/warehouse.js';
import { calm, describeAdapters, expectFailure, model } from '../testing/describe-adapters.js';

describeAdapters((on) => {
  const { relation, staged, onOrders, written, execute, build, rows, catalogKeys } = on;

  describe('queries', () => {
    it('return columns and rows, and no more than asked for', async () => {
      const sql = 'select 1 as id union all select 2 union all select 3 order by id desc';
      const all = valueOf(await on.session.query(sql, { limit: null, signal: calm }));
      expect(all.columns.map(({ name }) => name)).toEqual(['id']);
      expect(all.rows).toEqual([[3], [2], [1]]);
      const two = valueOf(await on.session.query(sql, { limit: 2, signal: calm }));
      expect(two.rows).toEqual([[3], [2]]);
      expect(valueOf(await on.session.query(sql, { limit: 0, signal: calm })).rows).toEqual([]);
    });

    it('say where the engine found a fault', async () => {
      const failure = expectFailure(
        await on.session.query('select 1 as one,\n  nope\nfrom (select 1 as id) as t', {
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
        await on.session.query(
          `select cast(t as integer) as i from (${on.adapter.dialect.writers.selectAll(relation('texts'))}) as o`,
          { limit: 10, signal: calm },
        ),
      );
      expect(failure.diagnostic.code).toBe('engine-error');
    });

    it('work on after a failure', async () => {
      expectFailure(await on.session.query('selekt', { limit: null, signal: calm }));
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
      const result = await cut((signal) => on.session.query(endless, { limit: null, signal }));
      expect(expectFailure(result).cancelled).toBe(true);
      expect(await rows('select 1 as id')).toEqual([[1]]);
    });

    it('stops many sessions at once, without a warning', async () => {
      const warnings: Error[] = [];
      const onWarning = (warning: Error): void => void warnings.push(warning);
      process.on('warning', onWarning);
      const sessions = await Promise.all(
        Array.from({ length: 12 }, () => on.adapter.openSession()),
      );
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
      const failure = expectFailure(await on.session.query('select 1 as id', options));
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
      const result = await cut((signal) => on.session.execute(step, signal));
      expect(expectFailure(result).cancelled).toBe(true);
      expect(await rows(relation('orders'))).toEqual([[1]]);
      expect(await catalogKeys()).toEqual([relationKey(relation('orders'))]);
    });

    it('undoes a transaction when the session is closed', async () => {
      await build('orders', 'select 1 as id');
      const target = written();
      const { writers } = on.adapter.dialect;
      const first = writers.insert(target, 'select 2 as id', ['id']);
      const second = writers.insert(
        target,
        `select cast(total as integer) as id from (${endless}) as e`,
        ['id'],
      );
      await execute({ kind: 'begin', ...onOrders() });
      await execute({ kind: 'write', relation: target, sql: first });
      const result = await cut((signal) =>
        on.session.execute({ kind: 'write', relation: target, sql: second }, signal),
      );
      expect(expectFailure(result).cancelled).toBe(true);
      await on.reopenSession();
      expect(await rows(relation('orders'))).toEqual([[1]]);
    });
  });
});
