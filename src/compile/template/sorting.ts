import { compareOrder } from './comparing.js';
import type { Run } from './run.js';
import type { Value } from './values.js';

/** Returns the items in order of their keys; equal ones stay as they are, also in reverse, as Python sorts. */
export function sortItems(
  items: readonly Value[],
  keyOf: (item: Value) => Value,
  options: { readonly reverse: boolean },
  run: Run,
): Value[] {
  run.budget.allocateItems(items.length);
  const sign = options.reverse ? -1 : 1;
  return items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((left, right) => sign * compareOrder(left.key, right.key, run))
    .map(({ item }) => item);
}
