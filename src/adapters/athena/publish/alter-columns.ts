import type { Table } from '@aws-sdk/client-glue';
import type { Alteration, EngineResult, StepOutcome } from '../../../core/adapter.js';
import type { Step } from '../../../core/plan.js';
import { toEngineResult } from '../client/api-failure.js';
import { toTableInput } from '../client/glue-tables.js';
import { columnsOf } from '../describe-table.js';
import { stepOutcome, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';
import { formatHiveType } from '../storage/hive-type.js';
import { alterStatements } from '../table-column-rules.js';
import { writeToClone, type Clone } from './clone.js';
import { reserveAppend } from '../append/append-rows.js';
import { explainConflict, lookUpTable } from './explain-conflict.js';
import { findReplaced } from './find-replaced.js';
import { isSameTable } from './same-table.js';

type AlterStep = Extract<Step, { kind: 'alter-columns' }>;

/** Returns what is still to be done: another run may have altered the table since the plan was made. */
function remaining(table: Table, { add, change, drop }: Alteration): Alteration {
  const there = new Map(columnsOf(table).map(({ name, type }) => [name.toLowerCase(), type]));
  return {
    add: add.filter(({ name }) => !there.has(name.toLowerCase())),
    change: change.filter(
      ({ name, type }) => there.get(name.toLowerCase()) !== formatHiveType(type),
    ),
    drop: drop.filter((name) => there.has(name.toLowerCase())),
  };
}

/** Alters a clone: nobody sees the columns before its rows are published. */
export async function alterClone(
  work: NodeWork,
  clone: Clone,
  { step, signal }: { readonly step: AlterStep; readonly signal: AbortSignal },
): Promise<EngineResult<StepOutcome>> {
  const executed: string[] = [];
  for (const sql of alterStatements(step.relation, remaining(clone.source, step.alteration))) {
    const done = await writeToClone(work, clone, { sql, signal });
    if (!done.ok) return done;
    executed.push(done.value.sql);
  }
  return stepOutcome(work, executed);
}

/** What altering a published Hive table did. */
export interface AlteredTable {
  readonly outcome: EngineResult<StepOutcome>;
  /** The table, reserved for the rows that follow; left out where nothing had to be done, or none follow by INSERT. */
  readonly reserved?: Table;
}

/**
 * Adds columns to a Hive table, by one call to Glue that expects the version the run knows; DDL could not add a date. Its
 * partitions keep the columns that their files have, and the others are null there. `expected` is the table that rows are
 * about to be added to: it is reserved for them by the same call.
 */
export async function addHiveColumns(
  work: NodeWork,
  { relation, alteration }: AlterStep,
  expected: Table | undefined,
): Promise<EngineResult<AlteredTable>> {
  const found =
    expected === undefined
      ? await findReplaced(work, relation)
      : ({ ok: true, value: expected } as const);
  if (!found.ok) return found;
  const seen = found.value;
  if (seen === undefined) {
    return explainConflict(work, relation, { seen: undefined, mayRepeat: true });
  }
  const { add } = remaining(seen, alteration);
  if (add.length === 0) return { ok: true, value: { outcome: stepOutcome(work, []) } };
  const current = await lookUpTable(work, relation);
  if (!current.ok) return current;
  const table = current.value;
  if (table === undefined || !isSameTable(seen, table)) {
    return explainConflict(work, relation, { seen, mayRepeat: true });
  }
  const input = toTableInput(table);
  const { database } = tableName(relation);
  const Parameters = expected === undefined ? input.Parameters : reserveAppend(work, table);
  const updated = await work.context.client.tables.updateTable(
    database,
    {
      ...input,
      ...(Parameters && { Parameters }),
      StorageDescriptor: {
        ...input.StorageDescriptor,
        Columns: [
          ...(input.StorageDescriptor?.Columns ?? []),
          ...add.map(({ name, type }) => ({
            Name: name.toLowerCase(),
            Type: formatHiveType(type),
          })),
        ],
      },
    },
    {
      ...(table.VersionId !== undefined && { versionId: table.VersionId }),
      skipArchive: true,
    },
  );
  if (!updated.ok) return toEngineResult(updated);
  if (updated.value !== 'updated') {
    return explainConflict(work, relation, { seen: table, mayRepeat: true });
  }
  // It has a new version now; who needs it asks.
  forgetRelation(work.context, relation);
  const outcome = stepOutcome(work, []);
  return {
    ok: true,
    value:
      expected === undefined || Parameters === undefined
        ? { outcome }
        : { outcome, reserved: { ...table, Parameters } },
  };
}
