import { nothing, type Outcome } from '../outcome.js';
import type { Statement } from '../sql/statement.js';
import type { StatementContext } from '../statement-context.js';
import { ownAlias, translatePieces } from './change-rows.js';
import { findIcebergTarget } from './find-target.js';

/** OPTIMIZE … REWRITE DATA USING BIN_PACK. */
export async function optimize(
  context: StatementContext,
  statement: Extract<Statement, { kind: 'optimize' }>,
): Promise<Outcome> {
  const table = findIcebergTarget(context, statement.table, 'Optimizing');
  let where: string | undefined;
  if (statement.where !== undefined) {
    const { columns } = await context.iceberg.read(context, table);
    const query = await translatePieces(
      context,
      [`SELECT * FROM "$stedi"."target" AS ${ownAlias(statement.table)} WHERE `, statement.where],
      new Map([['target', columns]]),
    );
    const [, condition] = /\bWHERE\b(.*)$/is.exec(query.sql) ?? [];
    where = condition?.trim();
  }
  const outcome = await context.iceberg.optimize(context, table, where);
  return { ...nothing, writtenFiles: outcome.writtenFiles };
}

/** VACUUM. */
export async function vacuum(
  context: StatementContext,
  statement: Extract<Statement, { kind: 'vacuum' }>,
): Promise<Outcome> {
  const table = findIcebergTarget(context, statement.table, 'Vacuuming');
  await context.iceberg.vacuum(context, table);
  return nothing;
}
