import { createTableAs } from './dml/create-table-as.js';
import { deleteRows, updateRows } from './dml/change-rows.js';
import { insert } from './dml/insert.js';
import { merge } from './dml/merge.js';
import { optimize, vacuum } from './dml/maintain.js';
import { explain, select } from './dml/select.js';
import { unload } from './dml/unload.js';
import { runCatalogStatement } from './ddl/run-catalog-statement.js';
import { createView } from './ddl/views.js';
import type { Outcome } from './outcome.js';
import type { Statement } from './sql/statement.js';
import type { StatementContext } from './statement-context.js';

/** Does what a statement says, with DuckDB. Throws `EngineError`. */
export async function runStatement(
  context: StatementContext,
  statement: Statement,
): Promise<Outcome> {
  switch (statement.kind) {
    case 'query':
      return select(context, statement.query);
    case 'explain':
      return explain(context, statement);
    case 'create-table-as':
      return createTableAs(context, statement);
    case 'insert':
      return insert(context, statement);
    case 'unload':
      return unload(context, statement);
    case 'merge':
      return merge(context, statement);
    case 'update':
      return updateRows(context, statement);
    case 'delete':
      return deleteRows(context, statement);
    case 'optimize':
      return optimize(context, statement);
    case 'vacuum':
      return vacuum(context, statement);
    case 'create-view':
      return createView(context, statement);
    default:
      return runCatalogStatement(context, statement);
  }
}
