import type { EngineFailure, EngineResult } from '../../../core/adapter.js';
import type { DiagnosticCode } from '../../../core/diagnostic-codes.js';
import { errorDiagnostic, type Diagnostic } from '../../../core/diagnostic.js';
import type { ApiError, ApiErrorKind, ApiResult } from './api-error.js';
import { describeDenial } from './permission.js';

const serviceNames = {
  athena: 'Athena',
  glue: 'Glue',
  s3: 'S3',
  sts: 'STS',
  lakeformation: 'Lake Formation',
} as const;

const codes: { readonly [K in ApiErrorKind]: DiagnosticCode } = {
  throttled: 'engine-throttled',
  concurrency: 'engine-throttled',
  transient: 'engine-unreachable',
  unreachable: 'engine-unreachable',
  expired: 'credentials-expired',
  credentials: 'credentials-missing',
  denied: 'access-denied',
  cancelled: 'engine-error',
  refused: 'engine-error',
};

/** What InvalidRequestException of Athena is about, where the next step is known. */
const requestProblems: readonly {
  readonly pattern: RegExp;
  readonly code: DiagnosticCode;
  readonly hint: string;
}[] = [
  {
    pattern: /no output location|unable to verify\/create output bucket|output location/i,
    code: 'workgroup-invalid',
    hint: "set 's3_staging_dir' of the target to a folder in a bucket that is in the target's region, or give the workgroup an output location",
  },
  {
    pattern: /workgroup.*(not found|not exist|is disabled|disabled)|disabled.*workgroup/i,
    code: 'workgroup-invalid',
    hint: "name an enabled workgroup of the target's region in 'work_group'",
  },
  {
    pattern: /idempotent parameters? do not match|clientrequesttoken/i,
    code: 'engine-error',
    hint: 'run the command again: every run has tokens of its own',
  },
  {
    pattern: /querystring.*(length|less than or equal to)|262144/i,
    code: 'query-limit',
    hint: 'Athena takes statements of at most 262,144 bytes; split the model, or move long lists of values into a table',
  },
];

function hintOf(error: ApiError): string | undefined {
  switch (error.kind) {
    case 'expired':
      return "get new credentials ('aws sso login', or whatever gave the old ones) and run the command again; what was published stays as it was";
    case 'credentials':
      return /could not load|CredentialsProviderError|TokenProviderError/i.test(
        `${error.code} ${error.message}`,
      )
        ? "log in ('aws sso login'), set AWS_PROFILE or the target's 'profile', or give the machine a role"
        : "check the access key, the target's 'profile', and that AWS_SESSION_TOKEN belongs to the key";
    case 'denied':
      return describeDenial(error).hint;
    case 'throttled':
      return "run it again later, lower 'threads', or ask AWS for a higher quota: it is shared by all of the account";
    case 'concurrency':
      return "other queries of the account take all places; run it again later, lower 'threads', or ask AWS for a higher quota";
    case 'unreachable':
      return "check the network, and 'region' and 'endpoint' of the target";
    case 'transient':
      return error.mayHaveHappened
        ? 'run the command again; whether the call was carried out is not known, and the next run finds out'
        : 'run the command again';
    case 'refused':
      return error.code === 'PermanentRedirect' || error.code === 'AuthorizationHeaderMalformed'
        ? "the bucket is in another region than the target's 'region'"
        : undefined;
    case 'cancelled':
      return undefined;
  }
}

function describe(error: ApiError): string {
  const name = serviceNames[error.service];
  const about = error.subject === '' ? '' : ` (${shorten(error.subject)})`;
  const call = `${name} ${error.operation}${about}`;
  const tries = error.attempts > 1 ? ` after ${error.attempts} tries` : '';
  switch (error.kind) {
    case 'cancelled':
      return 'the statement was cancelled';
    case 'throttled':
    case 'concurrency':
      return `${call} was throttled for too long${tries}: ${error.message}`;
    case 'transient':
    case 'unreachable':
      return `${call} could not be completed${tries}: ${error.message}`;
    case 'expired':
      return `the AWS credentials have expired: ${error.message}`;
    case 'credentials':
      return `AWS credentials were expected, and none that work were found: ${error.message}`;
    case 'denied':
      return describeDenial(error).message;
    case 'refused':
      return `${call} was refused: ${error.message}`;
  }
}

/** A subject may be a whole statement. */
function shorten(subject: string): string {
  const line = subject.replace(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}

/**
 * Returns what to say of a call that failed. Codes: `credentials-missing`, `credentials-expired`, `access-denied`,
 * `engine-throttled`, `engine-unreachable`, `workgroup-invalid`, `query-limit`, `engine-error`.
 */
export function apiDiagnostic(error: ApiError): Diagnostic {
  if (error.kind === 'refused' && error.service === 'athena') {
    const problem = requestProblems.find(({ pattern }) => pattern.test(error.message));
    if (problem !== undefined) {
      return errorDiagnostic(problem.code, error.message, { hint: problem.hint });
    }
  }
  return errorDiagnostic(codes[error.kind], describe(error), { hint: hintOf(error) });
}

/** Returns a call that failed as the failure of a statement, or of a step that has none. */
export function apiFailure(error: ApiError, statement = ''): EngineFailure {
  return {
    diagnostic: apiDiagnostic(error),
    statement,
    cancelled: error.kind === 'cancelled',
  };
}

/** Returns the outcome of a call as that of a step. */
export function toEngineResult<T>(result: ApiResult<T>, statement = ''): EngineResult<T> {
  return result.ok ? result : { ok: false, failure: apiFailure(result.error, statement) };
}
