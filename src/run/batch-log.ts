import type { Diagnostic } from '../core/diagnostic.js';
import type { BatchStep, PlannedNode, Step } from '../core/plan.js';
import type { NodeResult } from '../core/run-results.js';
import type { FailedQuery } from './describe-failure.js';

/** How the steps of a model ended. */
export type Outcome =
  | { readonly status: 'success' }
  | {
      readonly status: 'error';
      readonly message: string;
      readonly diagnostics: readonly Diagnostic[];
    }
  | { readonly status: 'cancelled' }
  /** Something that it depends on failed while it was staged. */
  | { readonly status: 'skipped'; readonly reason: string };

/** What became of the batches of one model in one attempt. Of a model without batches it knows nothing, and says so. */
export interface BatchLog {
  /** The query that a step of a batch runs, for messages. */
  queryOf(step: Step | undefined): FailedQuery | undefined;
  /** Notes that a step failed; true if only its batch does, so that the others go on. */
  takesFailure(step: Step, diagnostic: Diagnostic): boolean;
  /** Whether the step belongs to a batch that has failed. */
  hasFailed(step: Step): boolean;
  /** Returns why a step must not be taken that would make the batches visible: without those that failed. */
  preventsPublish(step: Step): Outcome | undefined;
  /** Notes that a step went well. */
  noteDone(step: Step): void;
  /** Whether some batches were published. */
  isPublished(): boolean;
  /** Returns how the model ended where its steps went well and some of its batches did not. */
  outcome(): Outcome | undefined;
  /** Returns why batches failed, with what became of the others. */
  diagnostics(): readonly Diagnostic[];
  /** Returns the part of the model's result that speaks of batches. */
  result(): Pick<NodeResult, 'batches'>;
}

function batchOf(step: Step | undefined): BatchStep | undefined {
  return step !== undefined && 'batch' in step ? step.batch : undefined;
}

/** Returns the log of a model's batches. */
export function createBatchLog(planned: PlannedNode): BatchLog {
  const { batches = [], node } = planned;
  const failures = new Map<number, Diagnostic>();
  let published = false;
  const labels = (): string =>
    batches.flatMap(({ label }, index) => (failures.has(index) ? [label] : [])).join(', ');
  const failed = (message: string): Outcome => ({ status: 'error', message, diagnostics: [] });

  return {
    queryOf(step) {
      const batch = batches[batchOf(step)?.index ?? -1];
      if (batch === undefined) return undefined;
      const { engineSql, toSource, label } = batch;
      return { node, engineSql, toSource, batch: label };
    },
    takesFailure(step, diagnostic) {
      const batch = batchOf(step);
      if (batch?.mayFail !== true) return false;
      failures.set(batch.index, diagnostic);
      return true;
    },
    hasFailed: (step) => failures.has(batchOf(step)?.index ?? -1),
    preventsPublish(step) {
      if (step.kind === 'publish') {
        // A table that is there is not replaced by one that lacks rows.
        const keepsOld = planned.publishesSome !== true;
        if (failures.size > 0 && keepsOld) {
          return failed(
            `not published: ${failures.size} of ${batches.length} batches failed (${labels()}); what was published before stays in place`,
          );
        }
      }
      const isNothingLeft = step.kind === 'begin' && failures.size > 0;
      return isNothingLeft && failures.size === batches.length
        ? failed(`all ${batches.length} batches failed; what was published before stays in place`)
        : undefined;
    },
    noteDone(step) {
      if (step.kind === 'commit' || step.kind === 'publish') published = true;
    },
    isPublished: () => published && failures.size > 0,
    outcome: () =>
      failures.size === 0
        ? undefined
        : failed(
            `${failures.size} of ${batches.length} batches failed (${labels()}); the others are published`,
          ),
    diagnostics() {
      const rest = published
        ? 'the other batches are published; `stedi-sql retry` builds this one'
        : 'no batch was published';
      return [...failures.values()].map((each) => ({
        ...each,
        hint: each.hint === undefined ? rest : `${each.hint}; ${rest}`,
      }));
    },
    result() {
      if (planned.batches === undefined) return {};
      const isDone = (index: number): boolean => published && !failures.has(index);
      return {
        batches: {
          successful: batches.filter((_, index) => isDone(index)).map(({ window }) => window),
          failed: batches.filter((_, index) => !isDone(index)).map(({ window }) => window),
        },
      };
    },
  };
}
