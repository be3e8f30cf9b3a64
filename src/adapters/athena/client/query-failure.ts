import type { QueryExecution } from '@aws-sdk/client-athena';
import type { EngineFailure } from '../../../core/adapter.js';
import type { DiagnosticCode } from '../../../core/diagnostic-codes.js';
import { errorDiagnostic } from '../../../core/diagnostic.js';
import type { ApiError } from './api-error.js';
import { apiFailure } from './api-failure.js';
import { hintForLakeFormation, hintForPermission, readMissingPermission } from './permission.js';
import { findQueryAdvice } from './query-advice.js';

/**
 * Whether a new attempt at a failed query may succeed: `transient`, Athena or a service below it failed; `conflict`,
 * somebody else committed to the Iceberg table first, so that only an attempt on the table's new state makes sense.
 */
export type RepeatReason = 'transient' | 'conflict';

/** Categories of `AthenaError` (Athena API, AthenaError). */
const systemCategory = 1;
const userCategory = 2;

/** Error types of the Athena User Guide, "Athena error reference". */
function isThrottlingType(type: number): boolean {
  // 1402 is "too many versions of the Glue table", which does not pass.
  return type >= 1400 && type <= 1406 && type !== 1402;
}

/** Internal, engine, serialization and result errors; not exhausted resources (0-8) and timeouts, which come again. */
function isPassingSystemType(type: number): boolean {
  const timeouts = [206, 210];
  return (
    (type >= 100 && type <= 400 && type !== 234 && !timeouts.includes(type)) ||
    type === 401 ||
    type === 402 ||
    type === 9999
  );
}

/**
 * Returns why a new attempt at a failed query may succeed, or `undefined` where it would fail again: a user's error is
 * never repeated, nor what is too big or too slow.
 */
export function findRepeatReason(execution: QueryExecution): RepeatReason | undefined {
  const { State, StateChangeReason = '', AthenaError } = execution.Status ?? {};
  if (State !== 'FAILED') return undefined;
  const type = AthenaError?.ErrorType;
  const reason = AthenaError?.ErrorMessage ?? StateChangeReason;
  // Type 233 is every error of Iceberg; the name tells the conflict apart.
  if (/ICEBERG_COMMIT_ERROR/.test(`${reason} ${StateChangeReason}`)) return 'conflict';
  if (type !== undefined && isThrottlingType(type)) return 'transient';
  if (AthenaError?.ErrorCategory === userCategory) return undefined;
  if (AthenaError?.Retryable === true) return 'transient';
  const passes =
    AthenaError?.ErrorCategory === systemCategory &&
    type !== undefined &&
    isPassingSystemType(type);
  return passes ? 'transient' : undefined;
}

/** What Athena adds to every reason, and what the message says in its own way. */
const additions: readonly RegExp[] = [
  /\s*If a data manifest file was generated at .*$/s,
  /\s*This query ran against the .* database, unless qualified by the query\..*$/s,
  /\s*Please post the error message on our forum.*$/s,
];

/** Returns the place that a reason names first: `line 3:14:`, counted from 1. */
export function readPosition(reason: string): EngineFailure['position'] {
  const [, line, column] = /\bline (\d+):(\d+)\b/.exec(reason) ?? [];
  return line === undefined ? undefined : { line: Number(line), column: Number(column) };
}

/** Returns a reason without Athena's additions, and without the place, which is shown in the author's file. */
export function cleanReason(reason: string): string {
  const short = additions.reduce((text, addition) => text.replace(addition, ''), reason);
  return short.replace(/\bline \d+:\d+:\s*/, '').trim();
}

function cancelledByOthers(execution: QueryExecution, reason: string): EngineFailure['diagnostic'] {
  const id = execution.QueryExecutionId ?? '';
  if (/bytes scanned limit|limit was exceeded|exceeded.*limit/i.test(reason)) {
    return errorDiagnostic(
      'query-limit',
      `the workgroup stopped the query: ${reason} (query ${id})`,
      {
        hint: "read less data (filter on partitions), or raise the workgroup's limit of bytes per query",
      },
    );
  }
  const why = reason === '' ? '' : `: ${reason}`;
  return errorDiagnostic(
    'engine-error',
    `the query was stopped by somebody else${why} (query ${id})`,
    {
      hint: 'find out who or what stopped it (CloudTrail, StopQueryExecution), and run the command again',
    },
  );
}

function diagnose(execution: QueryExecution, reason: string): EngineFailure['diagnostic'] {
  const type = execution.Status?.AthenaError?.ErrorType;
  const message = `${cleanReason(reason)} (query ${execution.QueryExecutionId ?? ''})`;
  const permission = readMissingPermission(reason);
  const lakeFormation = hintForLakeFormation(reason);
  if (permission !== undefined || (type === 234 && lakeFormation !== undefined)) {
    const hint =
      lakeFormation ?? (permission === undefined ? undefined : hintForPermission(permission));
    return errorDiagnostic('access-denied', message, { hint });
  }
  const advice = findQueryAdvice({ reason, type });
  const code: DiagnosticCode = advice?.code ?? 'engine-error';
  return errorDiagnostic(code, message, { hint: advice?.hint });
}

/**
 * Returns why a query did not succeed. Codes: `engine-error`, `access-denied`, `engine-throttled`, `query-limit`,
 * `workgroup-invalid`.
 */
export function queryFailure(execution: QueryExecution, statement: string): EngineFailure {
  const { State, StateChangeReason, AthenaError } = execution.Status ?? {};
  const reason =
    StateChangeReason ?? AthenaError?.ErrorMessage ?? 'the query failed, and Athena gave no reason';
  if (State === 'CANCELLED') {
    const diagnostic = cancelledByOthers(execution, StateChangeReason ?? '');
    return { diagnostic, statement, cancelled: false };
  }
  const position = readPosition(reason);
  return {
    diagnostic: diagnose(execution, reason),
    statement,
    cancelled: false,
    ...(position && { position }),
  };
}

/**
 * Returns why a statement was not started. A text that Athena cannot read is refused at once, with the place of the
 * error; all else is a call that failed.
 */
export function startFailure(error: ApiError, statement: string): EngineFailure {
  const position = error.kind === 'refused' ? readPosition(error.message) : undefined;
  if (position === undefined && error.reason !== 'MALFORMED_QUERY') {
    return apiFailure(error, statement);
  }
  const reason = cleanReason(error.message);
  const { hint } = findQueryAdvice({ reason, type: undefined }) ?? {};
  return {
    diagnostic: errorDiagnostic('engine-error', reason, { hint }),
    statement,
    cancelled: false,
    ...(position && { position }),
  };
}

/** Returns the failure of a statement that we stopped. */
export function cancelledFailure(statement: string): EngineFailure {
  return {
    diagnostic: errorDiagnostic('engine-error', 'the statement was cancelled'),
    statement,
    cancelled: true,
  };
}
