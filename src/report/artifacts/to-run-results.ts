import { toIsoTime, type TimeWindow } from '../../core/event-time.js';
import type { HookResult } from '../../core/hook.js';
import type { SqlNode } from '../../core/node.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import type { Relation } from '../../core/relation.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** What run results are made of. */
export interface RunResultsInput {
  readonly results: RunResults;
  readonly invocation: InvocationMetadata;
  /** The invocation's arguments under dbt's names; `which` is the command. */
  readonly args: Readonly<Record<string, unknown>>;
  readonly renderRelation: (relation: Relation) => string;
  /** Absolute path of the project folder, which is cut from messages. */
  readonly root: string;
}

/** Returns dbt's word for a status; it has none for a cancelled node, which counts as skipped. */
function toDbtStatus({ status, batches }: NodeResult): string {
  const isPartial = batches && batches.successful.length > 0 && batches.failed.length > 0;
  if (status === 'error' && isPartial) return 'partial success';
  return status === 'cancelled' ? 'skipped' : status;
}

/** What a model is built as, or where a test keeps its failing rows. */
function relationName(node: SqlNode, { renderRelation }: RunResultsInput): string | null {
  if (node.resourceType === 'test') {
    return node.judgement?.store ? renderRelation(node.judgement.store.relation) : null;
  }
  return node.config.materialized === 'ephemeral' || node.resourceType === 'analysis'
    ? null
    : renderRelation(node.relation);
}

function toBatch({ start, end }: TimeWindow): readonly string[] {
  return [toIsoTime(start), toIsoTime(end)];
}

function toResult(result: NodeResult, input: RunResultsInput): Readonly<Record<string, unknown>> {
  const { node, startedAt, completedAt, batches } = result;
  // A seed has no SQL of an author.
  const compiledSql = node.resourceType === 'seed' ? null : result.compiledSql;
  return {
    status: toDbtStatus(result),
    timing:
      startedAt === null
        ? []
        : [{ name: 'execute', started_at: startedAt, completed_at: completedAt }],
    thread_id: result.threadId,
    execution_time: result.executionMs / 1000,
    adapter_response: {
      ...result.adapterResponse,
      ...(result.rowsAffected !== null && { rows_affected: result.rowsAffected }),
    },
    // As in dbt, of a test that passes there is nothing to say.
    message:
      node.resourceType === 'test' && result.status === 'pass'
        ? null
        : result.message.replaceAll(`${input.root}/`, ''),
    failures: result.failures,
    unique_id: result.uniqueId,
    compiled: compiledSql !== null,
    compiled_code: compiledSql,
    relation_name: relationName(node, input),
    batch_results: batches
      ? { successful: batches.successful.map(toBatch), failed: batches.failed.map(toBatch) }
      : null,
  };
}

/** A hook around the run is an operation in dbt's words. */
function hookToResult(result: HookResult): Readonly<Record<string, unknown>> {
  const { hook, status, message, startedAt, completedAt, executionMs } = result;
  return {
    status,
    timing:
      startedAt === null
        ? []
        : [{ name: 'execute', started_at: startedAt, completed_at: completedAt }],
    thread_id: 'main',
    execution_time: executionMs / 1000,
    adapter_response: {},
    message,
    failures: status === 'error' ? 1 : 0,
    unique_id: hook.uniqueId,
    compiled: true,
    compiled_code: hook.compiledSql,
    relation_name: null,
    batch_results: null,
  };
}

/**
 * Returns the results of a run as dbt's run results, version 6, ready to be written as JSON. Durations are in seconds.
 * Source: https://schemas.getdbt.com/dbt/run-results/v6.json
 */
export function toRunResults(input: RunResultsInput): Readonly<Record<string, unknown>> {
  const { results, invocation, args } = input;
  return {
    metadata: toMetadata('run-results/v6', invocation),
    results: [
      ...(results.hooks ?? []).map(hookToResult),
      ...results.results.map((result) => toResult(result, input)),
    ],
    elapsed_time: results.elapsedMs / 1000,
    args,
  };
}
