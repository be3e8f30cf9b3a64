import { afterEach, describe, expect, it } from 'vitest';
import type { EmulatorOptions } from '../../../../emulator/index.js';
import type { StatementRequest } from './query-runner.js';
import { openLocalRunner, type LocalRunner } from './testing/open-local-runner.js';

/** The runner on the local Athena: tokens, quotas, result rows and errors are its own. */
let local: LocalRunner;

async function serve(options: EmulatorOptions = {}): Promise<void> {
  local = await openLocalRunner(options);
}

afterEach(() => local.close());

const run = (sql: string, request: Partial<StatementRequest> = {}) => local.run(sql, request);

async function rowsOf(sql: string): Promise<readonly (readonly unknown[])[]> {
  const done = await run(sql);
  if (!done.ok) throw new Error(done.failure.diagnostic.message);
  const rows = await local.runner.readRows(done.value, { limit: null });
  if (!rows.ok) throw new Error(rows.failure.diagnostic.message);
  return rows.value.rows;
}

function ctas(name: string): string {
  return `create table ${name} with (format = 'PARQUET', external_location = 's3://lake/tables/${name}/') as select 1 as id`;
}

function sent(operation: string): number {
  return local.emulator.calls.filter((call) => call.operation === operation).length;
}

describe('a statement on the local Athena', () => {
  it('writes rows and tells how many', async () => {
    await serve();
    const done = await run(ctas('orders'));
    expect(done).toMatchObject({ ok: true, value: { substatementType: 'CREATE_TABLE_AS_SELECT' } });
    if (!done.ok) return;
    expect(await local.runner.readUpdateCount(done.value)).toEqual({ ok: true, value: 1 });
    expect(local.account.response()).toMatchObject({
      statements: 1,
      query_ids: done.value.queryId,
    });
    expect(local.account.response()['cost_usd']).toBeCloseTo((10 * 5) / 2 ** 20, 10);
  });

  it('returns rows with their types, the header left out', async () => {
    await serve();
    const sql = `select * from (values (1, bigint '9007199254740993', 'a', true, 1.5e0, decimal '1.50', date '2026-01-02', null),
      (2, bigint '7', 'id', false, nan(), decimal '2.00', null, 'x')) as t (id, big, name, ok, ratio, price, day, note) order by id`;
    const done = await run(sql);
    if (!done.ok) throw new Error(done.failure.diagnostic.message);
    const rows = await local.runner.readRows(done.value, { limit: null });
    if (!rows.ok) throw new Error(rows.failure.diagnostic.message);
    expect(rows.value.columns.map(({ name }) => name)).toEqual([
      'id',
      'big',
      'name',
      'ok',
      'ratio',
      'price',
      'day',
      'note',
    ]);
    expect(rows.value.rows).toEqual([
      [1, '9007199254740993', 'a', true, 1.5, '1.50', '2026-01-02', null],
      [2, 7, 'id', false, 'NaN', '2.00', null, 'x'],
    ]);
    expect(await local.runner.readRows(done.value, { limit: 1 })).toMatchObject({
      ok: true,
      value: { rows: [[1, '9007199254740993', 'a', true, 1.5, '1.50', '2026-01-02', null]] },
    });
  });

  it('tells how long it waited, was planned and ran', async () => {
    await serve({ latency: () => ({ queueMs: 60, planningMs: 40, runMs: 80 }) });
    const done = await run('select 1');
    const { queueMs = 0, planningMs = 0, engineMs = 0 } = done.ok ? done.value.statistics : {};
    expect(queueMs).toBeGreaterThanOrEqual(59);
    expect(planningMs).toBeGreaterThanOrEqual(39);
    expect(engineMs).toBeGreaterThanOrEqual(79);
    expect(local.account.response()).toMatchObject({
      queue_ms: queueMs,
      planning_ms: planningMs,
      engine_ms: engineMs,
    });
  });

  it('that Athena cannot read, or that names what is not there, fails at its place', async () => {
    await serve();
    expect(await run('select 1\nform t')).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'engine-error' }, position: { line: 2 } },
    });
    expect(await run('select *\nfrom nope')).toMatchObject({
      ok: false,
      failure: {
        diagnostic: { code: 'engine-error', hint: expect.stringContaining('ref(') as string },
        position: { line: 2 },
      },
    });
  });

  it('needs a workgroup that is there, and a place for results', async () => {
    await serve();
    expect(await run('select 1', { workGroup: 'nope' })).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'workgroup-invalid' } },
    });
    expect(await run('select 1', { outputLocation: undefined })).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'workgroup-invalid' } },
    });
    expect(await run('select 1', { outputLocation: 's3://nope/results/' })).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'workgroup-invalid' } },
    });
  });
});

