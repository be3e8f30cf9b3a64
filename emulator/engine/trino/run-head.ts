import { dropView } from '../ddl/views.js';
import { findIcebergTarget, findTarget } from '../dml/find-target.js';
import { emulatorLimitation, userError } from '../errors.js';
import { isView } from '../hive/table-storage.js';
import { writtenRows, type Outcome } from '../outcome.js';
import { resultColumn } from '../query-result.js';
import { composeText, wholeText, type MappedText } from '../sql/mapped-text.js';
import type { ScannedStatement } from '../sql/parse-statement.js';
import type { Name } from '../sql/statement.js';
import { createTableAs } from './create-table-as.js';
import { createView } from './create-view.js';
import { optimize, vacuum } from './maintain.js';
import type { Head } from './read-head.js';
import {
  findWrittenFiles,
  runOnTrino,
  writerProperties,
  type TrinoContext,
} from './trino-context.js';
import { formatTrinoValue, readTrinoType } from './trino-value.js';

/** The statement as it was sent, without the semicolon at its end. */
function statementText(context: TrinoContext, { tokens }: ScannedStatement): MappedText {
  const end = tokens.at(-1)?.end ?? context.request.sql.length;
  return composeText(wholeText(context.request.sql), [{ start: 0, end }]);
}

/** SELECT, EXPLAIN. */
async function select(context: TrinoContext, statement: ScannedStatement): Promise<Outcome> {
  const result = await runOnTrino(context, statementText(context, statement));
  const types = result.columns.map(({ type }) => readTrinoType(context.toolkit, type));
  const rows = result.rows.map((row) =>
    row.map((value, index) =>
      value === null ? null : formatTrinoValue(value, types[index] ?? { kind: 'any' }),
    ),
  );
  const isPlan = statement.substatementType === 'EXPLAIN';
  return {
    columns: result.columns.map(({ name }, index) =>
      resultColumn(name, types[index] ?? { kind: 'any' }),
    ),
    // Athena gives a plan line by line.
    rows: isPlan ? rows.flatMap(([plan]) => (plan ?? '').split('\n').map((line) => [line])) : rows,
    updateCount: null,
    writtenFiles: [],
  };
}

async function write(context: TrinoContext, statement: ScannedStatement): Promise<Outcome> {
  const text = statementText(context, statement);
  const { updateCount, queryId } = await runOnTrino(context, text, writerProperties(context));
  return writtenRows(updateCount ?? 0, findWrittenFiles(context, queryId));
}

/** What Athena refuses and Trino would do. Source: Athena User Guide, insert-into. */
function requireInsertable(context: TrinoContext, name: Name): void {
  const table = findTarget(context, name);
  if (isView(table)) {
    throw userError(
      'notSupported',
      'NOT_SUPPORTED: line 1:1: Inserting into views is not supported',
    );
  }
  if ((table.StorageDescriptor?.BucketColumns ?? []).length > 0) {
    throw userError(
      'notSupported',
      'NOT_SUPPORTED: INSERT INTO is not supported on bucketed tables',
    );
  }
}

/** Does what a statement of Trino's dialect says. Throws `EngineError`. */
export async function runHead(
  context: TrinoContext,
  head: Head,
  statement: ScannedStatement,
): Promise<Outcome> {
  switch (head.kind) {
    case 'other':
      return select(context, statement);
    case 'insert':
      requireInsertable(context, head.table);
      return write(context, statement);
    case 'merge':
      findIcebergTarget(context, head.table, 'Merging');
      return write(context, statement);
    case 'update':
      findIcebergTarget(context, head.table, 'Updating');
      return write(context, statement);
    case 'delete':
      findIcebergTarget(context, head.table, 'Deleting');
      return write(context, statement);
    case 'create-table-as':
      return createTableAs(context, head);
    case 'create-view':
      return createView(context, statementText(context, statement), head.table);
    case 'drop-view':
      return dropView(context, { kind: 'drop-view', name: head.table, ifExists: head.ifExists });
    case 'optimize':
      return optimize(context, head);
    case 'vacuum':
      return vacuum(context, head);
    case 'unload':
      throw emulatorLimitation('UNLOAD has no place on Trino; it runs on the engine duckdb');
  }
}
