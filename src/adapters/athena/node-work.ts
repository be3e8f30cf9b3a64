import type { EngineFailure, EngineResult, StepOutcome } from '../../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { UniqueId } from '../../core/node.js';
import { createQueryAccount, type QueryAccount } from './client/query-cost.js';
import type { StatementRequest, StatementRun } from './client/query-runner.js';
import type { StatementIdentity } from './client/statement-token.js';
import type { Owner } from './markers.js';
import type { RunContext } from './run-context.js';

/** How one statement of a node is run. */
export interface StatementOptions {
  readonly signal: AbortSignal;
  /** The schema that names without one are looked up in. */
  readonly schema?: string;
  readonly nextAttempt?: StatementRequest['nextAttempt'];
  /** Which statement it is; the node's next one if left out. */
  readonly identity?: StatementIdentity;
  /** Where the statement is counted; with the node's steps if left out. */
  readonly account?: QueryAccount;
}

/** What the steps of one node share: its statements are counted, and what they cost is added up. */
export interface NodeWork {
  readonly context: RunContext;
  readonly owner: Owner;
  readonly account: QueryAccount;
  /** The workgroup of the node's model, once a step has named it. */
  readonly workGroup: { current: string };
  /** Returns the identity of the node's next statement. */
  nextIdentity(): StatementIdentity;
  /** Returns what a statement is started with besides its text. */
  settings(schema: string | undefined): StatementSettings;
  run(sql: string, options: StatementOptions): Promise<EngineResult<StatementRun>>;
}

/** Where a statement runs, and where its result goes. */
export type StatementSettings = Pick<
  StatementRequest,
  'catalog' | 'database' | 'workGroup' | 'outputLocation'
>;

/** Returns the work of a node in a run. */
export function createNodeWork(context: RunContext, node: UniqueId): NodeWork {
  const { client, config, invocationId, project } = context;
  const account = createQueryAccount({ pricePerTb: config.pricePerTb });
  const workGroup = { current: config.workGroup };
  const nextIdentity = (): StatementIdentity => ({
    invocationId,
    node,
    ordinal: context.nextOrdinal(node),
  });
  const settings = (schema: string | undefined): StatementSettings => ({
    catalog: config.catalog,
    database: schema?.toLowerCase(),
    workGroup: workGroup.current,
    outputLocation: config.resultsDir,
  });
  return {
    context,
    account,
    workGroup,
    owner: { project, node, run: invocationId },
    nextIdentity,
    settings,
    run: (
      sql,
      { signal, schema, nextAttempt, identity = nextIdentity(), account: own = account },
    ) => client.queries.run({ sql, identity, ...settings(schema), signal, nextAttempt }, own),
  };
}

/** Returns what a step did. */
export function stepOutcome(
  { account }: NodeWork,
  executedSql: readonly string[],
  rest: Partial<Pick<StepOutcome, 'rowsAffected' | 'warnings'>> = {},
): EngineResult<StepOutcome> {
  return {
    ok: true,
    value: { executedSql, rowsAffected: null, response: responseOf(account), ...rest },
  };
}

/** Returns what an account adds up to; nothing where no statement was run. */
export function responseOf(account: QueryAccount): Readonly<Record<string, string | number>> {
  const response = account.response();
  return response.statements === 0 ? {} : response;
}

/** Returns a failure with what had been spent when it happened. */
export function withResponse<T>(result: EngineResult<T>, account: QueryAccount): EngineResult<T> {
  if (result.ok) return result;
  return { ok: false, failure: { ...result.failure, response: responseOf(account) } };
}

/** Returns a step's failure that no statement gave. */
export function stepFailure(
  code: Diagnostic['code'],
  message: string,
  { hint, statement = '', conflict = false }: FailureDetails = {},
): { readonly ok: false; readonly failure: EngineFailure } {
  return {
    ok: false,
    failure: {
      diagnostic: errorDiagnostic(code, message, { hint }),
      statement,
      cancelled: false,
      ...(conflict && { conflict }),
    },
  };
}

/** What else is known of a failure. */
export interface FailureDetails {
  readonly hint?: string;
  readonly statement?: string;
  /** The node may be run again from its first step. */
  readonly conflict?: boolean;
}
