import type { ServiceName } from './aws-clients.js';

/**
 * What can be done about a call that failed.
 * - `throttled`: too many calls; the same call later.
 * - `concurrency`: too many queries at once; the same call when one of them has ended.
 * - `transient`: the service or the connection failed; the same call again.
 * - `unreachable`: no connection came about.
 * - `expired`: the credentials were good once; new ones may be there.
 * - `credentials`: there are none, or AWS does not know them.
 * - `denied`: a permission is missing.
 * - `cancelled`: stopped by us.
 * - `refused`: anything else that the service says of this call; the same call would fail again.
 */
export type ApiErrorKind =
  | 'throttled'
  | 'concurrency'
  | 'transient'
  | 'unreachable'
  | 'expired'
  | 'credentials'
  | 'denied'
  | 'cancelled'
  | 'refused';

/** A call as logs and messages name it. */
export interface ApiOperation {
  readonly service: ServiceName;
  /** The API's own name: `UpdateTable`. */
  readonly operation: string;
  /** What it is about: `db.table`, `s3://bucket/key`, a query id. */
  readonly subject: string;
}

/** A call that failed for good. */
export interface ApiError extends ApiOperation {
  readonly kind: ApiErrorKind;
  /** The API's name for it (`EntityNotFoundException`), or Node's (`ECONNRESET`). */
  readonly code: string;
  readonly message: string;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  readonly requestId?: string;
  /** `Reason` or `AthenaErrorCode` of the answer. */
  readonly reason?: string;
  /** Whether this call, or an earlier try of it, may have had its effect: its answer was lost. */
  readonly mayHaveHappened: boolean;
  /** How often it was sent. */
  readonly attempts: number;
}

/** The outcome of a call; exceptions are bugs. */
export type ApiResult<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: ApiError };

/** What one try of a call failed with. */
export interface FailedTry {
  readonly kind: ApiErrorKind;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  readonly reason?: string;
  /** Whether the call may have had its effect all the same. */
  readonly effectUnknown: boolean;
}

const kindsByCode: ReadonlyMap<string, ApiErrorKind> = new Map(
  (
    [
      [
        'throttled',
        'ThrottlingException Throttling ThrottledException RequestThrottled RequestThrottledException TooManyRequestsException RequestLimitExceeded BandwidthLimitExceeded LimitExceededException PriorRequestNotComplete SlowDown',
      ],
      [
        'transient',
        'InternalServerException InternalServiceException InternalError InternalFailure ServiceUnavailable ServiceUnavailableException OperationTimeoutException RequestTimeout RequestTimeoutException ConditionalRequestConflict OperationAborted FederationSourceRetryableException TimeoutError ECONNRESET EPIPE ETIMEDOUT ECONNABORTED ERR_STREAM_PREMATURE_CLOSE',
      ],
      ['unreachable', 'ECONNREFUSED ENOTFOUND EAI_AGAIN EHOSTUNREACH ENETUNREACH'],
      ['expired', 'ExpiredToken ExpiredTokenException TokenRefreshRequired'],
      [
        'credentials',
        'CredentialsProviderError TokenProviderError UnrecognizedClientException InvalidClientTokenId InvalidAccessKeyId InvalidSignatureException SignatureDoesNotMatch IncompleteSignature IncompleteSignatureException MissingAuthenticationToken MissingAuthenticationTokenException InvalidToken',
      ],
      [
        'denied',
        'AccessDenied AccessDeniedException UnauthorizedOperation Forbidden AllAccessDisabled AccountProblem',
      ],
    ] as const
  ).flatMap(([kind, codes]) => codes.split(' ').map((code) => [code, kind] as const)),
);

/** The clock differs too much from AWS's; the SDK learns the difference from the answer and signs the next call with it. */
const clockCodes: ReadonlySet<string> = new Set(['RequestTimeTooSkewed', 'RequestExpired']);

function kindOf(
  code: string,
  status: number | undefined,
  reason: string | undefined,
): ApiErrorKind {
  if (code === 'TooManyRequestsException' && reason === 'CONCURRENT_QUERY_LIMIT_EXCEEDED') {
    return 'concurrency';
  }
  if (clockCodes.has(code)) return 'transient';
  const known = kindsByCode.get(code);
  if (known !== undefined) return known;
  if (status === 429) return 'throttled';
  if (status !== undefined && status >= 500) return 'transient';
  return status === 403 ? 'denied' : 'refused';
}

/** Whether an entry of a batch that failed with this code may be sent again: too many calls, or the service failed. */
export function isPassing(code: string): boolean {
  const kind = kindOf(code, undefined, undefined);
  return kind === 'throttled' || kind === 'transient';
}

/** Another call was changing the table. Only an update says what it expected to find, and must look again. */
function isBusyTable(code: string, operation: string): boolean {
  return code === 'ConcurrentModificationException' && operation !== 'UpdateTable';
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

interface Thrown {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
  readonly Reason?: unknown;
  readonly AthenaErrorCode?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number };
}

/** A mistake of ours rather than something that AWS or the network did. */
function isBug(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  const { $metadata, $response, code } = error as Thrown;
  return (
    $metadata === undefined &&
    $response === undefined &&
    code === undefined &&
    (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
  );
}

/** Returns what an exception of the SDK says of a call of `operation`. Throws what is a bug. */
export function readFailedTry(error: unknown, operation: string): FailedTry {
  if (isBug(error)) throw error;
  const thrown = error as Thrown;
  const status = thrown.$metadata?.httpStatusCode ?? thrown.$response?.statusCode;
  const nodeCode = textOf(thrown.code) ?? textOf((thrown.cause as Thrown | undefined)?.code);
  // The API's own errors have an answer; errors of the connection have only Node's code.
  const code = (status === undefined ? nodeCode : undefined) ?? textOf(thrown.name) ?? 'Error';
  const reason = textOf(thrown.Reason) ?? textOf(thrown.AthenaErrorCode);
  const known = isBusyTable(code, operation) ? 'transient' : kindOf(code, status, reason);
  // An answer of another kind than the API's (a proxy's page) with a status of success: the call may have been done.
  const kind = known === 'refused' && status !== undefined && status < 400 ? 'transient' : known;
  const requestId = textOf(thrown.$metadata?.requestId);
  return {
    kind,
    code,
    message: textOf(thrown.message) ?? code,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    ...(reason !== undefined && { reason }),
    effectUnknown: kind === 'transient' && !(status !== undefined && status < 500 && status >= 400),
  };
}
