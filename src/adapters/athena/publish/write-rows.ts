import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { BuiltNode } from '../../../core/node.js';
import { relationKey, type Relation } from '../../../core/relation.js';
import { appendRows, type AppendedRows } from '../append/append-rows.js';
import type { StatementRun } from '../client/query-runner.js';
import { tableTypeOf } from '../markers.js';
import { readModelConfig } from '../model-config.js';
import { stepOutcome, type NodeWork } from '../node-work.js';
import { forgetRelation } from '../run-context.js';
import { writeToClone, type Clone } from './clone.js';
import { checkSnapshotMerge } from './check-snapshot-merge.js';
import { countRows } from './count-rows.js';
import { explainConflict } from './explain-conflict.js';
import { findReplaced } from './find-replaced.js';
import { planBatches } from './plan-batches.js';
import { readMerge, splitMerge } from './split-merge.js';

/** A statement of a strategy. */
export interface RowChange {
  readonly relation: Relation;
  readonly sql: string;
  /** The clone that the relation is, if it is one. */
  readonly clone: Clone | undefined;
  /** The published table for which the rows were computed, if the node noted it. */
  readonly expected: Table | undefined;
  /** The node's model, whose storage the rows get. */
  readonly model: BuiltNode | undefined;
  readonly signal: AbortSignal;
}

/** What the writers' INSERT ends with: the rows, which a condition may follow. */
const fromRows = /\nFROM \(\n[\s\S]*\n\) AS _source$/;

/** Returns the statements that together are an INSERT or a MERGE, so that none writes more partitions than it may. */
async function splitWrite(
  work: NodeWork,
  { relation, sql, model, signal }: RowChange,
): Promise<EngineResult<readonly string[]>> {
  const storage = model === undefined ? undefined : readModelConfig(model).storage;
  if (storage === undefined || storage.partitionedBy.length === 0)
    return { ok: true, value: [sql] };
  const request = {
    storage,
    limit: storage.partitionsLimit ?? work.context.config.partitionsLimit,
    schema: relation.schema,
    signal,
  };
  const checked = await checkSnapshotMerge(work, sql, request);
  if (!checked.ok) return checked;
  const merge = readMerge(sql);
  if (merge !== undefined) return splitMerge(work, merge, request);
  const [from] = sql.startsWith('INSERT') ? (fromRows.exec(sql) ?? []) : [];
  if (from === undefined) return { ok: true, value: [sql] };
  const planned = await planBatches(work, { from: from.trimStart(), ...request });
  if (!planned.ok) return planned;
  const statements = planned.value.map(({ where }) =>
    where === undefined ? sql : `${sql}\nWHERE ${where}`,
  );
  return { ok: true, value: statements };
}

/** Adds rows to the table that they were computed for. */
async function addPublishedRows(
  work: NodeWork,
  change: RowChange,
  statements: readonly string[],
): Promise<EngineResult<AppendedRows>> {
  const { relation, expected, signal } = change;
  if (expected !== undefined) return appendRows(work, { relation, statements, expected, signal });
  // An INSERT has no version to expect: whose the table is now must be asked.
  forgetRelation(work.context, relation);
  const found = await findReplaced(work, relation, signal);
  if (!found.ok) return found;
  if (found.value === undefined) {
    return explainConflict(work, relation, { seen: undefined, mayRepeat: true });
  }
  // Athena itself commits to an Iceberg table against the version that the statement read.
  return tableTypeOf(found.value) === 'iceberg'
    ? runStatements(work, change, statements)
    : appendRows(work, { relation, statements, expected: found.value, signal });
}

async function runStatements(
  work: NodeWork,
  { clone, relation, signal }: RowChange,
  statements: readonly string[],
): Promise<EngineResult<AppendedRows>> {
  const runs: StatementRun[] = [];
  for (const sql of statements) {
    const done = await (clone === undefined
      ? work.run(sql, { signal, schema: relation.schema })
      : writeToClone(work, clone, { sql, signal }));
    if (!done.ok) return done;
    runs.push(done.value);
  }
  return { ok: true, value: runs };
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
  // A table that this run staged has no owner's marks yet, and no readers: the further rows of a large seed.
  const isPublished = clone === undefined && !work.context.staged.has(relationKey(relation));
  const statements = await splitWrite(work, change);
  if (!statements.ok) return statements;
  const done = isPublished
    ? await addPublishedRows(work, change, statements.value)
    : await runStatements(work, change, statements.value);
  if (!done.ok) return done;
  return stepOutcome(work, statements.value, {
    rowsAffected: countRows(work, done.value, signal),
  });
}
