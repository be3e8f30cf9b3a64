import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentsOf,
  everyKind,
  everyName,
  expectedContents,
  rowsOfDay,
  Shop,
  type Contents,
} from '../testing/athena-shop.js';

describe('every materialization and incremental strategy on Trino', () => {
  const days = [1, 2, 3];
  const found: Contents[] = [];
  let shop: Shop;
  beforeAll(async () => {
    shop = await Shop.open(everyKind, { rows: rowsOfDay(1) });
    for (const day of days) {
      await shop.land(rowsOfDay(day));
      await shop.build();
      found.push(await contentsOf(shop));
    }
  });
  afterAll(() => shop.close());

  it.each(everyName)('%s holds what it should after each of three days', (name) => {
    for (const day of days) {
      expect(found[day - 1]?.[name], `day ${day}`).toEqual(expectedContents(day)[name]);
    }
  });

  it('leaves no staged table, and gc takes away nothing that is read', async () => {
    expect(shop.tables().filter((name) => name.includes('__staged_'))).toEqual([]);
    const { code, stderr } = await shop.run(['gc', '--apply', '--grace', '0m']);
    expect(code, stderr).toBe(0);
    // What the first run found unread, the second removes.
    await shop.run(['gc', '--apply', '--grace', '0m']);
    expect(await contentsOf(shop)).toEqual(expectedContents(days.length));
  });
});