describe('faults', () => {
  it('an INSERT whose answer is lost inserts once', async () => {
    await serve();
    await run(ctas('orders'));
    let lost = false;
    local.emulator.setHook(({ operation }) => {
      if (operation !== 'StartQueryExecution' || lost) return undefined;
      lost = true;
      return { after: 'drop' };
    });
    expect(await run('insert into orders values (2)')).toMatchObject({ ok: true });
    expect(await rowsOf('select id from orders order by id')).toEqual([[1], [2]]);
  });

  it('statements wait for their turn where the account has no more places', async () => {
    await serve({
      quotas: { dml: 1 },
      latency: () => ({ queueMs: 5, planningMs: 5, runMs: 20 }),
    });
    const names = ['a', 'b', 'c', 'd'];
    const done = await Promise.all(names.map((name) => run(ctas(name))));
    expect(done.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    expect(sent('StartQueryExecution')).toBeGreaterThan(4);
    expect(local.emulator.glue.listTables('shop').map(({ Name }) => Name)).toEqual(names);
  });

  it('every call of many statements may fail, before and after its effect', async () => {
    await serve();
    const errors = [
      { before: { status: 400, code: 'ThrottlingException', message: 'Rate exceeded' } },
      { before: { status: 500, code: 'InternalServerException', message: 'x' } },
      { after: { status: 500, code: 'InternalServerException', message: 'x' } },
      { before: 'drop' },
      { after: 'drop' },
    ] as const;
    // Two of three calls fail, each in its turn.
    local.emulator.setHook(({ number }) =>
      number % 3 === 0 ? undefined : errors[number % errors.length],
    );
    const names = Array.from({ length: 12 }, (_, index) => `t${index}`);
    const done = await Promise.all(names.map((name) => run(ctas(name))));
    expect(done.filter(({ ok }) => !ok)).toEqual([]);
    local.emulator.setHook(undefined);
    expect(local.emulator.glue.listTables('shop')).toHaveLength(12);
    const ids = new Set(done.map((each) => (each.ok ? each.value.queryId : '')));
    expect(ids.size).toBe(12);
    expect(local.account.response()).toMatchObject({ statements: 12 });
  });

  it('a query that never ends is stopped with the run', async () => {
    await serve({ latency: () => ({ queueMs: 0, planningMs: 0, runMs: 2 ** 30 }) });
    const stop = new AbortController();
    local.emulator.setHook(({ operation, number }) => {
      if (operation.endsWith('GetQueryExecution') && number > 5) stop.abort();
      return undefined;
    });
    const done = await Promise.all([
      run('select 1', { signal: stop.signal }),
      run('select 2', { signal: stop.signal }),
    ]);
    expect(done).toMatchObject([
      { ok: false, failure: { cancelled: true } },
      { ok: false, failure: { cancelled: true } },
    ]);
    expect(sent('StopQueryExecution')).toBe(2);
  });

  it('credentials that expire amid a run are told of', async () => {
    await serve({ latency: () => ({ queueMs: 0, planningMs: 0, runMs: 2 ** 30 }) });
    local.emulator.setHook(({ operation }) =>
      operation === 'StartQueryExecution'
        ? undefined
        : {
            before: {
              status: 400,
              code: 'ExpiredTokenException',
              message: 'The security token included in the request is expired',
            },
          },
    );
    expect(await run('select 1')).toMatchObject({
      ok: false,
      failure: { diagnostic: { code: 'credentials-expired' }, cancelled: false },
    });
    expect(local.test.renewed).toContain('athena');
  });
});
