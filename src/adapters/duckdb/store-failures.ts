import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineResult, StepOutcome } from '../../core/adapter.js';
import type { Step } from '../../core/plan.js';
import type { Client } from './client.js';
import type { Connection } from './connection.js';
import { quoteSchema, quoteText } from './quote.js';

type StoreFailures = Extract<Step, { kind: 'store-failures' }>;

/** Builds a relation beside the published one and gives it its name, in a connection of its own. */
export type BuildAndPublish = (
  connection: Connection,
  step: Pick<StoreFailures, 'as' | 'staged' | 'published' | 'sql'>,
) => Promise<EngineResult<StepOutcome>>;

/**
 * Keeps the rows of a data test's query. Inside a transaction, which ends in a rollback if the test fails, they leave it
 * through a file, because no other connection sees what the query reads.
 */
export async function storeFailures(
  step: StoreFailures,
  session: {
    readonly client: Client;
    readonly connection: Connection;
    readonly inTransaction: boolean;
    readonly build: BuildAndPublish;
    readonly signal: AbortSignal;
  },
): Promise<EngineResult<StepOutcome>> {
  const { client, connection, inTransaction, signal } = session;
  const build = async (through: Connection, sql: string): Promise<EngineResult<StepOutcome>> => {
    const schema = `create schema if not exists ${quoteSchema(step.published)}`;
    const created = await client.exclusively(() => through.run(schema, signal));
    if (!created.ok) return created;
    const built = await session.build(through, { ...step, sql });
    if (!built.ok) return built;
    const executedSql = [schema, ...built.value.executedSql];
    return { ok: true, value: { ...built.value, executedSql } };
  };
  if (!inTransaction) return build(connection, step.sql);

  const folder = mkdtempSync(join(tmpdir(), 'stedi-sql-failures-'));
  const other = await client.connect();
  try {
    const file = quoteText(join(folder, 'rows.parquet'));
    const copied = await connection.run(
      `copy (\n${step.sql}\n) to ${file} (format parquet)`,
      signal,
    );
    if (!copied.ok) return copied;
    return await build(other, `select * from read_parquet(${file})`);
  } finally {
    other.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
