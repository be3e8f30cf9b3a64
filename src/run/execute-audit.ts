import type { Session } from '../core/adapter.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult } from '../core/run-results.js';
import type { NodeContext } from './execute-node.js';
import { executeTest } from './execute-test.js';

/**
 * Runs the tests that gate a model and returns how those ended that were run, in their order. Where the engine runs the
 * queries of a session side by side, tests also take the threads that no other node needs. After a cancelled test, or one
 * that the engine refused, none is started: an engine may refuse whatever follows in a transaction.
 */
export async function executeAudit(
  tests: readonly PlannedTest[],
  session: Session,
  context: NodeContext,
): Promise<readonly NodeResult[]> {
  const results = new Map<PlannedTest, NodeResult>();
  const open = [...tests];

  async function work(threadId: string): Promise<void> {
    for (let test = open.shift(); test !== undefined; test = open.shift()) {
      const result = await executeTest(test, session, { ...context, threadId });
      results.set(test, result);
      if (result.status === 'cancelled' || result.status === 'error') open.splice(0);
    }
  }

  const others: Promise<void>[] = [];
  while (others.length + 1 < tests.length) {
    const thread = context.borrowThread?.();
    if (thread === undefined) break;
    others.push(work(thread.id).finally(() => thread.giveBack()));
  }
  await Promise.all([work(context.threadId), ...others]);
  return tests.flatMap((test) => results.get(test) ?? []);
}
