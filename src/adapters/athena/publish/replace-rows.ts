import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { columnsOf } from '../describe-table.js';
import { isView, tableTypeOf } from '../markers.js';
import { readModelConfig } from '../model-config.js';
import { stepOutcome, type NodeWork } from '../node-work.js';
import { quoteRelation } from '../quote.js';
import { formatHiveType } from '../storage/hive-type.js';
import { storedType } from '../storage/stored-type.js';
import { athenaWriters } from '../writers.js';
import { openClone, writeToClone, type Clone } from './clone.js';
import { countRows } from './count-rows.js';
import { findReplaced } from './find-replaced.js';

type StageStep = Extract<Step, { kind: 'stage' }>;

/**
 * Returns whether the rows of a table may be replaced by commits of the same table: an Iceberg table whose columns are the
 * query's, in any order and of the same types as far as they are known.
 */
export function mayReplaceRows(table: Table, { columns }: Pick<StageStep, 'columns'>): boolean {
  if (isView(table) || tableTypeOf(table) !== 'iceberg' || columns === undefined) return false;
  const there = new Map(columnsOf(table).map(({ name, type }) => [name.toLowerCase(), type]));
  return (
    columns.length === there.size &&
    columns.every(({ name, type }) => {
      const found = there.get(name?.toLowerCase() ?? '');
      if (found === undefined) return false;
      const stored = storedType(type, 'iceberg');
      return type.kind === 'any' || ('type' in stored && formatHiveType(stored.type) === found);
    })
  );
}

/**
 * `keep_history`: replaces the rows on a clone of the published table by a DELETE and an INSERT, so that its snapshots stay.
 * Returns `undefined` if the table must be built anew, because it is not there or has other columns.
 */
export async function replaceRows(
  work: NodeWork,
  step: StageStep,
  signal: AbortSignal,
): Promise<EngineResult<{ readonly clone: Clone; readonly outcome: StepOutcome } | undefined>> {
  const { model, staged, columns } = step;
  if (step.as !== 'table' || !readModelConfig(model).storage.keepHistory) {
    return { ok: true, value: undefined };
  }
  const found = await findReplaced(work, model.relation);
  if (!found.ok) return found;
  if (found.value === undefined || !mayReplaceRows(found.value, step)) {
    return { ok: true, value: undefined };
  }
  const opened = await openClone(work, { target: model.relation, staged, signal });
  if (!opened.ok) return opened;
  const clone = opened.value;
  const deleted = await writeToClone(work, clone, {
    sql: `DELETE FROM ${quoteRelation(staged)}`,
    signal,
  });
  if (!deleted.ok) return deleted;
  const names = (columns ?? []).flatMap(({ name }) => name ?? []);
  const inserted = await writeToClone(work, clone, {
    sql: athenaWriters.insert(staged, step.sql, names),
    signal,
  });
  if (!inserted.ok) return inserted;
  const outcome = stepOutcome(work, [deleted.value.sql, inserted.value.sql], {
    rowsAffected: countRows(work, [inserted.value], signal),
  });
  return outcome.ok ? { ok: true, value: { clone, outcome: outcome.value } } : outcome;
}
