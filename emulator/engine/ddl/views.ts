import { ownCatalogName } from '../../core/data-catalogs.js';
import { GlueError } from '../../core/glue-catalog.js';
import { userError } from '../errors.js';
import { isView } from '../hive/table-storage.js';
import { requirePlainName } from '../names.js';
import { nothing, type Outcome } from '../outcome.js';
import { prestoViewTable } from '../query/presto-view.js';
import { findTableReferences } from '../query/table-references.js';
import { embeddedText, translateQuery } from '../query/translate-query.js';
import { wholeText } from '../sql/mapped-text.js';
import type { Statement } from '../sql/statement.js';
import {
  currentDatabase,
  displayName,
  resolveName,
  type CatalogStatementContext,
  type StatementContext,
} from '../statement-context.js';

/**
 * No view is made with catalogs of other accounts (Athena User Guide, "Cross-account access to Data Catalogs"). The text is
 * not sourced.
 */
function refuseOtherCatalogs(
  context: StatementContext,
  { name: target, query }: Extract<Statement, { kind: 'create-view' }>,
): void {
  const read = findTableReferences(query.query).flatMap(({ name }) =>
    name.parts.length === 3 ? [name.parts[0]?.value ?? ''] : [],
  );
  const own = context.findGlue(ownCatalogName);
  const foreign = [resolveName(context, target).catalog, context.catalog, ...read].find((name) => {
    const glue = context.findGlue(name);
    return glue !== undefined && glue !== own;
  });
  if (foreign === undefined) return;
  throw userError(
    'notSupported',
    `NOT_SUPPORTED: line 1:1: CREATE VIEW is not supported with the cross-account catalog '${foreign}'`,
  );
}

/** CREATE [OR REPLACE] VIEW: the query is checked now, and read anew whenever the view is. */
export async function createView(
  context: StatementContext,
  statement: Extract<Statement, { kind: 'create-view' }>,
): Promise<Outcome> {
  const original = context.request.sql;
  const name = resolveName(context, statement.name);
  requirePlainName(name.table);
  if (!context.glue.listDatabases().some(({ Name }) => Name === name.database)) {
    throw userError(
      'notFound',
      `SCHEMA_NOT_FOUND: line 1:1: Schema '${name.database}' does not exist`,
    );
  }
  const existing = context.glue.findTable(name.database, name.table);
  if (existing !== undefined && (!isView(existing) || !statement.replace)) {
    const what = isView(existing) ? 'View' : 'Table';
    throw userError(
      'tableExists',
      `TABLE_ALREADY_EXISTS: line 1:1: ${what} already exists: '${displayName(name)}'`,
    );
  }
  refuseOtherCatalogs(context, statement);
  const text = embeddedText(wholeText(original), statement.query);
  const translated = await translateQuery(context, text, {
    original,
    database: currentDatabase(context),
    storesResult: true,
    views: [displayName(name)],
  });
  const input = prestoViewTable(name.table, {
    originalSql: text.text,
    catalog: context.catalog,
    schema: currentDatabase(context),
    columns: translated.columns.map(({ name: column = '', type }) => ({
      name: column.toLowerCase(),
      type,
    })),
    ...(statement.comment !== undefined && { comment: statement.comment }),
  });
  try {
    if (existing === undefined) context.glue.createTable(name.database, input);
    else context.glue.updateTable(name.database, input);
  } catch (error) {
    if (!(error instanceof GlueError) || error.code !== 'AlreadyExistsException') throw error;
    throw userError(
      'tableExists',
      `TABLE_ALREADY_EXISTS: line 1:1: View already exists: '${displayName(name)}'`,
    );
  }
  return nothing;
}

/** DROP VIEW [IF EXISTS]. */
export function dropView(
  context: CatalogStatementContext,
  statement: Extract<Statement, { kind: 'drop-view' }>,
): Outcome {
  const name = resolveName(context, statement.name);
  const table = context.glue.listDatabases().some(({ Name }) => Name === name.database)
    ? context.glue.findTable(name.database, name.table)
    : undefined;
  if (table === undefined) {
    if (statement.ifExists) return nothing;
    throw userError(
      'notFound',
      `TABLE_NOT_FOUND: line 1:1: View '${displayName(name)}' does not exist`,
    );
  }
  if (!isView(table)) {
    throw userError(
      'notSupported',
      `TABLE_NOT_FOUND: line 1:1: View '${displayName(name)}' does not exist, but a table with that name exists. Did you mean DROP TABLE ${displayName(name)}?`,
    );
  }
  context.glue.deleteTable(name.database, name.table);
  return nothing;
}
