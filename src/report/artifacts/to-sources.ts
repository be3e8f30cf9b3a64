import type { FreshnessResult } from '../../core/freshness-result.js';
import { toFreshness } from './to-governance.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** As in dbt, a table without rows was loaded at the beginning of time. */
const beginning = '0001-01-01T00:00:00+00:00';

function toResult(result: FreshnessResult): Readonly<Record<string, unknown>> {
  const { source, status, snapshottedAt, startedAt, completedAt } = result;
  if (status === 'runtime error' || snapshottedAt === null) {
    const error = result.diagnostics.map(({ message }) => message).join('; ');
    return { unique_id: source.uniqueId, error, status: 'runtime error' };
  }
  return {
    unique_id: source.uniqueId,
    max_loaded_at: result.maxLoadedAt ?? beginning,
    snapshotted_at: snapshottedAt,
    max_loaded_at_time_ago_in_s: result.ageSeconds,
    status,
    criteria: toFreshness(source.details?.freshness),
    adapter_response: result.adapterResponse,
    timing: [{ name: 'execute', started_at: startedAt, completed_at: completedAt }],
    thread_id: result.threadId,
    execution_time: result.executionMs / 1000,
  };
}

/**
 * Returns the results of `source freshness` as dbt's sources artifact, version 3, ready to be written as JSON. Durations
 * are in seconds. Source: https://schemas.getdbt.com/dbt/sources/v3.json
 */
export function toSources(input: {
  readonly results: readonly FreshnessResult[];
  readonly invocation: InvocationMetadata;
  readonly elapsedMs: number;
}): Readonly<Record<string, unknown>> {
  return {
    metadata: toMetadata('sources/v3', input.invocation),
    results: input.results.map(toResult),
    elapsed_time: input.elapsedMs / 1000,
  };
}
