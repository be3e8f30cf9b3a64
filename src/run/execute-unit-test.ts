import type { Session } from '../core/adapter.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult } from '../core/run-results.js';
import { didYouMean } from '../core/suggest.js';
import { compareRows } from './compare-rows.js';
import type { NodeContext } from './execute-node.js';
import { startTest } from './test-report.js';

/** How many differing rows are shown. */
const shownRows = 20;

/**
 * Runs a unit test on the embedded engine, compares the rows that the model's SQL returns with those that are expected,
 * and reports and returns how it ended. Diagnostics: those of the engine, `test-invalid` for a column that is not there.
 */
export async function executeUnitTest(
  test: PlannedTest,
  session: Session,
  context: NodeContext,
): Promise<NodeResult> {
  const { node, expected } = test;
  const { query, ended, cancelled, refused } = startTest(test, session, context);

  const run = async (): Promise<NodeResult> => {
    if (context.signal.aborted) return cancelled();
    if (test.refused) {
      return ended('error', test.refused.message, { diagnostics: [test.refused] });
    }
    const actual = await query(test.sql, null);
    if (!actual.ok) return refused(actual.failure);
    const wanted = expected?.sql == null ? null : await query(expected.sql, null);
    if (wanted?.ok === false) return refused(wanted.failure);
    const rows = wanted?.value ?? { columns: [], rows: [] };
    const compared = compareRows(actual.value, rows, {
      columns: expected?.columns ?? null,
    });
    if ('missing' in compared) {
      const names = actual.value.columns.map(({ name }) => name);
      const message = `unit test '${node.name}' expects the column '${compared.missing}', which the model does not return`;
      const hint = didYouMean(compared.missing, names, `its columns are ${names.join(', ')}`);
      const diagnostic = errorDiagnostic('test-invalid', message, {
        location: node.unit?.expectLocation ?? node.location,
        hint,
      });
      return ended('error', message, { diagnostics: [diagnostic] });
    }
    const { differences, equalCount } = compared;
    const count = differences.rows.length;
    if (count === 0) return ended('pass', 'OK', { failures: 0 });
    const message = `${count === 1 ? '1 row differs' : `${count} rows differ`} from what is expected, ${equalCount} ${equalCount === 1 ? 'is' : 'are'} equal (→ differs, --- is missing, +++ is not expected)`;
    return ended('fail', message, {
      failures: count,
      failingRows: { ...differences, rows: differences.rows.slice(0, shownRows) },
    });
  };
  const result = await run();
  context.finish(result);
  return result;
}
