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

  const works: Promise<void>[] = [];
  let failed: { readonly bug: unknown } | undefined;

  function begin(work: Promise<void>): void {
    works.push(
      work.catch((bug: unknown) => {
        failed ??= { bug };
      }),
    );
  }

  async function work(threadId: string): Promise<void> {
    for (let test = open.shift(); test !== undefined; test = open.shift()) {
      const result = await executeTest(test, session, { ...context, threadId: () => threadId });
      results.set(test, result);
      if (result.status === 'cancelled' || result.status === 'error') open.splice(0);
      borrowThreads();
    }
  }

  /** Takes the threads that are free, also those that become free while tests run; one test is left for who borrows. */
  function borrowThreads(): void {
    while (open.length > 1) {
      const thread = context.borrowThread?.();
      if (thread === undefined) break;
      begin(work(thread.id).finally(() => thread.giveBack()));
    }
  }

  borrowThreads();
  begin(work(context.threadId()));
  // Models that are staged ahead take the threads that are left.
  context.noteStaged?.();
  for (let begun = 0; begun < works.length;) {
    begun = works.length;
    await Promise.all(works);
  }
  if (failed !== undefined) throw failed.bug;
  return tests.flatMap((test) => results.get(test) ?? []);
}
