import type { StatementOutcome } from '../../core/engine.js';
import { resultColumn, runQuery } from '../query-result.js';
import { embeddedText, translateQuery } from '../query/translate-query.js';
import { wholeText } from '../sql/mapped-text.js';
import type { EmbeddedQuery, Statement } from '../sql/statement.js';
import { currentDatabase, type StatementContext } from '../statement-context.js';

type Outcome = Omit<StatementOutcome, 'scannedBytes'>;

/** SELECT, WITH, VALUES, TABLE. */
export async function select(context: StatementContext, query: EmbeddedQuery): Promise<Outcome> {
  const original = context.request.sql;
  const translated = await translateQuery(context, embeddedText(wholeText(original), query), {
    original,
    database: currentDatabase(context),
  });
  const result = await runQuery(context.duck, translated.sql, translated.columns);
  return { ...result, updateCount: null, writtenFiles: [] };
}

/** EXPLAIN: the statement is read and translated; the plan is DuckDB's, one row a line. */
export async function explain(
  context: StatementContext,
  { statement, analyze }: Extract<Statement, { kind: 'explain' }>,
): Promise<Outcome> {
  const columns = [resultColumn('Query Plan', { kind: 'varchar' })];
  const query = 'query' in statement ? statement.query : undefined;
  if (query === undefined) {
    return { columns, rows: [[statement.kind]], updateCount: null, writtenFiles: [] };
  }
  const original = context.request.sql;
  const translated = await translateQuery(context, embeddedText(wholeText(original), query), {
    original,
    database: currentDatabase(context),
  });
  const rows = await context.duck.query(`explain ${analyze ? 'analyze ' : ''}${translated.sql}`);
  const lines = rows.flatMap((row) => String(row['explain_value']).trimEnd().split('\n'));
  return { columns, rows: lines.map((line) => [line]), updateCount: null, writtenFiles: [] };
}
