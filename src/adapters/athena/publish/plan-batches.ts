import { Buffer } from 'node:buffer';
import type { EngineResult, TypedColumn } from '../../../core/adapter.js';
import { longestStatementBytes } from '../statement-limit.js';
import type { ModelStorage } from '../model-config.js';
import { stepFailure, type NodeWork } from '../node-work.js';
import { quoteName, quoteText } from '../quote.js';
import type { PartitionField } from '../storage/partition-field.js';

/** What is written, and how much of it at once. */
export interface BatchRequest {
  /** `FROM (query) AS _source`: the rows. */
  readonly from: string;
  readonly columns?: readonly TypedColumn[];
  readonly storage: Pick<ModelStorage, 'partitionedBy' | 'bucketing' | 'tableType'>;
  /** How many partitions and buckets one statement may write. */
  readonly limit: number;
  readonly schema: string;
  readonly signal: AbortSignal;
}

/** Statements that write all rows, each once; `where` is a condition on `_source`, left out where one statement is enough. */
export interface Batch {
  readonly where?: string;
}

/** Room for what stands around a condition. */
const reservedBytes = 16_384;

/** Returns how many files are open for each partition: its buckets. */
export function writersPerPartition({
  partitionedBy,
  bucketing,
}: Pick<ModelStorage, 'partitionedBy' | 'bucketing'>): number {
  return partitionedBy
    .map((field) => (field.transform === 'bucket' ? field.parameter : 1))
    .reduce((product, count) => product * count, bucketing?.count ?? 1);
}

/**
 * Returns an expression with the same value for the rows of a partition, or a finer one: rows are then split further than
 * need be, which is as well.
 */
function partitionExpression(
  field: PartitionField,
  columns: readonly TypedColumn[] | undefined,
): string {
  const column = `_source.${quoteName(field.column)}`;
  const kind = columns?.find(({ name }) => name?.toLowerCase() === field.column)?.type.kind;
  switch (field.transform) {
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return `date_trunc('${field.transform}', ${column})`;
    case 'truncate':
      return kind === 'varchar' ? `substr(${column}, 1, ${field.parameter})` : column;
    default:
      return column;
  }
}

/** The condition for the partitions of these values; a null is a value. */
function conditionFor(
  expressions: readonly string[],
  partitions: readonly (readonly (string | null)[])[],
): string {
  const [expression = '', ...others] = expressions;
  if (others.length === 0) {
    const values = partitions.flatMap(([value]) => (value == null ? [] : [quoteText(value)]));
    return [
      ...(values.length > 0 ? [`${expression} IN (${values.join(', ')})`] : []),
      ...(values.length < partitions.length ? [`${expression} IS NULL`] : []),
    ].join(' OR ');
  }
  return partitions
    .map((values) =>
      expressions
        .map((each, index) => {
          const value = values[index];
          return value == null ? `${each} IS NULL` : `${each} = ${quoteText(value)}`;
        })
        .join(' AND '),
    )
    .map((condition) => `(${condition})`)
    .join(' OR ');
}

function splitPartitions(
  expressions: readonly string[],
  partitions: readonly (readonly (string | null)[])[],
  { most, bytes }: { readonly most: number; readonly bytes: number },
): readonly Batch[] {
  const batches: (readonly (string | null)[])[][] = [];
  let size = 0;
  for (const partition of partitions) {
    const last = batches.at(-1);
    const added = Buffer.byteLength(conditionFor(expressions, [partition])) + 4;
    if (last === undefined || last.length >= most || size + added > bytes) {
      batches.push([partition]);
      size = added;
    } else {
      last.push(partition);
      size += added;
    }
  }
  return batches.map((batch) => ({ where: conditionFor(expressions, batch) }));
}

/**
 * Returns the statements' parts of the rows, so that none writes more partitions than it may. The partitions are counted
 * first, by a query of their own; a table without partitions needs none. No rows are one batch, too: the table is made.
 */
export async function planBatches(
  work: NodeWork,
  { from, columns, storage, limit, schema, signal }: BatchRequest,
): Promise<EngineResult<readonly Batch[]>> {
  const writers = writersPerPartition(storage);
  const most = Math.floor(limit / writers);
  if (most < 1) {
    return stepFailure(
      'materialization-invalid',
      `the table has ${writers} buckets in each partition, and a statement writes at most ${limit}`,
      { hint: 'use fewer buckets' },
    );
  }
  const counted = storage.partitionedBy.filter(({ transform }) => transform !== 'bucket');
  if (counted.length === 0) return { ok: true, value: [{}] };

  const expressions = counted.map(
    (field) => `CAST(${partitionExpression(field, columns)} AS varchar)`,
  );
  const outputs = expressions.map((expression, index) => `${expression} AS p${index + 1}`);
  const statement = `SELECT DISTINCT ${outputs.join(', ')}\n${from}`;
  const done = await work.run(statement, {
    signal,
    schema,
    nextAttempt: () => Promise.resolve({ ok: true, value: statement }),
  });
  if (!done.ok) return done;
  const read = await work.context.client.queries.readRows(done.value, { limit: null, signal });
  if (!read.ok) return read;
  const partitions = read.value.rows.map((row) =>
    row.map((value) => (typeof value === 'string' ? value : null)),
  );
  if (partitions.length <= most) return { ok: true, value: [{}] };
  if (storage.bucketing !== undefined) {
    return stepFailure(
      'materialization-invalid',
      `the table has ${partitions.length} partitions of ${writers} buckets, a statement writes at most ${limit} of both, and Athena cannot add rows to a Hive table with buckets`,
      { hint: 'use table_type: iceberg, fewer buckets, or coarser partitions' },
    );
  }
  const bytes = longestStatementBytes - Buffer.byteLength(from) - reservedBytes;
  return { ok: true, value: splitPartitions(expressions, partitions, { most, bytes }) };
}
