import type { EngineResult } from '../../../core/adapter.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { quoteName } from '../quote.js';
import { planBatches, type BatchRequest } from './plan-batches.js';

const ofSnapshots =
  /^MERGE INTO (\S+) AS _target\nUSING \(\n([\s\S]*)\n\) AS _changes\nON (.*)\nWHEN MATCHED[^\n]*\nWHEN NOT MATCHED AND (_changes\.\S+ IS NULL) /;

/**
 * Returns why the MERGE of a snapshot cannot be run as one statement: it would write more partitions than one may. It is not
 * split, because each part would compute its changes from what the part before has written. Nothing is written before that
 * is known. Of a row that ends, the partition is that in which it stands. Code: `materialization-invalid`.
 */
export async function checkSnapshotMerge(
  work: NodeWork,
  sql: string,
  request: Omit<BatchRequest, 'from'>,
): Promise<EngineResult<undefined>> {
  const [, table, changes, on, isNew] = ofSnapshots.exec(sql) ?? [];
  if (table === undefined || changes === undefined || on === undefined || isNew === undefined) {
    return { ok: true, value: undefined };
  }
  const columns = [...new Set(request.storage.partitionedBy.map(({ column }) => column))];
  const partition = columns
    .map(quoteName)
    .map((name) => `CASE WHEN ${isNew} THEN _changes.${name} ELSE _target.${name} END AS ${name}`);
  // The changes once, and no UNION ALL: Trino 476 fails to plan some of them.
  const rows = `SELECT ${partition.join(', ')}\nFROM (\n${changes}\n) AS _changes\nLEFT JOIN (SELECT _table.*, TRUE AS _is_there FROM ${table} AS _table) AS _target\nON ${on}\nWHERE ${isNew} OR _target._is_there`;
  const planned = await planBatches(work, { from: `FROM (\n${rows}\n) AS _source`, ...request });
  if (!planned.ok) return planned;
  if (planned.value.length <= 1) return { ok: true, value: undefined };
  return stepFailure(
    'materialization-invalid',
    `the changes of the snapshot lie in more partitions than the ${request.limit} that one statement may write, and a snapshot's MERGE is not split; nothing was written`,
    {
      hint: 'partition the snapshot by fewer values, such as months in place of days, or by none',
    },
  );
}
