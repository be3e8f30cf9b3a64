import { parseTime, type TimeWindow } from '../../core/event-time.js';
import { isMapping } from '../../core/is-mapping.js';
import type { JsonValue, UniqueId } from '../../core/node.js';

type Json = Readonly<Record<string, JsonValue>>;

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? (value as readonly JsonValue[]) : [];
}

function toWindow(value: JsonValue): readonly TimeWindow[] {
  const [start, end] = listOf(value).map((each) =>
    typeof each === 'string' ? parseTime(each) : undefined,
  );
  return start === undefined || end === undefined ? [] : [{ start, end }];
}

/**
 * Returns the batches that failed of models of which others were published, from run results: those that `retry` builds. A
 * model without a published batch is built again as it was, as in dbt.
 */
export function readFailedBatches(runResults: Json): ReadonlyMap<UniqueId, readonly TimeWindow[]> {
  return new Map(
    listOf(runResults['results']).flatMap((result) => {
      const batches = isMapping(result) ? result['batch_results'] : undefined;
      const id = isMapping(result) ? result['unique_id'] : undefined;
      if (!isMapping(batches) || typeof id !== 'string') return [];
      const failed = listOf(batches['failed']).flatMap(toWindow);
      const isPartial = failed.length > 0 && listOf(batches['successful']).length > 0;
      return isPartial ? [[id, failed] as const] : [];
    }),
  );
}

/** Returns when the run began, in milliseconds since 1970; `undefined` if its results do not tell. */
export function readStart(runResults: Json): number | undefined {
  const { metadata } = runResults;
  const start = isMapping(metadata)
    ? (metadata['invocation_started_at'] ?? metadata['generated_at'])
    : undefined;
  return typeof start === 'string' ? parseTime(start) : undefined;
}
