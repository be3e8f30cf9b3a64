import { findIcebergTarget } from '../dml/find-target.js';
import { nothing, type Outcome } from '../outcome.js';
import { composeText, wholeText } from '../sql/mapped-text.js';
import { displayName, resolveName } from '../statement-context.js';
import { icebergCatalog } from './trino-catalogs.js';
import { findWrittenFiles, runOnTrino, type TrinoContext } from './trino-context.js';
import { quoteTrino } from './trino-sql.js';
import type { Head } from './read-head.js';

type Of<Kind extends Head['kind']> = Extract<Head, { kind: Kind }>;

/** OPTIMIZE … REWRITE DATA USING BIN_PACK. */
export async function optimize(context: TrinoContext, head: Of<'optimize'>): Promise<Outcome> {
  findIcebergTarget(context, head.table, 'Optimizing');
  const name = displayName(resolveName(context, head.table)).split('.').map(quoteTrino).join('.');
  const text = composeText(wholeText(context.request.sql), [
    `ALTER TABLE ${name} EXECUTE optimize`,
    ...(head.where === undefined ? [] : [' WHERE ', head.where]),
  ]);
  const { queryId } = await runOnTrino(context, text);
  return { ...nothing, writtenFiles: findWrittenFiles(context, queryId) };
}

const defaultAgeSeconds = '432000';

/** VACUUM: snapshots beyond the table's age go, then the files that nothing of the table leads to. */
export async function vacuum(context: TrinoContext, head: Of<'vacuum'>): Promise<Outcome> {
  findIcebergTarget(context, head.table, 'Vacuuming');
  const { database, table } = resolveName(context, head.table);
  const place = [icebergCatalog(context.port), database].map(quoteTrino).join('.');
  const run = (sql: string) => runOnTrino(context, wholeText(sql));
  const { rows } = await run(
    `SELECT value FROM ${place}.${quoteTrino(`${table}$properties`)} WHERE key = 'vacuum_max_snapshot_age_seconds'`,
  );
  const [value] = rows[0] ?? [];
  const age = typeof value === 'string' ? value : defaultAgeSeconds;
  for (const procedure of ['expire_snapshots', 'remove_orphan_files']) {
    await run(
      `ALTER TABLE ${place}.${quoteTrino(table)} EXECUTE ${procedure}(retention_threshold => '${age}s')`,
    );
  }
  return nothing;
}
