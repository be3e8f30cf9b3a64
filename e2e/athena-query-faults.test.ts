import { afterAll, beforeAll, expect, it } from 'vitest';
import type { QueryEnd, SetQueryFault } from '../emulator/index.js';
import { statementsOf } from './testing/athena-clients.js';
import { asTexts, Shop, type Row } from './testing/athena-shop.js';

/**
 * Statements that fail, where the other fault tests let calls fail. What is sent again must not write rows twice, and what
 * cannot be sent again must not be.
 */
const all = "select id, day, note from {{ ref('raw') }}\n";
const newer =
  "select id, day, note from {{ ref('raw') }}{% if is_incremental() %} where id > (select coalesce(max(id), 0) from {{ this }}){% endif %}\n";
const incremental = (settings: string, sql = all): string =>
  `{{ config(materialized='incremental', ${settings}) }}\n${sql}`;

const models = {
  'orders.sql': all,
  'hive_orders.sql': `{{ config(table_type='hive') }}\n${all}`,
  'kept.sql': `{{ config(keep_history=true) }}\n${all}`,
  'appended.sql': incremental("incremental_strategy='append'", newer),
  'hive_appended.sql': incremental("incremental_strategy='append', table_type='hive'", newer),
  'merged.sql': incremental("unique_key='id'"),
  'replaced.sql': incremental("incremental_strategy='delete+insert', unique_key='id'"),
};
const names = Object.keys(models).map((path) => path.slice(0, -'.sql'.length));

const transient: QueryEnd = {
  state: 'FAILED',
  category: 1,
  type: 100,
  reason: 'GENERIC_INTERNAL_ERROR: injected',
  retryable: true,
};
const conflict: QueryEnd = {
  state: 'FAILED',
  category: 1,
  type: 233,
  reason: 'ICEBERG_COMMIT_ERROR: Failed to commit the transaction during insert: injected',
};
const users: QueryEnd = {
  state: 'FAILED',
  category: 2,
  type: 1002,
  reason: 'INVALID_CAST_ARGUMENT: injected',
};

let shop: Shop;
beforeAll(async () => {
  shop = await Shop.open(models, { rows: [] });
});
afterAll(() => shop.close());

/** Rows 1 to `count`, each landed on the day that its number says. */
const landed = (count: number): readonly Row[] =>
  Array.from({ length: count }, (_, index): Row => [index + 1, `d${index + 1}`, 'x']);

/** Lets the first statement about each model fail that begins so; returns what failed, by model. */
function fail(
  when: 'before' | 'after',
  faults: Readonly<Record<string, readonly [begins: string, end: QueryEnd]>>,
): readonly (readonly [name: string, fault: SetQueryFault])[] {
  return Object.entries(faults).map(([name, [begins, end]]) => {
    // The staged table, or where rows are added to a published one, that.
    const match = new RegExp(`^${begins}\\s+\\S+"${name}(__staged_\\w+)?"`);
    return [name, shop.athena.emulator.failQuery({ match, when, end })];
  });
}

async function expectRows(found: readonly string[], count: number): Promise<void> {
  for (const name of found) {
    expect(await shop.rows(name, 'id, day, note'), name).toEqual(asTexts(landed(count)));
  }
}

function expectFailed(faults: ReturnType<typeof fail>): void {
  for (const [name, { failed, remove }] of faults) {
    expect(failed, name).toHaveLength(1);
    remove();
  }
}

it('first builds: a CTAS that fails is sent again, with a folder of its own', async () => {
  await shop.land(landed(2));
  const faults = [
    ...fail('before', {
      orders: ['CREATE TABLE', transient],
      appended: ['CREATE TABLE', conflict],
    }),
    ...fail('after', {
      merged: ['CREATE TABLE', transient],
      hive_orders: ['CREATE TABLE', transient],
    }),
  ];
  const calls = await shop.build();
  expectFailed(faults);
  const created = statementsOf(calls).filter((sql) => /^CREATE TABLE \S+"hive_orders_/.test(sql));
  const folders = created.map((sql) => /external_location = '([^']*)'/.exec(sql)?.[1]);
  expect(new Set(folders).size).toBe(2);
  await expectRows(names, 2);
});

it('rows that are added: what failed before its effect is sent again, conflicts on the present state', async () => {
  await shop.land(landed(4));
  const faults = fail('before', {
    hive_orders: ['CREATE TABLE', transient],
    kept: ['INSERT INTO', transient],
    appended: ['INSERT INTO', transient],
    merged: ['MERGE INTO', conflict],
    replaced: ['INSERT INTO', conflict],
  });
  await shop.build();
  expectFailed(faults);
  await expectRows(names, 4);
});

it('rows that are added: what failed after its effect is never sent again, nor is a user’s error', async () => {
  await shop.land(landed(6));
  const after = fail('after', {
    kept: ['DELETE FROM', transient],
    appended: ['INSERT INTO', transient],
    hive_appended: ['INSERT INTO', transient],
    merged: ['MERGE INTO', transient],
  });
  const before = fail('before', { replaced: ['INSERT INTO', users] });
  const { code, stderr, calls } = await shop.run(['build']);
  expect(code, stderr).toBe(1);
  const sent = statementsOf(calls);
  for (const [name, { failed }] of [...after, ...before]) {
    // Of a Hive table's INSERT the same token asks again how it ended, which starts nothing.
    if (name === 'hive_appended') continue;
    expect(
      sent.filter((sql) => failed.includes(sql)),
      name,
    ).toHaveLength(1);
  }
  expectFailed([...after, ...before]);
  // Nobody saw what was done on a clone.
  await expectRows(['orders', 'hive_orders'], 6);
  await expectRows(['kept', 'appended', 'merged', 'replaced'], 4);
  // A Hive table's rows were there, and were taken back.
  await expectRows(['hive_appended'], 4);
  expect(stderr).toMatch(/its rows were taken back: \S*hive_appended is as it was/);
  expect(stderr).toContain('INVALID_CAST_ARGUMENT');
  await shop.build();
  await expectRows(names, 6);
});
