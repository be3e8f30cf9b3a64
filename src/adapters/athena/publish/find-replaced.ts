import type { Table } from '@aws-sdk/client-glue';
import type { EngineResult } from '../../../core/adapter.js';
import { displayRelation, relationKey, type Relation } from '../../../core/relation.js';
import { ownerOf } from '../markers.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { lookUpTable } from './explain-conflict.js';

/** Returns the relation that has the published name, as the run last saw it or as it is now, if it may be replaced. */
export async function findReplaced(
  work: NodeWork,
  published: Relation,
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
  return { ok: true, value: before };
}
