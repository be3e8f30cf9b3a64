import type { Table } from '@aws-sdk/client-glue';
import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import { displayRelation, type Relation } from '../../../core/relation.js';
import { toEngineResult } from '../client/api-failure.js';
import { readLease } from '../append/append-lease.js';
import { isUnfinished, ownerOf } from '../markers.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';

/** Returns a table as it is now; `undefined` if there is none. */
export async function lookUpTable(
  { context }: NodeWork,
  relation: Relation,
): Promise<EngineResult<Table | undefined>> {
  const { database, name } = tableName(relation);
  return toEngineResult(await context.client.tables.getTable(database, name));
}

/**
 * Returns the failure of a node whose relation somebody else changed while it was built, and says who, as far as marks
 * tell. `mayRepeat`: the node may be run again from its first step, on what is there now. Code: `publish-conflict`.
 */
export async function explainConflict(
  work: NodeWork,
  published: Relation,
  {
    seen,
    mayRepeat,
    isUnknown = false,
    isPartial = false,
  }: {
    readonly seen: Table | undefined;
    readonly mayRepeat: boolean;
    /** The answer of the switch was lost: theirs may have come after ours. */
    readonly isUnknown?: boolean;
    /** The table was switched, and its partitions were following. */
    readonly isPartial?: boolean;
  },
): Promise<{ readonly ok: false; readonly failure: EngineFailure }> {
  const now = await lookUpTable(work, published);
  if (!now.ok) return now;
  // What the run saw is no longer so; another attempt looks again.
  forgetRelation(work.context, published);
  const shown = displayRelation(published);
  return stepFailure(
    'publish-conflict',
    isUnknown
      ? `it is not known whether ${shown} was published: Glue's answer was lost, and ${describeChange(work, seen, now.value)}`
      : `${shown} was not published${isPartial ? ' to its last partition' : ''}, because ${describeChange(work, seen, now.value)} while it was built`,
    {
      hint: isUnknown
        ? 'look at its rows before the command is run again: an incremental model would add them once more'
        : isPartial
          ? 'some of its partitions may be of this run, and others not; run the command again when the others are done, which switches all of them'
          : 'nothing was lost: what others wrote is in place; run the command again when they are done',
      conflict: mayRepeat,
    },
  );
}

function describeChange(
  { owner }: NodeWork,
  seen: Table | undefined,
  now: Table | undefined,
): string {
  if (now === undefined) return 'somebody dropped it';
  const { project, run } = ownerOf(now);
  if (project === undefined) {
    return seen === undefined ? 'somebody created it' : 'somebody replaced it';
  }
  if (project !== owner.project) return `the project '${project}' published it`;
  const lease = readLease(now);
  if (lease !== undefined && lease !== 'unreadable') {
    return `another run of this project (${lease.run}) is adding rows to it`;
  }
  if (isUnfinished(now)) return `another run of this project (${run ?? ''}) is publishing it`;
  const isNew = run !== undefined && run !== (seen === undefined ? undefined : ownerOf(seen).run);
  return isNew && run !== owner.run
    ? `another run of this project (${run}) published it`
    : seen?.VersionId === now.VersionId
      ? 'somebody dropped it and made it again'
      : `somebody changed it (Glue version ${seen?.VersionId ?? 'none'} became ${now.VersionId ?? 'another'})`;
}
