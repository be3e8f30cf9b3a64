import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult } from '../../../core/adapter.js';
import { displayRelation, relationKey, type Relation } from '../../../core/relation.js';
import { appendFailure } from '../append/append-failure.js';
import { settleAppend } from '../append/settle-append.js';
import { toEngineResult } from '../client/api-failure.js';
import { appendingMark, ownerOf } from '../markers.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { forgetRelation, tableName } from '../run-context.js';
import { lookUpTable } from './explain-conflict.js';

/**
 * Returns the relation that has the published name, as the run last saw it or as it is now, if it may be replaced. Rows that
 * an earlier run was adding when it was killed are all there, or none, before the table is returned.
 */
export async function findReplaced(
  work: NodeWork,
  published: Relation,
  signal?: AbortSignal,
): Promise<EngineResult<Table | undefined>> {
  const { seen, listed, stale } = work.context;
  const key = relationKey(published);
  const isKnown = listed.has(published.schema.toLowerCase()) && !stale.has(key);
  const found = isKnown
    ? ({ ok: true, value: seen.get(key) } as const)
    : await lookUpTable(work, published);
  if (!found.ok) return found;
  const before = found.value;
  if (before !== undefined && ownerOf(before).project !== work.owner.project) {
    return stepFailure(
      'relation-not-owned',
      `${displayRelation(published)} is not this project's, so it is not replaced`,
      { hint: "give the model another 'alias' or 'schema', or drop the relation yourself" },
    );
  }
  if (before === undefined || appendingMark(before) === undefined) return found;
  forgetRelation(work.context, published);
  const { client } = work.context;
  const settled = toEngineResult(
    await settleAppend(client, tableName(published), before, { signal }),
  );
  if (!settled.ok) return settled;
  const { table, how } = settled.value;
  const isSettled = how === 'none' || how === 'added' || how === 'taken-back';
  return isSettled ? { ok: true, value: table } : appendFailure(published, settled.value);
}
