import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { ModelNode } from '../../../core/node.js';
import type { Relation } from '../../../core/relation.js';
import type { StatementRun } from '../client/query-runner.js';
import { readModelConfig } from '../model-config.js';
import { stepOutcome, type NodeWork } from '../node-work.js';
import { writeToClone, type Clone } from './clone.js';
import { planBatches } from './plan-batches.js';

/** A statement of a strategy. */
export interface RowChange {
  readonly relation: Relation;
  readonly sql: string;
  /** The clone that the relation is, if it is one. */
  readonly clone: Clone | undefined;
  /** The node's model, whose storage the rows get. */
  readonly model: ModelNode | undefined;
  readonly signal: AbortSignal;
}

/** What the writers' INSERT ends with: the rows, which a condition may follow. */
const fromRows = /\nFROM \(\n[\s\S]*\n\) AS _source$/;

/** Returns the statements that together are an INSERT, so that none writes more partitions than it may. */
async function splitInsert(
  work: NodeWork,
  { relation, sql, model, signal }: RowChange,
): Promise<EngineResult<readonly string[]>> {
  const storage = model === undefined ? undefined : readModelConfig(model).storage;
  const [from] = sql.startsWith('INSERT') ? (fromRows.exec(sql) ?? []) : [];
  if (storage === undefined || from === undefined || storage.partitionedBy.length === 0) {
    return { ok: true, value: [sql] };
  }
  const planned = await planBatches(work, {
    from: from.trimStart(),
    storage,
    limit: storage.partitionsLimit ?? work.context.config.partitionsLimit,
    schema: relation.schema,
    signal,
  });
  if (!planned.ok) return planned;
  const statements = planned.value.map(({ where }) =>
    where === undefined ? sql : `${sql}\nWHERE ${where}`,
  );
  return { ok: true, value: statements };
}

/**
 * Runs a strategy's statement. On a clone a failed attempt may be repeated, because nobody has seen what it did; on a published
 * table never, because its rows might be there already.
 */
export async function writeRows(
  work: NodeWork,
  change: RowChange,
): Promise<EngineResult<StepOutcome>> {
  const { clone, relation, signal } = change;
  const statements = await splitInsert(work, change);
  if (!statements.ok) return statements;
  const runs: StatementRun[] = [];
  for (const sql of statements.value) {
    const done = await (clone === undefined
      ? work.run(sql, { signal, schema: relation.schema })
      : writeToClone(work, clone, { sql, signal }));
    if (!done.ok) return done;
    runs.push(done.value);
  }
  let rowsAffected: number | null = 0;
  for (const run of runs) {
    const counted = await work.context.client.queries.readUpdateCount(run, { signal });
    if (!counted.ok) return counted;
    rowsAffected =
      rowsAffected === null || counted.value === null ? null : rowsAffected + counted.value;
  }
  return stepOutcome(
    work,
    runs.map(({ sql }) => sql),
    { rowsAffected },
  );
}
