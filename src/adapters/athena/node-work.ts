import type { EngineFailure, EngineResult, StepOutcome } from '../../core/adapter.js';
import { errorDiagnostic, type Diagnostic } from '../../core/diagnostic.js';
import type { UniqueId } from '../../core/node.js';
import { createQueryAccount, type QueryAccount } from './client/query-cost.js';
import type { StatementRequest, StatementRun } from './client/query-runner.js';
import type { Owner } from './markers.js';
import type { RunContext } from './run-context.js';

/** How one statement of a node is run. */
export interface StatementOptions {
  readonly signal: AbortSignal;
  /** The schema that names without one are looked up in. */
  readonly schema?: string;
  readonly nextAttempt?: StatementRequest['nextAttempt'];
}

/** What the steps of one node share: its statements are counted, and what they cost is added up. */
export interface NodeWork {
  readonly context: RunContext;
  readonly owner: Owner;
  readonly account: QueryAccount;
  /** The workgroup of the node's model, once a step has named it. */
  readonly workGroup: { current: string };
  run(sql: string, options: StatementOptions): Promise<EngineResult<StatementRun>>;
}

/** Returns the work of a node in a run. */
export function createNodeWork(context: RunContext, node: UniqueId): NodeWork {
  const { client, config, invocationId, project } = context;
  const account = createQueryAccount({ pricePerTb: config.pricePerTb });
  const workGroup = { current: config.workGroup };
  return {
    context,
    account,
    workGroup,
    owner: { project, node, run: invocationId },
    run: (sql, { signal, schema, nextAttempt }) =>
      client.queries.run(
        {
          sql,
          identity: { invocationId, node, ordinal: context.nextOrdinal(node) },
          catalog: config.catalog,
          database: schema?.toLowerCase(),
          workGroup: workGroup.current,
          outputLocation: config.resultsDir,
          signal,
          nextAttempt,
        },
        account,
      ),
  };
}

/** Returns what a step did. */
export function stepOutcome(
  { account }: NodeWork,
  executedSql: readonly string[],
  rest: Partial<Pick<StepOutcome, 'rowsAffected' | 'warnings'>> = {},
): EngineResult<StepOutcome> {
  const response = account.response();
  return {
    ok: true,
    value: {
      executedSql,
      rowsAffected: null,
      // A node that ran no statement has nothing to account for.
      response: response.statements === 0 ? {} : response,
      ...rest,
    },
  };
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
