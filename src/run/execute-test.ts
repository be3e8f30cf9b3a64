import type { QueryRows, Session } from '../core/adapter.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult } from '../core/run-results.js';
import type { NodeContext } from './execute-node.js';
import { startTest } from './test-report.js';

/** How many failing rows are shown. */
const shownRows = 5;

/** What an engine says of the rows that a test returned. */
interface Judged {
  /** `null` where `fail_calc` is null or no number. */
  readonly failures: number | null;
  readonly shouldWarn: boolean;
  readonly shouldError: boolean;
}

/** Returns the statement that judges the rows of a test. */
function judgingStatement({ sql, judgementSql }: PlannedTest): string {
  // On lines of its own, so that a comment at the end of the test swallows nothing.
  return judgementSql === undefined
    ? `select count(*) as failures from (\n${sql}\n) as failing_rows`
    : `with failing_rows as (\n${sql}\n)\n${judgementSql}`;
}

function readJudged([row = []]: QueryRows['rows']): Judged {
  const [failures, shouldWarn, shouldError] = row;
  const count = failures === null || failures === undefined ? Number.NaN : Number(failures);
  return {
    failures: Number.isNaN(count) ? null : count,
    shouldWarn: shouldWarn === undefined ? count !== 0 : Number(shouldWarn) === 1,
    shouldError: shouldError === undefined ? count !== 0 : Number(shouldError) === 1,
  };
}

/**
 * Runs a data test, judges the rows it returns, keeps them if it is to, and reports and returns how it ended. The first
 * rows of a test that failed or warned are part of the result. Diagnostics: those of the engine, `test-invalid`.
 */
export async function executeTest(
  test: PlannedTest,
  session: Session,
  context: NodeContext,
): Promise<NodeResult> {
  const { node } = test;
  const { signal } = context;
  const report = startTest(test, session, context);
  const { ended, cancelled, refused } = report;

  const run = async (): Promise<NodeResult> => {
    if (signal.aborted) return cancelled();
    if (test.refused) {
      return ended('error', test.refused.message, { diagnostics: [test.refused] });
    }
    const counted = await report.query(judgingStatement(test), null);
    if (!counted.ok) return refused(counted.failure);
    const { failures, shouldWarn, shouldError } = readJudged(counted.value.rows);
    if (failures === null) {
      const message = `the fail_calc of test '${node.name}' is null or no number`;
      const hint = 'an aggregate such as sum() is null over no rows; write coalesce(sum(…), 0)';
      const { location } = node;
      const diagnostic = errorDiagnostic('test-invalid', message, { location, hint });
      return ended('error', message, { diagnostics: [diagnostic] });
    }
    if (test.store !== undefined) {
      const stored = await session.execute(test.store, signal);
      if (!stored.ok) return refused(stored.failure);
      report.note(stored.value.executedSql);
    }
    const isError = node.severity === 'error' && shouldError;
    const fails = isError || (node.failsOnWarning === true && shouldWarn);
    // As dbt writes it, a test that passes has no failures, however many rows are allowed.
    if (!fails && !shouldWarn) return ended('pass', 'OK', { failures: 0 });

    const shown = await report.query(test.sql, shownRows);
    if (!shown.ok && shown.failure.cancelled) return cancelled();
    const rows = failures === 1 ? '1 result' : `${failures} results`;
    const { warnIf = '!= 0', errorIf = '!= 0' } = node.judgement ?? {};
    const message = fails
      ? `Got ${rows}, configured to fail if ${isError ? errorIf : warnIf}`
      : `Got ${rows}, configured to warn if ${warnIf}`;
    return ended(fails ? 'fail' : 'warn', message, {
      failures,
      ...(shown.ok && shown.value.rows.length > 0 && { failingRows: shown.value }),
    });
  };
  const result = await run();
  context.finish(result);
  return result;
}
