import type { Graph } from '../core/graph.js';
import type { TestNode, UniqueId } from '../core/node.js';
import type { PlanOrder } from './plan-order.js';

/**
 * Returns what tells the tests of their own that a model waits for, so that a failing one skips it, as in dbt:
 * tests that can fail of what the model reads, unless they also read something that does not lie above the model. They
 * come in the order of `standalone`.
 */
export function indexTestsBefore(
  standalone: readonly TestNode[],
  order: PlanOrder,
  graph: Graph,
): (model: UniqueId) => readonly UniqueId[] {
  interface NumberedTest {
    readonly id: UniqueId;
    readonly number: number;
    readonly parents: readonly UniqueId[];
  }
  const unitTests = new Map<UniqueId, NumberedTest[]>();
  /** By one of the relations that they read: where that does not lie above a model, nor do all of them. */
  const dataTests = new Map<UniqueId, NumberedTest[]>();
  for (const [number, test] of standalone.entries()) {
    if (test.severity !== 'error' && test.failsOnWarning !== true) continue;
    const parents = graph.parents.get(test.uniqueId) ?? [];
    const [index, key] =
      test.unit === undefined ? [dataTests, order.last(parents)] : [unitTests, test.unit.model];
    if (key === undefined) continue;
    const tests = index.get(key) ?? [];
    tests.push({ id: test.uniqueId, number, parents });
    index.set(key, tests);
  }
  return (model) => {
    const above = order.ancestorsOf(model);
    return [
      ...(unitTests.get(model) ?? []),
      ...[...above]
        .flatMap((id) => dataTests.get(id) ?? [])
        .filter(({ parents }) => parents.every((parent) => above.has(parent))),
    ]
      .sort((one, other) => one.number - other.number)
      .map(({ id }) => id);
  };
}
