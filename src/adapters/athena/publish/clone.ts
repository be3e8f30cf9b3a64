import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult } from '../../../core/adapter.js';
import type { BuiltNode } from '../../../core/node.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import { toTableInput } from '../client/glue-tables.js';
import type { StatementRun } from '../client/query-runner.js';
import { isView, ownerMarkers, tableTypeOf, withoutMarkers } from '../markers.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { tableName } from '../run-context.js';
import { explainConflict, lookUpTable } from './explain-conflict.js';
import { findReplaced } from './find-replaced.js';
import { switchTable } from './publish-relation.js';
import { claimStaged } from './stage-relation.js';

/** A second name for an Iceberg table's present state, which only this node reads and writes. */
export interface Clone {
  readonly staged: Relation;
  readonly target: Relation;
  /** The table that was cloned; its version is what the switch expects. */
  readonly source: Table;
  /** Where the clone's metadata is; `null` after a statement changed it. */
  metadataLocation: string | null;
}

/**
 * Makes the clone: an entry in Glue that points to the same metadata. Nothing is copied, and what is committed to the clone
 * is seen by nobody who reads the table.
 */
export async function openClone(
  work: NodeWork,
  {
    target,
    staged,
    signal,
  }: { readonly target: Relation; readonly staged: Relation; readonly signal: AbortSignal },
): Promise<EngineResult<Clone>> {
  const { context, owner } = work;
  const found = await findReplaced(work, target);
  if (!found.ok) return found;
  const source = found.value;
  if (source === undefined) {
    return explainConflict(work, target, { seen: undefined, mayRepeat: false });
  }
  const metadataLocation = source.Parameters?.metadata_location;
  if (isView(source) || tableTypeOf(source) !== 'iceberg' || metadataLocation === undefined) {
    return stepFailure(
      'materialization-invalid',
      `rows are to be added to ${displayRelation(target)} as to an Iceberg table, but it is ${isView(source) ? 'a view' : 'a Hive table'}`,
      { hint: 'set table_type: hive, or build it anew with --full-refresh' },
    );
  }
  const claimed = await claimStaged(work, staged, signal);
  if (!claimed.ok) return claimed;
  const { database, name } = tableName(staged);
  const created = toEngineResult(
    await context.client.tables.createTable(
      database,
      {
        ...toTableInput(source),
        Name: name,
        // Whoever cleans up by hand reads this first, if anything.
        Description: `Shares its files with ${displayRelation(target)}: DROP TABLE would remove both. 'stedi-sql gc --apply' removes this entry alone.`,
        Parameters: {
          ...withoutMarkers(source.Parameters),
          ...ownerMarkers(owner, { staged: true }),
        },
      },
      { signal },
    ),
  );
  if (!created.ok) return created;
  return { ok: true, value: { staged, target, source, metadataLocation } };
}

/**
 * Runs a statement that changes the clone. It may run again only if the failed attempt committed nothing, which the clone's
 * metadata tells.
 */
export async function writeToClone(
  work: NodeWork,
  clone: Clone,
  { sql, signal }: { readonly sql: string; readonly signal: AbortSignal },
): Promise<EngineResult<StatementRun>> {
  const before = await metadataOf(work, clone);
  if (!before.ok) return before;
  clone.metadataLocation = before.value;
  const done = await work.run(sql, {
    signal,
    schema: clone.target.schema,
    nextAttempt: async () => {
      const now = await lookUpTable(work, clone.staged);
      if (!now.ok) return now;
      const unchanged = now.value?.Parameters?.metadata_location === before.value;
      return { ok: true, value: unchanged ? sql : undefined };
    },
  });
  clone.metadataLocation = null;
  return done;
}

async function metadataOf(
  work: NodeWork,
  { metadataLocation, staged }: Clone,
): Promise<EngineResult<string | null>> {
  if (metadataLocation !== null) return { ok: true, value: metadataLocation };
  const now = await lookUpTable(work, staged);
  return now.ok ? { ok: true, value: now.value?.Parameters?.metadata_location ?? null } : now;
}

/**
 * Makes the clone's state the published table's, unless somebody changed that in the meantime. `mayRepeat`: the node's rows
 * come to what is there, so that it may be run again on what others left.
 */
export async function commitClone(
  work: NodeWork,
  { staged, target, source }: Clone,
  { model, mayRepeat }: { readonly model: BuiltNode; readonly mayRepeat: boolean },
): Promise<EngineResult<Table>> {
  return switchTable(work, { staged, published: target, model, before: source, mayRepeat });
}
