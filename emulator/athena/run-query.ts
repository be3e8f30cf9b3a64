import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError, type StatementOutcome } from '../core/engine.js';
import type { ObjectStore } from '../core/object-store.js';
import { QueryCancelled, QueryVanished } from './query-faults.js';
import {
  isFinished,
  type Query,
  type QueryStatus,
  type QueryStore,
  type Timeline,
} from './query-store.js';
import { writeFailure, writeManifest, writeResult } from './result-files.js';

/** Measured as the reason of a stopped query. */
const stopped = 'Query cancelled by user';

/** From Athena's users' reports; the state is CANCELLED. */
export const scanLimitExceeded = 'Bytes scanned limit was exceeded';

/**
 * Takes a query from QUEUED to its end. It waits for the queue, the planning and the run before the engine starts, so
 * that a query which is stopped while it waits has no effect. Never rejects.
 */
export async function runQuery(
  query: Query,
  { objects, queries }: { readonly objects: ObjectStore; readonly queries: QueryStore },
): Promise<void> {
  const { latency, abort } = query;
  try {
    await sleepFor(latency.queueMs, abort.signal);
    advance(query, { queued: Date.now() }, { state: 'RUNNING' });
    await sleepFor(latency.planningMs, abort.signal);
    advance(query, { planned: Date.now() });
    await sleepFor(latency.runMs, abort.signal);
    const outcome = await query.run();
    advance(query, { executed: Date.now() });
    await complete(query, outcome, objects);
  } catch (thrown) {
    if (thrown instanceof QueryVanished) {
      cancel(query, stopped);
      queries.delete(query.id);
      return;
    }
    await fail(query, thrown, objects);
  }
}

/** Stops a query: at once for who asks, as soon as it can for the engine. Nothing happens if it is finished. */
export function stopQuery(query: Query, reason = stopped): void {
  cancel(query, reason);
  query.abort.abort();
}

async function complete(
  query: Query,
  outcome: StatementOutcome,
  objects: ObjectStore,
): Promise<void> {
  if (isFinished(query)) return;
  await noteWritten(query, outcome.writtenFiles, objects);
  if (query.scanLimit !== undefined && outcome.scannedBytes > query.scanLimit) {
    cancel(query, scanLimitExceeded, outcome.scannedBytes);
    return;
  }
  await writeResult(query, outcome, objects);
  finish(query, { state: 'SUCCEEDED', outcome, completedAt: new Date() });
}

async function fail(query: Query, thrown: unknown, objects: ObjectStore): Promise<void> {
  if (isFinished(query)) return;
  if (thrown instanceof QueryCancelled) {
    cancel(query, thrown.message);
    return;
  }
  const error = withCleanUpHint(asEngineError(thrown), query);
  if (thrown instanceof EngineError && thrown.message === scanLimitExceeded) {
    // The engine stops at the limit, before anything is written.
    cancel(query, scanLimitExceeded, query.scanLimit);
    return;
  }
  try {
    if (error.writtenFiles.length > 0) await noteWritten(query, error.writtenFiles, objects);
    await writeFailure(query, error.message, objects);
  } finally {
    finish(query, { state: 'FAILED', error, completedAt: new Date() });
  }
}

async function noteWritten(
  query: Query,
  files: readonly string[],
  objects: ObjectStore,
): Promise<void> {
  const mayBeEmpty = query.kind.substatementType !== 'INSERT';
  query.written = { files, manifest: await writeManifest(query, { files, mayBeEmpty }, objects) };
}

/** What is no `EngineError` is a fault of the emulator: shown as Athena shows its own, and never worth another try. */
function asEngineError(thrown: unknown): EngineError {
  if (thrown instanceof EngineError) return thrown;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return new EngineError(1, 100, `GENERIC_INTERNAL_ERROR: ${text}`);
}

/** Adds what Athena says of files that a failed CTAS or INSERT may have left (measured). */
function withCleanUpHint(error: EngineError, query: Query): EngineError {
  const { outputLocation, traits, kind } = query;
  const keeps = 'Athena will not delete data in your account.';
  if (outputLocation === undefined || error.message.includes(keeps)) return error;
  const hint =
    kind.substatementType === 'CREATE_TABLE_AS_SELECT'
      ? `You may need to manually clean the data at location '${outputLocation}${traits.resultFile}' before retrying.`
      : kind.substatementType === 'INSERT'
        ? `If a data manifest file was generated at '${outputLocation}${traits.manifestFile ?? ''}', you may need to manually clean the data from locations specified in the manifest.`
        : undefined;
  if (hint === undefined) return error;
  const reason = error.message.endsWith('.') ? error.message : `${error.message}.`;
  return new EngineError(
    error.category,
    error.type,
    `${reason} ${hint} ${keeps}`,
    error.retryable,
    error.writtenFiles,
  );
}

function cancel(query: Query, reason: string, scannedBytes = 0): void {
  finish(query, { state: 'CANCELLED', reason, scannedBytes, completedAt: new Date() });
}

function finish(query: Query, status: QueryStatus): void {
  advance(query, { completed: Date.now() }, status);
}

/** Writes down a step; a finished query stays as it is. */
function advance(query: Query, reached: Partial<Timeline>, status = query.status): void {
  if (isFinished(query)) return;
  query.timeline = { ...query.timeline, ...reached };
  query.status = status;
}

async function sleepFor(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal });
}
