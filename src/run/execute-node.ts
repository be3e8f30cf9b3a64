import type { Adapter, Dialect, EngineFailure, Session, StepOutcome } from '../core/adapter.js';
import type { Diagnostic } from '../core/diagnostic.js';
import type { CompiledHook } from '../core/hook.js';
import type { SqlNode, UniqueId } from '../core/node.js';
import type { EngineStep, PlannedNode, Step } from '../core/plan.js';
import { relationKey, type Relation } from '../core/relation.js';
import type { NodeResult } from '../core/run-results.js';
import { addResponse, type EngineResponse } from './add-response.js';
import { createBatchLog, type Outcome } from './batch-log.js';
import type { BorrowedThread } from './thread-pool.js';
import { checkContract } from './check-contract.js';
import {
  describeFailure,
  describeHookFailure,
  describeProblems,
  describeWarning,
} from './describe-failure.js';
import { executeAudit } from './execute-audit.js';
import { executeUnitTest } from './execute-unit-test.js';
import { createAheadRun } from './run-ahead.js';
import { executeTest } from './execute-test.js';
import { gatingTests, isFailure, unrunResult } from './node-results.js';

/** What a node needs of the run it is part of. */
export interface NodeContext {
  readonly signal: AbortSignal;
  /** The thread that the node has now, or had last. */
  readonly threadId: () => string;
  /** Returns a thread that nobody needs now; `undefined` if there is none. Left out where one session has one thread. */
  borrowThread?(): BorrowedThread | undefined;
  /** Tells that what the node staged can be read, once in each attempt. */
  readonly noteStaged?: () => void;
  /** The node is staged ahead: before it goes on, it waits by this until all that it depends on has ended. */
  readonly waitForOpening?: () => Promise<Opening>;
  /** Milliseconds since 1970 UTC. */
  now(): number;
  start(node: SqlNode): void;
  finish(result: NodeResult): void;
}

/** What a node that was staged ahead waited for. */
export type Opening =
  /** All that it depends on has ended well, and it has a thread again. */
  | { readonly kind: 'open' }
  /** The same, but what it read was staged again in the meantime. */
  | { readonly kind: 'outdated' }
  | { readonly kind: 'blocked'; readonly reason: string }
  | { readonly kind: 'cancelled' };

/** Carries out one planned node in a session of its own and reports how it, and each test that gates it, ended. */
export async function executeNode(
  planned: PlannedNode,
  adapter: Adapter,
  context: NodeContext,
): Promise<void> {
  const { uniqueId } = planned;
  if (planned.node.resourceType !== 'test') return executeModel(planned, adapter, context);
  await inSession(adapter, uniqueId, async (session) => {
    for (const step of planned.steps) {
      if (step.kind !== 'audit') continue;
      for (const test of step.tests) {
        if (test.node.unit === undefined) await executeTest(test, session, context);
        else await executeUnitTest(test, session, context);
      }
    }
  });
}

type RowCount = StepOutcome['rowsAffected'];

/** `null` where one of the two is not known. */
async function addRows(some: RowCount, more: RowCount): Promise<number | null> {
  const [first, second] = await Promise.all([some, more]);
  return first === null || second === null ? null : first + second;
}

async function inSession<T>(
  adapter: Adapter,
  uniqueId: UniqueId,
  use: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await adapter.openSession({ uniqueId });
  try {
    return await use(session);
  } finally {
    await session.close();
  }
}

/** How many rows that fail a check are shown. */
const shownProblems = 5;

/** How often a node is run when other writers change its relation meanwhile. */
const maxAttempts = 3;

/**
 * Runs a model from its first step, tests included, and again where another writer came in between. Its tests' results are
 * told when it has ended, because only those of the last attempt count.
 */
async function executeModel(
  planned: PlannedNode,
  adapter: Adapter,
  context: NodeContext,
): Promise<void> {
  const startedAt = context.now();
  const started = new Set<UniqueId>();
  /** What the engine reports of all attempts. */
  let spent: EngineResponse = {};
  /** Hooks that have run: another attempt does not run them again. */
  const ranHooks = new Set<Step>();
  for (let attempt = 1; ; attempt += 1) {
    const finished: NodeResult[] = [];
    const isFirst = attempt === 1;
    const { waitForOpening, ...always } = context;
    const held: NodeContext = {
      ...always,
      ...(isFirst && waitForOpening && { waitForOpening }),
      start: (node) => {
        if (started.has(node.uniqueId)) return;
        started.add(node.uniqueId);
        context.start(node);
      },
      finish: (result) => finished.push(result),
    };
    const { conflict, mustRepeat, response, leftBehind } = await inSession(
      adapter,
      planned.uniqueId,
      (session) =>
        attemptModel(planned, session, held, {
          startedAt,
          spent,
          ranHooks,
          dialect: adapter.dialect,
        }),
    );
    spent = response;
    // What was staged before a transaction is not rolled back with it.
    if (leftBehind.length > 0) {
      await inSession(adapter, planned.uniqueId, async (session) => {
        for (const staged of leftBehind) {
          await session.execute({ kind: 'discard', staged }, new AbortController().signal);
        }
      });
    }
    if ((mustRepeat || (conflict && attempt < maxAttempts)) && !context.signal.aborted) continue;
    // Tests that ran side by side are told in the plan's order.
    const order = gatingTests(planned).map(({ node }) => node.uniqueId);
    const rank = ({ uniqueId }: NodeResult): number => {
      const at = order.indexOf(uniqueId);
      return at === -1 ? order.length : at;
    };
    for (const result of finished.sort((a, b) => rank(a) - rank(b))) context.finish(result);
    return;
  }
}

