import { quoteName } from '../../../src/adapters/duckdb/quote.js';
import type { Span } from '../../../src/core/sql-syntax.js';
import { userError } from '../errors.js';
import type { Outcome } from '../outcome.js';
import {
  translateQuery,
  type LocalRelations,
  type TranslatedQuery,
} from '../query/translate-query.js';
import { composeText, placeOf, wholeText } from '../sql/mapped-text.js';
import type { Name, Statement } from '../sql/statement.js';
import { currentDatabase, type StatementContext } from '../statement-context.js';
import { findIcebergTarget } from './find-target.js';
import {
  assignedColumn,
  changedRows,
  countRows,
  replaceRows,
  requireAssignable,
  rowColumn,
  stagedTarget,
  stageTarget,
} from './staged-target.js';

type Delete = Extract<Statement, { kind: 'delete' }>;
type Update = Extract<Statement, { kind: 'update' }>;

/** Translates a query that is made of pieces of the statement. */
export async function translatePieces(
  context: StatementContext,
  pieces: readonly (string | Span)[],
  local: LocalRelations,
): Promise<TranslatedQuery> {
  const original = context.request.sql;
  return translateQuery(context, composeText(wholeText(original), pieces), {
    original,
    database: currentDatabase(context),
    local,
  });
}

/** The name by which a statement without an alias calls its table. */
export function ownAlias({ parts }: Name): string {
  return quoteName(parts.at(-1) ?? '');
}

function fromTarget(table: Name, where: Span | undefined): readonly (string | Span)[] {
  const from = ` FROM ${stagedTarget} AS ${ownAlias(table)}`;
  return where === undefined ? [from] : [`${from} WHERE `, where];
}

/** DELETE FROM an Iceberg table. */
export async function deleteRows(context: StatementContext, statement: Delete): Promise<Outcome> {
  const table = findIcebergTarget(context, statement.table, 'Deleting');
  const target = await stageTarget(context, table);
  const row = quoteName(rowColumn);
  const found = await translatePieces(
    context,
    [`SELECT ${row}`, ...fromTarget(statement.table, statement.where)],
    new Map([['target', target.known]]),
  );
  await context.duck.run(`create table "$stedi"."found" as ${found.sql}`);
  return replaceRows(context, table, target, {
    gone: 'select * from "$stedi"."found"',
    added: [],
    operation: 'delete',
    count: await countRows(context, '"$stedi"."found"'),
  });
}

/** UPDATE of an Iceberg table. */
export async function updateRows(context: StatementContext, statement: Update): Promise<Outcome> {
  const original = context.request.sql;
  const table = findIcebergTarget(context, statement.table, 'Updating');
  const target = await stageTarget(context, table);
  const { assignments } = statement;
  const columns = assignments.map(({ column, start }) =>
    assignedColumn(target.columns, column, placeOf(original, start)),
  );
  const repeated = columns.find((column, index) => columns.indexOf(column) !== index);
  if (repeated !== undefined) {
    throw userError(
      'semantic',
      `SYNTAX_ERROR: line 1:1: Multiple assignments for column: ${repeated.name}`,
    );
  }
  const values = assignments.flatMap(({ value }, index) => [', (', value, `) AS v${index}`]);
  const found = await translatePieces(
    context,
    [`SELECT ${quoteName(rowColumn)}`, ...values, ...fromTarget(statement.table, statement.where)],
    new Map([['target', target.known]]),
  );
  requireAssignable(
    columns,
    found.columns.slice(1),
    "UPDATE table column types don't match SET expressions",
  );
  await context.duck.run(`create table "$stedi"."found" as ${found.sql}`);
  return replaceRows(context, table, target, {
    gone: `select ${quoteName(rowColumn)} from "$stedi"."found"`,
    added: [changedRows('"$stedi"."found"', target, columns)],
    operation: 'update',
    count: await countRows(context, '"$stedi"."found"'),
  });
}
