import type { StatementRun } from '../client/query-runner.js';
import type { NodeWork } from '../node-work.js';

/**
 * Returns how many rows statements wrote; `null` where one of them cannot be counted, as `null` among them cannot. The rows
 * are written: to fail for their number would have somebody write them again. One call for each.
 */
export async function countRows(
  { context }: NodeWork,
  runs: readonly (StatementRun | null)[],
  signal: AbortSignal,
): Promise<number | null> {
  const counts = await Promise.all(
    runs.map(async (run) => {
      if (run === null) return null;
      const counted = await context.client.queries.readUpdateCount(run, { signal });
      return counted.ok ? counted.value : null;
    }),
  );
  return counts.reduce((sum, count) => (sum === null || count === null ? null : sum + count), 0);
}
