import type { EngineResult, QueryRows, Session } from '../core/adapter.js';
import { errorDiagnostic } from '../core/diagnostic.js';
import type { PlannedTest } from '../core/plan.js';
import type { NodeResult, NodeStatus } from '../core/run-results.js';
import { didYouMean } from '../core/suggest.js';
import { compareRows } from './compare-rows.js';
import { describeFailure } from './describe-failure.js';
import type { NodeContext } from './execute-node.js';

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
  const { signal } = context;
  const startedAt = context.now();
  context.start(node);
  const executedSql: string[] = [];
  const ended = (
    status: NodeStatus,
    message: string,
    rest: Partial<Pick<NodeResult, 'failures' | 'diagnostics' | 'failingRows'>> = {},
  ): NodeResult => {
    const completedAt = context.now();
    return {
      uniqueId: node.uniqueId,
      node,
      status,
      message,
      rowsAffected: null,
      failures: null,
      startedAt: new Date(startedAt).toISOString(),
      completedAt: new Date(completedAt).toISOString(),
      executionMs: completedAt - startedAt,
      threadId: context.threadId,
      diagnostics: [],
      executedSql,
      compiledSql: test.compiledSql,
      adapterResponse: {},
      ...rest,
    };
  };
  const query = async (sql: string): Promise<EngineResult<QueryRows>> => {
    executedSql.push(sql);
    return session.query(sql, { limit: null, signal });
  };

  const run = async (): Promise<NodeResult> => {
    if (signal.aborted) return ended('cancelled', 'the run was cancelled');
    const actual = await query(test.sql);
    const wanted = !actual.ok || expected?.sql == null ? null : await query(expected.sql);
    const failed = !actual.ok ? actual : wanted?.ok === false ? wanted : null;
    if (failed !== null) {
      if (failed.failure.cancelled) return ended('cancelled', 'the run was cancelled');
      const { sql: engineSql, toSource } = test;
      const diagnostic = describeFailure(failed.failure, { node, engineSql, toSource });
      return ended('error', diagnostic.message, { diagnostics: [diagnostic] });
    }
    if (!actual.ok) throw new Error('unreachable');
    const rows = wanted?.ok === true ? wanted.value : { columns: [], rows: [] };
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
