import type { EngineResult } from '../../../core/adapter.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { quoteName } from '../quote.js';
import { planBatches, type BatchRequest } from './plan-batches.js';

/** The parts of a MERGE that the writers wrote. */
export interface Merge {
  /** `MERGE INTO … AS _target`. */
  readonly head: string;
  /** The query whose rows are merged. */
  readonly query: string;
  /** From `ON` on. */
  readonly rest: string;
  /** The columns that tell rows apart, lower case. */
  readonly keys: readonly string[];
  /** The columns that a row gets anew whose key is there, lower case. */
  readonly updates: readonly string[];
}

const ofWriters =
  /^(MERGE INTO \S+ AS _target)\nUSING \(\n([\s\S]*)\n\) AS _source\n(ON (.*)\n[\s\S]*)$/;

function namesIn(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name.replaceAll('""', '"'));
}

/** Returns the parts of a MERGE of a query; `undefined` for any other statement. */
export function readMerge(sql: string): Merge | undefined {
  const [, head, query, rest, on = ''] = ofWriters.exec(sql) ?? [];
  if (head === undefined || query === undefined || rest === undefined) return undefined;
  const [update = ''] = /WHEN MATCHED THEN UPDATE SET .*/.exec(rest) ?? [];
  return {
    head,
    query,
    rest,
    keys: namesIn(on, /_target\."((?:[^"]|"")*)" = _source\."\1"/g),
    updates: namesIn(update, /"((?:[^"]|"")*)" = _source\."\1"/g),
  };
}

/**
 * Returns the statements that together are a MERGE, so that none writes more partitions than it may; each row of the query is
 * in one of them. A key that stands in rows of several statements would not be noticed, and so is looked for beforehand.
 * Nothing is written before all of that is known. Code: `materialization-invalid`.
 */
export async function splitMerge(
  work: NodeWork,
  { head, query, rest, keys, updates }: Merge,
  request: Omit<BatchRequest, 'from'>,
): Promise<EngineResult<readonly string[]>> {
  const from = `FROM (\n${query}\n) AS _source`;
  const planned = await planBatches(work, { from, ...request });
  if (!planned.ok) return planned;
  const batches = planned.value.flatMap(({ where }) => where ?? []);
  const whole = `${head}\nUSING (\n${query}\n) AS _source\n${rest}`;
  if (batches.length === 0) return { ok: true, value: [whole] };

  const kept = request.storage.partitionedBy
    .map(({ column }) => column)
    .filter((column) => !updates.includes(column) && !keys.includes(column));
  if (updates.length > 0 && kept.length > 0) {
    return stepFailure(
      'materialization-invalid',
      `the merge writes more partitions than the ${request.limit} that one statement may, and it cannot be split, because rows keep their '${kept.join("', '")}', by which the table is partitioned`,
      {
        hint: 'update that column too (`merge_update_columns`), partition by fewer values, or let the query return fewer partitions at a time',
      },
    );
  }
  const repeated = await countRepeatedKeys(work, { from, keys, ...request });
  if (!repeated.ok) return repeated;
  if (repeated.value > 0) {
    return stepFailure(
      'materialization-invalid',
      `the merge has ${repeated.value} keys (${keys.join(', ')}) that stand in several rows of the query`,
      { hint: 'let the query return one row for each key' },
    );
  }
  const statements = batches.map(
    (where) => `${head}\nUSING (\nSELECT _source.*\n${from}\nWHERE ${where}\n) AS _source\n${rest}`,
  );
  return { ok: true, value: statements };
}

/** Keys with a null match nothing, and may stand in many rows. */
async function countRepeatedKeys(
  work: NodeWork,
  {
    from,
    keys,
    schema,
    signal,
  }: Pick<BatchRequest, 'from' | 'schema' | 'signal'> & { readonly keys: readonly string[] },
): Promise<EngineResult<number>> {
  const columns = keys.map((key) => `_source.${quoteName(key)}`);
  const statement = `SELECT count(*) AS repeated FROM (\nSELECT ${columns.join(', ')}\n${from}\nWHERE ${columns
    .map((column) => `${column} IS NOT NULL`)
    .join(' AND ')}\nGROUP BY ${columns.join(', ')}\nHAVING count(*) > 1\n) AS _keys`;
  const done = await work.run(statement, {
    signal,
    schema,
    nextAttempt: () => Promise.resolve({ ok: true, value: statement }),
  });
  if (!done.ok) return done;
  const read = await work.context.client.queries.readRows(done.value, { limit: null, signal });
  return read.ok ? { ok: true, value: Number(read.value.rows[0]?.[0] ?? 0) } : read;
}
