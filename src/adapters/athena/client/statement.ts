import type { StartQueryExecutionInput } from '@aws-sdk/client-athena';
import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import type { QueryStatistics } from './query-cost.js';
import type { RepeatReason } from './query-failure.js';
import type { StatementIdentity } from './statement-token.js';

/** Why a statement failed in a way that a new attempt may mend. */
export interface FailedAttempt {
  /** The attempt that failed, counted from 1. */
  readonly attempt: number;
  readonly reason: RepeatReason;
  readonly failure: EngineFailure;
}

/** A statement to run. */
export interface StatementRequest {
  readonly sql: string;
  readonly identity: StatementIdentity;
  readonly catalog?: string | undefined;
  readonly database?: string | undefined;
  readonly workGroup?: string | undefined;
  /** `s3://…` for results; left out where the workgroup says it. */
  readonly outputLocation?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Asked before a failed statement is run again: returns the statement of the next attempt, which must not build on
   * what the failed one may have left (a CTAS takes a fresh prefix, a change of a clone a fresh clone); `undefined` if
   * it must not be run again. Left out: it never is.
   */
  readonly nextAttempt?:
    ((failed: FailedAttempt) => Promise<EngineResult<string | undefined>>) | undefined;
  /** The query is stopped after that long. */
  readonly timeoutMs?: number | undefined;
}

/** A statement that succeeded. */
export interface StatementRun {
  /** Of the attempt that succeeded. */
  readonly queryId: string;
  /** Of all attempts, in order. */
  readonly queryIds: readonly string[];
  /** The statement of the attempt that succeeded. */
  readonly sql: string;
  readonly statementType: string;
  readonly substatementType: string | undefined;
  /** Of all attempts. */
  readonly statistics: QueryStatistics;
}

/** What Athena starts a statement with, and tells by whether a token was used for it before. */
export interface StatementStart extends Pick<
  StatementRequest,
  'sql' | 'catalog' | 'database' | 'workGroup' | 'outputLocation'
> {
  readonly token: string;
}

/** Returns the call's input. The same start gives the same input, which Athena compares. */
export function toStartInput({
  sql,
  token,
  catalog,
  database,
  workGroup,
  outputLocation,
}: StatementStart): StartQueryExecutionInput {
  return {
    QueryString: sql,
    ClientRequestToken: token,
    QueryExecutionContext: {
      ...(catalog !== undefined && { Catalog: catalog }),
      ...(database !== undefined && { Database: database }),
    },
    ...(workGroup !== undefined && { WorkGroup: workGroup }),
    ...(outputLocation !== undefined && {
      ResultConfiguration: { OutputLocation: outputLocation },
    }),
  };
}
