import { alterTable } from './alter-table.js';
import { alterDatabase, createDatabase, dropDatabase } from './databases.js';
import { repairTable } from './partitions.js';
import {
  describe,
  showColumns,
  showCreateTable,
  showCreateView,
  showDatabases,
  showPartitions,
  showProperties,
  showTables,
} from './show.js';
import { createTable, dropTable } from './tables.js';
import { dropView } from './views.js';
import type { Outcome } from '../outcome.js';
import type { Statement } from '../sql/statement.js';
import type { CatalogStatementContext } from '../statement-context.js';

/** A statement about databases, tables, partitions and views, which no engine's SQL is needed for. */
export type CatalogStatement = Exclude<
  Statement,
  {
    kind:
      | 'query'
      | 'explain'
      | 'create-table-as'
      | 'insert'
      | 'unload'
      | 'merge'
      | 'update'
      | 'delete'
      | 'optimize'
      | 'vacuum'
      | 'create-view';
  }
>;

/** Does what a statement about the catalog says: DDL over Glue, as on Athena, whichever engine runs queries. */
export async function runCatalogStatement(
  context: CatalogStatementContext,
  statement: CatalogStatement,
): Promise<Outcome> {
  switch (statement.kind) {
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