/** How an attempt ended, besides its results. */
interface Attempt {
  readonly conflict: boolean;
  /** It was staged ahead, and nothing of it counts. */
  readonly mustRepeat: boolean;
  readonly response: EngineResponse;
  /** Relations that it staged, and that are still there. */
  readonly leftBehind: readonly Relation[];
}

async function attemptModel(
  planned: PlannedNode,
  session: Session,
  context: NodeContext,
  {
    startedAt,
    spent,
    ranHooks,
    dialect,
  }: {
    readonly startedAt: number;
    readonly spent: EngineResponse;
    readonly ranHooks: Set<Step>;
    readonly dialect: Dialect;
  },
): Promise<Attempt> {
  const { node } = planned;
  context.start(node);

  const executedSql: string[] = [];
  let response: EngineResponse = {};
  /** What the queries of checks report, besides. */
  let asked: EngineResponse = {};
  const warnings: Diagnostic[] = [];
  const tests = new Map(gatingTests(planned).map((test) => [test.node.uniqueId, test]));
  let rowsAffected: RowCount | undefined;
  let conflict = false;
  const staged = new Map<string, Relation>();
  /** What was staged before a transaction began. */
  let stagedBefore: readonly Relation[] | undefined;
  const batches = createBatchLog(planned);
  const run = createAheadRun(planned, context);

  function engineError(failure: EngineFailure, step?: EngineStep): Outcome {
    if (failure.cancelled) return { status: 'cancelled' };
    conflict = failure.conflict === true;
    const diagnostic = describeFailure(failure, batches.queryOf(step) ?? planned);
    if (step !== undefined && batches.takesFailure(step, diagnostic)) return { status: 'success' };
    return { status: 'error', message: diagnostic.message, diagnostics: [diagnostic] };
  }

  function hookError(hook: CompiledHook, failure: EngineFailure): Outcome {
    if (failure.cancelled) return { status: 'cancelled' };
    const diagnostic = describeHookFailure(failure, node, hook);
    return { status: 'error', message: diagnostic.message, diagnostics: [diagnostic] };
  }

  async function runStep(step: Step): Promise<Outcome> {
    if (context.signal.aborted) return { status: 'cancelled' };
    if (step.kind === 'hook' && ranHooks.has(step)) return { status: 'success' };
    if (step.kind === 'audit') {
      const results = await executeAudit(step.tests, session, {
        ...context,
        noteStaged: () => run.noteStaged(),
      });
      for (const { uniqueId } of results) tests.delete(uniqueId);
      if (results.some(({ status }) => status === 'cancelled')) return { status: 'cancelled' };
      const failed = results.filter(isFailure).map((result) => result.node.name);
      if (failed.length === 0) return { status: 'success' };
      const message = `not published: ${failed.length} of ${step.tests.length} tests failed (${failed.join(', ')}); what was published before stays in place`;
      return { status: 'error', message, diagnostics: [] };
    }
    if (step.kind === 'refuse') {
      const { problems } = step;
      return { status: 'error', message: problems[0].message, diagnostics: problems };
    }
    if (step.kind === 'check') {
      executedSql.push(step.sql);
      const found = await session.query(step.sql, { limit: shownProblems, signal: context.signal });
      const { response: cost } = found.ok ? found.value : found.failure;
      asked = addResponse(asked, cost);
      if (!found.ok) return engineError(found.failure);
      if (found.value.rows.length === 0) return { status: 'success' };
      const diagnostic = describeProblems(found.value.rows, step, node);
      return { status: 'error', message: diagnostic.message, diagnostics: [diagnostic] };
    }
    if (step.kind === 'check-contract') {
      const checked = await checkContract(step, session, { dialect, signal: context.signal });
      if (!checked.ok) return engineError(checked.failure);
      const { executed, problems } = checked.value;
      executedSql.push(...executed);
      if (problems.length === 0) return { status: 'success' };
      const message =
        'not published: its contract is not kept; what was published before stays in place';
      return { status: 'error', message, diagnostics: problems };
    }
    if (batches.hasFailed(step)) return { status: 'success' };
    const problem = batches.preventsPublish(step);
    if (problem !== undefined) return problem;
    const result = await session.execute(step, context.signal);
    if (!result.ok) {
      executedSql.push(result.failure.statement);
      response = result.failure.response ?? response;
      return step.kind === 'hook'
        ? hookError(step.hook, result.failure)
        : engineError(result.failure, step);
    }
    const outcome = result.value;
    executedSql.push(...outcome.executedSql);
    response = outcome.response;
    warnings.push(...(outcome.warnings ?? []).map((warning) => describeWarning(warning, node)));
    batches.noteDone(step);
    // A header is of the session, and each attempt has one of its own.
    if (step.kind === 'hook' && step.hook.time !== 'sql-header') ranHooks.add(step);
    if (step.kind === 'begin') stagedBefore = [...staged.values()];
    if (step.kind === 'stage' || step.kind === 'stage-external') {
      staged.set(relationKey(step.staged), step.staged);
    }
    if (step.kind === 'publish' || step.kind === 'publish-partitions' || step.kind === 'discard') {
      staged.delete(relationKey(step.staged));
    }
    if ('batch' in step && step.batch !== undefined) {
      if (step.batch.counts) {
        const before = rowsAffected === undefined ? 0 : rowsAffected;
        rowsAffected = addRows(before, outcome.rowsAffected);
      }
    } else if (step.kind === 'stage' || step.kind === 'stage-external' || step.kind === 'write') {
      // The rows of a large seed are written by several statements.
      rowsAffected =
        node.resourceType === 'seed' && step.kind === 'write'
          ? addRows(rowsAffected ?? null, outcome.rowsAffected)
          : outcome.rowsAffected;
    }
    return { status: 'success' };
  }

  let outcome: Outcome = { status: 'success' };
  for (const step of run.steps) {
    outcome = await run.afterStep(step, await runStep(step));
    if (outcome.status !== 'success') break;
  }
  // Inside a transaction the rollback removes what was staged; otherwise we remove what we made, and nothing else.
  const inTransaction = planned.steps.some((step) => step.kind === 'begin');
  if (outcome.status !== 'success' && !inTransaction) {
    for (const each of staged.values()) {
      const discarded = await session.execute(
        { kind: 'discard', staged: each },
        new AbortController().signal,
      );
      if (discarded.ok) executedSql.push(...discarded.value.executedSql);
    }
  }
  // Before the transaction was to begin, all is still there; afterwards, what was there when it began.
  const begun = stagedBefore ?? [...staged.values()];
  const leftBehind = outcome.status !== 'success' && inTransaction ? begun : [];
  if (outcome.status === 'success') outcome = batches.outcome() ?? outcome;

  const reason =
    outcome.status === 'cancelled'
      ? 'the run was cancelled'
      : outcome.status === 'skipped'
        ? outcome.reason
        : `${node.resourceType} '${node.name}' failed before this test`;
  for (const test of tests.values()) {
    const status = outcome.status === 'cancelled' ? 'cancelled' : 'skipped';
    context.finish(unrunResult(test.node, status, reason, context.now()));
  }
  const isCounted = outcome.status === 'success' || batches.isPublished();
  const rows = isCounted ? ((await rowsAffected) ?? null) : null;
  const completedAt = context.now();
  const total = addResponse(spent, addResponse(response, asked));
  context.finish({
    uniqueId: node.uniqueId,
    node,
    status: outcome.status,
    message: describeOutcome(outcome),
    rowsAffected: rows,
    ...batches.result(),
    failures: null,
    startedAt: new Date(startedAt).toISOString(),
    completedAt: new Date(completedAt).toISOString(),
    executionMs: completedAt - startedAt - run.waitedMs(),
    threadId: context.threadId(),
    diagnostics: [
      ...warnings,
      ...(outcome.status === 'error' ? [...outcome.diagnostics, ...batches.diagnostics()] : []),
    ],
    executedSql,
    compiledSql: planned.compiledSql,
    adapterResponse: total,
  });
  return { conflict, mustRepeat: run.mustRepeat(), response: total, leftBehind };
}

function describeOutcome(outcome: Outcome): string {
  switch (outcome.status) {
    case 'success':
      return 'OK';
    case 'error':
      return outcome.message;
    case 'skipped':
      return outcome.reason;
    case 'cancelled':
      return 'cancelled; what was published before stays in place';
  }
}
