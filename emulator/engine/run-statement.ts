import { createTableAs } from './dml/create-table-as.js';
import { deleteRows, updateRows } from './dml/change-rows.js';
import { insert } from './dml/insert.js';
import { merge } from './dml/merge.js';
import { optimize, vacuum } from './dml/maintain.js';
import { explain, select } from './dml/select.js';
import { unload } from './dml/unload.js';
import { alterTable } from './ddl/alter-table.js';
import { alterDatabase, createDatabase, dropDatabase } from './ddl/databases.js';
import { repairTable } from './ddl/partitions.js';
import {
  describe,
  showColumns,
  showCreateTable,
  showCreateView,
  showDatabases,
  showPartitions,
  showProperties,
  showTables,
} from './ddl/show.js';
import { createTable, dropTable } from './ddl/tables.js';
import { createView, dropView } from './ddl/views.js';
import type { Outcome } from './outcome.js';
import type { Statement } from './sql/statement.js';
import type { StatementContext } from './statement-context.js';

/** Does what a statement says. Throws `EngineError`. */
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
    case 'drop-view':
      return dropView(context, statement);
    case 'create-database':
      return createDatabase(context, statement);
    case 'alter-database':
      return alterDatabase(context, statement);
    case 'drop-database':
      return dropDatabase(context, statement);
    case 'create-table':
      return createTable(context, statement);
    case 'drop-table':
      return dropTable(context, statement);
    case 'alter-table':
      return alterTable(context, statement);
    case 'repair-table':
      return repairTable(context, statement);
    case 'show-databases':
      return showDatabases(context, statement);
    case 'show-tables':
    case 'show-views':
      return showTables(context, statement);
    case 'show-columns':
      return showColumns(context, statement);
    case 'show-partitions':
      return showPartitions(context, statement);
    case 'show-properties':
      return showProperties(context, statement);
    case 'show-create-table':
      return showCreateTable(context, statement);
    case 'show-create-view':
      return showCreateView(context, statement);
    case 'describe':
      return describe(context, statement);
    case 'describe-view':
      return describe(context, { table: statement.name, form: 'plain' });
  }
}
