import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { EngineResult, StepOutcome } from '../../core/adapter.js';
import { errorDiagnostic } from '../../core/diagnostic.js';
import type { Step } from '../../core/plan.js';
import { findRelationType } from './catalog.js';
import type { Connection } from './connection.js';
import { persistDocs } from './persist-docs.js';
import { quoteName, quoteRelation, quoteText } from './quote.js';

/**
 * Writes the staged rows to a file and makes a view of it, as dbt-duckdb does: a file without rows would not tell its columns, so
 * that it has one row without values, which the view leaves out. DuckDB writes a file beside its place first; until that is
 * done, the old file and the old view stay.
 */
export async function publishFile(
  connection: Connection,
  { staged, published, file, model }: Extract<Step, { kind: 'publish-file' }>,
  root: string,
): Promise<EngineResult<StepOutcome>> {
  const executedSql: string[] = [];
  const run = async (statement: string): Promise<EngineResult<StepOutcome>> => {
    const done = await connection.run(statement);
    if (!done.ok) return done;
    executedSql.push(statement);
    return { ok: true, value: { executedSql, rowsAffected: null, response: {} } };
  };
  const table = quoteRelation(staged);
  const counted = await connection.query(`select count(*) from ${table}`, { limit: null });
  if (!counted.ok) return counted;
  const columns = await connection.query(
    `select column_name from duckdb_columns() where database_name = ${quoteText(staged.database)} and schema_name = ${quoteText(staged.schema)} and table_name = ${quoteText(staged.identifier)} order by column_index`,
    { limit: null },
  );
  if (!columns.ok) return columns;
  const names = columns.value.rows.map(([name]) => quoteName(String(name)));
  const isEmpty = Number(counted.value.rows[0]?.[0]) === 0;
  const isAddress = /^\w{2,}:/u.test(file.location);
  const path = isAddress ? file.location : resolve(root, file.location);
  if (!isAddress) {
    try {
      mkdirSync(dirname(path), { recursive: true });
    } catch (error) {
      const message = `the folder of ${file.location} could not be made: ${String(error)}`;
      const hint = "choose another 'location'";
      const diagnostic = errorDiagnostic('engine-error', message, { hint });
      return { ok: false, failure: { diagnostic, statement: '', cancelled: false } };
    }
  }
  const filter = isEmpty
    ? ` where ${names.map((name) => `${name} is not null`).join(' and ')}`
    : '';
  const before = [
    ...(isEmpty ? [`insert into ${table} values (${names.map(() => 'null').join(', ')})`] : []),
    `copy ${table} to ${quoteText(path)} (${file.writeOptions})`,
    'begin transaction',
  ];
  for (const statement of before) {
    const done = await run(statement);
    if (!done.ok) return done;
  }
  const existing = await findRelationType(connection, published);
  const after = [
    ...(existing.ok && existing.value
      ? [`drop ${existing.value} ${quoteRelation(published)}`]
      : []),
    `create view ${quoteRelation(published)} as select * from ${file.source}${filter}`,
    `drop table ${table}`,
    'commit',
  ];
  let outcome: EngineResult<StepOutcome> = existing.ok
    ? { ok: true, value: { executedSql, rowsAffected: null, response: {} } }
    : existing;
  for (const statement of after) if (outcome.ok) outcome = await run(statement);
  if (!outcome.ok) {
    await connection.run('rollback');
    return outcome;
  }
  const docs = await persistDocs(connection, published, model);
  return docs.ok ? outcome : docs;
}
