import { toIsoTime, type TimeWindow } from '../../core/event-time.js';
import type { HookResult, RunHook } from '../../core/hook.js';
import type { SqlNode, UniqueId } from '../../core/node.js';
import type { NodeResult, RunResults } from '../../core/run-results.js';
import type { Relation } from '../../core/relation.js';
import { toMetadata, type InvocationMetadata } from './metadata.js';

/** An exposure, and what it reads. */
export interface Exposed {
  readonly uniqueId: UniqueId;
  readonly parents: readonly UniqueId[];
}

/** What run results are made of. */
export interface RunResultsInput {
  readonly results: RunResults;
  readonly invocation: InvocationMetadata;
  /** The exposures that were selected, with what they read: nothing is done for them. */
  readonly exposures?: readonly Exposed[];
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

/** dbt's words. */
function describePassed({ uniqueId, time, position }: RunHook): string {
  return `${uniqueId.split('.')[1] ?? ''}.${time}.${position - 1} passed`;
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
    message: status === 'success' ? describePassed(hook) : message,
    failures: status === 'error' ? 1 : 0,
    unique_id: hook.uniqueId,
    compiled: true,
    compiled_code: hook.compiledSql,
    relation_name: null,
    batch_results: null,
  };
}

const built: ReadonlySet<string> = new Set(['success', 'pass', 'warn', 'no-op']);

/** As dbt 1.10 tells of exposures in a build: nothing was to be done, or something that they read failed. */
function exposureToResult(
  { uniqueId, parents }: Exposed,
  unbuilt: ReadonlySet<UniqueId>,
): Readonly<Record<string, unknown>> {
  const isSkipped = parents.some((id) => unbuilt.has(id));
  return {
    status: isSkipped ? 'skipped' : 'no-op',
    timing: [],
    thread_id: 'main',
    execution_time: 0,
    adapter_response: {},
    message: isSkipped ? null : 'NO-OP',
    failures: isSkipped ? null : 0,
    unique_id: uniqueId,
    compiled: null,
    compiled_code: null,
    relation_name: null,
    batch_results: null,
  };
}

/**
 * Returns the results of a run as dbt's run results, version 6, ready to be written as JSON. Durations are in seconds.
 * Source: https://schemas.getdbt.com/dbt/run-results/v6.json
 */
export function toRunResults(input: RunResultsInput): Readonly<Record<string, unknown>> {
  const { results, invocation, args, exposures = [] } = input;
  const unbuilt = new Set(
    results.results.filter(({ status }) => !built.has(status)).map(({ uniqueId }) => uniqueId),
  );
  return {
    metadata: toMetadata('run-results/v6', invocation),
    results: [
      ...(results.hooks ?? []).map(hookToResult),
      ...results.results.map((result) => toResult(result, input)),
      ...exposures.map((each) => exposureToResult(each, unbuilt)),
    ],
    elapsed_time: results.elapsedMs / 1000,
    args,
  };
}
